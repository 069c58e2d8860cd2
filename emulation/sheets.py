"""Reading what people send as sheets: opened safely, cells as they are shown, every problem told with its cell.

What is shared with the appendix of a plan (safety, merged cells, limits) is in reform_tasks.workbook.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from ninhgiang.errors import DomainError
from ninhgiang.points import round_points
from ninhgiang.vietnamese import clean
from reform_tasks.workbook import WorkbookError
from reform_tasks.workbook.excel import Reach, read_sheets
from reform_tasks.workbook.grid import Cell, Table
from reform_tasks.workbook.safety import EXCEL, kind_of, read_bytes

MAX_BYTES = 5 * 1024 * 1024
SEND_EXCEL = "Hãy gửi tệp Excel dạng .xlsx."
MAX_COLUMNS = 256
GENERAL_DIGITS = 10  # Excel's "General" shows no more, so 81.33000000000001 is 81.33
_SECTION_WORDS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_PLACES = re.compile(r"[#,0 ]*0(?:\.([0#?]+))?(%?)")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong and where: `place` is "Tiêu chí!E7", "dòng 3, cột Hạng", or the sheet alone."""

    place: str
    message: str


class WorkbookRefused(DomainError):
    """The file cannot be read as what it should be (`what`, in Vietnamese); `problems` say where and why."""

    def __init__(self, what: str, problems: list[CellProblem]) -> None:
        self.problems = problems
        told = " ".join(f"{one.place}: {one.message}" for one in problems[:20])
        super().__init__(f"{what} chưa dùng được. {told}", field="file")


def read_file(file: IO[bytes], what: str) -> bytes:
    """Return the file's bytes; raises WorkbookRefused when it is empty or larger than 5 MB."""
    try:
        return read_bytes(file, MAX_BYTES)
    except WorkbookError as error:
        raise WorkbookRefused(what, [CellProblem("Tệp", error.message)]) from None


def open_tables(
    data: bytes, what: str, *, most: int, hidden: Collection[str] = (), send: str = SEND_EXCEL
) -> list[Table]:
    """Return the visible sheets of an ordinary workbook, and those `hidden` names (in form C).

    No macro, no password, no zip bomb (reform_tasks.workbook.safety). Rows are streamed: a sheet with more than `most`
    filled rows comes back `cut`. Raises WorkbookRefused, with `send` as what to send instead.
    """
    reach = Reach(columns=MAX_COLUMNS, filled_rows=most)
    try:
        if kind_of(data, send=send) != EXCEL:
            raise WorkbookError(f"Tệp này là văn bản Word. {send}")
        return read_sheets(data, reach=reach, hidden=hidden, computed=False)
    except WorkbookError as error:
        raise WorkbookRefused(what, [CellProblem("Tệp", error.message)]) from None


def place_of(table: Table, cell: Cell) -> str:
    """Return where a cell stands: "Tiêu chí!E7", or its address alone in a text file."""
    return f"{table.name}!{cell.address}" if table.name else cell.address


def shown(cell: Cell) -> str:
    """Return one line of text, a number as Excel shows it: with the places of its format, a share in percent."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not cell.text:
        return clean(cell.text)
    number = Decimal(repr(value))
    if not number.is_finite() or number.adjusted() > GENERAL_DIGITS:
        return cell.text
    places = _places_shown(cell.number_format)
    if places is None:
        digits = GENERAL_DIGITS - number.adjusted() - 1
        return f"{round_points(number, digits).normalize():f}" if number else "0"
    decimals, trimmed, in_percent = places
    rounded = round_points(number * 100 if in_percent else number, decimals)
    return f"{rounded.normalize() if trimmed else rounded:f}"


def _places_shown(number_format: str) -> tuple[int, bool, bool] | None:
    """Return (places, whether zeros at the end are left out, whether in percent); None when the format sets none."""
    form = _SECTION_WORDS.sub("", number_format.split(";", maxsplit=1)[0]).strip()
    match = _PLACES.fullmatch(form)
    if match is None:
        return None
    digits = match[1] or ""
    return len(digits), "#" in digits or "?" in digits, bool(match[2])
