"""Điều chỉnh kế hoạch: the list, the draft with its preview, the words of each task."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninhgiang import calendar
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal, with_typed
from reform_tasks import services
from reform_tasks.enums import AdjustmentState, TaskChangeKind
from reform_tasks.forms import (
    AdjustmentForm,
    TaskWordsForm,
    VersionForm,
    WithdrawTaskForm,
    heading_initial,
    words_initial,
)
from reform_tasks.models import PlanAdjustment, Task, TaskChange
from reform_tasks.queries import get_plan_for
from reform_tasks.queries.adjustments import (
    adjustments_of,
    applied_changes,
    get_adjustment_for,
    preview_adjustment,
)
from reform_tasks.rules import may_manage_plans, require_plan_manager
from reform_tasks.task_words import TaskWords, words_from_json, words_of
from units.queries import history_of, units_of
from units.rules import SignedInRequest

DOING = "điều chỉnh kế hoạch"
_FORMS = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def adjustment_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """List the decisions that adjusted a plan; drafts only for who writes them."""
    plan = get_plan_for(request.user, pk)
    manages = may_manage_plans(request.user, plan.issuer)
    found = adjustments_of(plan)
    shown = found if manages else found.filter(state=AdjustmentState.APPLIED)
    return render(
        request, "reform_tasks/adjustment_list.html", {"plan": plan, "adjustments": shown, "manages": manages}
    )


@_FORMS
def adjustment_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin the draft of a decision."""
    plan = get_plan_for(request.user, pk)
    require_plan_manager(request.user, plan.issuer, doing=DOING)
    form = AdjustmentForm(request.POST if request.method == "POST" else None, initial={"version": 0})
    if form.is_bound and form.is_valid():
        try:
            made = services.start_adjustment(actor=request.user, plan=plan, **form.heading())
        except DomainError as error:
            show_refusal(form, with_typed(error, form))
        else:
            return redirect("reform_tasks:adjustment-detail", made.pk)
    context = {"plan": plan, "form": form}
    return render(request, "reform_tasks/adjustment_form.html", context, status=422 if form.errors else 200)


@_FORMS
def adjustment_edit(request: SignedInRequest, adjustment_id: int) -> HttpResponse:
    """Correct the heading of a draft."""
    adjustment = _draft(request, adjustment_id)
    initial = heading_initial(adjustment)
    form = AdjustmentForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.change_adjustment(
                actor=request.user, adjustment=adjustment, version=form.cleaned_data["version"], **form.heading()
            )
        except DomainError as error:
            show_refusal(form, with_typed(error, form))
        else:
            return redirect("reform_tasks:adjustment-detail", adjustment.pk)
    context = {"plan": adjustment.plan, "form": form, "adjustment": adjustment}
    return render(request, "reform_tasks/adjustment_form.html", context, status=422 if form.errors else 200)


@require_safe
def adjustment_detail(request: SignedInRequest, adjustment_id: int) -> HttpResponse:
    """Show what a decision changed, or what a draft would change."""
    return _page(request, get_adjustment_for(request.user, adjustment_id))


@require_POST
def adjustment_discard(request: SignedInRequest, adjustment_id: int) -> HttpResponse:
    """Throw a draft away."""
    adjustment = _draft(request, adjustment_id)
    services.discard_adjustment(actor=request.user, adjustment=adjustment, version=_version(request))
    messages.success(request, f"Đã bỏ bản soạn {adjustment.number}.")
    return redirect("reform_tasks:adjustment-list", adjustment.plan_id)


@require_POST
def adjustment_apply(request: SignedInRequest, adjustment_id: int) -> HttpResponse:
    """Carry a draft out."""
    adjustment = _draft(request, adjustment_id)
    services.apply_adjustment(actor=request.user, adjustment=adjustment, version=_version(request))
    messages.success(request, f"Đã thực hiện Quyết định {adjustment.number}; các đơn vị liên quan đã được thông báo.")
    return redirect("reform_tasks:adjustment-detail", adjustment.pk)


@require_POST
def change_withdraw(request: SignedInRequest, adjustment_id: int) -> HttpResponse:
    """Put the withdrawal of a task into a draft."""
    adjustment = _draft(request, adjustment_id)
    form = WithdrawTaskForm(request.POST, tasks=_tasks(adjustment))
    if form.is_valid():
        kind, version = TaskChangeKind.WITHDRAW, form.cleaned_data["version"]
        services.put_change(actor=request.user, adjustment=adjustment, version=version, kind=kind, task=form.chosen())
        return redirect("reform_tasks:adjustment-detail", adjustment.pk)
    return _page(request, adjustment, withdraw=form, status=422)


