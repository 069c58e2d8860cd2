"""What the scoring of units takes from the tasks: how many were due, done, on time (decision 0010)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from ninhgiang import calendar, points
from reform_tasks.enums import FINAL_OUTCOMES, AssignmentPart, ReportState
from reform_tasks.models import AcceptedPart, Occurrence
from units.models import Unit

from .duties import DONE_REPORT


@dataclass(slots=True)
class TaskFacts:
    """Counts of a unit's lead occurrences in a period; due = done + missing, done = on_time + late.

    `items` explains each one: occurrence, number, title, label, due_on and submitted_on (ISO, the latter may be
    None), verdict ("on_time", "late" or "missing"), and for a missing one `accepted_percent` when a part of it was
    accepted ("60"; decision 0020: a part is no fraction of a duty, it only explains).
    """

    due: int = 0
    done: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0
    items: list[dict[str, Any]] = field(default_factory=list)


def task_facts(unit: Unit, period_start: date, period_end: date, as_of: date) -> TaskFacts:
    """Return the facts of one unit; see `task_facts_for`. One query."""
    return task_facts_for([unit], period_start, period_end, as_of)[unit.pk]


def task_facts_for(units: Iterable[Unit], period_start: date, period_end: date, as_of: date) -> dict[int, TaskFacts]:
    """Return {unit id: TaskFacts} for lead occurrences due inside the period (both ends in) and not after `as_of`.

    Done means an accepted report that closes the occurrence ("Đã hoàn thành" or "Không phát sinh"); on time when
    the accepted submission came on or before the due day in Vietnam. Submissions after `as_of` do not count:
    computing again for the same day gives the same numbers as long as no report is reviewed in between. A duty whose
    clock an accepted hindrance has stopped is not due until it runs again (decision 0021), unless it is done.
    One query for any number of units.
    """
    facts = {unit.pk: TaskFacts() for unit in units}
    parts = AcceptedPart.objects.filter(
        report__occurrence=OuterRef("pk"), submitted_at__lte=calendar.end_of_day(as_of)
    ).order_by("-accepted_at", "-pk")
    occurrences = (
        Occurrence.objects.live()
        .annotate(accepted_percent=Subquery(parts.values("percent")[:1]))
        .filter(
            Q(paused_on__isnull=True) | Q(DONE_REPORT, report__isnull=False),
            Q(due_on__gte=period_start, due_on__lte=min(period_end, as_of)),
            assignment__unit__in=list(facts),
            assignment__part=AssignmentPart.LEAD,
        )
        .select_related("assignment__task", "report")
        .order_by("due_on", "assignment__task__position", "position", "pk")
    )
    for occurrence in occurrences:
        _add(facts[occurrence.assignment.unit_id], occurrence, as_of)
    return facts


def _add(facts: TaskFacts, occurrence: Occurrence, as_of: date) -> None:
    """Count one occurrence and note it."""
    submitted_on = _accepted_on(occurrence, as_of)
    due_on = occurrence.due_on or date.max  # the query gives none without a day
    verdict = "missing" if submitted_on is None else "on_time" if submitted_on <= due_on else "late"
    facts.due += 1
    facts.done += verdict != "missing"
    facts.on_time += verdict == "on_time"
    facts.late += verdict == "late"
    facts.missing += verdict == "missing"
    task = occurrence.assignment.task
    facts.items.append(
        {
            "occurrence": occurrence.pk,
            "number": task.number,
            "title": task.title,
            "label": occurrence.label,
            "due_on": due_on.isoformat(),
            "submitted_on": submitted_on.isoformat() if submitted_on else None,
            "verdict": verdict,
            **_part(occurrence, verdict),
        }
    )


def _part(occurrence: Occurrence, verdict: str) -> dict[str, str]:
    """Return how much of a missing duty was accepted, nothing when nothing was."""
    percent: Decimal | None = occurrence.accepted_percent  # type: ignore[attr-defined]  # annotated above
    return {"accepted_percent": points.show(percent)} if verdict == "missing" and percent is not None else {}


def _accepted_on(occurrence: Occurrence, as_of: date) -> date | None:
    """Return the Vietnamese day of the accepted, closing submission; None when there is none up to `as_of`."""
    report = getattr(occurrence, "report", None)
    if report is None or report.state != ReportState.ACCEPTED or report.outcome not in FINAL_OUTCOMES:
        return None
    day = calendar.local_date(report.submitted_at)
    if report.document_on is not None:  # told by telephone before it was signed: the signing decides
        day = max(day, report.document_on)
    return day if day <= as_of else None
