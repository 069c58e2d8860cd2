"""An unlock that ends without a hand-in: what was typed goes back, and what the files of a row have to do with it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from emulation.enums import ScorecardState
from emulation.locks import SELF, locked_because
from emulation.models import RowEvidence, ScorecardRow
from emulation.services import (
    accept_unchanged,
    complete_appraisal,
    save_appraisal_row,
    set_row_evidence,
    submit_scorecard,
    withdraw_scorecard,
)
from emulation.services.appraisal import accept_rows
from emulation.services.clock import close_due_rounds, take_back_unsent
from emulation.services.rows import RowEntry
from emulation.services.scorecards import recount_scorecard
from emulation.services.unlocks import lock_again
from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.services.evidence import delete_evidence
from tests.emulation.cycle_kit import (
    attach,
    days,
    fresh,
    never_handed_in,
    points,
    two_in_appraisal,
    type_in,
    unlock,
)
from tests.emulation.year import best_value, card_of, opened, row_of, submitted_all, worst_value
from units.models import AuditEntry, Notification

AN_HOUR = datetime.fromisoformat("2026-11-02T10:00:00+07:00")
AFTER = "2026-11-02T10:00:01+07:00"
AFTER_HOURS = "2026-11-02T14:00:01+07:00"


@pytest.fixture
def round_(clock, commune):
    return two_in_appraisal(commune)


@pytest.fixture
def card(round_, commune):
    return card_of(round_, commune, "KT")


@pytest.fixture
def missing(clock, commune):
    return never_handed_in(commune, clock)


# the unlock ends, nothing was handed in


def typed_and_over(commune, card, clock):
    """Somebody of the unit lowers 2.1 and takes its file away under an unlock; nobody hands it in, the hour is over."""
    row = row_of(card, "2.1")
    file = attach(row)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    unlock(commune, card, until=AN_HOUR)
    type_in(commune, card, "2.1", {"numerator": 3, "denominator": 10}, note="Ghi chú mới")
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[])
    with pytest.raises(DomainError, match=r"tiêu chí 2\.1\. .* đang dựa vào tài liệu này"):
        delete_evidence(actor=commune.people["tt.kt"], evidence=file, reason="Nhầm")
    clock.move_to(AFTER)
    return row, file


def assert_put_back(card, row, file):
    now = row_of(card, "2.1")
    assert (now.self_value, now.self_points, now.self_note) == (row.self_value, 4, row.self_note)
    assert (now.appraised_points, now.handed_in) == (4, None)
    assert [use.evidence for use in now.evidence_uses.all()] == [file]
    entry = AuditEntry.objects.get(action="take_back")
    assert entry.reason == (
        "Nội dung đã nhập mà chưa nộp: 2.1: Số văn bản đúng hạn: 3; Tổng số văn bản được giao soạn thảo: 10 "
        "(ghi chú: Ghi chú mới)."
    )
    assert (entry.actor, entry.before["2.1"]["self_points"], entry.after["2.1"]["self_points"]) == (
        None,
        "1.20",
        "4.00",
    )
    told = Notification.objects.filter(text__startswith="Hết giờ mở khóa mà chưa nộp lại: tiêu chí 2.1 trở về")
    assert set(told.values_list("user__username", flat=True)) == {"tt.kt", "cv.kt"}


def test_the_clock_puts_back_what_was_not_handed_in(commune, card, clock):
    row, file = typed_and_over(commune, card, clock)
    with pytest.raises(Refused, match="Giai đoạn tự chấm đã đóng"):
        type_in(commune, card, "2.1", best_value(row))

    assert (take_back_unsent(), take_back_unsent()) == ([card.pk], [])
    assert_put_back(card, row, file)


@pytest.mark.parametrize("act", ["complete", "accept", "accept_rows", "appraise", "submit", "unlock"])
def test_an_act_of_appraisal_begins_with_what_was_handed_in(commune, card, clock, act):
    row, file = typed_and_over(commune, card, clock)
    reviewer, seen = commune.people["vhxh"], row_of(card, "2.1")
    if act == "complete":
        done = complete_appraisal(actor=reviewer, scorecard_id=card.pk)
        assert next(one["points"] for one in done.snapshot["rows"] if one["code"] == "2.1") == "4.00"
    elif act == "accept":
        accept_unchanged(actor=reviewer, scorecard_id=card.pk)
    elif act == "accept_rows":
        with pytest.raises(Stale):  # what the appraiser saw was not what counts; putting back stays done
            accept_rows(actor=reviewer, round_id=card.round_id, chosen={seen.pk: seen.version})
    elif act == "appraise":
        entry = RowEntry(seen.pk, seen.version, seen.self_value, "Thấy 3/10")
        with pytest.raises(Stale):
            save_appraisal_row(actor=reviewer, scorecard_id=card.pk, entry=entry)
    elif act == "submit":
        with pytest.raises(Refused):
            submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    else:
        unlock(commune, card)
    assert_put_back(card, row, file)


def test_the_leader_locks_again_early(commune, card):
    unlock(commune, card)
    type_in(commune, card, "2.1", worst_value(row_of(card, "2.1")))

    assert [lock_again(actor=commune.people["pct"], scorecard_id=card.pk, phase=SELF) for _ in range(2)] == [1, 0]
    assert locked_because(fresh(card), SELF) != ""
    assert points(card)["2.1"] == (4, None)


def test_an_ended_unlock_of_one_row_leaves_the_other_open(commune, card, clock):
    unlock(commune, card, row=row_of(card, "2.1"), until=AN_HOUR)
    unlock(commune, card, row=row_of(card, "2.2"))
    for code in ("2.1", "2.2"):
        type_in(commune, card, code, worst_value(row_of(card, code)))
    clock.move_to(AFTER)

    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert (points(card)["2.1"], points(card)["2.2"]) == ((4, None), (0, None))


def test_what_staff_typed_does_not_lift_the_zero_of_a_scorecard_not_handed_in(missing, commune, clock):
    unlock(commune, missing, until=timezone.now() + timedelta(hours=1))
    saved = type_in(commune, missing, "2.1", best_value(row_of(missing, "2.1")))
    assert (saved.self_points, saved.self_zeroed) == (4, False)
    clock.shift(timedelta(hours=2))

    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=missing.pk)
    complete_appraisal(actor=commune.people["vhxh"], scorecard_id=missing.pk)

    row = row_of(missing, "2.1")
    assert (row.self_points, row.self_zeroed, row.appraised_points, row.appraised_value) == (0, True, 0, None)


def test_closing_counts_what_was_handed_in(clock, commune):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(10))
    submitted_all(commune, found)
    card = card_of(found, commune, "KT")
    unlock(commune, card, until=AN_HOUR)
    type_in(commune, card, "2.1", worst_value(row_of(card, "2.1")))
    clock.move_to("2026-11-04T00:05:00+07:00")
    close_due_rounds()

    assert (fresh(card).self_total, points(card)["2.1"]) == (card.self_total, (4, None))


def test_withdrawing_makes_what_was_typed_the_scorecard(clock, commune):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(10))
    submitted_all(commune, found)
    card = card_of(found, commune, "KT")
    unlock(commune, card)
    type_in(commune, card, "2.1", worst_value(row_of(card, "2.1")))

    back = withdraw_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert (back.state, points(back)["2.1"]) == (ScorecardState.OPEN, (0, None))
    assert not ScorecardRow.objects.filter(handed_in__isnull=False).exists()


# evidence


def test_a_file_taken_away_makes_what_the_appraiser_saw_stale(commune, round_, card):
    row = row_of(card, "2.1")
    file = attach(row)
    seen = {row.pk: row.version}
    unlock(commune, card)
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[])
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    with pytest.raises(Stale):
        accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen=seen)
    assert file.row_uses.count() == 0


def test_points_do_not_outlive_the_file_they_were_given_for(commune, card):
    row = row_of(card, "2.1")
    attach(row)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    unlock(commune, card)
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[])
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert points(card)["2.1"] == (4, None)


def test_choosing_the_same_files_again_changes_nothing(commune, card):
    row = row_of(card, "2.1")
    file = attach(row)
    unlock(commune, card)
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[file])

    assert (row_of(card, "2.1").version, row_of(card, "2.1").handed_in) == (row.version, None)


# rows counted from tasks


@pytest.fixture
def counted(clock, commune, plan):
    """A row of KT once counted as 1 from tasks, now it would be 0; the unit added a file to it under an unlock."""
    round_ = two_in_appraisal(commune)
    card = card_of(round_, commune, "KT")
    row = row_of(card, "1.2")
    assert (row.criterion.source, row.self_points is not None) == ("tasks", True)
    file = attach(row)
    RowEvidence.objects.filter(row=row).delete()
    more = {"self_value": {"numerator": 9, "denominator": 9}, "self_points": 1, "appraised_points": 1}
    ScorecardRow.objects.filter(pk=row.pk).update(**more)
    unlock(commune, card)
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[file])
    return row


def test_a_recount_is_not_undone_when_an_unlock_ends(commune, clock, counted):
    card = counted.scorecard
    recount_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk)
    now = row_of(card, "1.2")
    assert (now.being_changed, now.self_points, now.appraised_points) == (True, 0, 0)  # counted again, it is less
    clock.move_to(AFTER_HOURS)

    assert take_back_unsent() == [card.pk]

    after = row_of(card, "1.2")
    names = ("self_value", "self_points", "self_explanation", "appraised_points", "facts")
    assert {name: getattr(after, name) for name in names} == {name: getattr(now, name) for name in names}
    assert (after.being_changed, after.evidence_uses.count()) == (False, 0)


def test_a_count_made_before_an_unlock_ended_begins_with_what_was_handed_in(commune, clock, counted):
    clock.move_to(AFTER_HOURS)

    recount_scorecard(actor=commune.people["vhxh"], scorecard_id=counted.scorecard_id)

    after = row_of(counted.scorecard, "1.2")
    assert (after.being_changed, after.evidence_uses.count()) == (False, 0)
