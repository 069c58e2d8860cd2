"""The way to the next grade ("còn cách mức trên bao xa"): the fewest rows that have to rise, and how far each.

Pure: no database, no web. It judges by the very functions that total and grade (`scoring.totals`, `ranking.bands`),
so re-scaling, caps on bonus, penalties, the floor at 0 and half-up rounding of the index count as they will count.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from emulation.ranking.bands import Grade, read_bands
from emulation.scoring.numbers import decimals_of
from emulation.scoring.totals import TotalRow, Totals, total
from ninhgiang.points import round_points, show, show_fixed

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One row of a scorecard and how its points can still rise.

    `ceiling` is the most it can still reach (None: it is settled, or does not apply); never above `row.max_points`.
    `choices` are the only points it can take, when its rule knows steps; without them every value up to the ceiling
    with `decimals` places is possible. Not yet scored (`row.points` None) counts 0, as in the total.
    """

    code: str
    row: TotalRow
    ceiling: Decimal | None
    choices: tuple[Decimal, ...] = ()
    decimals: int = 2

    @property
    def points(self) -> Decimal:
        """Return what the row counts now."""
        return self.row.points or _NONE

    @property
    def gain(self) -> Decimal:
        """Return the most points the row can add, 0 when it cannot rise or its rise would not count."""
        if self.row.kind == "penalty" or not self.row.applicable or self.ceiling is None:
            return _NONE
        return max(self.highest() - self.points, _NONE)

    def highest(self) -> Decimal:
        """Return the highest points the row can take, its present ones when there is nothing higher."""
        if self.ceiling is None:
            return self.points
        if self.choices:
            return max((choice for choice in self.choices if choice <= self.ceiling), default=self.points)
        return self.ceiling.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_FLOOR)


