"""Celery tasks of emulation; each calls the services of one clock."""

from celery import shared_task

from .services import clock, proof


@shared_task(name="emulation.tasks.close_due_rounds")
def close_due_rounds() -> None:
    """Every ten minutes: close the phases of rounds whose day is over, put back what was not handed in in time."""
    clock.close_due_rounds()
    clock.take_back_unsent()


@shared_task(name="emulation.tasks.check_published_versions")
def check_published_versions() -> None:
    """Each night: recompute every published result; a difference raises an alarm."""
    proof.check_published_versions()
