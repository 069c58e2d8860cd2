"""Phòng VHXH's board: units x areas with counts, each opening the list behind it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from reform_tasks.enums import ReportState
from reform_tasks.models import Area, Occurrence, Plan
from units.models import Unit

from .duties import DONE_REPORT


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of occurrences: done, overdue (due day passed, nothing sent), and all the others."""

    total: int = 0
    done: int = 0
    overdue: int = 0

    @property
    def open(self) -> int:
        """What is neither done nor overdue."""
        return self.total - self.done - self.overdue

    @property
    def tone(self) -> str:
        """Colour of the cell: late work first; green once everything is done."""
        if not self.total:
            return "none"
        if self.overdue:
            return "bad"
        return "ok" if self.done else "none"

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.total + other.total, self.done + other.done, self.overdue + other.overdue)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit: a cell for each area, and their sum."""

    unit: Unit
    cells: list[tuple[Area, Cell]]
    total: Cell


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board."""

    areas: list[Area]
    rows: list[BoardRow]
    totals: list[tuple[Area, Cell]]
    total: Cell


def overdue_on(today: date) -> Q:
    """Return the filter of overdue occurrences: day passed, clock running, not done, not waiting for the reviewer.

    The same rule as `duty_status`, in SQL; a test holds them together.
    """
    return (
        Q(due_on__lt=today, paused_on__isnull=True)
        & ~(Q(report__isnull=False) & Q(report__state=ReportState.SUBMITTED))
        & ~(Q(report__isnull=False) & DONE_REPORT)
    )


def progress_board(plan: Plan, units: list[Unit], *, today: date) -> Board:
    """Return the board of a plan. Two queries, whatever the number of tasks and units."""
    areas = list(plan.areas.all())
    cells: dict[tuple[int, int], Cell] = defaultdict(Cell)
    counted = (
        Occurrence.objects.live()
        .filter(assignment__task__plan=plan)
        .order_by()
        .values("assignment__unit", "assignment__task__area")
        .annotate(total=Count("pk"), done=Count("pk", filter=DONE_REPORT), late=Count("pk", filter=overdue_on(today)))
    )
    for line in counted:
        key = (line["assignment__unit"], line["assignment__task__area"])
        cells[key] = Cell(line["total"], line["done"], line["late"])
    rows = []
    for unit in units:
        of_unit = [(area, cells[unit.pk, area.pk]) for area in areas]
        rows.append(BoardRow(unit, of_unit, sum((cell for _, cell in of_unit), Cell())))
    totals = [(area, sum((cells[unit.pk, area.pk] for unit in units), Cell())) for area in areas]
    return Board(areas, rows, totals, sum((row.total for row in rows), Cell()))
