"""The part of the grammar about repeated duties: "hằng tháng, trước ngày 05", "2 lần/tháng", "6 tháng một lần"."""

import re
from dataclasses import dataclass

from reform_tasks.deadlines.rule import FRIDAY, WEEKLY, DeadlineRule, DueMonth, InvalidDeadline, NotUnderstood
from reform_tasks.enums import DeadlineKind

_UNITS = {"tuan": WEEKLY, "thang": 1, "quy": 3, "nam": 12}
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "sau": 6}
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4}
_DUE_MONTHS = {
    "dau": DueMonth.FIRST,
    "cuoi": DueMonth.LAST,
    "sau": DueMonth.NEXT,
    "ke tiep": DueMonth.NEXT,
    "tiep theo": DueMonth.NEXT,
}
_N = r"([0-9]{1,2}|mot|hai|ba|bon|sau)"
_AT_LEAST = r"(?:it nhat |toi thieu )?"
_EVERY = re.compile(
    rf"(?:dinh ky )?(?:hang|moi|tung|theo|dinh ky) (tuan|thang|quy|nam)(?: {_AT_LEAST}{_N} lan)?"
)  # hằng quý; mỗi quý 01 lần
_TIMES = re.compile(
    rf"{_AT_LEAST}{_N} lan(?:/| tren | moi | trong | hang | mot | )(?:{_N} )?(tuan|thang|quy|nam)"
)  # 2 lần/tháng; 1 lần/6 tháng
_SPACED = re.compile(rf"(?:(?:dinh ky|moi|hang|cu) )*{_N} (thang|quy)(?:/| )(?:{_N} )?lan")  # 6 tháng một lần
_PLAIN_SPACED = re.compile(rf"(?:(?:dinh ky|moi|hang) )+{_N} (thang)")  # định kỳ 6 tháng
_DAY = re.compile(
    r"(?:(?:xong|truoc|vao|han|cham nhat|la|khong qua) )*ngay ([0-9]{1,2})"
    r"(?: (?:cua )?thang (dau|cuoi|sau|ke tiep|tiep theo)(?: (?:cua )?(?:moi |hang )?(quy))?)?"
)
_WEEKDAY = re.compile(r"(?:(?:truoc|vao|chieu|sang) )*thu (hai|ba|tu|nam|sau)")
_REPORTING = re.compile(r"^(?:(?:bao cao|thuc hien) )?")
_IN_YEAR = re.compile(r"(?:(?: trong)? nam |/)([0-9]{4})$")


@dataclass(frozen=True)
class Parts:
    """What one clause says about a repetition; None where it says nothing."""

    months: int | None = None
    times: int | None = None
    day: int | None = None
    due_month: DueMonth | None = None
    weekday: int | None = None


def read_parts(item: str, year: int) -> Parts | None:
    """Return what a plain clause says about a repetition, None when it is about something else."""
    item = _REPORTING.sub("", item)
    if match := _IN_YEAR.search(item):
        parts = _read_clause(item[: match.start()])
        if parts and int(match[1]) != year:
            raise NotUnderstood(f"Thời hạn ghi năm {match[1]}, khác năm {year} của kế hoạch.")
        return parts
    return _read_clause(item)


def _read_clause(item: str) -> Parts | None:
    for split in (_DAY, _WEEKDAY):
        if match := split.match(item):
            return _with_detail(match, item[match.end() :])
        for match in split.finditer(item):
            if match.end() == len(item) and match.start():
                return _with_detail(match, item[: match.start()])
    return _read_every(item)


def _with_detail(match: re.Match[str], rest: str) -> Parts | None:
    """Join a day or weekday with the repetition beside it ("trước ngày 25" + "hằng tháng"), if there is one."""
    rest = rest.strip().removeprefix("cua ")
    every = _read_every(rest) if rest else Parts()
    if every is None:
        return None
    if match.re is _WEEKDAY:
        return merge(every, Parts(weekday=_WEEKDAYS[match[1]]))
    day = int(match[1])
    if not 1 <= day <= 31:
        raise InvalidDeadline(f"Không có ngày {day} trong tháng.")
    quarterly = 3 if match[3] and every.months is None else None
    return merge(every, Parts(months=quarterly, day=day, due_month=_DUE_MONTHS[match[2]] if match[2] else None))


