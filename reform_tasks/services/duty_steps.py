"""What the steps beside the report share: the history line on the duty, the row a decision is about, who is told."""

from datetime import date
from typing import Any

from django.db import models

from ninhgiang.errors import DomainError
from reform_tasks.models import Occurrence, ProgressReport
from reform_tasks.rules import closed_reason
from units.enums import RoleKind
from units.models import User
from units.queries import people_with
from units.services import record_audit


def record_on_duty(
    actor: User,
    occurrence: Occurrence,
    action: str,
    summary: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the one audit entry of a step, on the occurrence so that its page shows the whole history."""
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=occurrence,
        issuer=occurrence.assignment.task.plan.issuer,
        unit=occurrence.assignment.unit,
        before=before,
        after=after,
        reason=reason,
    )


def report_now(occurrence: Occurrence) -> ProgressReport | None:
    """Return the duty's report as stored now."""
    return ProgressReport.objects.filter(occurrence=occurrence).first()


def require_reportable(occurrence: Occurrence) -> ProgressReport | None:
    """Return the duty's report as stored now; raises DomainError when nothing is reported on the duty any more."""
    report = report_now(occurrence)
    if reason := closed_reason(occurrence, report):
        raise DomainError(reason)
    return report


def item_of[Row: models.Model](rows: models.QuerySet[Row], item: int, version: int) -> Row:
    """Return the row a decision is about, at the version the person saw (so that `transition` notices a change)."""
    row = rows.filter(pk=item).first()
    if row is None:
        raise DomainError("Không tìm thấy đề nghị này. Hãy tải lại trang.")
    row.version = version  # type: ignore[attr-defined]
    return row


def heads_and(occurrence: Occurrence, *others: User | None) -> list[User]:
    """Return the heads of the duty's unit and the others, each once."""
    people = {person.pk: person for person in people_with(RoleKind.UNIT_HEAD, occurrence.assignment.unit)}
    people |= {person.pk: person for person in others if person is not None and person.is_active}
    return list(people.values())


def iso(day: date | None) -> str | None:
    """Return a day for the audit log."""
    return day.isoformat() if day else None
