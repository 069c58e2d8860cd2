"""Reads results published elsewhere from a workbook or CSV (docs/formats.md): all or nothing, problems with cells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import IO

from emulation.past_results import FULL, Published
from emulation.results_columns import HEADING_WITHIN, Heading, find_heading
from emulation.results_csv import is_text, read_csv
from emulation.sheets import CellProblem, WorkbookRefused, open_tables, place_of, read_file, shown
from ninhgiang.points import number_in, show
from ninhgiang.vietnamese import clean, fold
from reform_tasks.workbook.grid import Row, Table
from reform_tasks.workbook.reading import only_counts_columns

WHAT = "Tệp kết quả"
MAX_LINES = 2000
MAX_PROBLEMS = 200
MOST_TIMES = 2  # points above so many times the maximum are a misread number, not a bonus
SEND = "Hãy gửi tệp Excel dạng .xlsx hoặc CSV mã UTF-8."
_NOTHING = frozenset({"", "-", "–"})
_NUMBERS = ("bonus", "penalty", "total", "applicable_max", "index")
_LIKE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_QUOTE = "Số có dấu phẩy phải đặt trong dấu nháy, hoặc ngăn các cột bằng “;”."
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
    """Walks the lines under a heading; `wrong` are the rows with a problem, `separator` that of a text file."""

    table: Table
    heading: Heading
    separator: str = ""
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
    tables, separator = _opened(data)
    table, heading, notes = _chosen(tables)
    reader = _Reader(table, heading, separator)
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


def _opened(data: bytes) -> tuple[list[Table], str]:
    most = MAX_LINES + HEADING_WITHIN
    if is_text(data):
        table, separator = read_csv(data, WHAT, most=most)
        return [table], separator
    return open_tables(data, WHAT, most=most, send=SEND), ""


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
        row=row.number,
    )
    if row.number not in reader.wrong:
        _check_points(reader, row, line)
    return line


def _check_cells(reader: _Reader, row: Row) -> None:
    """Refuse formulas in columns that are read, and lines of a text file that do not fit its heading.

    Where commas part the columns, a line must have as many cells as the heading, empty ones included: a decimal comma
    read as a separator makes one more.
    """
    for column in (*reader.heading.columns.values(), *reader.heading.areas):
        if row.cell(column).is_formula:
            reader.refuse(row, column, "ô chứa công thức; hãy dán giá trị.")
    cells, wanted = len(row.cells), reader.heading.cells
    beyond = (at for at in range(reader.heading.width, cells) if row.in_word and row.cell(at).text)
    if reader.separator == "," and cells != wanted:
        reader.refuse(row, min(cells, wanted), f"dòng này có {cells} ô, dòng tiêu đề có {wanted} ô. {_QUOTE}")
    elif (at := next(beyond, None)) is not None:
        reader.refuse(row, at, f"dòng này nhiều ô hơn dòng tiêu đề. {_QUOTE}")


def _words(reader: _Reader, row: Row, name: str, what: str, most: int) -> str:
    text = reader.text(row, name)
    column = reader.heading.columns.get(name, 0)
    if len(text) > most:
        reader.refuse(row, column, f"{what} dài quá {most} ký tự.")
    if not text and name == "unit_name":
        reader.refuse(row, column, f"thiếu {what}.")
    return text


def _check_points(reader: _Reader, row: Row, line: Published) -> None:
    columns = reader.heading.columns
    column = columns.get("applicable_max", 0)
    whole = FULL if line.applicable_max is None else line.applicable_max
    if line.points is None and line.index is None:
        reader.refuse(row, 0, "dòng này không có điểm, không có chỉ số.")
    elif whole == 0:
        reader.refuse(row, column, "điểm tối đa phải lớn hơn 0.")
    elif (total := sum(line.areas.values(), start=Decimal(0))) > whole:
        shown_ = f"{show(total)} lớn hơn điểm tối đa {show(whole)}"
        reader.refuse(row, 0, f"điểm các lĩnh vực cộng lại được {shown_}.")
    elif line.points is not None and line.points > MOST_TIMES * whole:
        why = f"điểm {show(line.points)} lớn hơn {MOST_TIMES} lần điểm tối đa {show(whole)}"
        missing = " (không ghi điểm tối đa thì tính trên 100)" if line.applicable_max is None else ""
        reader.refuse(row, column or columns.get("total", 0), f"{why}{missing}; hãy xem lại cách ghi số.")


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
    _refuse_two_marks(reader, [row for row, _ in lines])
    if reader.separator == ",":
        _refuse_ranks_too_large(reader, lines)
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


def _refuse_two_marks(reader: _Reader, rows: Iterable[Row]) -> None:
    """Where numbers are typed with both marks, one followed by just three digits may be the mark of thousands."""
    columns = [reader.heading.columns[name] for name in _NUMBERS if name in reader.heading.columns]
    cells = [(row, column) for row in rows for column in (*columns, *reader.heading.areas)]
    typed = [
        (row, column, shown(cell).removesuffix("%").strip())
        for row, column in cells
        if not isinstance((cell := row.cell(column)).value, int | float)
    ]
    if not all(any(mark in text and number_in(text) is not None for _, _, text in typed) for mark in ".,"):
        return
    for row, column, text in typed:
        if _LIKE_THOUSANDS.fullmatch(text):
            bare = text.replace(".", "").replace(",", "")
            why = f"“{text}” có thể là {bare} hoặc {text.replace('.', ',')}, vì tệp dùng cả dấu phẩy và dấu chấm"
            reader.refuse(row, column, f"{why}. Nghìn hãy ghi liền ({bare}); số lẻ ghi cùng một dấu trong cả tệp.")


def _refuse_ranks_too_large(reader: _Reader, lines: Sequence[tuple[Row, Published]]) -> None:
    """Between commas a rank above the number of lines is likelier the end of a number than a rank."""
    for row, line in lines:
        if line.rank is not None and line.rank > len(lines) and row.number not in reader.wrong:
            why = f"hạng {line.rank} lớn hơn số dòng ({len(lines)}): có thể là phần lẻ của số đứng trước"
            reader.refuse(row, reader.heading.columns["rank"], f"{why}. {_QUOTE}")
