"""Reading the rows under the heading into areas, tasks and notes, as they stand; what is wrong is judged later.

Judging (checking.py, and queries.previews with the units of the commune) happens after a person's corrections.
"""

import re
from dataclasses import dataclass, field
from os import PathLike
from typing import IO

from ninhgiang.vietnamese import clean, fold
from reform_tasks.workbook.appendix import (
    COLUMN_NAMES,
    Appendix,
    Column,
    Layout,
    Mark,
    MarkKind,
    Problem,
    ReadRow,
    RowKind,
    Severity,
    WorkbookError,
    cell_words,
)
from reform_tasks.workbook.excel import read_sheets
from reform_tasks.workbook.grid import MAX_FILLED_ROWS, Cell, Row, Table
from reform_tasks.workbook.headings import (
    REQUIRED,
    Heading,
    choose_table,
    find_heading,
    is_heading_like,
    layout_of,
    shown_columns,
    table_choices,
)
from reform_tasks.workbook.known import KNOWN_SHEET, read_known
from reform_tasks.workbook.safety import EXCEL, MAX_BYTES, kind_of, read_bytes
from reform_tasks.workbook.word import read_tables

ROMAN = re.compile(r"(?=[IVXL])(?:X{0,3}|XL)(?:IX|IV|V?I{0,3})")
TASK_NUMBER = re.compile(r"(?:[IVXL]{1,6}\.|[A-H]\.)?[0-9]{1,4}(?:\.[0-9]{1,3}){0,2}[a-zđ]?", re.IGNORECASE)
_AREA_IN_ONE_CELL = re.compile(r"([IVXL]+)\s*[.)/:–-]\s*(\S.*)", re.DOTALL)
_DETAILS = (Column.PRODUCT, Column.LEAD, Column.COORDINATING, Column.DEADLINE)
MAX_NOTES, MAX_NOTE_LENGTH = 30, 1000


def read_appendix(
    file: str | PathLike[str] | bytes | IO[bytes],
    *,
    layout: Layout | None = None,
    table: str = "",
    max_bytes: int = MAX_BYTES,
) -> Appendix:
    """Return the rows of a plan's appendix (.xlsx, or .docx) as they stand, each cell with its address.

    `layout`: the table, first row and columns a person chose; `table`: only the table they named. Without either
    the likeliest table is read by its heading, and a problem says so when there are several. Texts are in form C.
    Raises WorkbookError, in Vietnamese, when the file is not readable or holds no table.
    """
    data = read_bytes(file, max_bytes)
    tables = read_sheets(data) if kind_of(data) == EXCEL else read_tables(data)
    known = next((read_known(found) for found in tables if found.name == KNOWN_SHEET), ())
    tables = [found for found in tables if found.name != KNOWN_SHEET]
    chosen, heading = _choose(tables, layout.table if layout else table)
    if chosen.cut:
        raise WorkbookError(f"“{chosen.name}” có hơn {MAX_FILLED_ROWS} dòng. Hãy kiểm tra lại tệp.")
    layout = layout or layout_of(chosen, heading)
    choices = table_choices(tables)
    reader = _Reader(chosen, layout)
    if heading is not None and layout == layout_of(chosen, heading):
        reader.report_doubles(heading)
    others = [choice.name for choice in choices if choice.complete and choice.name != chosen.name]
    if others and not table and layout == layout_of(chosen, heading):
        names = "”, “".join(others)
        reader.report(Cell("", ""), f"Tệp có nhiều bảng nhiệm vụ (còn “{names}”); đang đọc “{chosen.name}”.")
    reader.read()
    return Appendix(
        layout=layout,
        tables=choices,
        columns=shown_columns(chosen, layout),
        titles=tuple(reader.titles),
        rows=tuple(reader.rows),
        notes=tuple(chosen.below),
        problems=tuple(reader.problems),
        known=known,
    )


