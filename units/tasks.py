"""Celery tasks of the units app; each calls one service."""

from typing import Any

from celery import Task, shared_task
from celery.signals import worker_ready
from django.db import connections

from . import services


@shared_task(bind=True, name="units.tasks.run_job")
def run_job(self: Task, job_id: str) -> None:
    """Run one background job (see services.perform_job)."""
    services.perform_job(job_id=job_id, task_id=self.request.id or "")


@shared_task(name="units.tasks.redeliver_jobs")
def redeliver_jobs() -> None:
    """Each minute: bring back jobs that the broker or a dead worker lost."""
    services.redeliver_lost_jobs()


@shared_task(name="units.tasks.heartbeat")
def heartbeat() -> None:
    """Each minute: show that the worker is alive."""
    services.beat_heart()


@worker_ready.connect
def first_beat(**_kwargs: Any) -> None:
    """Show at once that the worker takes jobs: bin/serve waits for this before it says Ready.

    The connection is given back, for the processes forked later must not inherit it.
    """
    services.beat_heart()
    connections.close_all()


@shared_task(name="units.tasks.send_mail")
def send_mail() -> None:
    """Each minute and after every commit that wrote one: send the letters that wait."""
    services.send_due_mail()


@shared_task(name="units.tasks.reorganise_units")
def reorganise_units() -> None:
    """Every ten minutes: carry out confirmed reorganisations whose day has come."""
    services.apply_due_reorganisations()


@shared_task(name="units.tasks.send_digests")
def send_digests() -> None:
    """Every ten minutes: send today's digests to those who have none yet."""
    services.send_due_digests()
