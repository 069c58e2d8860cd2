"""Unlocking a scorecard: who may, what counts when it is handed in, and what happens when it is not."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from emulation.enums import ScorecardState
from emulation.locks import SELF, locked_because, scorecard_moves
from emulation.models import Unlock
from emulation.queries.appraisal import queue_of
from emulation.services import (
    accept_unchanged,
    complete_appraisal,
    save_appraisal_row,
    submit_scorecard,
)
from emulation.services.appraisal import accept_rows
from emulation.services.clock import close_due_rounds
from emulation.services.handed_in import BEING_CHANGED
from emulation.services.rows import RowEntry
from emulation.todo import scoring_items
from ninhgiang.errors import DomainError, Refused
from tests.emulation.cycle_kit import (
    days,
    finish_first,
    fresh,
    never_handed_in,
    points,
    two_in_appraisal,
    type_in,
    unlock,
)
from tests.emulation.year import best_value, card_of, fill, opened, row_of, submitted_all, worst_value
from units.models import AuditEntry


@pytest.fixture
def round_(clock, commune):
    return two_in_appraisal(commune)


@pytest.fixture
def card(round_, commune):
    return card_of(round_, commune, "KT")


@pytest.fixture
def missing(clock, commune):
    return never_handed_in(commune, clock)


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
        "phase": "appraisal",
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


def test_withdrawing_from_an_old_page_under_an_unlock_is_refused_with_the_reason(commune, card, sign_in):
    unlock(commune, card)

    answer = sign_in("tt.kt").post(
        reverse("emulation:scorecard-withdraw", args=[card.pk]), {"version": fresh(card).version}
    )

    assert (answer.status_code, fresh(card).state) == (403, ScorecardState.SUBMITTED)
    assert "Phần đang được mở khóa thì sửa ngay trên phiếu rồi nộp lại." in answer.text


def test_the_home_page_of_the_unit_says_what_is_unlocked_until_when_and_why(commune, clock, card, sign_in):
    people = commune.people
    assert [item for who in ("tt.kt", "cv.kt") for item in scoring_items(people[who])] == []
    unlock(commune, card, row=row_of(card, "2.1"))

    for who in ("tt.kt", "cv.kt"):
        (item,) = scoring_items(people[who])
        assert item.title == f"Sửa phần được mở khóa: {card.round.name}"
        assert "mở khóa tiêu chí 2.1 đến 13:00 02/11/2026. Lý do: Đơn vị mất mạng" in item.detail
        assert (sign_in(who).get(item.url).status_code, item.due_on.isoformat()) == (200, "2026-11-02")
    assert [item for item in scoring_items(people["tt.hcc"]) if "mở khóa" in item.title] == []
    clock.shift(timedelta(hours=5))
    assert scoring_items(people["tt.kt"]) == []


def test_what_is_unlocked_is_one_query_for_any_number(commune, round_, card, django_assert_num_queries):
    head = commune.people["tt.kt"]
    scoring_items(head)
    with CaptureQueriesContext(connection) as none:
        scoring_items(head)
    for code in ("2.1", "2.2", "1.1"):
        unlock(commune, card, row=row_of(card, code))
    with django_assert_num_queries(len(none)):
        scoring_items(head)
