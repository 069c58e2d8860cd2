"""A criteria set before it is in the database: what an import or the sample gives, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.ranking import read_tie_order, validate_bands
from emulation.scoring import RuleError
from ninhgiang.points import show

FULL_MARKS = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSpec:
    """One scored row: a criterion of an area, a bonus or a penalty. Names as in emulation.models.Criterion."""

    code: str
    name: str
    max_points: Decimal
    rule_kind: str
    rule_params: Mapping[str, Any] = field(default_factory=dict)
    source: str = "person"
    requires_trait: str = ""
    evidence_required: bool = False
    guidance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSpec:
    """One area with its criteria; their maxima add up to the area's."""

    code: str
    name: str
    max_points: Decimal
    criteria: tuple[RowSpec, ...]
    requires_trait: str = ""
    guidance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpec:
    """A whole set. `bands`, highest first: [{"code", "name", "lower"}]; `tie_order`: see emulation.ranking.ties."""

    code: str
    name: str
    year: int
    areas: tuple[AreaSpec, ...]
    bonuses: tuple[RowSpec, ...] = ()
    penalties: tuple[RowSpec, ...] = ()
    bonus_max: Decimal = Decimal(0)
    penalty_max: Decimal = Decimal(0)
    bands: tuple[Mapping[str, str], ...]
    tie_order: tuple[str, ...] = ()
    is_sample: bool = False
    decision_number: str = ""

    def rows(self) -> Iterable[RowSpec]:
        """Return every scored row in printed order: criteria, bonuses, penalties."""
        for area in self.areas:
            yield from area.criteria
        yield from self.bonuses
        yield from self.penalties


def problems_of(spec: SetSpec) -> list[str]:
    """Return what is wrong with a set, in Vietnamese, each naming the row; empty when it can be created."""
    return [*_code_problems(spec), *_sum_problems(spec), *_rule_problems(spec), *_extra_problems(spec)]


def _code_problems(spec: SetSpec) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    nodes: list[AreaSpec | RowSpec] = [*spec.areas, *spec.rows()]
    for row in nodes:
        if not row.code or len(row.code) > 12:
            found.append(f"Mã “{row.code}” phải có từ 1 đến 12 ký tự.")
        if row.code in seen:
            found.append(f"Mã “{row.code}” bị trùng.")
        if not row.name.strip() or len(row.name) > 500:
            found.append(f"Dòng “{row.code}” phải có tên, không quá 500 ký tự.")
        seen.add(row.code)
    return found


def _sum_problems(spec: SetSpec) -> list[str]:
    found: list[str] = []
    for area in spec.areas:
        added = sum((row.max_points for row in area.criteria), start=Decimal(0))
        if added != area.max_points:
            found.append(
                f"Lĩnh vực {area.code} có điểm tối đa {show(area.max_points)} "
                f"nhưng các tiêu chí cộng lại là {show(added)}."
            )
    whole = sum((area.max_points for area in spec.areas), start=Decimal(0))
    if whole != FULL_MARKS:
        found.append(f"Các lĩnh vực phải cộng lại đúng {show(FULL_MARKS)} điểm; hiện là {show(whole)}.")
    return found


def _rule_problems(spec: SetSpec) -> list[str]:
    found: list[str] = []
    for row in spec.rows():
        try:
            scoring.validate_rule(row.rule_kind, row.rule_params, row.max_points)
            _check_source(row)
        except RuleError as error:
            found.append(f"Tiêu chí {row.code}: {error.message}")
    return found


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
    for check in (
        lambda: read_tie_order(spec.tie_order, {area.code for area in spec.areas}),
        lambda: validate_bands([dict(band) for band in spec.bands]),
    ):
        try:
            check()
        except RuleError as error:
            found.append(error.message)
    return found
