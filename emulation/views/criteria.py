"""Screens of criteria sets: list, whole set with rules in words, new, copy, difference, issue, taken back, deleted."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emulation.enums import NodeKind, SetState
from emulation.forms.criteria import SAMPLE, CopyForm, DeleteForm, IssueForm, StartForm, WithdrawForm
from emulation.late import late_rule_sentence
from emulation.models import CriteriaSet
from emulation.queries.criteria import (
    criteria_with_places,
    get_set_for,
    group_heads,
    place_names,
    sets_with_counts,
    tree_of,
)
from emulation.ranking import tie_sentence
from emulation.rules import sees_all
from emulation.services import criteria as services
from emulation.set_check import check_set
from emulation.set_differences import differences_of
from emulation.set_spec import RowSpec
from emulation.set_words import bands_text, head_sentences, rule_text, veto_sentences
from emulation.views.shown import with_rules
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal
from units.enums import RoleKind
from units.models import Unit
from units.queries import units_of
from units.rules import SignedInRequest, issuer_where, require, units_where

ISSUERS = (RoleKind.REVIEWER, RoleKind.LEADER)
HALF_YEAR = 6


@require_safe
def set_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách bộ tiêu chí."""
    edits = bool(units_where(request.user, RoleKind.REVIEWER))
    return render(request, "emulation/set_list.html", {"sets": sets_with_counts(request.user), "edits": edits})


