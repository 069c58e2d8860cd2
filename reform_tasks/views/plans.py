"""Plans and their tasks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ninhgiang import calendar
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.deadlines import describe, rule_from_json
from reform_tasks.enums import AssignmentPart, DutyStatus
from reform_tasks.forms import LeadUnitsForm
from reform_tasks.linked import Stake, stakes_of
from reform_tasks.models import Occurrence, Task
from reform_tasks.queries import (
    OPEN_STATUS,
    Duty,
    PlanFilter,
    duties_of_task,
    get_plan_for,
    get_task_for,
    plan_rows,
    plans_with_counts,
    progress_units,
)
from reform_tasks.queries.adjustments import adjustment_numbers, changes_of_task
from reform_tasks.queries.reminders import plan_reminded
from reform_tasks.rules import may_manage_plans, may_see_all_progress, require_open_lead, require_plan_manager
from units.models import AuditEntry, Unit
from units.queries import units_of
from units.rules import SignedInRequest, issuer_of

from .assignments import officer_parts
from .tones import status_tone

STATUS_CHOICES = [(status.value, status.label) for status in DutyStatus] + [(OPEN_STATUS, "Chưa xong, chưa quá hạn")]


@require_safe
def plan_list(request: SignedInRequest) -> HttpResponse:
    """List the plans of the person's commune."""
    issuer = issuer_of(request.user)
    may_import = issuer is not None and may_manage_plans(request.user, issuer)
    context = {"plans": plans_with_counts(request.user), "may_import": may_import}
    return render(request, "reform_tasks/plan_list.html", context)


@require_safe
def plan_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a plan's areas and tasks with progress, filtered by the address."""
    plan = get_plan_for(request.user, pk)
    wanted = _filter_of(request)
    units = progress_units(request.user, plan.issuer)
    sees_all = may_see_all_progress(request.user, plan.issuer)
    areas = plan_rows(plan, wanted, units=units, today=calendar.today())
    decisions = adjustment_numbers(plan)
    for row in (row for _, rows in areas for row in rows):
        row.adjusted = ", ".join(decisions.get(row.task.pk, ()))
    context = {
        "plan": plan,
        "areas": areas,
        "wanted": wanted,
        "all_areas": plan.areas.all(),
        "all_units": units_of(plan.issuer),
        "statuses": STATUS_CHOICES if units else [],
        "sees_progress": bool(units),
        "sees_all": sees_all,
        "shown": sum(len(rows) for _, rows in areas),
        "filtered": wanted != PlanFilter(),
        "may_close": may_manage_plans(request.user, plan.issuer),
        "query": request.GET.urlencode(),
        "reminded": plan_reminded(plan) if sees_all else None,
    }
    return render(request, "reform_tasks/plan_detail.html", context)


@require_safe
def task_detail(request: SignedInRequest, pk: int, number: str) -> HttpResponse:
    """Show one task: the plan's words, who does it, and the duties of each unit the person may see."""
    return _task_page(request, get_task_for(request.user, pk, number))


@require_POST
def task_leads(request: SignedInRequest, pk: int, number: str) -> HttpResponse:
    """Name the lead units of a task whose plan names them later."""
    task = get_task_for(request.user, pk, number)
    require_plan_manager(request.user, task.plan.issuer, doing="giao đơn vị chủ trì")
    require_open_lead(task)
    form = LeadUnitsForm(request.POST, units=_unnamed(task))
    if form.is_valid():
        try:
            made = services.name_lead_units(
                actor=request.user, task=task, units=form.chosen(), version=form.cleaned_data["version"]
            )
            messages.success(request, f"Đã giao chủ trì cho {len(made)} đơn vị; các đơn vị đã được thông báo.")
            return redirect("reform_tasks:task-detail", pk, number)
        except DomainError as error:
            show_refusal(form, error)
    return _task_page(request, task, form=form, status=422)


def _filter_of(request: SignedInRequest) -> PlanFilter:
    """Read the filter from the address; an unknown value simply finds nothing."""
    get = request.GET
    return PlanFilter(
        area=get.get("linh_vuc", "").strip()[:8],
        unit=get.get("don_vi", "").strip()[:20],
        status=get.get("tinh_trang", "").strip()[:20],
        text=get.get("q", "").strip()[:100],
    )


def _unnamed(task: Task) -> list[Unit]:
    """Return the units that do not lead the task yet."""
    leading = set(task.assignments.current().filter(part=AssignmentPart.LEAD).values_list("unit", flat=True))
    return [unit for unit in units_of(task.plan.issuer) if unit.pk not in leading]


def _unit_line(unit: Unit, duties: list[Duty]) -> dict[str, Any]:
    """Return a unit with its duties and their counts, for the task's page."""
    statuses = [duty.status for duty in duties]
    return {
        "unit": unit,
        "duties": [(duty, status_tone(duty.status)) for duty in duties],
        "done": statuses.count(DutyStatus.DONE),
        "overdue": statuses.count(DutyStatus.OVERDUE),
    }


def _task_stakes(duties: list[tuple[Unit, list[Duty]]]) -> list[tuple[Unit, Occurrence, list[Stake]]]:
    """Return what each shown unit's next duty of the task is worth: its first one not done, else its last."""
    chosen = []
    for unit, found in duties:
        dated = [duty for duty in found if duty.occurrence.due_on]
        pending = [duty for duty in dated if duty.status != DutyStatus.DONE]
        if dated:
            chosen.append((unit, (pending[0] if pending else dated[-1]).occurrence))
    stakes = stakes_of(occurrence for _, occurrence in chosen)
    return [(unit, occurrence, stakes[occurrence.pk]) for unit, occurrence in chosen if stakes.get(occurrence.pk)]


def _task_page(
    request: SignedInRequest, task: Task, *, form: LeadUnitsForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the page of one task."""
    units = progress_units(request.user, task.plan.issuer)
    duties = duties_of_task(task, units, calendar.today())
    rows = (
        task.assignments.current().select_related("unit", "officer").order_by("-part", "unit__position", "unit__name")
    )  # leads first
    assignments = list(rows)
    manages = may_manage_plans(request.user, task.plan.issuer) and task.withdrawn_by is None
    may_name = task.lead_open and manages
    if may_name and form is None:
        form = LeadUnitsForm(initial={"version": task.version}, units=_unnamed(task))
    context: dict[str, Any] = {
        "task": task,
        "plan": task.plan,
        "understood": describe(rule_from_json(task.deadline_rule)),
        "parts": officer_parts(request.user, assignments, units),
        "manages": manages,
        "changes": changes_of_task(task),
        "leads": [a.unit for a in assignments if a.part == AssignmentPart.LEAD],
        "coordinating": [a.unit for a in assignments if a.part == AssignmentPart.COORDINATE],
        "by_unit": [_unit_line(unit, found) for unit, found in duties],
        "stakes": _task_stakes(duties),
        "one_each": all(len(found) == 1 for _, found in duties),
        "only_unit": request.GET.get("don_vi", ""),
        "form": form if may_name else None,
        "history": AuditEntry.objects.filter(object_type="reform_tasks.task", object_id=str(task.pk)),
    }
    return render(request, "reform_tasks/task_detail.html", context, status=status)
