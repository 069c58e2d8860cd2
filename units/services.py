"""Writes of the units app that every other app uses: audit, notices, jobs."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from ninhgiang.middleware import current_request_id

from .enums import JobState, NoticeKind
from .models import AuditEntry, Job, Notification, Unit, User


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
        actor_name=actor.full_name if actor else "Hệ thống",
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


def notify(*, people: Iterable[User], text: str, url: str = "", kind: str = NoticeKind.INFO) -> None:
    """Leave one in-app notice for each person; part of the caller's transaction."""
    Notification.objects.bulk_create(
        [Notification(user=person, text=text[:300], url=url, kind=kind) for person in people]
    )


def enqueue_job(*, kind: str, title: str, params: dict[str, Any], requested_by: User, issuer: Unit) -> Job:
    """Create a job row and hand it to the worker after commit.

    The same kind with the same params that still waits or runs is returned instead of a second one.
    """
    from .tasks import run_job  # tasks import services

    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
    waiting = Job.objects.filter(
        issuer=issuer, kind=kind, params_hash=digest, state__in=(JobState.QUEUED, JobState.RUNNING)
    )
    try:
        with transaction.atomic():
            job = Job.objects.create(
                issuer=issuer, kind=kind, title=title, params=params, params_hash=digest, requested_by=requested_by
            )
            run_job.delay_on_commit(str(job.pk))
    except IntegrityError:
        return waiting.get()
    return job
