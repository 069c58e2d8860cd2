"""The sample set is complete and valid, loads once, and a wrong set is refused with every reason."""

from dataclasses import replace
from decimal import Decimal

import pytest

from emulation import demo
from emulation.enums import NodeKind, SetState, ValueSource
from emulation.models import CriteriaSet, Criterion
from emulation.ranking import validate_bands
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import FACTS, RULES, TotalRow, score, total, value_from_facts
from emulation.services.criteria import create_criteria_set, load_set
from emulation.set_spec import problems_of
from ninhgiang.errors import DomainError
from units.enums import UnitTrait
from units.models import AuditEntry

CRITERIA = {row.code: row for row in SAMPLE_SET.rows()}


def test_areas_have_the_points_of_the_domain_text():
    assert [(area.code, area.max_points) for area in SAMPLE_SET.areas] == [
        ("I", Decimal(20)),
        ("II", Decimal(8)),
        ("III", Decimal(25)),
        ("IV", Decimal(7)),
        ("V", Decimal(12)),
        ("VI", Decimal(8)),
        ("VII", Decimal(20)),
    ]
    assert (SAMPLE_SET.bonus_max, SAMPLE_SET.penalty_max) == (Decimal(3), Decimal(5))
    assert problems_of(SAMPLE_SET) == []


def test_rule_kinds_of_the_sample():
    assert {row.rule_kind for row in SAMPLE_SET.rows()} == {
        "yes_no",
        "choice",
        "tiers",
        "proportional",
        "proportional_floor",
        "linear",
        "count_capped",
        "deduct",
        "imported_ratio",
    }


def test_what_applies_only_to_some_units():
    only = {row.code: row.requires_trait for row in SAMPLE_SET.rows() if row.requires_trait}
    assert only == {
        **{f"3.{n}": UnitTrait.PROCEDURES.value for n in range(1, 7)},
        **{f"7.{n}": UnitTrait.PROCEDURES.value for n in range(1, 5)},
        "6.1": UnitTrait.INVESTMENT.value,
    }
    plain = sum(row.max_points for row in SAMPLE_SET.rows() if not row.requires_trait and row.code[0] not in "CT")
    assert plain == 58


def test_three_criteria_are_computed_from_tasks():
    assert {row.code: row.rule_params["fact"] for row in SAMPLE_SET.rows() if row.source == "tasks"} == {
        "1.2": "done_share",
        "1.3": "on_time_share",
        "1.4": "late_count",
    }


@pytest.mark.parametrize(
    ("code", "points"), [("1.2", Decimal("3.00")), ("1.3", Decimal("4.00")), ("1.4", Decimal("2.50"))]
)
def test_points_from_tasks(code, points):
    row = CRITERIA[code]
    value = value_from_facts(row.rule_params["fact"], due=15, done=14, on_time=12, late=2, missing=1)
    assert score(row.rule_kind, row.rule_params, value, row.max_points).points == points


@pytest.mark.parametrize("code", ["1.2", "1.3", "1.4"])
def test_no_task_due_gives_full_points(code):
    row = CRITERIA[code]
    value = value_from_facts(row.rule_params["fact"], due=0, done=0, on_time=0, late=0, missing=0)
    assert score(row.rule_kind, row.rule_params, value, row.max_points).points == row.max_points


def test_a_unit_without_procedures_and_investment_can_reach_one_hundred_percent():
    rows = [
        TotalRow(area.code, "criterion", row.max_points, not row.requires_trait, row.max_points)
        for area in SAMPLE_SET.areas
        for row in area.criteria
    ]
    result = total(rows, bonus_max=SAMPLE_SET.bonus_max, penalty_max=SAMPLE_SET.penalty_max)
    assert (result.total, result.applicable_max, result.index) == (Decimal(58), Decimal(58), Decimal(100))


def test_names_say_it_is_a_sample():
    assert (SAMPLE_SET.code, SAMPLE_SET.is_sample) == ("mau-2026", True)
    assert SAMPLE_SET.name == "Bộ tiêu chí MẪU chấm điểm cải cách hành chính các cơ quan, đơn vị năm 2026"


def test_the_demo_loads_the_set_once(commune):
    first = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    again = demo.load(commune.issuer)
    assert (again.pk, CriteriaSet.objects.count()) == (first.pk, 1)
    assert (first.state, first.is_sample, first.year) == (SetState.ISSUED, True, 2026)
    assert (first.bonus_max, first.penalty_max, first.tie_order) == (Decimal(3), Decimal(5), ["III", "I"])
    validate_bands(first.bands)
    assert AuditEntry.objects.filter(action="create_criteria_set").count() == 1


