"""What bin/serve does to the database at each start, in one process because starts are waited for."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    """Migrates; with --demo also loads the demo commune into an empty database."""

    help = "Cập nhật cấu trúc cơ sở dữ liệu; với --demo nạp cả xã mẫu vào cơ sở dữ liệu trống."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --demo."""
        parser.add_argument("--demo", action="store_true", help="nạp xã mẫu nếu chưa có tài khoản nào")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run both commands quietly; their errors are this command's errors."""
        call_command("migrate", verbosity=0)
        if options["demo"]:
            call_command("load_demo", verbosity=0)