def _choose(tables: list[Table], name: str) -> tuple[Table, Heading | None]:
    if not name:
        return choose_table(tables)
    for table in tables:
        if fold(table.name) == fold(name) and table.rows:
            return table, find_heading(table)
    names = ", ".join(f"“{table.name}”" for table in tables) or "không có bảng nào"
    raise WorkbookError(f"Tệp không có trang hay bảng tên “{name}”; các trang, bảng đọc được: {names}.")


@dataclass
class _Reader:
    """Walks the rows once."""

    table: Table
    layout: Layout
    titles: list[tuple[str, str]] = field(default_factory=list)
    rows: list[ReadRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = {Column(column): index for column, index in self.layout.columns.items()}

    def report(self, cell: Cell, message: str, severity: Severity = Severity.DECIDE) -> None:
        self.problems.append(Problem(self.table.name, cell.address, message, severity))

    def report_doubles(self, heading: Heading) -> None:
        row = next(row for row in self.table.rows if row.number == heading.row)
        for column, kept, other in heading.doubles:
            if column != Column.PRODUCT:
                first, second = cell_words(row.cell(kept).address), cell_words(row.cell(other).address)
                name = COLUMN_NAMES[column]
                self.report(row.cell(other), f"Cả {first} và {second} đều là cột “{name}”; đang đọc {first}.")

    def read(self) -> None:
        above = [row for row in self.table.rows if row.number < self.layout.first_row]
        self.titles = [("", line) for line in self.table.above]
        self.titles += [
            (cell.address, clean(cell.text)) for row in above if not is_heading_like(row) for cell in row.filled
        ]
        missing = [COLUMN_NAMES[column] for column in REQUIRED if column not in self.at]
        if missing:
            names = ", ".join(f"“{name}”" for name in missing)
            self.report(Cell("", ""), f"Chưa biết cột nào là {names}. Hãy chọn ở phần Cột của bảng.", Severity.ERROR)
            return
        body = [row for row in self.table.rows if row.number >= self.layout.first_row]
        body = [row for row in body if not self._repeats_heading(row) and not only_counts_columns(row)]
        for index, row in enumerate(body):
            self.rows.append(self._read_row(row, body[index + 1 :]))
        if not any(row.kind == RowKind.TASK for row in self.rows):
            self.report(Cell("", ""), "Không thấy nhiệm vụ nào dưới dòng tiêu đề.", Severity.ERROR)
        self._settle_notes()

    def _read_row(self, row: Row, later: list[Row]) -> ReadRow:
        if area := self._area_in(row, later):
            return self._row(row, RowKind.AREA, {Column.NUMBER: area[0], Column.TITLE: area[1]})
        texts = {column: self._at(row, column).text for column in Column}
        texts[Column.NUMBER] = bare_number(clean(texts[Column.NUMBER]))
        texts[Column.TITLE] = clean(texts[Column.TITLE])
        texts[Column.PRODUCT] = clean(texts[Column.PRODUCT])
        if self._continues(row):
            own = {column: "" if self._at(row, column).covered else text for column, text in texts.items()}
            return self._row(row, RowKind.JOIN, own)
        if self._is_task(texts):
            return self._row(row, RowKind.TASK, texts)
        words = "; ".join(dict.fromkeys(clean(cell.text) for cell in row.filled if cell.text))
        cells = {Column.TITLE.value: row.filled[0].address}
        return ReadRow(row.number, RowKind.NOTE, {Column.TITLE.value: words[:MAX_NOTE_LENGTH]}, cells)

    def _row(self, row: Row, kind: RowKind, texts: dict[Column, str]) -> ReadRow:
        return ReadRow(
            number=row.number,
            kind=kind,
            texts={column.value: text for column, text in texts.items() if text},
            cells={column.value: self._at(row, column).address for column in self.at},
            marks=tuple(self._marks(row)),
        )

    def _marks(self, row: Row) -> list[Mark]:
        """Return what is special about the cells: formulas (the value last saved is read), Excel's error values."""
        found = []
        for column in self.at:
            cell = self._at(row, column)
            if cell.is_error:
                found.append(Mark(column.value, MarkKind.ERROR_VALUE.value, cell.text))
            elif cell.is_formula:
                kind = MarkKind.FORMULA if cell.text else MarkKind.EMPTY_FORMULA
                found.append(Mark(column.value, kind.value, cell.text))
            elif cell.remark:
                found.append(Mark(column.value, MarkKind.REMARK.value, cell.remark))
        return found

    def _at(self, row: Row, column: Column) -> Cell:
        index = self.at.get(column)
        return row.cell(index) if index is not None else Cell("", "")

    def _repeats_heading(self, row: Row) -> bool:
        return all(
            fold(row.text(at)) and fold(row.text(at)) == fold(self._heading_text(at))
            for column, at in self.at.items()
            if column in (Column.TITLE, Column.DEADLINE)
        )

    def _heading_text(self, at: int) -> str:
        above = [row for row in self.table.rows if row.number < self.layout.first_row][-2:]
        return next((row.text(at) for row in reversed(above) if row.text(at)), "")

    def _continues(self, row: Row) -> bool:
        """A row under a merged number and task belongs to the task above it."""
        number, title = self._at(row, Column.NUMBER), self._at(row, Column.TITLE)
        under = title.covered and (number.covered or not number.text)
        return under and bool(self.rows) and self.rows[-1].kind in (RowKind.TASK, RowKind.JOIN)

    def _area_in(self, row: Row, later: list[Row]) -> tuple[str, str] | None:
        """Return (numeral, name) when a row is an area: numbered, named, and without any detail of a task."""
        if any(self._at(row, column).text for column in _DETAILS):
            return None
        number, title = clean(self._at(row, Column.NUMBER).text), clean(self._at(row, Column.TITLE).text)
        if not title or not number:
            match = _AREA_IN_ONE_CELL.fullmatch(number or title)
            return (match[1], match[2]) if match and ROMAN.fullmatch(match[1]) else None
        numeral = bare_number(number)
        if ROMAN.fullmatch(numeral.upper()) or re.fullmatch(r"[A-H]", numeral):
            return numeral.upper(), title
        if TASK_NUMBER.fullmatch(numeral) and (title.isupper() or self._has_children(numeral, later)):
            return numeral, title
        return None

    def _has_children(self, numeral: str, later: list[Row]) -> bool:
        numbers = (clean(self._at(row, Column.NUMBER).text) for row in later)
        following = next((number for number in numbers if number), "")
        return following.startswith(f"{numeral}.") and len(bare_number(following)) > len(numeral)

    def _is_task(self, texts: dict[Column, str]) -> bool:
        """A row with a number, or with words and somebody in charge or a deadline, is meant as a task."""
        has_detail = bool(texts[Column.LEAD] or texts[Column.DEADLINE])
        return bool(TASK_NUMBER.fullmatch(texts[Column.NUMBER])) or (has_detail and bool(texts[Column.TITLE]))

    def _settle_notes(self) -> None:
        """Notes under the last task are kept quietly; one in the middle of the table is asked about."""
        last = max((index for index, row in enumerate(self.rows) if row.kind != RowKind.NOTE), default=-1)
        for index, row in enumerate(self.rows[:last]):
            if row.kind == RowKind.NOTE:
                words = f"Dòng {row.number} (“{row.texts.get('title', '')[:80]}”) không phải lĩnh vực hay nhiệm vụ;"
                self.rows[index] = ReadRow(
                    row.number, row.kind, row.texts, row.cells, row.marks, f"{words} sẽ giữ làm ghi chú."
                )


def bare_number(text: str) -> str:
    """Return a number without what is written around it: "1." -> "1", "(2)" -> "2", "IV/" -> "IV"."""
    return text.strip(" .,:;()/-–")


def only_counts_columns(row: Row) -> bool:
    """Say whether a row only numbers the columns: "(1) | (2) | (3) …" or "1 | 2 | 3 …"."""
    numbers = [bare_number(cell.text) for cell in row.filled]
    return len(numbers) >= 3 and all(number == str(place) for place, number in enumerate(numbers, start=1))
