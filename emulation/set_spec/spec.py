"""The tree of a criteria set as values: areas, criteria, components, bonus and penalty rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


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
