"""Who does one task: officers named by the heads, shares of credit and coordinating units by Phòng VHXH."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ninhgiang import points
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal, with_typed
from reform_tasks import services
from reform_tasks.enums import AssignmentPart
from reform_tasks.forms import CoordinatorsForm, OfficerForm, SharesForm
from reform_tasks.models import Assignment, Task
from reform_tasks.queries import get_task_for
from reform_tasks.rules import acts_for, require_plan_manager
from units.enums import RoleKind
from units.models import Unit, User
from units.queries import history_of, officers_of, units_of
from units.rules import SignedInRequest


def officer_parts(user: User, rows: Sequence[Assignment], units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Return the parts of a task as its page shows them; officers to those who see the unit's progress."""
    seen = {unit.pk for unit in units}
    return [
        {
            "row": row,
            "share": "" if row.share is None else f"{points.show(row.share)} %",
            "shows_officer": row.unit_id in seen,
            "form": _officer_form(row) if acts_for(user, RoleKind.UNIT_HEAD, row.unit) else None,
        }
        for row in rows
    ]


def _officer_form(row: Assignment, data: Any = None) -> OfficerForm:
    initial = {"assignment": row.pk, "seen": row.officer_id, "officer": row.officer_id or ""}
    return OfficerForm(data, people=officers_of(row.unit), initial=initial, auto_id=f"id_officer_{row.pk}_%s")


@require_POST
def task_officer(request: SignedInRequest, pk: int, number: str) -> HttpResponse:
    """Name the officer of the own unit who follows a task."""
    task = get_task_for(request.user, pk, number)
    wanted = request.POST.get("assignment", "")
    row = next((row for row in _rows(task) if str(row.pk) == wanted), None)
    if row is None:
        raise Http404
    form = _officer_form(row, request.POST)
    if not form.is_valid():
        messages.error(request, "Chưa đổi: hãy chọn một người trong danh sách của đơn vị.")
        return redirect("reform_tasks:task-detail", pk, number)
    officer = form.chosen()
    services.name_officer(actor=request.user, assignment=row, officer=officer, seen=form.cleaned_data["seen"])
    who = officer.full_name if officer else "không ai"
    messages.success(request, f"Người theo dõi nhiệm vụ tại {row.unit.short_name}: {who}.")
    return redirect("reform_tasks:task-detail", pk, number)


@require_http_methods(["GET", "HEAD", "POST"])
def task_parts(request: SignedInRequest, pk: int, number: str) -> HttpResponse:
    """Name coordinating units and state shares of credit; each of the two forms is sent alone."""
    task = get_task_for(request.user, pk, number)
    require_plan_manager(request.user, task.plan.issuer, doing="phân công nhiệm vụ")
    rows = _rows(task)
    kind = request.POST.get("form", "") if request.method == "POST" else ""
    version = {"version": task.version}
    helping = [row.unit.code for row in rows if row.part == AssignmentPart.COORDINATE]
    leading = {row.unit_id for row in rows if row.part == AssignmentPart.LEAD}
    units = [unit for unit in units_of(task.plan.issuer) if unit.pk not in leading]
    shares = SharesForm(request.POST if kind == "shares" else None, rows=rows, initial=version)
    coordinators = CoordinatorsForm(
        request.POST if kind == "coordinators" else None,
        units=units,
        initial={"units": helping, **version},
        auto_id="id_co_%s",
    )
    forms: dict[str, SharesForm | CoordinatorsForm] = {"shares": shares, "coordinators": coordinators}
    form = forms.get(kind)
    if form is not None and form.is_valid() and _save(request, task, form):
        return redirect("reform_tasks:task-parts", pk, number)
    context = {
        "task": task,
        "plan": task.plan,
        "shares": shares,
        "coordinators": coordinators,
        "leads": [row.unit for row in rows if row.part == AssignmentPart.LEAD],
        "history": history_of("reform_tasks.task", task.pk),
    }
    return render(request, "reform_tasks/task_parts.html", context, status=422 if form is not None else 200)


def _save(request: SignedInRequest, task: Task, form: SharesForm | CoordinatorsForm) -> bool:
    """Call the service of the form that was sent; False with the reason shown when it refuses."""
    kept = {"actor": request.user, "task": task, "version": form.cleaned_data["version"]}
    try:
        if isinstance(form, SharesForm):
            services.share_credit(shares=form.shares(), reason=form.cleaned_data["reason"], **kept)
            messages.success(request, "Đã ghi tỷ lệ thành tích.")
        else:
            services.set_coordinators(units=form.chosen(), reason=form.cleaned_data["reason"], **kept)
            messages.success(request, "Đã thay đổi đơn vị phối hợp; đơn vị mới được thông báo.")
    except DomainError as error:
        show_refusal(form, with_typed(error, form))
        return False
    return True


def _rows(task: Task) -> list[Assignment]:
    found = task.assignments.current().select_related("unit", "officer", "task__plan__issuer")
    return list(found.order_by("-part", "unit__position", "unit__name"))