@require_safe
def set_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Một bộ tiêu chí: lĩnh vực, tiêu chí, cách chấm, mức xếp loại."""
    criteria_set = get_set_for(request.user, code)
    edits = criteria_set.issuer in units_where(request.user, RoleKind.REVIEWER)
    nodes = criteria_with_places(criteria_set)
    areas, heads = tree_of(nodes), group_heads(nodes)
    tops = {node.code: node for node in nodes if node.kind == NodeKind.AREA}
    context = {
        "set": criteria_set,
        "areas": [
            (area, tops.get(area.code), [(one, rule, heads[one.pk]) for one, rule in with_rules(area.criteria, _rule)])
            for area in areas
        ],
        "total_points": sum(area.max_points for area in areas),
        "tie_rule": tie_sentence(
            criteria_set.tie_order, {area.code: area.name for area in areas}, style=criteria_set.rank_style
        ),
        "band_rule": bands_text(criteria_set.bands),
        "head_rules": head_sentences(criteria_set.head_mapping, criteria_set.bands),
        "veto_rules": veto_sentences(
            criteria_set.veto_conditions, criteria_set.bands, {node.code: node.name for node in nodes}
        ),
        "late_rule": late_rule_sentence(criteria_set),
        "edits": edits,
        "deletes": edits and not services.undeletable_because(criteria_set),
        "rehearses": sees_all(request.user, criteria_set.issuer),
        "issues": criteria_set.state == SetState.DRAFT and criteria_set.issuer in units_where(request.user, *ISSUERS),
        "withdraws": criteria_set.state == SetState.ISSUED
        and not criteria_set.is_sample
        and criteria_set.issuer in units_where(request.user, *ISSUERS)
        and not criteria_set.rounds.exists(),
    }
    return render(request, "emulation/set_detail.html", context)


def _rule(kind: str, params: Mapping[str, Any], max_points: Decimal) -> str:
    return rule_text(RowSpec(code="", name="", max_points=max_points, rule_kind=kind, rule_params=params))


def _status(request: SignedInRequest) -> int:
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "HEAD", "POST"])
def set_create(request: SignedInRequest) -> HttpResponse:
    """Tạo bộ tiêu chí mới: trống, theo bộ mẫu, hoặc chép từ bộ đã có."""
    issuer = issuer_where(request.user, (RoleKind.REVIEWER,), doing="tạo bộ tiêu chí")
    sets = CriteriaSet.objects.filter(issuer=issuer).order_by("-year", "code")
    form = StartForm(request.POST or None, sets=sets, initial=_proposed(issuer))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("code", "name", "year")}
        try:
            if source := form.source_of():
                made = services.copy_set(actor=request.user, criteria_set=sets.get(code=source), **given)
            else:
                sample = form.cleaned_data["start"] == SAMPLE
                made = services.start_set(actor=request.user, issuer=issuer, sample=sample, **given)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã tạo dự thảo. Hãy soạn từng dòng; dự thảo lưu ngay.")
            return redirect("emulation:set-edit", made.code)
    return render(request, "emulation/set_create.html", {"form": form}, status=_status(request))


def _proposed(issuer: Unit) -> dict[str, Any]:
    year = today().year + (today().month > HALF_YEAR)
    name = f"Bộ tiêu chí chấm điểm cải cách hành chính các cơ quan, đơn vị năm {year}"
    taken = CriteriaSet.objects.filter(issuer=issuer, code=f"cchc-{year}").exists()
    return {"code": "" if taken else f"cchc-{year}", "name": name, "year": year}


@require_http_methods(["GET", "HEAD", "POST"])
def set_copy(request: SignedInRequest, code: str) -> HttpResponse:
    """Chép bộ tiêu chí thành dự thảo cho năm khác."""
    source = get_set_for(request.user, code)
    require(request.user, RoleKind.REVIEWER, source.issuer, doing="chép bộ tiêu chí")
    year = source.year + 1
    initial = {"code": f"cchc-{year}", "name": source.name.replace(str(source.year), str(year)), "year": year}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.copy_set(actor=request.user, criteria_set=source, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã chép thành dự thảo. Hãy sửa từng dòng; dự thảo lưu ngay.")
            return redirect("emulation:set-edit", made.code)
    return render(request, "emulation/set_copy.html", {"form": form, "set": source}, status=_status(request))


@require_safe
def set_difference(request: SignedInRequest, code: str) -> HttpResponse:
    """Khác biệt so với bộ tiêu chí đã chép."""
    criteria_set = get_set_for(request.user, code)
    source = criteria_set.copied_from
    names = place_names(criteria_set.issuer)
    changes = differences_of(services.spec_of(source), services.spec_of(criteria_set), names) if source else []
    context = {"set": criteria_set, "source": source, "changes": changes}
    return render(request, "emulation/set_difference.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_issue(request: SignedInRequest, code: str) -> HttpResponse:
    """Ban hành bộ tiêu chí theo quyết định."""
    found = get_set_for(request.user, code)
    require(request.user, ISSUERS, found.issuer, doing="ban hành bộ tiêu chí")
    form = IssueForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.issue_set(actor=request.user, criteria_set=found, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã ban hành. Bộ tiêu chí dùng được cho các đợt chấm điểm.")
            return redirect("emulation:set-detail", code)
    units = list(units_of(found.issuer))
    check = check_set(services.spec_of(found), units)
    context = {"form": form, "set": found, "title": "Ban hành bộ tiêu chí", "check": check, "issuing": True}
    return render(request, "emulation/set_step.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def set_withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    """Đưa bộ tiêu chí đã ban hành về dự thảo, while no round uses it."""
    found = get_set_for(request.user, code)
    require(request.user, ISSUERS, found.issuer, doing="thu hồi bộ tiêu chí")
    form = WithdrawForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_set(actor=request.user, criteria_set=found, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Bộ tiêu chí đã trở về dự thảo.")
            return redirect("emulation:set-detail", code)
    context = {"form": form, "set": found, "title": "Đưa về dự thảo"}
    return render(request, "emulation/set_step.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def set_delete(request: SignedInRequest, code: str) -> HttpResponse:
    """Xóa bộ tiêu chí dự thảo chưa ai dùng."""
    found = get_set_for(request.user, code)
    require(request.user, RoleKind.REVIEWER, found.issuer, doing="xóa bộ tiêu chí")
    if why := services.undeletable_because(found):
        raise Refused(why)
    form = DeleteForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.delete_draft(actor=request.user, criteria_set=found, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã xóa dự thảo “{found.name}”.")
            return redirect("emulation:set-list")
    rows = sum(1 for _ in services.spec_of(found).nodes())
    context = {"form": form, "set": found, "title": "Xóa dự thảo", "deleted_rows": rows}
    return render(request, "emulation/set_step.html", context, status=_status(request))
