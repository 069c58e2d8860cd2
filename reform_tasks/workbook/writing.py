"""Writing a plan as the workbook that `read_appendix` reads back unchanged.

Every text is written as text: one that starts with "=" never becomes a formula (architecture rule 16).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from reform_tasks.workbook.appendix import COLUMN_NAMES, Column
from reform_tasks.workbook.known import KNOWN_SHEET

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "Phụ lục"
_FAMILY = "Times New Roman"
_PLAIN, _BOLD = Font(name=_FAMILY, size=12), Font(name=_FAMILY, size=12, bold=True)
_ITALIC = Font(name=_FAMILY, size=12, italic=True)
_THIN = Side(style="thin")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE = PatternFill("solid", fgColor="E7EFEA")
# As the reader sees it, who leaves out what is written around a number (reading.bare_number).
_NUMBERED = re.compile(r"[ .,:;()/–-]*[0-9A-HIVXL]", re.IGNORECASE)
_WIDTHS = (7, 60, 28, 30, 30, 26)


@dataclass(frozen=True, slots=True)
class WrittenTask:
    """One task: its texts by Column, and its line of what was understood (known.known_text)."""

    texts: dict[Column, str]
    known: str


@dataclass(frozen=True, slots=True)
class WrittenArea:
    """One area with its tasks in order."""

    numeral: str
    name: str
    tasks: tuple[WrittenTask, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A whole appendix: the lines above the table (the plan's name among them), areas, notes below."""

    titles: Sequence[str]
    areas: Sequence[WrittenArea]
    notes: Sequence[str] = field(default=())


def write_appendix(plan: WrittenPlan) -> bytes:
    """Return the appendix as an .xlsx file: sheet "Phụ lục", and a hidden sheet of what was understood."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    known = book.create_sheet(KNOWN_SHEET)
    known.sheet_state = "hidden"
    row = _titles(sheet, plan.titles)
    heading = row
    for column, name in enumerate(COLUMN_NAMES.values(), start=1):
        cell = _write(sheet, row, column, name, _BOLD)
        cell.fill = _SHADE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    known_row = 0
    for area in plan.areas:
        row += 1
        _write(sheet, row, 1, area.numeral, _BOLD)
        _write(sheet, row, 2, area.name, _BOLD)
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=len(COLUMN_NAMES))
        for task in area.tasks:
            row += 1
            known_row += 1
            for place, kind in enumerate(COLUMN_NAMES, start=1):
                _write(sheet, row, place, task.texts[kind], _PLAIN)
            _as_number(sheet.cell(row, 1), task.texts[Column.NUMBER])
            _text(known, known_row, 1, task.texts[Column.NUMBER])
            _text(known, known_row, 2, task.known)
    last = row
    for note in plan.notes:
        row += 1
        # Under "Sản phẩm" alone a line is never taken for an area or a task, whatever it begins with.
        _text(sheet, row, 3 if _NUMBERED.match(note) else 1, note).font = _ITALIC
    _page(sheet, heading, last)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write a text as text, whatever it starts with."""
    cell: Cell = sheet.cell(row, column)
    if text:
        cell.value = text
        cell.data_type = "s"
    return cell


def _as_number(cell: Cell, text: str) -> None:
    """Make "12" a number, as Excel users expect; "I.1", "007" and "1a" stay texts."""
    if text.isascii() and text.isdigit() and text == str(int(text)):
        cell.value = int(text)
        cell.data_type = "n"


def _write(sheet: Worksheet, row: int, column: int, text: str, font: Font) -> Cell:
    """Write one cell of the table with its frame."""
    cell = _text(sheet, row, column, text)
    cell.font, cell.border = font, _GRID
    cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="center" if column == 1 else "left")
    return cell


def _titles(sheet: Worksheet, titles: Sequence[str]) -> int:
    """Write the lines above the table; return the row of the heading."""
    for row, title in enumerate(titles, start=1):
        cell = _text(sheet, row, 1, title)
        cell.font = _BOLD if row < 3 else _ITALIC
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMN_NAMES))
    return len(titles) + 2


def _page(sheet: Worksheet, heading: int, last: int) -> None:
    """A4 landscape, one page wide, the heading on each page."""
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"C{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_area = f"A1:F{max(last, heading)}"
