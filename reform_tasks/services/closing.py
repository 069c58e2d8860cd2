"""Khóa sổ: after it nothing is reported on a year's plan; it can be opened again with a reason (decision 0020)."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean_lines
from reform_tasks.models import Plan
from reform_tasks.rules import require_plan_manager
from units.models import User
from units.services import record_audit


@transaction.atomic
def close_plan(*, actor: User, plan: Plan, version: int, reason: str) -> Plan:
    """Close a plan for reports (Phòng VHXH); raises Refused, Stale, DomainError (field "reason")."""
    return _turn(actor, plan, version, reason, close=True)


@transaction.atomic
def reopen_plan(*, actor: User, plan: Plan, version: int, reason: str) -> Plan:
    """Open a closed plan for reports again; raises what `close_plan` raises."""
    return _turn(actor, plan, version, reason, close=False)


def _turn(actor: User, plan: Plan, version: int, reason: str, *, close: bool) -> Plan:
    require_plan_manager(actor, plan.issuer, doing="khóa sổ kế hoạch")
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Hãy ghi căn cứ, lý do.", field="reason")
    closed_at = timezone.now() if close else None
    same = Plan.objects.filter(pk=plan.pk, version=version, closed_at__isnull=close)
    if same.update(closed_at=closed_at, version=F("version") + 1) != 1:
        raise Stale("Người khác vừa thay đổi kế hoạch này. Hãy tải lại trang để xem.", mine={"Lý do": reason})
    plan.refresh_from_db(fields=["closed_at", "version"])
    record_audit(
        actor=actor,
        action="close_plan" if close else "reopen_plan",
        summary=f"{'Khóa sổ' if close else 'Mở lại'} kế hoạch {plan.number}",
        target=plan,
        issuer=plan.issuer,
        reason=reason,
    )
    return plan
