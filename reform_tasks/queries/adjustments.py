"""Decisions that adjust a plan: their list, what they would change, what they changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from ninhgiang.calendar import SpecialDays
from reform_tasks.enums import AdjustmentState, AssignmentPart, TaskChangeKind
from reform_tasks.models import Assignment, Occurrence, Plan, PlanAdjustment, Task, TaskChange
from reform_tasks.task_words import LABELS, TaskWords, differences, shown, words_from_json, words_of
from units.models import Unit, User
from units.queries import special_days_of, units_of

from .plans import visible_to
from .schedules import Schedule, Step, changed, schedule_steps, withdrawal_steps


@dataclass(slots=True)
class UnitSteps:
    """What one change does to the duties of one unit; `words` says what becomes of its part."""

    unit: Unit
    words: str
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class ChangePreview:
    """One change of a draft: fields (label, before, after), its consequences, and why it cannot be applied."""

    change: TaskChange
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    units: list[UnitSteps] = field(default_factory=list)
    problem: str = ""

    @property
    def title(self) -> str:
        """The task's number and title."""
        task = self.change.task
        return str(task) if task else f"{self.change.after['number']}. {self.change.after['title']}"

    def count(self, kind: str) -> int:
        """Return how many duties appear, move or disappear ("add", "move", "withdraw")."""
        return sum(step.kind == kind for line in self.units for step in line.steps)

    @property
    def touched(self) -> list[UnitSteps]:
        """The units whose duties change."""
        return [line for line in self.units if line.steps]

    @property
    def untouched(self) -> str:
        """The units whose part changes but none of their duties, by name."""
        return "; ".join(f"{line.unit.name} ({line.words.lower()})" for line in self.units if not line.steps)

    @property
    def counts(self) -> str:
        """The consequences in one line."""
        words = (("add", "thêm"), ("move", "đổi hạn"), ("withdraw", "bỏ"))
        parts = [f"{word} {count} kỳ" for kind, word in words if (count := self.count(kind))]
        return ", ".join(parts) or "không đổi kỳ nào"


def adjustments_of(plan: Plan) -> QuerySet[PlanAdjustment]:
    """Return a plan's adjustments, newest first, with their changes and tasks. Two queries."""
    changes = Prefetch("changes", TaskChange.objects.select_related("task").order_by("task__position", "pk"))
    return plan.adjustments.select_related("created_by", "applied_by").prefetch_related(changes).order_by("-pk")


def get_adjustment_for(user: User, pk: int) -> PlanAdjustment:
    """Return an adjustment of a visible plan; raises Http404 for a stranger."""
    adjustment = (
        PlanAdjustment.objects.filter(pk=pk, plan__in=visible_to(user))
        .select_related("plan__issuer", "applied_by")
        .first()
    )
    if adjustment is None:
        raise Http404
    return adjustment


def changes_of_task(task: Task) -> list[tuple[TaskChange, list[tuple[str, str, str]]]]:
    """Return the applied changes of a task, oldest first, with their fields. Two queries."""
    found = list(task.changes.filter(adjustment__state=AdjustmentState.APPLIED).select_related("adjustment"))
    names = _names(units_ever(task.plan.issuer)) if found else {}
    return [(change, _fields(change.before, change.after, names)) for change in found]


def units_ever(issuer: Unit) -> list[Unit]:
    """Return the issuer's units, those no longer active too, in official order."""
    return list(Unit.objects.filter(parent=issuer).order_by("position", "name"))


def applied_changes(adjustment: PlanAdjustment) -> list[ChangePreview]:
    """Return what an applied adjustment changed. Two queries."""
    names = _names(units_ever(adjustment.plan.issuer))
    found = adjustment.changes.select_related("task").order_by("task__position", "pk")
    return [ChangePreview(change, _fields(change.before, change.after, names)) for change in found]


def preview_adjustment(adjustment: PlanAdjustment, *, today: date) -> list[ChangePreview]:
    """Return what a draft would change if it were applied today."""
    plan = adjustment.plan
    units = {unit.code: unit for unit in units_of(plan.issuer)}
    special = special_days_of(plan.issuer_id)
    cut = max(adjustment.effective_on, today)
    rows = adjustment.changes.select_related("task__area", "task__plan").order_by("task__position", "pk")
    return [_preview(change, plan, units, special, cut) for change in rows]


