"""The life of a scorecard: submitted by the head, withdrawn, appraised by Phòng VHXH, reopened."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation.enums import SCORECARD_MOVES, RoundState, ScorecardState
from emulation.late import handed_in_late, late_penalty
from emulation.locks import (
    APPRAISAL,
    SELF,
    active_unlocks,
    assert_open,
    deadline_passed,
    locked_because,
    open_rows,
    row_open,
    unlock_words,
)
from emulation.models import Scorecard, ScorecardRow
from emulation.queries.criteria import criteria_with_places
from emulation.queries.scorecards import Sheet, missing_rows, points_text, rows_of, sheet_of, unappraised_rows
from emulation.rules import appraises, appraises_own_unit
from emulation.snapshots import card_snapshot
from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError, Refused
from ninhgiang.states import transition
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import people_with, special_days_of
from units.rules import holds
from units.services import notify, record_audit

from .appraisal import propose_rows
from .computed import copy_to_appraisal, recount
from .gate import APPRAISERS, codes_of, locked_scorecard, open_for_appraisal, require_seen
from .handed_in import HAND_IN_FIELDS, after_unlocks, hand_in_row

UNLOCKED_NOT_WITHDRAWN = (
    "Hạn tự chấm đã hết nên không rút phiếu về được nữa. Phần đang được mở khóa thì sửa ngay trên phiếu rồi nộp lại."
)
NOT_ALL_UNLOCKED = "Hạn tự chấm đã hết. Muốn nộp phiếu, đề nghị lãnh đạo UBND xã mở khóa cả phiếu."


def require_head(actor: User, card: Scorecard, *, doing: str) -> None:
    """Raise Refused unless the person heads the scored unit; an officer is told whom to ask."""
    if not holds(actor, RoleKind.UNIT_HEAD, card.unit):
        raise Refused(f"Chỉ thủ trưởng {card.unit.name} mới được {doing}. Hãy báo thủ trưởng đơn vị khi đã chấm xong.")


def _require_version(card: Scorecard, version: int | None) -> None:
    """Make the coming transition fail as stale when the person decided on an older version of the scorecard."""
    if version is not None:
        card.version = version


def _require_complete(sheet: Sheet, *, among: Collection[int] | None = None) -> None:
    """Raise DomainError naming the rows still to do; `among` are the ids of those asked about, None: all."""
    missing = [(row, why) for row, why in missing_rows(sheet) if among is None or row.pk in among]
    if missing:
        codes = codes_of(row for row, _ in missing)
        raise DomainError(f"Phiếu chưa đủ để nộp: còn {len(missing)} tiêu chí cần hoàn thiện ({codes}).")


@after_unlocks
@transaction.atomic
def submit_scorecard(
    *, actor: User, scorecard_id: int, version: int | None = None, seen: Mapping[int, int] | None = None
) -> Scorecard:
    """Hand a complete scorecard in as the head saw it (`seen`); rows computed from tasks are counted again first.

    After the deadline this needs an unlock by the leader; it is then late, by the set's rule (emulation.late). A
    scorecard that was handed in or closed already is handed in again: see `_hand_in_again`.
    Raises Refused (not the head, closed, deadline over), DomainError naming the rows still to do, or Stale naming those
    changed meanwhile.
    """
    card = locked_scorecard(scorecard_id)
    require_head(actor, card, doing="nộp phiếu")
    assert_open(card, SELF)
    rows = rows_of(card)
    require_seen([row for row in rows if row.applicable], seen, doing="nộp phiếu")
    if card.state == ScorecardState.SUBMITTED:
        return _hand_in_again(actor, card, rows, version)
    if open_rows(card, SELF) is not None:
        raise Refused(NOT_ALL_UNLOCKED)
    criteria = criteria_with_places(card.round.criteria_set)
    recount([card], {card.pk: rows}, {node.pk: node for node in criteria})
    sheet = sheet_of(card, rows, criteria)
    _require_complete(sheet)
    _require_version(card, version)
    totals = sheet.self_totals
    transition(
        card,
        "submit",
        table=SCORECARD_MOVES,
        self_total=totals.total,
        applicable_max=totals.applicable_max,
        **_handed_in(actor, card),
    )
    _end_unlocks(card, SELF)
    _audit(
        actor,
        card,
        "submit_scorecard",
        f"Nộp phiếu tự chấm: {points_text(totals.total)} điểm",
        before={"state": ScorecardState.OPEN},
        after={"state": card.state, "self_total": str(totals.total)},
    )
    notify(
        people=people_with(RoleKind.REVIEWER, card.round.issuer),
        text=f"{card.unit.name} đã nộp phiếu tự chấm “{card.round.name}”.",
        url=reverse("emulation:scorecard-detail", args=[card.pk]),
    )
    return card


def _handed_in(actor: User, card: Scorecard) -> dict[str, Any]:
    """Return who handed in when, and what being late costs; sets it on the card so that the rule can be asked."""
    card.submitted_at, card.submitted_by = timezone.now(), actor
    card.submitted_late = handed_in_late(card)
    card.late_penalty = late_penalty(card, special_days_of(card.round.issuer_id))
    names = ("submitted_at", "submitted_by", "submitted_late", "late_penalty")
    return {name: getattr(card, name) for name in names}


def _hand_in_again(actor: User, card: Scorecard, rows: list[ScorecardRow], version: int | None) -> Scorecard:
    """Hand in what was unlocked after the first hand-in, or after closing; only that counts, and must be complete.

    Rows it changes wait to be appraised again. A scorecard handed in on time stays so; one that never was is handed
    in late now, but only when the whole of it was unlocked.
    """
    opened = open_rows(card, SELF)
    mine = [row for row in rows if row.applicable and row_open(row, opened)]
    changed = [row for row in mine if hand_in_row(row)]
    sheet = sheet_of(card, rows)
    _require_complete(sheet, among=opened)
    ScorecardRow.objects.bulk_update(mine, HAND_IN_FIELDS)
    before = {"self_total": str(card.self_total), "submitted_at": _moment(card)}
    _require_version(card, version)
    handed_in = _handed_in(actor, card) if card.submitted_at is None and opened is None else {}
    total = sheet.self_totals.total
    transition(card, "resubmit", table=SCORECARD_MOVES, self_total=total, **handed_in)
    _end_unlocks(card, SELF)
    if card.round.state == RoundState.APPRAISAL:
        propose_rows(card.round, [card])
    codes = [row.criterion.code for row in changed]
    _audit(
        actor,
        card,
        "resubmit_scorecard",
        f"Nộp phần được mở khóa: {points_text(total)} điểm tự chấm, {len(codes)} tiêu chí thay đổi",
        before=before,
        after={"self_total": str(total), "submitted_at": _moment(card), "changed": codes},
    )
    notify(
        people=people_with(RoleKind.REVIEWER, card.round.issuer),
        text=f"{card.unit.name} đã nộp phần được mở khóa của phiếu “{card.round.name}”.",
        url=reverse("emulation:scorecard-detail", args=[card.pk]),
        kind=NoticeKind.TODO,
    )
    return card


def _moment(card: Scorecard) -> str | None:
    return card.submitted_at.isoformat() if card.submitted_at else None


def _end_unlocks(card: Scorecard, phase: str) -> None:
    card.unlocks.filter(phase=phase, closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def withdraw_scorecard(*, actor: User, scorecard_id: int, version: int | None = None) -> Scorecard:
    """Take a submitted scorecard back for correction, while the round is in self-scoring and its deadline not over."""
    card = locked_scorecard(scorecard_id)
    require_head(actor, card, doing="rút phiếu")
    if card.round.state != RoundState.SELF_SCORING or deadline_passed(card.round):
        raise Refused(locked_because(card, SELF) or UNLOCKED_NOT_WITHDRAWN)
    before = {"state": card.state, "self_total": str(card.self_total)}
    _require_version(card, version)
    transition(
        card,
        "withdraw",
        table=SCORECARD_MOVES,
        self_total=None,
        submitted_at=None,
        submitted_by=None,
        submitted_late=False,
        late_penalty=0,
    )
    card.rows.filter(handed_in__isnull=False).update(handed_in=None)  # nothing is handed in any more
    _audit(actor, card, "withdraw_scorecard", "Rút phiếu về để sửa", before=before, after={"state": card.state})
    return card


@after_unlocks
@transaction.atomic
def recount_scorecard(*, actor: User, scorecard_id: int) -> Scorecard:
    """Count the unit's tasks again during appraisal, for reports accepted after self-scoring closed.

    Writes value, points and facts of the computed rows in both columns and says in their reason when this was done.
    """
    card = open_for_appraisal(actor, scorecard_id, APPRAISAL)
    criteria = criteria_with_places(card.round.criteria_set)
    rows = rows_of(card)
    before = {row.criterion.code: points_text(row.appraised_points) for row in rows}
    written = recount([card], {card.pk: rows}, {node.pk: node for node in criteria})
    for row in written:
        copy_to_appraisal(row, reason=f"Tính lại từ nhiệm vụ đến {row.facts['counted_to']}.")
    ScorecardRow.objects.bulk_update(
        written, ("appraised_value", "appraised_points", "appraised_explanation", "appraisal_reason")
    )
    changed = [row.criterion.code for row in written]
    _audit(
        actor,
        card,
        "recount_scorecard",
        f"Tính lại {len(written)} tiêu chí từ nhiệm vụ",
        before={code: before[code] for code in changed},
        after={row.criterion.code: points_text(row.appraised_points) for row in written},
    )
    return card


@after_unlocks
@transaction.atomic
def complete_appraisal(
    *, actor: User, scorecard_id: int, version: int | None = None, seen: Mapping[int, int] | None = None
) -> Scorecard:
    """Finish appraisal 1 of a scorecard as the person saw it (`seen`): totals, index, snapshot and SHA-256 are written.

    Raises Refused for others than appraisers, DomainError naming the rows not yet appraised, or while the unit may
    still change what was unlocked for it, Stale naming the rows changed meanwhile.
    """
    card = open_for_appraisal(actor, scorecard_id, APPRAISAL)
    if unlocks := active_unlocks(card, SELF):
        raise DomainError(f"Đơn vị đang được mở khóa {unlock_words(unlocks)}; hãy đợi đơn vị nộp lại hoặc hết giờ mở.")
    sheet = sheet_of(card)
    require_seen(sheet.live, seen, doing="hoàn thành thẩm định")
    waiting = unappraised_rows(sheet)
    if waiting:
        raise DomainError(f"Còn {len(waiting)} tiêu chí chưa thẩm định: {codes_of(waiting)}.")
    totals = sheet.result_totals
    snapshot = card_snapshot(sheet)
    _require_version(card, version)
    transition(
        card,
        "appraise",
        table=SCORECARD_MOVES,
        appraised_total=totals.total,
        applicable_max=totals.applicable_max,
        index=totals.index,
        snapshot=snapshot,
        sha256=sha256_of(snapshot),
        appraised_at=timezone.now(),
        appraised_by=actor,
    )
    mark = " (tự thẩm định)" if appraises_own_unit(actor, card) else ""
    _audit(
        actor,
        card,
        "complete_appraisal",
        f"Hoàn thành thẩm định{mark}: {points_text(totals.total)}/{points_text(totals.applicable_max)} điểm",
        before={"state": ScorecardState.SUBMITTED},
        after={"state": card.state, "appraised_total": str(totals.total), "sha256": card.sha256},
    )
    return card


@transaction.atomic
def reopen_scorecard(*, actor: User, scorecard_id: int, reason: str, version: int | None = None) -> Scorecard:
    """Open an appraised scorecard for appraisal again while the round is in appraisal; needs a reason."""
    card = locked_scorecard(scorecard_id)
    if not appraises(actor, card):
        raise Refused(f"Chỉ {APPRAISERS} mới được mở lại phiếu.")
    if card.round.state != RoundState.APPRAISAL:
        raise Refused(locked_because(card, APPRAISAL))
    if not reason:
        raise DomainError("Hãy ghi lý do thẩm định lại.", field="reason")
    before: dict[str, Any] = {"state": card.state, "appraised_total": str(card.appraised_total), "sha256": card.sha256}
    _require_version(card, version)
    transition(
        card,
        "reopen",
        table=SCORECARD_MOVES,
        appraised_total=None,
        index=None,
        snapshot={},
        sha256="",
        appraised_at=None,
        appraised_by=None,
    )
    _audit(
        actor,
        card,
        "reopen_scorecard",
        "Mở lại phiếu để thẩm định lại",
        before=before,
        after={"state": card.state},
        reason=reason,
    )
    notify(
        people=people_with(RoleKind.UNIT_HEAD, card.unit),
        text=f"Phiếu “{card.round.name}” được mở lại để thẩm định lại: {reason}"[:300],
        url=reverse("emulation:scorecard-detail", args=[card.pk]),
        kind=NoticeKind.INFO,
    )
    return card


def _audit(
    actor: User,
    card: Scorecard,
    action: str,
    summary: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
) -> None:
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before=before,
        after=after,
        reason=reason,
    )
