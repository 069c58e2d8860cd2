"""From rows to a total: sum by area, leave out what does not apply, cap bonus and penalty, index in percent.

Rounding: a row is rounded once when it is scored. Sums are sums of rounded rows, so the printed parts always add up to
the printed total, exactly. A percentage (index) is rounded once from its own two sums; percentages of parts are not
parts of the whole's percentage.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from ninhgiang.points import percent, round_points, show

from .numbers import CONTEXT, points_text

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

    def index(self, decimals: int = 2) -> Decimal:
        """Return the area's own index in percent, 0 when nothing in it applies."""
        return _index(self.points, self.applicable_max, decimals)


@dataclass(frozen=True, slots=True)
class Totals:
    """The result. Sum of the areas' points + bonus - penalty - late + lifted is exactly `total`, as printed.

    `lifted` is 0 unless rows below zero would take the total below 0. `skipped` names the areas left out for everyone.
    """

    areas: dict[str, AreaTotal]
    bonus: Decimal
    penalty: Decimal
    total: Decimal
    applicable_max: Decimal
    index: Decimal
    missing: int
    lifted: Decimal = _NONE
    skipped: tuple[str, ...] = ()
    late: Decimal = _NONE


def total(
    rows: Iterable[TotalRow],
    *,
    bonus_max: Decimal,
    penalty_max: Decimal,
    decimals: int = 2,
    skipped: Collection[str] = (),
    late: Decimal = _NONE,
) -> Totals:
    """Return the totals of a scorecard (scoring.md 2.7: R12, R13, R15).

    A row that does not apply leaves the denominator: 68.32 of 84 is the index 81.33. So do all rows of a `skipped`
    area (no survey this year). Bonus and penalty never change the denominator; the penalty that counts never takes
    the total below 0, nor do the `late` points taken off after it (3.4: handing in late). With nothing applicable the
    index is 0. `decimals` is of the index; points keep those they have.
    """
    with localcontext(CONTEXT):
        kept = [row for row in rows if row.applicable and not (row.kind == "criterion" and row.area in skipped)]
        areas = _areas([row for row in kept if row.kind == "criterion"])
        bonus = min(_sum(kept, "bonus"), bonus_max)
        earned = sum((area.points for area in areas.values()), start=_NONE) + bonus
        lifted = max(-earned, _NONE)
        penalty = min(_sum(kept, "penalty"), penalty_max, earned + lifted)
        applicable_max = sum((area.applicable_max for area in areas.values()), start=_NONE)
        late = min(late, earned + lifted - penalty)
        result = earned + lifted - penalty - late
        index = _index(result, applicable_max, decimals)
        index = min(index, round_points(INDEX_CAP, decimals))
        return Totals(
            areas=areas,
            bonus=_two(bonus),
            penalty=_two(penalty),
            total=_two(result),
            applicable_max=applicable_max,
            index=index,
            missing=sum(area.missing for area in areas.values()),
            lifted=_two(lifted),
            skipped=tuple(sorted(skipped)),
            late=_two(late),
        )


def _index(points: Decimal, whole: Decimal, decimals: int) -> Decimal:
    return percent(points, whole, decimals) if whole else round_points(_NONE, decimals)


def _two(points: Decimal) -> Decimal:
    """Return points with at least two decimals, nothing rounded away."""
    return points + _NONE


def _areas(rows: list[TotalRow]) -> dict[str, AreaTotal]:
    areas: dict[str, AreaTotal] = {}
    for row in rows:
        known = areas.get(row.area, AreaTotal(_NONE, _NONE, 0))
        areas[row.area] = AreaTotal(
            known.points + (row.points or _NONE),
            known.applicable_max + row.max_points,
            known.missing + (row.points is None),
        )
    return areas


def _sum(rows: list[TotalRow], kind: str) -> Decimal:
    return sum((row.points or _NONE for row in rows if row.kind == kind), start=_NONE)


def explain_index(totals: Totals, decimals: int = 2) -> str:
    """Return how the index came about, with both numbers: "68,32/84 điểm áp dụng = 81,33 %"."""
    if not totals.applicable_max:
        return "Không có tiêu chí nào áp dụng cho đơn vị nên chỉ số bằng 0."
    exact = _index(totals.total, totals.applicable_max, decimals)
    text = (
        f"{points_text(totals.total, _places(totals))}/{show(totals.applicable_max)} điểm áp dụng = "
        f"{points_text(exact, decimals)} %"
    )
    if exact > totals.index:
        text += f", tính tối đa {points_text(totals.index, decimals)} %"
    if totals.skipped:
        text += f"; không tính phần {', '.join(totals.skipped)} cho mọi đơn vị"
    return f"{text}."


def explain_total(totals: Totals, order: Sequence[str] = ()) -> str:
    """Return the sum as printed: "I 18,50 + II 7,00 + điểm cộng 1,00 − điểm trừ 0,50 = 26,00 điểm".

    `order` are the areas' codes as the set prints them (IX stands before X only by it); others follow by code.
    """
    places = _places(totals)
    by_place = {code: place for place, code in enumerate(order)}
    areas = sorted(totals.areas.items(), key=lambda one: (by_place.get(one[0], len(by_place)), one[0]))
    parts = [f"{code} {points_text(area.points, places)}" for code, area in areas] or ["0"]
    text = " + ".join(parts)
    if totals.bonus:
        text += f" + điểm cộng {points_text(totals.bonus, places)}"
    if totals.penalty:
        text += f" − điểm trừ {points_text(totals.penalty, places)}"
    if totals.late:
        text += f" − nộp chậm {points_text(totals.late, places)}"
    if totals.lifted:
        text += f" + {points_text(totals.lifted, places)} (tổng không dưới 0)"
    return f"{text} = {points_text(totals.total, places)} điểm."


def _places(totals: Totals) -> int:
    """Return how many decimals the points of a scorecard carry, at least 2."""
    exponent = totals.total.as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2
