"""Recompute every published result and say whether it still follows from its inputs."""

from typing import Any

from django.core.management.base import BaseCommand

from emulation.services.proof import check_published_versions
from ninhgiang.calendar import moment_text


class Command(BaseCommand):
    """Exit code 0: all published versions are proved; 1: at least one is not."""

    help = "Tính lại mọi kết quả đã công bố từ số liệu gốc; mã thoát 1 khi có sai lệch."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all versions, print one line for each and every difference."""
        checks = check_published_versions()
        for check in checks:
            word = "khớp" if check.ok else "LỆCH"
            self.stdout.write(f"{word}: {check.version} ({moment_text(check.checked_at)})")
            for difference in check.differences:
                self.stdout.write(f"  - {difference}")
        if not checks:
            self.stdout.write("Chưa có kết quả nào được công bố.")
        if any(not check.ok for check in checks):
            raise SystemExit(1)
