"""Reading what people send as sheets: opened safely, every problem told with its cell, formulas refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ninhgiang.errors import DomainError
from reform_tasks.workbook import WorkbookError
from reform_tasks.workbook.safety import EXCEL, kind_of, read_bytes

MAX_BYTES = 5 * 1024 * 1024
MAX_COLUMNS = 40


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


def open_book(file: IO[bytes], what: str) -> Workbook:
    """Open an ordinary workbook: no macro, no password, no zip bomb (reform_tasks.workbook.safety)."""
    try:
        data = read_bytes(file, MAX_BYTES)
        if kind_of(data) != EXCEL:
            raise WorkbookRefused(what, [CellProblem("Tệp", "là Word; hãy gửi tệp Excel (.xlsx).")])
    except WorkbookError as error:
        raise WorkbookRefused(what, [CellProblem("Tệp", error.message)]) from None
    try:
        return load_workbook(BytesIO(data))
    except Exception:  # noqa: BLE001 - a damaged part makes openpyxl raise many kinds
        raise WorkbookRefused(what, [CellProblem("Tệp", "đã hỏng, không đọc được.")]) from None


def used_rows(sheet: Worksheet, first: int, most: int) -> Iterable[tuple[Any, ...]]:
    """Return the rows in use from `first` on, a little more of them than `most`, and at most MAX_COLUMNS columns."""
    last = min(sheet.max_row, most + 2)
    width = min(sheet.max_column, MAX_COLUMNS)
    return sheet.iter_rows(min_row=first, max_row=last, max_col=width) if last >= first else ()


def cells_of(sheet: Worksheet, most: int) -> list[tuple[int, list[str]]]:
    """Return (row number, texts) of the rows that hold anything, heading excluded."""
    found = []
    for number, row in enumerate(used_rows(sheet, 2, most), start=2):
        texts = ["" if cell.value is None else str(cell.value).strip() for cell in row]
        if any(texts):
            found.append((number, texts))
    return found


def refuse_formulas(sheet: Worksheet, problems: list[CellProblem], most: int) -> None:
    """Add a problem for each cell that holds a formula: its value is not in the file for certain."""
    cells = [cell for row in used_rows(sheet, 1, most) for cell in row]
    problems += [
        CellProblem(f"{sheet.title}!{cell.coordinate}", "ô chứa công thức; hãy ghi giá trị.")
        for cell in cells
        if cell.data_type == "f"
    ]
