"""Reads results published elsewhere from a workbook or CSV (docs/formats.md): all or nothing, problems with cells."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from itertools import islice
from typing import IO

from emulation.past_results import FULL, MAX_INDEX, Published
from emulation.results_columns import HEADING_WITHIN, Heading, find_heading
from emulation.sheets import CellProblem, WorkbookRefused, open_tables, place_of, read_file, shown
from ninhgiang.points import number_in, percent, show
from ninhgiang.vietnamese import clean, fold, nfc
from reform_tasks.workbook.grid import Cell, Row, Table, address_of
from reform_tasks.workbook.reading import only_counts_columns

WHAT = "Tệp kết quả"
MAX_LINES = 2000
MAX_PROBLEMS = 200
_NOTHING = frozenset({"", "-", "–"})
_SUMMARIES = frozenset(
    {"tong", "tong cong", "tong so", "cong", "cao nhat", "thap nhat", "trung binh", "trung binh chung", "binh quan"}
)


@dataclass(frozen=True, slots=True)
class ResultTable:
    """What a file holds: lines in order, {code: name} of area columns, titles nobody reads, name and SHA-256.

    `notes` say, in Vietnamese, what else of the file is not read: lines of sums and means, further sheets.
    """

    lines: list[Published]
    area_names: dict[str, str]
    unused: list[str]
    source_name: str = ""
    sha256: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Walks the lines under a heading; `wrong` are the rows with a problem of their own."""

    table: Table
    heading: Heading
    problems: list[CellProblem] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)

    def refuse(self, row: Row, column: int, why: str) -> None:
        """Add what is wrong with one cell."""
        self.wrong.add(row.number)
        self.problems.append(CellProblem(place_of(self.table, row.cell(column)), why))

    def text(self, row: Row, name: str) -> str:
        """Return what stands under a column, "" when there is no such column."""
        return shown(row.cell(self.heading.columns[name])) if name in self.heading.columns else ""


def read_results(file: IO[bytes], name: str = "") -> ResultTable:
    """Return the table of a .xlsx or CSV file, or raise WorkbookRefused with every problem and its cell."""
    data = read_file(file, WHAT)
    table, heading, notes = _chosen([_csv_table(data)] if _is_text(data) else _sheets(data))
    reader = _Reader(table, heading)
    top = table.rows[heading.last]
    for column, title in heading.twice.items():
        reader.refuse(top, column, f"cột này và cột “{title}” là một; hãy bỏ một cột.")
    if not heading.has_results:
        reader.refuse(top, 0, "cần có ít nhất một cột: Tổng điểm, Chỉ số hoặc Lĩnh vực …")
    rows = [row for row in table.rows[heading.last + 1 :] if not only_counts_columns(row)]
    sums = [row for row in rows if _is_summary(reader, row)]
    lines = [(row, _line(reader, row)) for row in rows if row not in sums]
    if not lines:
        reader.refuse(Row(top.number + 1, (), in_word=top.in_word), 0, "không có dòng kết quả nào dưới dòng tiêu đề.")
    _check_together(reader, lines)
    if reader.problems:
        raise WorkbookRefused(WHAT, reader.problems[:MAX_PROBLEMS])
    notes += [f"Không đọc dòng {row.number} ({_first_words(row)}): là dòng tổng hợp." for row in sums]
    areas = dict(heading.areas.values())
    return ResultTable([line for _, line in lines], areas, heading.unused, clean(name), sha256(data).hexdigest(), notes)


# opening


def _is_text(data: bytes) -> bool:
    return not data.startswith((b"PK", bytes.fromhex("D0CF11E0"))) and (
        b"\0" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    )


def _sheets(data: bytes) -> list[Table]:
    return open_tables(data, WHAT, most=MAX_LINES + HEADING_WITHIN)


