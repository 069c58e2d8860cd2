"""Carries out what queries.schedules worked out; part of the services that write the audit entry."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from ninhgiang.errors import Stale
from reform_tasks.enums import AssignmentPart
from reform_tasks.models import Assignment, Occurrence, Task
from reform_tasks.queries.schedules import Schedule, Step, changed, schedule_steps, withdrawal_steps
from units.models import Unit

_CHANGED = "Một kỳ thực hiện vừa được người khác thay đổi. Hãy tải lại trang để xem lại bản xem trước."


def live_rows(assignment: Assignment, *, lock: bool = False) -> list[Occurrence]:
    """Return an assignment's live duties with their reports; `lock` holds them until the end of the transaction."""
    rows = Occurrence.objects.live().filter(assignment=assignment).select_related("report")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def take_steps(assignment: Assignment, steps: Sequence[Step]) -> None:
    """Write the steps of one unit; raises Stale when a duty changed since they were worked out."""
    now = timezone.now()
    todo = changed(steps)
    withdrawn = [step.occurrence.pk for step in todo if step.occurrence and step.due is None]
    if Occurrence.objects.live().filter(pk__in=withdrawn).update(withdrawn_at=now) != len(withdrawn):
        raise Stale(_CHANGED)
    for step in todo:
        if step.occurrence is not None and step.due is not None:
            same = Occurrence.objects.live().filter(pk=step.occurrence.pk, due_on=step.occurrence.due_on)
            if step.occurrence.due_on is None:
                same = Occurrence.objects.live().filter(pk=step.occurrence.pk, due_on__isnull=True)
            moved = same.update(label=step.due.label, planned_on=step.due.due_on, due_on=step.due_on)
            if moved != 1:
                raise Stale(_CHANGED)
    last = assignment.occurrences.aggregate(last=Max("position"))["last"] or 0
    Occurrence.objects.bulk_create(
        Occurrence(
            assignment=assignment,
            label=step.due.label,
            planned_on=step.due.due_on,
            due_on=step.due_on,
            position=last + number,
        )
        for number, step in enumerate((step for step in todo if step.occurrence is None), start=1)
        if step.due is not None
    )


def lead(task: Task, unit: Unit, wanted: Schedule) -> Assignment:
    """Make a unit lead a task with its duties from `wanted.cut` on; a part that ended is taken up again.

    What it coordinates until now ends the day before.
    """
    ended = task.assignments.filter(unit=unit, part=AssignmentPart.LEAD, ended_on__isnull=False).last()
    leave(task, unit, wanted.cut, part=AssignmentPart.COORDINATE)
    if ended is None:
        ended = Assignment.objects.create(task=task, unit=unit, part=AssignmentPart.LEAD)
    else:
        Assignment.objects.filter(pk=ended.pk).update(ended_on=None, share=None)
    take_steps(ended, schedule_steps(live_rows(ended, lock=True), wanted))
    return ended


def coordinate(task: Task, unit: Unit, cut: date) -> Assignment:
    """Make a unit coordinate a task; a part it led ends the day before `cut`."""
    leave(task, unit, cut, part=AssignmentPart.LEAD)
    return Assignment.objects.create(task=task, unit=unit, part=AssignmentPart.COORDINATE)


def leave(task: Task, unit: Unit, cut: date, *, part: AssignmentPart) -> None:
    """End a unit's part the day before `cut`: what is settled stays with it, the rest of its duties is withdrawn."""
    assignment = task.assignments.current().filter(unit=unit, part=part).first()
    if assignment is None:
        return
    take_steps(assignment, withdrawal_steps(live_rows(assignment, lock=True), cut))
    Assignment.objects.filter(pk=assignment.pk).update(ended_on=cut - timedelta(days=1))
