"""Writing spreadsheet cells: texts stay texts, numbers and days stay numbers and days (architecture rule 16)."""

import re
from datetime import date
from decimal import Decimal

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POINTS, WHOLE, DAY = "0.00", "0", "dd/mm/yyyy"
FAMILY = "Times New Roman"
PLAIN = Font(name=FAMILY, size=12)
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_text(cell: Cell, text: str) -> Cell:
    """Write `text` as text: "=1+1" stays these four characters. What a workbook cannot hold is dropped."""
    cell.value = _REFUSED.sub("", text)
    cell.data_type = "s"
    cell.font = PLAIN
    return cell


def write_number(cell: Cell, value: Decimal | int, form: str = POINTS) -> Cell:
    """Write a number that Excel can add, shown in `form`."""
    cell.value = value
    cell.number_format = form
    cell.font = PLAIN
    cell.alignment = Alignment(horizontal="right", vertical="center")
    return cell


def write_day(cell: Cell, day: date) -> Cell:
    """Write a day that Excel can sort, shown day first."""
    cell.value, cell.number_format, cell.font = day, DAY, PLAIN
    return cell