def _read_every(item: str) -> Parts | None:
    if match := _EVERY.fullmatch(item):
        return Parts(months=_UNITS[match[1]], times=_number(match[2]))
    if match := _TIMES.fullmatch(item):
        return Parts(months=_period(match[3], match[2]), times=_number(match[1]))
    if match := _SPACED.fullmatch(item):
        return Parts(months=_period(match[2], match[1]), times=_number(match[3]))
    if match := _PLAIN_SPACED.fullmatch(item):
        return Parts(months=_number(match[1]), times=1)
    return None


def _number(text: str | None) -> int:
    if text is None:
        return 1
    number = _NUMBERS[text] if text in _NUMBERS else int(text)
    if number == 0:
        raise NotUnderstood("Số lần hoặc độ dài của kỳ lặp lại là 0.")
    return number


def _period(unit: str, count: str | None) -> int:
    if unit == "tuan" and _number(count) > 1:
        raise NotUnderstood("Chưa đọc được kỳ dài nhiều tuần.")
    return _UNITS[unit] * _number(count)


def merge(one: Parts, other: Parts) -> Parts:
    """Return both clauses as one; raises NotUnderstood when they contradict each other."""
    joined: dict[str, int | DueMonth | None] = {}
    for name in Parts.__dataclass_fields__:
        first, second = getattr(one, name), getattr(other, name)
        if first is not None and second is not None and first != second:
            raise NotUnderstood("Thời hạn nêu hai cách lặp lại khác nhau.")
        joined[name] = second if first is None else first
    return Parts(**joined)  # type: ignore[arg-type]


def rule_of(parts: Parts) -> DeadlineRule:
    """Return the recurring rule; raises NotUnderstood when something is missing or cannot be counted."""
    months, times = parts.months, parts.times or 1
    if months is None:
        raise NotUnderstood("Thời hạn nêu ngày nhưng không nêu tháng hoặc kỳ lặp lại.")
    if months == WEEKLY:
        return _weekly_rule(parts, times)
    if parts.weekday is not None or 12 % months:
        raise NotUnderstood("Kỳ lặp lại này không chia đều được một năm.")
    if times > months * 4:
        raise NotUnderstood(f"{times} lần trong {months} tháng là quá dày để theo dõi từng lần.")
    if months % times == 0:
        months, times = months // times, 1
    if parts.day is None:
        return DeadlineRule(DeadlineKind.RECURRING, months=months, times=times)
    return _rule_on_day(parts.day, parts.due_month, months, times)


def _weekly_rule(parts: Parts, times: int) -> DeadlineRule:
    if times > 1 or parts.day:
        raise NotUnderstood("Chỉ đọc được kỳ hằng tuần với một lần mỗi tuần.")
    weekday = FRIDAY if parts.weekday is None else parts.weekday
    return DeadlineRule(DeadlineKind.RECURRING, months=WEEKLY, weekday=weekday)


def _rule_on_day(day: int, due_month: DueMonth | None, months: int, times: int) -> DeadlineRule:
    if times > 1:
        raise NotUnderstood("Thời hạn nêu nhiều lần trong kỳ nhưng chỉ một ngày.")
    if months > 1 and due_month is None:
        raise NotUnderstood(f"Chưa rõ ngày {day:02d} thuộc tháng nào của kỳ.")
    if months == 1 and due_month is not DueMonth.NEXT:
        due_month = DueMonth.LAST
    return DeadlineRule(DeadlineKind.RECURRING, months=months, day=day, due_month=due_month or DueMonth.LAST)
