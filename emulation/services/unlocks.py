"""Unlocking a scorecard or one row of it for its unit until a moment: by the leader, with a reason (scoring.md 3.2)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation.enums import LockPhase
from emulation.locks import active_unlocks, may_be_unlocked
from emulation.models import Scorecard, Unlock
from ninhgiang.calendar import moment_text
from ninhgiang.errors import DomainError
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import officers_of
from units.rules import require
from units.services import notify, record_audit

from .gate import locked_scorecard
from .handed_in import after_unlocks, take_back

NOT_ASKED = (
    "Tiêu chí {code} không nằm trong yêu cầu giải trình nên mở khóa cũng không ghi được gì. "
    "Hãy chọn tiêu chí đã yêu cầu giải trình, hoặc cả phiếu."
)


@after_unlocks
@transaction.atomic
def unlock_scorecard(
    *, actor: User, scorecard_id: int, phase: str, until: datetime, reason: str, row_id: int | None = None
) -> Unlock:
    """Open self-scoring or explanation again for one unit, all rows or one, until a moment.

    Raises Refused for others than the leader, DomainError (with the field) for a moment that is over, no reason, a row
    that is not the scorecard's or of which no explanation was asked, or where nothing could be written however long it
    is open.
    """
    card = locked_scorecard(scorecard_id)
    require(actor, RoleKind.LEADER, card.round.issuer, doing="mở khóa phiếu")
    if not may_be_unlocked(card, phase):
        raise DomainError(
            "Ở bước này không mở khóa được: phiếu đã hoàn thành thẩm định hoặc kết quả đã xếp hạng. "
            "Đề nghị Phòng Văn hóa - Xã hội trả phiếu về thẩm định lại trước.",
            field="phase",
        )
    if until <= timezone.now():
        raise DomainError("Thời điểm khóa lại phải ở sau bây giờ.", field="until")
    if not reason:
        raise DomainError("Hãy ghi lý do mở khóa.", field="reason")
    row = None
    if row_id is not None:
        row = card.rows.select_related("criterion").filter(pk=row_id, applicable=True).first()
        if row is None:
            raise DomainError("Tiêu chí này không có trên phiếu của đơn vị.", field="row_id")
        if phase == LockPhase.EXPLANATION and not row.flagged:
            raise DomainError(NOT_ASKED.format(code=row.criterion.code), field="row_id")
    unlock = Unlock.objects.create(scorecard=card, row=row, phase=phase, until=until, reason=reason, granted_by=actor)
    what = f"tiêu chí {row.criterion.code}" if row else "cả phiếu"
    summary = f"Mở khóa {LockPhase(phase).label.lower()} {what} đến {moment_text(until)}"
    record_audit(
        actor=actor,
        action="unlock_scorecard",
        summary=summary,
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        after={"phase": phase, "row": row.criterion.code if row else None, "until": until.isoformat()},
        reason=reason,
    )
    _tell(card, f"{summary} (“{card.round.name}”): {reason}"[:300], kind=NoticeKind.TODO)
    return unlock


@transaction.atomic
def lock_again(*, actor: User, scorecard_id: int, phase: str) -> int:
    """End every unlock of a phase that still holds; returns how many. What was not handed in again is put back."""
    card = locked_scorecard(scorecard_id)
    require(actor, RoleKind.LEADER, card.round.issuer, doing="khóa lại phiếu")
    ended = active_unlocks(card, phase)
    if not ended:
        return 0
    Unlock.objects.filter(pk__in=[one.pk for one in ended]).update(closed_at=timezone.now())
    record_audit(
        actor=actor,
        action="lock_again",
        summary=f"Khóa lại phiếu ({LockPhase(phase).label.lower()}) trước giờ",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        after={"ended": len(ended)},
    )
    _tell(card, f"Phiếu “{card.round.name}” đã được khóa lại.", kind=NoticeKind.INFO)
    take_back(scorecard_id=card.pk)
    return len(ended)


def _tell(card: Scorecard, text: str, *, kind: str) -> None:
    notify(
        people=officers_of(card.unit), text=text, url=reverse("emulation:scorecard-detail", args=[card.pk]), kind=kind
    )
