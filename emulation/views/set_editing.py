"""Screens of the editor of a draft set: the tree with its live check, one row, the part common to all rows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.enums import NodeKind, SetState
from emulation.forms.set_editing import SetHeadingForm, SetRowForm, heading_of, initial_of
from emulation.models import CriteriaSet
from emulation.queries.criteria import get_set_for
from emulation.ranking import band_sentence
from emulation.rule_words import describe
from emulation.services.criteria import replace_draft, spec_of
from emulation.set_differences import differences_of
from emulation.set_editing import (
    add_row,
    change_row,
    digest_of,
    digest_of_heading,
    find_row,
    move_row,
    remove_row,
)
from emulation.set_spec import AreaSpec, Placed, RowSpec, SetSpec, problems_of
from emulation.weights import block_weights
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal
from units.enums import RoleKind
from units.models import Unit
from units.queries import units_of
from units.rules import SignedInRequest, require

MOVES = {"len": -1, "xuong": 1}
ADDED = {"area": "lĩnh vực", "criterion": "tiêu chí", "bonus": "điểm cộng", "penalty": "điểm trừ"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the tree as printed: how deep it stands, its rule in words, what its children add up to."""

    placed: Placed
    depth: int
    rule: str
    summed: Decimal | None
    mark: str

    @property
    def off(self) -> bool:
        """Whether the children do not add up to the row's maximum."""
        return self.summed is not None and self.summed != self.placed.row.max_points


def _draft(request: SignedInRequest, code: str) -> CriteriaSet:
    found = get_set_for(request.user, code)
    require(request.user, RoleKind.REVIEWER, found.issuer, doing="sửa bộ tiêu chí")
    if found.state != SetState.DRAFT:
        raise Refused("Chỉ sửa được bộ tiêu chí dự thảo. Hãy chép thành bộ mới để sửa.")
    return found


@require_safe
def set_edit(request: SignedInRequest, code: str) -> HttpResponse:
    """Soạn bộ tiêu chí: cây tiêu chí, kiểm tra ngay khi sửa."""
    criteria_set = _draft(request, code)
    spec = spec_of(criteria_set)
    context = {
        "set": criteria_set,
        "lines": _lines(spec),
        "total": sum((area.max_points for area in spec.areas), start=Decimal(0)),
        "problems": problems_of(spec),
        "weights": block_weights(criteria_set),
        "band_rule": band_sentence([dict(band) for band in spec.bands]),
    }
    return render(request, "emulation/set_edit.html", context)


def _lines(spec: SetSpec) -> list[Line]:
    depths: dict[str, int] = {}
    found = []
    for placed in spec.nodes():
        row = placed.row
        depths[row.code] = depths.get(placed.parent, -1) + 1
        below = row.criteria if isinstance(row, AreaSpec) else row.children
        counted = [one.max_points for one in below if not one.added]
        summed = sum(counted, start=Decimal(0)) if below or isinstance(row, AreaSpec) else None
        found.append(Line(placed, depths[row.code], _words(row), summed, digest_of(row)))
    return found


def _words(row: AreaSpec | RowSpec) -> str:
    if not isinstance(row, RowSpec) or row.children:
        return ""
    return describe(row.rule_kind, row.rule_params, row.max_points) if row.rule_kind else "Chưa có cách chấm."


@require_http_methods(["GET", "HEAD", "POST"])
def set_row_edit(request: SignedInRequest, code: str, row: str) -> HttpResponse:
    """Sửa một dòng của bộ tiêu chí dự thảo."""
    criteria_set = _draft(request, code)
    placed = find_row(spec_of(criteria_set), row)
    if placed is None:
        if request.method == "POST":
            raise Stale(f"Dòng {row} không còn trong bộ tiêu chí: người khác vừa bỏ hoặc đổi mã.")
        raise Http404
    return _row_page(request, criteria_set, placed, is_new=False)


@require_http_methods(["GET", "HEAD", "POST"])
def set_row_add(request: SignedInRequest, code: str) -> HttpResponse:
    """Thêm một dòng vào bộ tiêu chí dự thảo."""
    criteria_set = _draft(request, code)
    kind, parent = request.GET.get("loai", "area"), request.GET.get("trong", "")
    if kind not in NodeKind.values or bool(parent) != (kind == "criterion"):
        raise Http404
    if parent and find_row(spec_of(criteria_set), parent) is None:
        raise Http404
    empty: AreaSpec | RowSpec = RowSpec(code="", name="", max_points=Decimal(1))
    if kind == "area":
        empty = AreaSpec(code="", name="", max_points=Decimal(1), criteria=())
    return _row_page(request, criteria_set, Placed(kind, parent, empty), is_new=True)


