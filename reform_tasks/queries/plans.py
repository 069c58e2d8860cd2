"""Reads of plans, their tasks and the imports that wait for confirmation."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404

from ninhgiang import vietnamese
from reform_tasks.deadlines import describe, rule_from_json
from reform_tasks.enums import AssignmentPart, DutyStatus
from reform_tasks.models import Area, Assignment, Plan, PlanImport, Task
from reform_tasks.rules import issuer_ids_around, may_see_all_progress, unit_ids_of
from units.models import Unit, User
from units.queries import units_of

from .duties import matches, plan_occurrences, status_of


def visible_to(user: User) -> QuerySet[Plan]:
    """Return the plans of the issuers the person works under. A plan is an issued paper: every role reads it."""
    return Plan.objects.filter(issuer__in=issuer_ids_around(user))


def plans_with_counts(user: User) -> QuerySet[Plan]:
    """Return the visible plans with `area_count` and `task_count`."""
    return visible_to(user).annotate(area_count=Count("areas", distinct=True), task_count=Count("tasks", distinct=True))


def get_plan_for(user: User, pk: int) -> Plan:
    """Return a plan with its issuer; raises Http404 for a stranger."""
    plan = visible_to(user).select_related("issuer").filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def get_task_for(user: User, plan_pk: int, number: str) -> Task:
    """Return one task of a visible plan; raises Http404 for a stranger or an unknown number."""
    task = (
        Task.objects.filter(plan__in=visible_to(user), plan=plan_pk, number=number)
        .select_related("area", "plan__issuer", "withdrawn_by", "added_by")
        .first()
    )
    if task is None:
        raise Http404
    return task


def get_import_for(user: User, pk: UUID) -> PlanImport:
    """Return an import of an issuer the person works under; raises Http404 for a stranger."""
    plan_import = PlanImport.objects.filter(pk=pk, issuer__in=issuer_ids_around(user)).select_related("issuer").first()
    if plan_import is None:
        raise Http404
    return plan_import


def latest_plan(issuer: Unit) -> Plan | None:
    """Return the newest plan of an issuer."""
    return Plan.objects.filter(issuer=issuer).order_by("-year", "-issued_on", "-pk").first()


@dataclass(slots=True)
class TaskRow:
    """One task of a plan as its table shows it; counts are over the units the reader may see."""

    task: Task
    understood: str
    leads: list[Unit] = field(default_factory=list)
    coordinating: list[Unit] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    adjusted: str = ""  # numbers of the decisions that changed it

    @property
    def total(self) -> int:
        """How many occurrences the counts cover."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """How many of them are done."""
        return self.counts[DutyStatus.DONE]

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return self.counts[DutyStatus.OVERDUE]

    @property
    def overdue_words(self) -> str:
        """The overdue count as its badge says it."""
        return f"{self.overdue} kỳ quá hạn"

    @property
    def waiting(self) -> int:
        """How many wait for the reviewer."""
        return self.counts[DutyStatus.WAITING]


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What the reader asked for, from the address; empty values mean all."""

    area: str = ""
    unit: str = ""
    status: str = ""
    text: str = ""


def progress_units(user: User, issuer: Unit) -> list[Unit]:
    """Return the units whose progress the person sees: all for the progress readers, else the own ones."""
    units = list(units_of(issuer))
    if may_see_all_progress(user, issuer):
        return units
    own = unit_ids_of(user)
    return [unit for unit in units if unit.pk in own]


def assignments_by_task(tasks: Iterable[Task]) -> dict[int, list[Assignment]]:
    """Return the assignments of tasks with their units, in official order. One query."""
    found: dict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.current().filter(task__in=list(tasks)).select_related("unit")
    for assignment in rows.order_by("unit__position", "unit__name"):
        found[assignment.task_id].append(assignment)
    return found


def plan_rows(plan: Plan, wanted: PlanFilter, *, units: list[Unit], today: date) -> list[tuple[Area, list[TaskRow]]]:
    """Return the plan's areas with the task rows that fit the filter; progress is counted over `units` only.

    Four queries, whatever the number of tasks. Areas left empty by a filter are dropped.
    """
    shown = [unit for unit in units if unit.code == wanted.unit] if wanted.unit else units
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for occurrence in plan_occurrences(plan, shown):
        counts[occurrence.assignment.task_id][status_of(occurrence, today)] += 1
    tasks = list(plan.tasks.select_related("area"))
    people = assignments_by_task(tasks)
    folded = vietnamese.fold(wanted.text)
    rows: dict[int, list[TaskRow]] = defaultdict(list)
    for task in tasks:
        row = task_row(task, people[task.pk], counts[task.pk])
        if _fits(row, wanted, folded):
            rows[task.area_id].append(row)
    return [(area, rows[area.pk]) for area in plan.areas.all() if rows[area.pk]]


def task_row(task: Task, assignments: list[Assignment], counts: Counter[str]) -> TaskRow:
    """Return the row of one task."""
    return TaskRow(
        task,
        describe(rule_from_json(task.deadline_rule)),
        [a.unit for a in assignments if a.part == AssignmentPart.LEAD],
        [a.unit for a in assignments if a.part == AssignmentPart.COORDINATE],
        counts,
    )


def _fits(row: TaskRow, wanted: PlanFilter, folded: str) -> bool:
    """Tell whether a row answers the filter; with a status and a unit, that unit must have such an occurrence."""
    if wanted.area and row.task.area.numeral != wanted.area:
        return False
    if wanted.unit and wanted.unit not in {unit.code for unit in (*row.leads, *row.coordinating)}:
        return False
    if wanted.status == OPEN_STATUS:
        if not any(row.counts[status] for status in OPEN_STATUSES):
            return False
    elif wanted.status and not row.counts[wanted.status]:
        return False
    return matches(row.task, folded)


# "Chưa xong, chưa quá hạn": what the board counts as still open.
OPEN_STATUS = "con-lai"
OPEN_STATUSES = tuple(status for status in DutyStatus if status not in (DutyStatus.DONE, DutyStatus.OVERDUE))


def has_plan_for(issuer: Unit, year: int) -> bool:
    """Tell whether a plan of this year has been imported."""
    return Plan.objects.filter(issuer=issuer, year=year).exists()
