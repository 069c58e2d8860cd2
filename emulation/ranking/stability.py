"""Would the order change if pending appeals were accepted: shown to the leader before publication (peers.md 6.14)."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from .places import RankItem, rank

_FULL = Decimal(100)
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Appeal:
    """One pending appeal: the unit, what it is called, and the unit's numbers were it accepted in full."""

    unit: Hashable
    label: str
    index: Decimal
    sub_scores: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """One unit whose rank would change."""

    unit: Hashable
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class StabilityNote:
    """What one appeal (or all together) would change; `moves` is empty when the order stands."""

    label: str
    moves: tuple[Move, ...]
    explanation: str


def stability(items: Sequence[RankItem], appeals: Iterable[Appeal], **way: Any) -> list[StabilityNote]:
    """Return one note for each appeal in the given order, and one for all together when there are several.

    Accepted together, the gains of one unit's appeals add up (its index to at most 100). `way` is what `rank` takes:
    tie_order, tie_names, style, scope, decimals. An appeal of a unit that is not among the items changes nothing.
    """
    appeals = list(appeals)
    before = _places(items, way)
    notes = [_note(appeal.label, items, [appeal], before, way) for appeal in appeals]
    if len(appeals) > 1:
        notes.append(_note("tất cả kiến nghị", items, appeals, before, way))
    return notes


def _places(items: Iterable[RankItem], way: Mapping[str, Any]) -> dict[Hashable, int]:
    return {one.key: one.rank for one in rank(items, **way)}


def _note(
    label: str,
    items: Sequence[RankItem],
    accepted: Iterable[Appeal],
    before: Mapping[Hashable, int],
    way: Mapping[str, Any],
) -> StabilityNote:
    accepted = list(accepted)
    after = _places([_with(item, [one for one in accepted if one.unit == item.key]) for item in items], way)
    moved = [item for item in items if not item.out and before[item.key] != after[item.key]]
    moves = tuple(
        Move(item.key, item.name, before[item.key], after[item.key])
        for item in sorted(moved, key=lambda one: (before[one.key], one.name, str(one.key)))
    )
    return StabilityNote(label, moves, _explain(label, moves))


def _with(item: RankItem, accepted: Sequence[Appeal]) -> RankItem:
    """Return a unit with its accepted appeals: every gain over its present numbers is added."""
    index, scores = item.index, dict(item.sub_scores)
    for appeal in accepted:
        index = max(item.index, min(index + appeal.index - item.index, _FULL))
        for code, number in appeal.sub_scores.items():
            present = item.sub_scores.get(code, _NONE)
            scores[code] = scores.get(code, present) + number - present
    return replace(item, index=index, sub_scores=scores)


def _explain(label: str, moves: Sequence[Move]) -> str:
    if not moves:
        return f"Thứ tự không đổi nếu chấp nhận {label}."
    told = "; ".join(f"{move.name} từ hạng {move.before} thành hạng {move.after}" for move in moves)
    return f"Thứ tự sẽ đổi nếu chấp nhận {label}: {told}."
