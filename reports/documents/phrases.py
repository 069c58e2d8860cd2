"""How numbers, periods and shares are said in a report."""

from datetime import date
from decimal import Decimal

from ninhgiang.calendar import ROMAN_QUARTERS, day_text, month_end
from ninhgiang.points import percent, show, show_fixed


def period_name(start: date, end: date) -> str:
    """Return a period as reports name it: "năm 2026", "quý I năm 2026", "6 tháng đầu năm 2026", else both days.

    The ministry counts a year from 15/12 to 14/12 and its parts likewise (581/BNV-CCHC); these have the same names.
    """
    year = end.year
    if (start, end) in ((date(year, 1, 1), date(year, 12, 31)), (date(year - 1, 12, 15), date(year, 12, 14))):
        return f"năm {year}"
    if (start, end) in ((date(year, 1, 1), date(year, 6, 30)), (date(year - 1, 12, 15), date(year, 6, 14))):
        return f"6 tháng đầu năm {year}"
    if (start, end) == (date(year, 7, 1), date(year, 12, 31)):
        return f"6 tháng cuối năm {year}"
    if start.day == 1 and end == month_end(year, end.month) and start.year == year:
        if start.month == end.month:
            return f"tháng {end.month} năm {year}"
        if start.month % 3 == 1 and end.month == start.month + 2:
            return f"quý {ROMAN_QUARTERS[end.month // 3 - 1]} năm {year}"
        if start.month == 1 and end.month == 9:
            return f"9 tháng đầu năm {year}"
    return f"từ ngày {day_text(start)} đến ngày {day_text(end)}"


def two_places(value: str | Decimal) -> str:
    """Return a number of a table with both decimals: "8.5" -> "8,50"; columns of figures stand under each other."""
    return show_fixed(Decimal(value))


def lowered_words(explanation: str) -> str:
    """Return the explanation of a result as a paper says it: "Xếp loại Tốt hạ xuống Khá: …" instead of an arrow."""
    return explanation.replace(" → ", " hạ xuống ")


def share(part: int, whole: int) -> str:
    """Return part / whole in percent as said in text ("81,33%"); "0%" of nothing."""
    return f"{show(percent(Decimal(part), Decimal(whole)))}%" if whole else "0%"


def count_text(number: int) -> str:
    """Return a whole number with the dot between thousands; below ten with the zero offices write: "05"."""
    return f"{number:02d}" if 0 < number < 10 else f"{number:,}".replace(",", ".")


def listed(names: list[str]) -> str:
    """Return names joined as in a sentence: "a, b và c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} và {names[-1]}"


def sentence_end(items: list[str], last: str = ".") -> list[str]:
    """Return items of a list ending ";" each and the last one "."."""
    return [f"{item}{last if position == len(items) else ';'}" for position, item in enumerate(items, start=1)]
