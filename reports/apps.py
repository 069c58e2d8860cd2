"""App registration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Báo cáo, văn bản."""

    name = "reports"
    verbose_name = "Báo cáo, văn bản"
