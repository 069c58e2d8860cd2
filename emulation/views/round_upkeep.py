"""Screens of rounds before they open and after they are finished: edit, drop, archive."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emulation.enums import RoundState
from emulation.forms.rounds import ReasonForm, RoundEditForm, made_current
from emulation.forms.scorecards import VersionForm
from emulation.models import Round
from emulation.queries.rounds import get_round_for
from emulation.services import round_upkeep as services
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from ninhgiang.vietnamese import clean_lines
from units.enums import RoleKind
from units.rules import SignedInRequest, require


def _draft(request: SignedInRequest, round_id: int, *, doing: str) -> Round:
    """Return a round in preparation the person may change; DomainError once it is open."""
    round_ = get_round_for(request.user, round_id)
    require(request.user, RoleKind.REVIEWER, round_.issuer, doing=doing)
    if round_.state != RoundState.DRAFT and request.method != "POST":
        raise DomainError(services.OPENED)
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Sửa đợt chấm điểm khi chuẩn bị."""
    round_ = _draft(request, round_id, doing="sửa đợt chấm điểm")
    form, status = RoundEditForm(request.POST or None, user=request.user, round_=round_), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_round(actor=request.user, round_id=round_.pk, **form.cleaned_data)
            except Stale as stale:  # what was typed stays, over the round as it is now
                round_, status = get_round_for(request.user, round_id), stale.status
                form = RoundEditForm(made_current(form, round_.version), user=request.user, round_=round_)
                form.add_error(None, stale.message)
            except DomainError as error:
                show_refusal(form, error)
            else:
                messages.success(request, "Đã lưu đợt chấm điểm.")
                return redirect("emulation:round-detail", round_.pk)
    return render(request, "emulation/round_edit.html", {"form": form, "round": round_}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def round_drop(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Bỏ một đợt chưa mở, with a reason."""
    round_ = _draft(request, round_id, doing="bỏ đợt chấm điểm")
    form = ReasonForm(request.POST or None, initial={"version": round_.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            name = services.drop_round(
                actor=request.user, round_id=round_.pk, version=data["version"], reason=clean_lines(data["reason"])
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã bỏ đợt “{name}”.")
            return redirect("emulation:round-list")
    status = 422 if request.method == "POST" else 200
    return render(request, "emulation/round_drop.html", {"form": form, "round": round_}, status=status)


@require_POST
def round_archive(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Lưu trữ một đợt đã xong."""
    round_ = get_round_for(request.user, round_id)
    services.archive_round(actor=request.user, round_id=round_.pk, version=VersionForm(request.POST).seen())
    messages.success(request, "Đã lưu trữ đợt; vẫn xem được ở mục “Đã lưu trữ”.")
    return redirect("emulation:round-list")


@require_POST
def round_restore(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Đưa một đợt ra khỏi lưu trữ."""
    round_ = get_round_for(request.user, round_id)
    services.restore_round(actor=request.user, round_id=round_.pk, version=VersionForm(request.POST).seen())
    messages.success(request, "Đã đưa đợt ra khỏi lưu trữ.")
    return redirect("emulation:round-detail", round_.pk)
