"""How many points of a set apply to the units of each block: the live check of weights in the editor."""

from dataclasses import dataclass
from decimal import Decimal

from emulation.enums import NodeKind
from emulation.models import CriteriaSet
from emulation.queries.criteria import criteria_with_places, scored_criteria
from emulation.services.computed import applies_to
from units.queries import units_of


@dataclass(frozen=True, slots=True)
class BlockWeight:
    """One block: the least and most points that apply to one of its units."""

    name: str
    units: int
    least: Decimal
    most: Decimal


def block_weights(criteria_set: CriteriaSet) -> list[BlockWeight]:
    """Return the weights by block in official order; blocks without units are left out. Four queries."""
    nodes = criteria_with_places(criteria_set)
    parents = {node.pk: node for node in nodes}
    leaves = [node for node in scored_criteria(nodes) if node.kind == NodeKind.CRITERION]
    found: dict[int, tuple[str, int, list[Decimal]]] = {}
    for unit in units_of(criteria_set.issuer):
        if unit.block is None:
            continue
        weight = sum((leaf.max_points for leaf in leaves if applies_to(leaf, unit, parents)), start=Decimal(0))
        found.setdefault(unit.block.pk, (unit.block.name, unit.block.position, []))[2].append(weight)
    ordered = sorted(found.values(), key=lambda one: (one[1], one[0]))
    return [BlockWeight(name, len(weights), min(weights), max(weights)) for name, _, weights in ordered]
