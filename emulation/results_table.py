"""Reads results published elsewhere from a workbook or CSV (docs/formats.md): all or nothing, problems with cells."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from io import BytesIO, StringIO
from typing import IO

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from emulation.past_results import FULL, Published
from emulation.sheets import MAX_COLUMNS, CellProblem, WorkbookRefused, open_book, read_file, used_rows
from ninhgiang.points import show
from ninhgiang.vietnamese import clean, fold

WHAT = "Tệp kết quả"
MAX_LINES = 2000
HEADING_WITHIN = 15  # the heading row is one of the first so many
MAX_PROBLEMS = 200

_TITLES = {
    "unit_name": ("Đơn vị", "Tên đơn vị", "Cơ quan, đơn vị"),
    "block_name": ("Khối", "Khối thi đua", "Nhóm"),
    "bonus": ("Điểm cộng", "Điểm thưởng"),
    "penalty": ("Điểm trừ",),
    "total": ("Tổng điểm", "Tổng"),
    "applicable_max": ("Điểm tối đa", "Tổng điểm tối đa", "Điểm tối đa áp dụng"),
    "index": ("Chỉ số", "Chỉ số (%)"),
    "rank": ("Hạng", "Xếp hạng", "Thứ hạng", "Xếp thứ"),
    "grade": ("Xếp loại", "Mức xếp loại"),
}
_COLUMNS = {fold(title): name for name, titles in _TITLES.items() for title in titles}
_IGNORED = frozenset({"", "stt", "tt", "so tt", "ghi chu"})
_AREA = re.compile(r"\s*lĩnh vực\s+([^\s.:]{1,20})[.:]?\s*(.*)", re.IGNORECASE | re.DOTALL)
_PLACES = re.compile(r"[#,]*0\.(0+)(%?)")


@dataclass(frozen=True, slots=True)
class ResultTable:
    """What a file holds: lines in order, {code: name} of area columns, titles nobody reads, name and SHA-256."""

    lines: list[Published]
    area_names: dict[str, str]
    unused: list[str]
    source_name: str = ""
    sha256: str = ""


@dataclass(slots=True)
class _Grid:
    """Rows of texts with the way to name a cell; `wrong` are the rows with a problem of their own."""

    rows: list[list[str]]
    place: Callable[[int, int], str]
    problems: list[CellProblem] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)

    def refuse(self, row: int, column: int, why: str) -> None:
        """Add what is wrong with one cell."""
        self.wrong.add(row)
        self.problems.append(CellProblem(self.place(row, column), why))


def read_results(file: IO[bytes], name: str = "") -> ResultTable:
    """Return the table of a .xlsx or CSV file, or raise WorkbookRefused with every problem and its cell."""
    data = read_file(file, WHAT)
    grid = _csv_grid(data) if _is_text(data) else _book_grid(data)
    heading, columns, areas, unused = _heading(grid)
    lines = [
        (number, _line(grid, number, columns, areas))
        for number in range(heading + 1, len(grid.rows))
        if any(grid.rows[number])
    ]
    if not lines:
        grid.refuse(heading + 1, 0, "không có dòng kết quả nào dưới dòng tiêu đề.")
    _refuse_twice(grid, lines, columns["unit_name"])
    if grid.problems:
        raise WorkbookRefused(WHAT, grid.problems[:MAX_PROBLEMS])
    return ResultTable([line for _, line in lines], dict(areas.values()), unused, name, sha256(data).hexdigest())


def _is_text(data: bytes) -> bool:
    return not data.startswith((b"PK", bytes.fromhex("D0CF11E0"))) and (
        b"\0" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    )


def _csv_grid(data: bytes) -> _Grid:
    """Read CSV in UTF-8 or UTF-16 (as Excel saves it); the separator is the one the heading uses most."""
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        problem = CellProblem("Tệp", "không phải CSV mã UTF-8. Trong Excel hãy lưu dạng “CSV UTF-8” hoặc .xlsx.")
        raise WorkbookRefused(WHAT, [problem]) from None
    first = next((line for line in text.splitlines() if "đơn vị" in line.casefold()), "")
    separator = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise WorkbookRefused(WHAT, [CellProblem("Tệp", f"CSV sai cấu trúc: dấu nháy không khép ({error}).")]) from None
    return _checked(
        [[cell.strip() for cell in row[:MAX_COLUMNS]] for row in rows],
        lambda row, column: f"dòng {row + 1}, cột {column + 1}",
    )


def _book_grid(data: bytes) -> _Grid:
    book = open_book(BytesIO(data), WHAT)
    sheet = next(one for one in book.worksheets if isinstance(one, Worksheet))
    cells = list(used_rows(sheet, 1, MAX_LINES + HEADING_WITHIN))
    grid = _checked(
        [[_shown(cell) for cell in row] for row in cells],
        lambda row, column: f"{sheet.title}!{get_column_letter(column + 1)}{row + 1}",
    )
    for row, numbers in enumerate(cells):
        for column, cell in enumerate(numbers):
            if cell.data_type == "f":
                grid.refuse(row, column, "ô chứa công thức; hãy dán giá trị.")
    return grid


def _checked(rows: list[list[str]], place: Callable[[int, int], str]) -> _Grid:
    if len(rows) > MAX_LINES + HEADING_WITHIN:
        raise WorkbookRefused(WHAT, [CellProblem("Tệp", f"có hơn {show(MAX_LINES)} dòng.")])
    return _Grid(rows, place)


def _shown(cell: Cell) -> str:
    """Return a cell as Excel shows it: a number keeps the places of its format, a share is in percent."""
    value = cell.value
    if value is None or cell.data_type == "f":
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    number = Decimal(repr(value)) * (100 if "%" in cell.number_format else 1)
    if match := _PLACES.fullmatch(cell.number_format):
        return f"{number:.{len(match[1])}f}"
    return f"{number.normalize():f}"


def _heading(grid: _Grid) -> tuple[int, dict[str, int], dict[int, tuple[str, str]], list[str]]:
    """Return (row, {name: column}, {column: (area code, name)}, titles not read); raises when there is no heading."""
    for number, row in enumerate(grid.rows[:HEADING_WITHIN]):
        if not any(_COLUMNS.get(fold(title)) == "unit_name" for title in row):
            continue
        columns: dict[str, int] = {}
        areas: dict[int, tuple[str, str]] = {}
        unused = []
        for place, title in enumerate(row):
            name, area = _COLUMNS.get(fold(title)), _AREA.fullmatch(title)
            known = name in columns or (area is not None and area[1] in dict(areas.values()))
            if known:
                grid.refuse(number, place, f"cột “{clean(title)}” có hai lần.")
            elif name:
                columns[name] = place
            elif area:
                areas[place] = (area[1], clean(area[2]) or f"Lĩnh vực {area[1]}")
            elif fold(title) not in _IGNORED:
                unused.append(clean(title))
        if not areas and not {"total", "index"} & set(columns):
            problem = "cần có ít nhất một cột: Tổng điểm, Chỉ số hoặc Lĩnh vực …"
            grid.refuse(number, 0, problem)
        return number, columns, areas, unused
    raise WorkbookRefused(WHAT, [CellProblem(grid.place(0, 0), "không thấy dòng tiêu đề có cột “Đơn vị”.")])


def _line(grid: _Grid, number: int, columns: Mapping[str, int], areas: Mapping[int, tuple[str, str]]) -> Published:
    row = grid.rows[number]

    def text(column: int | None) -> str:
        return clean(row[column]) if column is not None and column < len(row) else ""

    def points(name: str) -> Decimal | None:
        return _number(grid, number, columns[name], text(columns[name])) if name in columns else None

    unit = text(columns["unit_name"])
    if not unit or len(unit) > 300:
        why = "thiếu tên đơn vị." if not unit else "tên đơn vị dài quá 300 ký tự."
        grid.refuse(number, columns["unit_name"], why)
    given = {
        code: value
        for column, (code, _) in areas.items()
        if (value := _number(grid, number, column, text(column))) is not None
    }
    line = Published(
        unit_name=unit,
        block_name=text(columns.get("block_name"))[:200],
        areas=given,
        bonus=points("bonus") or Decimal(0),
        penalty=points("penalty") or Decimal(0),
        total=points("total"),
        applicable_max=points("applicable_max"),
        index=points("index"),
        index_decimals=_places(text(columns.get("index"))),
        rank=_whole(grid, number, columns.get("rank"), text(columns.get("rank"))),
        grade=text(columns.get("grade"))[:60],
    )
    _check_line(grid, number, line, columns)
    return line


def _check_line(grid: _Grid, number: int, line: Published, columns: Mapping[str, int]) -> None:
    if number in grid.wrong:
        return
    if line.points is None and line.index is None:
        grid.refuse(number, 0, "dòng này không có điểm, không có chỉ số.")
    if line.applicable_max == 0:
        grid.refuse(number, columns["applicable_max"], "điểm tối đa phải lớn hơn 0.")
    elif sum(line.areas.values()) > (line.applicable_max or FULL):
        total, whole = sum(line.areas.values(), start=Decimal(0)), line.applicable_max or FULL
        shown = f"{show(total)} lớn hơn điểm tối đa {show(whole)}"
        grid.refuse(number, 0, f"điểm các lĩnh vực cộng lại được {shown}.")


def _number(grid: _Grid, row: int, column: int, text: str) -> Decimal | None:
    bare = text.removesuffix("%").strip()
    if bare in ("", "-", "–"):
        return None
    try:
        number = Decimal(bare.replace(",", ".")) if len(bare) < 20 else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    why = ""
    if not number.is_finite() or number < 0 or number >= 10000:
        why = f"“{text[:40]}” không phải số từ 0 đến 9999."
    elif _places(bare) > 4:
        why = f"“{text[:40]}” có quá 4 chữ số thập phân."
    if why:
        grid.refuse(row, column, why)
        return None
    return number


def _places(text: str) -> int:
    """Return how many places follow the decimal comma or point."""
    return len(text.removesuffix("%").strip().replace(",", ".").partition(".")[2])


def _whole(grid: _Grid, row: int, column: int | None, text: str) -> int | None:
    if column is None or text in ("", "-", "–"):
        return None
    if text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 10000 and len(text) < 6:
        return int(text)
    grid.refuse(row, column, f"“{text[:40]}” không phải thứ hạng (số nguyên từ 1).")
    return None


def _refuse_twice(grid: _Grid, lines: Iterable[tuple[int, Published]], column: int) -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, line in lines:
        key = (fold(line.block_name), fold(line.unit_name))
        if key in seen and line.unit_name:
            problem = f"đơn vị “{line.unit_name}” đã có ở dòng {seen[key] + 1}."
            grid.refuse(number, column, problem)
        seen.setdefault(key, number)
