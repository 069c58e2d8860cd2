"""A criteria set between the database and its value: written row by row from a spec, read back into an equal one."""

from collections.abc import Mapping
from typing import Any

from emulation.enums import NodeKind
from emulation.models import CriteriaSet, Criterion
from emulation.set_spec import AreaSpec, RowSpec, SetSpec

_HEADING = (
    "name",
    "is_sample",
    "year",
    "decision_number",
    "bonus_max",
    "penalty_max",
    "rank_style",
    "index_decimals",
    "late_policy",
    "late_points",
    "late_points_max",
    "appeal_working_days",
    "legal_basis",
)
_ROW = ("code", "name", "max_points", "requires_trait", "legal_basis", "guidance")
_LEAF = ("rule_kind", "source", "evidence_required", "explanation_required", "added")


def write_heading(criteria_set: CriteriaSet, spec: SetSpec) -> None:
    """Set everything of a set but its rows from a spec, in memory."""
    for name in _HEADING:
        setattr(criteria_set, name, getattr(spec, name))
    criteria_set.bands = [dict(band) for band in spec.bands]
    criteria_set.tie_order = list(spec.tie_order)
    criteria_set.head_mapping = dict(spec.head_mapping)
    criteria_set.veto_conditions = [dict(one) for one in spec.veto_conditions]


def write_rows(criteria_set: CriteriaSet, spec: SetSpec) -> int:
    """Write all nodes in printed order, parents before children; returns how many are scored.

    Blocks, units and appraisers are those of the issuer (set_spec.place_problems).
    """
    blocks = {block.code: block for block in criteria_set.issuer.blocks.all()}
    units = {unit.code: unit for unit in criteria_set.issuer.children.all()}
    by_code: dict[str, Criterion] = {}
    for position, placed in enumerate(spec.nodes(), start=1):
        row = placed.row
        node = Criterion(criteria_set=criteria_set, kind=placed.kind, position=position)
        node.parent = by_code.get(placed.parent)
        for name in (*_ROW, *(_LEAF if isinstance(row, RowSpec) else ())):
            setattr(node, name, getattr(row, name))
        if isinstance(row, RowSpec):
            node.rule_params = dict(row.rule_params)
            node.appraiser = units[row.appraiser] if row.appraiser else None
        node.save(force_insert=True)
        if row.blocks:
            node.blocks.set([blocks[code] for code in row.blocks])
        if row.units:
            node.units.set([units[code] for code in row.units])
        by_code[row.code] = node
    return sum(1 for _ in spec.rows())


def spec_of(criteria_set: CriteriaSet) -> SetSpec:
    """Return a stored set as a spec: what export writes, a copy starts from, and a difference compares."""
    nodes = list(
        Criterion.objects.filter(criteria_set=criteria_set)
        .select_related("appraiser")
        .prefetch_related("blocks", "units")
        .order_by("position")
    )
    below: dict[int | None, list[Criterion]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    top = below.get(None, [])
    return SetSpec(
        code=criteria_set.code,
        areas=tuple(_area_spec(node, below) for node in top if node.kind == NodeKind.AREA),
        bonuses=tuple(_row_spec(node, below) for node in top if node.kind == NodeKind.BONUS),
        penalties=tuple(_row_spec(node, below) for node in top if node.kind == NodeKind.PENALTY),
        bands=tuple(criteria_set.bands),
        tie_order=tuple(criteria_set.tie_order),
        head_mapping=criteria_set.head_mapping,
        veto_conditions=tuple(criteria_set.veto_conditions),
        **{name: getattr(criteria_set, name) for name in _HEADING},
    )


def _places_of(node: Criterion) -> dict[str, Any]:
    return {
        "blocks": tuple(sorted(block.code for block in node.blocks.all())),
        "units": tuple(sorted(unit.code for unit in node.units.all())),
    }


def _area_spec(node: Criterion, below: Mapping[int | None, list[Criterion]]) -> AreaSpec:
    return AreaSpec(
        criteria=tuple(_row_spec(child, below) for child in below.get(node.pk, ())),
        **{name: getattr(node, name) for name in _ROW},
        **_places_of(node),
    )


def _row_spec(node: Criterion, below: Mapping[int | None, list[Criterion]]) -> RowSpec:
    return RowSpec(
        rule_params=node.rule_params,
        appraiser=node.appraiser.code if node.appraiser else "",
        children=tuple(_row_spec(child, below) for child in below.get(node.pk, ())),
        **{name: getattr(node, name) for name in (*_ROW, *_LEAF)},
        **_places_of(node),
    )
