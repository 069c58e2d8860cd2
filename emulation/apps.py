"""App registration."""

from django.apps import AppConfig


class EmulationConfig(AppConfig):
    """Thi đua, chấm điểm."""

    name = "emulation"
    verbose_name = "Thi đua, chấm điểm"
