"""Unlocking a scorecard: who may, what counts when it is handed in, and what happens when it is not."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from emulation.enums import LatePolicy, ScorecardState
from emulation.locks import SELF, locked_because, scorecard_moves
from emulation.models import CriteriaSet, RowEvidence, ScorecardRow, Unlock
from emulation.queries.appraisal import queue_of
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    save_appraisal_row,
    set_row_evidence,
    submit_scorecard,
    withdraw_scorecard,
)
from emulation.services.appraisal import accept_rows
from emulation.services.clock import close_due_rounds, take_back_unsent
from emulation.services.handed_in import BEING_CHANGED
from emulation.services.rows import RowEntry
from emulation.services.unlocks import lock_again
from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Evidence
from reform_tasks.services.evidence import delete_evidence
from tests.emulation.cycle_kit import NOW, days, finish_first, type_in, unlock
from tests.emulation.year import best_value, card_of, fill, opened, row_of, submitted_all, worst_value
from units.models import AuditEntry, Notification

AN_HOUR = datetime.fromisoformat("2026-11-02T10:00:00+07:00")
AFTER = "2026-11-02T10:00:01+07:00"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def round_(clock, commune):
    """A round of two units in appraisal 1, both handed in."""
    found = opened(commune, ("KT", "HCC"), self_score_until=days(3), appraise_until=days(10))
    submitted_all(commune, found)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=found.pk, reason="Cả hai đã nộp")


@pytest.fixture
def card(round_, commune):
    return card_of(round_, commune, "KT")


@pytest.fixture
def missing(clock, commune):
    """A scorecard filled in and never handed in, in a set that gives 0 for that; closed by the clock."""
    CriteriaSet.objects.filter(issuer=commune.issuer).update(
        late_policy=LatePolicy.ZERO, late_points=Decimal("0.5"), late_points_max=Decimal(2)
    )
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(20))
    fill(card_of(found, commune, "KT"), commune.people["cv.kt"])
    clock.move_to("2026-11-04T09:00:00+07:00")
    close_due_rounds()
    return card_of(found, commune, "KT")


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def attach(row, name="so.xlsx", sha="1"):
    unit = row.scorecard.unit
    file = Evidence.objects.create(
        unit=unit,
        uploaded_by=row.scorecard.submitted_by,
        original_name=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size=1,
        sha256=sha * 64,
        file=ContentFile(b"x", name),
    )
    RowEvidence.objects.create(row=row, evidence=file)
    return file


def points(card):
    """Return {code: (self points, appraised points)} of what people answer."""
    rows = card.rows.filter(applicable=True, criterion__source="person").select_related("criterion")
    return {row.criterion.code: (row.self_points, row.appraised_points) for row in rows}


# who may


def test_only_the_leader_unlocks_with_a_reason_until_later(round_, commune, card):
    for who in ("vhxh", "tt.kt", "quantri", "vanphong"):
        with pytest.raises(Refused):
            unlock(commune, card, who=who)
    for changes, field in (({"reason": ""}, "reason"), ({"until": timezone.now()}, "until")):
        with pytest.raises(DomainError) as refusal:
            unlock(commune, card, **changes)
        assert refusal.value.field == field
    with pytest.raises(DomainError) as refusal:
        unlock(commune, card, row=row_of(card_of(round_, commune, "HCC"), "2.1"))
    assert refusal.value.field == "row_id"
    assert not Unlock.objects.exists()


def test_an_appraised_scorecard_is_not_unlocked(round_, commune, card):
    finish_first(round_, commune)

    with pytest.raises(DomainError, match="không mở khóa được") as refusal:
        unlock(commune, card)
    assert refusal.value.field == "phase"


@pytest.mark.parametrize(
    ("hour", "until"),
    [("17h30", "2026-11-05T17:30:00+07:00"), ("", "2026-11-05T23:59:59.999999+07:00")],
)
def test_the_page_unlocks_until_a_day_and_hour(commune, card, sign_in, hour, until):
    address = reverse("emulation:scorecard-unlock", args=[card.pk])
    typed = {"phase": "self", "row_id": "", "until": "05/11/2026", "reason": "Đơn vị mất mạng", "until_time": hour}

    assert sign_in("pct").post(address, typed).status_code == 302

    assert Unlock.objects.get().until == datetime.fromisoformat(until)


@pytest.mark.parametrize(
    ("day", "hour", "says"),
    [
        ("05/11/2026", "25:00", "Không đọc được"),
        ("02/11/2026", "8:59", "phải ở sau bây giờ"),
        ("", "9:30", "Chưa nhập"),
    ],
)
def test_a_bad_moment_is_refused_and_the_reason_kept(commune, card, sign_in, day, hour, says):
    address = reverse("emulation:scorecard-unlock", args=[card.pk])
    typed = {"phase": "self", "row_id": "", "until": day, "reason": "Đơn vị mất mạng", "until_time": hour}
    answer = sign_in("pct").post(address, typed)
    assert (answer.status_code, says in answer.text, "Đơn vị mất mạng" in answer.text) == (422, True, True)
    assert not Unlock.objects.exists()


# handed in again


def test_an_unlocked_row_is_changed_handed_in_and_appraised_again(commune, card):
    people = commune.people
    row, other = row_of(card, "2.1"), row_of(card, "2.2")
    accept_unchanged(actor=people["vhxh"], scorecard_id=card.pk)
    with pytest.raises(Refused, match="đề nghị lãnh đạo UBND xã"):
        type_in(commune, card, "2.1", worst_value(row))

    unlock(commune, card, row=row)
    saved = type_in(commune, card, "2.1", worst_value(row))
    with pytest.raises(DomainError, match="không nằm trong phần đang được mở"):
        type_in(commune, card, "2.2", worst_value(other))
    assert (saved.self_points, fresh(saved).appraised_points) == (0, 4)  # nothing counts before it is handed in
    assert fresh(card).self_total == card.self_total
    with pytest.raises(DomainError, match=r"đang được mở khóa tiêu chí 2\.1 đến 13:00"):
        complete_appraisal(actor=people["vhxh"], scorecard_id=card.pk)

    again = submit_scorecard(actor=people["tt.kt"], scorecard_id=card.pk)

    assert (again.state, again.submitted_late, again.unlocks.get().closed_at) == (
        ScorecardState.SUBMITTED,
        False,
        timezone.now(),
    )
    assert (again.self_total, points(again)["2.1"]) == (card.self_total - 4, (0, None))
    assert not again.rows.filter(handed_in__isnull=False).exists()
    assert [code for code, (_, appraised) in points(again).items() if appraised is None] == ["2.1"]
    assert AuditEntry.objects.get(action="resubmit_scorecard").after["changed"] == ["2.1"]
    assert "Giai đoạn tự chấm đã đóng" in locked_because(fresh(card), SELF)


def test_what_is_changed_waits_for_the_unit_and_not_for_the_appraiser(round_, commune, card):
    reviewer = commune.people["vhxh"]
    row = row_of(card, "2.1")
    unlock(commune, card)
    type_in(commune, card, "2.1", worst_value(row))
    row = row_of(card, "2.1")

    assert row.pk not in [one.row.pk for one in queue_of(reviewer, round_)]
    with pytest.raises(DomainError, match="Đơn vị đang sửa"):
        accept_rows(actor=reviewer, round_id=round_.pk, chosen={row.pk: row.version})
    entry = RowEntry(row.pk, row.version, row.self_value, "")
    with pytest.raises(DomainError, match="Đơn vị đang sửa"):
        save_appraisal_row(actor=reviewer, scorecard_id=card.pk, entry=entry)
    accept_unchanged(actor=reviewer, scorecard_id=card.pk)
    assert [code for code, (_, appraised) in points(card).items() if appraised is None] == ["2.1"]


def test_a_change_taken_back_by_hand_leaves_the_appraisal(commune, card):
    row = row_of(card, "2.1")
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    unlock(commune, card)
    type_in(commune, card, "2.1", worst_value(row))
    type_in(commune, card, "2.1", row.self_value, note=row.self_note)

    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert points(card)["2.1"] == (4, 4)
    assert not card.rows.filter(handed_in__isnull=False).exists()


def test_handing_in_one_row_gives_back_that_row_only(missing, commune):
    people = commune.people
    accept_unchanged(actor=people["vhxh"], scorecard_id=missing.pk)
    before = fresh(missing)
    unlock(commune, missing, row=row_of(missing, "2.1"))

    again = submit_scorecard(actor=people["tt.kt"], scorecard_id=missing.pk)

    changed = {code: both for code, both in points(again).items() if both != (0, 0)}
    assert changed == {"2.1": (4, None)}
    assert (again.self_total - before.self_total, again.submitted_at, again.late_penalty) == (4, None, 2)
    assert [row.criterion.code for row in again.rows.filter(self_zeroed=False, applicable=True) if row.self_points] == [
        row.criterion.code
        for row in again.rows.filter(applicable=True)
        if row.criterion.code == "2.1" or (row.criterion.source == "tasks" and row.self_points)
    ]
    with pytest.raises(DomainError, match=r"chưa thẩm định: 2\.1"):
        complete_appraisal(actor=people["vhxh"], scorecard_id=missing.pk)


def test_handing_the_whole_in_makes_it_late_and_every_row_waits_again(missing, commune):
    people = commune.people
    accept_unchanged(actor=people["vhxh"], scorecard_id=missing.pk)
    unlock(commune, missing)

    again = submit_scorecard(actor=people["tt.kt"], scorecard_id=missing.pk)

    assert {both[1] for code, both in points(again).items() if both[0]} == {None}
    assert (again.submitted_at, again.submitted_late, again.late_penalty) == (timezone.now(), True, Decimal("0.5"))
    accept_unchanged(actor=people["vhxh"], scorecard_id=again.pk)
    done = complete_appraisal(actor=people["vhxh"], scorecard_id=again.pk)
    assert done.appraised_total == again.self_total - Decimal("0.5")


@pytest.mark.parametrize("code", ["2.1", None])
def test_an_empty_scorecard_is_not_handed_in_after_closing(clock, commune, code):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(20))
    clock.move_to("2026-11-04T09:00:00+07:00")
    close_due_rounds()
    card = card_of(found, commune, "KT")
    unlock(commune, card, row=row_of(card, code) if code else None)

    with pytest.raises(DomainError, match=r"còn 1 tiêu chí cần hoàn thiện \(2\.1\)" if code else r"\(1\.1, "):
        submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    assert fresh(card).submitted_at is None
    if code:
        type_in(commune, card, code, best_value(row_of(card, code)))
        assert submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk).submitted_at is None


def test_part_of_a_scorecard_is_not_handed_in_as_the_whole_before_closing(clock, commune):
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(20))
    card = card_of(found, commune, "KT")
    fill(card, commune.people["cv.kt"])
    clock.move_to("2026-11-04T00:05:00+07:00")
    unlock(commune, card, row=row_of(card, "2.1"))

    with pytest.raises(Refused, match="mở khóa cả phiếu"):
        submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    assert "submit" not in scorecard_moves(commune.people["tt.kt"], fresh(card))
    unlock(commune, card)
    assert submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk).submitted_late is True


def test_a_scorecard_handed_in_is_unlocked_and_handed_in_again_before_closing(clock, commune):
    people = commune.people
    found = opened(commune, ("KT", "HCC"), self_score_until=days(1), appraise_until=days(10))
    submitted_all(commune, found)
    card = card_of(found, commune, "KT")
    clock.move_to("2026-11-04T00:05:00+07:00")
    unlock(commune, card)
    type_in(commune, card, "2.1", worst_value(row_of(card, "2.1")))
    assert list(scorecard_moves(people["tt.kt"], fresh(card))) == ["resubmit"]

    again = submit_scorecard(actor=people["tt.kt"], scorecard_id=card.pk)

    assert (again.submitted_late, points(again)["2.1"]) == (False, (0, None))
    close_due_rounds()
    assert fresh(card).self_total == card.self_total - 4


def test_both_sides_see_that_a_row_is_being_changed_and_typed_text_is_kept(commune, card, sign_in):
    address = reverse("emulation:scorecard-area", args=[card.pk, "II"])
    row, reviewer = row_of(card, "2.1"), sign_in("vhxh")
    typed = {
        f"r{row.pk}-version": row.version,
        f"r{row.pk}-was": "",
        f"r{row.pk}-numerator": "9",
        f"r{row.pk}-denominator": "10",
        f"r{row.pk}-note": "Thiếu một văn bản",
    }
    unlock(commune, card)
    type_in(commune, card, "2.1", worst_value(row))

    assert sign_in("cv.kt").get(address).text.count("Đã sửa, chưa nộp lại") == 1
    whole = sign_in("tt.kt").get(reverse("emulation:scorecard-detail", args=[card.pk])).text
    assert "<strong>Đã sửa, chưa nộp lại:</strong> 2.1." in whole
    assert reviewer.get(address).text.count("Đơn vị đang sửa") == 1
    answer = reviewer.post(address, typed)
    assert (answer.status_code, "Thiếu một văn bản" in answer.text) == (422, True)
    assert BEING_CHANGED in answer.text
    answer = reviewer.post(reverse("emulation:row-save", args=[card.pk, row.pk]), typed | {"seq": "1"})
    assert (answer.status_code, answer.json()["message"]) == (422, BEING_CHANGED)


# the unlock ends, nothing was handed in


def typed_and_over(commune, card, clock):
    """Somebody of the unit lowers 2.1 and takes its file away under an unlock; nobody hands it in, the hour is over."""
    row = row_of(card, "2.1")
    file = attach(row)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    unlock(commune, card, until=AN_HOUR)
    type_in(commune, card, "2.1", {"numerator": 3, "denominator": 10}, note="Ghi chú mới")
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, evidence=[])
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
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, evidence=[])
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    with pytest.raises(Stale):
        accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen=seen)
    assert file.row_uses.count() == 0


def test_points_do_not_outlive_the_file_they_were_given_for(commune, card):
    row = row_of(card, "2.1")
    attach(row)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    unlock(commune, card)
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, evidence=[])
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)

    assert points(card)["2.1"] == (4, None)


def test_choosing_the_same_files_again_changes_nothing(commune, card):
    row = row_of(card, "2.1")
    file = attach(row)
    unlock(commune, card)
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, evidence=[file])

    assert (row_of(card, "2.1").version, row_of(card, "2.1").handed_in) == (row.version, None)
