"""Celery tasks of emulation; each calls one service."""

from celery import shared_task

from .services import clock, proof


@shared_task(name="emulation.tasks.close_due_rounds")
def close_due_rounds() -> None:
    """Every ten minutes: close the phases of rounds whose day is over."""
    clock.close_due_rounds()


@shared_task(name="emulation.tasks.check_published_versions")
def check_published_versions() -> None:
    """Each night: recompute every published result; a difference raises an alarm."""
    proof.check_published_versions()
