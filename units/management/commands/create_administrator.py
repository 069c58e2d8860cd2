"""bin/manage create_administrator: the first account of a real commune, in an empty database."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ninhgiang.errors import DomainError
from units.enums import RoleKind
from units.models import Unit
from units.models.people import USERNAME_RULE
from units.services import create_person, found_commune, found_units
from units.standard import BLOCKS, STANDARD_UNITS


class Command(BaseCommand):
    """Founds the commune when its code is new, then opens an administrator's account with a temporary password."""

    help = "Lập xã (nếu chưa có) và tạo tài khoản quản trị; in mật khẩu tạm một lần."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the account and the commune."""
        parser.add_argument("username", help="Tên đăng nhập: chữ thường không dấu, chữ số, dấu chấm, gạch nối.")
        parser.add_argument("--name", required=True, help="Họ và tên người quản trị.")
        parser.add_argument("--unit-name", required=True, help="Ví dụ: Ủy ban nhân dân xã Ninh Giang.")
        parser.add_argument("--unit-short-name", default="", help="Ví dụ: UBND xã Ninh Giang (mặc định: rút gọn).")
        parser.add_argument("--unit-code", default="UBND")
        parser.add_argument("--place", required=True, help="Địa danh ghi trên văn bản, ví dụ: Ninh Giang.")
        parser.add_argument("--symbol", default="UBND", help="Ký hiệu cơ quan ban hành trong số văn bản.")
        parser.add_argument("--standard-units", action="store_true", help="Lập luôn các phòng, đơn vị thường có.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it all in one transaction and print the temporary password."""
        try:
            USERNAME_RULE(options["username"].lower())
            with transaction.atomic():
                issuer = self._issuer(options)
                _, password = create_person(
                    by=None,
                    issuer=issuer,
                    username=options["username"],
                    full_name=options["name"],
                    unit=issuer,
                    role_kind=RoleKind.ADMINISTRATOR,
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Đã tạo tài khoản quản trị {options['username'].lower()} cho {issuer.name}.")
        self.stdout.write(f"Mật khẩu tạm (chỉ hiện lần này, phải đổi khi đăng nhập): {password}")

    @staticmethod
    def _issuer(options: dict[str, Any]) -> Unit:
        """Return the commune with this code, founded now when it is new."""
        found = Unit.objects.filter(parent=None, code=options["unit_code"], is_issuer=True).first()
        if found is not None:
            return found
        name = options["unit_name"]
        issuer = found_commune(
            by=None,
            name=name,
            short_name=options["unit_short_name"] or name.replace("Ủy ban nhân dân", "UBND"),
            code=options["unit_code"],
            symbol=options["symbol"],
            place=options["place"],
        )
        if options["standard_units"]:
            found_units(by=None, issuer=issuer, blocks=BLOCKS, units=STANDARD_UNITS)
        return issuer
