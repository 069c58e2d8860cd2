"""“Việc của tôi” by day: what presses first, then each coming day, then what can wait."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F

from ninhgiang import calendar
from reform_tasks.enums import DutyStatus
from reform_tasks.models import Occurrence
from reform_tasks.search import task_matches
from units.models import Unit
from units.rules import ids_with_past

from .duties import Duty, duty_of


@dataclass(slots=True)
class DayRow:
    """One line: the duty to do, and further ones of the same task that stand the same (months not yet reported)."""

    now: Duty
    others: list[Duty] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """Lines under one heading. `key` is the status in addresses; days of one status share it."""

    key: DutyStatus
    title: str
    rows: list[DayRow]
    is_open: bool = True
    count: int = 0


# The order of the sections that are not days, and whether they are open at first.
_BEFORE = ((DutyStatus.RETURNED, True), (DutyStatus.OVERDUE, True))
_AFTER = (
    (DutyStatus.ON_INSTRUCTION, True),
    (DutyStatus.PAUSED, True),
    (DutyStatus.WAITING, False),
    (DutyStatus.LATER, False),
    (DutyStatus.DONE, False),
)
_BY_DAY = (DutyStatus.SOON, DutyStatus.OPEN)


def my_duties(
    units: Iterable[Unit], today: date, *, text: str = "", area: str = "", officer: int | None = None
) -> list[Duty]:
    """Return the duties of units by due day, of one officer when named; `text` ignores diacritics. One query."""
    found = (
        Occurrence.objects.live()
        .filter(task_matches(text, prefix="assignment__task__"), assignment__unit__in=ids_with_past(units))
        .select_related("assignment__unit", "assignment__officer", "assignment__task__area", "report")
        .order_by(F("due_on").asc(nulls_last=True), "assignment__task__position", "position", "pk")
    )
    if area:
        found = found.filter(assignment__task__area__numeral=area)
    if officer is not None:
        found = found.filter(assignment__officer=officer)
    return [duty_of(occurrence, today) for occurrence in found]


def standing_of(duty: Duty) -> DutyStatus:
    """Return the heading a duty stands under: a report sent back has its own, overdue or not."""
    return DutyStatus.RETURNED if duty.returned and duty.status != DutyStatus.PAUSED else duty.status


def sections_of(duties: Iterable[Duty], today: date, *, only: str = "") -> list[Section]:
    """Put duties under their headings; `only` keeps the headings of one status."""
    by_status: dict[DutyStatus, list[Duty]] = defaultdict(list)
    for duty in duties:
        by_status[standing_of(duty)].append(duty)
    sections = [_by_task(status, by_status[status], is_open=is_open) for status, is_open in _BEFORE]
    for status in _BY_DAY:
        sections += _by_day(status, by_status[status], today)
    sections += [_by_task(status, by_status[status], is_open=is_open) for status, is_open in _AFTER]
    shown = [section for section in sections if section.rows and only in ("", section.key.value)]
    if only:
        for section in shown:
            section.is_open = True
    return shown


def _by_task(status: DutyStatus, duties: list[Duty], *, is_open: bool) -> Section:
    """One line for each task, its further duties behind it: twelve late months are one thing to look at."""
    rows: dict[int, DayRow] = {}
    for duty in duties:
        row = rows.get(duty.occurrence.assignment_id)
        if row is None:
            rows[duty.occurrence.assignment_id] = DayRow(duty)
        else:
            row.others.append(duty)
    return Section(status, status.label, list(rows.values()), is_open, len(duties))


def _by_day(status: DutyStatus, duties: list[Duty], today: date) -> list[Section]:
    """One heading for each due day."""
    days: dict[date, list[DayRow]] = defaultdict(list)
    for duty in duties:
        days[duty.occurrence.due_on or date.max].append(DayRow(duty))
    return [Section(status, day_title(day, today), rows, count=len(rows)) for day, rows in sorted(days.items())]


def day_title(day: date, today: date) -> str:
    """Return a day's heading: "Hôm nay, thứ Ba, 24/11/2026"; the next day has its name as well."""
    names = {today: "Hôm nay, ", today + timedelta(days=1): "Ngày mai, "}
    words = names.get(day, "") + calendar.weekday_day_text(day)
    return words[:1].upper() + words[1:]
