"""Reading the rows under the heading into areas and tasks."""

import re
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from typing import IO

from ninhgiang.vietnamese import clean, fold
from reform_tasks.deadlines import NotUnderstood, read_deadline, rule_to_json
from reform_tasks.workbook.appendix import Appendix, AreaRow, Problem, Severity, TaskRow, WorkbookError
from reform_tasks.workbook.headings import COLUMN_NAMES, Column, Heading, find_heading, is_heading_like
from reform_tasks.workbook.opening import MAX_BYTES, Cell, Row, Sheet, read_bytes, read_sheets, refuse_unsafe

MAX_FILLED_ROWS = 2000
# What the database columns hold (reform_tasks.models.plans).
MAX_LENGTHS = {
    Column.NUMBER: 10,
    Column.TITLE: 1000,
    Column.PRODUCT: 500,
    Column.LEAD: 500,
    Column.COORDINATING: 500,
    Column.DEADLINE: 300,
}
MAX_AREA_NAME = 300
_ROMAN = re.compile(r"(?=[IVXL])(?:X{0,3}|XL)(?:IX|IV|V?I{0,3})")
_ARABIC = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3}){0,2}[a-zđ]?", re.IGNORECASE)
_AREA_IN_ONE_CELL = re.compile(r"([IVXL]+)\s*[.)/:–-]\s*(\S.*)", re.DOTALL)
_YEAR_IN_TITLE = re.compile(r"\bnam (20[0-9]{2})\b")
_DETAILS = (Column.PRODUCT, Column.LEAD, Column.COORDINATING, Column.DEADLINE)


def read_appendix(
    file: str | PathLike[str] | bytes | IO[bytes],
    *,
    year: int,
    issued_on: date | None = None,
    max_bytes: int = MAX_BYTES,
) -> Appendix:
    """Return the areas and tasks of a plan's appendix with every problem found, each at its cell.

    `year`: the plan's year, `issued_on`: its date (deadlines before it are problems). Texts are in form C. Raises
    WorkbookError, in Vietnamese, when the file is not a readable .xlsx or holds no such table.
    """
    data = read_bytes(file, max_bytes)
    refuse_unsafe(data)
    sheet, heading, others = _find_table(read_sheets(data))
    reader = _Reader(sheet, heading, year, issued_on)
    reader.read()
    for other in others:
        reader.report(Cell("A1", ""), f"Trang “{other}” cũng có bảng nhiệm vụ; chỉ trang “{sheet.name}” được đọc.")
    if not reader.tasks:
        raise WorkbookError(f"Bảng ở trang “{sheet.name}” không có nhiệm vụ nào dưới dòng tiêu đề.")
    return Appendix(sheet.name, tuple(reader.titles), tuple(reader.areas), tuple(reader.tasks), tuple(reader.problems))


def _find_table(sheets: list[Sheet]) -> tuple[Sheet, Heading, list[str]]:
    """Return the first sheet with a table, its heading, and the names of other sheets with one."""
    tables = [(sheet, heading) for sheet in sheets if (heading := find_heading(sheet))]
    if not tables:
        names = ", ".join(f"“{COLUMN_NAMES[column]}”" for column in Column)
        raise WorkbookError(f"Không tìm thấy dòng tiêu đề của bảng. Bảng cần có các cột {names}.")
    (sheet, heading), *others = tables
    return sheet, heading, [other.name for other, _ in others]


