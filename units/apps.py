"""App registration."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Đơn vị và người dùng."""

    name = "units"
    verbose_name = "Đơn vị và người dùng"
