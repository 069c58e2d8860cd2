"""One duty: its report form, its steps and its history."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_POST, require_safe

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks import services
from reform_tasks.deadlines import rule_from_json
from reform_tasks.forms import DueDateForm, HandBackForm, PartForm, ReturnForm, VersionForm
from reform_tasks.models import Occurrence
from reform_tasks.queries import get_occurrence_for, report_of
from reform_tasks.rules import require_drafter, require_plan_manager, require_reviewer
from units.rules import SignedInRequest

from .duty_page import after_step, duty_page, report_form, take_step


@require_safe
def occurrence_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one duty with its report, form or review buttons, and its history."""
    return duty_page(request, get_occurrence_for(request.user, pk))


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
def report_hand(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save what is on the screen and hand it to the unit's head."""
    return _write(request, pk, services.hand_report, "Đã trình thủ trưởng đơn vị.")


@require_POST
def report_hand_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn a handed report into a draft again."""
    occurrence = get_occurrence_for(request.user, pk)
    require_drafter(request.user, occurrence)
    form = HandBackForm(request.POST)
    if not form.is_valid():
        return duty_page(request, occurrence, hand_back_form=form, status=422)
    services.hand_back(actor=request.user, occurrence=occurrence, **form.cleaned_data)
    messages.success(request, "Đã chuyển báo cáo về soạn tiếp.")
    return after_step(request, pk)


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
    done = "Đã trả lại báo cáo kèm lý do; đơn vị đã được thông báo."
    return take_step(request, occurrence, form, services.return_report, done, slot="return_form")


@require_POST
def report_accept_part(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept a part of a sent report and say what is missing."""
    occurrence = get_occurrence_for(request.user, pk)
    require_reviewer(request.user, occurrence)
    form = PartForm(request.POST, report=report_of(occurrence))
    done = "Đã chấp nhận một phần; đơn vị đã được thông báo phần còn thiếu."
    return take_step(request, occurrence, form, services.accept_part, done, slot="part_form")


@require_POST
def due_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set the due day of a duty that waits for an instruction."""
    occurrence = get_occurrence_for(request.user, pk)
    require_plan_manager(request.user, occurrence.assignment.task.plan.issuer, doing="đặt hạn cho nhiệm vụ")
    form = DueDateForm(request.POST, rule=rule_from_json(occurrence.assignment.task.deadline_rule))
    return take_step(request, occurrence, form, services.set_due_date, "Đã đặt hạn hoàn thành.", slot="due_form")


def _write(request: SignedInRequest, pk: int, service: Any, message: str) -> HttpResponse:
    """Run a service that takes the typed report; show the page again with everything kept when it refuses."""
    occurrence = get_occurrence_for(request.user, pk)
    require_drafter(request.user, occurrence)
    form = report_form(occurrence, request.POST, request.FILES)
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
            return after_step(request, pk)
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
    return after_step(request, pk)


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
    form = report_form(occurrence, _uploaded_data(request, occurrence))
    form.full_clean()
    if error is not None:
        form.add_error(error.field or None, error.message)
    return duty_page(request, occurrence, form=form, status=422)


def _conflict(request: SignedInRequest, pk: int, error: Stale) -> HttpResponse:
    """Show both versions (409): what was typed stays in the form, saving it again is the person's choice."""
    occurrence = get_occurrence_for(request.user, pk)
    report = report_of(occurrence)
    data = _uploaded_data(request, occurrence)
    data["version"] = str(report.version if report else 0)
    form = report_form(occurrence, data)
    return duty_page(request, occurrence, form=form, stale=error, status=409)
