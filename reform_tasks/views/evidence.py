"""Serving evidence files through the permission check."""

from uuid import UUID

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from reform_tasks.file_kinds import INLINE_TYPES
from reform_tasks.queries import get_evidence_for
from units.rules import SignedInRequest

# A file is somebody else's content: it may not run anything in our origin. Chromium refuses to show a PDF inside
# `sandbox`, so PDFs get a policy without it that still forbids scripts and every outside address.
IMAGE_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
OTHER_POLICY = "default-src 'none'; sandbox"


@require_safe
def evidence_file(request: SignedInRequest, pk: UUID) -> FileResponse:
    """Give a file to those who may see it: PDF and images in the browser, the rest as a download."""
    evidence = get_evidence_for(request.user, pk)
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError:
        raise Http404("Tệp không còn trong kho lưu trữ.") from None
    inline = evidence.content_type in INLINE_TYPES
    response = FileResponse(
        content, as_attachment=not inline, filename=evidence.original_name, content_type=evidence.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    if evidence.content_type == "application/pdf":
        response["Content-Security-Policy"] = PDF_POLICY
    else:
        response["Content-Security-Policy"] = IMAGE_POLICY if inline else OTHER_POLICY
    return response
