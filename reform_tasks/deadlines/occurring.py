"""From a rule to the dated duties of a year."""

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ninhgiang.calendar import (
    NO_SPECIAL_DAYS,
    SpecialDays,
    add_working_days,
    is_working_day,
    month_end,
    next_working_day,
    quarter_end,
    quarter_name,
)
from reform_tasks.deadlines.rule import WEEKLY, DeadlineRule, Due, DueMonth
from reform_tasks.enums import DeadlineKind, Shift

# Occurrence.label
LABEL_LENGTH = 60


def occurrences(rule: DeadlineRule, year: int, start: date) -> list[Due]:
    """Return what is due in the plan's `year` (and on to `rule.last`), sorted by day, labels unique.

    Duties due before `start`, the day the plan was issued, are left out; a duty waiting for an instruction has
    no day and always stays. The days are the planned ones; `counted_day` gives what counts.
    """
    dues = [due for due in _all_dues(rule, year) if due.due_on is None or due.due_on >= start]
    dues.sort(key=lambda due: due.due_on or date.max)
    return _with_labels_once(dict.fromkeys(dues))


def counted_day(rule: DeadlineRule, planned_on: date, special: SpecialDays = NO_SPECIAL_DAYS) -> date:
    """Return the day that counts for a planned day: itself, unless the rule moves days off to a working day."""
    if rule.shift == Shift.NEXT:
        return next_working_day(planned_on, special)
    if rule.shift == Shift.PREVIOUS and not is_working_day(planned_on, special):
        return add_working_days(planned_on, -1, special)
    return planned_on


def day_after_event(rule: DeadlineRule, event_on: date, special: SpecialDays = NO_SPECIAL_DAYS) -> date:
    """Return the planned day of a rule with `days_after`, the day of the event itself not counted."""
    days = rule.days_after or 0
    return add_working_days(event_on, days, special) if rule.working_days else event_on + timedelta(days=days)


def _with_labels_once(dues: Iterable[Due]) -> list[Due]:
    """Cut labels to their length and number those that come again: a unit's duties are told apart by label."""
    seen: Counter[str] = Counter()
    named = []
    for due in dues:
        label = due.label[:LABEL_LENGTH]
        seen[label] += 1
        if seen[label] > 1:
            mark = f" ({seen[label]})"
            label = f"{due.label[: LABEL_LENGTH - len(mark)]}{mark}"
        named.append(Due(label, due.due_on))
    return named


def _all_dues(rule: DeadlineRule, year: int) -> Iterator[Due]:
    match rule.kind:
        case DeadlineKind.FIXED:
            yield from rule.dues
        case DeadlineKind.CONTINUOUS:
            for quarter in range(1, 5):
                yield Due(quarter_name(year, quarter), quarter_end(year, quarter))
        case DeadlineKind.RECURRING if rule.months == WEEKLY:
            yield from _weekly(rule, year)
        case DeadlineKind.RECURRING:
            yield from _by_months(rule, year)
        case DeadlineKind.ON_INSTRUCTION:
            yield Due(_instruction_label(rule))


def _instruction_label(rule: DeadlineRule) -> str:
    if rule.days_after is None:
        return rule.trigger
    unit = "ngày làm việc" if rule.working_days else "ngày"
    return f"{rule.days_after} {unit} kể từ ngày có {rule.trigger}"


def _weekly(rule: DeadlineRule, year: int) -> Iterator[Due]:
    """Yield every `rule.weekday` of the year, labelled by ISO week ("Tuần 01/2026")."""
    day = date(year, 1, 1)
    day += timedelta(days=(rule.weekday - day.weekday()) % 7)
    last = rule.last or date(year, 12, 31)
    while day <= last:
        week = day.isocalendar()
        yield Due(f"Tuần {week.week:02d}/{week.year}", day)
        day += timedelta(days=7)


def _by_months(rule: DeadlineRule, year: int) -> Iterator[Due]:
    """Yield the periods of `rule.months`; with `rule.last` the last one is due then at the latest."""
    first = date(year, 1, 1)
    while first <= (rule.last or date(year, 12, 31)):
        for due in _within_period(rule, first):
            yield Due(due.label, min(due.due_on, rule.last) if due.due_on and rule.last else due.due_on)
        first = date(*_plus_months(first.year, first.month, rule.months), 1)


def _plus_months(year: int, month: int, count: int) -> tuple[int, int]:
    years, index = divmod(month - 1 + count, 12)
    return year + years, index + 1


def _within_period(rule: DeadlineRule, first: date) -> Iterator[Due]:
    last_year, last_month = _plus_months(first.year, first.month, rule.months - 1)
    end = month_end(last_year, last_month)
    label = _period_label(first, end, rule.months)
    if rule.times > 1:
        for turn in range(1, rule.times + 1):
            yield Due(f"{label} (lần {turn})", _part_end(first, end, turn, rule.times, rule.months))
        return
    yield Due(label, end if rule.day is None else _day_in(rule, first, end))


def _part_end(first: date, end: date, turn: int, times: int, months: int) -> date:
    """Return the end of the `turn`-th of `times` parts: whole months when they divide the period, else days."""
    if months % times == 0:
        return month_end(*_plus_months(first.year, first.month, months // times * turn - 1))
    days = (end - first).days + 1
    return first + timedelta(days=days * turn // times - 1)


def _day_in(rule: DeadlineRule, first: date, end: date) -> date:
    """Return the rule's day in the period's first, last or next month; day 31 of a short month is its last day."""
    year, month = (first.year, first.month) if rule.due_month is DueMonth.FIRST else (end.year, end.month)
    if rule.due_month is DueMonth.NEXT:
        year, month = _plus_months(year, month, 1)
    return date(year, month, min(rule.day or 31, calendar.monthrange(year, month)[1]))


def _period_label(first: date, end: date, months: int) -> str:
    match months:
        case 1:
            return f"Tháng {first.month:02d}/{first.year}"
        case 3:
            return quarter_name(first.year, end.month // 3)
        case 6:
            return f"6 tháng {'đầu' if first.month == 1 else 'cuối'} năm {first.year}"
        case 12:
            return f"Năm {first.year}"
        case _:
            return f"Tháng {first.month:02d} - {end.month:02d}/{first.year}"