def _preview(change: TaskChange, plan: Plan, units: dict[str, Unit], special: SpecialDays, cut: date) -> ChangePreview:
    shown_change = ChangePreview(change)
    task = change.task
    if task is not None and task.version != change.task_version:
        shown_change.problem = "Nhiệm vụ đã thay đổi sau khi soạn mục này; hãy mở mục này, xem và lưu lại."
    names = _names([*units.values(), *(units_ever(plan.issuer) if task else ())])
    before = words_of(task) if task else None
    if change.kind == TaskChangeKind.WITHDRAW:
        shown_change.units = _withdrawal(task, cut) if task else []
        return shown_change
    after = words_from_json(change.after)
    if before is None:
        after_json = after.to_json()
        shown_change.fields = [
            (LABELS[name], "", text) for name in LABELS if (text := shown(name, after_json[name], names))
        ]
    else:
        old, new = before.to_json(), after.to_json()
        changed_names = differences(before, after)
        shown_change.fields = [(LABELS[n], shown(n, old[n], names), shown(n, new[n], names)) for n in changed_names]
    shown_change.units = _consequences(task, before, after, Schedule(after.rule, plan, cut, special), units)
    return shown_change


def _withdrawal(task: Task, cut: date) -> list[UnitSteps]:
    return [
        UnitSteps(row.unit, "Thôi chủ trì", withdrawal_steps(_live(row), cut))
        for row in task.assignments.current().filter(part=AssignmentPart.LEAD).select_related("unit")
    ]


def _consequences(
    task: Task | None, before: TaskWords | None, after: TaskWords, wanted: Schedule, units: dict[str, Unit]
) -> list[UnitSteps]:
    """Return what happens to each unit that leads before or after."""
    leading = {row.unit.code: row for row in _leading(task)}
    lines = []
    for code, row in leading.items():
        if code not in after.leads:
            lines.append(UnitSteps(row.unit, "Thôi chủ trì", withdrawal_steps(_live(row), wanted.cut)))
        elif before is None or before.deadline_rule != after.deadline_rule:
            lines.append(UnitSteps(row.unit, "Vẫn chủ trì", changed(schedule_steps(_live(row), wanted))))
    new = [units[code] for code in after.leads if code in units and code not in leading]
    lines += [UnitSteps(unit, "Nhận chủ trì", schedule_steps(_ended(task, unit), wanted)) for unit in new]
    return lines


def _leading(task: Task | None) -> Iterable[Assignment]:
    if task is None:
        return []
    return task.assignments.current().filter(part=AssignmentPart.LEAD).select_related("unit").order_by("unit__position")


def _live(assignment: Assignment) -> list[Occurrence]:
    return list(Occurrence.objects.live().filter(assignment=assignment).select_related("report"))


def _ended(task: Task | None, unit: Unit) -> list[Occurrence]:
    """Return what a unit kept from the time it led the task before."""
    found = Occurrence.objects.live().filter(
        assignment__task=task, assignment__unit=unit, assignment__part=AssignmentPart.LEAD
    )
    return list(found.select_related("report")) if task else []


def _names(units: Iterable[Unit]) -> dict[str, str]:
    return {unit.code: unit.name for unit in units}


def _fields(before: dict[str, Any], after: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the stored fields of a change as shown, in the order of the appendix."""
    return [
        (label, shown(name, before[name], names) if name in before else "", shown(name, after[name], names))
        for name, label in LABELS.items()
        if name in after and (name in before or shown(name, after[name], names))
    ]


def adjustment_numbers(plan: Plan) -> dict[int, list[str]]:
    """Return {task id: numbers of the decisions that changed it}, oldest first. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = TaskChange.objects.filter(adjustment__plan=plan, adjustment__state=AdjustmentState.APPLIED)
    for task_id, number in rows.order_by("adjustment__applied_at", "pk").values_list("task", "adjustment__number"):
        if task_id is not None:
            found[task_id].append(number)
    return found
