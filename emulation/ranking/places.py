"""Ranks in blocks and over all: highest index first, ties by stated sub-scores, then shared (scoring.md 4.2)."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from emulation.scoring.numbers import points_text
from ninhgiang.points import round_points

from .ties import TieKey, tie_key

STYLES = ("competition", "dense")
SCOPES = {"block": "của khối", "overall": "được xếp hạng chung"}
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RankItem:
    """One unit to rank: its group (khối), name, index in percent and the sub-scores that may break a tie.

    `out` is the reason why the unit takes no rank ("" when it does), for example a veto.
    """

    key: Hashable
    group: Hashable
    name: str
    index: Decimal
    sub_scores: Mapping[str, Decimal] = field(default_factory=dict)
    out: str = ""


@dataclass(frozen=True, slots=True)
class RankedItem:
    """The place of one unit in its group; `shared` when others hold the same place; why, in one Vietnamese sentence."""

    key: Hashable
    group: Hashable
    rank: int
    shared: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Units that stay together after every tie-break; `why` tells what parted them from their equals."""

    items: tuple[RankItem, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a ranking is made: tie-breaks, style, decimals compared, and what the group is called."""

    keys: tuple[TieKey, ...]
    style: str
    decimals: int
    group_words: str


def rank(
    items: Iterable[RankItem],
    *,
    tie_order: Sequence[str] = (),
    tie_names: Mapping[str, str] | None = None,
    style: str = "competition",
    scope: str = "block",
    decimals: int = 2,
) -> list[RankedItem]:
    """Return every unit with its rank, highest index first; the order of the input does not matter.

    Equal printed indices are compared by `tie_order` (codes of sub_scores, see ties.py); a code that one of the equals
    lacks waits until another has parted them from that one. Who is still equal shares the rank: then "competition"
    counts the sharers (1, 1, 3), "dense" does not (1, 1, 2). Scope "overall" ranks all groups together. Units with
    `out` are left out and not counted. The result is ordered by group, rank and name. Raises ValueError for another
    style or scope.
    """
    if style not in STYLES:
        raise ValueError(f"unknown ranking style: {style}")
    if scope not in SCOPES:
        raise ValueError(f"unknown ranking scope: {scope}")
    groups: dict[Hashable, list[RankItem]] = {}
    for item in items:
        if not item.out:
            groups.setdefault(item.group if scope == "block" else scope, []).append(item)
    way = _Way(tuple(tie_key(code, tie_names) for code in tie_order), style, decimals, SCOPES[scope])
    ranked = [_rank_group(groups[group], way) for group in sorted(groups, key=str)]
    return [item for group in ranked for item in group]


def _rank_group(items: list[RankItem], way: _Way) -> list[RankedItem]:
    runs: list[_Run] = []
    for _, equals in _split(items, lambda item: round_points(item.index, way.decimals)):
        runs.extend(_break_ties(equals, way.keys))
    ranked: list[RankedItem] = []
    for place, run in enumerate(runs):
        number = place + 1 if way.style == "dense" else len(ranked) + 1
        shared = len(run.items) > 1
        ranked.extend(
            RankedItem(item.key, item.group, number, shared, _explain(item, run, number, len(items), way))
            for item in run.items
        )
    return ranked


def _split(items: Iterable[RankItem], of: Callable[[RankItem], Decimal]) -> list[tuple[Decimal, list[RankItem]]]:
    """Return items gathered by a value, highest value first, by name inside."""
    found: dict[Decimal, list[RankItem]] = {}
    for item in sorted(items, key=lambda one: (one.name, str(one.key))):
        found.setdefault(of(item), []).append(item)
    return sorted(found.items(), key=lambda pair: pair[0], reverse=True)


def _break_ties(equals: list[RankItem], keys: tuple[TieKey, ...], why: str = "") -> list[_Run]:
    if len(equals) == 1:
        return [_Run(tuple(equals), why)]
    for place, key in enumerate(keys):
        if any(key.code not in item.sub_scores for item in equals):
            continue
        parts = _split(equals, lambda item, key=key: key.sorting(round_points(item.sub_scores[key.code])))  # type: ignore[misc]
        if len(parts) == 1:
            continue
        sign = " < " if key.fewer_is_better else " > "
        reason = f"{key.label}: {sign.join(key.text(key.sorting(value)) for value, _ in parts)}"
        reasons = f"{why}; {reason}" if why else reason
        return [run for _, part in parts for run in _break_ties(part, keys[:place] + keys[place + 1 :], reasons)]
    return [_Run(tuple(equals), why)]


def _explain(item: RankItem, run: _Run, number: int, size: int, way: _Way) -> str:
    text = f"Chỉ số {points_text(item.index, way.decimals)} %, hạng {number} trong {size} đơn vị {way.group_words}"
    if run.why:
        text += f"; bằng chỉ số nên so tiếp {run.why}"[:200]
    others = [other.name for other in run.items if other is not item]
    if not others:
        return f"{text}."
    shown = ", ".join(name[:45] for name in others[:_NAMES_SHOWN])
    more = f" và {len(others) - _NAMES_SHOWN} đơn vị khác" if len(others) > _NAMES_SHOWN else ""
    return f"{text}; đồng hạng với {shown}{more} vì không còn căn cứ nào để phân định."
