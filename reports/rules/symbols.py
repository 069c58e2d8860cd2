"""Numbers, symbols, dates and letterheads as they are written on paper (Nghị định 30/2020/NĐ-CP, Phụ lục I, III)."""

from datetime import date

from reports.enums import DocumentKind
from units.models import Unit

# Phụ lục III, abbreviations of the names of documents.
SYMBOLS = {DocumentKind.PLAN.value: "KH", DocumentKind.REPORT.value: "BC"}
COMMITTEE_SYMBOL = "UBND"
_COMMITTEE = "ỦY BAN NHÂN DÂN"
# Room left for the pen in a paper that has no number or date yet: it is one run of no-break spaces.
BLANK = "\u00a0" * 6


def symbol(kind: str, issuer: Unit) -> str:
    """Return the symbol without number: "BC-UBND". No spaces around the hyphen."""
    return f"{SYMBOLS[kind]}-{issuer.symbol or COMMITTEE_SYMBOL}"


def number_text(number: int | None) -> str:
    """Return the number as written: a zero before 1 to 9, room for the pen when there is none yet."""
    return BLANK if number is None else f"{number:02d}"


def number_and_symbol(kind: str, issuer: Unit, number: int | None) -> str:
    """Return "05/BC-UBND"; the slash has no spaces either."""
    return f"{number_text(number)}/{symbol(kind, issuer)}"


def month_text(month: int) -> str:
    """Return the month as written: a zero before 1 and 2 only, so that nobody can put a digit in front."""
    return f"{month:02d}" if month in (1, 2) else str(month)


def long_date(day: date | None, *, year: int, month: int | None = None) -> str:
    """Return "ngày 05 tháng 01 năm 2026"; what is not known yet is left as room for the pen."""
    if day is not None:
        return f"ngày {day.day:02d} tháng {month_text(day.month)} năm {day.year}"
    return f"ngày {BLANK} tháng {month_text(month) if month else BLANK} năm {year}"


def full_name(issuer: Unit) -> str:
    """Return the issuer's name written out: "UBND xã Ninh Giang" -> "Ủy ban nhân dân xã Ninh Giang"."""
    name = issuer.name
    return f"Ủy ban nhân dân {name[5:]}" if name.startswith("UBND ") else name


def letterhead(issuer: Unit) -> list[str]:
    """Return the lines of the agency's name, in capitals, both bold: ["ỦY BAN NHÂN DÂN", "XÃ NINH GIANG"]."""
    name = full_name(issuer).upper()
    if name.startswith(f"{_COMMITTEE} "):
        return [_COMMITTEE, name.removeprefix(f"{_COMMITTEE} ")]
    return [name]


def place_of(issuer: Unit) -> str:
    """Return the place name before the date: the issuer's own, else its name without the type of unit."""
    return issuer.place or full_name(issuer).removeprefix("Ủy ban nhân dân xã ")
