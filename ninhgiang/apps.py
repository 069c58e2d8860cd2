"""The project as an app: it carries the deployment checks and the template filters."""

from django.apps import AppConfig


class NinhGiangConfig(AppConfig):
    """Dự án."""

    name = "ninhgiang"
    verbose_name = "Ninh Giang"

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks  # noqa: F401 - registers itself
