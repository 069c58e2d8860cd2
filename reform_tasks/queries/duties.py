"""Occurrences with their status: my work, one duty, the review queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404

from ninhgiang import calendar, vietnamese
from reform_tasks.enums import FINAL_OUTCOMES, SOON_DAYS, DutyStatus, ReportState
from reform_tasks.models import Assignment, Occurrence, Plan, ProgressReport, ReportEvidence, Task
from reform_tasks.queries.evidence import with_twins
from reform_tasks.rules import issuer_ids_read_by, occurrences_of
from units.models import Unit, User

DONE_REPORT = Q(report__state=ReportState.ACCEPTED, report__outcome__in=FINAL_OUTCOMES)
# The same, seen from a row that points at the occurrence.
FINAL_REPORT = Q(occurrence__report__state=ReportState.ACCEPTED, occurrence__report__outcome__in=FINAL_OUTCOMES)
WAITING_REPORT = Q(report__state=ReportState.SUBMITTED)


def duty_status(
    *, due_on: date | None, state: str | None, outcome: str, today: date, paused: bool = False
) -> DutyStatus:
    """Return the status of one occurrence from its due day and its report (`state` None: no report yet).

    While an accepted hindrance stops the clock (`paused`) nothing is overdue.
    A day is overdue from the day after it, also when the report was sent back. "Trong kỳ này"
    ends with the quarter of `today`.
    """
    if state == ReportState.ACCEPTED and outcome in FINAL_OUTCOMES:
        return DutyStatus.DONE
    if state == ReportState.SUBMITTED:
        return DutyStatus.WAITING
    if paused:
        return DutyStatus.PAUSED
    if due_on is not None and due_on < today:
        return DutyStatus.OVERDUE
    if state == ReportState.RETURNED:
        return DutyStatus.RETURNED
    if due_on is None:
        return DutyStatus.ON_INSTRUCTION
    if due_on <= today + timedelta(days=SOON_DAYS):
        return DutyStatus.SOON
    end_of_period = calendar.quarter_end(today.year, calendar.quarter_of(today))
    return DutyStatus.OPEN if due_on <= end_of_period else DutyStatus.LATER


def status_of(occurrence: Occurrence, today: date) -> DutyStatus:
    """Return the status of an occurrence loaded with its report."""
    report = report_of(occurrence)
    return duty_status(
        due_on=occurrence.due_on,
        state=report.state if report else None,
        outcome=report.outcome if report else "",
        today=today,
        paused=occurrence.paused_on is not None,
    )


def report_of(occurrence: Occurrence) -> ProgressReport | None:
    """Return the occurrence's report, None before the first save."""
    return getattr(occurrence, "report", None)


@dataclass(frozen=True, slots=True)
class Duty:
    """One occurrence as a list shows it."""

    occurrence: Occurrence
    status: DutyStatus
    days: int | None  # days from today to the due day; negative when past

    @property
    def words(self) -> str:
        """The label before its due day; "" when the label is nothing but that day ("Hạn 15/02/2026")."""
        label = self.occurrence.label
        return "" if self.occurrence.due_on and label.startswith("Hạn ") else f"{label} · "

    @property
    def returned(self) -> bool:
        """Whether the reviewer sent the report back, overdue or not."""
        report = report_of(self.occurrence)
        return report is not None and report.state == ReportState.RETURNED

    @property
    def late_days(self) -> int:
        """How many days past the due day, 0 before it."""
        return max(0, -(self.days or 0))


def visible_occurrences(user: User) -> QuerySet[Occurrence]:
    """Return the occurrences whose reports the person may see, with unit, task, area, plan and report."""
    return _loaded(Occurrence.objects.live().filter(occurrences_of(user)))


def _loaded(occurrences: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
    """Read unit, task, area, plan and report along."""
    return occurrences.select_related(
        "assignment__unit", "assignment__task__area", "assignment__task__plan__issuer", "report"
    )


def get_occurrence_for(user: User, pk: int) -> Occurrence:
    """Return one occurrence with everything its page needs; raises Http404 for a stranger. One query.

    A withdrawn one is found too: its page says so, and a report typed meanwhile is not lost.
    """
    occurrence = (
        _loaded(Occurrence.objects.filter(occurrences_of(user)))
        .select_related("assignment__unit__parent", "report__submitted_by", "report__reviewed_by", "report__handed_by")
        .filter(pk=pk)
        .first()
    )
    if occurrence is None:
        raise Http404
    return occurrence


def duty_of(occurrence: Occurrence, today: date) -> Duty:
    """Return the occurrence with its status and the days left."""
    days = (occurrence.due_on - today).days if occurrence.due_on else None
    return Duty(occurrence, status_of(occurrence, today), days)


def matches(task: Task, wanted: str) -> bool:
    """Tell whether a task is meant by folded search text: the same rule as `reform_tasks.search.task_matches`."""
    return not wanted or wanted == vietnamese.fold(task.number) or wanted in task.search_text


def coordinated_by(units: Iterable[Unit]) -> QuerySet[Assignment]:
    """Return the tasks in which units only coordinate; they report nothing there."""
    return (
        Assignment.objects.current()
        .filter(unit__in=list(units), part="coordinate")
        .select_related("task__area", "unit")
        .order_by("task__position", "unit__position")
    )


def siblings_of(occurrence: Occurrence) -> list[Occurrence]:
    """Return the assignment's occurrences in order, for moving between them. One query."""
    found = Occurrence.objects.live().filter(assignment=occurrence.assignment_id).select_related("report")
    return list(found.order_by(F("due_on").asc(nulls_last=True), "position"))


def review_queue(user: User) -> QuerySet[ProgressReport]:
    """Return the submitted reports the person may read as a whole, oldest first."""
    return (
        ProgressReport.objects.filter(
            state=ReportState.SUBMITTED, occurrence__assignment__task__plan__issuer__in=issuer_ids_read_by(user)
        )
        .select_related(
            "occurrence__assignment__unit", "occurrence__assignment__task__area", "occurrence__assignment__task__plan"
        )
        .prefetch_related(Prefetch("evidence_uses", with_twins(ReportEvidence.objects.all())), "submitted_by")
        .order_by("submitted_at", "pk")
    )


def duties_of_task(task: Task, units: Iterable[Unit], today: date) -> list[tuple[Unit, list[Duty]]]:
    """Return the duties of one task for these units, by unit in official order. One query."""
    found = (
        Occurrence.objects.live()
        .filter(assignment__task=task, assignment__unit__in=[unit.pk for unit in units])
        .select_related("assignment__unit", "assignment__task__plan", "report")
        .order_by("assignment__unit__position", F("due_on").asc(nulls_last=True), "position")
    )
    by_unit: dict[int, tuple[Unit, list[Duty]]] = {}
    for occurrence in found:
        unit = occurrence.assignment.unit
        by_unit.setdefault(unit.pk, (unit, []))[1].append(duty_of(occurrence, today))
    return list(by_unit.values())


def plan_occurrences(plan: Plan, units: Iterable[Unit]) -> QuerySet[Occurrence]:
    """Return a plan's occurrences of these units, with what a status needs. One query."""
    return (
        Occurrence.objects.live()
        .filter(assignment__task__plan=plan, assignment__unit__in=[unit.pk for unit in units])
        .select_related("assignment", "report")
    )
