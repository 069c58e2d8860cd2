"""Văn bản: list, page, editing a draft, the steps to its issue, the PDF."""

import hashlib
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal
from reports import queries, services
from reports.enums import DocumentKind, DocumentState, SignStep
from reports.forms import DraftForm
from reports.models import Document
from reports.pdf import render_pdf
from reports.rules.access import may_edit, may_read_drafts
from reports.rules.symbols import number_and_symbol, symbol
from units.models import User
from units.rules import SignedInRequest, issuer_of

from .files import file_answer
from .page import document_page, step_form

SERVICES: dict[SignStep, Callable[..., Document]] = {
    SignStep.CHECK_CONTENT: services.check_content,
    SignStep.CHECK_FORM: services.check_form,
    SignStep.RETURN: services.return_document,
    SignStep.SIGN: services.sign_document,
    SignStep.ISSUE: services.issue_document,
}
DONE_TEXT = {
    SignStep.CHECK_CONTENT: "Đã xác nhận nội dung; văn bản chuyển Văn phòng kiểm tra thể thức.",
    SignStep.CHECK_FORM: "Đã xác nhận thể thức; văn bản được trình ký.",
    SignStep.RETURN: "Đã trả lại dự thảo kèm lý do.",
    SignStep.SIGN: "Đã ký duyệt. Nội dung văn bản từ nay không thay đổi được; Văn phòng cấp số và phát hành.",
    SignStep.ISSUE: "Đã cấp số và phát hành văn bản.",
}


@require_safe
def document_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách văn bản, lọc theo loại và trạng thái."""
    kind, state = request.GET.get("loai", ""), request.GET.get("trang-thai", "")
    before = request.GET.get("truoc", "")
    documents, older = queries.documents_page(request.user, kind=kind, state=state, before=before)
    context = {
        "rows": [(document, _written_number(document)) for document in documents],
        "older": older,
        "is_first": not before,
        "kind": kind,
        "state": state,
        "kinds": DocumentKind.choices,
        "states": DocumentState.choices,
        "sees_drafts": _sees_drafts(request.user),
    }
    return render(request, "reports/document_list.html", context)


def _written_number(document: Document) -> str:
    """Return "05/BC-UBND", "" before the issue."""
    return number_and_symbol(document.kind, document.issuer, document.number) if document.number else ""


def _sees_drafts(user: User) -> bool:
    issuer = issuer_of(user)
    return issuer is not None and may_read_drafts(user, issuer)


@require_safe
def document_detail(request: SignedInRequest, document_id: uuid.UUID) -> HttpResponse:
    """Một văn bản: preview, steps, hints, history."""
    document = queries.get_document_for(request.user, document_id)
    return render(request, "reports/document_detail.html", document_page(request.user, document))


@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: SignedInRequest, document_id: uuid.UUID) -> HttpResponse:
    """Sửa dự thảo; a stale save answers 409 with both texts, and what was typed is kept whatever the reason."""
    document = queries.get_document_for(request.user, document_id)
    if request.method != "POST" and not may_edit(request.user, document):
        raise Refused("Chỉ Phòng Văn hóa - Xã hội hoặc Văn phòng sửa được, và chỉ khi văn bản còn là dự thảo.")
    form = DraftForm(request.POST or None, document=document)
    error = _save(request, document, form) if form.is_valid() else None
    if form.is_bound and error is None and form.is_valid():
        messages.success(request, "Đã lưu dự thảo.")
        return redirect("reports:document-detail", document.pk)
    status = error.status if error else 422 if form.is_bound else 200
    stale = error if isinstance(error, Stale) else None
    context = {"document": document, "form": form, "stale": stale}
    return render(request, "reports/document_edit.html", context, status=status)


def _save(request: SignedInRequest, document: Document, form: DraftForm) -> DomainError | None:
    """Save the draft; return what went wrong, with the form ready to be shown again."""
    try:
        services.edit_draft(actor=request.user, document=document, **form.values())
    except Stale as error:
        data = request.POST.copy()
        data["version"] = str(document.version)  # who has seen both texts may save again
        form.data = data
        return error
    except DomainError as error:
        form.add_error(error.field or None, error.message)
        return error
    return None


@require_POST
def document_step(request: SignedInRequest, document_id: uuid.UUID, step: str) -> HttpResponse:
    """Một bước ký duyệt."""
    document = queries.get_document_for(request.user, document_id)
    if step not in SignStep.values:
        raise Http404
    form = step_form(step, document, request.POST)
    if form.is_valid():
        try:
            SERVICES[SignStep(step)](actor=request.user, document=document, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, DONE_TEXT[SignStep(step)])
            return redirect("reports:document-detail", document.pk)
    document = queries.get_document_for(request.user, document_id)
    context = document_page(request.user, document, failed=(step, form))
    return render(request, "reports/document_detail.html", context, status=422)


@require_safe
def document_pdf(request: SignedInRequest, document_id: uuid.UUID) -> HttpResponse:
    """Tệp PDF: the stored bytes once issued, before that laid out now, with the watermark while unsigned."""
    document = queries.get_document_for(request.user, document_id)
    data = stored_pdf(document) if document.state == DocumentState.ISSUED else render_pdf(document)
    name = _file_name(document)
    return file_answer(data, name=name, content_type="application/pdf", inline="tai" not in request.GET)


def stored_pdf(document: Document) -> bytes:
    """Return the bytes kept at issue; raises DomainError when they are not those any more."""
    with document.pdf.open("rb") as stored:
        data = bytes(stored.read())
    if hashlib.sha256(data).hexdigest() != document.pdf_sha256:
        raise DomainError("Tệp PDF đã phát hành không còn nguyên vẹn. Báo người quản trị khôi phục từ bản sao lưu.")
    return data


def _file_name(document: Document) -> str:
    number = f"{document.number:02d}-" if document.number else ""
    tail = "" if document.state == DocumentState.ISSUED else "-da-ky" if document.content_sha256 else "-du-thao"
    return f"{number}{symbol(document.kind, document.issuer)}-{document.year}{tail}.pdf"
