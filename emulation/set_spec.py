"""A criteria set before it is in the database: what an import or the sample gives, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.ranking import STYLES, read_tie_order, read_veto, validate_bands, validate_head_mapping
from emulation.ranking.vetoes import CONDITIONS
from emulation.scoring import RuleError

FULL_MARKS = Decimal(100)
MAX_CODE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSpec:
    """One row below an area, a bonus or a penalty. Names as in emulation.models.Criterion.

    A row with `children` is the sum of them and has no rule; one without is scored by its rule. `blocks`, `units` and
    `appraiser` are codes; empty means every unit, and Phòng VHXH.
    """

    code: str
    name: str
    max_points: Decimal
    rule_kind: str = ""
    rule_params: Mapping[str, Any] = field(default_factory=dict)
    source: str = "person"
    requires_trait: str = ""
    evidence_required: bool = False
    explanation_required: bool = False
    added: bool = False
    appraiser: str = ""
    blocks: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    legal_basis: str = ""
    guidance: str = ""
    children: tuple[RowSpec, ...] = ()

    def leaves(self) -> Iterable[RowSpec]:
        """Return the scored rows below and including this one, in printed order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSpec:
    """One area with its criteria; their maxima add up to the area's."""

    code: str
    name: str
    max_points: Decimal
    criteria: tuple[RowSpec, ...]
    requires_trait: str = ""
    blocks: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    legal_basis: str = ""
    guidance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpec:
    """A whole set. `bands`, highest first: see emulation.ranking.bands; `tie_order`: emulation.ranking.ties."""

    code: str
    name: str
    year: int
    areas: tuple[AreaSpec, ...]
    bonuses: tuple[RowSpec, ...] = ()
    penalties: tuple[RowSpec, ...] = ()
    bonus_max: Decimal = Decimal(0)
    penalty_max: Decimal = Decimal(0)
    bands: tuple[Mapping[str, Any], ...]
    tie_order: tuple[str, ...] = ()
    rank_style: str = "competition"
    head_mapping: Mapping[str, Any] = field(default_factory=dict)
    veto_conditions: tuple[Mapping[str, Any], ...] = ()
    index_decimals: int = 2
    late_policy: str = "as_is"
    late_points: Decimal = Decimal(0)
    late_points_max: Decimal = Decimal(0)
    appeal_working_days: int = 5
    legal_basis: str = ""
    is_sample: bool = False
    decision_number: str = ""

    def rows(self) -> Iterable[RowSpec]:
        """Return every scored row in printed order: criteria, bonuses, penalties."""
        for area in self.areas:
            for criterion in area.criteria:
                yield from criterion.leaves()
        yield from self.bonuses
        yield from self.penalties

    def nodes(self) -> Iterable[Placed]:
        """Return every row in printed order with its kind and the code of the row above, areas included."""
        for area in self.areas:
            yield Placed("area", "", area)
            for criterion in area.criteria:
                yield from _below(criterion, area.code)
        yield from (Placed("bonus", "", row) for row in self.bonuses)
        yield from (Placed("penalty", "", row) for row in self.penalties)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its kind (NodeKind) and the code of the row above ("" at the top)."""

    kind: str
    parent: str
    row: AreaSpec | RowSpec


def _below(row: RowSpec, parent: str) -> Iterable[Placed]:
    yield Placed("criterion", parent, row)
    for child in row.children:
        yield from _below(child, row.code)


def problems_of(spec: SetSpec) -> list[str]:
    """Return what is wrong with a set, in Vietnamese, each naming the row; empty when it can be created."""
    wrong = _code_problems(spec)
    return [*wrong, *([] if wrong else _tree_problems(spec)), *_rule_problems(spec), *_extra_problems(spec)]


def draft_problems(spec: SetSpec) -> list[str]:
    """Return what not even a draft may have: codes, names, a rule that cannot work, bands, vetoes, numbers.

    What is left for a draft to be unfinished in: maxima that do not add up, rows without a rule, caps of bonus and
    penalty. `problems_of` finds all; nothing is issued with any.
    """
    found = [*_code_problems(spec), *_rule_problems(spec, unfinished=True)]
    return found + [problem for check in _CHECKS if (problem := check(spec))]


def _code_problems(spec: SetSpec) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    for placed in spec.nodes():
        row = placed.row
        if not row.code or len(row.code) > MAX_CODE:
            found.append(f"Mã “{row.code}” phải có từ 1 đến {MAX_CODE} ký tự.")
        if row.code in seen:
            found.append(f"Mã “{row.code}” bị trùng.")
        if not row.name.strip() or len(row.name) > 500:
            found.append(f"Dòng “{row.code}” phải có tên, không quá 500 ký tự.")
        seen.add(row.code)
    return found


def _tree_problems(spec: SetSpec) -> list[str]:
    nodes = [
        scoring.Node(
            placed.row.code,
            placed.parent,
            placed.row.max_points,
            "criterion" if placed.kind == "area" else placed.kind,
            added=getattr(placed.row, "added", False),
        )
        for placed in spec.nodes()
    ]
    empty = [f"Lĩnh vực {area.code} chưa có tiêu chí nào." for area in spec.areas if not area.criteria]
    return [*empty, *scoring.tree_problems(nodes, full=FULL_MARKS)]


def _rule_problems(spec: SetSpec, *, unfinished: bool = False) -> list[str]:
    found = [
        f"Tiêu chí {placed.row.code}: có tiêu chí con nên không được có cách chấm riêng."
        for placed in spec.nodes()
        if isinstance(placed.row, RowSpec) and placed.row.children and placed.row.rule_kind
    ]
    for row in spec.rows():
        if unfinished and not row.rule_kind:
            continue
        try:
            check_rule(row)
        except RuleError as error:
            found.append(f"Tiêu chí {row.code}: {error.message}")
    return found


def check_rule(row: RowSpec) -> None:
    """Raise RuleError (naming the parameter) when a row's rule, maximum and source do not go together."""
    if not row.rule_kind:
        raise RuleError("Chưa có cách chấm.", field="rule_kind")
    scoring.validate_rule(row.rule_kind, row.rule_params, row.max_points)
    _check_source(row)


