"""Accounts and units, for the administrator."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from units import queries, services
from units.enums import RoleKind, UnitTrait
from units.forms import NewPersonForm, PersonChangeForm, RoleForm
from units.models import Unit, User
from units.rules import SignedInRequest, issuer_where

PEOPLE_A_PAGE = 25


def _issuer(request: SignedInRequest) -> Unit:
    return issuer_where(request.user, {RoleKind.ADMINISTRATOR}, doing="quản lý tài khoản và đơn vị")


def _issuer_and_person(request: SignedInRequest, person_id: int) -> tuple[Unit, User]:
    issuer = _issuer(request)
    return issuer, queries.get_person_for(issuer, person_id)


@require_safe
def person_list(request: SignedInRequest) -> HttpResponse:
    """Người dùng: found by name, title or unit, with or without diacritics."""
    issuer = _issuer(request)
    words, only = request.GET.get("tim", "")[:100], request.GET.get("loc", "")
    found = queries.find_people(issuer, words=words, only=only)
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("trang"))
    return render(request, "units/person_list.html", {"page": page, "words": words, "only": only})


@never_cache
def person_create(request: SignedInRequest) -> HttpResponse:
    """Thêm tài khoản; the temporary password is shown once, in the answer to the post."""
    issuer = _issuer(request)
    form = NewPersonForm(request.POST or None, issuer=issuer)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = services.create_person(by=request.user, issuer=issuer, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return render(request, "units/password_issued.html", {"person": person, "password": password, "new": True})
    return render(request, "units/person_create.html", {"form": form}, status=422 if form.is_bound else 200)


def _person_page(
    request: SignedInRequest, issuer: Unit, person: User, role_form: RoleForm | None = None
) -> HttpResponse:
    context = {
        "person": person,
        "role_form": role_form or RoleForm(issuer=issuer),
        "history": queries.decisions_about(person),
        "is_self": person.pk == request.user.pk,
    }
    return render(request, "units/person_detail.html", context, status=422 if role_form else 200)


@require_safe
def person_detail(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Một tài khoản: roles, state, history."""
    issuer, person = _issuer_and_person(request, person_id)
    return _person_page(request, issuer, person)


def person_change(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Sửa thông tin tài khoản."""
    issuer, person = _issuer_and_person(request, person_id)
    names = ("full_name", "unit", "job_title", "email", "version")
    initial = {name: getattr(person, name) for name in names}
    form = PersonChangeForm(request.POST or None, initial=initial, issuer=issuer)
    if request.method == "POST" and form.is_valid():
        services.change_person(by=request.user, issuer=issuer, person=person, **form.cleaned_data)
        messages.success(request, "Đã lưu thông tin tài khoản.")
        return redirect("units:person-detail", person.pk)
    context = {"form": form, "person": person}
    return render(request, "units/person_change.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def person_reset(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Đặt lại mật khẩu; the temporary one is shown once."""
    issuer, person = _issuer_and_person(request, person_id)
    password = services.reset_password(by=request.user, issuer=issuer, person=person)
    return render(request, "units/password_issued.html", {"person": person, "password": password, "new": False})


@require_POST
def person_lock(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Khóa tài khoản."""
    issuer, person = _issuer_and_person(request, person_id)
    services.set_person_active(by=request.user, issuer=issuer, person=person, active=False)
    messages.success(request, f"Đã khóa tài khoản {person.username}.")
    return redirect("units:person-detail", person.pk)


@require_POST
def person_unlock(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Mở lại tài khoản."""
    issuer, person = _issuer_and_person(request, person_id)
    services.set_person_active(by=request.user, issuer=issuer, person=person, active=True)
    messages.success(request, f"Đã mở lại tài khoản {person.username}.")
    return redirect("units:person-detail", person.pk)


@require_POST
def role_add(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Giao vai trò."""
    issuer, person = _issuer_and_person(request, person_id)
    form = RoleForm(request.POST, issuer=issuer)
    if form.is_valid():
        try:
            services.add_role(by=request.user, issuer=issuer, person=person, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã giao vai trò.")
            return redirect("units:person-detail", person.pk)
    return _person_page(request, issuer, person, form)


@require_POST
def role_remove(request: SignedInRequest, person_id: int, role_id: int) -> HttpResponse:
    """Bỏ vai trò."""
    issuer, person = _issuer_and_person(request, person_id)
    role = queries.get_role_for(issuer, person, role_id)
    services.remove_role(by=request.user, issuer=issuer, role=role)
    messages.success(request, "Đã bỏ vai trò.")
    return redirect("units:person-detail", person.pk)


@require_safe
def unit_list(request: SignedInRequest) -> HttpResponse:
    """Đơn vị: read-only, by block, with the other names under which plans mention them."""
    issuer = _issuer(request)
    units = queries.units_of(issuer).prefetch_related("aliases").order_by("block__position", "position")
    traits = dict(UnitTrait.choices)
    rows = [
        {
            "unit": unit,
            "traits": [traits.get(trait, trait) for trait in unit.traits],
            "aliases": [a.text for a in unit.aliases.all() if a.text not in (unit.name, unit.short_name)],
        }
        for unit in units
    ]
    return render(request, "units/unit_list.html", {"rows": rows, "issuer_unit": issuer})
