"""The library of a unit, the page of one file, and the file itself behind the permission check."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.evidence_flags import Frame, flags_of, reading_of
from reform_tasks.evidence_places import places_of
from reform_tasks.file_kinds import INLINE_TYPES, LABELS
from reform_tasks.forms.evidence import AddFilesForm, DeleteEvidenceForm, DescribeForm, LibraryFilterForm
from reform_tasks.models import Evidence
from reform_tasks.queries.evidence import (
    SHOWN_IN_LIBRARY,
    LibraryFilter,
    get_evidence_for,
    get_file_for,
    libraries_for,
    listed_library,
    open_uploads,
    twins_of,
)
from reform_tasks.rules import may_see_all_progress, unit_ids_of
from units.models import Unit
from units.queries import history_of
from units.rules import SignedInRequest

from .tones import reading_tone

# A file is somebody else's content: it may not run anything in our origin. Chromium refuses to show a PDF inside
# `sandbox`, so PDFs get a policy without it that still forbids scripts and every outside address.
IMAGE_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
OTHER_POLICY = "default-src 'none'; sandbox"


@require_safe
def evidence_library(request: SignedInRequest) -> HttpResponse:
    """Kho minh chứng: the person's own unit, or for those who read all the one chosen by ?don-vi=."""
    units = libraries_for(request.user)
    return _library_page(request, units, _library_unit(units, request.GET.get("don-vi", "")))


@require_POST
def evidence_add(request: SignedInRequest) -> HttpResponse:
    """Put files into the library by a plain form, as browsers without JavaScript do."""
    units = libraries_for(request.user)
    unit = _library_unit(units, request.POST.get("unit_code", ""))
    services.evidence.require_librarian(request.user, unit)
    form = AddFilesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            stored = services.add_files(actor=request.user, unit=unit, uploads=form.cleaned_data["files"])
        except DomainError as error:
            show_refusal(form, error, beside="files")
        else:
            messages.success(request, f"Đã tải lên {len(stored)} tệp.")
            return redirect(_library_url(unit))
    return _library_page(request, units, unit, form=form, status=422)


def _library_unit(units: list[Unit], code: str) -> Unit:
    """Return the unit whose library is meant: by its code, else the first; Http404 for others, Refused without any."""
    if not units:
        raise Refused(
            "Kho minh chứng dành cho người của các đơn vị, Phòng Văn hóa - Xã hội, Văn phòng và lãnh đạo. "
            "Cần xem một tài liệu, hãy liên hệ đơn vị có tài liệu đó."
        )
    if not code:
        return units[0]
    for unit in units:
        if unit.code == code:
            return unit
    raise Http404


def _library_url(unit: Unit) -> str:
    return f"{reverse('reform_tasks:evidence-library')}?don-vi={unit.code}"


def _library_page(
    request: SignedInRequest, units: list[Unit], unit: Unit, *, form: AddFilesForm | None = None, status: int = 200
) -> HttpResponse:
    filters = LibraryFilterForm(request.GET)
    asked = LibraryFilter()
    if filters.is_valid():
        asked = LibraryFilter(words=filters.cleaned_data["tim"], content_type=filters.cleaned_data["loai"])
    page = Paginator(listed_library(unit, asked), SHOWN_IN_LIBRARY).get_page(request.GET.get("trang"))
    files = list(page.object_list)
    places = places_of([one.pk for one in files])
    may_add = unit.pk in unit_ids_of(request.user)
    context = {
        "unit": unit,
        "units": units,
        "filters": filters,
        "filtered": bool(asked.words or asked.content_type),
        "page": page,
        "lines": [(one, LABELS.get(one.content_type, ""), places.get(one.pk, []), _shown_flags(one)) for one in files],
        "may_add": may_add,
        "form": form or AddFilesForm(),
        "open_uploads": list(open_uploads(request.user, unit)) if may_add else [],
    }
    return render(request, "reform_tasks/evidence_library.html", context, status=status)


def _shown_flags(evidence: Evidence) -> list[object]:
    """Return the remarks on a file by itself, without any deadline."""
    return list(flags_of(evidence, Frame()))


@require_safe
def evidence_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One file: what it is, what was read in it, everything that rests on it."""
    return _detail_page(request, get_evidence_for(request.user, pk))


@require_POST
def evidence_describe(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Note number and date of the document."""
    evidence = get_evidence_for(request.user, pk)
    services.evidence.require_librarian(request.user, evidence.unit)
    form = DescribeForm(request.POST)
    if form.is_valid():
        try:
            services.describe_evidence(actor=request.user, evidence=evidence, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã ghi số, ngày của tài liệu.")
            return redirect("reform_tasks:evidence-detail", pk)
    return _detail_page(request, evidence, describe_form=form, status=422)


@require_POST
def evidence_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a file nothing official rests on."""
    evidence = get_evidence_for(request.user, pk)
    services.evidence.require_librarian(request.user, evidence.unit)
    form = DeleteEvidenceForm(request.POST)
    if form.is_valid():
        try:
            services.delete_evidence(actor=request.user, evidence=evidence, reason=form.cleaned_data["reason"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã xóa tài liệu '{evidence.original_name}'.")
            return redirect(_library_url(evidence.unit))
    return _detail_page(request, evidence, delete_form=form, status=422)


@require_POST
def evidence_read(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Read a PDF once more."""
    evidence = get_evidence_for(request.user, pk)
    if not evidence.is_pdf:
        raise DomainError("Chỉ tệp PDF mới được đọc tự động.")
    services.read_again(actor=request.user, evidence=evidence)
    messages.success(request, "Tệp sẽ được đọc lại trong ít phút.")
    return redirect("reform_tasks:evidence-detail", pk)


def _detail_page(
    request: SignedInRequest,
    evidence: Evidence,
    *,
    describe_form: DescribeForm | None = None,
    delete_form: DeleteEvidenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of one file; the forms given are shown as posted."""
    places = places_of([evidence.pk], frozen=True).get(evidence.pk, [])
    initial = {"number": evidence.document_number, "document_on": evidence.document_on}
    reading = reading_of(evidence)
    issuer = evidence.unit.parent
    reads_all = issuer is not None and may_see_all_progress(request.user, issuer)
    context = {
        "evidence": evidence,
        "unit": evidence.unit,
        "kind": LABELS.get(evidence.content_type, evidence.content_type),
        "reading": reading,
        "reading_tone": reading_tone(reading),
        "flags": _shown_flags(evidence),
        "places": places,
        "official": [place for place in places if place.official],
        "twins": twins_of(evidence) if reads_all else [],
        "may_edit": evidence.unit_id in unit_ids_of(request.user),
        "library_url": _library_url(evidence.unit),
        "describe_form": describe_form or DescribeForm(initial=initial),
        "delete_form": delete_form or DeleteEvidenceForm(),
        "history": list(history_of("reform_tasks.evidence", evidence.pk)),
    }
    return render(request, "reform_tasks/evidence_detail.html", context, status=status)


@require_safe
def evidence_file(request: SignedInRequest, pk: UUID) -> FileResponse:
    """Give a file to those who may see it: PDF and images in the browser, the rest as a download."""
    evidence = get_file_for(request.user, pk)
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
    if inline:
        response["X-Frame-Options"] = "SAMEORIGIN"  # shown inside our own page of the file
    if evidence.content_type == "application/pdf":
        response["Content-Security-Policy"] = PDF_POLICY
    else:
        response["Content-Security-Policy"] = IMAGE_POLICY if inline else OTHER_POLICY
    return response
