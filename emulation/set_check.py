"""The live check of a draft set: what adds up, what is left to do, who would have nothing to be scored on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from emulation.scoring import Formula, RuleError, doubtful_branches, read_rule
from emulation.scoring.formulas import Branch
from emulation.scoring.tree import FULL_MARKS
from emulation.set_editing import AnyRow, below, find_row, path_of
from emulation.set_spec import RowSpec, SetSpec, check_rule, problems_of
from emulation.weights import BlockWeight, block_weights, weight_warnings
from ninhgiang.points import show
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows below one add up to, beside what it should be."""

    label: str
    summed: Decimal
    most: Decimal

    @property
    def off(self) -> bool:
        """Whether they do not agree."""
        return self.summed != self.most

    @property
    def text(self) -> str:
        """The sum in words: "20/20 điểm", "21/20 điểm, thừa 1"."""
        over = self.summed - self.most
        end = f", {'thừa' if over > 0 else 'còn thiếu'} {show(abs(over))}" if over else ""
        return f"{show(self.summed)}/{show(self.most)} điểm{end}"


def sum_below(row: AnyRow) -> Decimal | None:
    """Return what the rows right below add up to, criteria beyond the frame left out; None for a scored row."""
    children = below(row)
    if not children and not hasattr(row, "criteria"):
        return None
    return sum((one.max_points for one in children if not one.added), start=Decimal(0))


def total_of(spec: SetSpec) -> Decimal:
    """Return what the areas add up to."""
    return sum((area.max_points for area in spec.areas), start=Decimal(0))


def sums_around(spec: SetSpec, code: str) -> list[Sum]:
    """Return the sums a row has part in, the nearest first: its own, those of the rows above it, the whole set's."""
    placed = find_row(spec, code)
    if placed is None or placed.kind not in ("area", "criterion"):
        return []
    found = []
    for one in (placed, *path_of(spec, code)):
        summed = sum_below(one.row)
        if summed is not None:
            word = "Lĩnh vực" if one.kind == "area" else "Dòng"
            found.append(Sum(f"{word} {one.row.code}", summed, one.row.max_points))
    return [*found, Sum("Toàn bộ", total_of(spec), FULL_MARKS)]


@dataclass(frozen=True, slots=True)
class SetCheck:
    """All the check says of a set; nothing is issued with a problem, warnings are only told."""

    problems: list[str]
    warnings: list[str]
    weights: list[BlockWeight]


def check_set(spec: SetSpec, units: Sequence[Unit]) -> SetCheck:
    """Return the check of a set for the issuer's active units (with their blocks)."""
    weights = block_weights(spec, units)
    return SetCheck(problems_of(spec), [*weight_warnings(spec, units, weights), *_doubts(spec)], weights)


def _doubts(spec: SetSpec) -> list[str]:
    """Say which formulas gave points for none of many answers tried; those that never can are problems."""
    return [
        f"Dòng {row.code}: đã thử nhiều số liệu mà công thức “{branch.label}” chưa lần nào cho điểm từ 0 đến "
        f"{show(row.max_points)}. Hãy xem lại công thức."
        for row in spec.rows()
        for branch in _doubtful(row)
    ]


def _doubtful(row: RowSpec) -> list[Branch]:
    if row.rule_kind != Formula.kind:
        return []
    try:
        check_rule(row)
        rule = read_rule(row.rule_kind, row.rule_params, row.max_points)
    except RuleError:
        return []
    return doubtful_branches(rule) if isinstance(rule, Formula) else []


# bands as a picture


@dataclass(frozen=True, slots=True)
class Band:
    """A band as it is being typed: any text as name, a lower end from 0 to 100, whether the end belongs to it."""

    name: str
    lower: Decimal
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of 0-100: `place` is the band's place from the top, None where no band is."""

    name: str
    low: Decimal
    high: Decimal
    text: str
    place: int | None = None

    @property
    def left(self) -> str:
        """Where it begins in a picture 200 wide."""
        return f"{self.low * 2:f}"

    @property
    def length(self) -> str:
        """How long it is in a picture 200 wide; a single number can still be seen."""
        return f"{max((self.high - self.low) * 2, Decimal(1)):f}"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A gap or an overlap: the place from the top of the band to mend, and what is wrong, by its numbers."""

    place: int
    message: str


def sorted_bands(bands: Iterable[Band]) -> list[Band]:
    """Return bands from high to low, as they are stored; of two with one lower end, the one above it first."""
    return sorted(bands, key=lambda band: (-band.lower, band.closed))


def stretches_of(bands: Sequence[Band]) -> tuple[list[Stretch], list[Misfit]]:
    """Return (the parts of 0-100 from the top with gaps, each gap and overlap) of bands sorted from high to low."""
    found: list[Stretch] = []
    wrong: list[Misfit] = []
    high, inside = FULL_MARKS, True
    for place, band in enumerate(bands):
        above = bands[place - 1] if place else None
        if above is not None and (above.lower, above.closed) == (band.lower, band.closed):
            wrong.append(Misfit(place, f"“{above.name}” và “{band.name}” chồng lên nhau: cùng bắt đầu {_low(band)}."))
        elif band.lower == FULL_MARKS and not band.closed:
            wrong.append(Misfit(place, f"“{band.name}” không có chỉ số nào: không có chỉ số trên 100."))
        else:
            found.append(Stretch(band.name, band.lower, high, _between(_low(band), high, inside), place))
            high, inside = band.lower, not band.closed
    if bands and (high > 0 or inside):
        text = "đúng 0" if high == 0 else _between("từ 0", high, inside)
        found.append(Stretch("", Decimal(0), high, text))
        wrong.append(Misfit(len(bands) - 1, f"Khoảng {text} chưa thuộc mức nào: mức thấp nhất phải từ 0."))
    return found, wrong


def _low(band: Band) -> str:
    return f"{'từ' if band.closed else 'trên'} {show(band.lower)}"


def _between(low: str, high: Decimal, inside: bool) -> str:  # noqa: FBT001 - two ends of one stretch
    if low.rsplit(maxsplit=1)[-1] == show(high):
        return f"đúng {show(high)}"
    return f"{low} {'đến' if inside else 'đến dưới'} {show(high)}"
