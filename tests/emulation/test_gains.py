"""What a unit still lacks: rows ordered by missing points, and the way to the next grade, on its scorecard's page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from emulation.enums import NodeKind, ValueSource
from emulation.gains import FROM_TASKS, NOT_SCORED, gains_of, way_up
from emulation.models import Criterion, ScorecardRow
from emulation.queries.scorecards import sheet_of
from emulation.services import close_self_scoring
from emulation.services.rows import RowEntry, save_self_row
from emulation.shortfalls import shortfalls
from tests.emulation.year import card_of, fill, opened, ranked, row_of


@pytest.fixture
def card(commune):
    return card_of(opened(commune, ("KT",)), commune, "KT")


def test_an_empty_scorecard_lacks_everything_that_applies_largest_first(card):
    sheet = sheet_of(card)
    gains = gains_of(sheet, "self")
    counted = [
        row
        for row in sheet.live
        if row.criterion.kind == NodeKind.CRITERION and (row.self_points or 0) < row.max_points
    ]
    assert {gain.row.pk for gain in gains} == {row.pk for row in counted}
    sizes = [gain.points for gain in gains]
    assert sizes == sorted(sizes, reverse=True)
    assert {gain.reason for gain in gains if gain.row.self_points is None} <= {NOT_SCORED, FROM_TASKS}


def test_a_full_answer_leaves_the_list_and_a_weak_one_says_why(commune, card):
    weak = "2.1"
    fill(card, commune.people["tt.kt"], lambda row: row.criterion.code == weak)
    gains = {gain.row.criterion.code: gain for gain in gains_of(sheet_of(card), "self")}
    people = {code for code, gain in gains.items() if gain.row.criterion.source == ValueSource.PERSON}
    assert people == {weak}
    row = row_of(card, weak)
    assert gains[weak].points == row.max_points - row.self_points
    assert gains[weak].reason == row.self_explanation


def test_the_way_up_reaches_the_next_grade_exactly_as_the_totals_do(commune, card):
    fill(card, commune.people["tt.kt"], lambda row: row.criterion.position % 2 == 0)
    sheet = sheet_of(card)
    way = way_up(sheet, "self")
    assert way.reached
    for step in way.steps:
        ScorecardRow.objects.filter(scorecard=card, criterion__code=step.code).update(self_points=step.after)
    after = sheet_of(card).self_totals.index
    assert after == way.index_after
    assert way.target.holds(after)
    assert not way.target.holds(sheet.self_totals.index)


def test_a_row_counted_from_tasks_is_never_advised(commune, card):
    fill(card, commune.people["tt.kt"], lambda row: True)
    tasks = set(card.rows.filter(criterion__source=ValueSource.TASKS).values_list("criterion__code", flat=True))
    way = way_up(sheet_of(card), "self")
    assert tasks
    assert not tasks & {step.code for step in way.steps}


def test_the_unit_reads_it_on_its_scorecard(commune, card, sign_in):
    fill(card, commune.people["tt.kt"], lambda row: row.criterion.position % 2 == 0)
    client = sign_in("tt.kt")
    page = client.get(reverse("emulation:scorecard-detail", args=[card.pk]))
    way = way_up(sheet_of(card), "self")
    assert page.context["way"] == way
    text = page.content.decode()
    assert way.sentence() in text
    assert all(step.sentence() in text for step in way.steps)
    first = page.context["gains"][0]
    assert f"#row-{first.row.pk}" in text


def test_it_is_hidden_while_others_appraise_and_speaks_of_what_counts_afterwards(commune, card, sign_in):
    fill(card, commune.people["tt.kt"])
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    page = sign_in("tt.kt").get(reverse("emulation:scorecard-detail", args=[card.pk]))
    assert "gains" not in page.context


def test_after_the_appraisal_losses_lead_to_their_explanation(commune, sign_in):
    round_ = ranked(commune, ("KT",), KT=lambda row: row.criterion.code == "2.1")
    card = card_of(round_, commune, "KT")
    page = sign_in("vhxh").get(reverse("emulation:scorecard-detail", args=[card.pk]))
    lost = {gain.row.criterion.code: gain.points for gain in page.context["gains"]}
    row = row_of(card, "2.1")
    assert lost["2.1"] == row.max_points - row.appraised_points > Decimal(0)
    assert reverse("emulation:row-explain", args=[card.pk, row.pk]) in page.content.decode()


def test_missing_answers_files_and_points_stand_in_one_list_by_points(commune, card):
    head = commune.people["tt.kt"]
    fill(card, head, lambda row: row.criterion.code == "2.1")
    empty, bare = row_of(card, "2.2"), row_of(card, "1.1")
    assert bare.criterion.evidence_required is True
    for row, value in ((empty, None), (bare, bare.self_value)):
        save_self_row(actor=head, scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, value, ""))
    weak, empty, bare = row_of(card, "2.1"), row_of(card, "2.2"), row_of(card, "1.1")

    found = shortfalls(sheet_of(card), "self")

    mine = {one.row.criterion.code: (one.points, one.reason, one.required) for one in found}
    assert mine["2.1"] == (weak.max_points, weak.self_explanation, False)
    assert mine["2.2"] == (empty.max_points, "chưa chấm", True)
    proof = "cần ít nhất một minh chứng, hoặc ghi chú giải thích vì sao chưa có"
    assert mine["1.1"] == (bare.self_points, proof, True)
    sizes = [one.points for one in found]
    assert sizes == sorted(sizes, reverse=True)


def test_a_claim_without_proof_below_the_maximum_is_worth_both(commune, card):
    Criterion.objects.filter(criteria_set=card.round.criteria_set, code="2.1").update(evidence_required=True)
    head, row = commune.people["tt.kt"], row_of(card, "2.1")
    entry = RowEntry(row.pk, row.version, {"numerator": 5, "denominator": 10}, "")
    save_self_row(actor=head, scorecard_id=card.pk, entry=entry)
    found = next(one for one in shortfalls(sheet_of(card), "self") if one.row.pk == row.pk)
    assert (found.points, found.required) == (row.max_points, True)
    assert found.reason.split("; ")[1] == row_of(card, "2.1").self_explanation


def test_the_page_shows_all_that_must_be_done_first_or_folded(card, sign_in):
    page = sign_in("tt.kt").get(reverse("emulation:scorecard-detail", args=[card.pk]))
    gains, missing = page.context["gains"], page.context["missing"]
    required = [one for one in gains if one.required]
    assert {one.row.pk for one in required} == {row.pk for row, _ in missing}
    assert page.text.count("Cần trước khi nộp") == len(required) > 10
    assert f"Xem {len(gains) - 10} tiêu chí còn lại" in page.text
    assert page.text.count('id="h-gains"') == 1
