"""App registration."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Đơn vị và người dùng."""

    name = "units"
    verbose_name = "Đơn vị và người dùng"

    def ready(self) -> None:
        """Register the system checks and what the administrator has to do."""
        from . import accounts, checks, todo  # noqa: F401  (they need loaded models)

        todo.register(accounts.duties)
        todo.register_card(accounts.figures)
