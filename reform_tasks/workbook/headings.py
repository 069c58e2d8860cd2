"""Finding the table: the heading row by its words, whatever the order of the columns."""

from dataclasses import dataclass
from enum import StrEnum

from ninhgiang.vietnamese import fold
from reform_tasks.workbook.appendix import WorkbookError
from reform_tasks.workbook.opening import Row, Sheet

HEADING_WITHIN = 60  # rows from the top
MAX_HEADING_LENGTH = 60


class Column(StrEnum):
    """What a column of the appendix holds."""

    NUMBER = "number"
    TITLE = "title"
    PRODUCT = "product"
    LEAD = "lead"
    COORDINATING = "coordinating"
    DEADLINE = "deadline"


COLUMN_NAMES = {
    Column.NUMBER: "TT",
    Column.TITLE: "Nhiệm vụ",
    Column.PRODUCT: "Sản phẩm, kết quả",
    Column.LEAD: "Cơ quan, đơn vị chủ trì",
    Column.COORDINATING: "Cơ quan, đơn vị phối hợp",
    Column.DEADLINE: "Thời gian thực hiện",
}
REQUIRED = (Column.NUMBER, Column.TITLE, Column.LEAD, Column.DEADLINE)
_NUMBER_WORDS = frozenset({"tt", "stt", "so tt", "so thu tu", "thu tu"})


@dataclass(frozen=True)
class Heading:
    """Where the table starts: the heading's last row and the column (0 = A) of each kind."""

    row: int
    columns: dict[Column, int]


def column_of(text: str) -> Column | None:
    """Return what a heading cell announces, None when it is none of ours ("Ghi chú")."""
    words = fold(text)
    if words in _NUMBER_WORDS:
        return Column.NUMBER
    if "chu tri" in words and "phoi hop" not in words:
        return Column.LEAD
    if "phoi hop" in words and "chu tri" not in words:
        return Column.COORDINATING
    if words.startswith(("thoi gian", "thoi han", "han hoan thanh", "han thuc hien", "tien do")):
        return Column.DEADLINE
    if words.startswith(("san pham", "ket qua")):
        return Column.PRODUCT
    if words.startswith(("nhiem vu", "noi dung", "ten nhiem vu", "cong viec")):
        return Column.TITLE
    return None


def columns_in(row: Row) -> dict[Column, int]:
    """Return the columns a row announces, the first one of each kind."""
    found: dict[Column, int] = {}
    for index, cell in enumerate(row.cells):
        column = column_of(cell.text) if 0 < len(cell.text) <= MAX_HEADING_LENGTH else None
        if column is not None:
            found.setdefault(column, index)
    return found


def is_heading_like(row: Row) -> bool:
    """Say whether a row announces at least two columns: a title above the table may happen to announce one."""
    return len(columns_in(row)) >= 2


def _refuse_double(row: Row, columns: dict[Column, int]) -> None:
    """Raise WorkbookError when two columns announce the same."""
    for index, cell in enumerate(row.cells):
        column = column_of(cell.text)
        if column in columns and column != Column.PRODUCT and columns[column] != index:
            raise WorkbookError(
                f"Ô {row.cell(columns[column]).address} và {cell.address} cùng là cột “{COLUMN_NAMES[column]}”."
                " Hãy đổi tên một cột."
            )


def find_heading(sheet: Sheet) -> Heading | None:
    """Return the heading of a sheet's table, on one row or on two (a merged heading over "Chủ trì | Phối hợp").

    None when nothing looks like one; raises WorkbookError naming the columns that a half-made heading lacks.
    """
    partial: dict[Column, int] = {}
    top = [row for row in sheet.rows if row.number <= HEADING_WITHIN]
    for index, row in enumerate(top):
        if not is_heading_like(row):
            continue
        columns = columns_in(row)
        if _complete(columns):
            _refuse_double(row, columns)
            below = top[index + 1] if index + 1 < len(top) else None
            return Heading(row.number, columns) if below is None else _with_second_row(row, columns, below)
        if index + 1 < len(top):
            joined = columns_in(top[index + 1]) | columns
            if _complete(joined):
                return Heading(top[index + 1].number, joined)
        partial = max(partial, columns, key=len)
    if len(partial) >= 3:
        missing = ", ".join(f"“{COLUMN_NAMES[column]}”" for column in REQUIRED if column not in partial)
        raise WorkbookError(f"Bảng ở trang “{sheet.name}” thiếu cột {missing}.")
    return None


def _with_second_row(row: Row, columns: dict[Column, int], below: Row) -> Heading:
    """Let a second heading row add "Phối hợp" to a heading already complete without it."""
    more = {column: at for column, at in columns_in(below).items() if column not in columns}
    if more and not below.text(columns[Column.NUMBER]):
        return Heading(below.number, columns | more)
    return Heading(row.number, columns)


def _complete(columns: dict[Column, int]) -> bool:
    return all(column in columns for column in REQUIRED)
