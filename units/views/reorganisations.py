"""Sáp nhập, chia tách, đổi tên đơn vị, for the administrator."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from units import services
from units.enums import ReorganisationKind, ReorganisationState, RoleKind
from units.forms import ReorganisationForm, SuccessorsForm
from units.models import Reorganisation, Unit, User
from units.queries import history_of
from units.rules import SignedInRequest, issuer_where
from units.services.reorganisations import describe, old_units
from units.succession import Holding, holdings_of


def _issuer(request: SignedInRequest) -> Unit:
    return issuer_where(request.user, {RoleKind.ADMINISTRATOR}, doing="sắp xếp lại đơn vị")


def _one(request: SignedInRequest, pk: int) -> Reorganisation:
    found = Reorganisation.objects.filter(issuer=_issuer(request)).select_related(
        "issuer", "created_by", "confirmed_by"
    )
    return get_object_or_404(found, pk=pk)


@require_safe
def reorganisation_list(request: SignedInRequest) -> HttpResponse:
    """List the decisions, newest first."""
    found = Reorganisation.objects.filter(issuer=_issuer(request)).prefetch_related("former_names")
    rows = [(one, describe(one)) for one in found.select_related("created_by")]
    return render(request, "units/reorganisation_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_create(request: SignedInRequest) -> HttpResponse:
    """Begin one."""
    issuer = _issuer(request)
    form = ReorganisationForm(request.POST if request.method == "POST" else None, issuer=issuer)
    if form.is_bound and form.is_valid():
        try:
            made = services.draft_reorganisation(by=request.user, issuer=issuer, **form.wanted())
        except DomainError as error:
            near = {"name": "name-1", "code": "code-1"}
            show_refusal(form, error, beside=near.get(error.field))
        else:
            return redirect("units:reorganisation-detail", made.pk)
    return render(request, "units/reorganisation_create.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def reorganisation_detail(request: SignedInRequest, reorganisation_id: int) -> HttpResponse:
    """Show what a decision will do or has done."""
    return _page(request, _one(request, reorganisation_id))


@require_POST
def reorganisation_choose(request: SignedInRequest, reorganisation_id: int) -> HttpResponse:
    """Keep who and what goes where."""
    one = _one(request, reorganisation_id)
    form = _form(one, holdings_of(old_units(one), one), request.POST)
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.choose_successors(by=request.user, reorganisation=one, version=version, **form.wanted())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã lưu lựa chọn. Hãy xem lại rồi xác nhận.")
            return redirect("units:reorganisation-detail", one.pk)
    return _page(request, one, form=form)


@require_POST
def reorganisation_confirm(request: SignedInRequest, reorganisation_id: int) -> HttpResponse:
    """Confirm: done at once when the day has come."""
    one = _one(request, reorganisation_id)
    one = services.confirm_reorganisation(by=request.user, reorganisation=one, version=_version(request))
    done = one.state == ReorganisationState.APPLIED
    messages.success(
        request,
        "Đã thực hiện; người của các đơn vị được thông báo."
        if done
        else f"Đã xác nhận; sẽ thực hiện ngày {calendar.day_text(one.effective_on)}.",
    )
    return redirect("units:reorganisation-detail", one.pk)


@require_POST
def reorganisation_cancel(request: SignedInRequest, reorganisation_id: int) -> HttpResponse:
    """Call it off before its day."""
    one = _one(request, reorganisation_id)
    services.cancel_reorganisation(by=request.user, reorganisation=one, version=_version(request))
    messages.success(request, f"Đã hủy quyết định sắp xếp {one.number}.")
    return redirect("units:reorganisation-list")


def _version(request: SignedInRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Stale("Trang này đã cũ. Hãy tải lại trang rồi làm lại.")
    return int(text)


def _names(one: Reorganisation) -> list[str]:
    units = Unit.objects.in_bulk([target["unit"] for target in one.choices["targets"] if "unit" in target])
    return [units[target["unit"]].name if "unit" in target else target["name"] for target in one.choices["targets"]]


def _form(one: Reorganisation, holdings: list[Holding], data: Any = None) -> SuccessorsForm:
    chosen = one.choices["people"]
    people = (
        User.objects.filter(pk__in=[int(pk) for pk in chosen])
        .select_related("unit")
        .order_by("unit__position", "full_name")
    )
    return SuccessorsForm(
        data,
        names=_names(one),
        people=[(person, chosen[str(person.pk)]) for person in people],
        holdings=holdings,
        duties=one.choices["duties"],
        initial={"version": one.version},
    )


def _page(request: SignedInRequest, one: Reorganisation, *, form: SuccessorsForm | None = None) -> HttpResponse:
    drafted = one.state == ReorganisationState.DRAFT
    open_ = one.state in (ReorganisationState.DRAFT, ReorganisationState.PLANNED)
    moves_things = one.kind != ReorganisationKind.RENAME
    holdings = holdings_of(old_units(one), one) if open_ and moves_things else []
    context = {
        "one": one,
        "sentence": describe(one),
        "names": _names(one),
        "drafted": drafted,
        "open": open_,
        "moves_things": moves_things,
        "holdings": holdings,
        "moving": sum(holding.count for holding in holdings),
        "successions": one.successions.select_related("old", "new"),
        "former": one.former_names.select_related("unit"),
        "form": form or (_form(one, holdings) if open_ and moves_things else None),
        "now": one.effective_on <= calendar.today(),
        "history": history_of("units.reorganisation", one.pk),
    }
    return render(request, "units/reorganisation_detail.html", context, status=422 if form is not None else 200)