@dataclass
class _Reader:
    """Walks the rows once, collecting what it reads and what is wrong."""

    sheet: Sheet
    heading: Heading
    year: int
    issued_on: date | None
    titles: list[str] = field(default_factory=list)
    areas: list[AreaRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)  # task number -> its cell

    def report(self, cell: Cell, message: str, severity: Severity = Severity.DECIDE) -> None:
        self.problems.append(Problem(self.sheet.name, cell.address, message, severity))

    def refuse(self, cell: Cell, message: str) -> None:
        self.report(cell, message, Severity.ERROR)

    def read(self) -> None:
        above = [row for row in self.sheet.rows if row.number < self.heading.row]
        self.titles = [clean(cell.text) for row in above for cell in row.filled if not is_heading_like(row)]
        self._check_year(above)
        body = [row for row in self.sheet.rows if row.number > self.heading.row]
        if len(body) > MAX_FILLED_ROWS:
            raise WorkbookError(f"Bảng có hơn {MAX_FILLED_ROWS} dòng. Hãy kiểm tra lại tệp.")
        for index, row in enumerate(body):
            if self._repeats_heading(row) or _only_counts_columns(row):
                continue
            self._check_cells(row)
            if area := self._area_in(row, body[index + 1 :]):
                self._add_area(area, row)
            elif self._is_task(row):
                self._add_task(row)
            else:
                self._report_unread(row)

    def _at(self, row: Row, column: Column) -> Cell:
        index = self.heading.columns.get(column)
        return row.cell(index) if index is not None else Cell("", "")

    def _check_year(self, above: list[Row]) -> None:
        cells = [cell for row in above for cell in row.filled]
        years = {int(found): cell for cell in cells for found in _YEAR_IN_TITLE.findall(fold(cell.text))}
        if years and self.year not in years:
            stated, cell = next(iter(years.items()))
            self.report(cell, f"Tiêu đề ghi năm {stated}, khác năm {self.year} của kế hoạch.")

    def _repeats_heading(self, row: Row) -> bool:
        return all(
            fold(row.text(at)) and fold(row.text(at)) == fold(self._heading_text(at))
            for column, at in self.heading.columns.items()
            if column in (Column.TITLE, Column.DEADLINE)
        )

    def _heading_text(self, at: int) -> str:
        rows = [row for row in self.sheet.rows if row.number in (self.heading.row - 1, self.heading.row)]
        return next((row.text(at) for row in reversed(rows) if row.text(at)), "")

    def _check_cells(self, row: Row) -> None:
        """Report formulas (the value last saved is read) and Excel's error values among our columns."""
        for column in self.heading.columns:
            cell = self._at(row, column)
            if cell.is_error:
                self.refuse(cell, f"Ô {cell.address} báo lỗi của Excel ({cell.text}).")
            elif cell.is_formula and cell.text:
                self.report(cell, f"Ô {cell.address} là công thức; đã đọc giá trị đang hiện “{cell.text}”.")
            elif cell.is_formula:
                self.refuse(cell, f"Ô {cell.address} là công thức chưa có giá trị. Hãy dán lại dạng giá trị.")

    def _area_in(self, row: Row, later: list[Row]) -> tuple[str, str] | None:
        """Return (numeral, name) when a row is an area: numbered, named, and without any detail of a task."""
        if any(self._at(row, column).text for column in _DETAILS):
            return None
        number, title = clean(self._at(row, Column.NUMBER).text), clean(self._at(row, Column.TITLE).text)
        if not title or not number:
            match = _AREA_IN_ONE_CELL.fullmatch(number or title)
            return (match[1], match[2]) if match and _ROMAN.fullmatch(match[1]) else None
        numeral = _bare_number(number)
        if _ROMAN.fullmatch(numeral.upper()) or re.fullmatch(r"[A-H]", numeral):
            return numeral.upper(), title
        if _ARABIC.fullmatch(numeral) and (title.isupper() or self._has_children(numeral, later)):
            return numeral, title
        return None

    def _has_children(self, numeral: str, later: list[Row]) -> bool:
        numbers = (clean(self._at(row, Column.NUMBER).text) for row in later)
        following = next((number for number in numbers if number), "")
        return following.startswith(f"{numeral}.") and len(_bare_number(following)) > len(numeral)

    def _is_task(self, row: Row) -> bool:
        """A row with a number, or with somebody in charge or a deadline, is meant as a task."""
        has_number = bool(_ARABIC.fullmatch(_bare_number(clean(self._at(row, Column.NUMBER).text))))
        has_detail = bool(self._at(row, Column.LEAD).text or self._at(row, Column.DEADLINE).text)
        return has_number or has_detail

    def _add_area(self, area: tuple[str, str], row: Row) -> None:
        numeral, name = area
        cell = row.filled[0]
        if any(known.numeral == numeral for known in self.areas):
            self.refuse(cell, f"Lĩnh vực {numeral} xuất hiện hai lần.")
        elif len(numeral) > 8 or len(name) > MAX_AREA_NAME:
            self.refuse(cell, f"Tên lĩnh vực dài quá {MAX_AREA_NAME} ký tự.")
        else:
            self.areas.append(AreaRow(numeral, name, cell.address))

    def _add_task(self, row: Row) -> None:
        texts = {column: self._at(row, column).text for column in Column}
        texts[Column.NUMBER] = _bare_number(clean(texts[Column.NUMBER]))
        texts[Column.TITLE] = clean(texts[Column.TITLE])
        self._check_task(row, texts)
        self.tasks.append(
            TaskRow(
                number=texts[Column.NUMBER],
                title=texts[Column.TITLE],
                product=clean(texts[Column.PRODUCT]),
                lead_text=texts[Column.LEAD],
                coordinating_text=texts[Column.COORDINATING],
                deadline_text=texts[Column.DEADLINE],
                area=self.areas[-1].numeral if self.areas else "",
                row=row.number,
                cells={column.value: self._at(row, column).address for column in self.heading.columns},
                deadline_rule=self._deadline_rule(self._at(row, Column.DEADLINE)),
            )
        )

    def _check_task(self, row: Row, texts: dict[Column, str]) -> None:
        for column in (Column.NUMBER, Column.TITLE, Column.LEAD, Column.DEADLINE):
            cell = self._at(row, column)
            if not texts[column] and not cell.is_formula:
                self.refuse(cell, f"Ô {cell.address} (cột “{COLUMN_NAMES[column]}”) để trống.")
        for column, most in MAX_LENGTHS.items():
            if len(texts[column]) > most:
                self.refuse(self._at(row, column), f"Cột “{COLUMN_NAMES[column]}” dài quá {most} ký tự.")
        number, cell = texts[Column.NUMBER], self._at(row, Column.NUMBER)
        if number and not _ARABIC.fullmatch(number):
            self.refuse(cell, f"“{number}” không phải số thứ tự của một nhiệm vụ.")
        elif number and number.casefold() in self.seen:
            self.refuse(cell, f"Số thứ tự {number} đã có ở ô {self.seen[number.casefold()]}.")
        elif number:
            self.seen[number.casefold()] = cell.address
        if not self.areas:
            self.refuse(cell, f"Nhiệm vụ ở dòng {row.number} đứng trước mọi lĩnh vực (I, II, …).")

    def _deadline_rule(self, cell: Cell) -> dict[str, object] | None:
        """Return the rule of a deadline cell as JSON; what is not understood is for a person to decide."""
        if not cell.text or len(cell.text) > MAX_LENGTHS[Column.DEADLINE] or cell.is_error:
            return None
        try:
            return rule_to_json(read_deadline(cell.text, self.year, self.issued_on))
        except NotUnderstood as reason:
            self.report(cell, reason.message)
            return None

    def _report_unread(self, row: Row) -> None:
        cell = row.filled[0]
        self.report(cell, f"Dòng {row.number} (“{clean(cell.text)[:80]}”) không phải lĩnh vực hay nhiệm vụ; bỏ qua.")


def _bare_number(text: str) -> str:
    """Return a number without what is written around it: "1." -> "1", "(2)" -> "2", "IV/" -> "IV"."""
    return text.strip(" .,:;()/-–")


def _only_counts_columns(row: Row) -> bool:
    """Say whether a row only numbers the columns: "(1) | (2) | (3) …" or "1 | 2 | 3 …"."""
    numbers = [_bare_number(cell.text) for cell in row.filled]
    return len(numbers) >= 3 and all(number == str(place) for place, number in enumerate(numbers, start=1))
