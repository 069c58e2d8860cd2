"""Named spans of a year in a deadline: a day, a month, a quarter, half a year, nine months, a year."""

import re
from dataclasses import dataclass
from datetime import date

from ninhgiang.calendar import day_text, month_end, quarter_end, quarter_name, quarter_start
from reform_tasks.deadlines.rule import InvalidDeadline, NotUnderstood, day_label

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_YEAR = r"(?:\s*[/-]\s*(?:nam )?|\s+nam |\s+)([12][0-9]{3})"
_QUARTER = re.compile(rf"(?:quy|q) ?([ivx]+|[0-9]{{1,2}})(?:{_YEAR})?")
_MONTH = re.compile(rf"thang ([0-9]{{1,2}})(?:{_YEAR})?")
_BARE_MONTH = re.compile(r"([0-9]{1,2})/([12][0-9]{3})")
_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})(?:\2([12][0-9]{3}))?")
_DAY_IN_WORDS = re.compile(r"ngay ([0-9]{1,2}) thang ([0-9]{1,2})(?: nam ([12][0-9]{3})|/([12][0-9]{3}))?")
_PART_OF_YEAR = re.compile(rf"0?(6|9) thang(?: (dau|cuoi) nam| dau| cuoi)?(?:{_YEAR})?")
_WHOLE_YEAR = re.compile(r"(?:ca )?nam(?: ([12][0-9]{3}))?")
_SHORT_YEAR = re.compile(r"(?<![0-9])[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2,3}(?![0-9])")


@dataclass(frozen=True)
class Point:
    """One named span: its first and last day (the last one is the deadline) and its label without year or with."""

    kind: str  # "day", "month", "quarter", "part" or "year"
    start: date
    end: date
    label: str
    has_year: bool


def refuse_short_year(text: str) -> None:
    """Raise NotUnderstood when a date carries a year of two or three digits ("15/01/26")."""
    if match := _SHORT_YEAR.search(text):
        raise NotUnderstood(f"Ngày “{match[0]}” không ghi đủ bốn chữ số của năm.")


def read_point(text: str, year: int) -> Point | None:
    """Return the span named by plain text ("quy ii/2026", "30/6"), `year` filling a missing year; None if it is none.

    Raises InvalidDeadline for an impossible one (31/02/2026, tháng 13, quý V).
    """
    for read in (_read_day, _read_month, _read_quarter, _read_part_of_year, _read_year):
        if point := read(text, year):
            return point
    return None


def _read_day(text: str, year: int) -> Point | None:
    if match := _DAY_IN_WORDS.fullmatch(text):
        day, month, stated = int(match[1]), int(match[2]), match[3] or match[4]
    elif match := _DAY.fullmatch(text.removeprefix("ngay ")):
        day, month, stated = int(match[1]), int(match[3]), match[4]
        if not stated and match[2] != "/":  # "15-20" and "1.5" are not dates
            return None
    else:
        return None
    in_year = int(stated or year)
    try:
        found = date(in_year, month, day)
    except ValueError:
        raise InvalidDeadline(f"Không có ngày {day:02d}/{month:02d}/{in_year} trong lịch.") from None
    return Point("day", found, found, day_label(found), bool(stated))


def _read_month(text: str, year: int) -> Point | None:
    match = _MONTH.fullmatch(text) or _BARE_MONTH.fullmatch(text)
    if match is None:
        return None
    month, in_year = int(match[1]), int(match[2] or year)
    if not 1 <= month <= 12:
        raise InvalidDeadline(f"Không có tháng {month}.")
    return Point(
        "month", date(in_year, month, 1), month_end(in_year, month), f"Tháng {month:02d}/{in_year}", bool(match[2])
    )


def _read_quarter(text: str, year: int) -> Point | None:
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    quarter = _ROMAN.get(match[1], 0) if match[1].isalpha() else int(match[1])
    in_year = int(match[2] or year)
    if not 1 <= quarter <= 4:
        raise InvalidDeadline(f"Không có quý {match[1].upper()}: một năm có bốn quý.")
    start, end = quarter_start(in_year, quarter), quarter_end(in_year, quarter)
    return Point("quarter", start, end, quarter_name(in_year, quarter), bool(match[2]))


def _read_part_of_year(text: str, year: int) -> Point | None:
    match = _PART_OF_YEAR.fullmatch(text)
    if match is None:
        return None
    months, in_year = int(match[1]), int(match[3] or year)
    if "cuoi" in text:
        if months != 6:
            return None
        return Point("part", date(in_year, 7, 1), date(in_year, 12, 31), f"6 tháng cuối năm {in_year}", bool(match[3]))
    end = month_end(in_year, months)
    return Point("part", date(in_year, 1, 1), end, f"{months} tháng đầu năm {in_year}", bool(match[3]))


def _read_year(text: str, year: int) -> Point | None:
    match = _WHOLE_YEAR.fullmatch(text)
    if match is None:
        return None
    in_year = int(match[1] or year)
    return Point("year", date(in_year, 1, 1), date(in_year, 12, 31), f"Năm {in_year}", bool(match[1]))


def join_span(first: Point, last: Point) -> Point:
    """Return the span from one point to another: due once, at its end, labelled "Quý II - Quý IV/2026".

    Raises InvalidDeadline when it would end before it starts.
    """
    if last.end < first.end or last.start < first.start:
        raise InvalidDeadline(f"Khoảng thời gian kết thúc ({day_text(last.end)}) trước khi bắt đầu.")
    if first.kind == "day":
        label = f"{day_text(first.start)} - {day_text(last.end)}"
    else:
        same_year = first.start.year == last.end.year
        start = first.label.removesuffix(f"/{first.start.year}") if same_year else first.label
        label = f"{start} - {last.label}"
    return Point(last.kind, first.start, last.end, label, last.has_year)
