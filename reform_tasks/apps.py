"""App registration."""

from django.apps import AppConfig


class ReformTasksConfig(AppConfig):
    """Nhiệm vụ cải cách hành chính."""

    name = "reform_tasks"
    verbose_name = "Nhiệm vụ cải cách hành chính"

    def ready(self) -> None:
        """Put the tasks on the home page."""
        from units import digests, succession
        from units.todo import register, register_card

        from . import evidence_places, todo, todo_requests  # models are ready only now
        from .queries.digests import duty_lines, weekly_lines
        from .queries.evidence import places_on_tasks
        from .queries.succession import list_duties
        from .services.succession import move_duties

        succession.register(list_duties, move_duties)
        register(todo.unit_items)
        register(todo.reviewer_items)
        register(todo.leader_items)
        register(todo_requests.head_items)
        register(todo_requests.extension_items)
        register(todo_requests.hindrance_items)
        register_card(todo.figures)
        digests.register(duty_lines, instead_of=(todo.unit_items,))
        evidence_places.register(places_on_tasks)
        digests.register(weekly_lines, instead_of=(todo.leader_items,))
