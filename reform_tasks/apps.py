"""App registration."""

from django.apps import AppConfig


class ReformTasksConfig(AppConfig):
    """Nhiệm vụ cải cách hành chính."""

    name = "reform_tasks"
    verbose_name = "Nhiệm vụ cải cách hành chính"
