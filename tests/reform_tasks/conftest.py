"""Fixtures of the reform_tasks tests: a fixed day, short ways to the duties of the real plan."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

# Friday 10/04/2026, 09:00 in Vietnam: quarter I is over, quarter II has begun.
NOW = "2026-04-10T09:00:00+07:00"


@pytest.fixture
def now() -> Iterator[Any]:
    """Stop the clock at NOW; `now.move_to(...)` travels on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def duty(plan: Any) -> Callable[..., Any]:
    """Return a function giving the occurrence of a unit, a task number and a due day (None: the first)."""
    from reform_tasks.models import Occurrence

    def of(unit: str, number: str, due_on: date | None = None) -> Any:
        found = Occurrence.objects.filter(
            assignment__unit__code=unit, assignment__task__number=number, assignment__task__plan=plan
        )
        return (found.filter(due_on=due_on) if due_on else found).order_by("due_on", "position").first()

    return of
