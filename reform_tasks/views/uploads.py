"""Uploads in pieces, for static/js/upload.js: every answer is JSON with how much has arrived, or a message."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ninhgiang.errors import DomainError
from reform_tasks import services
from reform_tasks.forms.evidence import BeginUploadForm
from reform_tasks.models import Evidence, EvidenceUpload
from reform_tasks.queries.evidence import get_upload_for, libraries_for
from units.rules import SignedInRequest


def _answers_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn refusals into JSON: {"message", "field"} with the refusal's own status."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return JsonResponse({"message": error.message, "field": error.field}, status=error.status)

    return answer


@require_POST
@_answers_json
def upload_begin(request: SignedInRequest) -> HttpResponse:
    """Begin or find again the upload of one file."""
    form = BeginUploadForm(request.POST)
    if not form.is_valid():
        raise DomainError("Yêu cầu tải tệp thiếu thông tin. Hãy tải lại trang rồi chọn lại tệp.")
    asked = form.cleaned_data
    unit = next((one for one in libraries_for(request.user) if one.pk == asked["unit"]), None)
    if unit is None:
        raise Http404
    begun = services.begin_upload(
        actor=request.user, unit=unit, name=asked["name"], size=asked["size"], sha256=asked["sha256"]
    )
    if isinstance(begun, Evidence):
        return JsonResponse({"evidence": _shown(begun), "known": True})
    return JsonResponse(_state(begun))


@require_http_methods(["GET", "HEAD", "POST"])
@_answers_json
def upload_piece(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tell how much has arrived (GET), or take the next piece (POST: the bytes, X-Piece-Offset, X-Piece-Sha256)."""
    upload = get_upload_for(request.user, pk)
    if request.method == "POST":
        offset = request.headers.get("X-Piece-Offset", "")
        try:
            piece = request.body
        except UnreadablePostError:  # the link broke in the middle of the piece
            return JsonResponse({"message": "Phần tệp chưa đến đủ.", "field": "piece"}, status=400)
        upload = services.add_piece(
            actor=request.user,
            upload=upload,
            offset=int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 12 else -1,
            piece=piece,
            sha256=request.headers.get("X-Piece-Sha256", ""),
        )
    return JsonResponse(_state(upload))


@require_POST
@_answers_json
def upload_finish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Check the whole file and put it into the library."""
    upload = get_upload_for(request.user, pk)
    return JsonResponse({"evidence": _shown(services.finish_upload(actor=request.user, upload=upload)), "known": False})


@require_POST
def upload_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give up an upload; a plain form goes back to the library."""
    upload = get_upload_for(request.user, pk)
    services.forget_upload(upload)
    if request.accepts("text/html"):
        messages.success(request, f"Đã hủy tải tệp '{upload.name}'.")
        return redirect(f"{reverse('reform_tasks:evidence-library')}?don-vi={upload.unit.code}")
    return JsonResponse({"cancelled": True})


def _state(upload: EvidenceUpload) -> dict[str, Any]:
    return {
        "received": upload.received,
        "size": upload.size,
        "url": reverse("reform_tasks:upload-piece", args=[upload.pk]),
        "finish_url": reverse("reform_tasks:upload-finish", args=[upload.pk]),
        "cancel_url": reverse("reform_tasks:upload-cancel", args=[upload.pk]),
    }


def _shown(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": str(evidence.pk),
        "name": evidence.original_name,
        "size": filesizeformat(evidence.size),
        "is_pdf": evidence.is_pdf,
        "file_url": reverse("reform_tasks:evidence-file", args=[evidence.pk]),
        "page_url": reverse("reform_tasks:evidence-detail", args=[evidence.pk]),
    }