@dataclass(frozen=True, slots=True)
class Step:
    """One row to raise `before` -> `after` (points out of `max_points`)."""

    code: str
    before: Decimal
    after: Decimal
    max_points: Decimal

    @property
    def gain(self) -> Decimal:
        """Return how many points the step adds to the row."""
        return self.after - self.before

    def sentence(self) -> str:
        """Return the step in Vietnamese: "I.2: từ 1,5 lên 2 điểm (thêm 0,5; tối đa 2)"."""
        return (
            f"{self.code}: từ {show(self.before)} lên {show(self.after)} điểm "
            f"(thêm {show(self.gain)}; tối đa {show(self.max_points)})"
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """The way to `target`. `reached` False: not even all open rows together are enough; then `steps` is empty and
    `index_after` is the best index still possible."""

    grade: Grade
    target: Grade
    index: Decimal
    index_after: Decimal
    steps: tuple[Step, ...]
    reached: bool

    def sentence(self) -> str:
        """Return the advice in one Vietnamese sentence with its numbers."""
        start = f"Chỉ số {_shown(self.index)} % xếp {self.grade.name}"
        if not self.reached:
            return (
                f"{start}; các tiêu chí còn lại chỉ đưa lên được {_shown(self.index_after)} %, chưa tới {self.limit()}."
            )
        return f"{start}; nâng {len(self.steps)} tiêu chí thì đạt {_shown(self.index_after)} %, xếp {self.target.name}."

    def limit(self) -> str:
        """Return the target with its lower end: "mức Tốt (từ 80 %)"."""
        return f"mức {self.target.name} ({'từ' if self.target.closed else 'trên'} {show(self.target.lower)} %)"


def _shown(index: Decimal) -> str:
    """Return an index with the places it was rounded to, as it is printed everywhere."""
    return show_fixed(index, decimals_of(index))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the set and the scorecard say about the whole: the same arguments `scoring.totals.total` takes."""

    bonus_max: Decimal
    penalty_max: Decimal
    decimals: int = 2
    skipped: Collection[str] = ()
    late: Decimal = _NONE

    def totals(self, rows: Iterable[TotalRow]) -> Totals:
        """Return the totals of rows within this frame."""
        return total(
            rows,
            bonus_max=self.bonus_max,
            penalty_max=self.penalty_max,
            decimals=self.decimals,
            skipped=self.skipped,
            late=self.late,
        )


def advise(rows: Sequence[OpenRow], bands: object, frame: Frame) -> Advice | None:
    """Return the fewest rows that bring the scorecard into the band above, or None when it stands in the highest.

    Fewest rows first; among equal numbers criteria before bonus points; no step is larger than it has to be while the
    others stay. Penalties and lateness stay as they are, and so does what applies to the unit. A veto is not known
    here: where one limits the grade, the caller says so instead. Raises RuleError for bands that are not valid and
    ValueError for two rows with one code or a ceiling above the maximum.
    """
    _check(rows)
    read = read_bands(bands)
    now = frame.totals(row.row for row in rows).index
    place = next(place for place, band in enumerate(read) if band.holds(now))
    if place == 0:
        return None
    grade, target = read[place], read[place - 1]
    chosen = _fewest(rows, target, frame)
    if chosen is None:
        best = _index(rows, {row.code: row.highest() for row in rows if row.gain}, frame)
        return Advice(grade, target, now, best, (), reached=False)
    after = _trim(rows, chosen, target, frame)
    known = {row.code: row for row in rows}
    steps = tuple(Step(code, known[code].points, value, known[code].row.max_points) for code, value in after.items())
    return Advice(grade, target, now, _index(rows, after, frame), steps, reached=True)


def _check(rows: Sequence[OpenRow]) -> None:
    if len({row.code for row in rows}) != len(rows):
        raise ValueError("two rows with one code")
    for row in rows:
        if row.ceiling is not None and row.ceiling > row.row.max_points:
            raise ValueError(f"ceiling of {row.code} above its maximum")


def _index(rows: Sequence[OpenRow], values: Mapping[str, Decimal], frame: Frame) -> Decimal:
    return frame.totals(replace(row.row, points=values.get(row.code, row.row.points)) for row in rows).index


def _fewest(rows: Sequence[OpenRow], target: Grade, frame: Frame) -> list[OpenRow] | None:
    """Return the smallest set of rows that reaches the target at full height, or None.

    A total never falls when a row rises, and within criteria (and within bonus points) a larger gain is worth at least
    as much as a smaller one. So the best set of n rows is the n - m largest gains of the one and m of the other.
    """
    criteria = _largest(row for row in rows if row.row.kind == "criterion" and row.row.area not in frame.skipped)
    bonus = _largest(row for row in rows if row.row.kind == "bonus")
    for size in range(1, len(criteria) + len(bonus) + 1):
        for extra in range(max(0, size - len(criteria)), min(size, len(bonus)) + 1):
            chosen = criteria[: size - extra] + bonus[:extra]
            if target.holds(_index(rows, {row.code: row.highest() for row in chosen}, frame)):
                return chosen
    return None


def _largest(rows: Iterable[OpenRow]) -> list[OpenRow]:
    return sorted((row for row in rows if row.gain), key=lambda row: -row.gain)


def _trim(rows: Sequence[OpenRow], chosen: list[OpenRow], target: Grade, frame: Frame) -> dict[str, Decimal]:
    """Return the least value of each chosen row, smallest gain first, with the target still reached."""
    after = {row.code: row.highest() for row in chosen}
    for row in reversed(chosen):
        values = _values(row)
        low, high = 0, len(values) - 1
        while low < high:
            middle = (low + high) // 2
            if target.holds(_index(rows, after | {row.code: values[middle]}, frame)):
                high = middle
            else:
                low = middle + 1
        after[row.code] = values[low]
    return after


def _values(row: OpenRow) -> list[Decimal]:
    """Return what the row can take above its present points, rising; the last is `highest()`."""
    if row.choices:
        return sorted(choice for choice in set(row.choices) if row.points < choice <= row.highest())
    step = Decimal(1).scaleb(-row.decimals)
    first = round_points(row.points, row.decimals)
    count = int((row.highest() - first) / step)
    return [value for value in (first + step * place for place in range(count + 1)) if value > row.points]
