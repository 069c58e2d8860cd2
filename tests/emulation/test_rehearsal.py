"""What a changed set would make of a result, and what a result says of its criteria: from snapshots alone."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from emulation.analysis import losses
from emulation.models import CriteriaSet, Ranking, Scorecard
from emulation.queries.analysis import rehearsal_facts, self_gaps, snapshots_of
from emulation.rehearsal import rehearse
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    publish_ranking,
    rank_round,
    reopen_appraisal,
    reopen_scorecard,
    save_appraisal_row,
)
from emulation.services.criteria import copy_set, replace_draft, spec_of
from emulation.services.rows import RowEntry
from ninhgiang.calendar import today
from tests.emulation.year import (
    best_value,
    card_of,
    opened,
    ranked,
    submitted_all,
    worst_value,
)


@pytest.fixture
def ranking(commune):
    """KT loses every row of area I, CA nothing, HCC one row of area II."""
    found = ranked(
        commune,
        ("KT", "CA", "HCC"),
        KT=lambda row: row.criterion.code.startswith("1."),
        HCC=lambda row: row.criterion.code.startswith("2.1"),
    )
    return found.ranking


@pytest.fixture
def spec(ranking):
    return spec_of(ranking.round.criteria_set)


def run(ranking, spec):
    facts = rehearsal_facts(ranking.round, spec)
    found = rehearse(ranking.snapshot, snapshots_of(ranking.round), spec, facts)
    return {one.unit: one for one in found.units}, found


def with_row(spec, code, **changes):
    """The set with one leaf changed; the areas' maxima are left as they are."""

    def row(one):
        if one.code == code:
            return replace(one, **changes)
        return replace(one, children=tuple(map(row, one.children)))

    return replace(spec, areas=tuple(replace(area, criteria=tuple(map(row, area.criteria))) for area in spec.areas))


def test_the_same_set_moves_nobody(ranking, spec):
    units, found = run(ranking, spec)
    assert len(units) == 3
    assert (found.rank_moves, found.grade_moves, found.notes) == (0, 0, [])
    assert all(one.before == one.after and one.changes == [] for one in found.units)


def test_other_bands_change_grades_only(ranking, spec):
    bands = [
        {"code": "dat", "name": "Đạt", "lower": "100", "closed": True},
        {"code": "chua", "name": "Chưa đạt", "lower": "0", "closed": True},
    ]
    units, found = run(ranking, replace(spec, bands=tuple(bands), head_mapping={}, veto_conditions=()))
    assert found.rank_moves == 0
    assert found.grade_moves == 3
    assert units["Công an xã"].after.grade_name == "Đạt"
    assert units["Phòng Kinh tế"].after.grade_name == "Chưa đạt"


def test_a_lost_criterion_that_is_dropped_lifts_the_unit_that_lost_it(ranking, spec):
    areas = tuple(area for area in spec.areas if area.code != "I")
    units, found = run(ranking, replace(spec, areas=areas, tie_order=(), veto_conditions=()))
    assert units["Phòng Kinh tế"].after.index == Decimal(100)
    assert units["Phòng Kinh tế"].after.index > units["Phòng Kinh tế"].before.index
    assert any("không còn trong bộ" in note for note in found.notes)
    assert units["Trung tâm Phục vụ hành chính công"].after.index < 100


def test_a_heavier_weight_lowers_who_lost_there_and_names_the_criterion(ranking, spec):
    leaf = next(row for row in spec.rows() if row.code.startswith("2.1") and row.rule_kind)
    heavier = with_row(spec, leaf.code, rule_kind="free", rule_params={"step": "0.5"}, max_points=leaf.max_points * 3)
    units, found = run(ranking, heavier)
    assert any("số liệu cũ không dùng được" in note and leaf.code in note for note in found.notes)
    changed = {change.code for one in units.values() for change in one.changes}
    assert leaf.code in changed


def test_a_new_criterion_does_not_count_and_is_named(ranking, spec):
    leaf = next(iter(spec.rows()))
    area = spec.areas[0]
    more = replace(area, criteria=(*area.criteria, replace(leaf, code="1.99", children=())))
    units, found = run(ranking, replace(spec, areas=(more, *spec.areas[1:])))
    assert found.rank_moves == 0
    assert any("1.99 chưa có số liệu" in note for note in found.notes)
    assert all(one.before.index == one.after.index for one in units.values())


def test_nothing_is_written(ranking, spec):
    before = list(Scorecard.objects.order_by("pk").values_list("sha256", flat=True))
    run(ranking, replace(spec, bonus_max=Decimal(1)))
    ranking.refresh_from_db()
    assert list(Scorecard.objects.order_by("pk").values_list("sha256", flat=True)) == before


# the page


