"""Finding the table: the heading row by its words, whatever the order of the columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from ninhgiang.vietnamese import clean, fold
from reform_tasks.workbook.appendix import COLUMN_NAMES, Column, Layout, ShownColumn, TableChoice, WorkbookError
from reform_tasks.workbook.grid import Row, Table, address_of

HEADING_WITHIN = 60  # rows from the top
MAX_HEADING_LENGTH = 60
REQUIRED = (Column.TITLE, Column.LEAD, Column.DEADLINE)
_WHOLE = (Column.NUMBER, *REQUIRED)
_NUMBER_WORDS = frozenset({"tt", "stt", "so tt", "so thu tu", "thu tu"})
_LEAST_WIDTH, _LEAST_ROWS = 3, 2
SAMPLE_LENGTH = 80


@dataclass(frozen=True)
class Heading:
    """A table's heading: its last row, the column (0 = A) of each kind, and doubles (kind, kept, left out)."""

    row: int
    columns: dict[Column, int]
    doubles: tuple[tuple[Column, int, int], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every column a plan needs is announced."""
        return all(column in self.columns for column in _WHOLE)


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


def find_heading(table: Table) -> Heading | None:
    """Return the heading of a table, on one row or on two (a merged heading over "Chủ trì | Phối hợp").

    The first whole one, else the one that announces most; None when no row announces two columns.
    """
    best: Heading | None = None
    top = [row for row in table.rows if row.number <= HEADING_WITHIN]
    for index, row in enumerate(top):
        if not is_heading_like(row):
            continue
        heading = _with_second_row(row, top[index + 1] if index + 1 < len(top) else None)
        if heading.complete:
            return heading
        if best is None or len(heading.columns) > len(best.columns):
            best = heading
    return best


def _with_second_row(row: Row, below: Row | None) -> Heading:
    """Join a second heading row under the first one, if there is one: it announces more, and holds no task number."""
    columns = columns_in(row)
    if below is not None:
        more = {column: at for column, at in columns_in(below).items() if columns.get(column) != at}
        number = below.cell(columns.get(Column.NUMBER, 0))
        if more and (not number.text or number.covered or column_of(number.text)):
            taken = columns | {column: at for column, at in more.items() if _is_finer(row, columns, column, at)}
            return Heading(below.number, taken)
    return Heading(row.number, columns, _doubles(row, columns))


def _is_finer(row: Row, columns: dict[Column, int], column: Column, at: int) -> bool:
    """A second row adds what is missing, and parts a column whose merged heading stood over several."""
    return column not in columns or (at > columns[column] and not row.text(at))


def _doubles(row: Row, columns: dict[Column, int]) -> tuple[tuple[Column, int, int], ...]:
    """Return the columns that announce what another one does already."""
    found = []
    for index, cell in enumerate(row.cells):
        column = column_of(cell.text) if 0 < len(cell.text) <= MAX_HEADING_LENGTH else None
        if column is not None and columns[column] != index:
            found.append((column, columns[column], index))
    return tuple(found)


def choose_table(tables: Sequence[Table]) -> tuple[Table, Heading | None]:
    """Return the first table with a whole heading, else the one that announces most, else the first that may be one.

    Raises WorkbookError when no table can be a plan's appendix.
    """
    found = [(table, find_heading(table)) for table in tables if may_be_appendix(table)]
    if not found:
        names = ", ".join(f"“{name}”" for name in COLUMN_NAMES.values())
        raise WorkbookError(f"Không tìm thấy bảng nhiệm vụ nào trong tệp. Bảng cần có các cột {names}.")
    return max(found, key=lambda pair: (pair[1].complete, len(pair[1].columns)) if pair[1] else (False, 0))


def may_be_appendix(table: Table) -> bool:
    """Say whether a person might mean this table: at least three columns and two rows, or some heading of ours."""
    return table.width >= _LEAST_WIDTH and len(table.rows) >= _LEAST_ROWS


def table_choices(tables: Sequence[Table]) -> tuple[TableChoice, ...]:
    """Return the tables a person may choose from."""
    return tuple(
        TableChoice(table.name, len(table.rows), bool((heading := find_heading(table)) and heading.complete))
        for table in tables
        if may_be_appendix(table)
    )


def layout_of(table: Table, heading: Heading | None) -> Layout:
    """Return the layout a heading gives; without one the second row on is read and no column is known."""
    if heading is None:
        return Layout(table.name, table.rows[0].number + 1, {})
    return Layout(table.name, heading.row + 1, {column.value: at for column, at in heading.columns.items()})


def shown_columns(table: Table, layout: Layout) -> tuple[ShownColumn, ...]:
    """Return every column with what stands over it, its first value, and what it is taken for."""
    holds = {at: column for column, at in layout.columns.items()}
    above = [row for row in table.rows if row.number < layout.first_row][-2:]
    above = [row for row in above if row is above[-1] or is_heading_like(row)]
    body = [row for row in table.rows if row.number >= layout.first_row]
    found = []
    for index in range(min(table.width, 40)):
        heading = " / ".join(dict.fromkeys(clean(row.text(index)) for row in above if row.text(index)))
        sample = next((clean(row.text(index)) for row in body if row.text(index)), "")
        if heading or sample or index in holds:
            letter = address_of(1, index, in_word=table.rows[0].in_word)
            name = f"Cột {index + 1}" if table.rows[0].in_word else f"Cột {letter[:-1]}"
            found.append(ShownColumn(index, name, heading[:200], sample[:SAMPLE_LENGTH], holds.get(index, "")))
    return tuple(found)
