"""Celery tasks of reform_tasks; each calls one service."""

from celery import shared_task

from .services import imports, readings, uploads


@shared_task(name="reform_tasks.tasks.read_evidence")
def read_evidence(evidence_id: str) -> None:
    """Read one PDF (see services.readings)."""
    readings.perform_reading(evidence_id=evidence_id)


@shared_task(name="reform_tasks.tasks.redeliver_readings")
def redeliver_readings() -> None:
    """Each minute: bring back readings that the broker or a dead worker lost."""
    readings.redeliver_readings()


@shared_task(name="reform_tasks.tasks.clear_uploads")
def clear_uploads() -> None:
    """Each hour: clear away uploads nobody went on with, and the files of old imports."""
    uploads.clear_uploads()
    imports.clear_import_sources()
