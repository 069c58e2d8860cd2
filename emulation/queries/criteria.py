"""Reads of criteria sets: who sees which, and the tree of areas and criteria."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404

from emulation.enums import NodeKind, SetState
from emulation.models import CriteriaSet, Criterion, Round
from emulation.set_spec import EXTRA_CODE, KnownPlaces
from units.models import Unit, User
from units.queries import visible_issuer_ids

# Bonus and penalty rows belong to no area; screens show them together under the address EXTRA_CODE.
EXTRA_NAME = "Điểm cộng, điểm trừ"


@dataclass(slots=True)
class AreaTree:
    """One area with its criteria in order; the last one (code EXTRA_CODE) holds bonus and penalty."""

    code: str
    name: str
    max_points: Decimal
    criteria: list[Criterion] = field(default_factory=list)


def visible_sets(user: User) -> QuerySet[CriteriaSet]:
    """Return the criteria sets of the person's issuer; everybody with a role may read them."""
    return CriteriaSet.objects.filter(issuer__in=visible_issuer_ids(user)).select_related("issuer")


def sets_with_counts(user: User) -> QuerySet[CriteriaSet]:
    """Return the visible sets with `round_count`, newest year first."""
    return visible_sets(user).annotate(round_count=Count("rounds"))


def get_set_for(user: User, code: str) -> CriteriaSet:
    """Return one criteria set by its code; Http404 for strangers."""
    return get_object_or_404(visible_sets(user), code=code)


def amending_sets(round_: Round) -> QuerySet[CriteriaSet]:
    """Return the issued sets copied from the one a round is computed by: a published result may be put under one."""
    copies = CriteriaSet.objects.filter(issuer=round_.issuer_id, copied_from=round_.criteria_set_id)
    return copies.exclude(state=SetState.DRAFT).order_by("-year", "code")


def known_places(issuer: Unit) -> KnownPlaces:
    """Return the codes of the issuer's blocks and units, closed units included: what rows of a set may name."""
    return KnownPlaces(
        blocks=frozenset(issuer.blocks.values_list("code", flat=True)),
        units=frozenset(issuer.children.values_list("code", flat=True)),
    )


def area_codes(criteria: list[Criterion]) -> dict[int, str]:
    """Return {criterion id: code of the area above it}; bonus and penalty rows give EXTRA_CODE."""
    by_id = {criterion.pk: criterion for criterion in criteria}

    def area_of(node: Criterion) -> str:
        if node.kind in (NodeKind.BONUS, NodeKind.PENALTY):
            return EXTRA_CODE
        while node.kind != NodeKind.AREA and node.parent_id is not None:
            node = by_id[node.parent_id]
        return node.code

    return {criterion.pk: area_of(criterion) for criterion in criteria}


def tree_of(criteria: list[Criterion]) -> list[AreaTree]:
    """Return the areas in order with their scored criteria (rows with a rule), bonus and penalty last."""
    areas = {
        node.code: AreaTree(node.code, node.name, node.max_points) for node in criteria if node.kind == NodeKind.AREA
    }
    codes = area_codes(criteria)
    for criterion in scored_criteria(criteria):
        code = codes[criterion.pk]
        if code not in areas:
            areas[code] = AreaTree(code, EXTRA_NAME if code == EXTRA_CODE else criterion.name, Decimal(0))
        areas[code].criteria.append(criterion)
    return list(areas.values())


def scored_criteria(criteria: list[Criterion]) -> list[Criterion]:
    """Return the criteria that become rows of a scorecard: all but the areas."""
    return [criterion for criterion in criteria if criterion.kind != NodeKind.AREA and criterion.rule_kind]


def criteria_of(criteria_set: CriteriaSet) -> list[Criterion]:
    """Return every node of the set in order, in one query."""
    return list(Criterion.objects.filter(criteria_set=criteria_set).order_by("position"))


def group_heads(criteria: list[Criterion]) -> dict[int, list[Criterion]]:
    """Return {id of a scored criterion: the groups that begin with it}, outermost first; areas are no groups."""
    by_id = {node.pk: node for node in criteria}
    seen: set[int] = set()
    found: dict[int, list[Criterion]] = {}
    for criterion in scored_criteria(criteria):
        above: list[Criterion] = []
        parent = by_id.get(criterion.parent_id or 0)
        while parent is not None and parent.kind != NodeKind.AREA:
            if parent.pk not in seen:
                above.append(parent)
                seen.add(parent.pk)
            parent = by_id.get(parent.parent_id or 0)
        found[criterion.pk] = above[::-1]
    return found


def criteria_with_places(criteria_set: CriteriaSet) -> list[Criterion]:
    """Return every node of the set in order with blocks, units and appraiser, in three queries."""
    nodes = Criterion.objects.filter(criteria_set=criteria_set).select_related("appraiser")
    nodes = nodes.prefetch_related("blocks", "units")
    return list(nodes.order_by("position"))


def place_names(issuer: Unit) -> dict[str, str]:
    """Return {code: name} of the issuer's blocks and units; units no longer there say so. Two queries."""
    blocks = {block.code: block.name for block in issuer.blocks.all()}
    units = {unit.code: unit.name if unit.active else f"{unit.name} (đã ngừng)" for unit in issuer.children.all()}
    return blocks | units
