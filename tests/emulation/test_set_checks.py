"""What is wrong with a criteria set: every check, and the place each problem belongs to."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from emulation.enums import SetState
from emulation.models import CriteriaSet, Criterion, PastResult, RankingEntry
from emulation.queries.criteria import known_places
from emulation.ranking.bands import MAX_CODE, MAX_NAME
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import RULES, RuleError, read_rule
from emulation.services.criteria import copy_set, create_criteria_set, issue_set, replace_draft, spec_of
from emulation.set_spec import (
    KnownPlaces,
    Problem,
    RowSpec,
    SetRefused,
    check_rule,
    code_problem,
    draft_problems,
    place_problems,
    problems_in,
    problems_of,
)
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from tests.emulation.small_sets import FREE, deep, leaf

BANDS = ({"code": "dat", "name": "Đạt", "lower": "50"}, {"code": "khong", "name": "Không đạt", "lower": "0"})


def with_leaf(**changes):
    """The set with its row 1.1 changed."""
    areas = deep().areas
    return deep(areas=(replace(areas[0], criteria=(replace(areas[0].criteria[0], **changes),)), areas[1]))


def with_extra(kind, row):
    return deep(**{kind: (row,), {"bonuses": "bonus_max", "penalties": "penalty_max"}[kind]: Decimal(5)})


def places(spec):
    """Where draft and full checks put what they find: they agree on everything but what is unfinished."""
    drafts = problems_in(spec, unfinished=True)
    assert set(drafts) <= set(problems_in(spec))
    return [(one.row, one.field, one.part, one.place) for one in drafts]


def test_a_whole_set_has_no_problem():
    assert problems_in(deep()) == problems_in(SAMPLE_SET) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Bộ 2027"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "a/b"}, "code"),
        ({"code": "a" * 41}, "code"),
        ({"name": " "}, "name"),
        ({"name": "n" * 301}, "name"),
        ({"name": "n\x00"}, "name"),
        ({"year": 99999}, "year"),
        ({"year": 1999}, "year"),
        ({"legal_basis": "c" * 2001}, "legal_basis"),
        ({"late_points_max": Decimal(999_999)}, "late_points_max"),
        ({"late_points_max": Decimal("0.5"), "late_points": Decimal("0.33333")}, "late_points"),
        ({"late_points_max": Decimal(0)}, "late_points_max"),
        ({"rank_style": "x"}, "rank_style"),
        ({"index_decimals": 5}, "index_decimals"),
        ({"appeal_working_days": 0}, "appeal_working_days"),
        ({"late_policy": "x"}, "late_policy"),
        ({"tie_order": ("IX",)}, "tie_order"),
    ],
)
def test_what_is_wrong_with_the_heading_is_told_at_its_field(changes, field):
    assert places(deep(**changes)) == [("", field, "tie_order" if field == "tie_order" else "", 0)]


@pytest.mark.parametrize("name", ["bonus", "penalty"])
def test_caps_fit_their_column_and_stand_where_there_are_rows(name):
    rows = "bonuses" if name == "bonus" else "penalties"
    spec = with_extra(rows, leaf("C1", 2))
    assert problems_in(spec) == []
    too_large = replace(spec, **{f"{name}_max": Decimal(100_000)})
    assert places(too_large) == [("", f"{name}_max", "", 0)]
    left = [(one.row, one.field) for one in problems_in(replace(spec, **{f"{name}_max": Decimal(0)}))]
    assert (left, draft_problems(replace(spec, **{f"{name}_max": Decimal(0)}))) == ([("", f"{name}_max")], [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "m" * 21}, "code"),
        ({"code": "I/1"}, "code"),
        ({"code": "1;1"}, "code"),
        ({"code": "."}, "code"),
        ({"code": ".."}, "code"),
        ({"code": "@lost"}, "code"),
        ({"code": "cong-tru"}, "code"),
        ({"code": "II"}, "code"),
        ({"name": " "}, "name"),
        ({"name": "n" * 501}, "name"),
        ({"name": "a\ud800"}, "name"),
        ({"name": "a\ufffe"}, "name"),
        ({"guidance": "a\uffff"}, "guidance"),
        ({"max_points": Decimal(0)}, "max_points"),
        ({"max_points": Decimal(100_000)}, "max_points"),
        ({"max_points": Decimal("1.005")}, "max_points"),
        ({"legal_basis": "c" * 301}, "legal_basis"),
        ({"guidance": "h" * 2001}, "guidance"),
        ({"guidance": "a\x07"}, "guidance"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_at_its_field(changes, field):
    row = "II" if changes.get("code") == "II" else changes.get("code", "1.1")
    assert places(with_leaf(**changes)) == [(row, field, "", 0)]


def test_what_is_too_long_or_broken_inside_a_rule_is_told_at_its_parameters():
    choice = {"rule_kind": "choice", "max_points": Decimal(60)}

    def options(label):
        return [{"code": "a", "label": label, "points": "60"}, {"code": "b", "label": "B", "points": "0"}]

    assert places(with_leaf(**choice, rule_params={"options": options("A")})) == []
    for label in ("\x00", "\ud800", "a\tb", "\ufffe", "a\U0001ffff"):
        assert places(with_leaf(**choice, rule_params={"options": options(label)})) == [("1.1", "rule_params", "", 0)]
    many = [{"code": f"m{place}", "label": "A" * 100, "points": "60"} for place in range(300)]
    assert places(with_leaf(**choice, rule_params={"options": many})) == [("1.1", "rule_params", "", 0)]


def test_a_set_has_so_many_rows_and_levels_at_most():
    first = deep().areas[0]
    rows = tuple(leaf(f"x{place}", 1) for place in range(1001))
    assert "Bộ tiêu chí có hơn 1000 dòng." in draft_problems(deep(areas=(replace(first, criteria=rows),)))
    six = RowSpec(code="x", name="x", max_points=Decimal(60), children=(leaf("y", 60),))
    for place in range(4):
        six = RowSpec(code=f"x{place}", name="x", max_points=Decimal(60), children=(six,))
    sixth = replace(first, criteria=(six,))
    assert draft_problems(deep(areas=(sixth, deep().areas[1]))) == ["Dòng x nằm sâu quá 5 cấp."]


def test_a_draft_may_have_what_is_only_unfinished_and_each_is_told_at_its_row():
    spec = with_leaf(max_points=Decimal(59), rule_kind="", rule_params={})
    assert draft_problems(spec) == []
    assert problems_in(spec) == [
        Problem("Dòng I có điểm tối đa 60 nhưng các dòng con cộng lại là 59.", "I", "max_points"),
        Problem("Tiêu chí 1.1: Chưa có cách chấm.", "1.1", "rule_kind"),
    ]
    empty = deep(areas=(replace(deep().areas[0], criteria=()),), veto_conditions=())
    assert draft_problems(empty) == []
    assert problems_in(empty) == [
        Problem("Lĩnh vực I chưa có tiêu chí nào.", "I"),
        Problem("Các lĩnh vực phải cộng lại đúng 100 điểm; hiện là 60."),
    ]


# rules of a row


def told(row, kind="criterion"):
    with pytest.raises(RuleError) as refused:
        check_rule(row, kind)
    return refused.value.field


BACKWARDS = {"tiers": [{"lower": "90", "points": "1"}, {"lower": "50", "points": "2"}, {"lower": "0", "points": "0"}]}


def test_a_better_rate_never_earns_less_but_may_cost_less():
    row = replace(leaf("1.1", 2), rule_kind="tiers", rule_params=BACKWARDS)
    assert told(row) == told(row, "bonus") == "tiers"
    check_rule(row, "penalty")
    level = {"tiers": [{"lower": "90", "points": "2"}, {"lower": "50", "points": "2"}, {"lower": "0", "points": "0"}]}
    check_rule(replace(row, rule_params=level))
    with pytest.raises(
        RuleError, match=r"^Tỷ lệ cao hơn lại .*\(từ 90 % trở lên: 1 điểm; từ 50 % đến dưới 90 %: 2 điểm\)\. "
    ):
        check_rule(row)


def test_a_penalty_never_adds_points_and_no_case_is_no_fault():
    below = replace(leaf("T1", 2), rule_kind="yes_no", rule_params={"below_zero": "2"})
    check_rule(below)
    assert told(below, "penalty") == told(below, "bonus") == "below_zero"
    for params in ({"no_case": "full"}, {"no_case_full": True}):
        row = replace(leaf("T1", 2), rule_params=FREE | params)
        check_rule(row, "bonus")
        assert told(row, "penalty") == "no_case"
    check_rule(replace(leaf("T1", 2), rule_params=FREE | {"no_case": "zero"}), "penalty")
    assert places(with_extra("penalties", below)) == [("T1", "rule_params", "below_zero", 0)]


OPTIONS = {"options": [{"code": "a", "label": "A", "points": "2"}, {"code": "b", "label": "B", "points": "0"}]}
STEPS = {"steps": [{"code": "a", "label": "A", "points": "1"}, {"code": "b", "label": "B", "points": "1"}]}
LEVELS = {"levels": [{"code": "a", "label": "A", "percent": "100"}, {"code": "b", "label": "B", "percent": "0"}]}
RANKS = {"by": "rank", "name": "DTI", "ranks": [{"to": 3, "points": "2"}, {"points": "0"}]}
TIERS = {"tiers": [{"lower": "90", "closed": False, "points": "2"}, {"lower": "0", "points": "0"}]}
FORMULA = {
    "variables": [{"code": "x", "label": "X", "part_of": "y"}, {"code": "y", "label": "Y"}],
    "branches": [
        {"code": "a", "label": "A", "formula": "x / y"},
        {"code": "b", "label": "B", "formula": "x / (y + 1)"},
    ],
}


@pytest.mark.parametrize(
    ("kind", "params", "name", "key"),
    [
        ("choice", OPTIONS, "options", "point"),
        ("deduct", STEPS, "steps", "step"),
        ("quality", LEVELS, "levels", "points"),
        ("converted", RANKS, "ranks", "from"),
        ("tiers", TIERS, "tiers", "close"),
        ("formula", FORMULA, "variables", "partof"),
        ("formula", FORMULA, "branches", "most"),
    ],
)
def test_a_key_nobody_reads_inside_a_list_is_refused_with_its_item(kind, params, name, key):
    row = {"rule_kind": kind, "max_points": Decimal(2)}
    assert places(with_leaf(**row, rule_params=params)) == []
    items = [item | ({key: False} if place else {}) for place, item in enumerate(params[name])]
    mistyped = with_leaf(**row, rule_params=params | {name: items})
    assert places(mistyped) == [("1.1", "rule_params", name, 2)]
    assert f"Danh sách “{name}”, mục 2: không có “{key}”; chỉ dùng “" in draft_problems(mistyped)[0]
    read_rule(kind, params | {name: items}, Decimal(2))  # what was scored by it stays readable


def test_a_formula_that_can_never_score_is_refused_and_what_was_scored_by_it_stays_readable():
    def with_formula(text, **changes):
        variables = [{"code": "x", "label": "Số việc"} | changes]
        return {"variables": variables, "branches": [{"code": "a", "label": "Chung", "formula": text}]}

    for params, part in ((with_formula("x / 0"), "formula"), (with_formula("x + 100"), "formula")):
        row = {"rule_kind": "formula", "rule_params": params, "max_points": Decimal(1)}
        assert places(with_leaf(**row)) == [("1.1", "rule_params", part, 0)]
        read_rule("formula", params, Decimal(1))
    circle = FORMULA | {"variables": [FORMULA["variables"][0], FORMULA["variables"][1] | {"part_of": "x"}]}
    row = {"rule_kind": "formula", "rule_params": circle, "max_points": Decimal(2)}
    assert places(with_leaf(**row)) == [("1.1", "rule_params", "variables", 0)]
    read_rule("formula", circle, Decimal(2))


KEYS = (
    "tiers", "lower", "points", "options", "code", "label", "fact", "no_case", "step", "steps", "formula", "branches",
    "variables", "ranks", "to", "by", "name", "grade", "levels", "bands", "when", "effect", "percent", "closed",
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.text(max_size=4) | st.sampled_from(["50", "0.5", "tot", "I"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inside, max_size=4),
    max_leaves=6,
)


@given(kind=st.sampled_from(sorted(RULES)), params=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=4))
def test_any_json_as_a_rule_is_judged_and_never_breaks_the_check(kind, params):
    for source in ("person", "tasks"):
        spec = with_leaf(rule_kind=kind, rule_params=params, source=source)
        assert all(one.row == "1.1" for one in problems_in(spec, unfinished=True))


@given(one=st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5))
def test_any_json_as_a_band_a_veto_or_a_mapping_is_judged(one):
    for changes, field in (
        ({"veto_conditions": (one,)}, "veto_conditions"),
        ({"bands": (one, BANDS[1]), "head_mapping": {}, "veto_conditions": ()}, "bands"),
        ({"head_mapping": one}, "head_mapping"),
    ):
        assert {found.field for found in problems_in(deep(**changes), unfinished=True)} <= {field}


# bands, heads, vetoes


def test_one_gap_in_the_bands_is_told_once_at_its_band():
    gap = (BANDS[0] | {"upper": "90"}, BANDS[1])
    assert places(deep(bands=gap)) == [("", "bands", "bands", 1)]
    assert places(deep(bands=BANDS[:1])) == [("", "bands", "bands", 1)]
    by_index = {"by": "index", "bands": [BANDS[0]]}
    assert [one[1] for one in places(deep(bands=BANDS[:1], head_mapping=by_index))] == ["bands", "head_mapping"]


@pytest.mark.parametrize(
    "band",
    [{"code": "d" * 31}, {"name": "Đ" * 61}, {"clsed": False}, {"lower": "x"}, {"name": "Đ\x00"}, {"name": "\ud800"}],
)
def test_a_band_that_cannot_be_stored_or_says_what_nobody_reads_is_refused(band):
    bands = (BANDS[0] | band, BANDS[1])
    found = problems_in(deep(bands=bands, head_mapping={}), unfinished=True)
    assert {one.field for one in found} == {"bands"}
    head = {"by": "index", "bands": list(bands)}
    assert {one.field for one in problems_in(deep(head_mapping=head), unfinished=True)} == {"head_mapping"}


@pytest.mark.parametrize("level", [{"code": "d" * 31}, {"name": "Đ" * 61}, {"lower": "5"}])
def test_so_is_a_grade_of_heads(level):
    levels = [one | (level if place else {}) for place, one in enumerate(deep().head_mapping["levels"])]
    assert places(deep(head_mapping={"by": "grade", "levels": levels})) == [("", "head_mapping", "levels", 2)]
    assert places(deep(head_mapping=deep().head_mapping | {"note": "x"})) == [("", "head_mapping", "note", 0)]


def veto(**more):
    return {"when": "area_below", "code": "II", "percent": "50", "effect": "no_award"} | more


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        (veto(percent="101"), "percent"),
        (veto(percent="năm mươi"), "percent"),
        ({"when": "area_below", "code": "II", "effect": "no_award"}, "percent"),
        (veto(code="IX"), "code"),
        (veto(code=["I"]), "code"),
        (veto(code="1.1"), "code"),
        (veto(when="criterion_below", code="II"), "code"),
        (veto(when="criterion_below", code="2.1"), "code"),
        (veto(when="sometimes"), "when"),
        (veto(when=["area_below"]), "when"),
        (veto(steps=2), "steps"),
        (veto(percnt="50"), "percnt"),
        (veto(when="not_submitted"), "code"),
        (veto(effect="max_grade", grade="x"), "grade"),
        (veto(effect="max_grade"), "grade"),
        (veto(effect="minus_grades", steps=2), "steps"),
        (veto(effect=["no_award"]), "effect"),
    ],
)
def test_a_veto_that_cannot_be_met_or_read_is_refused_at_its_line(condition, part):
    assert places(deep(veto_conditions=(veto(), condition))) == [("", "veto_conditions", part, 2)]


@pytest.mark.parametrize(
    "condition",
    [
        veto(),
        veto(when="criterion_below", code="2.1.1.a1"),
        {"when": "not_submitted", "effect": "max_grade", "grade": "khong", "steps": "", "code": None},
        {"when": "manual", "effect": "minus_grades", "steps": 1, "reason": "Số liệu sai", "decision_number": "1/QĐ"},
    ],
)
def test_a_right_veto_passes(condition):
    assert problems_of(deep(veto_conditions=(condition,))) == []


def test_a_bonus_is_no_criterion_a_veto_can_name():
    spec = with_extra("bonuses", leaf("C1", 2))
    assert places(replace(spec, veto_conditions=(veto(when="criterion_below", code="C1"),)))[0][2] == "code"


# places and refusals


def test_every_unknown_block_unit_and_appraiser_is_told_at_its_row(commune):
    spec = with_leaf(blocks=("a", "b"), units=("KT", "XX"), appraiser="YY")
    known = known_places(commune.issuer)
    assert place_problems(spec, known) == [
        Problem("Tiêu chí 1.1: không có khối “a”.", "1.1", "blocks"),
        Problem("Tiêu chí 1.1: không có khối “b”.", "1.1", "blocks"),
        Problem("Tiêu chí 1.1: không có đơn vị “XX”.", "1.1", "units"),
        Problem("Tiêu chí 1.1: không có đơn vị “YY”.", "1.1", "appraiser"),
    ]
    assert place_problems(spec, KnownPlaces(blocks=frozenset("ab"), units=frozenset({"KT", "XX", "YY"}))) == []
    with pytest.raises(SetRefused) as refused:
        create_criteria_set(actor=None, issuer=commune.issuer, spec=spec)
    assert refused.value.problems == place_problems(spec, known)


def test_an_unfinished_draft_goes_out_and_in_again_and_is_copied_but_not_issued(commune, tmp_path, capsys):
    spec = with_leaf(max_points=Decimal(59), rule_kind="", rule_params={})
    vhxh = commune.people["vhxh"]
    draft = create_criteria_set(actor=vhxh, issuer=commune.issuer, spec=spec)
    file = tmp_path / "bo.xlsx"
    call_command("export_criteria", "sau-2027", file)
    call_command("import_criteria", file)
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Không có gì thay đổi.",
        "Còn phải sửa trước khi ban hành: Tiêu chí!E2: Dòng I có điểm tối đa 60 nhưng các dòng con cộng lại là 59.",
        "Còn phải sửa trước khi ban hành: Tiêu chí!F3: Tiêu chí 1.1: Chưa có cách chấm.",
    ]
    copy = copy_set(actor=vhxh, criteria_set=draft, code="sau-2028", name="Bộ 2028", year=2028)
    assert spec_of(copy) == replace(spec, code="sau-2028", name="Bộ 2028", year=2028)
    with pytest.raises(SetRefused) as refused:
        issue_set(actor=commune.people["pct"], criteria_set=draft, decision_number="7/QĐ-UBND", decision_on=today())
    assert refused.value.problems == problems_in(spec)
    with pytest.raises(SetRefused):
        create_criteria_set(actor=vhxh, issuer=commune.issuer, spec=replace(spec, code="x"), state=SetState.ISSUED)


def test_what_a_file_says_of_the_sample_is_written_once(commune):
    draft = create_criteria_set(actor=None, issuer=commune.issuer, spec=deep())
    sample = replace(deep(), is_sample=True)
    written = [replace_draft(actor=None, criteria_set=draft, spec=sample, unfinished=True) for _ in ("first", "second")]
    assert (written, spec_of(CriteriaSet.objects.get(pk=draft.pk))) == ([True, False], sample)


def test_a_refusal_names_its_field_when_all_belong_to_one():
    late = deep(late_points_max=Decimal(0))
    assert SetRefused("Chưa được.", problems_in(late)).field == "late_points_max"
    assert SetRefused("Chưa được.", problems_in(replace(late, tie_order=("IX",)))).field == ""
    assert SetRefused("Chưa được.", problems_in(with_leaf(name=" "))).field == ""
    assert issubclass(SetRefused, DomainError)


def test_the_limits_are_those_of_the_columns():
    def most(model, name):
        return model._meta.get_field(name).max_length

    assert MAX_CODE == most(RankingEntry, "grade_code") == most(RankingEntry, "head_grade_code")
    assert MAX_NAME == most(RankingEntry, "grade_name") == most(RankingEntry, "head_grade_name")
    assert (most(PastResult, "grade_code"), most(PastResult, "grade_name")) == (MAX_CODE, MAX_NAME)
    assert (most(CriteriaSet, "code"), most(CriteriaSet, "name")) == (40, 300)
    limits = [most(Criterion, name) for name in ("code", "name", "legal_basis")]
    assert limits == [20, 500, 300]
    assert code_problem("m" * 20) == ""
