"""Measure the preview of a large appendix: seconds and extra memory, nothing kept (numbers in docs/formats.md)."""

import json
import resource
import sys
import time
from datetime import date
from io import BytesIO
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.template.loader import render_to_string

from reform_tasks.forms import ImportForm, LayoutForm, PreviewForms
from reform_tasks.queries.previews import resolve_preview
from reform_tasks.services import preview_import
from reform_tasks.workbook import Column, WrittenArea, WrittenPlan, WrittenTask, write_appendix
from units.models import Unit

_DEADLINES = ("Trước ngày 15/12", "Quý II/2026", "Hằng tháng, trước ngày 05", "Thường xuyên", "30/6", "Hằng tuần")
_LEADS = ("Phòng Kinh tế", "VP HĐND&UBND", "Các cơ quan, đơn vị", "P. VH-XH; TT PVHCC", "Tổ công tác số 1")
_AREA_SIZE = 70


def peak_megabytes() -> float:
    """Return the most memory this process has held so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 1024**2


def large_appendix(rows: int) -> bytes:
    """Return a workbook of `rows` tasks in areas of seventy."""
    tasks = [
        WrittenTask(
            {
                Column.NUMBER: str(number),
                Column.TITLE: f"Nhiệm vụ thứ {number}: rà soát, cập nhật và công khai kết quả theo quy định",
                Column.PRODUCT: "Báo cáo kết quả",
                Column.LEAD: _LEADS[number % len(_LEADS)],
                Column.COORDINATING: "Các cơ quan, đơn vị",
                Column.DEADLINE: _DEADLINES[number % len(_DEADLINES)],
            },
            "",
        )
        for number in range(1, rows + 1)
    ]
    numerals = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    areas = [
        WrittenArea(numeral, f"Lĩnh vực {numeral}", tuple(tasks[at : at + _AREA_SIZE]))
        for numeral, at in zip(numerals, range(0, rows, _AREA_SIZE), strict=False)
    ]
    return write_appendix(WrittenPlan(["PHỤ LỤC", "CẢI CÁCH HÀNH CHÍNH NĂM 2026"], areas, ()))


class Command(BaseCommand):
    """Đo thời gian và bộ nhớ của một bản xem trước lớn."""

    help = "Đo việc đọc, hiểu và hiển thị bản xem trước của một phụ lục lớn; không ghi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--rows", type=int, default=500, help="Số nhiệm vụ, nhiều nhất 700")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, resolve and render once; print seconds and megabytes as JSON."""
        issuer = Unit.objects.filter(is_issuer=True).first()
        if issuer is None or not 1 <= options["rows"] <= _AREA_SIZE * 10:
            raise CommandError("Cần một đơn vị ban hành và số nhiệm vụ từ 1 đến 700.")
        render_to_string("_components/field.html", {"field": ImportForm()["number"]})  # what a process loads once
        content = large_appendix(options["rows"])
        before = peak_megabytes()
        began = time.perf_counter()
        with transaction.atomic():
            plan_import = preview_import(
                actor=None,
                issuer=issuer,
                file=BytesIO(content),
                file_name="do.xlsx",
                number="1/KH-UBND",
                issued_on=date(2026, 1, 14),
            )
            read = time.perf_counter()
            preview = resolve_preview(plan_import)
            resolved = time.perf_counter()
            forms = PreviewForms(preview)
            context = {"plan_import": plan_import, "preview": preview, "forms": forms, "editable": True}
            page = render_to_string(
                "reform_tasks/_import_body.html", context | {"layout": LayoutForm(preview.appendix)}
            )
            shown = time.perf_counter()
            transaction.set_rollback(True)
        plan_import.source.delete(save=False)
        answer = {
            "rows": len(preview.rows),
            "seconds_read": round(read - began, 2),
            "seconds_resolve": round(resolved - read, 2),
            "seconds_render": round(shown - resolved, 2),
            "seconds": round(shown - began, 2),
            "extra_megabytes": round(peak_megabytes() - before, 1),
            "page_kilobytes": len(page.encode()) // 1024,
        }
        self.stdout.write(json.dumps(answer))
