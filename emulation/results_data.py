"""A result table as data between preview and import, and the workbook people start from."""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from emulation.past_results import Published
from emulation.results_table import ResultTable
from ninhgiang.cells import FAMILY, write_text

_START = (
    ("STT", "1"),
    ("Đơn vị", "Tên đơn vị như đã công bố"),
    ("Khối", "Tên khối"),
    ("Lĩnh vực I. Tên lĩnh vực", "38,5"),
    ("Lĩnh vực II. Tên lĩnh vực", "42"),
    ("Điểm cộng", "1"),
    ("Điểm trừ", "0"),
    ("Tổng điểm", "81,5"),
    ("Điểm tối đa", "100"),
    ("Chỉ số", "81,50"),
    ("Hạng", "1"),
    ("Xếp loại", "Tốt"),
)


def template_file() -> bytes:
    """Return a workbook with the headings alone and one invented line."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Kết quả"
    for number, row in enumerate(zip(*_START, strict=True), start=1):
        for place, text in enumerate(row, start=1):
            write_text(sheet.cell(number, place), text).font = Font(name=FAMILY, size=12, bold=number == 1)
            sheet.column_dimensions[get_column_letter(place)].width = 32 if place in (2, 4, 5) else 14
    sheet.freeze_panes = "C2"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


_DECIMALS = ("bonus", "penalty", "total", "applicable_max", "index")
_PLAIN = ("unit_name", "block_name", "index_decimals", "rank", "grade")


def table_data(table: ResultTable) -> dict[str, Any]:
    """Return a table as JSON, for a signed preview; `table_from` reads it back."""
    return {
        "lines": [
            {name: getattr(line, name) for name in _PLAIN}
            | {name: None if getattr(line, name) is None else str(getattr(line, name)) for name in _DECIMALS}
            | {"row": line.row, "areas": {code: str(points) for code, points in line.areas.items()}}
            for line in table.lines
        ],
        "area_names": table.area_names,
        "unused": table.unused,
        "source_name": table.source_name,
        "sha256": table.sha256,
        "notes": table.notes,
    }


def table_from(data: Mapping[str, Any]) -> ResultTable:
    """Return the table of `table_data`."""
    return ResultTable(
        lines=[_line_from(one) for one in data["lines"]],
        area_names=dict(data["area_names"]),
        unused=list(data["unused"]),
        source_name=data["source_name"],
        sha256=data["sha256"],
        notes=list(data["notes"]),
    )


def _line_from(data: Mapping[str, Any]) -> Published:
    decimals: dict[str, Any] = {name: None if data[name] is None else Decimal(data[name]) for name in _DECIMALS}
    areas = {code: Decimal(points) for code, points in data["areas"].items()}
    row = data.get("row", 0)  # a preview signed by an older version has none
    return Published(areas=areas, row=row, **decimals, **{name: data[name] for name in _PLAIN})
