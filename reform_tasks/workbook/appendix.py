"""What was read from an appendix, in plain data that goes to JSON and back."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ninhgiang.errors import DomainError


class WorkbookError(DomainError):
    """The file cannot be read as an appendix at all; `message` says why and what to send instead."""


class Severity(StrEnum):
    """What a problem asks for: a corrected value, a person's yes, or nothing (it is only told)."""

    ERROR = "error"
    DECIDE = "decide"
    INFO = "info"


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
# What the database columns hold (reform_tasks.models.plans).
MAX_LENGTHS = {
    Column.NUMBER: 10,
    Column.TITLE: 1000,
    Column.PRODUCT: 500,
    Column.LEAD: 500,
    Column.COORDINATING: 500,
    Column.DEADLINE: 300,
}
MAX_AREA_NUMERAL, MAX_AREA_NAME = 8, 300


class RowKind(StrEnum):
    """What a row of the table is."""

    AREA = "area"
    TASK = "task"
    JOIN = "join"
    NOTE = "note"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong, at a cell ("F12", or "dòng 12, cột 6" in Word) of a sheet or table."""

    sheet: str
    cell: str
    message: str
    severity: Severity


class MarkKind(StrEnum):
    """What is special about one cell."""

    FORMULA = "formula"  # with the value Excel saved
    EMPTY_FORMULA = "empty_formula"
    ERROR_VALUE = "error_value"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something about a cell that a person should know: its column, what it is, and words for a remark."""

    column: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One filled row under the heading, as it stands in the file.

    `number` is its place in the table (the row's number in Excel); `texts` has a tidy text for each of our columns
    (an area has its numeral and name under NUMBER and TITLE, a note all its words under TITLE), `cells` the address
    of each ("lead" -> "D7"). `message` says why a note in the middle of the table is no task.
    """

    number: int
    kind: RowKind
    texts: dict[str, str]
    cells: dict[str, str]
    marks: tuple[Mark, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column of the table for the person who says what it holds: its heading, first value, and our guess."""

    index: int
    letter: str
    heading: str
    sample: str
    holds: str = ""


@dataclass(frozen=True, slots=True)
class TableChoice:
    """One table of the file: its name, how many filled rows, and whether its heading is whole."""

    name: str
    rows: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Which table of a file is read, where its rows start and what its columns hold (Column -> place from 0)."""

    table: str
    first_row: int
    columns: dict[str, int]


@dataclass(frozen=True, slots=True)
class Appendix:
    """The table as read: the lines above it, its rows, the notes below it and problems of its form.

    `known` holds what a file made by `write_appendix` says about its own tasks, by number.
    """

    layout: Layout
    tables: tuple[TableChoice, ...] = ()
    columns: tuple[ShownColumn, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()  # (address, text)
    rows: tuple[ReadRow, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    known: tuple[dict[str, Any], ...] = ()

    @property
    def sheet(self) -> str:
        """The name of the sheet or table that was read."""
        return self.layout.table

    @property
    def tasks(self) -> tuple[ReadRow, ...]:
        """The rows read as tasks."""
        return tuple(row for row in self.rows if row.kind == RowKind.TASK)

    @property
    def areas(self) -> tuple[ReadRow, ...]:
        """The rows read as areas."""
        return tuple(row for row in self.rows if row.kind == RowKind.AREA)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Appendix":
        """Return the appendix written by `to_json`; raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            layout=Layout(**data["layout"]),
            tables=tuple(TableChoice(**table) for table in data["tables"]),
            columns=tuple(ShownColumn(**column) for column in data["columns"]),
            titles=tuple((address, text) for address, text in data["titles"]),
            rows=tuple(_row(row) for row in data["rows"]),
            notes=tuple(data["notes"]),
            problems=tuple(Problem(**(row | {"severity": Severity(row["severity"])})) for row in data["problems"]),
            known=tuple(data["known"]),
        )


def _row(data: dict[str, Any]) -> ReadRow:
    marks = tuple(Mark(**mark) for mark in data["marks"])
    return ReadRow(**(data | {"kind": RowKind(data["kind"]), "marks": marks}))


def place(sheet: str, cell: str) -> str:
    """Return an address as people say it: "Phụ lục, ô D12"; "Bảng 1, dòng 12, cột 4"; the sheet alone."""
    if not cell:
        return sheet
    return f"{sheet}, {cell}" if cell.startswith("dòng") else f"{sheet}, ô {cell}"


def cell_words(cell: str) -> str:
    """Return a cell's name inside a sentence: "ô D12", "ô dòng 12, cột 4"."""
    return f"ô {cell}"