def _csv_table(data: bytes) -> Table:
    """Read CSV in UTF-8 or UTF-16 (as Excel saves it), by the separator under which the heading says most."""
    try:
        text = nfc(data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"))
    except UnicodeDecodeError:
        problem = CellProblem("Tệp", "không phải CSV mã UTF-8. Trong Excel hãy lưu dạng “CSV UTF-8” hoặc .xlsx.")
        raise WorkbookRefused(WHAT, [problem]) from None
    separator = max(";\t,", key=lambda one: _understood(text, one))
    rows: list[Row] = []
    try:
        for row in _csv_rows(text, separator):
            rows.append(row)
            if len(rows) > MAX_LINES + HEADING_WITHIN:
                return Table("", tuple(rows), cut=True)
    except csv.Error:
        why = "CSV sai cấu trúc: có dấu nháy không khép hoặc một ô quá dài."
        raise WorkbookRefused(WHAT, [CellProblem("Tệp", why)]) from None
    return Table("", tuple(rows))


def _csv_rows(text: str, separator: str) -> Iterator[Row]:
    """Yield the filled rows; a row keeps as many cells as were written."""
    for number, texts in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True), start=1):
        if any(one.strip() for one in texts):
            cells = (Cell(address_of(number, at, in_word=True), one.strip()) for at, one in enumerate(texts))
            yield Row(number, tuple(cells), in_word=True)


def _understood(text: str, separator: str) -> int:
    try:
        heading = find_heading(list(islice(_csv_rows(text, separator), HEADING_WITHIN + 1)))
    except csv.Error:
        return 0
    return heading.known if heading else 0


def _chosen(tables: list[Table]) -> tuple[Table, Heading, list[str]]:
    """Return the first table with a heading, and notes about others; raises WorkbookRefused when there is none."""
    found = [(table, heading) for table in tables if (heading := find_heading(table.rows)) is not None]
    if not found:
        place = place_of(tables[0], Row(1, (), in_word=not tables[0].name).cell(0)) if tables else "Tệp"
        problem = CellProblem(place, "không thấy dòng tiêu đề có cột “Đơn vị”.")
        raise WorkbookRefused(WHAT, [problem])
    (table, heading), others = found[0], [f"“{one.name}”" for one, _ in found[1:]]
    if table.cut:
        raise WorkbookRefused(WHAT, [CellProblem(table.name or "Tệp", f"có hơn {show(MAX_LINES)} dòng.")])
    if table.far_row:
        problem = CellProblem(f"{table.name}!{table.far_row}", "dòng này cách quá xa bảng; hãy đưa sát lên hoặc xóa.")
        raise WorkbookRefused(WHAT, [problem])
    notes = [f"Tệp có nhiều bảng kết quả (còn trang {', '.join(others)}); chỉ đọc trang “{table.name}”."]
    return table, heading, notes if others else []


# lines


def _first_words(row: Row) -> str:
    return next((shown(cell) for cell in row.cells if fold(shown(cell))), "")


def _is_summary(reader: _Reader, row: Row) -> bool:
    """A line of sums or means has no rank, and says so where the unit, or what stands left of it, is named."""
    unit = reader.text(row, "unit_name") or _first_words(row)
    return fold(unit) in _SUMMARIES and reader.text(row, "rank") in _NOTHING


def _line(reader: _Reader, row: Row) -> Published:
    heading = reader.heading
    _check_cells(reader, row)

    def points(name: str) -> Decimal | None:
        return _number(reader, row, heading.columns[name]) if name in heading.columns else None

    given = {
        code: value
        for column, (code, _) in heading.areas.items()
        if (value := _number(reader, row, column)) is not None
    }
    block = _words(reader, row, "block_name", "tên khối", 200)
    line = Published(
        unit_name=_words(reader, row, "unit_name", "tên đơn vị", 300),
        block_name="" if block in _NOTHING else block,
        areas=given,
        bonus=points("bonus") or Decimal(0),
        penalty=points("penalty") or Decimal(0),
        total=points("total"),
        applicable_max=points("applicable_max"),
        index=points("index"),
        index_decimals=_places(reader.text(row, "index")),
        rank=_rank(reader, row),
        grade=_words(reader, row, "grade", "xếp loại", 60),
    )
    if row.number not in reader.wrong:
        _check_points(reader, row, line)
    return line


def _check_cells(reader: _Reader, row: Row) -> None:
    """Refuse formulas in columns that are read, and cells of a text file beyond its heading."""
    for column in (*reader.heading.columns.values(), *reader.heading.areas):
        if row.cell(column).is_formula:
            reader.refuse(row, column, "ô chứa công thức; hãy dán giá trị.")
    beyond = (at for at in range(reader.heading.width, len(row.cells)) if row.in_word and row.cell(at).text)
    if (at := next(beyond, None)) is not None:
        why = "dòng này nhiều ô hơn dòng tiêu đề. Số có dấu phẩy phải đặt trong dấu nháy, hoặc ngăn các cột bằng “;”."
        reader.refuse(row, at, why)


