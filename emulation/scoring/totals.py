"""From rows to a total: sum by area, leave out what does not apply, cap bonus and penalty, index in percent."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ninhgiang.points import percent, round_points

# No one may be more than wholly good: extra points lift a total, not the index above this (decision of the set).
INDEX_CAP = Decimal(100)
_NONE = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One row of a scorecard. `kind` is criterion, bonus or penalty (penalty points are positive, they are taken off).

    `points` None means not yet scored: it counts 0 and is reported as missing.
    """

    area: str
    kind: str
    max_points: Decimal
    applicable: bool
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class AreaTotal:
    """Points of one area out of what applies to the unit; `missing` rows are not yet scored."""

    points: Decimal
    applicable_max: Decimal
    missing: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The result. Sum of the areas' points + bonus - penalty is exactly `total`, as printed."""

    areas: dict[str, AreaTotal]
    bonus: Decimal
    penalty: Decimal
    total: Decimal
    applicable_max: Decimal
    index: Decimal
    missing: int


def total(
    rows: Iterable[TotalRow], *, bonus_max: Decimal, penalty_max: Decimal, index_cap: Decimal | None = INDEX_CAP
) -> Totals:
    """Return the totals of a scorecard (scoring.md 2.7: R12, R13).

    A row that does not apply leaves the denominator: 68.32 of 84 is the index 81.33. Bonus and penalty never
    change the denominator; the penalty that counts never takes the total below 0. With nothing applicable the
    index is 0.
    """
    kept = [row for row in rows if row.applicable]
    areas = _areas([row for row in kept if row.kind == "criterion"])
    bonus = min(_sum(kept, "bonus"), bonus_max)
    earned = sum((area.points for area in areas.values()), start=_NONE) + bonus
    penalty = min(_sum(kept, "penalty"), penalty_max, earned)
    applicable_max = sum((area.applicable_max for area in areas.values()), start=_NONE)
    result = earned - penalty
    index = percent(result, applicable_max) if applicable_max else _NONE
    if index_cap is not None:
        index = min(index, round_points(index_cap))
    return Totals(
        areas=areas,
        bonus=round_points(bonus),
        penalty=round_points(penalty),
        total=round_points(result),
        applicable_max=applicable_max,
        index=index,
        missing=sum(area.missing for area in areas.values()),
    )


def _areas(rows: list[TotalRow]) -> dict[str, AreaTotal]:
    areas: dict[str, AreaTotal] = {}
    for row in rows:
        known = areas.get(row.area, AreaTotal(_NONE, _NONE, 0))
        areas[row.area] = AreaTotal(
            known.points + round_points(row.points or _NONE),
            known.applicable_max + row.max_points,
            known.missing + (row.points is None),
        )
    return areas


def _sum(rows: list[TotalRow], kind: str) -> Decimal:
    return sum((round_points(row.points or _NONE) for row in rows if row.kind == kind), start=_NONE)