def _check_source(row: RowSpec) -> None:
    fact = row.rule_params.get("fact")
    if row.source == "person" and fact is None:
        return
    if row.source != "tasks" or fact not in scoring.FACTS:
        raise RuleError("Nguồn tính từ nhiệm vụ phải nêu đúng một số liệu nhiệm vụ (fact).", field="fact")
    label, kinds = scoring.FACTS[fact]
    if row.rule_kind not in kinds or row.rule_params.get("input") == "percent" or "steps" in row.rule_params:
        raise RuleError(f"Cách chấm “{row.rule_kind}” không dùng được số liệu “{label}”.", field="fact")
    if row.rule_params.get("no_case_full") is None and row.rule_params.get("no_case") is None:
        raise RuleError("Cần nêu điểm khi kỳ không có nhiệm vụ nào đến hạn (no_case_full).", field="no_case_full")


def _extra_problems(spec: SetSpec) -> list[str]:
    found: list[str] = []
    for name, rows, cap in (
        ("cộng", spec.bonuses, spec.bonus_max),
        ("trừ", spec.penalties, spec.penalty_max),
    ):
        if cap < 0 or bool(rows) != (cap > 0):
            found.append(f"Mức tối đa của điểm {name} phải lớn hơn 0 khi và chỉ khi có dòng điểm {name}.")
    found += [problem for check in _CHECKS if (problem := check(spec))]
    return found


def _said(check: Callable[[SetSpec], object]) -> Callable[[SetSpec], str]:
    """Turn a check that raises RuleError into one that returns the problem, "" when there is none."""

    def problem(spec: SetSpec) -> str:
        try:
            check(spec)
        except RuleError as error:
            return error.message
        return ""

    return problem


def _bands(spec: SetSpec) -> list[dict[str, Any]]:
    return [dict(band) for band in spec.bands]


def _check_vetoes(spec: SetSpec) -> None:
    codes = {placed.row.code for placed in spec.nodes()}
    for condition in spec.veto_conditions:
        read_veto({"reason": "điều kiện của bộ tiêu chí", **condition}, _bands(spec))
        if condition.get("when") not in CONDITIONS:
            raise RuleError(f"Trường hợp khống chế không có điều kiện “{condition.get('when')}”.", field="when")
        if condition["when"] in ("area_below", "criterion_below") and condition.get("code") not in codes:
            raise RuleError(f"Trường hợp khống chế nêu dòng “{condition.get('code')}” không có.", field="code")


def _check_numbers(spec: SetSpec) -> None:
    if spec.rank_style not in STYLES:
        raise RuleError(f"Không có cách đếm hạng “{spec.rank_style}”.", field="rank_style")
    if spec.index_decimals not in (2, 3, 4):
        raise RuleError("Số lẻ của chỉ số chỉ nhận 2, 3 hoặc 4.", field="index_decimals")
    if spec.late_points < 0 or spec.late_points_max < spec.late_points:
        raise RuleError("Điểm trừ nộp chậm phải từ 0, mức trừ nhiều nhất không nhỏ hơn một ngày.", field="late_points")
    if not 1 <= spec.appeal_working_days <= 30:
        raise RuleError("Số ngày làm việc để kiến nghị phải từ 1 đến 30.", field="appeal_working_days")
    if spec.late_policy not in ("as_is", "zero"):
        raise RuleError(f"Không có cách xử lý phiếu nộp chậm “{spec.late_policy}”.", field="late_policy")


_CHECKS = tuple(
    map(
        _said,
        (
            lambda spec: read_tie_order(spec.tie_order, {area.code for area in spec.areas}),
            lambda spec: validate_bands(_bands(spec)),
            lambda spec: validate_head_mapping(spec.head_mapping, _bands(spec)) if spec.head_mapping else None,
            _check_vetoes,
            _check_numbers,
        ),
    )
)
