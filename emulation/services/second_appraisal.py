"""Appraisal 2: the rows that were asked about, once more and for the last time (scoring.md 3.2)."""

from collections.abc import Mapping

from django.db import transaction

from emulation.enums import SCORECARD_MOVES, RoundState, ScorecardState, ValueSource
from emulation.locks import EXPLANATION, REAPPRAISAL, active_unlocks, locked_because, unlock_words
from emulation.models import Scorecard, ScorecardRow
from emulation.queries.scorecards import flagged_rows, points_text, sheet_of
from emulation.rules import appraises, appraises_own_unit
from emulation.snapshots import card_snapshot
from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError, Refused
from ninhgiang.states import transition
from units.models import User
from units.services import record_audit

from .computed import counted_now, counted_to
from .gate import APPRAISERS, locked_scorecard, open_for_appraisal, require_seen

FINAL_FIELDS = ("final_value", "final_points", "final_explanation", "final_reason", "final_by")


def clear_final(row: ScorecardRow) -> None:
    """Take a row's appraisal 2 away, in memory: what it rested on has changed."""
    row.final_value, row.final_points, row.final_by = None, None, None
    row.final_explanation, row.final_reason = "", ""


@transaction.atomic
def recount_flagged(*, actor: User, scorecard_id: int) -> int:
    """Count the unit's tasks again for the flagged rows computed from them, as their appraisal 2; returns how many.

    For reports accepted after appraisal 1. A row for which nothing is due any more is left to be typed.
    """
    card = open_for_appraisal(actor, scorecard_id, REAPPRAISAL)
    rows = list(
        card.rows.select_related("criterion").filter(flagged=True, applicable=True, criterion__source=ValueSource.TASKS)
    )
    written, before = [], {row.criterion.code: points_text(row.result_points) for row in rows}
    for row in rows:
        row.scorecard = card
        counted = counted_now(row)
        if counted.applicable:
            row.final_value, row.final_points = counted.self_value, counted.self_points
            row.final_explanation, row.final_by = counted.self_explanation, actor
            row.final_reason, row.facts = f"Tính lại từ nhiệm vụ đến {counted_to(counted)}.", counted.facts
            row.version += 1
            written.append(row)
    ScorecardRow.objects.bulk_update(written, (*FINAL_FIELDS, "facts", "version"))
    record_audit(
        actor=actor,
        action="recount_flagged",
        summary=f"Tính lại {len(written)} tiêu chí cần giải trình từ nhiệm vụ",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={row.criterion.code: before[row.criterion.code] for row in written},
        after={row.criterion.code: points_text(row.final_points) for row in written},
    )
    return len(written)


@transaction.atomic
def complete_second_appraisal(
    *, actor: User, scorecard_id: int, version: int | None = None, seen: Mapping[int, int] | None = None
) -> Scorecard:
    """Finish appraisal 2 of a scorecard as the person saw it (`seen`); totals, index and snapshot are written again.

    Raises Refused for others than appraisers, DomainError naming the flagged rows not yet appraised a second time,
    Stale naming the rows changed meanwhile.
    """
    card = open_for_appraisal(actor, scorecard_id, REAPPRAISAL)
    if unlocks := active_unlocks(card, EXPLANATION):
        raise DomainError(f"Đơn vị đang được mở khóa {unlock_words(unlocks)}; hãy đợi đơn vị gửi lại hoặc hết giờ mở.")
    sheet = sheet_of(card)
    require_seen(sheet.live, seen, doing="hoàn thành thẩm định lần 2")
    waiting = [row.criterion.code for row in flagged_rows(sheet) if row.final_points is None]
    if waiting:
        raise DomainError(f"Còn {len(waiting)} tiêu chí chưa thẩm định lần 2: {', '.join(waiting)}.")
    totals, snapshot = sheet.result_totals, card_snapshot(sheet)
    if version is not None:
        card.version = version
    transition(
        card,
        "reappraise",
        table=SCORECARD_MOVES,
        final_total=totals.total,
        applicable_max=totals.applicable_max,
        index=totals.index,
        snapshot=snapshot,
        sha256=sha256_of(snapshot),
    )
    mark = " (tự thẩm định)" if appraises_own_unit(actor, card) else ""
    record_audit(
        actor=actor,
        action="complete_second_appraisal",
        summary=f"Thẩm định xong lần 2{mark}: {points_text(totals.total)}/{points_text(totals.applicable_max)} điểm",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={"state": ScorecardState.EXPLAINED, "total": str(card.appraised_total)},
        after={"state": card.state, "total": str(totals.total), "sha256": card.sha256},
    )
    return card


@transaction.atomic
def reopen_second_appraisal(*, actor: User, scorecard_id: int, reason: str, version: int | None = None) -> Scorecard:
    """Open a final scorecard for appraisal 2 again while the round is there; needs a reason."""
    card = locked_scorecard(scorecard_id)
    if not appraises(actor, card):
        raise Refused(f"Chỉ {APPRAISERS} mới được mở lại phiếu.")
    if card.round.state != RoundState.REAPPRAISAL:
        raise Refused(locked_because(card, REAPPRAISAL))
    if not reason:
        raise DomainError("Hãy ghi lý do thẩm định lại.", field="reason")
    if version is not None:
        card.version = version
    before = {"state": card.state, "total": str(card.final_total), "sha256": card.sha256}
    first = sheet_of(card).appraised_totals  # what stands until appraisal 2 is complete again
    transition(
        card,
        "reopen_final",
        table=SCORECARD_MOVES,
        final_total=None,
        applicable_max=first.applicable_max,
        index=first.index,
    )
    record_audit(
        actor=actor,
        action="reopen_second_appraisal",
        summary="Mở lại phiếu để thẩm định lại lần 2",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before=before,
        after={"state": card.state},
        reason=reason,
    )
    return card
