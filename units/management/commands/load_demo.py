"""bin/manage load_demo: the demo commune with its plan, scores and papers, into an empty database."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ninhgiang.errors import DomainError
from units.demo import COMMUNE_ACCOUNTS, DEMO_PASSWORD, UNITS, load_demo


class Command(BaseCommand):
    """Loads all or nothing; a database that has accounts is left as it is."""

    help = "Nạp xã mẫu vào cơ sở dữ liệu trống (chỉ ở chế độ dùng thử)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the commune, let every app above add its part in the order of INSTALLED_APPS, print the sign-ins."""
        try:
            with transaction.atomic():
                issuer = load_demo()
                if issuer is not None:
                    for app in settings.INSTALLED_APPS:
                        if app != "units" and "." not in app and find_spec(f"{app}.demo"):
                            import_module(f"{app}.demo").load(issuer)
        except DomainError as error:
            raise CommandError(error.message) from error
        if issuer is None:
            self.stdout.write("Cơ sở dữ liệu đã có tài khoản: giữ nguyên, không nạp xã mẫu.")
        elif int(options["verbosity"]) > 0:
            self._print_sign_ins()

    def _print_sign_ins(self) -> None:
        codes = ", ".join(plan.code.lower() for plan in UNITS)
        self.stdout.write(f"Đã nạp xã mẫu. Tài khoản dùng thử, mật khẩu đều là {DEMO_PASSWORD}:")
        for account in COMMUNE_ACCOUNTS:
            self.stdout.write(f"  {account.username:<10} {account.full_name} – {account.role.label}")
        self.stdout.write(f"  tt.<mã>    thủ trưởng đơn vị; <mã>: {codes}")
        self.stdout.write("  cv.<mã>    công chức, viên chức đơn vị")
