"""What a unit still lacks: rows ordered by missing points, and the way to the next grade, on its scorecard's page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from emulation.enums import NodeKind, ValueSource
from emulation.gains import FROM_TASKS, NOT_SCORED, gains_of, way_up
from emulation.models import ScorecardRow
from emulation.queries.scorecards import sheet_of
from emulation.services import close_self_scoring
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
