"""Ranks inside blocks and grades (xếp loại): pure functions over an index already rounded (scoring.md 4.1, 4.2).

What is compared is what is printed: the index with two decimals. Equal printed numbers never get different ranks
without a stated reason.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from emulation.scoring.base import RuleError, param_percent, param_text, points_text
from ninhgiang.points import round_points

STYLES = ("competition", "dense")
_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RankItem:
    """One unit to rank: its group (khối), name, index in percent and the points of the areas that may break a tie."""

    key: Hashable
    group: Hashable
    name: str
    index: Decimal
    sub_scores: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankedItem:
    """The place of one unit in its group; `shared` when others hold the same place; why, in one Vietnamese sentence."""

    key: Hashable
    group: Hashable
    rank: int
    shared: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One band of a criteria set."""

    code: str
    name: str
    lower: Decimal


@dataclass(frozen=True, slots=True)
class _Run:
    """Units that stay together after every tie-break; `why` tells what parted them from their equals."""

    items: tuple[RankItem, ...]
    why: str = ""


def rank(
    items: Iterable[RankItem],
    *,
    tie_order: Sequence[str] = (),
    tie_names: Mapping[str, str] | None = None,
    style: str = "competition",
) -> list[RankedItem]:
    """Return every item with its rank inside its group, highest index first; the order of the input does not matter.

    Equal indices are compared by `tie_order` (codes of sub_scores); a code that one of the equals lacks is skipped
    for them. Who is still equal shares the rank: then "competition" counts the sharers (1, 1, 3), "dense" does
    not (1, 1, 2). The result is ordered by group, rank and name. Raises ValueError for another style.
    """
    if style not in STYLES:
        raise ValueError(f"unknown ranking style: {style}")
    groups: dict[Hashable, list[RankItem]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    names = tie_names or {}
    ranked = [_rank_group(groups[group], tie_order, names, style) for group in sorted(groups, key=str)]
    return [item for group in ranked for item in group]


def _rank_group(
    items: list[RankItem], tie_order: Sequence[str], names: Mapping[str, str], style: str
) -> list[RankedItem]:
    runs: list[_Run] = []
    by_index = _split(items, lambda item: round_points(item.index))
    for _, equals in by_index:
        runs.extend(_break_ties(equals, tie_order, names))
    ranked: list[RankedItem] = []
    for place, run in enumerate(runs):
        number = place + 1 if style == "dense" else len(ranked) + 1
        shared = len(run.items) > 1
        ranked.extend(
            RankedItem(item.key, item.group, number, shared, _explain(item, run, number, len(items)))
            for item in run.items
        )
    return ranked


def _split(items: Iterable[RankItem], of: Any) -> list[tuple[Decimal, list[RankItem]]]:
    """Return items gathered by a value, highest value first, by name inside."""
    found: dict[Decimal, list[RankItem]] = {}
    for item in sorted(items, key=lambda one: (one.name, str(one.key))):
        found.setdefault(of(item), []).append(item)
    return sorted(found.items(), key=lambda pair: pair[0], reverse=True)


def _break_ties(
    equals: list[RankItem], tie_order: Sequence[str], names: Mapping[str, str], why: str = ""
) -> list[_Run]:
    if len(equals) == 1:
        return [_Run(tuple(equals), why)]
    for place, code in enumerate(tie_order):
        if any(code not in item.sub_scores for item in equals):
            continue
        parts = _split(equals, lambda item, code=code: round_points(item.sub_scores[code]))
        if len(parts) == 1:
            continue
        label = names.get(code, code)
        reason = f"{label}: {' > '.join(points_text(value) for value, _ in parts)}"
        reasons = f"{why}; {reason}" if why else reason
        return [run for _, part in parts for run in _break_ties(part, tie_order[place + 1 :], names, reasons)]
    return [_Run(tuple(equals), why)]


def _explain(item: RankItem, run: _Run, number: int, size: int) -> str:
    text = f"Chỉ số {points_text(item.index)} %, hạng {number} trong {size} đơn vị của khối"
    if run.why:
        text += f"; bằng chỉ số nên so tiếp {run.why}"[:200]
    others = [other.name for other in run.items if other is not item]
    if not others:
        return f"{text}."
    shown = ", ".join(name[:45] for name in others[:_NAMES_SHOWN])
    more = f" và {len(others) - _NAMES_SHOWN} đơn vị khác" if len(others) > _NAMES_SHOWN else ""
    return f"{text}; đồng hạng với {shown}{more} vì không còn căn cứ nào để phân định."


def validate_bands(bands: object) -> None:
    """Raise RuleError unless bands are [{"code", "name", "lower"}], highest first, covering 0-100 once.

    A lower end belongs to its band (>= 80 is Tốt), so strictly falling lower ends ending in 0 leave no gap.
    """
    _read_bands(bands)


def grade(index: Decimal, bands: object) -> Grade:
    """Return the band of an index, compared as printed (two decimals); raises RuleError when bands are not valid."""
    shown = round_points(index)
    if shown < 0:
        raise ValueError(f"index below 0: {index}")
    return next(band for band in _read_bands(bands) if shown >= band.lower)


def _read_bands(bands: object) -> list[Grade]:
    if not isinstance(bands, list) or not bands or not all(isinstance(band, Mapping) for band in bands):
        raise RuleError("Bộ tiêu chí chưa có mức xếp loại nào.", field="bands")
    read = [Grade(param_text(band, "code", ""), param_text(band, "name", ""), _lower(band)) for band in bands]
    if len({band.code for band in read}) != len(read) or len({band.name for band in read}) != len(read):
        raise RuleError("Mã hoặc tên mức xếp loại bị trùng.", field="bands")
    if any(above.lower <= below.lower for above, below in pairwise(read)):
        raise RuleError("Các mức xếp loại phải xếp từ cao xuống thấp, cận dưới không trùng nhau.", field="bands")
    if read[-1].lower != 0:
        raise RuleError("Mức xếp loại cuối cùng phải bắt đầu từ 0 để phủ kín từ 0 đến 100.", field="bands")
    return read


def _lower(band: Mapping[str, Any]) -> Decimal:
    return param_percent(band, "lower")
