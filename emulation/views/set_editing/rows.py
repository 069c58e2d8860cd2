"""One row of a draft set: changed, moved below another, added; the live check beside the form while it is typed."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from emulation.enums import NodeKind
from emulation.forms.set_editing.rows import Places, SetRowForm, initial_of
from emulation.rule_examples import example_of
from emulation.scoring import RuleError
from emulation.set_check import Sum, check_set, sums_around
from emulation.set_editing import (
    AnyRow,
    add_row,
    below,
    change_row,
    digest_of,
    find_row,
    has_rule,
    parents_for,
    path_of,
    place_row,
)
from emulation.set_spec import AreaSpec, Placed, RowSpec, SetSpec
from emulation.set_words import rule_text
from ninhgiang.errors import DomainError
from units.rules import SignedInRequest

from .shared import Draft, Outcome, draft_for, page, show_problems, store, tree_url

ADDED = {"area": "lĩnh vực", "criterion": "tiêu chí", "bonus": "điểm cộng", "penalty": "điểm trừ"}
_REDRAWN = ("doi_cach", "kiem_tra")
_PROBLEMS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Target:
    """The row a page is about; a new one has an empty row. `gone`: why it is no longer there to be saved."""

    placed: Placed
    is_new: bool = False
    gone: str = ""

    @property
    def title(self) -> str:
        """What the page does."""
        return f"Thêm {ADDED[self.placed.kind]}" if self.is_new else f"Sửa dòng {self.placed.row.code}"


@dataclass(frozen=True, slots=True)
class RowCheck:
    """The live check of one row: its rule, an example, what then adds up, what is left, `more` beyond those shown."""

    rule: str
    example: str
    wrong: list[str]
    sums: list[Sum]
    problems: list[str]
    more: int
    warnings: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def set_row_edit(request: SignedInRequest, code: str, row: str) -> HttpResponse:
    """Sửa một dòng của bộ tiêu chí dự thảo."""
    draft = draft_for(request, code, keeps_typed=True)
    return _row_page(request, draft, _edited(request, draft, row))


@require_http_methods(["GET", "HEAD", "POST"])
def set_row_add(request: SignedInRequest, code: str) -> HttpResponse:
    """Thêm một dòng vào bộ tiêu chí dự thảo."""
    draft = draft_for(request, code, keeps_typed=True)
    return _row_page(request, draft, _added(request, draft))


@require_POST
def set_row_check(request: SignedInRequest, code: str, row: str) -> HttpResponse:
    """Kiểm tra một dòng khi đang gõ; reads only."""
    draft = draft_for(request, code, keeps_typed=True)
    return _check_answer(request, draft, _edited(request, draft, row))


@require_POST
def set_row_add_check(request: SignedInRequest, code: str) -> HttpResponse:
    """Kiểm tra một dòng mới khi đang gõ; reads only."""
    draft = draft_for(request, code, keeps_typed=True)
    return _check_answer(request, draft, _added(request, draft))


def _edited(request: SignedInRequest, draft: Draft, code: str) -> Target:
    placed = find_row(draft.spec, code)
    if placed is not None:
        return Target(placed)
    if request.method != "POST":
        raise Http404
    kind = request.POST.get("kind", "")
    kind = kind if kind in NodeKind.values else NodeKind.CRITERION
    gone = f"Dòng {code} không còn trong bộ tiêu chí: người khác vừa bỏ hoặc đổi mã dòng này."
    return Target(Placed(kind, request.POST.get("parent", ""), replace(_empty(kind), code=code)), gone=gone)


def _added(request: SignedInRequest, draft: Draft) -> Target:
    kind, parent = request.GET.get("loai", "area"), request.GET.get("trong", "")
    if kind not in NodeKind.values or bool(parent) != (kind == "criterion"):
        raise Http404
    if parent and request.method != "POST" and find_row(draft.spec, parent) is None:
        raise Http404
    return Target(Placed(kind, parent, _empty(kind)), is_new=True)


def _empty(kind: str) -> AnyRow:
    if kind == "area":
        return AreaSpec(code="", name="", max_points=Decimal(1), criteria=())
    return RowSpec(code="", name="", max_points=Decimal(1))


def _row_page(request: SignedInRequest, draft: Draft, target: Target) -> HttpResponse:
    form, outcome = _row_form(request, draft, target), Outcome(blocked=target.gone)
    if request.method == "POST" and not _redrawn(request):
        outcome = _stored(request, draft, target, form)
        if outcome.answer is not None:
            return outcome.answer
    checked = _row_form(request, draft, target, typed=True) if _redrawn(request) else form
    context = page(draft, outcome, form=form, placed=target.placed, target=target, mark=digest_of(target.placed))
    context["check"] = _check(draft, target, checked)
    context["back"] = tree_url(draft.stored.code, draft.spec, target.placed.row.code or target.placed.parent)
    context["trail"] = [one.row.code for one in path_of(draft.spec, target.placed.row.code)][::-1]
    return render(request, "emulation/set_row.html", context, status=outcome.status)


def _redrawn(request: SignedInRequest) -> bool:
    return request.method == "POST" and any(name in request.POST for name in _REDRAWN)


def _stored(request: SignedInRequest, draft: Draft, target: Target, form: SetRowForm) -> Outcome:
    valid = form.is_valid()
    if target.gone or draft.closed:
        return Outcome(status=409, blocked=target.gone)
    if not valid:
        return Outcome(status=422)
    typed = form.row_over(target.placed.row)
    try:
        made = _with(draft.spec, target, typed, form.cleaned_data.get("parent", ""))
        mark = None if target.is_new else digest_of(target.placed)
        return store(request, draft, made, "Đã thêm dòng." if target.is_new else "Đã lưu.", mark=mark, at=typed.code)
    except DomainError as error:
        show_problems(form, error, typed.code)
    return Outcome(status=422)


def _with(spec: SetSpec, target: Target, typed: AnyRow, parent: str) -> SetSpec:
    if target.is_new:
        return add_row(spec, target.placed.kind, parent, typed)
    changed = change_row(spec, target.placed.row.code, typed)
    return place_row(changed, typed.code, parent) if parent else changed


def _row_form(request: SignedInRequest, draft: Draft, target: Target, *, typed: bool = False) -> SetRowForm:
    """Return the form: stored values, posted ones, or (another rule chosen) posted ones that are not checked yet.

    `typed`: what was posted, checked with the rule now chosen; for the live check.
    """
    row = target.placed.row
    posted = request.POST if request.method == "POST" else None
    given: dict[str, Any] = {
        "kind": target.placed.kind,
        "group": isinstance(row, RowSpec) and bool(row.children),
        "places": _places(draft, target),
        "rule_kind": row.rule_kind if isinstance(row, RowSpec) else "",
    }
    if posted is None:
        return SetRowForm(
            initial={"parent": target.placed.parent} | ({} if target.is_new else initial_of(row)), **given
        )
    given["rule_kind"] = posted.get("rule_kind", "")
    if _redrawn(request) and not typed:
        return SetRowForm(initial=_typed(posted), **given)
    # Parameters of the rule the page was made with; another kind is chosen with its own button.
    return SetRowForm(posted, **(given | ({} if typed else {"rule_kind": posted.get("rule_was", given["rule_kind"])})))


def _typed(posted: QueryDict) -> dict[str, Any]:
    many = {name: posted.getlist(name) for name in ("blocks", "units")}
    return {name: posted.get(name) for name in posted} | many


def _places(draft: Draft, target: Target) -> Places:
    """Return what the form offers; what a row names already stays, also a unit that is no longer there."""
    row = target.placed.row
    named = {*row.units, getattr(row, "appraiser", "")}
    units = [(unit.code, unit.name) for unit in draft.units]
    units += [(code, draft.names[code]) for code in sorted(named - {code for code, _ in units}) if code in draft.names]
    blocks = [(block.code, block.name) for block in draft.stored.issuer.blocks.order_by("position")]
    return (
        Places(blocks, units, *_parents(draft.spec, target))
        if target.placed.kind == "criterion"
        else Places(blocks, units)
    )


def _parents(spec: SetSpec, target: Target) -> tuple[list[tuple[str, str]], dict[str, str]]:
    offered = parents_for(spec, None if target.is_new or target.gone else target.placed.row)
    above = find_row(spec, target.placed.parent)
    ruled = {}
    if above is not None and above.row not in offered:
        offered.append(above.row)
        if has_rule(above.row) and isinstance(above.row, RowSpec):
            ruled[above.row.code] = rule_text(above.row)
    codes = {one.code for one in offered}
    depths: dict[str, int] = {}
    listed = []
    for placed in spec.nodes():
        depth = depths[placed.row.code] = depths.get(placed.parent, -1) + 1
        if placed.row.code in codes:
            listed.append((placed.row.code, f"{'– ' * depth}{placed.row.code}. {placed.row.name[:90]}"))
    return listed, ruled


# the live check


def _check_answer(request: SignedInRequest, draft: Draft, target: Target) -> HttpResponse:
    form = _row_form(request, draft, target, typed=True)
    return render(request, "emulation/_set_row_check.html", {"check": _check(draft, target, form)})


def _check(draft: Draft, target: Target, form: SetRowForm) -> RowCheck:
    row, wrong = _so_far(target, form)
    parent = str(_typed_value(form, "parent") or target.placed.parent)
    # A new row counts from the moment its points are typed.
    counts = not target.gone and not (target.is_new and _typed_value(form, "max_points") is None)
    made = draft.spec
    try:
        if counts:
            made = _with(draft.spec, target, row, parent)
    except DomainError as error:
        wrong = [*wrong, error.message]
    checked = check_set(made, draft.units)
    own = [one for one in checked.problems if row.code in one.split() or f"{row.code}:" in one.split()]
    problems = [*own, *(one for one in checked.problems if one not in own)]
    if wrong:  # said above already
        problems = [one for one in problems if not one.startswith(f"Tiêu chí {row.code}:")]
    rule, example = _explained(row) if not wrong else ("", "")
    sums = sums_around(made, row.code if counts else parent)
    shown = problems[:_PROBLEMS_SHOWN]
    return RowCheck(rule, example, wrong, sums, shown, len(problems) - len(shown), checked.warnings)


def _so_far(target: Target, form: SetRowForm) -> tuple[AnyRow, list[str]]:
    """Return the row as far as it is typed, with placeholders for what is still empty, and what is wrong with it."""
    row, wrong = target.placed.row, []
    if form.is_bound:
        form.is_valid()
        row = form.row_so_far(row)
        chosen = form.scored and bool(form.chosen_rule)
        wrong = form.rule_problems if chosen else [str(error) for error in form.errors.get("max_points", ())]
    return replace(row, code=row.code or "mới", name=row.name or "…"), wrong


def _typed_value(form: SetRowForm, name: str) -> object:
    return form.cleaned_data.get(name) if form.is_bound else None


def _explained(row: AnyRow) -> tuple[str, str]:
    if not isinstance(row, RowSpec) or below(row) or not row.rule_kind:
        return "", ""
    try:
        return rule_text(row), example_of(row.rule_kind, row.rule_params, row.max_points)
    except RuleError as error:
        return rule_text(row), error.message
