"""The explanation window, appraisal 2, unlocking, lateness and the clock of rounds, with the services."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from emulation.enums import LatePolicy, RoundKind, RoundState, ScorecardState
from emulation.late import late_days
from emulation.locks import EXPLANATION
from emulation.models import CriteriaSet, Criterion, Round, Scorecard, ScorecardRow
from emulation.round_dates import RoundDates, proposed_dates
from emulation.rules import round_moves
from emulation.services import (
    accept_unchanged,
    change_round_dates,
    close_self_scoring,
    complete_appraisal,
    open_round,
    publish_ranking,
    rank_round,
    reopen_appraisal,
    save_appraisal_row,
    save_self_row,
    submit_scorecard,
    verify_snapshot,
    withdraw_scorecard,
)
from emulation.services.clock import close_due_rounds
from emulation.services.explanations import (
    ask_explanation,
    close_explanation,
    flag_row,
    save_answers,
    submit_explanation,
    withdraw_explanation,
)
from emulation.services.rows import RowEntry, keep_first_appraisal, save_final_row
from emulation.services.second_appraisal import complete_second_appraisal, reopen_second_appraisal
from emulation.todo import scoring_items
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.cycle_kit import days, finish_first, two_in_appraisal, unlock
from tests.emulation.year import best_value, card_of, fill, new_round, opened, row_of, submitted_all, worst_value
from units.enums import OfficeDayKind
from units.models import AuditEntry, Notification, OfficeDay


@pytest.fixture
def round_(clock, commune):
    return two_in_appraisal(commune)


@pytest.fixture
def asked(round_, commune):
    """The round in its explanation window: row 1.3 of KT lowered and flagged, everything appraised."""
    reviewer = commune.people["vhxh"]
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    entry = RowEntry(row.pk, row.version, worst_value(row), "Chưa thấy văn bản")
    save_appraisal_row(actor=reviewer, scorecard_id=row.scorecard_id, entry=entry)
    flag_row(actor=reviewer, scorecard_id=row.scorecard_id, row_id=row.pk, question="Văn bản nào, ngày nào?")
    finish_first(round_, commune)
    ask_explanation(actor=reviewer, round_id=round_.pk)
    row.refresh_from_db()
    return row


def answer(commune, row, text="Văn bản số 12/KH-KT ngày 05/01/2026.", who="cv.kt"):
    fresh = ScorecardRow.objects.get(pk=row.pk)
    return save_answers(
        actor=commune.people[who], scorecard_id=row.scorecard_id, answers={row.pk: (fresh.version, text)}
    )


def states(round_):
    return dict(Scorecard.objects.filter(round=round_).values_list("unit__code", "state"))


# dates


@pytest.mark.parametrize("kind", list(RoundKind))
@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31), date(2028, 2, 29)])
def test_what_is_proposed_for_each_kind_is_in_order(kind, on):
    proposed = proposed_dates(kind, on)

    proposed.check()
    assert proposed.period_start <= on <= proposed.period_end


def test_the_year_is_proposed_as_communes_print_it():
    proposed = proposed_dates(RoundKind.YEARLY, date(2026, 11, 2))

    assert (proposed.self_score_until, proposed.appraise_until) == (date(2027, 1, 10), date(2027, 1, 31))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"self_score_from": date(2025, 12, 31)}, "self_score_from"),
        ({"self_score_from": date(2026, 10, 9)}, "self_score_until"),
        ({"explain_until": date(2026, 10, 19), "reappraise_until": date(2026, 10, 30)}, "explain_until"),
        ({"explain_until": date(2026, 10, 25)}, "reappraise_until"),
        ({"explain_until": date(2026, 10, 25), "reappraise_until": date(2026, 10, 24)}, "reappraise_until"),
        ({"reappraise_until": date(2026, 10, 30)}, "explain_until"),
    ],
)
def test_dates_out_of_order_are_refused_at_their_field(changes, field):
    given = {
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 9, 30),
        "self_score_until": date(2026, 10, 8),
        "appraise_until": date(2026, 10, 20),
    }
    RoundDates(**given).check()

    with pytest.raises(DomainError) as refusal:
        RoundDates(**given | changes).check()
    assert refusal.value.field == field


def test_self_scoring_waits_for_its_first_day(clock, commune):
    found = opened(commune, ("KT",), self_score_from=days(2))
    row = row_of(card_of(found, commune, "KT"), "2.1")
    entry = RowEntry(row.pk, row.version, best_value(row))

    with pytest.raises(Refused, match="từ thứ Tư, 04/11/2026"):
        save_self_row(actor=commune.people["tt.kt"], scorecard_id=row.scorecard_id, entry=entry)
    clock.move_to("2026-11-04T00:00:00+07:00")

    assert save_self_row(actor=commune.people["tt.kt"], scorecard_id=row.scorecard_id, entry=entry).self_points == 4


def test_areas_can_be_left_out_for_everyone(clock, commune):
    with pytest.raises(DomainError) as refusal:
        new_round(commune, name="A", skipped_areas=["IX"])
    assert refusal.value.field == "skipped_areas"
    with pytest.raises(DomainError, match="ít nhất một lĩnh vực"):
        new_round(commune, name="B", skipped_areas=["I", "II", "III", "IV", "V", "VI", "VII"])

    found = opened(commune, ("HCC",), skipped_areas=["I", "VII"])
    card = card_of(found, commune, "HCC")
    assert {row.applicable for row in card.rows.filter(criterion__code__regex=r"^[17]\.")} == {False}
    assert {row.criterion.source for row in card.rows.filter(criterion__code__startswith="1.")} == {"person", "tasks"}
    fill(card, commune.people["tt.hcc"])
    submit_scorecard(actor=commune.people["tt.hcc"], scorecard_id=card.pk)
    close_self_scoring(actor=commune.people["vhxh"], round_id=found.pk)

    card.refresh_from_db()
    assert card.applicable_max == 56  # 100 less 4 of investment, the 20 of I and the 20 of VII
    assert {row.applicable for row in card.rows.filter(criterion__code__regex=r"^[17]\.")} == {False}
    finish_first(found, commune)
    ranking = rank_round(actor=commune.people["vhxh"], round_id=found.pk)
    assert verify_snapshot(ranking) is True


# the clock


def test_the_clock_closes_only_what_is_due_and_once(clock, commune):
    early = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(9))
    late = open_round(
        actor=commune.people["vhxh"],
        round_id=new_round(commune, name="Khác", self_score_until=days(2), appraise_until=days(9)).pk,
    )
    clock.move_to("2026-11-03T23:59:00+07:00")
    before_midnight = close_due_rounds()
    clock.move_to("2026-11-04T00:00:30+07:00")

    assert before_midnight == []
    assert (close_due_rounds(), close_due_rounds()) == ([early.pk], [])
    assert list(Round.objects.order_by("pk").values_list("pk", "state")) == [
        (early.pk, RoundState.APPRAISAL),
        (late.pk, RoundState.SELF_SCORING),
    ]
    entry = AuditEntry.objects.get(action="close_self_scoring")
    assert (entry.actor, entry.after["not_submitted"]) == (None, ["KT"])


def test_the_clock_catches_up_after_days_and_leaves_a_moved_date_alone(clock, commune):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(9))
    clock.move_to("2026-11-06T08:00:00+07:00")
    change_round_dates(
        actor=commune.people["vhxh"], round_id=found.pk, version=found.version, reason="Mất điện",
        self_score_until=days(0), appraise_until=days(9),
    )  # fmt: skip

    assert close_due_rounds() == []
    clock.shift(timedelta(days=3))
    assert close_due_rounds() == [found.pk]


def test_the_clock_closes_the_explanation_window(asked, commune, clock):
    clock.move_to("2026-11-17T00:01:00+07:00")

    assert close_due_rounds() == [asked.scorecard.round_id]
    assert states(asked.scorecard.round) == {"KT": ScorecardState.EXPLAINED, "HCC": ScorecardState.APPRAISED}
    assert Round.objects.get().state == RoundState.REAPPRAISAL


def two_due(commune, clock):
    """Two rounds of one unit whose day is over."""
    first = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(9))
    second = open_round(
        actor=commune.people["vhxh"],
        round_id=new_round(commune, name="Khác", self_score_until=days(1), appraise_until=days(9)).pk,
    )
    clock.move_to("2026-11-04T00:10:00+07:00")
    return first, second


def test_a_round_that_cannot_be_closed_stops_no_other(clock, commune, caplog):
    first, second = two_due(commune, clock)
    row = row_of(card_of(first, commune, "KT"), "2.1")
    ScorecardRow.objects.filter(pk=row.pk).update(self_value=[7])  # no service writes this

    assert (close_due_rounds(), close_due_rounds()) == ([second.pk], [])
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "AttributeError" in caplog.text
    ScorecardRow.objects.filter(pk=row.pk).update(self_value=None)
    assert close_due_rounds() == [first.pk]


def test_a_refusal_that_lasts_is_a_warning(clock, commune, caplog):
    first, _ = two_due(commune, clock)
    row = row_of(card_of(first, commune, "KT"), "1.2")
    Criterion.objects.filter(pk=row.criterion_id).update(rule_params={})
    caplog.set_level("INFO", logger="emulation.services.clock")

    close_due_rounds()

    assert {record.levelname for record in caplog.records} == {"WARNING"}, caplog.text


# explanation and appraisal 2


def test_a_flagged_row_is_explained_and_appraised_a_second_time(asked, commune):
    people, round_ = commune.people, asked.scorecard.round
    card_id = asked.scorecard_id
    assert states(round_) == {"KT": ScorecardState.EXPLAINING, "HCC": ScorecardState.APPRAISED}
    assert Notification.objects.filter(user=people["tt.kt"], text__startswith="Cần giải trình").count() == 1
    with pytest.raises(DomainError, match=r"Còn 1 tiêu chí chưa giải trình: 2\.1"):
        submit_explanation(actor=people["tt.kt"], scorecard_id=card_id)
    answer(commune, asked)
    with pytest.raises(Refused, match="Chỉ thủ trưởng"):
        submit_explanation(actor=people["cv.kt"], scorecard_id=card_id)

    submit_explanation(actor=people["tt.kt"], scorecard_id=card_id)
    close_explanation(actor=people["vhxh"], round_id=round_.pk)
    row = ScorecardRow.objects.select_related("criterion").get(pk=asked.pk)
    first = Scorecard.objects.get(pk=card_id)
    entry = RowEntry(row.pk, row.version, best_value(row))
    with pytest.raises(DomainError, match="khác lần 1 nên phải ghi lý do"):
        save_final_row(actor=people["vhxh"], scorecard_id=card_id, entry=entry)
    with pytest.raises(DomainError, match=r"chưa thẩm định lần 2: 2\.1"):
        complete_second_appraisal(actor=people["vhxh"], scorecard_id=card_id)
    entry = RowEntry(row.pk, row.version, best_value(row), "Đã bổ sung văn bản")
    save_final_row(actor=people["vhxh"], scorecard_id=card_id, entry=entry)
    final = complete_second_appraisal(actor=people["vhxh"], scorecard_id=card_id)

    row.refresh_from_db()
    assert (row.appraised_points, row.final_points, row.result_points, row.final_by) == (0, 4, 4, people["vhxh"])
    assert (final.state, final.final_total - first.appraised_total) == (ScorecardState.FINAL, 4)
    assert final.snapshot["totals"]["total"] == str(final.final_total)
    kept = next(one for one in final.snapshot["rows"] if one["code"] == "2.1")
    assert [kept[name] for name in ("self_points", "appraised_points", "points")] == ["4.00", "0.00", "4.00"]
    ranking = rank_round(actor=people["vhxh"], round_id=round_.pk)
    assert verify_snapshot(ranking) is True
    assert ranking.entries.get(unit__code="KT").total == final.final_total


def test_only_flagged_rows_are_open_and_only_in_their_window(asked, commune):
    people, card_id = commune.people, asked.scorecard_id
    other = row_of(asked.scorecard, "2.2")
    with pytest.raises(DomainError, match="không nằm trong phần đang được mở"):
        save_answers(actor=people["cv.kt"], scorecard_id=card_id, answers={other.pk: (other.version, "x")})
    for who, text in (("cv.hcc", "Chỉ người của"), ("vhxh", "Chỉ người của")):
        with pytest.raises(Refused, match=text):
            answer(commune, asked, who=who)
    answer(commune, asked)
    submit_explanation(actor=people["tt.kt"], scorecard_id=card_id)
    with pytest.raises(Refused, match="Giải trình đã gửi"):
        answer(commune, asked, "khác")
    withdraw_explanation(actor=people["tt.kt"], scorecard_id=card_id)
    assert answer(commune, asked, "khác") == 1
    close_explanation(actor=people["vhxh"], round_id=asked.scorecard.round_id, reason="Đơn vị báo xong")
    with pytest.raises(Refused, match="Giai đoạn giải trình đã đóng"):
        answer(commune, asked, "nữa")
    entry = RowEntry(other.pk, other.version, best_value(other), "x")
    with pytest.raises(DomainError, match="không nằm trong phần đang được mở"):
        save_final_row(actor=people["vhxh"], scorecard_id=card_id, entry=entry)


def test_two_colleagues_answering_at_once_see_each_other(asked, commune):
    seen = asked.version
    answer(commune, asked, "Bản một")

    with pytest.raises(Stale) as conflict:
        save_answers(
            actor=commune.people["tt.kt"], scorecard_id=asked.scorecard_id, answers={asked.pk: (seen, "Bản hai")}
        )
    label = "Giải trình tiêu chí 2.1"
    assert (conflict.value.theirs, conflict.value.mine) == ({label: "Bản một"}, {label: "Bản hai"})


def test_keeping_appraisal_one_ends_the_second_without_a_change(asked, commune):
    people = commune.people
    close_explanation(actor=people["vhxh"], round_id=asked.scorecard.round_id, reason="Đơn vị không có ý kiến")

    assert keep_first_appraisal(actor=people["vhxh"], scorecard_id=asked.scorecard_id) == 1
    card = complete_second_appraisal(actor=people["vhxh"], scorecard_id=asked.scorecard_id)
    assert card.final_total == card.appraised_total
    again = reopen_second_appraisal(actor=people["vhxh"], scorecard_id=card.pk, reason="Xem lại")
    assert (again.state, again.final_total) == (ScorecardState.EXPLAINED, None)


def test_closing_the_window_early_needs_a_reason(asked, commune):
    with pytest.raises(DomainError, match="phải ghi lý do") as refusal:
        close_explanation(actor=commune.people["vhxh"], round_id=asked.scorecard.round_id)
    assert refusal.value.field == "reason"


def test_a_ranking_waits_for_flagged_rows(round_, commune):
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    flag_row(actor=commune.people["vhxh"], scorecard_id=row.scorecard_id, row_id=row.pk, question="Vì sao?")
    finish_first(round_, commune)

    with pytest.raises(DomainError, match="Còn tiêu chí đánh dấu cần giải trình ở Phòng Kinh tế"):
        rank_round(actor=commune.people["vhxh"], round_id=round_.pk)


def test_a_ranking_sent_back_returns_to_the_second_appraisal(asked, commune):
    people, round_ = commune.people, asked.scorecard.round
    close_explanation(actor=people["vhxh"], round_id=round_.pk, reason="Xong")
    keep_first_appraisal(actor=people["vhxh"], scorecard_id=asked.scorecard_id)
    complete_second_appraisal(actor=people["vhxh"], scorecard_id=asked.scorecard_id)
    rank_round(actor=people["vhxh"], round_id=round_.pk)

    assert reopen_appraisal(actor=people["pct"], round_id=round_.pk, reason="Xem lại").state == RoundState.REAPPRAISAL


def test_nothing_flagged_means_no_window(round_, commune):
    finish_first(round_, commune)

    with pytest.raises(DomainError, match="Chưa có tiêu chí nào được đánh dấu"):
        ask_explanation(actor=commune.people["vhxh"], round_id=round_.pk)
    assert rank_round(actor=commune.people["vhxh"], round_id=round_.pk).entries.count() == 2


def test_a_window_that_is_over_is_not_opened(round_, commune, clock):
    clock.move_to("2026-11-17T08:00:00+07:00")

    with pytest.raises(DomainError, match="Đổi hạn"):
        ask_explanation(actor=commune.people["vhxh"], round_id=round_.pk)


def test_an_explanation_is_unlocked_after_the_window(asked, commune):
    people = commune.people
    close_explanation(actor=people["vhxh"], round_id=asked.scorecard.round_id, reason="Hết ý kiến")
    unlock(commune, asked.scorecard, phase=EXPLANATION)

    answer(commune, asked)
    card = submit_explanation(actor=people["tt.kt"], scorecard_id=asked.scorecard_id)

    assert (card.state, card.explained_by) == (ScorecardState.EXPLAINED, people["tt.kt"])
    with pytest.raises(Refused):
        answer(commune, asked, "nữa")


# late and missing scorecards


@pytest.mark.parametrize(
    ("until", "handed_in", "late"),
    [
        (date(2026, 11, 6), date(2026, 11, 6), 0),
        (date(2026, 11, 6), date(2026, 11, 7), 1),  # Saturday counts as Monday
        (date(2026, 11, 6), date(2026, 11, 9), 1),
        (date(2026, 11, 6), date(2026, 11, 11), 3),
        (date(2026, 11, 8), date(2026, 11, 9), 1),
    ],
)
def test_late_days_are_working_days(until, handed_in, late):
    assert late_days(until, handed_in) == late


def rules(commune, **changes):
    CriteriaSet.objects.filter(issuer=commune.issuer).update(**changes)


def test_a_scorecard_never_handed_in_follows_the_sets_rule(clock, commune):
    rules(commune, late_policy=LatePolicy.ZERO, late_points=Decimal("0.5"), late_points_max=Decimal(2))
    found = opened(commune, ("KT", "CA"), self_score_until=days(1), appraise_until=days(9))
    for code in ("KT", "CA"):
        fill(card_of(found, commune, code), commune.people[f"tt.{code.lower()}"])
    submit_scorecard(actor=commune.people["tt.ca"], scorecard_id=card_of(found, commune, "CA").pk)
    clock.move_to("2026-11-04T08:00:00+07:00")
    close_due_rounds()

    missing, handed_in = card_of(found, commune, "KT"), card_of(found, commune, "CA")
    row = row_of(missing, "2.1")
    assert (row.self_points, row.self_value is None) == (0, False)
    assert row.self_explanation == "Đơn vị không nộp phiếu nên phần tự khai tính 0 điểm."
    assert (missing.late_penalty, handed_in.late_penalty, handed_in.submitted_late) == (2, 0, False)
    assert handed_in.self_total > missing.self_total

    unlock(commune, missing)
    late = submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=missing.pk)
    assert (late.submitted_late, late.late_penalty, row_of(late, "2.1").self_points) == (True, Decimal("0.5"), 4)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=late.pk)
    done = complete_appraisal(actor=commune.people["vhxh"], scorecard_id=late.pk)
    assert done.snapshot["totals"]["late"] == "0.50"
    assert done.appraised_total == done.self_total - Decimal("0.5")


def test_days_off_of_the_commune_cost_nothing(clock, commune):
    """A storm closes the offices Tuesday to Thursday: handing in on Friday is one working day late, also at closing."""
    rules(commune, late_points=Decimal("0.25"), late_points_max=Decimal(5))
    for day in (3, 4, 5):
        OfficeDay.objects.create(issuer=commune.issuer, day=date(2026, 11, day), kind=OfficeDayKind.OFF, reason="Bão")
    found = opened(commune, ("KT",), self_score_until=days(0), appraise_until=days(9))
    card = card_of(found, commune, "KT")
    fill(card, commune.people["tt.kt"])
    clock.move_to("2026-11-06T09:00:00+07:00")
    unlock(commune, card)
    handed_in = submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    close_due_rounds()

    closed = card_of(found, commune, "KT")
    assert (handed_in.late_penalty, closed.late_penalty, closed.submitted_late) == (
        Decimal("0.25"),
        Decimal("0.25"),
        True,
    )


def test_handing_in_late_before_the_round_is_closed_needs_an_unlock(clock, commune):
    rules(commune, late_points=Decimal("0.25"), late_points_max=Decimal(1))
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(9))
    card = card_of(found, commune, "KT")
    fill(card, commune.people["tt.kt"])
    clock.move_to("2026-11-05T08:00:00+07:00")
    with pytest.raises(Refused, match="Hạn tự chấm đã hết"):
        submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    unlock(commune, card)

    late = submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert (late.state, late.submitted_late, late.late_penalty) == (ScorecardState.SUBMITTED, True, Decimal("0.50"))


def test_withdrawing_forgets_the_hand_in(clock, commune):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(9))
    card = card_of(found, commune, "KT")
    fill(card, commune.people["tt.kt"])
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    back = withdraw_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert (back.state, back.submitted_at, back.self_total) == (ScorecardState.OPEN, None, None)


def test_a_unit_with_zero_everywhere_can_hand_in(clock, commune):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(9))
    card = card_of(found, commune, "KT")
    fill(card, commune.people["tt.kt"], worst=lambda row: True)

    handed_in = submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    people_rows = [row for row in handed_in.rows.select_related("criterion") if row.criterion.source == "person"]
    assert {row.self_points for row in people_rows if row.applicable and row.self_value} == {Decimal(0)}


# practice


def test_a_practice_round_is_shown_but_never_counts(clock, commune):
    people = commune.people
    found = opened(commune, ("KT", "HCC"), practice=True, self_score_until=days(1), appraise_until=days(9))
    submitted_all(commune, found)
    close_self_scoring(actor=people["vhxh"], round_id=found.pk, reason="Tập xong")
    finish_first(found, commune)
    rank_round(actor=people["vhxh"], round_id=found.pk)

    assert not Notification.objects.filter(user=people["pct"], text__contains="đã xếp hạng").exists()
    assert scoring_items(people["pct"]) == []
    assert list(round_moves(people["pct"], Round.objects.get())) == ["reopen_appraisal"]
    with pytest.raises(DomainError, match="chấm thử") as refusal:
        publish_ranking(actor=people["pct"], round_id=found.pk, decision_number="25/QĐ-UBND", decision_on=today())
    assert refusal.value.field == "decision_number"
    assert Round.objects.get().state == RoundState.RANKED
