"""Opening a workbook somebody sent: by content, never by name, and without unpacking a bomb.

A sheet is given as rows of `Cell`, at most MAX_ROWS by MAX_COLUMNS, read as a stream: a hundred thousand empty
formatted rows cost neither time nor memory.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook

from ninhgiang.calendar import day_text
from ninhgiang.vietnamese import clean_lines
from reform_tasks.workbook.appendix import WorkbookError

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RATIO = 400  # formatted empty rows reach about 100; deflate itself ends near 1000
RATIO_MATTERS_FROM = 10 * 1024 * 1024
MAX_PARTS = 1000
MAX_OTHER_PART = 30 * 1024 * 1024  # sheets are streamed; shared texts and styles are held in memory whole
MAX_ROWS = 20_000
MAX_COLUMNS = 40
EMPTY_ROWS_END_A_TABLE = 200

_OLE_MARK = bytes.fromhex("D0CF11E0A1B11AE1")
_CHUNK = 1 << 20
_ROW = re.compile(rb"</?(?:\w+:)?(?:row|mergeCell)[\s/>]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
TOO_LARGE_INSIDE = "Tệp khi mở ra quá lớn nên không được đọc. Hãy chép riêng bảng phụ lục sang tệp mới."
_SEND_XLSX = "Hãy gửi tệp Excel dạng .xlsx."


@dataclass(frozen=True)
class Cell:
    """One cell: its address, tidy text, and whether it is a formula or an Excel error value."""

    address: str
    text: str
    is_formula: bool = False
    is_error: bool = False


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number and its cells from column A on."""

    number: int
    cells: tuple[Cell, ...]

    def text(self, column: int) -> str:
        """Return the text in a column (0 = A), "" beyond the last cell."""
        return self.cells[column].text if column < len(self.cells) else ""

    def cell(self, column: int) -> Cell:
        """Return the cell in a column (0 = A), an empty one beyond the last."""
        if column < len(self.cells):
            return self.cells[column]
        return Cell(f"{get_column_letter(column + 1)}{self.number}", "")

    @property
    def filled(self) -> tuple[Cell, ...]:
        """The cells that hold something."""
        return tuple(cell for cell in self.cells if cell.text or cell.is_formula)


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: its name and its filled rows."""

    name: str
    rows: tuple[Row, ...]


def read_bytes(file: str | PathLike[str] | bytes | IO[bytes], max_bytes: int) -> bytes:
    """Return the file's bytes; raises WorkbookError when it is empty or larger than `max_bytes`."""
    if isinstance(file, bytes):
        data = file[: max_bytes + 1]
    elif isinstance(file, str | PathLike):
        with Path(file).open("rb") as opened:
            data = opened.read(max_bytes + 1)
    else:
        data = file.read(max_bytes + 1)
    if not data:
        raise WorkbookError("Tệp trống.")
    if len(data) > max_bytes:
        raise WorkbookError(f"Tệp lớn hơn {max_bytes // (1024 * 1024)} MB. Hãy bỏ hình ảnh, trang thừa rồi gửi lại.")
    return data


def refuse_unsafe(data: bytes) -> None:
    """Raise WorkbookError unless the bytes are an ordinary .xlsx: no password, no macro, no zip bomb."""
    if data.startswith(_OLE_MARK):
        raise WorkbookError(
            "Tệp được đặt mật khẩu hoặc là dạng .xls cũ. Hãy bỏ mật khẩu, lưu lại dạng .xlsx rồi gửi lại."
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            _refuse_bomb(parts, len(data))
            if any(part.flag_bits & 1 for part in parts):
                raise WorkbookError("Tệp nén được đặt mật khẩu. " + _SEND_XLSX)
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise WorkbookError("Tệp này không phải bảng tính Excel. " + _SEND_XLSX)
            if "xl/vbaProject.bin" in names or b"macroEnabled" in archive.read("[Content_Types].xml"):
                raise WorkbookError("Tệp có macro (.xlsm). Hãy lưu lại dạng .xlsx rồi gửi lại.")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.file_size > _CHUNK:
                    _refuse_endless_row(archive, part)
    except WorkbookError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise many kinds
        raise WorkbookError("Tệp này không phải bảng tính Excel hoặc đã hỏng. " + _SEND_XLSX) from error


def _refuse_bomb(parts: list[zipfile.ZipInfo], packed: int) -> None:
    """Judge by the sizes the archive declares; zipfile never unpacks more than these."""
    unpacked = sum(part.file_size for part in parts)
    suspicious = unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed
    heavy = any(part.file_size > MAX_OTHER_PART and "worksheets/" not in part.filename for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or suspicious or heavy:
        raise WorkbookError(TOO_LARGE_INSIDE)


def _refuse_endless_row(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise WorkbookError for a row of megabytes: openpyxl streams rows, but holds each of them whole."""
    with archive.open(part) as opened:
        while chunk := opened.read(_CHUNK):
            if len(chunk) == _CHUNK and not _ROW.search(chunk):
                raise WorkbookError(TOO_LARGE_INSIDE)


def read_sheets(data: bytes) -> list[Sheet]:
    """Return the visible sheets of a safe workbook; raises WorkbookError when openpyxl cannot read it."""
    try:
        formulas = load_workbook(BytesIO(data), read_only=True, data_only=False)
        values = load_workbook(BytesIO(data), read_only=True, data_only=True)
        visible = [sheet.title for sheet in formulas.worksheets if sheet.sheet_state == "visible"]
        return [_read_sheet(data, formulas, values, title) for title in visible]
    except WorkbookError:
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise almost anything
        raise WorkbookError("Không mở được bảng tính: tệp đã hỏng. Hãy mở bằng Excel, lưu lại rồi gửi lại.") from error


def _read_sheet(data: bytes, formulas: Workbook, values: Workbook, title: str) -> Sheet:
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
        row = Row(number, filled_down)
        if row.filled:
            rows.append(row)
    return Sheet(title, tuple(rows))


def _under(cell: Cell, top: Cell | None) -> Cell:
    """Return a cell covered by a vertical merge with the text shown over it."""
    return Cell(cell.address, top.text) if top and not cell.text else cell


def _stream(formulas: Any, values: Any) -> Iterator[tuple[int, tuple[Any, ...], tuple[Any, ...]]]:
    """Yield (row number, cells with formulas, cells with values) until the table has clearly ended."""
    formulas.reset_dimensions()
    values.reset_dimensions()
    limits = {"max_row": MAX_ROWS, "max_col": MAX_COLUMNS}
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
    return Cell(address, _text(shown.value), is_formula, is_error)


def _is_month_format(number_format: str) -> bool:
    """Say whether Excel shows a date as month and year only: it turns a typed "01/2026" into 1 January 2026."""
    letters = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).casefold()
    return "m" in letters and "y" in letters and "d" not in letters


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
    """Return, for each cell under the top of a vertical merge in one column, the (row, column from 0) of that top."""
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(path.lstrip("/")) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            for found in _MERGE.finditer(tail + chunk):
                left, top, right, bottom = range_boundaries(found[1].decode("ascii"))
                if left == right and bottom <= MAX_ROWS:
                    covered |= {(row, left - 1): (top, left - 1) for row in range(top + 1, bottom + 1)}
            tail = chunk[-200:]
    return covered
