"""From dues to rows: the one place that makes occurrences, each with its planned day and the day that counts."""

from collections.abc import Iterable, Iterator
from datetime import date

from ninhgiang.calendar import SpecialDays
from reform_tasks.deadlines import DeadlineRule, Due, counted_day
from reform_tasks.models import Assignment, Occurrence


def counted(rule: DeadlineRule, planned_on: date | None, special: SpecialDays) -> date | None:
    """Return the day that counts for a planned day, None while it waits for an instruction."""
    return None if planned_on is None else counted_day(rule, planned_on, special)


def new_occurrences(
    assignment: Assignment, rule: DeadlineRule, dues: Iterable[Due], special: SpecialDays, *, first_position: int = 1
) -> Iterator[Occurrence]:
    """Yield unsaved occurrences of a lead assignment."""
    for position, due in enumerate(dues, start=first_position):
        yield Occurrence(
            assignment=assignment,
            label=due.label,
            due_on=counted(rule, due.due_on, special),
            planned_on=due.due_on,
            position=position,
        )
