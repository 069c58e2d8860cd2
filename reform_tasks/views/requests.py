"""The steps beside the report: extensions, hindrances, calls; and the list of what units have asked for."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.forms import (
    ExtensionDecisionForm,
    ExtensionForm,
    HindranceEndForm,
    HindranceForm,
    HindranceReviewForm,
    ItemForm,
    PhoneForm,
)
from reform_tasks.models import Occurrence
from reform_tasks.queries import get_occurrence_for, library_of
from reform_tasks.queries.requests import open_hindrances, pending_extensions
from reform_tasks.rules import (
    PROGRESS_READERS,
    may_end_hindrance,
    require_head,
    require_leader,
    require_office,
    require_plan_manager,
)
from units.rules import SignedInRequest, issuer_where

from .duty_page import after_step, duty_page, take_step


@require_safe
def request_list(request: SignedInRequest) -> HttpResponse:
    """Show the extensions that wait for the leader, and the hindrances that wait or stop a clock."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem đề nghị của các đơn vị")
    hindrances = list(open_hindrances(issuer))
    context = {
        "extensions": list(pending_extensions(issuer)),
        "waiting": [one for one in hindrances if one.state == "pending"],
        "running": [one for one in hindrances if one.state == "accepted"],
        "today": calendar.today(),
    }
    return render(request, "reform_tasks/request_list.html", context)


@require_POST
def extension_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a later due day."""
    occurrence = get_occurrence_for(request.user, pk)
    require_head(request.user, occurrence, doing="đề nghị gia hạn")
    late = occurrence.due_on is not None and occurrence.due_on < calendar.today()
    form = ExtensionForm(request.POST, late=late)
    done = "Đã gửi đề nghị gia hạn đến lãnh đạo UBND."
    return take_step(request, occurrence, form, services.ask_extension, done, slot="extension_form")


@require_POST
def extension_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Grant or refuse the waiting request, by the button pressed."""
    occurrence = get_occurrence_for(request.user, pk)
    require_leader(request.user, occurrence, doing="quyết định gia hạn")
    form = ExtensionDecisionForm(request.POST)
    service, done = _decision(
        request,
        grant=(services.grant_extension, "Đã gia hạn; đơn vị đã được thông báo."),
        refuse=(services.refuse_extension, "Đã trả lời không gia hạn; đơn vị đã được thông báo."),
    )
    return take_step(request, occurrence, form, service, done, slot="extension_decision_form")


@require_POST
def extension_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a waiting request back."""
    return _item_step(request, pk, services.withdraw_extension, "Đã rút đề nghị gia hạn.")


@require_POST
def hindrance_claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """Claim an objective hindrance; when it is refused the good file stays in the unit's library, chosen."""
    occurrence = get_occurrence_for(request.user, pk)
    require_head(request.user, occurrence, doing="đề nghị xác nhận vướng mắc")
    unit = occurrence.assignment.unit
    form = HindranceForm(request.POST, request.FILES, library=library_of(unit))
    if form.is_valid():
        try:
            services.claim_hindrance(actor=request.user, occurrence=occurrence, claim=form.claim())
        except DomainError as error:
            show_refusal(form, error)
    if not form.errors:
        messages.success(request, "Đã gửi vướng mắc đến Phòng Văn hóa - Xã hội.")
        return after_step(request, pk)
    again = HindranceForm(_with_kept_file(request, occurrence), library=library_of(unit))
    again.full_clean()
    again.errors.clear()
    again.errors.update(form.errors)
    return duty_page(request, occurrence, status=422, hindrance_form=again)


@require_POST
def hindrance_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept or refuse a claim, by the button pressed."""
    occurrence = get_occurrence_for(request.user, pk)
    require_plan_manager(request.user, occurrence.assignment.task.plan.issuer, doing="thẩm định vướng mắc")
    form = HindranceReviewForm(request.POST)
    service, done = _decision(
        request,
        accept=(services.accept_hindrance, "Đã xác nhận vướng mắc; thời hạn của kỳ này tạm dừng."),
        refuse=(services.refuse_hindrance, "Đã trả lời không xác nhận vướng mắc."),
    )
    return take_step(request, occurrence, form, service, done, slot="hindrance_review_form")


@require_POST
def hindrance_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the clock run again."""
    occurrence = get_occurrence_for(request.user, pk)
    if not may_end_hindrance(request.user, occurrence):
        raise Refused("Chỉ thủ trưởng đơn vị hoặc Phòng Văn hóa - Xã hội mới được ghi nhận hết vướng mắc.")
    form = HindranceEndForm(request.POST)
    done = "Đã ghi nhận hết vướng mắc và tính lại hạn."
    return take_step(request, occurrence, form, services.end_hindrance, done, slot="hindrance_end_form")


@require_POST
def hindrance_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a claim back before it is checked."""
    return _item_step(request, pk, services.withdraw_hindrance, "Đã rút đề nghị xác nhận vướng mắc.")


@require_POST
def phone_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down what a unit reported by telephone."""
    occurrence = get_occurrence_for(request.user, pk)
    require_office(request.user, occurrence, doing="ghi báo cáo qua điện thoại")
    form = PhoneForm(request.POST, task=occurrence.assignment.task)
    if form.is_valid():
        try:
            services.record_phone(actor=request.user, occurrence=occurrence, **form.call())
        except DomainError as error:
            show_refusal(form, error)
    if form.errors:
        return duty_page(request, occurrence, status=422, phone_form=form)
    messages.success(request, "Đã ghi; thủ trưởng đơn vị được báo để xác nhận.")
    return after_step(request, pk)


@require_POST
def phone_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm what Văn phòng typed; it is the unit's report then."""
    return _item_step(request, pk, services.confirm_phone, "Đã xác nhận và gửi đến Phòng Văn hóa - Xã hội.")


@require_POST
def phone_correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take what Văn phòng typed into the draft, to be corrected."""
    return _item_step(request, pk, services.correct_phone, "Đã chuyển sang báo cáo của đơn vị; hãy sửa rồi gửi.")


@require_POST
def phone_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an entry back."""
    return _item_step(request, pk, services.withdraw_phone, "Đã rút nội dung ghi qua điện thoại.")


def _item_step(request: SignedInRequest, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    """Run a step on one request that needs no content."""
    occurrence = get_occurrence_for(request.user, pk)
    form = ItemForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"item": 0, "version": 0}
    service(actor=request.user, occurrence=occurrence, **given)  # says who may before it looks for the request
    messages.success(request, done)
    return after_step(request, pk)


def _decision(request: SignedInRequest, **choices: tuple[Callable[..., Any], str]) -> tuple[Callable[..., Any], str]:
    """Return the service and the message of the button pressed."""
    chosen = choices.get(request.POST.get("decision", ""))
    if chosen is None:
        raise DomainError("Yêu cầu thiếu thông tin. Hãy tải lại trang rồi làm lại.")
    return chosen


def _with_kept_file(request: SignedInRequest, occurrence: Occurrence) -> Any:
    """Return the post with its file, when good, kept in the library and chosen: a browser cannot refill a file box."""
    data = request.POST.copy()
    upload = request.FILES.get("vuong-mac-file")
    if upload is not None:
        try:
            kept = services.add_evidence(actor=request.user, unit=occurrence.assignment.unit, upload=upload)
        except DomainError:
            return data
        data["vuong-mac-evidence"] = str(kept.pk)
    return data
