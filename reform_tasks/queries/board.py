"""Phòng VHXH's board: units x areas with counts, each opening the list behind it with exactly as many rows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from reform_tasks.enums import DutyStatus, ReportState
from reform_tasks.models import Area, Occurrence, Plan
from units.models import Unit

from .duties import DONE_REPORT
from .listing import DutyFilter, narrowed


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of occurrences by where they stand; `rest` is what none of the four names."""

    total: int = 0
    done: int = 0
    overdue: int = 0
    soon: int = 0
    waiting: int = 0

    @property
    def rest(self) -> int:
        """What is not yet due, waits for an instruction, was sent back in time or stands still."""
        return self.total - self.done - self.overdue - self.soon - self.waiting

    @property
    def open(self) -> int:
        """What is neither done nor overdue."""
        return self.total - self.done - self.overdue

    @property
    def heat(self) -> tuple[str, str]:
        """Tone of the cell and the word for it: what presses most decides."""
        if not self.total:
            return "none", "không có nhiệm vụ"
        if self.overdue:
            return "bad", "có việc quá hạn"
        if self.soon:
            return "warn", "có việc sắp đến hạn"
        if self.waiting:
            return "wait", "có báo cáo chờ thẩm định"
        if self.done == self.total:
            return "ok", "đã xong hết"
        return "none", "chưa đến hạn"

    @property
    def tone(self) -> str:
        """Colour of the cell."""
        return self.heat[0]

    @property
    def word(self) -> str:
        """What the colour means, for readers who do not see it."""
        return self.heat[1]

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.total + other.total,
            self.done + other.done,
            self.overdue + other.overdue,
            self.soon + other.soon,
            self.waiting + other.waiting,
        )


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


_FIELD_OF = {
    DutyStatus.DONE: "done",
    DutyStatus.OVERDUE: "overdue",
    DutyStatus.SOON: "soon",
    DutyStatus.WAITING: "waiting",
}


def progress_board(plan: Plan, units: list[Unit], *, today: date, period: str = "") -> Board:
    """Return the board of a plan on a day over one period. Two queries, whatever the number of tasks and units.

    Units that no longer stand in `units` but have duties (merged, closed) get their rows at the end: one query more.
    """
    areas = list(plan.areas.all())
    found = narrowed(
        Occurrence.objects.live().filter(assignment__task__plan=plan), DutyFilter(day=today, plan=plan, period=period)
    )
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    counted = found.order_by().values_list("assignment__unit", "assignment__task__area", "status")
    for unit_pk, area_pk, status, count in counted.annotate(count=Count("pk")):
        cell = counts[unit_pk, area_pk]
        cell["total"] += count
        if field := _FIELD_OF.get(DutyStatus(status)):
            cell[field] += count
    cells = defaultdict(Cell, {key: Cell(**numbers) for key, numbers in counts.items()})
    units = [*units, *_others(units, {unit for unit, _ in cells})]
    rows = []
    for unit in units:
        of_unit = [(area, cells[unit.pk, area.pk]) for area in areas]
        rows.append(BoardRow(unit, of_unit, sum((cell for _, cell in of_unit), Cell())))
    totals = [(area, sum((cells[unit.pk, area.pk] for unit in units), Cell())) for area in areas]
    return Board(areas, rows, totals, sum((row.total for row in rows), Cell()))


def _others(units: list[Unit], found: set[int]) -> list[Unit]:
    missing = found - {unit.pk for unit in units}
    return list(Unit.objects.filter(pk__in=missing).order_by("position", "name")) if missing else []
