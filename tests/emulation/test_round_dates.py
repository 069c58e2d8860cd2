"""Moving the dates of a round: which, when, to which day; nobody becomes late or on time by it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from emulation.enums import RoundState
from emulation.models import CriteriaSet, Round
from emulation.round_dates import check_moves, movable_dates
from emulation.services import change_round_dates, close_self_scoring, submit_scorecard
from emulation.services.clock import close_due_rounds
from emulation.services.explanations import ask_explanation, flag_row
from emulation.todo import scoring_items
from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError
from tests.emulation.cycle_kit import days, finish_first, form_of, unlock
from tests.emulation.year import card_of, fill, opened, row_of, submitted_all
from units.models import Notification

ON = date(2026, 11, 2)
DEADLINES = ("self_score_until", "appraise_until", "explain_until", "reappraise_until")


@pytest.mark.parametrize(
    ("state", "first", "names"),
    [
        (RoundState.DRAFT, None, ("self_score_from", *DEADLINES)),
        (RoundState.DRAFT, date(2026, 1, 1), ("self_score_from", *DEADLINES)),
        (RoundState.SELF_SCORING, None, DEADLINES),
        (RoundState.SELF_SCORING, ON, DEADLINES),
        (RoundState.SELF_SCORING, date(2026, 11, 3), ("self_score_from", *DEADLINES)),
        (RoundState.APPRAISAL, date(2026, 11, 3), DEADLINES[1:]),
        (RoundState.EXPLANATION, None, DEADLINES[2:]),
        (RoundState.REAPPRAISAL, None, DEADLINES[3:]),
        (RoundState.RANKED, None, ()),
        (RoundState.PUBLISHED, None, ()),
    ],
)
def test_a_date_is_moved_while_it_is_still_at_work(state, first, names):
    assert movable_dates(state, first, ON) == names


def test_a_date_is_moved_to_today_or_later():
    check_moves({"appraise_until": ON}, DEADLINES, ON)
    for changed, field in (
        ({"appraise_until": date(2026, 11, 1)}, "appraise_until"),
        ({"self_score_from": date(2026, 12, 1)}, "self_score_from"),
    ):
        with pytest.raises(DomainError) as refusal:
            check_moves(changed, DEADLINES, ON)
        assert refusal.value.field == field


def move(commune, round_, **dates):
    fresh = Round.objects.get(pk=round_.pk)
    return change_round_dates(
        actor=commune.people["vhxh"], round_id=round_.pk, version=fresh.version, reason="Mất điện", **dates
    )


def test_nobody_becomes_late_by_a_date_moved_back(clock, commune):
    CriteriaSet.objects.filter(issuer=commune.issuer).update(late_points=Decimal("0.5"), late_points_max=Decimal(2))
    round_ = opened(commune, ("KT",), self_score_until=days(10), appraise_until=days(20))
    card = card_of(round_, commune, "KT")
    fill(card, commune.people["cv.kt"])
    clock.move_to("2026-11-06T09:00:00+07:00")
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    with pytest.raises(DomainError, match="từ hôm nay trở đi") as refusal:
        move(commune, round_, self_score_until=date(2026, 11, 3))
    assert refusal.value.field == "self_score_until"
    move(commune, round_, self_score_until=days(0))
    clock.move_to("2026-11-07T00:10:00+07:00")
    assert close_due_rounds() == [round_.pk]
    closed = card_of(round_, commune, "KT")
    assert (closed.submitted_late, closed.late_penalty) == (False, 0)


def test_nobody_becomes_on_time_by_a_date_moved_on_afterwards(clock, commune):
    CriteriaSet.objects.filter(issuer=commune.issuer).update(late_points=Decimal("0.5"), late_points_max=Decimal(5))
    round_ = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(20))
    card = card_of(round_, commune, "KT")
    fill(card, commune.people["cv.kt"])
    clock.move_to("2026-11-04T09:00:00+07:00")
    close_due_rounds()

    with pytest.raises(DomainError, match="mở khóa") as refusal:
        move(commune, round_, self_score_until=days(10))
    assert refusal.value.field == "self_score_until"
    unlock(commune, card)
    late = submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    assert (late.submitted_late, late.late_penalty) == (True, Decimal("0.5"))


def test_the_explanation_window_is_not_closed_by_a_date_moved_back(clock, commune):
    reviewer = commune.people["vhxh"]
    round_ = opened(
        commune, ("KT",), self_score_until=days(3), appraise_until=days(10), explain_until=days(12),
        reappraise_until=days(20),
    )  # fmt: skip
    submitted_all(commune, round_)
    close_self_scoring(actor=reviewer, round_id=round_.pk)
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    flag_row(actor=reviewer, scorecard_id=row.scorecard_id, row_id=row.pk, question="Vì sao?")
    finish_first(round_, commune)
    ask_explanation(actor=reviewer, round_id=round_.pk)

    for dates in (
        {"appraise_until": days(4)},
        {"self_score_until": days(-30), "explain_until": days(-20)},
        {"explain_until": days(-1)},
    ):
        with pytest.raises(DomainError):
            move(commune, round_, **dates)
    assert close_due_rounds() == []
    move(commune, round_, explain_until=days(14))
    assert Notification.objects.filter(text__startswith="Hạn giải trình “").count() == 2


def test_the_first_day_is_moved_while_it_lies_ahead(clock, commune):
    round_ = opened(commune, ("KT",), self_score_from=days(3), self_score_until=days(9), appraise_until=days(20))
    move(commune, round_, self_score_from=days(1))
    assert Round.objects.get().self_score_from == days(1)
    assert Notification.objects.filter(text__startswith="Ngày bắt đầu tự chấm “").count() == 2
    clock.shift(timedelta(days=1))
    with pytest.raises(DomainError) as refusal:
        move(commune, round_, self_score_from=days(2))
    assert refusal.value.field == "self_score_from"


def test_the_page_offers_what_can_be_moved_and_keeps_what_was_typed(clock, commune, sign_in):
    round_ = opened(commune, ("KT",), self_score_until=days(3), appraise_until=days(10))
    client, address = sign_in("vhxh"), reverse("emulation:round-dates", args=[round_.pk])
    data = form_of(client.get(address).text, has="reason")
    assert sorted(data) == [
        "appraise_until", "csrfmiddlewaretoken", "explain_until", "reappraise_until", "reason", "self_score_until",
        "version",
    ]  # fmt: skip
    move(commune, round_, self_score_until=days(4))

    answer = client.post(address, data | {"self_score_until": day_text(days(5)), "reason": "Một lý do dài"})

    assert answer.status_code == 409
    again = form_of(answer.text, has="reason")
    assert (again["reason"].strip(), again["self_score_until"]) == ("Một lý do dài", day_text(days(5)))
    assert f"Hạn tự chấm {day_text(days(4))}".lower() in answer.text
    assert client.post(address, again).status_code == 302
    assert Round.objects.get().self_score_until == days(5)

    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")
    page = client.get(address).text
    assert "self_score_until" not in form_of(page, has="reason")
    assert f"hạn tự chấm {day_text(days(5))}" in page
    past = form_of(page, has="reason") | {"appraise_until": day_text(days(-1)), "reason": "Lý do khác"}
    answer = client.post(address, past)
    assert (answer.status_code, form_of(answer.text, has="reason")["reason"].strip()) == (422, "Lý do khác")


def test_the_home_page_asks_for_scores_from_the_first_day_to_the_last(clock, commune):
    opened(commune, ("KT",), self_score_from=days(2), self_score_until=days(5), appraise_until=days(20))
    people, asked = commune.people, {}
    for day in (1, 2, 5, 6):
        clock.move_to(f"2026-11-{2 + day:02}T09:00:00+07:00")
        asked[day] = [item.title for item in scoring_items(people["tt.kt"])]

    assert asked == {1: [], 2: ["Tự chấm điểm: Đợt 2026"], 5: ["Tự chấm điểm: Đợt 2026"], 6: []}