def _row_page(request: SignedInRequest, criteria_set: CriteriaSet, placed: Placed, *, is_new: bool) -> HttpResponse:
    before = placed.row
    mark, status, conflict = digest_of(before), 200, []
    form = _row_form(request, criteria_set.issuer, placed, is_new=is_new)
    saving = request.method == "POST" and "doi_cach" not in request.POST
    if saving:
        status = 422
    if saving and form.is_valid():
        spec = spec_of(criteria_set)
        try:
            typed = form.row_over(before)
            made = add_row(spec, placed.kind, placed.parent, typed) if is_new else change_row(spec, before.code, typed)
            if not is_new and request.POST.get("was") != mark:
                conflict, status = [one.sentence for one in differences_of(spec, made)], 409
            if not conflict:
                return _save(request, criteria_set, made, "Đã thêm dòng." if is_new else "Đã lưu.", at=typed.code)
        except DomainError as error:
            show_refusal(form, error)
    context = {
        "form": form,
        "set": criteria_set,
        "placed": placed,
        "is_new": is_new,
        "mark": mark,
        "rule_was": form.chosen_rule,
        "conflict": conflict,
        "title": f"Thêm {ADDED[placed.kind]}" if is_new else f"Sửa dòng {before.code}",
    }
    return render(request, "emulation/set_row.html", context, status=status)


def _row_form(request: SignedInRequest, issuer: Unit, placed: Placed, *, is_new: bool) -> SetRowForm:
    row = placed.row
    stored = row.rule_kind if isinstance(row, RowSpec) else ""
    posted = request.POST if request.method == "POST" else None
    given: dict[str, Any] = {
        "kind": placed.kind,
        "group": isinstance(row, RowSpec) and bool(row.children),
        "places": _places(issuer),
        "rule_kind": posted.get("rule_kind", "") if posted is not None else stored,
    }
    if posted is None:
        return SetRowForm(initial={} if is_new else initial_of(row), **given)
    if "doi_cach" in posted:
        return SetRowForm(initial=_typed(posted), **given)
    # Parameters of the rule the page was made with; another kind is chosen with its own button.
    return SetRowForm(posted, **(given | {"rule_kind": posted.get("rule_was", given["rule_kind"])}))


def _typed(posted: QueryDict) -> dict[str, Any]:
    many = {name: posted.getlist(name) for name in ("blocks", "units")}
    return {name: posted.get(name) for name in posted} | many


def _places(issuer: Unit) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    blocks = [(block.code, block.name) for block in issuer.blocks.order_by("position")]
    return blocks, [(unit.code, unit.name) for unit in units_of(issuer)]


def _save(request: SignedInRequest, criteria_set: CriteriaSet, spec: SetSpec, done: str, at: str = "") -> HttpResponse:
    changed = replace_draft(
        actor=request.user, criteria_set=criteria_set, spec=spec, version=criteria_set.version, unfinished=True
    )
    messages.success(request, done if changed else "Không có gì thay đổi.")
    anchor = f"#dong-{at}" if at else ""
    return redirect(reverse("emulation:set-edit", args=[criteria_set.code]) + anchor)


@require_POST
def set_row_step(request: SignedInRequest, code: str, row: str) -> HttpResponse:
    """Đưa một dòng lên, xuống, hoặc bỏ dòng."""
    criteria_set = _draft(request, code)
    spec = spec_of(criteria_set)
    placed = find_row(spec, row)
    if placed is None or request.POST.get("was") != digest_of(placed.row):
        raise Stale(f"Dòng {row} vừa được người khác thay đổi. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    step = request.POST.get("buoc", "")
    if step in MOVES:
        return _save(request, criteria_set, move_row(spec, row, MOVES[step]), "Đã đổi thứ tự.", at=row)
    if step != "bo":
        raise Http404
    try:
        return _save(request, criteria_set, remove_row(spec, row), f"Đã bỏ dòng {row}.")
    except Stale:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("emulation:set-edit", code)


@require_http_methods(["GET", "HEAD", "POST"])
def set_heading(request: SignedInRequest, code: str) -> HttpResponse:
    """Sửa phần chung: tên, căn cứ, mức xếp loại, cách đếm hạng, nộp chậm."""
    criteria_set = _draft(request, code)
    spec = spec_of(criteria_set)
    mark, status, conflict = digest_of_heading(spec), 200, []
    form = SetHeadingForm(request.POST or None, initial=heading_of(spec))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = form.spec_over(spec)
                if request.POST.get("was") != mark:
                    conflict, status = [one.sentence for one in differences_of(spec, made)], 409
                if not conflict:
                    return _save(request, criteria_set, made, "Đã lưu phần chung.")
            except DomainError as error:
                show_refusal(form, error)
    context = {"form": form, "set": criteria_set, "mark": mark, "conflict": conflict}
    return render(request, "emulation/set_heading.html", context, status=status)
