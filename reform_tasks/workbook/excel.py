"""Excel sheets as tables: read as a stream, so that a hundred thousand empty formatted rows cost nothing."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from ninhgiang.calendar import day_text
from ninhgiang.vietnamese import clean_lines, nfc
from reform_tasks.workbook.appendix import WorkbookError
from reform_tasks.workbook.grid import MAX_COLUMNS, MAX_FILLED_ROWS, MAX_TABLE_ROWS, Cell, Row, Table, keep_row
from reform_tasks.workbook.known import KNOWN_SHEET
from reform_tasks.workbook.unstreamed import SheetPart

EMPTY_ROWS_END_A_TABLE = 200
_BUILT_IN_DATE = "mm-dd-yy"  # openpyxl's name for the date form that follows the reader's own settings


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a sheet is read: columns, filled rows (more of them cut the table), blank rows that end it."""

    columns: int = MAX_COLUMNS
    filled_rows: int = MAX_FILLED_ROWS
    blank_rows: int = EMPTY_ROWS_END_A_TABLE


def read_sheets(
    data: bytes, *, reach: Reach = Reach(), hidden: Collection[str] = (KNOWN_SHEET,), computed: bool = True
) -> list[Table]:
    """Return the visible sheets of a safe workbook, and those `hidden` names; WorkbookError when it cannot be read.

    With `computed` a formula's cell has the value last saved; without, which is faster, it has no text.
    """
    try:
        formulas = load_workbook(BytesIO(data), read_only=True, data_only=False)
        values = load_workbook(BytesIO(data), read_only=True, data_only=True) if computed else formulas
        titles = [one.title for one in formulas.worksheets if one.sheet_state == "visible" or nfc(one.title) in hidden]
        return [_read_sheet(data, formulas, values, title, reach) for title in titles]
    except WorkbookError:
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise almost anything
        raise WorkbookError("Không mở được bảng tính: tệp đã hỏng. Hãy mở bằng Excel, lưu lại rồi gửi lại.") from error


def _read_sheet(data: bytes, formulas: Workbook, values: Workbook, title: str, reach: Reach) -> Table:
    rows: list[Row] = []
    path = formulas[title]._worksheet_path  # noqa: SLF001 - read-only sheets hide their merges
    part = SheetPart(data, path, reach.columns)
    covered = part.covered
    top_texts: dict[tuple[int, int], Cell] = {}
    tops = set(covered.values())
    merged_width = max((column + 1 for _, column in covered), default=0)
    number = 0
    for number, width, written, shown in _stream(formulas[title], values[title], reach):
        pairs = zip(written[: max(width, merged_width)], shown, strict=False)
        cells = tuple(_cell(number, column, *pair) for column, pair in enumerate(pairs))
        for column, cell in enumerate(cells):
            if (number, column) in tops:
                top_texts[number, column] = cell
        filled_down = tuple(
            _under(cell, top_texts.get(covered.get((number, column), (0, 0)))) for column, cell in enumerate(cells)
        )
        if len(rows) > reach.filled_rows:
            return Table(title, tuple(rows), cut=True)
        if keep_row(row := Row(number, filled_down)):
            rows.append(row)
    return Table(title, tuple(rows), far_row=part.last_row if part.last_row > number else 0)


def _under(cell: Cell, top: Cell | None) -> Cell:
    """Return a cell covered by a vertical merge with the text shown over it."""
    if top is None or cell.text:
        return cell
    return replace(top, address=cell.address, covered=True, is_formula=False, is_error=False, remark="")


def _stream(formulas: Any, values: Any, reach: Reach) -> Iterator[tuple[int, int, tuple[Any, ...], tuple[Any, ...]]]:
    """Yield (row number, width in use, cells with formulas, cells with values) of filled rows until the table ends."""
    formulas.reset_dimensions()
    values.reset_dimensions()
    limits = {"max_row": MAX_TABLE_ROWS, "max_col": reach.columns}
    written_rows = formulas.iter_rows(**limits)
    shown_rows = written_rows if values is formulas else values.iter_rows(**limits)
    blank = 0
    for number, written in enumerate(written_rows, start=1):
        shown = written if values is formulas else next(shown_rows)
        width = max((place for place, cell in enumerate(written, start=1) if cell.value is not None), default=0)
        blank = 0 if width else blank + 1
        if blank >= reach.blank_rows:
            return
        if width:
            yield number, width, written, shown


def _cell(number: int, column: int, written: Any, shown: Any) -> Cell:
    is_formula = written.value is not None and written.data_type == "f"
    text, remark = "" if shown is written and is_formula else _text(shown.value), ""
    if isinstance(shown.value, datetime) and _is_month_format(shown.number_format):
        text = f"{shown.value.month:02d}/{shown.value.year}"
    elif isinstance(shown.value, datetime) and _is_month_first(shown.number_format) and shown.value.day <= 12:
        remark = f"Ô là ngày hiển thị tháng trước ngày sau; hiểu là {day_text(shown.value.date())}."
    return Cell(
        address=f"{get_column_letter(column + 1)}{number}",
        text=text,
        is_formula=is_formula,
        is_error=shown.value is not None and shown.data_type == "e",
        remark=remark,
        value=written.value,
        number_format=written.number_format or "",
    )


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
