"""A scorecard that was never handed in, in a set whose rule gives 0 for all the unit declared itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from emulation.enums import LatePolicy
from emulation.models import CriteriaSet, Criterion, ScorecardRow
from emulation.queries.appraisal import queue_of
from emulation.queries.scorecards import sheet_of
from emulation.scoring import ValueProblem
from emulation.services import (
    accept_unchanged,
    complete_appraisal,
    publish_ranking,
    rank_round,
    save_appraisal_row,
    save_self_row,
    verify_snapshot,
)
from emulation.services.clock import close_due_rounds
from emulation.services.rows import RowEntry
from ninhgiang.calendar import today
from tests.emulation.cycle_kit import form_of
from tests.emulation.year import best_value, card_of, fill, opened, row_of


@pytest.fixture
def card(clock, commune):
    """KT filled in everything, 2.1 as "không phát sinh", and handed nothing in; the clock closed the round."""
    CriteriaSet.objects.filter(issuer=commune.issuer).update(late_policy=LatePolicy.ZERO)
    none_at_all = Criterion.objects.get(criteria_set__issuer=commune.issuer, code="2.1")
    none_at_all.rule_params = {**none_at_all.rule_params, "no_case_full": None, "no_case": "not_applicable"}
    none_at_all.save()
    round_ = opened(
        commune, ("KT",), self_score_until=today() + timedelta(days=1), appraise_until=today() + timedelta(days=20)
    )
    card = card_of(round_, commune, "KT")
    fill(card, commune.people["cv.kt"])
    row = row_of(card, "2.1")
    entry = RowEntry(row.pk, row.version, {"no_case": True}, "Không phát sinh")
    save_self_row(actor=commune.people["cv.kt"], scorecard_id=card.pk, entry=entry)
    clock.move_to("2026-11-04T09:00:00+07:00")
    close_due_rounds()
    return card_of(round_, commune, "KT")


def declared(card):
    return card.rows.filter(applicable=True, criterion__source="person").exclude(criterion__kind="penalty")


def test_the_zeros_are_accepted_without_the_typed_value_and_publish(card, commune):
    people = commune.people
    accept_unchanged(actor=people["vhxh"], scorecard_id=card.pk)
    rows = declared(card)
    assert {(row.self_zeroed, row.appraised_points, row.appraised_value) for row in rows} == {(True, 0, None)}
    assert row_of(card, "2.2").self_value == best_value(row_of(card, "2.2"))

    done = complete_appraisal(actor=people["vhxh"], scorecard_id=card.pk)
    ranking = rank_round(actor=people["vhxh"], round_id=card.round_id)
    publish_ranking(actor=people["pct"], round_id=card.round_id, decision_number="25/QĐ-UBND", decision_on=today())

    assert verify_snapshot(ranking) is True
    computed = card.rows.filter(criterion__source="tasks", applicable=True)
    assert done.appraised_total == sum((row.appraised_points for row in computed), Decimal(0))


def test_both_columns_are_counted_over_the_same_maximum(card, commune):
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)

    sheet = sheet_of(card)

    assert sheet.self_totals == sheet.appraised_totals
    assert sheet.self_totals.applicable_max == sum(
        row.max_points for row in sheet.live if row.criterion.kind == "criterion"
    )


def test_retyping_what_was_not_handed_in_gives_no_points(card, commune):
    row = row_of(card, "2.2")
    entry = RowEntry(row.pk, row.version, row.self_value, "Đơn vị có làm, chỉ quên nộp")

    with pytest.raises(ValueProblem, match="mở khóa để đơn vị nộp"):
        save_appraisal_row(actor=commune.people["vhxh"], scorecard_id=card.pk, entry=entry)
    assert row_of(card, "2.2").appraised_points is None


def test_a_zero_by_rule_is_no_mistake_of_the_unit(card, commune):
    def mistaken():
        queue = queue_of(commune.people["vhxh"], card.round)
        return [one.row.criterion.code for one in queue if "inconsistent" in one.doubt.codes]

    assert mistaken() == []
    ScorecardRow.objects.filter(pk=row_of(card, "2.2").pk).update(self_zeroed=False)
    assert mistaken() == ["2.2"]


def test_agreeing_with_one_zero_on_the_page_takes_it(card, commune, sign_in):
    row = row_of(card, "2.2")
    client, address = sign_in("vhxh"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    data = form_of(client.get(address).text, has="-version") | {f"r{row.pk}-agree": "1"}

    assert client.post(address, data).status_code == 302

    now = row_of(card, "2.2")
    assert (now.appraised_points, now.appraised_value, now.appraised_by) == (0, None, commune.people["vhxh"])
    assert row_of(card, "2.1").appraised_points is None


def test_a_tick_does_not_undo_other_numbers(card, commune, sign_in):
    row = row_of(card, "2.2")
    client, address = sign_in("vhxh"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    typed = {f"r{row.pk}-agree": "1", f"r{row.pk}-count": "1000", f"r{row.pk}-note": "Trả lại tất cả"}
    data = form_of(client.get(address).text, has="-version") | typed

    assert client.post(address, data).status_code == 302

    now = row_of(card, "2.2")
    assert (now.appraised_points, now.appraised_value, now.appraisal_reason) == (0, {"count": 1000}, "Trả lại tất cả")
