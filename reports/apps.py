"""App registration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Báo cáo, văn bản."""

    name = "reports"
    verbose_name = "Báo cáo, văn bản"

    def ready(self) -> None:
        """Register the system check, the job kind and what people find on their home page."""
        from units import jobs, todo

        from . import checks  # noqa: F401  (registers itself)
        from .jobs import compile_results
        from .queries import COMPILE_JOB
        from .todo import document_duties

        jobs.register(COMPILE_JOB, compile_results)
        todo.register(document_duties)
