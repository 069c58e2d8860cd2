"""System checks of the units app, run by ``bin/manage check --deploy``."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

from . import triggers


@register(Tags.security, deploy=True)
def no_demo_accounts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report demo accounts in a production database: they cannot sign in, but do not belong there."""
    from .models import User  # checks are registered before the models are ready

    if settings.DEMO:
        return []
    try:
        found = User.objects.filter(is_demo=True).count()
    except DatabaseError:  # not migrated yet
        return []
    if not found:
        return []
    hint = "Dùng cơ sở dữ liệu mới cho hệ thống thật; tài khoản dùng thử không đăng nhập được ở đây."
    return [Error(f"Có {found} tài khoản dùng thử (is_demo) trong cơ sở dữ liệu.", hint=hint, id="units.E001")]


@register(Tags.security, deploy=True)
def audit_log_is_guarded(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report a database whose audit table lost its append-only triggers."""
    try:
        if triggers.TABLE not in connection.introspection.table_names() or triggers.installed(connection):
            return []
    except DatabaseError:
        return []
    hint = "Chạy bin/manage guard_audit_log."
    return [Error("Bảng nhật ký không còn trigger chặn sửa, xóa.", hint=hint, id="units.E002")]
