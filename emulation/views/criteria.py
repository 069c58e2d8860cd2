"""Screens of criteria sets: list, whole set with rules in words, workbook in and out, copy, difference, issue."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emulation.enums import SetState
from emulation.forms.criteria import CopyForm, IssueForm, SetFileForm, WithdrawForm
from emulation.late import late_rule_sentence
from emulation.models import CriteriaSet
from emulation.queries.criteria import (
    criteria_with_places,
    get_set_for,
    group_heads,
    known_places,
    sets_with_counts,
    tree_of,
)
from emulation.ranking import band_sentence, tie_sentence
from emulation.rule_words import describe
from emulation.rules import sees_all
from emulation.services import criteria as services
from emulation.set_differences import LABELS, differences_of
from emulation.set_workbook import read_set_file, unfinished_words, write_set
from emulation.sheets import WorkbookRefused
from emulation.views.shown import with_rules
from ninhgiang.cells import CONTENT_TYPE
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from units.enums import RoleKind
from units.rules import SignedInRequest, issuer_where, require, units_where

ISSUERS = (RoleKind.REVIEWER, RoleKind.LEADER)


@require_safe
def set_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách bộ tiêu chí."""
    edits = bool(units_where(request.user, RoleKind.REVIEWER))
    return render(request, "emulation/set_list.html", {"sets": sets_with_counts(request.user), "edits": edits})


@require_safe
def set_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Một bộ tiêu chí: lĩnh vực, tiêu chí, cách chấm, mức xếp loại."""
    criteria_set = get_set_for(request.user, code)
    nodes = criteria_with_places(criteria_set)
    areas, heads = tree_of(nodes), group_heads(nodes)
    context = {
        "set": criteria_set,
        "areas": [
            (area, [(one, rule, heads[one.pk]) for one, rule in with_rules(area.criteria, describe)]) for area in areas
        ],
        "total_points": sum(area.max_points for area in areas),
        "tie_rule": tie_sentence(
            criteria_set.tie_order, {area.code: area.name for area in areas}, style=criteria_set.rank_style
        ),
        "band_rule": band_sentence(criteria_set.bands),
        "late_rule": late_rule_sentence(criteria_set),
        "edits": criteria_set.issuer in units_where(request.user, RoleKind.REVIEWER),
        "rehearses": sees_all(request.user, criteria_set.issuer),
        "issues": criteria_set.state == SetState.DRAFT and criteria_set.issuer in units_where(request.user, *ISSUERS),
        "withdraws": criteria_set.state == SetState.ISSUED
        and not criteria_set.is_sample
        and criteria_set.issuer in units_where(request.user, *ISSUERS)
        and not criteria_set.rounds.exists(),
    }
    return render(request, "emulation/set_detail.html", context)


def _status(request: SignedInRequest) -> int:
    return 422 if request.method == "POST" else 200


@require_safe
def set_download(request: SignedInRequest, code: str) -> HttpResponse:
    """Tải bộ tiêu chí thành tệp Excel, nhập lại được không đổi."""
    criteria_set = get_set_for(request.user, code)
    answer = HttpResponse(write_set(services.spec_of(criteria_set)), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="bo-tieu-chi-{criteria_set.code}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def set_import(request: SignedInRequest) -> HttpResponse:
    """Nhập bộ tiêu chí từ tệp Excel: mọi chỗ sai được chỉ ra theo trang, ô; dự thảo được phép còn dở."""
    issuer = issuer_where(request.user, (RoleKind.REVIEWER,), doing="nhập bộ tiêu chí")
    form = SetFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            read = read_set_file(form.cleaned_data["file"], known_places(issuer))
            spec = read.spec
            existing = CriteriaSet.objects.filter(issuer=issuer, code=spec.code).first()
            if existing is None:
                services.create_criteria_set(actor=request.user, issuer=issuer, spec=spec)
                message = "Đã tạo dự thảo bộ tiêu chí."
            else:
                changed = services.replace_draft(actor=request.user, criteria_set=existing, spec=spec, unfinished=True)
                message = (
                    "Đã thay nội dung dự thảo." if changed else "Tệp giống hệt dự thảo đang có; không có gì thay đổi."
                )
        except WorkbookRefused as refused:
            problems = refused.problems
        except DomainError as error:
            show_refusal(form, error, beside="file")
        else:
            messages.success(request, message)
            if read.unfinished:
                messages.warning(request, unfinished_words(read.unfinished))
            return redirect("emulation:set-detail", spec.code)
    return render(request, "emulation/set_import.html", {"form": form, "problems": problems}, status=_status(request))


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
            messages.success(request, "Đã chép thành dự thảo. Tải về, sửa rồi nhập lại.")
            return redirect("emulation:set-detail", made.code)
    return render(request, "emulation/set_copy.html", {"form": form, "set": source}, status=_status(request))


@require_safe
def set_difference(request: SignedInRequest, code: str) -> HttpResponse:
    """Khác biệt so với bộ tiêu chí đã chép."""
    criteria_set = get_set_for(request.user, code)
    source = criteria_set.copied_from
    changes = differences_of(services.spec_of(source), services.spec_of(criteria_set)) if source else []
    context = {"set": criteria_set, "source": source, "changes": changes, "labels": LABELS}
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
    context = {"form": form, "set": found, "title": "Ban hành bộ tiêu chí"}
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
