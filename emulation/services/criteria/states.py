"""The life of a criteria set: issued by a decision, taken back while no round uses it."""

from datetime import date

from django.db import transaction
from django.db.models import F

from emulation.enums import SetState
from emulation.models import CriteriaSet
from emulation.set_spec import SetRefused, problems_in
from ninhgiang.calendar import day_text, today
from ninhgiang.errors import DomainError, Stale
from units.enums import RoleKind
from units.models import User
from units.rules import require
from units.services import record_audit

from .stored import spec_of


@transaction.atomic
def issue_set(
    *, actor: User, criteria_set: CriteriaSet, decision_number: str, decision_on: date, version: int | None = None
) -> CriteriaSet:
    """Issue a draft by the number and day of the decision; from then on rounds can use it.

    Raises Refused (reviewer or leader only), DomainError (with the field) or Stale.
    """
    require(actor, (RoleKind.REVIEWER, RoleKind.LEADER), criteria_set.issuer, doing="ban hành bộ tiêu chí")
    if not decision_number:
        raise DomainError("Hãy nhập số quyết định.", field="decision_number")
    if decision_on > today():
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decision_on")
    if problems := problems_in(spec_of(criteria_set)):
        raise SetRefused("Chưa ban hành được.", problems)
    _move(criteria_set, SetState.DRAFT, SetState.ISSUED, version, decision_number, decision_on)
    record_audit(
        actor=actor,
        action="issue_set",
        summary=f"Ban hành bộ tiêu chí “{criteria_set.name}” theo Quyết định số {decision_number}",
        target=criteria_set,
        issuer=criteria_set.issuer,
        before={"state": SetState.DRAFT.label},
        after={"state": SetState.ISSUED.label, "decision_on": day_text(decision_on)},
    )
    return criteria_set


@transaction.atomic
def withdraw_set(*, actor: User, criteria_set: CriteriaSet, reason: str, version: int | None = None) -> CriteriaSet:
    """Make an issued set a draft again while no round names it; needs a reason."""
    require(actor, (RoleKind.REVIEWER, RoleKind.LEADER), criteria_set.issuer, doing="thu hồi bộ tiêu chí")
    if not reason:
        raise DomainError("Hãy ghi lý do.", field="reason")
    if criteria_set.rounds.exists():
        raise DomainError("Đã có đợt chấm điểm dùng bộ tiêu chí này. Hãy chép thành bộ mới để sửa.")
    _move(criteria_set, SetState.ISSUED, SetState.DRAFT, version, "", None)
    record_audit(
        actor=actor,
        action="withdraw_set",
        summary=f"Đưa bộ tiêu chí “{criteria_set.name}” về dự thảo",
        target=criteria_set,
        issuer=criteria_set.issuer,
        before={"state": SetState.ISSUED.label},
        after={"state": SetState.DRAFT.label},
        reason=reason,
    )
    return criteria_set


def _move(
    criteria_set: CriteriaSet, start: SetState, to: SetState, version: int | None, number: str, on: date | None
) -> None:
    seen = criteria_set.version if version is None else version
    moved = CriteriaSet.objects.filter(pk=criteria_set.pk, state=start, version=seen).update(
        state=to, version=F("version") + 1, decision_number=number, decision_on=on
    )
    if moved != 1:
        raise Stale("Bộ tiêu chí vừa được người khác thay đổi. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    criteria_set.refresh_from_db()
