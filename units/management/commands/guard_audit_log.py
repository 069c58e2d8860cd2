"""bin/manage guard_audit_log: puts the append-only triggers of the audit log back."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from units import triggers


class Command(BaseCommand):
    """Installs the triggers again, for a database restored without them."""

    help = "Cài lại trigger chặn sửa, xóa nhật ký (sau khi khôi phục từ bản sao lưu không có trigger)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Drop and create the triggers in one transaction."""
        with transaction.atomic():
            triggers.install(connection)
        self.stdout.write("Nhật ký đã được bảo vệ: chỉ ghi thêm, không sửa, không xóa.")
