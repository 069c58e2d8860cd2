"""Import a plan's appendix from the command line, all or nothing."""

import json
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ninhgiang.errors import DomainError, file_trouble
from ninhgiang.fields import VietnameseDateField
from reform_tasks.queries.previews import Preview, resolve_preview
from reform_tasks.services import NOTHING_CHANGED, ImportResult, confirm_import, preview_import
from reform_tasks.workbook import Severity
from units.models import Unit
from units.queries import the_issuer


def typed_date(text: str) -> date:
    """Read 2026-01-14 or 14/01/2026."""
    try:
        found = VietnameseDateField().clean(text)
    except ValidationError as error:
        raise ArgumentTypeError(" ".join(error.messages)) from error
    return found  # type: ignore[no-any-return]


class Command(BaseCommand):
    """Nhập phụ lục kế hoạch: same rules as the screen; problems end it with exit code 1 and change nothing."""

    help = "Nhập phụ lục kế hoạch CCHC từ tệp .xlsx hoặc .docx. Mã thoát 1 khi có ô cần sửa hoặc cần quyết định."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="Tệp phụ lục .xlsx hoặc .docx")
        parser.add_argument("--sheet", default="", help='Tên trang Excel, hoặc bảng của Word như "Bảng 2"')
        parser.add_argument("--number", required=True, help="Số, ký hiệu kế hoạch, ví dụ 14/KH-UBND")
        parser.add_argument("--date", required=True, type=typed_date, help="Ngày ban hành: 2026-01-14 hoặc 14/01/2026")
        parser.add_argument("--year", type=int, help="Năm của kế hoạch; mặc định là năm ban hành")
        parser.add_argument("--issuer", help="Mã đơn vị ban hành; mặc định là đơn vị ban hành duy nhất")
        parser.add_argument("--dry-run", action="store_true", help="Chỉ kiểm tra, không ghi gì")
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check and import; print the outcome."""
        try:
            issuer = the_issuer(options["issuer"])
            with transaction.atomic():
                preview = self._preview(issuer, options)
                result = None
                if not preview.open_problems:
                    result = confirm_import(actor=None, plan_import=preview.plan_import)
                if options["dry_run"] or result is None:
                    transaction.set_rollback(True)
                    preview.plan_import.source.delete(save=False)
        except DomainError as error:
            raise CommandError(error.message) from error
        self._print(preview, result, options)
        if result is None:
            raise SystemExit(1)

    def _preview(self, issuer: Unit, options: dict[str, Any]) -> Preview:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                plan_import = preview_import(
                    actor=None,
                    issuer=issuer,
                    file=file,
                    file_name=path.name,
                    number=options["number"],
                    issued_on=options["date"],
                    year=options["year"],
                    table=options["sheet"],
                )
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {path}: {file_trouble(error)}.") from error
        return resolve_preview(plan_import)

    def _print(self, preview: Preview, result: ImportResult | None, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(
                json.dumps(self._as_json(preview, result, dry_run=options["dry_run"]), ensure_ascii=False, indent=2)
            )
            return
        for problem in preview.problems:
            if problem.severity != Severity.INFO:
                self.stdout.write(f"{problem.address}: {problem.message}")
        self.stdout.write(
            f"Kế hoạch {preview.plan_import.number}: {len(preview.areas)} lĩnh vực, {len(preview.rows)} nhiệm vụ, "
            f"{preview.assignment_count} phân công, {preview.occurrence_count} kỳ thực hiện."
        )
        if result is None:
            self.stdout.write(f"Chưa nhập: còn {len(preview.open_problems)} ô cần sửa hoặc cần quyết định.")
        elif not result.created:
            self.stdout.write(f"{NOTHING_CHANGED}.")
        else:
            self.stdout.write("Chạy thử: chưa ghi gì." if options["dry_run"] else "Đã nhập.")

    def _as_json(self, preview: Preview, result: ImportResult | None, *, dry_run: bool) -> dict[str, Any]:
        return {
            "plan": {
                "id": result.plan.pk if result and not dry_run else None,
                "number": preview.plan_import.number,
                "issued_on": preview.plan_import.issued_on.isoformat(),
                "year": preview.year,
            },
            "sheet": preview.appendix.sheet,
            "notes": preview.notes,
            "areas": len(preview.areas),
            "tasks": len(preview.rows),
            "assignments": preview.assignment_count,
            "occurrences": preview.occurrence_count,
            "created": result.created if result else 0,
            "unchanged": result.unchanged if result else 0,
            "dry_run": dry_run,
            "problems": [
                {
                    "sheet": problem.sheet,
                    "cell": problem.cell,
                    "row": problem.row or None,
                    "column": problem.column or None,
                    "task": problem.task or None,
                    "message": problem.message,
                    "severity": problem.severity,
                }
                for problem in preview.problems
            ],
        }
