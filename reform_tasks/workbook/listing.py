"""The current list of duties as a workbook: one row per occurrence, as the screen shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninhgiang.cells import FAMILY, WHOLE, write_day, write_number, write_text

HEADER_ROW = 5
_THIN = Side(style="thin")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE = PatternFill("solid", fgColor="E7EFEA")
_BOLD = Font(name=FAMILY, size=12, bold=True)
_ITALIC = Font(name=FAMILY, size=12, italic=True)
_COLUMNS = (
    ("STT", 6.0),
    ("Số", 7.0),
    ("Nhiệm vụ", 60.0),
    ("Lĩnh vực", 10.0),
    ("Đơn vị chủ trì", 30.0),
    ("Người theo dõi", 24.0),
    ("Kỳ", 18.0),
    ("Hạn", 13.0),
    ("Tình trạng", 20.0),
    ("Lý do chậm", 22.0),
    ("Ngày gửi báo cáo", 13.0),
    ("Kết quả", 50.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """One occurrence; days are days in Vietnam."""

    number: str
    title: str
    area: str
    unit: str
    officer: str
    label: str
    due_on: date | None
    status: str
    reason: str
    sent_on: date | None
    result: str


def build_list(rows: Iterable[ListedRow], *, issuer: str, title: str, filters: str) -> bytes:
    """Return the list as an xlsx file; `filters` says in words what was asked for."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Nhiệm vụ"
    write_text(sheet.cell(1, 1), issuer.upper()).font = _BOLD
    write_text(sheet.cell(2, 1), title.upper()).font = Font(name=FAMILY, size=14, bold=True)
    write_text(sheet.cell(3, 1), filters).font = _ITALIC
    _head(sheet)
    row = HEADER_ROW
    for row, listed in enumerate(rows, start=HEADER_ROW + 1):
        _row(sheet, row, listed)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.oddHeader.center.text = "&P"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(_COLUMNS))}{row}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet) -> None:
    for column, (name, width) in enumerate(_COLUMNS, start=1):
        cell = write_text(sheet.cell(HEADER_ROW, column), name)
        cell.font, cell.border, cell.fill = _BOLD, _GRID, _SHADE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 4)


def _row(sheet: Worksheet, row: int, listed: ListedRow) -> None:
    write_number(sheet.cell(row, 1), row - HEADER_ROW, WHOLE)
    texts = {
        2: listed.number,
        3: listed.title,
        4: listed.area,
        5: listed.unit,
        6: listed.officer,
        7: listed.label,
        9: listed.status,
        10: listed.reason,
        12: listed.result,
    }
    for column, text in texts.items():
        write_text(sheet.cell(row, column), text).alignment = Alignment(vertical="center", wrap_text=True)
    for column, day in ((8, listed.due_on), (11, listed.sent_on)):
        if day is not None:
            write_day(sheet.cell(row, column), day)
    for column in range(1, len(_COLUMNS) + 1):
        sheet.cell(row, column).border = _GRID