def test_the_office_rehearses_a_draft_on_the_result_of_the_set_it_came_from(commune, ranking, sign_in):
    source = CriteriaSet.objects.get(code="mau-2026")
    made = copy_set(actor=commune.people["vhxh"], criteria_set=source, code="cchc-2027", name="Bộ 2027", year=2027)
    bands = [
        {"code": "dat", "name": "Mức đạt", "lower": "100"},
        {"code": "chua", "name": "Mức chưa đạt", "lower": "0"},
    ]
    draft = replace(spec_of(made), bands=tuple(bands), head_mapping={}, veto_conditions=())
    replace_draft(actor=commune.people["vhxh"], criteria_set=made, spec=draft)
    url = reverse("emulation:set-rehearsal", args=["cchc-2027"])
    answer = sign_in("vanphong").get(url)
    assert answer.context["chosen"].pk == ranking.pk
    assert answer.context["result"].grade_moves == 3
    assert "Mức chưa đạt" in answer.text
    assert "mức xếp loại từ" in answer.text
    assert sign_in("pct").get(url, {"dot": ranking.round_id}).status_code == 200
    assert sign_in("vhxh").get(url, {"dot": "999999"}).status_code == 404
    assert sign_in("tt.kt").get(url).status_code == 403
    detail = reverse("emulation:set-detail", args=["cchc-2027"])
    assert url in sign_in("vhxh").get(detail).text
    assert url not in sign_in("tt.kt").get(detail).text


def test_without_any_result_the_page_says_so(commune, sign_in):
    answer = sign_in("vhxh").get(reverse("emulation:set-rehearsal", args=["mau-2026"]))
    assert "Chưa có đợt nào được xếp hạng" in answer.text


def test_a_ranking_that_was_sent_back_is_not_offered(commune, ranking, sign_in):
    reopen_appraisal(actor=commune.people["vhxh"], round_id=ranking.round_id, reason="Xem lại")
    card = Scorecard.objects.filter(round=ranking.round).first()
    reopen_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk, reason="Xem lại")
    client, url = sign_in("vhxh"), reverse("emulation:set-rehearsal", args=["mau-2026"])
    answer = client.get(url)
    assert (answer.status_code, answer.context["chosen"]) == (200, None)
    assert client.get(url, {"dot": ranking.round_id}).status_code == 404


# analysis


def test_points_are_lost_where_the_snapshots_say(ranking):
    cards = snapshots_of(ranking.round)
    found = {one.code: one for one in losses(cards)}
    for code, one in found.items():
        rows = [row for card in cards for row in card["rows"] if row["code"] == code and row["applicable"]]
        assert one.units == len(rows)
        assert one.lost == sum(Decimal(row["max_points"]) - Decimal(row["points"]) for row in rows)
    assert [one.lost for one in losses(cards)] == sorted((one.lost for one in found.values()), reverse=True)
    first = next(one for one in losses(cards) if one.code.startswith("1.") and one.zero)
    assert (first.units, first.zero, first.full) == (3, 1, 2)
    assert not first.all_full
    assert not first.all_zero
    assert any(one.all_full for one in found.values())


def test_self_score_against_result_by_unit(commune):
    round_ = opened(commune, ("KT", "CA"))
    submitted_all(commune, round_)
    reviewer = commune.people["vhxh"]
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đủ phiếu")
    card = card_of(round_, commune, "KT")
    row = card.rows.filter(applicable=True, criterion__source="person", criterion__kind="criterion").first()
    saved = save_appraisal_row(
        actor=reviewer, scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, worst_value(row), "Thiếu")
    )
    for one in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=one.pk)
        complete_appraisal(actor=reviewer, scorecard_id=one.pk)
    rank_round(actor=reviewer, round_id=round_.pk)
    round_.refresh_from_db()
    lines = {line.unit: line for line in self_gaps(round_).lines}
    assert lines["Phòng Kinh tế"].gaps == [saved.self_points - saved.appraised_points]
    assert lines["Công an xã"].gaps == [Decimal(0)]
    assert best_value(row) != worst_value(row)


def test_the_analysis_page_and_its_workbook(commune, ranking, sign_in, django_assert_max_num_queries):
    url = reverse("emulation:round-analysis", args=[ranking.round_id])
    client = sign_in("vanphong")
    with django_assert_max_num_queries(16):
        answer = client.get(url)
    found = losses(snapshots_of(ranking.round))
    assert [one.code for one in answer.context["losses"]] == [one.code for one in found if one.lost]
    assert "Mọi đơn vị đạt tối đa" in answer.text
    book = load_workbook(BytesIO(client.get(url, {"tep": "excel"}).content))
    sheet = book["Mất điểm theo tiêu chí"]
    assert (sheet["A3"].value, Decimal(str(sheet["G3"].value))) == (found[0].code, found[0].lost)
    assert book["Tự chấm và kết quả"]["A3"].value == "Phòng Kinh tế"
    publish_ranking(
        actor=commune.people["pct"], round_id=ranking.round_id, decision_number="15/QĐ-UBND", decision_on=today()
    )
    assert sign_in("tt.kt").get(url).status_code == 403
    page = reverse("emulation:ranking", args=[ranking.round_id])
    assert url in client.get(page).text
    assert url not in sign_in("tt.kt").get(page).text


def test_a_veto_that_names_a_grade_the_new_set_lacks_is_left_out(ranking, spec):
    stored = Ranking.objects.get(pk=ranking.pk)
    entry = next(entry for block in stored.snapshot["blocks"] for entry in block["entries"])
    entry["set_vetoes"] = [
        {"effect": "max_grade", "grade": "kha", "reason": "Nhũng nhiễu", "decision_number": "31/QĐ-UBND"}
    ]
    bands = ({"code": "dat", "name": "Đạt", "lower": "0"},)
    _, found = run(stored, replace(spec, bands=bands, head_mapping={}, veto_conditions=()))
    assert any("nêu mức xếp loại bộ mới không có" in note for note in found.notes)
