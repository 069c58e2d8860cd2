"""The life of a background job: queued -> running -> done or failed, each step one conditional UPDATE.

The row is the outbox. A broker message only says "look at this row": a lost message is sent again by
``redeliver_lost_jobs`` and a message that comes twice finds nothing to claim. These bookkeeping steps write no
audit entry; the service a handler calls writes its own, and ``retry_job`` (a person's decision) does.
"""

import hashlib
import json
import logging
from datetime import timedelta
from functools import partial
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from ninhgiang.errors import DomainError
from units.enums import JobState
from units.jobs import Progress, handler_of
from units.models import Job, Unit, User, WorkerHeartbeat
from units.rules import may_follow_job

from .audit import record_audit
from .notices import notify

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
LOST_AFTER = timedelta(minutes=2)
# The worker kills a task at CELERY_TASK_TIME_LIMIT; what "runs" a minute longer has no worker any more.
DEAD_AFTER = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)

GENERAL_ERROR = "Có lỗi khi xử lý. Bấm Chạy lại; nếu vẫn lỗi, báo người quản trị kèm thời điểm xảy ra."
TOO_LONG = "Việc này chạy quá lâu nên đã bị dừng. Bấm Chạy lại; nếu vẫn lỗi, báo người quản trị."
GAVE_UP = f"Máy chạy nền dừng giữa chừng {MAX_ATTEMPTS} lần. Báo người quản trị kiểm tra rồi bấm Chạy lại."


def _deliver(job: Job) -> None:
    """Send the broker message after commit; a broker that is down is logged only, beat will send it again."""
    from units.tasks import run_job  # tasks import services

    transaction.on_commit(partial(run_job.delay, str(job.pk)), robust=True)


def enqueue_job(*, kind: str, title: str, params: dict[str, Any], requested_by: User, issuer: Unit) -> Job:
    """Create a job row and hand it to the worker after commit.

    The same kind with the same params that still waits or runs is returned instead of a second one.
    """
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
    same = Job.objects.filter(
        issuer=issuer, kind=kind, params_hash=digest, state__in=(JobState.QUEUED, JobState.RUNNING)
    )
    while (job := same.first()) is None:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    issuer=issuer, kind=kind, title=title, params=params, params_hash=digest, requested_by=requested_by
                )
        except IntegrityError:
            continue  # somebody else made it a moment ago: read that one
        _deliver(job)
        break
    return job


def claim_job(*, job_id: str, task_id: str = "") -> Job | None:
    """Take a queued job for this worker and count the attempt; None when there is nothing to take.

    A running job is taken over when the very broker message that claimed it comes again: messages are acknowledged
    after the work, so that happens only when the worker was lost.
    """
    open_to_us = Q(state=JobState.QUEUED)
    if task_id:
        open_to_us |= Q(state=JobState.RUNNING, task_id=task_id, attempts__lt=MAX_ATTEMPTS)
    claimed = Job.objects.filter(open_to_us, pk=job_id).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        task_id=task_id,
        started_at=timezone.now(),
        finished_at=None,
        progress=0,
        total=0,
        message="",
        error="",
        result_url="",
    )
    return Job.objects.select_related("requested_by", "issuer").get(pk=job_id) if claimed else None


def _settle(job: Job, *, state: str, **fields: str) -> bool:
    """Write the outcome unless the job was meanwhile given to another attempt."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    return mine.update(state=state, finished_at=timezone.now(), **fields) == 1


@transaction.atomic
def finish_job(*, job: Job, result_url: str) -> None:
    """Store the result's address and tell the person who asked."""
    if _settle(job, state=JobState.DONE, result_url=result_url, message=""):
        text, url = f"Đã xong: {job.title}", result_url or _page_of(job)
        notify(people=[job.requested_by], text=text, url=url, instant=True)  # they wait for it


@transaction.atomic
def fail_job(*, job: Job, error: str) -> None:
    """Store why the job failed (Vietnamese, for the screen) and tell the person who asked."""
    if _settle(job, state=JobState.FAILED, error=error[:500]):
        notify(people=[job.requested_by], text=f"Không làm được: {job.title}", url=_page_of(job), instant=True)


def perform_job(*, job_id: str, task_id: str = "") -> None:
    """Claim a job, run its handler, store the outcome. Called by the Celery task; never raises for the job's errors."""
    job = claim_job(job_id=job_id, task_id=task_id)
    if job is None:
        return
    try:
        result_url = handler_of(job.kind)(job, Progress(job))
    except DomainError as error:
        fail_job(job=job, error=error.message)
    except SoftTimeLimitExceeded:
        logger.warning("job %s (%s) ran into the time limit", job.pk, job.kind)
        fail_job(job=job, error=TOO_LONG)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        fail_job(job=job, error=GENERAL_ERROR)
    else:
        finish_job(job=job, result_url=result_url)


@transaction.atomic
def retry_job(*, job: Job, by: User) -> Job:
    """Put a failed job back in the queue with its attempts counted from zero ("Chạy lại").

    Raises DomainError when the job did not fail, or when the same work already waits or runs.
    """
    if not may_follow_job(by, job):
        raise DomainError("Việc này không phải của bạn.")
    try:
        with transaction.atomic():
            moved = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
                state=JobState.QUEUED, attempts=0, error="", progress=0, total=0, message="", queued_at=timezone.now()
            )
    except IntegrityError:
        raise DomainError("Việc này đang được chạy lại ở một lượt khác.") from None
    if not moved:
        raise DomainError("Chỉ chạy lại được việc đã bị lỗi. Hãy tải lại trang.")
    record_audit(
        actor=by,
        action="retry_job",
        summary=f"Chạy lại: {job.title}",
        target=job,
        issuer=job.issuer,
        before={"state": JobState.FAILED, "error": job.error},
        after={"state": JobState.QUEUED},
    )
    _deliver(job)
    job.refresh_from_db()
    return job


@transaction.atomic
def redeliver_lost_jobs() -> int:
    """Send queued jobs again whose message seems lost, and requeue those whose worker died; return how many.

    Run by beat each minute. Sending twice is harmless: a job is claimed once. A job whose worker died
    MAX_ATTEMPTS times is given up as failed.
    """
    now = timezone.now()
    dead = Job.objects.filter(state=JobState.RUNNING, started_at__lt=now - DEAD_AFTER)
    for job in dead.filter(attempts__gte=MAX_ATTEMPTS).select_related("requested_by"):
        fail_job(job=job, error=GAVE_UP)
    requeued = [job.pk for job in dead.filter(attempts__lt=MAX_ATTEMPTS)]
    Job.objects.filter(pk__in=requeued, state=JobState.RUNNING).update(state=JobState.QUEUED)
    waiting = Q(queued_at__lt=now - LOST_AFTER) | Q(pk__in=requeued)
    lost = list(Job.objects.filter(waiting, state=JobState.QUEUED))
    Job.objects.filter(pk__in=[job.pk for job in lost]).update(queued_at=now)
    for job in lost:
        _deliver(job)
    return len(lost)


def beat_heart() -> None:
    """Touch the one heartbeat row; an old one makes the progress page say that the worker does not answer."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


def _page_of(job: Job) -> str:
    return reverse("units:job-detail", args=[job.pk])
