"""What units hold of the plan when they are merged or split: their current parts in open plans."""

from collections.abc import Iterable
from datetime import date

from reform_tasks.enums import AssignmentPart
from reform_tasks.models import Assignment, Occurrence
from units.models import Reorganisation, Unit
from units.succession import Holding

from .duties import report_of


def key_of(assignment: Assignment) -> str:
    """Return the key of a part in Reorganisation.choices."""
    return f"nhiem-vu:{assignment.pk}"


def parts_of(units: Iterable[Unit]) -> list[Assignment]:
    """Return the current parts of units in plans that are not closed, in the order of the plan. One query."""
    found = Assignment.objects.current().filter(
        unit__in=list(units), task__plan__closed_at__isnull=True, task__withdrawn_by__isnull=True
    )
    return list(found.select_related("unit", "task__plan").order_by("unit__position", "task__position", "pk"))


def goes_on(occurrence: Occurrence, day: date) -> bool:
    """Tell whether a duty goes to the successor: not due before the day, and nothing was sent on it yet."""
    report = report_of(occurrence)
    sent = report is not None and report.submitted_at is not None
    return not sent and (occurrence.due_on is None or occurrence.due_on >= day)


def list_duties(units: Iterable[Unit], reorganisation: Reorganisation) -> list[Holding]:
    """Return the parts of units with the number of duties that would move. Two queries."""
    parts = parts_of(units)
    counts: dict[int, int] = {}
    live = Occurrence.objects.live().filter(assignment__in=parts).select_related("report")
    for occurrence in live:
        counts[occurrence.assignment_id] = counts.get(occurrence.assignment_id, 0) + goes_on(
            occurrence, reorganisation.effective_on
        )
    return [
        Holding(
            key_of(part),
            part.unit,
            str(part.task),
            f"{part.get_part_display()}, {counts.get(part.pk, 0)} kỳ"
            if part.part == AssignmentPart.LEAD
            else part.get_part_display(),
            counts.get(part.pk, 0),
        )
        for part in parts
    ]
