"""The tree of a draft set with its live check; moving a row up or down, taking one out."""

from dataclasses import dataclass, field
from decimal import Decimal

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.queries.criteria import EXTRA_NAME
from emulation.set_check import check_set, sum_below, total_of
from emulation.set_editing import (
    below,
    digest_of,
    digest_of_tree,
    find_row,
    has_rule,
    move_row,
    remove_row,
    rows_within,
)
from emulation.set_spec import EXTRA_CODE, Placed, RowSpec
from emulation.set_words import FIRST_APPRAISER, bands_text, head_sentences, row_names, rule_text, veto_sentences
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from units.enums import UnitTrait
from units.rules import SignedInRequest

from .shared import Draft, draft_for, save, tree_url

MOVES = {"len": -1, "xuong": 1}
ALL = "tat-ca"
_FEW = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the tree as printed. `marks` are short notes, `summed` what its children add up to."""

    placed: Placed
    depth: int
    rule: str
    marks: list[str]
    summed: Decimal | None
    mark: str

    @property
    def off(self) -> bool:
        """Whether the children do not add up to the row's maximum."""
        return self.summed is not None and self.summed != self.placed.row.max_points

    @property
    def takes_rows(self) -> bool:
        """Whether a row can be added below."""
        return self.placed.kind in ("area", "criterion") and not getattr(self.placed.row, "added", False)


@dataclass(frozen=True, slots=True)
class Part:
    """One area, or bonus and penalty together (no `head`), folded or open."""

    code: str
    name: str
    head: Line | None
    opened: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def scored(self) -> int:
        """How many scored rows it holds."""
        return sum(1 for one in self.lines if not below(one.placed.row))

    @property
    def unruled(self) -> int:
        """How many of them have no rule yet."""
        return sum(1 for one in self.lines if not below(one.placed.row) and not has_rule(one.placed.row))

    @property
    def off(self) -> bool:
        """Whether something in it does not add up."""
        return any(one.off for one in (*self.lines, *([self.head] if self.head else [])))


@require_safe
def set_edit(request: SignedInRequest, code: str) -> HttpResponse:
    """Soạn bộ tiêu chí: cây tiêu chí, kiểm tra ngay khi sửa."""
    draft = draft_for(request, code)
    spec = draft.spec
    context = {
        "set": draft.stored,
        "parts": _parts(draft, request.GET.get("mo", "")),
        "all_open": request.GET.get("mo") == ALL,
        "total": total_of(spec),
        "check": check_set(spec, draft.units),
        "band_rule": bands_text(spec.bands),
        "heads": head_sentences(spec.head_mapping, spec.bands),
        "vetoes": veto_sentences(spec.veto_conditions, spec.bands, row_names(spec)),
    }
    return render(request, "emulation/set_edit.html", context)


def _parts(draft: Draft, opened: str) -> list[Part]:
    everything = opened == ALL or sum(1 for _ in draft.spec.nodes()) <= _FEW
    found: list[Part] = []
    extra = Part(EXTRA_CODE, EXTRA_NAME, None, everything or opened == EXTRA_CODE)
    for line in _lines(draft):
        row = line.placed.row
        if line.placed.kind == "area":
            found.append(Part(row.code, row.name, line, everything or opened == row.code))
        elif line.placed.kind == "criterion":
            found[-1].lines.append(line)
        else:
            extra.lines.append(line)
    return [*found, *([extra] if extra.lines else [])]


def _lines(draft: Draft) -> list[Line]:
    depths: dict[str, int] = {}
    found = []
    for placed in draft.spec.nodes():
        row = placed.row
        depth = depths[row.code] = depths.get(placed.parent, -1) + 1
        found.append(Line(placed, depth, _words(placed), _marks(placed, draft), sum_below(row), digest_of(placed)))
    return found


def _words(placed: Placed) -> str:
    row = placed.row
    if not isinstance(row, RowSpec) or row.children:
        return ""
    return rule_text(row) if row.rule_kind else "Chưa có cách chấm."


def _marks(placed: Placed, draft: Draft) -> list[str]:
    row = placed.row
    kinds = {"bonus": ["Điểm cộng"], "penalty": ["Điểm trừ"]}
    found = list(kinds.get(placed.kind, ()))
    if isinstance(row, RowSpec):
        flags = (
            (row.added, "Bổ sung ngoài khung"),
            (row.evidence_required, "Cần minh chứng"),
            (row.explanation_required, "Cần ghi cách tính"),
        )
        found += [text for on, text in flags if on]
    if row.requires_trait:
        found.append(str(UnitTrait(row.requires_trait).label))
    if row.blocks or row.units:
        found += [f"Chỉ {draft.names.get(code, code)}" for code in (*row.blocks, *row.units)]
    if isinstance(row, RowSpec) and row.appraiser:
        found.append(f"{draft.names.get(row.appraiser, row.appraiser)} thẩm định")
    return found


@require_POST
def set_row_step(request: SignedInRequest, code: str, row: str) -> HttpResponse:
    """Đưa một dòng lên hoặc xuống."""
    draft = draft_for(request, code)
    placed = find_row(draft.spec, row)
    if placed is None or request.POST.get("was") != digest_of(placed):
        raise Stale(f"Dòng {row} vừa được người khác thay đổi. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    step = request.POST.get("buoc", "")
    if step not in MOVES:
        raise Http404
    return save(request, draft, move_row(draft.spec, row, MOVES[step]), "Đã đổi thứ tự.", at=row)


@require_http_methods(["GET", "HEAD", "POST"])
def set_row_remove(request: SignedInRequest, code: str, row: str) -> HttpResponse:
    """Bỏ một dòng và các dòng dưới nó, after all of them were shown."""
    draft = draft_for(request, code)
    placed = find_row(draft.spec, row)
    if placed is None:
        raise Http404
    form, mark, status = forms.Form(request.POST or None), digest_of_tree(placed), 200
    changed = request.method == "POST" and request.POST.get("was") != mark
    if request.method == "POST":
        status = 409 if changed else 422
    if request.method == "POST" and not changed and form.is_valid():
        try:
            return save(request, draft, remove_row(draft.spec, row), f"Đã bỏ dòng {row}.", at=placed.parent)
        except DomainError as error:
            show_refusal(form, error)
    context = {"form": form, "set": draft.stored, "placed": placed, "mark": mark, "changed": changed}
    context |= {"rows": _shown(placed), "back": tree_url(code, draft.spec, row), "first_appraiser": FIRST_APPRAISER}
    return render(request, "emulation/set_row_remove.html", context, status=status)


def _shown(placed: Placed) -> list[tuple[Placed, str]]:
    return [(one, _words(one)) for one in rows_within(placed)]
