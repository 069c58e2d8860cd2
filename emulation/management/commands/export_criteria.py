"""Export a criteria set as the workbook that imports back unchanged."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from emulation.models import CriteriaSet
from emulation.services.criteria import spec_of
from emulation.set_workbook import write_set
from ninhgiang.errors import DomainError, file_trouble
from units.queries import the_issuer


class Command(BaseCommand):
    """Exit code 1 for an unknown code or a file that cannot be written."""

    help = "Xuất bộ tiêu chí ra tệp .xlsx, nhập lại được không đổi."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("code", help="Mã bộ tiêu chí")
        parser.add_argument("file", type=Path, help="Tệp .xlsx để ghi")
        parser.add_argument("--issuer", help="Mã đơn vị ban hành; mặc định là đơn vị ban hành duy nhất")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        try:
            issuer = the_issuer(options["issuer"])
        except DomainError as error:
            raise CommandError(error.message) from error
        found = CriteriaSet.objects.filter(issuer=issuer, code=options["code"]).first()
        if found is None:
            raise CommandError(f"Không có bộ tiêu chí mang mã “{options['code']}”.")
        try:
            options["file"].write_bytes(write_set(spec_of(found)))
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"Không ghi được tệp: {file_trouble(error)}.") from error
        self.stdout.write(f"Đã xuất “{found.name}”.")
