"""The Excel summary of compiled results: units x areas, one sheet for the whole commune and one for each block.

Numbers are numbers, texts are texts: every text goes through `write_text`, so that none becomes a formula.
"""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninhgiang.cells import DAY, FAMILY, WHOLE, write_day, write_number, write_text
from reports.documents.compiled import UNRANKED, BlockResult, Compiled, UnitResult
from reports.documents.phrases import period_name

SUMMARY_SHEET = "Tổng hợp"
NOT_APPLICABLE = "Không đánh giá"
HEADER_ROW = 6
_BOLD = Font(name=FAMILY, size=12, bold=True)
_TITLE = Font(name=FAMILY, size=14, bold=True)
_ITALIC = Font(name=FAMILY, size=12, italic=True)
_THIN = Side(style="thin")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE = PatternFill("solid", fgColor="E7EFEA")
_NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]]")
_BEFORE_AREAS = ["STT", "Cơ quan, đơn vị"]
_AFTER_AREAS = ["Điểm cộng", "Điểm trừ", "Tổng điểm", "Điểm tối đa áp dụng", "Chỉ số (%)", "Xếp hạng", "Xếp loại"]
_TASKS = ["Nhiệm vụ đến hạn", "Hoàn thành", "Đúng hạn", "Sau hạn", "Chưa hoàn thành"]


