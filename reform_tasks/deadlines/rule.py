"""What a deadline phrase means: a frozen rule, its JSON form and its description in Vietnamese."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from ninhgiang.calendar import WEEKDAYS, day_text, weekday_day_text, weekday_name
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import lower_first
from reform_tasks.enums import DeadlineKind, Shift

FRIDAY = 4
WEEKLY = 0


class NotUnderstood(DomainError):
    """The phrase cannot be read for certain; `message` says why, a person decides instead."""


class InvalidDeadline(NotUnderstood):
    """The phrase is clear but its date is impossible or too early; `message` names the date."""


class DueMonth(StrEnum):
    """Which month a day inside a recurring period belongs to."""

    FIRST = "first"
    LAST = "last"
    NEXT = "next"


@dataclass(frozen=True, order=True)
class Due:
    """One dated duty; `due_on` is None while it waits for an instruction."""

    label: str
    due_on: date | None = None


@dataclass(frozen=True)
class DeadlineRule:
    """A deadline as understood.

    FIXED uses `dues`. RECURRING uses `months` (length of the period: 1, 2, 3, 4, 6 or 12; WEEKLY for weeks),
    `times` in each period, `day` of `due_month` (None: the period's last day), `weekday` for weeks and `last`,
    the final day after which nothing is due. ON_INSTRUCTION uses `trigger`, and `days_after` it when stated.
    CONTINUOUS needs nothing: it is reported each quarter. `shift` says what becomes of a day off.
    """

    kind: DeadlineKind
    dues: tuple[Due, ...] = ()
    months: int = 0
    times: int = 1
    day: int | None = None
    due_month: DueMonth = DueMonth.LAST
    weekday: int = FRIDAY
    last: date | None = None
    trigger: str = ""
    days_after: int | None = None
    working_days: bool = False
    shift: Shift = Shift.NONE


# Choices for the person who decides by hand: (value, label, months of the period).
_PERIODS = (
    ("week", "Mỗi tuần", WEEKLY),
    ("month", "Mỗi tháng", 1),
    ("quarter", "Mỗi quý", 3),
    ("half_year", "Mỗi 6 tháng", 6),
    ("year", "Mỗi năm", 12),
)
MANUAL_PERIODS: tuple[tuple[str, str], ...] = tuple((value, label) for value, label, _ in _PERIODS)
_MONTHS_OF = {value: months for value, _, months in _PERIODS}
_LABEL_OF = {months: label for _, label, months in _PERIODS}


def manual_rule(kind: DeadlineKind | str, *, due_on: date | None = None, period: str = "") -> DeadlineRule:
    """Return the rule a person chose for a phrase the reader did not understand.

    FIXED needs `due_on`; RECURRING needs `period` (a value of MANUAL_PERIODS), `due_on` then is its last day.
    Raises InvalidDeadline when what the kind needs is missing, or for the kind UNKNOWN.
    """
    match DeadlineKind(kind):
        case DeadlineKind.FIXED:
            if due_on is None:
                raise InvalidDeadline("Hãy nhập ngày đến hạn.", field="due_on")
            return DeadlineRule(DeadlineKind.FIXED, dues=(Due(day_label(due_on), due_on),))
        case DeadlineKind.RECURRING:
            if period not in _MONTHS_OF:
                raise InvalidDeadline("Hãy chọn kỳ lặp lại.", field="period")
            return DeadlineRule(DeadlineKind.RECURRING, months=_MONTHS_OF[period], last=due_on)
        case DeadlineKind.CONTINUOUS:
            return DeadlineRule(DeadlineKind.CONTINUOUS)
        case DeadlineKind.ON_INSTRUCTION:
            return DeadlineRule(DeadlineKind.ON_INSTRUCTION, trigger="Theo chỉ đạo")
        case _:
            raise InvalidDeadline("Hãy chọn một kiểu thời hạn.", field="kind")


def with_shift(rule: DeadlineRule, shift: Shift | str) -> DeadlineRule:
    """Return the rule with another answer to days off; ValueError for an unknown one."""
    return replace(rule, shift=Shift(shift))


def day_label(day: date) -> str:
    """Return the label of a single named day: "Hạn 15/01/2026"."""
    return f"Hạn {day_text(day)}"


def names_its_day(due: Due) -> bool:
    """Say whether the label itself spells the day out, as for "Trước ngày 15/01/2026" but not for "Quý I"."""
    return due.due_on is not None and day_text(due.due_on) in due.label


def rule_to_json(rule: DeadlineRule) -> dict[str, Any]:
    """Return the rule as plain JSON values; every field is written, so that old rows keep their meaning."""
    return {
        "kind": rule.kind.value,
        "dues": [[due.label, due.due_on.isoformat() if due.due_on else None] for due in rule.dues],
        "months": rule.months,
        "times": rule.times,
        "day": rule.day,
        "due_month": rule.due_month.value,
        "weekday": rule.weekday,
        "last": rule.last.isoformat() if rule.last else None,
        "trigger": rule.trigger,
        "days_after": rule.days_after,
        "working_days": rule.working_days,
        "shift": rule.shift.value,
    }


def rule_from_json(data: dict[str, Any]) -> DeadlineRule:
    """Return the rule written by `rule_to_json`; raises KeyError or ValueError on anything else."""
    return DeadlineRule(
        kind=DeadlineKind(data["kind"]),
        dues=tuple(Due(label, date.fromisoformat(day) if day else None) for label, day in data["dues"]),
        months=data["months"],
        times=data["times"],
        day=data["day"],
        due_month=DueMonth(data["due_month"]),
        weekday=data["weekday"],
        last=date.fromisoformat(data["last"]) if data["last"] else None,
        trigger=data["trigger"],
        days_after=data["days_after"],
        working_days=data["working_days"],
        shift=Shift(data.get("shift", "")),  # rules stored before shifts existed have none
    )


def describe(rule: DeadlineRule) -> str:
    """Return one Vietnamese sentence of what was understood: "Mỗi tháng, hạn ngày cuối tháng"."""
    if rule.shift:
        return f"{_describe(rule)}; rơi vào ngày nghỉ thì {lower_first(rule.shift.label)}"
    return _describe(rule)


def _describe(rule: DeadlineRule) -> str:
    match rule.kind:
        case DeadlineKind.FIXED:
            return _describe_dues(rule.dues)
        case DeadlineKind.RECURRING:
            return _describe_recurring(rule)
        case DeadlineKind.CONTINUOUS:
            return "Thường xuyên; báo cáo mỗi quý, hạn ngày cuối quý"
        case DeadlineKind.ON_INSTRUCTION if rule.days_after is not None:
            unit = "ngày làm việc" if rule.working_days else "ngày"
            return f"{rule.days_after} {unit} kể từ ngày có {rule.trigger}; hạn được đặt khi biết ngày đó"
        case DeadlineKind.ON_INSTRUCTION:
            return f"{rule.trigger}; hạn được đặt khi có việc"
        case _:
            return "Chưa hiểu, cần người quyết định"


def _describe_dues(dues: tuple[Due, ...]) -> str:
    if len(dues) == 1 and dues[0].due_on:
        day = dues[0].due_on
        if dues[0].label == day_label(day):
            return f"Một lần, hạn {weekday_day_text(day)}"
        if names_its_day(dues[0]):
            return f"Một lần: {dues[0].label} ({weekday_name(day)})"
        return f"Một lần: {dues[0].label}, hạn {weekday_day_text(day)}"
    texts = (
        f"{due.label} ({day_text(due.due_on)})" if due.due_on and not names_its_day(due) else due.label for due in dues
    )
    return f"{len(dues)} lần: {'; '.join(texts)}"


def _describe_recurring(rule: DeadlineRule) -> str:
    every = _LABEL_OF.get(rule.months, f"Mỗi {rule.months} tháng")
    if rule.times > 1:
        text = f"{every} {rule.times} lần, chia đều, lần cuối hạn {_describe_day(rule)}"
    else:
        text = f"{every}, hạn {_describe_day(rule)}"
    return f"{text}; kết thúc {day_text(rule.last)}" if rule.last else text


def _describe_day(rule: DeadlineRule) -> str:
    if rule.months == WEEKLY:
        return WEEKDAYS[rule.weekday]
    period = {1: "tháng", 3: "quý", 12: "năm"}.get(rule.months, "kỳ")
    if rule.day is None:
        return f"ngày cuối {period}"
    if rule.due_month is DueMonth.NEXT:
        return f"ngày {rule.day:02d} của tháng sau"
    if rule.months == 1:
        return f"ngày {rule.day:02d} của tháng"
    return f"ngày {rule.day:02d} của tháng {'đầu' if rule.due_month is DueMonth.FIRST else 'cuối'} {period}"
