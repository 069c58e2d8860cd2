"""Excel sheets as tables: read as a stream, so that a hundred thousand empty formatted rows cost nothing."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook

from ninhgiang.calendar import day_text
from ninhgiang.vietnamese import clean_lines
from reform_tasks.workbook.appendix import WorkbookError
from reform_tasks.workbook.grid import MAX_COLUMNS, MAX_FILLED_ROWS, MAX_TABLE_ROWS, Cell, Row, Table, keep_row
from reform_tasks.workbook.known import KNOWN_SHEET
from reform_tasks.workbook.safety import TOO_LARGE_INSIDE

EMPTY_ROWS_END_A_TABLE = 200
MAX_COVERED = 100_000
_CHUNK = 1 << 20
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_BUILT_IN_DATE = "mm-dd-yy"  # openpyxl's name for the date form that follows the reader's own settings


def read_sheets(data: bytes) -> list[Table]:
    """Return the visible sheets of a safe workbook; raises WorkbookError when openpyxl cannot read it."""
    try:
        formulas = load_workbook(BytesIO(data), read_only=True, data_only=False)
        values = load_workbook(BytesIO(data), read_only=True, data_only=True)
        visible = [s.title for s in formulas.worksheets if s.sheet_state == "visible" or s.title == KNOWN_SHEET]
        return [_read_sheet(data, formulas, values, title) for title in visible]
    except WorkbookError:
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise almost anything
        raise WorkbookError("Không mở được bảng tính: tệp đã hỏng. Hãy mở bằng Excel, lưu lại rồi gửi lại.") from error


def _read_sheet(data: bytes, formulas: Workbook, values: Workbook, title: str) -> Table:
    rows: list[Row] = []
    covered = _covered_below(data, formulas[title]._worksheet_path)  # noqa: SLF001 - read-only sheets hide their merges
    top_texts: dict[tuple[int, int], Cell] = {}
    tops = set(covered.values())
    for number, written, shown in _stream(formulas[title], values[title]):
        cells = tuple(_cell(number, column, *pair) for column, pair in enumerate(zip(written, shown, strict=False)))
        for column, cell in enumerate(cells):
            if (number, column) in tops:
                top_texts[number, column] = cell
        filled_down = tuple(
            _under(cell, top_texts.get(covered.get((number, column), (0, 0)))) for column, cell in enumerate(cells)
        )
        if len(rows) > MAX_FILLED_ROWS:
            return Table(title, tuple(rows), cut=True)
        if keep_row(row := Row(number, filled_down)):
            rows.append(row)
    return Table(title, tuple(rows))


def _under(cell: Cell, top: Cell | None) -> Cell:
    """Return a cell covered by a vertical merge with the text shown over it."""
    return Cell(cell.address, top.text, covered=True) if top and not cell.text else cell


def _stream(formulas: Any, values: Any) -> Iterator[tuple[int, tuple[Any, ...], tuple[Any, ...]]]:
    """Yield (row number, cells with formulas, cells with values) until the table has clearly ended."""
    formulas.reset_dimensions()
    values.reset_dimensions()
    limits = {"max_row": MAX_TABLE_ROWS, "max_col": MAX_COLUMNS}
    empty = 0
    pairs = zip(formulas.iter_rows(**limits), values.iter_rows(**limits), strict=False)
    for number, (written, shown) in enumerate(pairs, start=1):
        if all(cell.value is None for cell in written):
            empty += 1
            if empty >= EMPTY_ROWS_END_A_TABLE:
                return
        else:
            empty = 0
        yield number, written, shown


def _cell(number: int, column: int, written: Any, shown: Any) -> Cell:
    address = f"{get_column_letter(column + 1)}{number}"
    is_formula = written.value is not None and written.data_type == "f"
    is_error = shown.value is not None and shown.data_type == "e"
    if isinstance(shown.value, datetime) and _is_month_format(shown.number_format):
        return Cell(address, f"{shown.value.month:02d}/{shown.value.year}", is_formula, is_error)
    remark = ""
    if isinstance(shown.value, datetime) and _is_month_first(shown.number_format) and shown.value.day <= 12:
        remark = f"Ô là ngày hiển thị tháng trước ngày sau; hiểu là {day_text(shown.value.date())}."
    return Cell(address, _text(shown.value), is_formula, is_error, remark=remark)


def _letters(number_format: str) -> str:
    return re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).casefold()


def _is_month_format(number_format: str) -> bool:
    """Say whether Excel shows a date as month and year only: it turns a typed "01/2026" into 1 January 2026."""
    letters = _letters(number_format)
    return "m" in letters and "y" in letters and "d" not in letters


def _is_month_first(number_format: str) -> bool:
    """Say whether Excel shows a date as month/day/year whatever the reader's settings."""
    letters = _letters(number_format)
    return number_format != _BUILT_IN_DATE and "y" in letters and -1 < letters.find("m") < letters.find("d")


def _text(value: object) -> str:
    """Return a cell's value as a person would read it: whole numbers without ".0", dates day first."""
    if value is None or isinstance(value, time):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return day_text(value.date() if isinstance(value, datetime) else value)
    return clean_lines(str(value))


def _covered_below(data: bytes, path: str) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for each cell under the top left of a merge, the (row, column from 0) of that top.

    Raises WorkbookError when merges cover more than MAX_COVERED rows in all: nobody's table does.
    """
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    seen = 0
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(path.lstrip("/")) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            text = tail + chunk
            end = 0
            for found in _MERGE.finditer(text):
                end = found.end()
                left, top, _right, bottom = range_boundaries(found[1].decode("ascii"))
                bottom = min(bottom, MAX_TABLE_ROWS)
                seen += max(0, bottom - top)
                if seen > MAX_COVERED:
                    raise WorkbookError(TOO_LARGE_INSIDE)
                if left <= MAX_COLUMNS:
                    covered |= {(row, left - 1): (top, left - 1) for row in range(top + 1, bottom + 1)}
            tail = text[max(end, len(text) - 200) :]
    return covered
