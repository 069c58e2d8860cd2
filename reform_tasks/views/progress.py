"""One duty: its report form, its steps and its history."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal
from ninhgiang.states import moves_from
from reform_tasks import services
from reform_tasks.enums import EDITABLE_REPORT_STATES, FINAL_OUTCOMES, REPORT_MOVES, DeadlineKind, ReportState
from reform_tasks.forms import DueDateForm, ReportForm, ReturnForm, VersionForm, report_initial
from reform_tasks.models import Occurrence
from reform_tasks.queries import duty_of, get_occurrence_for, library_of, report_of, siblings_of
from reform_tasks.rules import (
    may_draft,
    may_manage_plans,
    report_roles,
    require_drafter,
    require_plan_manager,
    require_reviewer,
)
from units.queries import history_of
from units.rules import SignedInRequest

from .tones import report_tone, status_tone


@require_safe
def occurrence_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one duty with its report, form or review buttons, and its history."""
    return _page(request, get_occurrence_for(request.user, pk))


@require_POST
def report_save(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save the draft (text and files)."""
    return _write(request, pk, services.save_report, "Đã lưu nháp báo cáo.")


@require_POST
def evidence_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Upload files from the same form: the draft is saved with them, so that nothing typed is lost."""
    return _write(request, pk, services.save_report, "Đã tải tệp lên và lưu nháp báo cáo.")


@require_POST
def report_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save what is on the screen and send it to Phòng Văn hóa - Xã hội."""
    return _write(request, pk, services.submit_report, "Đã gửi báo cáo đến Phòng Văn hóa - Xã hội.")


@require_POST
def report_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a sent report back."""
    return _move(request, pk, services.withdraw_report, "Đã rút báo cáo. Có thể sửa và gửi lại.")


@require_POST
def report_continue(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on after an accepted "Đang thực hiện"."""
    return _move(request, pk, services.continue_report, "Đã mở lại báo cáo để báo cáo tiếp.")


@require_POST
def report_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept a sent report."""
    return _move(request, pk, services.accept_report, "Đã chấp nhận báo cáo.")


@require_POST
def report_return(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a report back with a reason; without one the page comes again with the message."""
    occurrence = get_occurrence_for(request.user, pk)
    require_reviewer(request.user, occurrence)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, occurrence, return_form=form, status=422)
    try:
        services.return_report(actor=request.user, occurrence=occurrence, **form.cleaned_data)
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, occurrence, return_form=form, status=422)
    messages.success(request, "Đã trả lại báo cáo kèm lý do; đơn vị đã được thông báo.")
    return _after(request, pk)


@require_POST
def due_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set the due day of a duty that waits for an instruction."""
    occurrence = get_occurrence_for(request.user, pk)
    require_plan_manager(request.user, occurrence.assignment.task.plan.issuer, doing="đặt hạn cho nhiệm vụ")
    form = DueDateForm(request.POST)
    if form.is_valid():
        try:
            services.set_due_date(actor=request.user, occurrence=occurrence, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
    if form.errors:
        return _page(request, occurrence, due_form=form, status=422)
    messages.success(request, "Đã đặt hạn hoàn thành.")
    return _after(request, pk)


def _write(request: SignedInRequest, pk: int, service: Any, message: str) -> HttpResponse:
    """Run a service that takes the typed report; show the page again with everything kept when it refuses."""
    occurrence = get_occurrence_for(request.user, pk)
    require_drafter(request.user, occurrence)
    form = ReportForm(request.POST, request.FILES, library=library_of(occurrence.assignment.unit))
    try:
        if form.is_valid():
            service(
                actor=request.user,
                occurrence=occurrence,
                draft=form.draft(),
                version=form.cleaned_data["version"],
                uploads=form.cleaned_data["files"],
            )
            messages.success(request, message)
            return _after(request, pk)
    except Refused:
        raise
    except Stale as error:
        return _conflict(request, pk, error)
    except DomainError as error:
        return _refused(request, occurrence, error)
    return _refused(request, occurrence)


def _move(request: SignedInRequest, pk: int, service: Any, message: str) -> HttpResponse:
    """Run a step that needs no content but the version."""
    occurrence = get_occurrence_for(request.user, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise DomainError("Yêu cầu thiếu thông tin. Hãy tải lại trang rồi làm lại.")
    service(actor=request.user, occurrence=occurrence, version=form.cleaned_data["version"])
    messages.success(request, message)
    return _after(request, pk)


def _after(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go back to the queue when the step was taken there, else to the duty."""
    if request.POST.get("next") == "queue":
        return redirect("reform_tasks:review-queue")
    return redirect("reform_tasks:occurrence-detail", pk)


def _uploaded_data(request: SignedInRequest, occurrence: Occurrence) -> QueryDict:
    """Return the post with its good files kept in the unit's library and ticked: a browser cannot refill a file box."""
    data = request.POST.copy()
    for upload in request.FILES.getlist("files"):
        try:
            evidence = services.add_evidence(actor=request.user, unit=occurrence.assignment.unit, upload=upload)
        except DomainError:
            continue
        data.appendlist("evidence", str(evidence.pk))
    return data


def _refused(request: SignedInRequest, occurrence: Occurrence, error: DomainError | None = None) -> HttpResponse:
    """Show the form again (422) as typed, with its own errors and the one the service gave."""
    form = ReportForm(_uploaded_data(request, occurrence), library=library_of(occurrence.assignment.unit))
    form.full_clean()
    if error is not None:
        form.add_error(error.field or None, error.message)
    return _page(request, occurrence, form=form, status=422)


def _conflict(request: SignedInRequest, pk: int, error: Stale) -> HttpResponse:
    """Show both versions (409): what was typed stays in the form, saving it again is the person's choice."""
    occurrence = get_occurrence_for(request.user, pk)
    report = report_of(occurrence)
    data = _uploaded_data(request, occurrence)
    data["version"] = str(report.version if report else 0)
    form = ReportForm(data, library=library_of(occurrence.assignment.unit))
    return _page(request, occurrence, form=form, stale=error, status=409)


def _page(
    request: SignedInRequest,
    occurrence: Occurrence,
    *,
    form: ReportForm | None = None,
    return_form: ReturnForm | None = None,
    due_form: DueDateForm | None = None,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the duty's page; forms given are shown as posted, the others fresh."""
    report = report_of(occurrence)
    state = report.state if report else ReportState.DRAFT
    moves = moves_from(REPORT_MOVES, state, report_roles(request.user, occurrence))
    if report is not None and report.outcome in FINAL_OUTCOMES:
        moves.pop("continue", None)
    drafting = may_draft(request.user, occurrence) and state in EDITABLE_REPORT_STATES
    if drafting and form is None:
        form = ReportForm(initial=report_initial(report), library=library_of(occurrence.assignment.unit))
    version = {"version": report.version if report else 0}
    task = occurrence.assignment.task
    may_set_due = may_manage_plans(request.user, task.plan.issuer) and task.deadline_kind == DeadlineKind.ON_INSTRUCTION
    duty = duty_of(occurrence, calendar.today())
    context = {
        "occurrence": occurrence,
        "duty": duty,
        "tone": status_tone(duty.status),
        "task": task,
        "unit": occurrence.assignment.unit,
        "report": report,
        "report_tone": report_tone(report),
        "evidence": report.evidence.all() if report else [],
        "form": form if drafting else None,
        "moves": moves,
        "return_form": return_form or ReturnForm(initial=version),
        "due_form": (due_form or DueDateForm(initial={"due_on": occurrence.due_on})) if may_set_due else None,
        "stale": stale,
        "siblings": siblings_of(occurrence),
        "history": history_of("reform_tasks.occurrence", occurrence.pk),
        "from_queue": request.GET.get("tu") == "hang-cho" or request.POST.get("next") == "queue",
    }
    return render(request, "reform_tasks/occurrence_detail.html", context, status=status)