@require_POST
def change_drop(request: SignedInRequest, adjustment_id: int, change_id: int) -> HttpResponse:
    """Take one change out of a draft."""
    adjustment = _draft(request, adjustment_id)
    change = _change(adjustment, change_id)
    services.drop_change(actor=request.user, adjustment=adjustment, version=_version(request), change=change)
    return redirect("reform_tasks:adjustment-detail", adjustment.pk)


@_FORMS
def change_write(request: SignedInRequest, adjustment_id: int) -> HttpResponse:
    """Write a new task into a draft, or the new words of the one the address names (?nhiem_vu=NUMBER)."""
    adjustment = _draft(request, adjustment_id)
    number = request.GET.get("nhiem_vu", "")
    task = next((task for task in _tasks(adjustment) if task.number == number), None)
    if number and task is None:
        raise Http404
    change = adjustment.changes.filter(task=task).first() if task else None
    return _words_page(request, adjustment, task, change)


@_FORMS
def change_edit(request: SignedInRequest, adjustment_id: int, change_id: int) -> HttpResponse:
    """Correct a task that a draft adds."""
    adjustment = _draft(request, adjustment_id)
    change = _change(adjustment, change_id)
    return _words_page(request, adjustment, change.task, change)


def _words_page(
    request: SignedInRequest, adjustment: PlanAdjustment, task: Task | None, change: TaskChange | None
) -> HttpResponse:
    plan = adjustment.plan
    known = words_from_json(change.after) if change and change.after else words_of(task) if task else None
    form = TaskWordsForm(
        request.POST if request.method == "POST" else None,
        plan=plan,
        units=list(units_of(plan.issuer)),
        task=task,
        known=known,
        initial={"version": adjustment.version, **(words_initial(known) if known else {})},
    )
    if form.is_bound and form.is_valid() and _put(request, adjustment, form, task, change):
        return redirect("reform_tasks:adjustment-detail", adjustment.pk)
    context: dict[str, Any] = {"plan": plan, "adjustment": adjustment, "task": task, "form": form}
    return render(request, "reform_tasks/adjustment_task.html", context, status=422 if form.errors else 200)


def _put(
    request: SignedInRequest,
    adjustment: PlanAdjustment,
    form: TaskWordsForm,
    task: Task | None,
    change: TaskChange | None,
) -> bool:
    """Call the service; False with the reason shown when it refuses."""
    words: TaskWords = form.words()
    kind = TaskChangeKind.CHANGE if task else TaskChangeKind.ADD
    version = form.cleaned_data["version"]
    try:
        services.put_change(
            actor=request.user, adjustment=adjustment, version=version, kind=kind, task=task, words=words, change=change
        )
    except DomainError as error:
        show_refusal(form, with_typed(error, form))
        return False
    return True


def _page(
    request: SignedInRequest,
    adjustment: PlanAdjustment,
    *,
    withdraw: WithdrawTaskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a decision: what it changed, or the draft with its preview."""
    manages = may_manage_plans(request.user, adjustment.plan.issuer)
    drafted = adjustment.state == AdjustmentState.DRAFT
    if drafted and not manages:
        raise Http404
    changes = preview_adjustment(adjustment, today=calendar.today()) if drafted else applied_changes(adjustment)
    context: dict[str, Any] = {
        "plan": adjustment.plan,
        "adjustment": adjustment,
        "changes": changes,
        "drafted": drafted,
        "blocked": any(change.problem for change in changes),
        "history": history_of("reform_tasks.planadjustment", adjustment.pk),
        "cut": max(adjustment.effective_on, calendar.today()),
    }
    if drafted:
        tasks, version = _tasks(adjustment), {"version": adjustment.version}
        context["tasks"] = tasks
        context["withdraw"] = withdraw or WithdrawTaskForm(tasks=tasks, initial=version)
    return render(request, "reform_tasks/adjustment_detail.html", context, status=status)


def _draft(request: SignedInRequest, adjustment_id: int) -> PlanAdjustment:
    adjustment = get_adjustment_for(request.user, adjustment_id)
    require_plan_manager(request.user, adjustment.plan.issuer, doing=DOING)
    if adjustment.state != AdjustmentState.DRAFT:
        raise DomainError("Quyết định này đã được thực hiện, không sửa được nữa; hãy lập quyết định khác.")
    return adjustment


def _change(adjustment: PlanAdjustment, change_id: int) -> TaskChange:
    change = adjustment.changes.filter(pk=change_id).select_related("task__area", "task__plan").first()
    if change is None:
        raise Http404
    return change


def _tasks(adjustment: PlanAdjustment) -> list[Task]:
    return list(adjustment.plan.tasks.filter(withdrawn_by__isnull=True).select_related("area", "plan__issuer"))


def _version(request: SignedInRequest) -> int:
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise DomainError("Trang này đã cũ. Hãy tải lại trang rồi làm lại.")
    return int(form.cleaned_data["version"])
