"""Import a criteria set from its workbook, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from emulation.enums import SetState
from emulation.models import CriteriaSet
from emulation.queries.criteria import known_places
from emulation.services.criteria import create_criteria_set, replace_draft
from emulation.set_spec import SetSpec
from emulation.set_workbook import read_set_file
from emulation.sheets import WorkbookRefused
from ninhgiang.errors import DomainError, file_trouble
from units.models import Unit
from units.queries import the_issuer


class Command(BaseCommand):
    """The same reader as the screen; exit code 1 with every problem and its cell, and nothing is written."""

    help = "Nhập bộ tiêu chí từ tệp .xlsx (xem docs/formats.md): tạo dự thảo mới, hoặc thay dự thảo cùng mã."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="Tệp bộ tiêu chí .xlsx")
        parser.add_argument("--issuer", help="Mã đơn vị ban hành; mặc định là đơn vị ban hành duy nhất")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and write the set; print what happened and what is left to do before it can be issued."""
        try:
            issuer = the_issuer(options["issuer"])
            with options["file"].open("rb") as file:
                read = read_set_file(file, known_places(issuer))
            done = _write(issuer, read.spec)
        except OSError as error:
            raise CommandError(f"Không đọc được tệp: {file_trouble(error)}.") from error
        except WorkbookRefused as refused:
            for problem in refused.problems:
                self.stderr.write(f"{problem.place}: {problem.message}")
            raise CommandError(f"Tệp có {len(refused.problems)} chỗ cần sửa; chưa ghi gì.") from refused
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(done)
        for problem in read.unfinished:
            self.stdout.write(f"Còn phải sửa trước khi ban hành: {problem.place}: {problem.message}")


def _write(issuer: Unit, spec: SetSpec) -> str:
    existing = CriteriaSet.objects.filter(issuer=issuer, code=spec.code).first()
    if existing is None:
        created = create_criteria_set(actor=None, issuer=issuer, spec=spec, state=SetState.DRAFT)
        return f"Đã tạo dự thảo “{created.name}” ({created.code})."
    changed = replace_draft(actor=None, criteria_set=existing, spec=spec, unfinished=True)
    return f"Đã thay dự thảo “{existing.code}”." if changed else "Không có gì thay đổi."
