"""How many points of a set apply to the units of each block, and what applies to nobody: part of the live check."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from emulation.applicability import applies
from emulation.set_editing import AnyRow, below
from emulation.set_spec import SetSpec
from units.models import Unit


@dataclass(frozen=True, slots=True)
class BlockWeight:
    """One block: the least and most points that apply to one of its units; `without` are units with none at all."""

    name: str
    units: int
    least: Decimal
    most: Decimal
    without: tuple[str, ...] = ()


def block_weights(spec: SetSpec, units: Iterable[Unit]) -> list[BlockWeight]:
    """Return the weights by block in official order; blocks without units are left out.

    `units` are the issuer's active ones with their blocks. Bonus and penalty do not count.
    """
    leaves = _leaves(spec)
    found: dict[int, tuple[str, int, list[tuple[Decimal, str]]]] = {}
    for unit in units:
        if unit.block is None:
            continue
        weight = sum((path[-1].max_points for path in leaves if _applies(path, unit)), start=Decimal(0))
        line = found.setdefault(unit.block.pk, (unit.block.name, unit.block.position, []))
        line[2].append((weight, unit.short_name))
    return [_weight(name, lines) for name, _, lines in sorted(found.values(), key=lambda one: (one[1], one[0]))]


def _weight(name: str, lines: list[tuple[Decimal, str]]) -> BlockWeight:
    weights = [weight for weight, _ in lines]
    without = tuple(unit for weight, unit in lines if not weight)
    return BlockWeight(name, len(lines), min(weights), max(weights), without)


def _leaves(spec: SetSpec) -> list[list[AnyRow]]:
    """Return each scored criterion with the rows above it, the area first."""
    paths: dict[str, list[AnyRow]] = {}
    for placed in spec.nodes():
        if placed.kind in ("area", "criterion"):
            paths[placed.row.code] = [*paths.get(placed.parent, []), placed.row]
    return [path for path in paths.values() if len(path) > 1 and not below(path[-1])]


def _applies(path: list[AnyRow], unit: Unit) -> bool:
    block = unit.block.code if unit.block is not None else ""
    return applies(path, unit=unit.code, block=block, traits=unit.traits)


def weight_warnings(spec: SetSpec, units: Iterable[Unit], weights: Iterable[BlockWeight]) -> list[str]:
    """Return what would leave somebody without points though the set is whole: told, but not in the way of issuing.

    `units` are the issuer's active ones. Named are blocks of which units have nothing to be scored on, and rows that
    only name units which are no longer there.
    """
    found = []
    for one in weights:
        if len(one.without) == one.units:
            found.append(f"{one.name}: không có tiêu chí nào áp dụng (0 điểm), nên không chấm và xếp hạng được.")
        elif one.without:
            found.append(f"{one.name}: {', '.join(one.without)} không có tiêu chí nào áp dụng (0 điểm).")
    return [*found, *_closed(spec, {unit.code for unit in units})]


def _closed(spec: SetSpec, active: set[str]) -> list[str]:
    return [
        f"Dòng {placed.row.code} chỉ áp dụng cho đơn vị đã ngừng hoạt động nên không ai được chấm theo dòng này."
        for placed in spec.nodes()
        if placed.row.units and not placed.row.blocks and active.isdisjoint(placed.row.units)
    ]
