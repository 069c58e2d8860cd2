"""A criteria set as a workbook: taken away, and sent in with a preview of what it changes before anything is stored."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emulation.enums import SetState
from emulation.forms.criteria import SetFileForm
from emulation.models import CriteriaSet
from emulation.queries.criteria import get_set_for, known_places, place_names
from emulation.services import criteria as services
from emulation.set_data import set_data, set_from
from emulation.set_differences import differences_of
from emulation.set_spec import SetSpec
from emulation.set_workbook import read_set_file, write_set
from emulation.sheets import WorkbookRefused
from ninhgiang.cells import CONTENT_TYPE
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from units.enums import RoleKind
from units.models import Unit
from units.rules import SignedInRequest, issuer_where

SALT = "emulation.set-import"
PREVIEW_SECONDS = 24 * 3600
MAX_CARRIED = 1_500_000  # what a form may post back (DATA_UPLOAD_MAX_MEMORY_SIZE), with room to spare


@require_safe
def set_download(request: SignedInRequest, code: str) -> HttpResponse:
    """Tải bộ tiêu chí thành tệp Excel, nhập lại được không đổi."""
    criteria_set = get_set_for(request.user, code)
    answer = HttpResponse(write_set(services.spec_of(criteria_set)), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="bo-tieu-chi-{criteria_set.code}.xlsx"'
    return answer


@dataclass(frozen=True, slots=True)
class Sent:
    """A set sent in with what is left to do in it, by cell, and what it was compared with at the preview.

    That is the draft then and its version, None for none.
    """

    spec: SetSpec
    left: list[str]
    base: SetSpec | None
    version: int | None

    def signed(self) -> str:
        """Return it as a text the browser carries and cannot change."""
        data = {
            "set": set_data(self.spec),
            "left": self.left,
            "base": set_data(self.base) if self.base else None,
            "version": self.version,
        }
        return signing.dumps(data, salt=SALT, compress=True)


def _carried(text: str) -> Sent:
    try:
        data = signing.loads(text, salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise DomainError("Bản xem trước đã quá một ngày hoặc bị sửa. Hãy gửi lại tệp.", field="file") from None
    base = set_from(data["base"]) if data["base"] else None
    return Sent(set_from(data["set"]), data["left"], base, data["version"])


@require_http_methods(["GET", "HEAD", "POST"])
def set_import(request: SignedInRequest) -> HttpResponse:
    """Nhập bộ tiêu chí từ tệp Excel: chỗ sai theo trang, ô; xem trước thay đổi; đồng ý mới ghi."""
    issuer = issuer_where(request.user, (RoleKind.REVIEWER,), doing="nhập bộ tiêu chí")
    confirming = "set" in request.POST
    posted = (request.POST, request.FILES) if request.method == "POST" and not confirming else ()
    form, problems = SetFileForm(*posted), []
    try:
        if confirming:
            return _confirmed(request, issuer, _carried(request.POST["set"]))
        if request.method == "POST" and form.is_valid():
            read = read_set_file(form.cleaned_data["file"], known_places(issuer))
            left = [f"{one.place}: {one.message}" for one in read.unfinished]
            return render(request, "emulation/set_preview.html", _preview(issuer, _compared(issuer, read.spec, left)))
    except WorkbookRefused as refused:
        problems = refused.problems
    except DomainError as error:
        if confirming:
            form = SetFileForm(request.POST)
        show_refusal(form, error, beside="file")
    context = {"form": form, "problems": problems}
    return render(request, "emulation/set_import.html", context, status=422 if request.method == "POST" else 200)


def _compared(issuer: Unit, spec: SetSpec, left: list[str]) -> Sent:
    """Return what a set would replace; DomainError when its code is that of a set already issued."""
    existing = CriteriaSet.objects.filter(issuer=issuer, code=spec.code).first()
    if existing is None:
        return Sent(spec, left, None, None)
    if existing.state != SetState.DRAFT:
        raise DomainError(f"Mã “{spec.code}” là của một bộ tiêu chí đã ban hành. {services.NOT_A_DRAFT}", field="file")
    return Sent(spec, left, services.spec_of(existing), existing.version)


def _preview(issuer: Unit, sent: Sent, seen: Sent | None = None) -> dict[str, Any]:
    """Return what the preview shows; with `seen` also what colleagues changed since that was compared."""
    names, signed = place_names(issuer), sent.signed()
    if len(signed) > MAX_CARRIED:
        raise DomainError("Tệp có quá nhiều chữ để xem trước. Hãy bỏ bớt phần hướng dẫn.", field="file")
    return {
        "spec": sent.spec,
        "replaces": sent.base,
        "changes": differences_of(sent.base, sent.spec, names) if sent.base else [],
        "rows": sum(1 for _ in sent.spec.rows()),
        "problems": sent.left,
        "late": seen is not None,
        "theirs": differences_of(seen.base, sent.base, names) if seen and seen.base and sent.base else [],
        "signed": signed,
    }


def _confirmed(request: SignedInRequest, issuer: Unit, seen: Sent) -> HttpResponse:
    now = _compared(issuer, seen.spec, seen.left)
    if now.version == seen.version:
        try:
            return _store(request, issuer, seen)
        except Stale:
            now = _compared(issuer, seen.spec, seen.left)
    return render(request, "emulation/set_preview.html", _preview(issuer, now, seen), status=409)


def _store(request: SignedInRequest, issuer: Unit, sent: Sent) -> HttpResponse:
    given: dict[str, Any] = {"actor": request.user, "spec": sent.spec}
    if sent.version is None:
        services.create_criteria_set(issuer=issuer, **given)
        messages.success(request, "Đã tạo dự thảo bộ tiêu chí.")
    else:
        existing = CriteriaSet.objects.get(issuer=issuer, code=sent.spec.code)
        changed = services.replace_draft(criteria_set=existing, version=sent.version, unfinished=True, **given)
        messages.success(request, "Đã thay nội dung dự thảo." if changed else "Không có gì thay đổi.")
    return redirect("emulation:set-detail", sent.spec.code)