def build_workbook(data: Compiled, *, made_on: date) -> bytes:
    """Return "Tổng hợp kết quả" as an xlsx file; sheets "Tổng hợp", one per block, "Nhiệm vụ" and "Nhiệm vụ chậm"."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(SUMMARY_SHEET)
    _results(sheet, data, data["blocks"], "Toàn xã", made_on, with_block=True)
    for block in data["blocks"]:
        name = sheet_name(block["name"], book.sheetnames)
        _results(book.create_sheet(name), data, [block], block["name"], made_on, with_block=False)
    _tasks(book.create_sheet(sheet_name("Nhiệm vụ", book.sheetnames)), data, made_on)
    _late(book.create_sheet(sheet_name("Nhiệm vụ chậm", book.sheetnames)), data, made_on)
    book.properties.title = f"Tổng hợp kết quả – {data['round']['name']}"
    book.properties.creator = data["issuer"]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_name(name: str, taken: list[str]) -> str:
    """Return a sheet name Excel accepts: at most 31 characters, none of []:*?/\\ and not one of `taken`."""
    base = _NOT_IN_NAMES.sub(" ", name).strip("' ") or "Khối"
    used = {one.casefold() for one in taken}
    candidate, number = base[:31].strip(), 2
    while candidate.casefold() in used:
        tail = f" ({number})"
        candidate, number = base[: 31 - len(tail)].strip() + tail, number + 1
    return candidate


def _heading(sheet: Worksheet, data: Compiled, title: str, subtitle: str, made_on: date, columns: int) -> None:
    """Rows 1 to 4: agency, title, round, day of making."""
    start, end = date.fromisoformat(data["round"]["period_start"]), date.fromisoformat(data["round"]["period_end"])
    lines = (
        (1, data["issuer"].upper(), _BOLD, "left"),
        (2, f"{title} {period_name(start, end)}".upper(), _TITLE, "center"),
        (3, f"{subtitle} – {data['round']['name']}", _ITALIC, "center"),
    )
    for row, text, font, side in lines:
        cell = write_text(sheet.cell(row, 1), text)
        cell.font = font
        cell.alignment = Alignment(horizontal=side, vertical="center")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    write_text(sheet.cell(4, 1), "Ngày tổng hợp:").font = _ITALIC
    made = sheet.cell(4, 3, made_on)
    made.number_format, made.font, made.alignment = DAY, _ITALIC, Alignment(horizontal="left")


def _headers(sheet: Worksheet, titles: list[str], widths: list[float]) -> None:
    """The table's head: repeated on each printed page, frozen on the screen."""
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = write_text(sheet.cell(HEADER_ROW, column), title)
        cell.font, cell.border, cell.fill = _BOLD, _GRID, _SHADE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    longest = max(-(-len(title) // max(1, int(width) - 2)) for title, width in zip(titles, widths, strict=True))
    sheet.row_dimensions[HEADER_ROW].height = 17 * max(2, longest)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 3)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _page(sheet: Worksheet, last_row: int, columns: int) -> None:
    """A4 landscape, margins of 15 mm and more, one page wide, page number at the top centre."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 0.79, 0.6, 0.79, 0.79
    sheet.print_options.horizontalCentered = True
    sheet.oddHeader.center.text = "&P"
    sheet.print_area = f"A1:{get_column_letter(columns)}{last_row}"


def _results(
    sheet: Worksheet, data: Compiled, blocks: list[BlockResult], subtitle: str, made_on: date, *, with_block: bool
) -> None:
    """Units x areas of some blocks."""
    areas = data["areas"]
    block_title, block_width = (["Khối"], [30.0]) if with_block else ([], [])
    area_titles = [f"{area['code']}. {area['name']} (tối đa {_shown(area['max_points'])})" for area in areas]
    titles = [*_BEFORE_AREAS, *block_title, *area_titles, *_AFTER_AREAS]
    widths = [6.0, 34.0, *block_width, *[17.0] * len(areas), 9.0, 9.0, 10.0, 12.0, 10.0, 9.0, 22.0]
    _heading(sheet, data, "Tổng hợp kết quả cải cách hành chính", subtitle, made_on, len(titles))
    _headers(sheet, titles, widths)
    row = HEADER_ROW
    for block in blocks:
        for entry in block["entries"]:
            row += 1
            _result_row(sheet, row, data, entry, block["name"] if with_block else "")
    note = write_text(sheet.cell(row + 2, 1), f"Quy tắc xếp hạng trong từng khối: {data['tie_rule']}.")
    note.font = _ITALIC
    _page(sheet, row + 2, len(titles))


def _shown(points: str) -> str:
    return f"{Decimal(points).normalize():f}".replace(".", ",")


def _result_row(sheet: Worksheet, row: int, data: Compiled, entry: UnitResult, block: str) -> None:
    write_number(sheet.cell(row, 1), row - HEADER_ROW, WHOLE)
    write_text(sheet.cell(row, 2), entry["unit"])
    column = 3
    if block:
        write_text(sheet.cell(row, column), block)
        column += 1
    for area in data["areas"]:
        points = entry["areas"].get(area["code"])
        cell = sheet.cell(row, column)
        write_text(cell, NOT_APPLICABLE) if points is None else write_number(cell, Decimal(points))
        column += 1
    for points in (entry["bonus"], entry["penalty"], entry["total"], entry["applicable_max"], entry["index"]):
        write_number(sheet.cell(row, column), Decimal(points))
        column += 1
    if entry["rank"] is None:
        write_text(sheet.cell(row, column), UNRANKED)
    else:
        write_number(sheet.cell(row, column), entry["rank"], WHOLE)
    write_text(sheet.cell(row, column + 1), entry["grade"])
    _frame(sheet, row, column + 1)


def _frame(sheet: Worksheet, row: int, columns: int) -> None:
    for column in range(1, columns + 1):
        cell = sheet.cell(row, column)
        cell.border = _GRID
        if cell.data_type == "s":
            cell.alignment = Alignment(vertical="center", wrap_text=True)


def _tasks(sheet: Worksheet, data: Compiled, made_on: date) -> None:
    """Duties by unit, then by area."""
    titles = [*_BEFORE_AREAS, *_TASKS]
    _heading(sheet, data, "Kết quả thực hiện nhiệm vụ", "Theo cơ quan, đơn vị và lĩnh vực", made_on, len(titles))
    _headers(sheet, ["STT", "Cơ quan, đơn vị / lĩnh vực", *_TASKS], [6.0, 60.0, 12.0, 12.0, 12.0, 12.0, 12.0])
    row = HEADER_ROW
    for heading, part in (("Theo cơ quan, đơn vị", data["unit_tasks"]), ("Theo lĩnh vực", data["area_tasks"])):
        row += 1
        write_text(sheet.cell(row, 2), heading).font = _BOLD
        _frame(sheet, row, len(titles))
        for position, counts in enumerate(part, start=1):
            row += 1
            write_number(sheet.cell(row, 1), position, WHOLE)
            write_text(sheet.cell(row, 2), counts["name"])
            numbers = (counts["due"], counts["done"], counts["on_time"], counts["late"], counts["missing"])
            for column, number in enumerate(numbers, start=3):
                write_number(sheet.cell(row, column), number, WHOLE)
            _frame(sheet, row, len(titles))
    _page(sheet, row, len(titles))


def _late(sheet: Worksheet, data: Compiled, made_on: date) -> None:
    """Each duty that came late or not at all, with its days."""
    titles = ["STT", "Cơ quan, đơn vị", "Số nhiệm vụ", "Nhiệm vụ", "Kỳ", "Hạn", "Ngày nộp kết quả"]
    _heading(sheet, data, "Nhiệm vụ hoàn thành sau hạn, chưa hoàn thành", "Toàn xã", made_on, len(titles))
    _headers(sheet, titles, [6.0, 34.0, 10.0, 70.0, 18.0, 13.0, 17.0])
    row = HEADER_ROW
    for task in data["late_tasks"]:
        row += 1
        write_number(sheet.cell(row, 1), row - HEADER_ROW, WHOLE)
        for column, text in enumerate((task["unit"], task["number"], task["title"], task["label"]), start=2):
            write_text(sheet.cell(row, column), text)
        _day(sheet.cell(row, 6), task["due_on"])
        _day(sheet.cell(row, 7), task["submitted_on"])
        _frame(sheet, row, len(titles))
    _page(sheet, row, len(titles))


def _day(cell: Cell, iso: str | None) -> None:
    """Write a day as a day, or say that there is none."""
    if iso is None:
        write_text(cell, "Chưa có kết quả")
        return
    write_day(cell, date.fromisoformat(iso))
