"""Fixtures of the reform_tasks tests: a fixed day, the real plan, short ways to its duties."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from tests.conftest import PLAN_WORKBOOK, Commune

# Friday 10/04/2026, 09:00 in Vietnam: quarter I is over, quarter II has begun.
NOW = "2026-04-10T09:00:00+07:00"


@pytest.fixture
def now() -> Iterator[Any]:
    """Stop the clock at NOW; `now.move_to(...)` travels on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def plan(commune: Commune) -> Any:
    """The real plan 14/KH-UBND of 2026, imported from its workbook by the reviewer."""
    from reform_tasks.services import confirm_import, preview_import

    reviewer = commune.people["vhxh"]
    with PLAN_WORKBOOK.open("rb") as file:
        plan_import = preview_import(
            actor=reviewer,
            issuer=commune.issuer,
            file=file,
            file_name=PLAN_WORKBOOK.name,
            number="14/KH-UBND",
            issued_on=date(2026, 1, 14),
        )
    return confirm_import(actor=reviewer, plan_import=plan_import).plan


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
