"""The Excel summary of compiled results: units x areas, one sheet for the whole commune and one for each block.

Numbers are numbers, texts are texts: every text goes through `write_text`, so that none becomes a formula.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninhgiang.cells import DAY, FAMILY, POINTS, WHOLE, write_day, write_number, write_text
from reports.documents.compiled import (
    UNRANKED,
    AreaPlan,
    BlockResult,
    Compiled,
    UnitResult,
    all_entries,
    extra_parts,
    index_decimals,
)
from reports.documents.phrases import lowered_words, period_name
from reports.documents.ranking_annexes import reasons

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
_EXTRAS = {
    "bonus": "Điểm cộng",
    "penalty": "Điểm trừ",
    "late": "Trừ nộp chậm",
    "lifted": "Bù để tổng không dưới 0",
}
_TASKS = ["Nhiệm vụ đến hạn", "Hoàn thành", "Đúng hạn", "Sau hạn", "Chưa hoàn thành"]


def build_workbook(data: Compiled, *, made_on: date) -> bytes:
    """Return "Tổng hợp kết quả" as an xlsx file; sheets "Tổng hợp", one per block, "Giải thích", tasks."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(SUMMARY_SHEET)
    _results(sheet, data, data["blocks"], "Toàn xã", made_on, with_block=True)
    for block in data["blocks"]:
        name = sheet_name(block["name"], book.sheetnames)
        _results(book.create_sheet(name), data, [block], block["name"], made_on, with_block=False)
    _reasons(book.create_sheet(sheet_name("Giải thích", book.sheetnames)), data, made_on)
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
    """Units x areas of some blocks; under the table the rules by which it was made."""
    columns = _columns(data, with_block=with_block)
    width = len(columns) + 1
    _heading(sheet, data, "Tổng hợp kết quả cải cách hành chính", subtitle, made_on, width)
    _headers(sheet, ["STT", *(one.title for one in columns)], [6.0, *(one.width for one in columns)])
    row = HEADER_ROW
    for block in blocks:
        for entry in block["entries"]:
            row += 1
            write_number(sheet.cell(row, 1), row - HEADER_ROW, WHOLE)
            for place, column in enumerate(columns, start=2):
                column.write(sheet.cell(row, place), entry, block)
            _frame(sheet, row, width)
    row += 1
    for line in _rules(data):
        row += 1
        write_text(sheet.cell(row, 1), line).font = _ITALIC
    _page(sheet, row, width)


def _rules(data: Compiled) -> list[str]:
    """Return what is printed under each table of results."""
    skipped = data["skipped_areas"]
    return [
        "Chỉ số = Tổng điểm / Điểm tối đa áp dụng x 100.",
        *([f"Không tính lĩnh vực {', '.join(skipped)} đối với mọi cơ quan, đơn vị."] if skipped else []),
        f"Xếp loại theo chỉ số (%): {data['band_rule']}",
        f"Quy tắc xếp hạng trong từng khối: {data['tie_rule']}.",
    ]


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a table of results: its head, its width, and what it writes of a unit."""

    title: str
    width: float
    write: Callable[[Cell, UnitResult, BlockResult], object]


def _text(title: str, width: float, of: Callable[[UnitResult], str]) -> _Column:
    return _Column(title, width, lambda cell, entry, _: write_text(cell, of(entry)))


def _points(title: str, width: float, name: str, form: str = POINTS) -> _Column:
    return _Column(title, width, lambda cell, entry, _: write_number(cell, Decimal(_of(entry, name)), form))


def _of(entry: UnitResult, name: str) -> str:
    return str(entry[name])  # type: ignore[literal-required]


def _columns(data: Compiled, *, with_block: bool) -> list[_Column]:
    """Return the columns of a table of results; those of vetoes and of heads only where there are any."""
    index_form = f"0.{'0' * index_decimals(data)}".rstrip(".")
    found = [_text("Cơ quan, đơn vị", 34.0, lambda entry: entry["unit"])]
    if with_block:
        found.append(_Column("Khối", 30.0, lambda cell, _, block: write_text(cell, block["name"])))
    found += [_area(area) for area in data["areas"]]
    found += [_points(_EXTRAS[name], 9.0, name) for name in extra_parts(data)]
    found += [
        _points("Tổng điểm", 10.0, "total"),
        _points("Điểm tối đa áp dụng", 12.0, "applicable_max"),
        _points("Chỉ số (%)", 10.0, "index", index_form),
        _Column("Xếp hạng", 9.0, lambda cell, entry, _: _rank(cell, entry)),
        _text("Xếp loại", 22.0, lambda entry: entry["grade"]),
    ]
    if data["has_heads"]:
        found.append(_text("Xếp loại người đứng đầu", 22.0, lambda entry: entry["head_grade"]))
    if any(entry["veto"] for entry in all_entries(data)):
        found.append(_text("Xếp loại trước khống chế", 22.0, lambda entry: entry["original_grade"]))
        found.append(_text("Khống chế", 44.0, lambda entry: lowered_words(entry["veto"])))
    return found


def _area(area: AreaPlan) -> _Column:
    def write(cell: Cell, entry: UnitResult, _: BlockResult) -> object:
        points = entry["areas"].get(area["code"])
        return write_text(cell, NOT_APPLICABLE) if points is None else write_number(cell, Decimal(points))

    return _Column(f"{area['code']}. {area['name']} (tối đa {_shown(area['max_points'])})", 17.0, write)


def _shown(points: str) -> str:
    return f"{Decimal(points).normalize():f}".replace(".", ",")


def _rank(cell: Cell, entry: UnitResult) -> Cell:
    return write_text(cell, UNRANKED) if entry["rank"] is None else write_number(cell, entry["rank"], WHOLE)


def _reasons(sheet: Worksheet, data: Compiled, made_on: date) -> None:
    """How each total adds up and why each unit stands where it stands, as the ranking explains it."""
    titles = ["STT", "Cơ quan, đơn vị", "Khối", "Tổng điểm", "Chỉ số, thứ hạng, xếp loại"]
    _heading(sheet, data, "Giải thích kết quả", "Toàn xã", made_on, len(titles))
    _headers(sheet, titles, [6.0, 34.0, 30.0, 60.0, 80.0])
    row = HEADER_ROW
    for block in data["blocks"]:
        for entry in block["entries"]:
            row += 1
            write_number(sheet.cell(row, 1), row - HEADER_ROW, WHOLE)
            texts = (entry["unit"], block["name"], entry["sum_words"], reasons(entry))
            for column, text in enumerate(texts, start=2):
                write_text(sheet.cell(row, column), text)
            _frame(sheet, row, len(titles))
    _page(sheet, row, len(titles))


def _frame(sheet: Worksheet, row: int, columns: int) -> None:
    for column in range(1, columns + 1):
        cell = sheet.cell(row, column)
        cell.border = _GRID
        if cell.data_type == "s":
            cell.alignment = Alignment(vertical="center", wrap_text=True)


def _tasks(sheet: Worksheet, data: Compiled, made_on: date) -> None:
    """Duties by unit, then by area."""
    titles = ["STT", "Cơ quan, đơn vị / lĩnh vực", *_TASKS]
    _heading(sheet, data, "Kết quả thực hiện nhiệm vụ", "Theo cơ quan, đơn vị và lĩnh vực", made_on, len(titles))
    _headers(sheet, titles, [6.0, 60.0, 12.0, 12.0, 12.0, 12.0, 12.0])
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
