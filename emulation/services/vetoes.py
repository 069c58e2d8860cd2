"""Vetoes people set on a unit: highest grade, grades down, out of the ranking, no award (scoring.md 4.4).

Always with a reason and the number and day of a decision; the original grade stays beside the final one. A veto counts
when the round is ranked; one set or lifted after publication counts in the next published version.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation.enums import RoundState, VetoEffect
from emulation.models import Scorecard, Veto
from emulation.ranking import read_veto
from emulation.scoring import RuleError
from ninhgiang.calendar import day_text, today
from ninhgiang.errors import DomainError, Refused
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import officers_of
from units.rules import require
from units.services import notify, record_audit

from .gate import locked_scorecard

SETTERS = (RoleKind.REVIEWER, RoleKind.LEADER)
_TOO_EARLY = (RoundState.DRAFT, RoundState.SELF_SCORING)


def require_moment(card: Scorecard) -> None:
    """Raise Refused while no veto can be set or lifted: before the appraisal, and while a ranking waits."""
    if card.round.state in _TOO_EARLY:
        raise Refused("Chỉ ghi trường hợp khống chế từ bước thẩm định trở đi.")
    if card.round.state == RoundState.RANKED:
        raise Refused("Kết quả đã xếp hạng, chờ công bố. Hãy trả lại để thẩm định lại trước.")


@transaction.atomic
def set_veto(
    *,
    actor: User,
    scorecard_id: int,
    effect: str,
    reason: str,
    decision_number: str,
    decision_on: date,
    grade: str = "",
    steps: int = 0,
) -> Veto:
    """Put a veto on a unit's result; `grade` is needed for max_grade, `steps` for minus_grades.

    Raises Refused for others than reviewer and leader, DomainError (with the field) for a wrong moment, no reason, no
    decision, a day in the future, or a grade or number of steps the set's bands do not know.
    """
    card = locked_scorecard(scorecard_id)
    require(actor, SETTERS, card.round.issuer, doing="ghi trường hợp khống chế")
    require_moment(card)
    if not reason:
        raise DomainError("Hãy ghi lý do.", field="reason")
    if not decision_number:
        raise DomainError("Hãy nhập số quyết định hoặc văn bản làm căn cứ.", field="decision_number")
    if decision_on > today():
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decision_on")
    data = {"effect": effect, "reason": reason, "decision_number": decision_number}
    try:
        read_veto({**data, "grade": grade, "steps": steps}, card.round.criteria_set.bands)
    except RuleError as error:
        raise DomainError(error.message, field=error.field) from None
    veto = Veto.objects.create(
        scorecard=card,
        effect=effect,
        grade=grade if effect == VetoEffect.MAX_GRADE else "",
        steps=steps if effect == VetoEffect.MINUS_GRADES else 0,
        reason=reason,
        decision_number=decision_number,
        decision_on=decision_on,
        set_by=actor,
    )
    _audit(actor, card, "set_veto", f"Ghi trường hợp khống chế: {veto.get_effect_display().lower()}", veto, reason)
    told = veto.get_effect_display().lower()
    _tell(card, f"Phiếu “{card.round.name}” có trường hợp khống chế: {told} vì {reason}"[:300])
    return veto


@transaction.atomic
def lift_veto(*, actor: User, veto_id: int, reason: str) -> Veto:
    """Take a veto back; needs a reason and keeps the veto in the history. Raises Refused or DomainError."""
    veto = Veto.objects.select_for_update(of=("self",)).get(pk=veto_id)
    card = locked_scorecard(veto.scorecard_id)
    require(actor, SETTERS, card.round.issuer, doing="bỏ trường hợp khống chế")
    require_moment(card)
    if not reason:
        raise DomainError("Hãy ghi lý do bỏ.", field="reason")
    if veto.lifted_at is not None:
        raise DomainError("Trường hợp khống chế này đã được bỏ từ trước.")
    veto.lifted_at, veto.lifted_by, veto.lift_reason = timezone.now(), actor, reason
    veto.save(update_fields=("lifted_at", "lifted_by", "lift_reason"))
    _audit(actor, card, "lift_veto", f"Bỏ trường hợp khống chế: {veto.get_effect_display().lower()}", veto, reason)
    _tell(card, f"Đã bỏ trường hợp khống chế của phiếu “{card.round.name}”: {reason}"[:300])
    return veto


def _audit(actor: User, card: Scorecard, action: str, summary: str, veto: Veto, reason: str) -> None:
    record_audit(
        actor=actor,
        action=action,
        summary=f"{summary} (Quyết định số {veto.decision_number} ngày {day_text(veto.decision_on)})",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        after={"effect": veto.effect, "grade": veto.grade, "steps": veto.steps},
        reason=reason,
    )


def _tell(card: Scorecard, text: str) -> None:
    url = reverse("emulation:scorecard-detail", args=[card.pk])
    notify(people=officers_of(card.unit), text=text, url=url, kind=NoticeKind.INFO)