def _words(reader: _Reader, row: Row, name: str, what: str, most: int) -> str:
    text = reader.text(row, name)
    column = reader.heading.columns.get(name, 0)
    if len(text) > most:
        reader.refuse(row, column, f"{what} dài quá {most} ký tự.")
    if not text and name == "unit_name":
        reader.refuse(row, column, f"thiếu {what}.")
    return text


def _check_points(reader: _Reader, row: Row, line: Published) -> None:
    column = reader.heading.columns.get("applicable_max", 0)
    whole = FULL if line.applicable_max is None else line.applicable_max
    if line.points is None and line.index is None:
        reader.refuse(row, 0, "dòng này không có điểm, không có chỉ số.")
    elif whole == 0:
        reader.refuse(row, column, "điểm tối đa phải lớn hơn 0.")
    elif (total := sum(line.areas.values(), start=Decimal(0))) > whole:
        shown_ = f"{show(total)} lớn hơn điểm tối đa {show(whole)}"
        reader.refuse(row, 0, f"điểm các lĩnh vực cộng lại được {shown_}.")
    elif line.points is not None and percent(line.points, whole) >= MAX_INDEX:
        reader.refuse(row, column, f"điểm tối đa {show(whole)} quá nhỏ so với điểm {show(line.points)}.")


def _number(reader: _Reader, row: Row, column: int) -> Decimal | None:
    text = shown(row.cell(column))
    bare = text.removesuffix("%").strip()
    if bare in _NOTHING or row.cell(column).is_formula:
        return None
    number = number_in(bare)
    why = ""
    if number is None or number >= 10000:
        why = f"“{text[:40]}” không phải số từ 0 đến 9999."
    elif _places(bare) > 4:
        why = f"“{text[:40]}” có quá 4 chữ số thập phân."
    if why:
        reader.refuse(row, column, why)
        return None
    return number


def _places(text: str) -> int:
    """Return how many places follow the decimal comma or point."""
    return len(text.removesuffix("%").strip().replace(",", ".").partition(".")[2])


def _rank(reader: _Reader, row: Row) -> int | None:
    text = reader.text(row, "rank")
    if text in _NOTHING:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 10000:
        return int(text)
    reader.refuse(row, reader.heading.columns["rank"], f"“{text[:40]}” không phải thứ hạng (số nguyên từ 1).")
    return None


# all lines together


def _check_together(reader: _Reader, lines: Iterable[tuple[Row, Published]]) -> None:
    lines = list(lines)
    columns = reader.heading.columns
    _refuse_twice(reader, lines)
    _refuse_blocks_left_out(reader, lines)
    indices = [line.index for _, line in lines if line.index is not None]
    if indices and 0 < max(indices) <= 1 and any(line.points is None or line.points > 1 for _, line in lines):
        top = reader.table.rows[reader.heading.last]
        why = f"mọi chỉ số đều không quá 1 ({show(indices[0])}): hãy ghi theo phần trăm, ví dụ 81,33."
        reader.refuse(top, columns["index"], why)


def _refuse_twice(reader: _Reader, lines: Iterable[tuple[Row, Published]]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row, line in lines:
        key = (fold(line.block_name), fold(line.unit_name))
        if key in seen and line.unit_name:
            problem = f"đơn vị “{line.unit_name}” đã có ở dòng {seen[key]}."
            reader.refuse(row, reader.heading.columns["unit_name"], problem)
        seen.setdefault(key, row.number)


def _refuse_blocks_left_out(reader: _Reader, lines: Iterable[tuple[Row, Published]]) -> None:
    """Ranks count inside blocks, so a block written once for several lines would give wrong ranks in silence."""
    lines = list(lines)
    for row, _ in lines if any(line.block_name for _, line in lines) else ():
        if not reader.text(row, "block_name"):
            reader.refuse(row, reader.heading.columns["block_name"], "thiếu khối; đơn vị không thuộc khối nào ghi “-”.")
