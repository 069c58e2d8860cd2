"""The blind second check: which rows are drawn, and how far two appraisers agree. Pure: no database, no clock.

Rows are drawn at random, in every area in proportion to its rows, by a seed that is kept with the draw, so that it can
be made again and shown to have been fair.
"""

import random
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from ninhgiang.points import percent, round_points

NOTHING, PART, ALL = "không điểm", "một phần", "tối đa"
_LEVELS = (NOTHING, PART, ALL)


@dataclass(frozen=True, slots=True)
class Drawable:
    """One row that may be drawn, with its stratum (the code of its area)."""

    key: int
    stratum: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The points two appraisers gave one row, of its maximum."""

    first: Decimal
    second: Decimal
    max_points: Decimal

    @property
    def equal(self) -> bool:
        """Whether both gave the same points."""
        return self.first == self.second


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two appraisers agree over `count` rows.

    `equal_share` is the percentage of rows with the same points; `mean_difference` the mean distance in percent of the
    rows' maxima; `kappa` Cohen's kappa over the levels none, part, full (None where chance alone decides).
    """

    count: int
    equal: int
    equal_share: Decimal
    mean_difference: Decimal
    kappa: Decimal | None

    @property
    def kappa_words(self) -> str:
        """What the kappa means in words, by the usual scale of Landis and Koch."""
        if self.kappa is None:
            return "không tính được vì các dòng đều ở một mức"
        for lower, words in _SCALE:
            if self.kappa > lower:
                return words
        return "không hơn ngẫu nhiên"


_SCALE = (
    (Decimal("0.80"), "gần như hoàn toàn"),
    (Decimal("0.60"), "cao"),
    (Decimal("0.40"), "trung bình"),
    (Decimal("0.20"), "thấp"),
    (Decimal(0), "rất thấp"),
)


def draw(rows: Iterable[Drawable], share: int, seed: str) -> list[int]:
    """Return the keys drawn: `share` percent of the rows, rounded up, spread over the strata by largest remainder.

    The order of `rows` does not matter; the same seed draws the same rows. Raises ValueError for a share outside 0-100.
    """
    if not 0 <= share <= 100:
        raise ValueError(f"share outside 0-100: {share}")
    strata: dict[str, list[int]] = {}
    for row in rows:
        strata.setdefault(row.stratum, []).append(row.key)
    counts = _spread({name: len(keys) for name, keys in strata.items()}, share)
    chance = random.Random(seed)  # noqa: S311 - a sample that can be made again, not a secret
    return sorted(key for name in sorted(strata) for key in chance.sample(sorted(strata[name]), counts[name]))


def _spread(sizes: dict[str, int], share: int) -> dict[str, int]:
    whole = ceil(sum(sizes.values()) * share / 100)
    counts = {name: size * share // 100 for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(sizes[name] * share % 100), name))
    for name in by_remainder[: whole - sum(counts.values())]:
        counts[name] += 1
    return counts


def agreement(pairs: Sequence[Pair]) -> Agreement | None:
    """Return how far the two agree; None without any pair."""
    if not pairs:
        return None
    equal = sum(pair.equal for pair in pairs)
    apart = sum((abs(pair.first - pair.second) * 100 / pair.max_points for pair in pairs), start=Decimal(0))
    return Agreement(
        count=len(pairs),
        equal=equal,
        equal_share=percent(Decimal(equal), Decimal(len(pairs))),
        mean_difference=round_points(apart / len(pairs)),
        kappa=_kappa([(_level(pair.first, pair), _level(pair.second, pair)) for pair in pairs]),
    )


def _level(points: Decimal, pair: Pair) -> str:
    if points <= 0:
        return NOTHING
    return ALL if points >= pair.max_points else PART


def _kappa(levels: Sequence[tuple[Hashable, Hashable]]) -> Decimal | None:
    count = Decimal(len(levels))
    seen = Decimal(sum(one == other for one, other in levels)) / count
    chances = (sum(one == level for one, _ in levels) * sum(other == level for _, other in levels) for level in _LEVELS)
    by_chance = Decimal(sum(chances)) / (count * count)
    return None if by_chance == 1 else round_points((seen - by_chance) / (1 - by_chance))
