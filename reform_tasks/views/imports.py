"""Importing a plan: upload, preview with corrections on the page, confirm; and the plan as a workbook again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.forms import ImportForm, LayoutForm, PreviewForms
from reform_tasks.models import PlanImport
from reform_tasks.queries import get_import_for, get_plan_for
from reform_tasks.queries.exports import exported_plan
from reform_tasks.queries.previews import Preview, resolve_preview
from reform_tasks.rules import require_plan_manager
from reform_tasks.workbook import CONTENT_TYPE, write_appendix
from units.enums import RoleKind
from units.rules import SignedInRequest, issuer_where


@require_http_methods(["GET", "HEAD", "POST"])
def import_upload(request: SignedInRequest) -> HttpResponse:
    """Take the appendix file with the plan's number and date; go on to the preview."""
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
    """Show what was understood; keep corrections ("save", "note_all"), read again ("read"), import ("confirm")."""
    plan_import = get_import_for(request.user, pk)
    require_plan_manager(request.user, plan_import.issuer, doing="nhập kế hoạch")
    try:
        preview = resolve_preview(plan_import)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("reform_tasks:import-upload")
    if request.method != "POST":
        asked = request.GET.get("sua", "")
        return _page(request, PreviewForms(preview, asked=int(asked) if asked.isdecimal() and len(asked) < 7 else None))
    if plan_import.confirmed_at:  # nothing can be corrected any more; confirming again changes nothing
        return _confirm(request, plan_import, preview, plan_import.version)
    if "read" in request.POST:
        return _read_again(request, plan_import, preview)
    return _correct(request, plan_import, PreviewForms(preview, request.POST))


def _version(request: SignedInRequest) -> int:
    """Return the version of the preview the page was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _read_again(request: SignedInRequest, plan_import: PlanImport, preview: Preview) -> HttpResponse:
    """Read another table, or the same one by other columns."""
    layout = LayoutForm(preview.appendix, request.POST)
    if layout.is_valid():
        data = layout.cleaned_data
        try:
            services.choose_layout(
                actor=request.user,
                plan_import=plan_import,
                version=data["version"],
                table=data["table"],
                first_row=data["first_row"],
                columns=layout.columns if data["table"] == preview.appendix.layout.table else None,
            )
            messages.success(request, f"Đã đọc lại “{data['table']}”.")
            return redirect("reform_tasks:import-preview", plan_import.pk)
        except Refused:
            raise
        except DomainError as error:
            layout.add_error(None, error.message)
    return _page(request, PreviewForms(preview), layout=layout, status=422)


def _correct(request: SignedInRequest, plan_import: PlanImport, forms: PreviewForms) -> HttpResponse:
    """Keep what was corrected, then import when asked to; whatever fails, what was typed stays on the page."""
    if not forms.is_valid():
        return _page(request, forms, refusal="Có chỗ nhập chưa đúng; chưa có gì được lưu.", status=422)
    version = _version(request)
    try:
        changes = forms.changes(note_all="note_all" in request.POST)
        preview = forms.preview
        if not changes.empty:
            preview = services.correct_import(
                actor=request.user, plan_import=plan_import, version=version, changes=changes
            )
            version += 1
        if "confirm" in request.POST:
            return _confirm(request, plan_import, preview, version)
    except Refused:
        raise
    except Stale as error:
        return _page(request, forms, refusal=error.message, status=409)
    except DomainError as error:
        forms.show_refusal(error)
        return _page(request, forms, refusal=error.message, status=422)
    messages.success(request, f"Đã lưu; còn {len(preview.open_problems)} chỗ cần giải quyết.")
    return redirect("reform_tasks:import-preview", plan_import.pk)


def _confirm(request: SignedInRequest, plan_import: PlanImport, preview: Preview, version: int) -> HttpResponse:
    """Import and go to the plan, or show the preview again with the reason."""
    try:
        result = services.confirm_import(actor=request.user, plan_import=plan_import, version=version)
    except (Refused, Stale):
        raise
    except DomainError as error:
        return _page(request, PreviewForms(preview), refusal=error.message, status=422)
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
    request: SignedInRequest,
    forms: PreviewForms,
    *,
    layout: LayoutForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the preview."""
    preview = forms.preview
    plan_import = preview.plan_import
    context = {
        "plan_import": plan_import,
        "preview": preview,
        "forms": forms,
        "layout": layout or LayoutForm(preview.appendix, version=plan_import.version),
        "open_count": len(preview.open_problems),
        "editable": plan_import.confirmed_at is None,
        "refusal": refusal,
    }
    return render(request, "reform_tasks/import_preview.html", context, status=status)


@require_safe
def plan_export(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the plan as the workbook that imports back unchanged."""
    plan = get_plan_for(request.user, pk)
    response = HttpResponse(write_appendix(exported_plan(plan)), content_type=CONTENT_TYPE)
    name = f"phu-luc-{plan.number.replace('/', '-')}-{plan.year}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
