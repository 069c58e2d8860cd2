"""The append-only record of who decided what and why."""

from typing import Any

from django.db import models
from django.utils import timezone

from ninhgiang.middleware import current_request_id
from units.models import AuditEntry, Unit, User

SYSTEM_NAME = "Hệ thống"


def record_audit(
    *,
    actor: User | None,
    action: str,
    summary: str,
    target: models.Model,
    issuer: Unit | None,
    unit: Unit | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append one entry to the audit log; call it once in every writing service, inside its transaction."""
    return AuditEntry.objects.create(
        issuer=issuer,
        unit=unit,
        actor=actor,
        actor_name=actor.full_name if actor else SYSTEM_NAME,
        action=action,
        summary=summary[:300],
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        before=before or {},
        after=after or {},
        reason=reason,
        request_id=current_request_id(),
        at=timezone.now(),
    )
