"""App registration."""

from django.apps import AppConfig


class EmulationConfig(AppConfig):
    """Thi đua, chấm điểm."""

    name = "emulation"
    verbose_name = "Thi đua, chấm điểm"

    def ready(self) -> None:
        """Register what the home page shows of emulation."""
        from units import todo  # apps must be loaded first

        from .todo import scoring_figures, scoring_items

        todo.register(scoring_items)
        todo.register_card(scoring_figures)

        from reform_tasks import evidence_places, evidence_readers, linked

        from .queries.evidence import places_on_scorecards, reads_on_scorecards
        from .stakes import points_at_stake, scorecards_panel

        linked.register_stakes(points_at_stake)
        linked.register_panel(scorecards_panel)
        evidence_places.register(places_on_scorecards)
        evidence_readers.register(reads_on_scorecards)