def test_stored_rows_follow_the_printed_order(commune):
    rows = list(Criterion.objects.filter(criteria_set__code="mau-2026").select_related("parent"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == 7 + len(CRITERIA)
    expected = []
    for area in SAMPLE_SET.areas:
        expected += [(area.code, None), *((row.code, area.code) for row in area.criteria)]
    expected += [(row.code, None) for row in (*SAMPLE_SET.bonuses, *SAMPLE_SET.penalties)]
    assert [(row.code, row.parent.code if row.parent else None) for row in rows] == expected
    kinds = {row.code: row.kind for row in rows}
    assert (kinds["III"], kinds["3.1"], kinds["C1"], kinds["T1"]) == (
        NodeKind.AREA,
        NodeKind.CRITERION,
        NodeKind.BONUS,
        NodeKind.PENALTY,
    )
    assert [row.code for row in rows if row.source == ValueSource.TASKS] == ["1.2", "1.3", "1.4"]


def test_stored_parameters_score_like_the_written_ones(commune):
    stored = Criterion.objects.get(criteria_set__code="mau-2026", code="3.1")
    result = score(stored.rule_kind, stored.rule_params, {"numerator": 97, "denominator": 100}, stored.max_points)
    assert result.points == Decimal("5.60")


def test_loading_an_existing_code_changes_nothing(commune):
    changed = replace(SAMPLE_SET, name="Tên khác")
    assert load_set(issuer=commune.issuer, spec=changed).name == SAMPLE_SET.name


def test_creating_an_existing_code_is_refused(commune):
    with pytest.raises(DomainError) as error:
        create_criteria_set(actor=commune.people["vhxh"], issuer=commune.issuer, spec=SAMPLE_SET)
    assert (error.value.field, error.value.message) == ("code", "Đã có bộ tiêu chí mang mã “mau-2026”.")


def with_area(place, **changes):
    areas = list(SAMPLE_SET.areas)
    areas[place] = replace(areas[place], **changes)
    return replace(SAMPLE_SET, areas=tuple(areas))


def with_row(place, **changes):
    area = SAMPLE_SET.areas[0]
    rows = list(area.criteria)
    rows[place] = replace(rows[place], **changes)
    return with_area(0, criteria=tuple(rows))


WRONG = {
    "area sum": (
        with_area(0, max_points=Decimal(21)),
        [
            "Dòng I có điểm tối đa 21 nhưng các dòng con cộng lại là 20.",
            "Các lĩnh vực phải cộng lại đúng 100 điểm; hiện là 101.",
        ],
    ),
    "code twice": (with_row(1, code="1.1"), ["Mã “1.1” bị trùng."]),
    "no code": (with_row(1, code=""), ["Mã “” phải có từ 1 đến 20 ký tự."]),
    "no name": (with_row(1, name=" "), ["Dòng “1.2” phải có tên, không quá 500 ký tự."]),
    "unknown rule": (with_row(6, rule_kind="dice"), ["Tiêu chí 1.7: Không có cách chấm “dice”."]),
    "unknown fact": (
        with_row(1, rule_params={**CRITERIA["1.2"].rule_params, "fact": "x"}),
        ["Tiêu chí 1.2: Nguồn tính từ nhiệm vụ phải nêu đúng một số liệu nhiệm vụ (fact)."],
    ),
    "fact on a typed row": (
        with_row(1, source="person"),
        ["Tiêu chí 1.2: Nguồn tính từ nhiệm vụ phải nêu đúng một số liệu nhiệm vụ (fact)."],
    ),
    "fact of another kind": (
        with_row(1, rule_params={**CRITERIA["1.2"].rule_params, "fact": "late_count"}),
        ["Tiêu chí 1.2: Cách chấm “Theo khoảng tỷ lệ” không dùng được số liệu “Số nhiệm vụ chậm hoặc chưa báo cáo”."],
    ),
    "nothing due not said": (
        with_row(3, rule_params={"step": "0.5", "fact": "late_count"}),
        ["Tiêu chí 1.4: Cần nêu điểm khi kỳ không có nhiệm vụ nào đến hạn (no_case_full)."],
    ),
    "bonus without cap": (
        replace(SAMPLE_SET, bonus_max=Decimal(0)),
        ["Mức tối đa của điểm cộng phải lớn hơn 0 khi và chỉ khi có dòng điểm cộng."],
    ),
    "tie order": (replace(SAMPLE_SET, tie_order=("IX",)), ["Thứ tự phân định nêu lĩnh vực “IX” không có."]),
    "bands": (
        replace(SAMPLE_SET, bands=SAMPLE_SET.bands[:-1]),
        ["Mức xếp loại cuối cùng phải bắt đầu từ 0 để phủ kín từ 0 đến 100."],
    ),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_wrong_set_is_named(name):
    spec, problems = WRONG[name]
    assert problems_of(spec) == problems


def test_a_wrong_set_is_not_created(commune):
    spec = replace(with_row(1, code="1.1"), code="sai")
    with pytest.raises(DomainError) as error:
        create_criteria_set(actor=None, issuer=commune.issuer, spec=spec)
    assert error.value.message == "Bộ tiêu chí chưa hợp lệ. Mã “1.1” bị trùng."
    assert not CriteriaSet.objects.filter(code="sai").exists()


def test_each_fact_has_a_name_and_rule_kinds():
    assert all(label and kinds <= set(RULES) for label, kinds in FACTS.values())
