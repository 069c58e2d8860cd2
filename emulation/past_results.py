"""Results published elsewhere, computed again: index, rank and grade by the chosen bands, and every difference.

Pure: no database. What was published stays as it was; a difference is a Vietnamese sentence beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from emulation.ranking import RankedItem, RankItem, grade, rank
from ninhgiang.points import percent, round_points, show, show_fixed
from ninhgiang.vietnamese import fold

FULL = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One line as published. Points by area code; `index_decimals`: how many places the index was printed with.

    `row` is the number of the line in the file it was read from, 0 for none.
    """

    unit_name: str
    block_name: str = ""
    areas: Mapping[str, Decimal] = field(default_factory=dict)
    bonus: Decimal = Decimal(0)
    penalty: Decimal = Decimal(0)
    total: Decimal | None = None
    applicable_max: Decimal | None = None
    index: Decimal | None = None
    index_decimals: int = 2
    rank: int | None = None
    grade: str = ""
    row: int = 0

    @property
    def summed(self) -> Decimal | None:
        """Areas plus bonus minus penalty; None when no area was published."""
        return sum(self.areas.values(), start=self.bonus) - self.penalty if self.areas else None

    @property
    def points(self) -> Decimal | None:
        """What the index is computed from: the sum of the parts where they are given, else the total."""
        return self.total if self.summed is None else self.summed


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How results are computed again: bands (ranking.bands), rank style, places of the index, scope of the ranks."""

    bands: list[dict[str, Any]]
    rank_style: str = "competition"
    index_decimals: int = 2
    scope: str = "block"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One line computed again, with what differs from what was published."""

    line: Published
    index: Decimal
    rank: int
    shared: bool
    grade_code: str
    grade_name: str
    differences: list[str]


def recompute(lines: Sequence[Published], way: Way) -> list[Recomputed]:
    """Return the lines in their order, each computed again.

    The index is points / applicable maximum (100 where none is published) in percent; a line that gives neither points
    nor areas keeps its published index. Raises RuleError for bands that are not valid.
    """
    indices = [_index(line, way.index_decimals) for line in lines]
    items = [
        RankItem(place, fold(line.block_name), line.unit_name, index)
        for place, (line, index) in enumerate(zip(lines, indices, strict=True))
    ]
    placed = {one.key: one for one in rank(items, style=way.rank_style, scope=way.scope, decimals=way.index_decimals)}
    return [
        _recomputed(line, index, placed[place], way)
        for place, (line, index) in enumerate(zip(lines, indices, strict=True))
    ]


def _index(line: Published, decimals: int) -> Decimal:
    if line.points is None:
        return round_points(line.index or Decimal(0), decimals)
    return max(percent(line.points, line.applicable_max or FULL, decimals), Decimal(0))


def _recomputed(line: Published, index: Decimal, placed: RankedItem, way: Way) -> Recomputed:
    band = grade(index, way.bands, way.index_decimals)
    differences = [*_point_differences(line), *_place_differences(line, placed), *_grade_differences(line, band, way)]
    return Recomputed(
        line=line,
        index=index,
        rank=placed.rank,
        shared=placed.shared,
        grade_code=band.code,
        grade_name=band.name,
        differences=differences,
    )


def _point_differences(line: Published) -> list[str]:
    found = []
    if line.total is not None and line.summed is not None and line.total != line.summed:
        found.append(f"Tổng điểm công bố {show(line.total)}, cộng các phần được {show(line.summed)}.")
    whole = line.applicable_max or FULL
    if line.points is not None and line.points - line.bonus > whole:
        found.append(f"Điểm {show(line.points)} lớn hơn điểm tối đa {show(whole)}.")
    if line.index is not None and line.points is not None:
        places = line.index_decimals
        again = max(percent(line.points, whole, places), Decimal(0))
        if again != line.index:
            found.append(f"Chỉ số công bố {show_fixed(line.index, places)}, tính lại {show_fixed(again, places)}.")
    return found


def _place_differences(line: Published, placed: RankedItem) -> list[str]:
    if line.rank is None or line.rank == placed.rank:
        return []
    shared = " (đồng hạng)" if placed.shared else ""
    return [f"Hạng công bố {line.rank}, tính lại {placed.rank}{shared}."]


def _grade_differences(line: Published, band: Any, way: Way) -> list[str]:
    if not line.grade or fold(line.grade) in (fold(band.name), fold(band.code)):
        return []
    known = {fold(str(one[name])) for one in way.bands for name in ("name", "code")}
    if fold(line.grade) not in known:
        return [f"Xếp loại công bố “{line.grade}” không có trong các mức đã chọn; theo chỉ số là “{band.name}”."]
    return [f"Xếp loại công bố “{line.grade}”, tính lại “{band.name}”."]
