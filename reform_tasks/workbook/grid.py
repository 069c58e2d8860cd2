"""A table as rows of cells, whether it stood on an Excel sheet or in a Word file."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

MAX_TABLE_ROWS = 20_000
MAX_COLUMNS = 40
MAX_FILLED_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its address, tidy text, whether it is a formula or an Excel error value.

    `covered`: the text belongs to a merged cell that began in a row above. `remark` is what a person should know
    about how the text was come by. `value` and `number_format` are what Excel holds, for readers that need a number
    as it is shown or must know that a cell is not text.
    """

    address: str
    text: str
    is_formula: bool = False
    is_error: bool = False
    covered: bool = False
    remark: str = ""
    value: object = None
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number and its cells from the first column on."""

    number: int
    cells: tuple[Cell, ...]
    in_word: bool = False

    def text(self, column: int) -> str:
        """Return the text in a column (0 = A), "" beyond the last cell."""
        return self.cells[column].text if column < len(self.cells) else ""

    def cell(self, column: int) -> Cell:
        """Return the cell in a column (0 = A), an empty one beyond the last."""
        if column < len(self.cells):
            return self.cells[column]
        return Cell(address_of(self.number, column, in_word=self.in_word), "")

    @property
    def filled(self) -> tuple[Cell, ...]:
        """The cells that hold something of their own or under a merged cell."""
        return tuple(cell for cell in self.cells if cell.text or cell.is_formula)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or one table of a Word file: its name, filled rows, and the lines of text around it.

    `cut` tells that there are more filled rows than the program reads; `far_row` is the number of a row that holds
    something far below the end of the table and was not read (0: none).
    """

    name: str
    rows: tuple[Row, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    cut: bool = False
    far_row: int = 0

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row.cells) for row in self.rows), default=0)


def address_of(row: int, column: int, *, in_word: bool) -> str:
    """Return a cell's address: "D12" on a sheet, "dòng 12, cột 4" in Word (column from 0)."""
    return f"dòng {row}, cột {column + 1}" if in_word else f"{get_column_letter(column + 1)}{row}"


def keep_row(row: Row) -> bool:
    """Say whether a row holds anything but texts of merged cells that began above it."""
    return any(not cell.covered for cell in row.filled)
