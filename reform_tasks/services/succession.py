"""Duties go on to the successors of merged and split units on the day; part of units' apply_reorganisation."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from reform_tasks.enums import AssignmentPart
from reform_tasks.models import Assignment, Occurrence
from reform_tasks.queries.duties import report_of
from reform_tasks.queries.succession import goes_on, key_of, parts_of
from units.models import Reorganisation, Unit
from units.succession import SuccessorOf

from .schedules import live_rows


def move_duties(reorganisation: Reorganisation, units: Iterable[Unit], successor_of: SuccessorOf) -> int:
    """Move what goes on; what was due before the day or already sent stays with the old unit. Returns how many moved.

    A duty the successor has already (both led the task) is kept once, the one with a report begun first.
    """
    moved = 0
    for part in parts_of(units):
        target = successor_of(key_of(part))
        if target.pk != part.unit_id:
            moved += _move(part, target, reorganisation)
    return moved


def _move(part: Assignment, target: Unit, reorganisation: Reorganisation) -> int:
    last_day = reorganisation.effective_on - timedelta(days=1)
    own = Assignment.objects.current().filter(task=part.task, unit=target).first()
    if own is not None and own.part == AssignmentPart.COORDINATE and part.part == AssignmentPart.LEAD:
        Assignment.objects.filter(pk=own.pk).update(ended_on=last_day)
        own = None
    shares = [row.share for row in (part, own) if row is not None and row.share is not None]
    officer = part.officer if part.officer and part.officer.roles.filter(unit=target).exists() else None
    if own is None:
        own = Assignment.objects.create(task=part.task, unit=target, part=part.part, officer=officer)
    Assignment.objects.filter(pk=own.pk).update(share=sum(shares) if shares else None)
    moved = _move_rows(part, own, reorganisation) if part.part == AssignmentPart.LEAD else 0
    Assignment.objects.filter(pk=part.pk).update(ended_on=last_day)
    return moved


def _move_rows(part: Assignment, own: Assignment, reorganisation: Reorganisation) -> int:
    held = {row.label: row for row in live_rows(own, lock=True)}
    last = own.occurrences.aggregate(last=Max("position"))["last"] or 0
    going = [row for row in live_rows(part, lock=True) if goes_on(row, reorganisation.effective_on)]
    for number, row in enumerate(going, start=1):
        same = held.get(row.label)
        if same is not None and (report_of(row) is None or report_of(same) is not None):
            Occurrence.objects.filter(pk=row.pk).update(withdrawn_at=timezone.now())
            continue
        if same is not None:
            Occurrence.objects.filter(pk=same.pk).update(withdrawn_at=timezone.now())
        Occurrence.objects.filter(pk=row.pk).update(assignment=own, position=last + number)
        held[row.label] = row
    return len(going)
