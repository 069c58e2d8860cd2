"""Fixtures of the reform_tasks tests: a fixed day, short ways to the duties of the real plan."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
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


@pytest.fixture
def only(commune: Any) -> Callable[..., Any]:
    """Return a function making one small plan: unit codes with the due days of the one task each unit leads."""
    from reform_tasks.deadlines import read_deadline, rule_to_json
    from reform_tasks.models import Area, Assignment, Occurrence, Plan, Task

    def make(**wanted: Any) -> list[Any]:
        plan = Plan.objects.create(
            issuer=commune.issuer,
            number="14/KH-UBND",
            issued_on=date(2026, 1, 14),
            year=2026,
            title="Kế hoạch",
            imported_at=datetime(2026, 1, 14, tzinfo=UTC),
        )
        area = Area.objects.create(plan=plan, numeral="I", name="Cải cách thể chế", position=1)
        made = []
        for number, (code, days) in enumerate(wanted.items(), start=1):
            task = Task.objects.create(
                plan=plan,
                area=area,
                number=str(number),
                title=f"Việc {number}",
                lead_text=code,
                deadline_text="Hằng tháng",
                deadline_kind="recurring",
                deadline_rule=rule_to_json(read_deadline("Hằng tháng", 2026)),
                position=number,
            )
            assignment = Assignment.objects.create(task=task, unit=commune.units[code], part="lead")
            made += [
                Occurrence.objects.create(assignment=assignment, label=f"Kỳ {position}", due_on=day, position=position)
                for position, day in enumerate(days, start=1)
            ]
        return made

    return make


@pytest.fixture
def keep_file(commune: Any) -> Callable[..., Any]:
    """Return a function that puts bytes into a unit's library; a PDF counts as read, with `pages` pages."""
    from reform_tasks.models import Evidence, EvidenceReading
    from reform_tasks.services import add_evidence
    from tests.reform_tasks.books import PDF, upload

    def of(content: bytes = PDF, name: str = "Quyết định 12.pdf", unit: str = "KT", pages: int = 5) -> Any:
        actor = commune.people[f"cv.{unit.lower()}"]
        evidence = add_evidence(actor=actor, unit=commune.units[unit], upload=upload(content, name))
        EvidenceReading.objects.filter(evidence=evidence).update(state="done", page_count=pages, has_text=True)
        return Evidence.objects.select_related("unit__parent").get(pk=evidence.pk)

    return of
