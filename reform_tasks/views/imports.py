"""Importing a plan: upload, preview with problems and decisions, confirm."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.forms import DecisionForm, ImportForm, decision_forms
from reform_tasks.models import PlanImport
from reform_tasks.queries import get_import_for
from reform_tasks.queries.previews import Preview, resolve_preview
from reform_tasks.rules import require_plan_manager
from units.enums import RoleKind
from units.rules import SignedInRequest, issuer_where


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: SignedInRequest) -> HttpResponse:
    """Take the appendix workbook with the plan's number and date; go on to the preview."""
    issuer = issuer_where(request.user, {RoleKind.REVIEWER}, doing="nhập kế hoạch")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data.pop("file")
        try:
            plan_import = services.preview_import(
                actor=request.user, issuer=issuer, file=upload, file_name=upload.name, **form.cleaned_data
            )
            return redirect("reform_tasks:import-preview", plan_import.pk)
        except DomainError as error:
            show_refusal(form, error, beside="file")
    status = 422 if request.method == "POST" else 200
    return render(request, "reform_tasks/import_upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what was understood; keep decisions (button "decide") or import the plan (button "confirm")."""
    plan_import = get_import_for(request.user, pk)
    require_plan_manager(request.user, plan_import.issuer, doing="nhập kế hoạch")
    preview = resolve_preview(plan_import)
    if request.method != "POST":
        return _page(request, preview, decision_forms(preview))
    forms = decision_forms(preview, request.POST)
    preview, failed = _decide(request, plan_import, forms, preview)
    if not failed and "confirm" in request.POST:
        return _confirm(request, plan_import, preview)
    if not failed:
        messages.success(request, f"Đã ghi nhận; còn {len(preview.open_problems)} ô cần giải quyết.")
        return redirect("reform_tasks:import-preview", plan_import.pk)
    return _page(request, preview, forms, status=422)


def _decide(
    request: SignedInRequest, plan_import: PlanImport, forms: list[DecisionForm], preview: Preview
) -> tuple[Preview, bool]:
    """Keep each decision that is right, put a message beside each that is not; tell whether one failed."""
    failed = False
    for form in forms:
        key, stored = form.problem.key, form.problem.decision
        if not form.is_valid():
            failed = True
            continue
        decision = form.decision()
        if decision == stored:
            continue
        try:
            preview = services.decide_cell(actor=request.user, plan_import=plan_import, decisions={key: decision})
        except Refused:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
            failed = True
    return preview, failed


def _confirm(request: SignedInRequest, plan_import: PlanImport, preview: Preview) -> HttpResponse:
    """Import and go to the plan, or show the preview again with the reason."""
    try:
        result = services.confirm_import(actor=request.user, plan_import=plan_import)
    except Refused:
        raise
    except DomainError as error:
        return _page(request, preview, decision_forms(preview), refusal=error.message, status=422)
    if result.created:
        messages.success(
            request,
            f"Đã nhập Kế hoạch {result.plan.number}: {result.areas} lĩnh vực, {result.tasks} nhiệm vụ, "
            f"{result.assignments} phân công, {result.occurrences} kỳ thực hiện.",
        )
    else:
        messages.info(request, f"{services.NOTHING_CHANGED}: Kế hoạch {result.plan.number} đã có đúng nội dung này.")
    return redirect("reform_tasks:plan-detail", result.plan.pk)


def _page(
    request: SignedInRequest, preview: Preview, forms: list[DecisionForm], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Render the preview."""
    context = {
        "plan_import": preview.plan_import,
        "preview": preview,
        "forms": forms,
        "open_count": len(preview.open_problems),
        "refusal": refusal,
    }
    return render(request, "reform_tasks/import_preview.html", context, status=status)
