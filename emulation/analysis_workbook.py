"""The analysis of a round as an Excel file: points lost by criterion, self-score against result by unit."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from emulation.analysis import CriterionLoss, SelfGap
from ninhgiang.cells import FAMILY, WHOLE, write_number, write_text

_LOSS_TITLES = (
    *("Mã", "Tiêu chí", "Lĩnh vực", "Số đơn vị", "Điểm có thể đạt", "Điểm đạt", "Điểm mất", "Tỷ lệ mất (%)"),
    *("Số đơn vị đạt tối đa", "Số đơn vị 0 điểm", "Nhận xét"),
)


def write_analysis(title: str, found: Sequence[CriterionLoss], rounds: Sequence[str], gaps: Sequence[SelfGap]) -> bytes:
    """Return the workbook; `rounds` are the names of the columns of `gaps`."""
    book = Workbook()
    losses: Any = book.active
    losses.title = "Mất điểm theo tiêu chí"
    _head(losses, f"{title}: điểm mất theo tiêu chí", _LOSS_TITLES)
    for number, one in enumerate(found, start=3):
        for place, words in enumerate((one.code, one.name, one.area), start=1):
            write_text(losses.cell(number, place), words).alignment = Alignment(wrap_text=True, vertical="top")
        write_number(losses.cell(number, 4), one.units, WHOLE)
        for place, points in enumerate((one.possible, one.earned, one.lost, one.lost_share), start=5):
            write_number(losses.cell(number, place), points)
        write_number(losses.cell(number, 9), one.full, WHOLE)
        write_number(losses.cell(number, 10), one.zero, WHOLE)
        write_text(losses.cell(number, 11), remark(one))
    by_unit = book.create_sheet("Tự chấm và kết quả")
    _head(by_unit, f"{title}: điểm tự chấm trừ điểm được công nhận", ("Đơn vị", *rounds, "Bình quân"))
    for number, gap in enumerate(gaps, start=3):
        write_text(by_unit.cell(number, 1), gap.unit)
        for place, known in enumerate((*gap.gaps, gap.mean), start=2):
            if known is not None:
                write_number(by_unit.cell(number, place), known)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def remark(one: CriterionLoss) -> str:
    """Return what stands out of a criterion, "" for nothing."""
    if one.all_full:
        return "Mọi đơn vị đạt tối đa"
    return "Không đơn vị nào có điểm" if one.all_zero else ""


def _head(sheet: Any, title: str, titles: Sequence[str]) -> None:
    write_text(sheet.cell(1, 1), title).font = Font(name=FAMILY, size=14, bold=True)
    for place, words in enumerate(titles, start=1):
        cell = write_text(sheet.cell(2, place), words)
        cell.font = Font(name=FAMILY, size=12, bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        wide = words in ("Tiêu chí", "Đơn vị")
        sheet.column_dimensions[get_column_letter(place)].width = 60 if wide else 24 if words == "Nhận xét" else 14
    sheet.freeze_panes = "B3"
