"""Rules on a rate: tiers (R3), proportional (R4), with a floor (R5), linear (R6), value of another scale (R17).

A rate is typed as numerator and denominator, or as a percentage when the set says `"input": "percent"`.
Comparisons use the exact rate; only the printed percentage and the final points are rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from ninhgiang.points import show
from ninhgiang.vietnamese import lower_first

from .base import (
    InputField,
    Rule,
    RuleError,
    ValueProblem,
    decimals_of,
    param_list,
    param_number,
    param_percent,
    param_text,
    read_number,
)

RATE_PARAMS = frozenset({"input", "noun", "numerator_label", "denominator_label", "decimals"})
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rate:
    """An exact rate: part / whole, and how it was typed ("12/15 văn bản đúng hạn = 80 %" or "Tỷ lệ 96,5 %")."""

    part: Decimal
    whole: Decimal
    text: str

    def at_least(self, percent: Decimal) -> bool:
        """Tell whether the rate is `percent` or more, without dividing."""
        return self.part * 100 >= percent * self.whole

    def above(self, percent: Decimal) -> bool:
        """Tell whether the rate is more than `percent`, without dividing."""
        return self.part * 100 > percent * self.whole


def shown_percent(part: Decimal, whole: Decimal, limits: tuple[Decimal, ...] = ()) -> str:
    """Return part / whole in percent for reading, two decimals, or more where two would hide a limit (89,996 of 90)."""
    exact = part * 100 / whole
    for places in (2, 4, 6, 8):
        shown = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if all((shown >= limit) == (exact >= limit) and (shown > limit) == (exact > limit) for limit in limits):
            break
    return f"{show(shown)} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule(Rule):
    """The part all rate rules share: their inputs and reading them."""

    known = RATE_PARAMS
    as_percent: bool
    noun: str
    labels: tuple[str, str]
    decimals: int

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read how the rate is typed and what its two numbers are called."""
        if params.get("input", "ratio") not in ("ratio", "percent"):
            raise RuleError("Tham số “input” chỉ nhận “ratio” hoặc “percent”.", field="input")
        decimals = param_number(params, "decimals", default=Decimal(0))
        if decimals not in (0, 1, 2, 3):
            raise RuleError("Tham số “decimals” chỉ nhận từ 0 đến 3.", field="decimals")
        labels = (
            param_text(params, "numerator_label", "Số đạt yêu cầu"),
            param_text(params, "denominator_label", "Tổng số"),
        )
        return {
            "as_percent": params.get("input") == "percent",
            "noun": param_text(params, "noun", "đạt yêu cầu"),
            "labels": labels,
            "decimals": int(decimals),
        }

    def limits(self) -> tuple[Decimal, ...]:
        """Return the percentages the rule compares with, so that the printed rate never hides a limit."""
        return ()

    def own_fields(self) -> list[InputField]:
        """Numerator and denominator, or one percentage."""
        if self.as_percent:
            return [InputField("percent", "Tỷ lệ (%)", "decimal", maximum=HUNDRED, decimals=2)]
        kind = "decimal" if self.decimals else "integer"
        names = zip(("numerator", "denominator"), self.labels, strict=True)
        return [InputField(name, label, kind, decimals=self.decimals) for name, label in names]

    def rate(self, value: Mapping[str, Any]) -> Rate:
        """Return the typed rate, or raise ValueProblem."""
        if self.as_percent:
            percent = read_number(value, "percent", label="tỷ lệ", decimals=2)
            if percent > HUNDRED:
                raise ValueProblem(f"Tỷ lệ không được quá 100 %; đã nhập {show(percent)} %.", field="percent")
            return Rate(percent, HUNDRED, f"{show(percent)} % {self.noun}")
        part = read_number(value, "numerator", label=lower_first(self.labels[0]), decimals=self.decimals)
        whole = read_number(value, "denominator", label=lower_first(self.labels[1]), decimals=self.decimals)
        if whole == 0:
            way_out = " Nếu không phát sinh, hãy đánh dấu “Không phát sinh trong kỳ”." if self.no_case else ""
            raise ValueProblem(f"{self.labels[1]} phải lớn hơn 0.{way_out}", field="denominator")
        if part > whole:
            raise ValueProblem(
                f"{self.labels[0]} ({show(part)}) không được lớn hơn {lower_first(self.labels[1])} ({show(whole)}).",
                field="numerator",
            )
        percent_text = shown_percent(part, whole, self.limits())
        return Rate(part, whole, f"{show(part)}/{show(whole)} {self.noun} = {percent_text}")

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the points of the typed rate."""
        return self.of(self.rate(value))

    def of(self, rate: Rate) -> tuple[Decimal, str]:
        """Return (points not yet rounded, the explanation without its end) of a rate."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportional(RateRule):
    """R4: rate x maximum."""

    kind = "proportional"

    def of(self, rate: Rate) -> tuple[Decimal, str]:
        """Return rate x maximum."""
        return self.max_points * rate.part / rate.whole, rate.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionalFloor(RateRule):
    """R5: rate x maximum from the floor up (the floor itself counts); below the floor 0."""

    kind = "proportional_floor"
    known = RATE_PARAMS | {"floor"}
    floor: Decimal

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the floor in percent."""
        shared = super(ProportionalFloor, cls).own(params, max_points)
        return {**shared, "floor": param_percent(params, "floor")}

    def limits(self) -> tuple[Decimal, ...]:
        """The floor."""
        return (self.floor,)

    def of(self, rate: Rate) -> tuple[Decimal, str]:
        """Return rate x maximum, or 0 below the floor."""
        if rate.at_least(self.floor):
            return self.max_points * rate.part / rate.whole, rate.text
        return Decimal(0), f"{rate.text}, dưới mức {show(self.floor)} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(RateRule):
    """R6: 0 at the floor, the maximum at the ceiling, a straight line between them."""

    kind = "linear"
    known = RATE_PARAMS | {"floor", "ceiling"}
    floor: Decimal
    ceiling: Decimal

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read floor and ceiling in percent; the ceiling must be above the floor."""
        floor, ceiling = param_percent(params, "floor"), param_percent(params, "ceiling")
        if ceiling <= floor:
            raise RuleError("Mức đạt điểm tối đa phải cao hơn mức 0 điểm.", field="ceiling")
        return {**super(Linear, cls).own(params, max_points), "floor": floor, "ceiling": ceiling}

    def limits(self) -> tuple[Decimal, ...]:
        """Both ends."""
        return (self.floor, self.ceiling)

    def of(self, rate: Rate) -> tuple[Decimal, str]:
        """Return maximum x (rate - floor) / (ceiling - floor), held between 0 and the maximum."""
        above = rate.part * 100 - self.floor * rate.whole
        raw = self.max_points * above / ((self.ceiling - self.floor) * rate.whole)
        scale = f"từ {show(self.floor)} % (0 điểm) đến {show(self.ceiling)} % ({show(self.max_points)} điểm)"
        return raw, f"{rate.text}, thang {scale}"


@dataclass(frozen=True, slots=True)
class Tier:
    """One band of percentages: from `lower` (itself in the band when `closed`) up to the band above."""

    lower: Decimal
    closed: bool
    points: Decimal

    def holds(self, rate: Rate) -> bool:
        """Tell whether the rate reaches this band's lower end."""
        return rate.at_least(self.lower) if self.closed else rate.above(self.lower)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers(RateRule):
    """R3: bands of percentages, highest first: [{"lower": "90", "closed": false, "points": "2"}, ...].

    "trên 90 %: 2; 70-90 %: 1; dưới 70 %: 0" needs the open lower end 90 and the closed one 70. A band may repeat its
    upper end as "upper"; it must then be the lower end of the band above (100 for the first): no gap, no overlap.
    """

    kind = "tiers"
    known = RATE_PARAMS | {"tiers"}
    tiers: tuple[Tier, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the bands and check that they cover 0-100 once each."""
        items = param_list(params, "tiers", at_least=2)
        tiers = tuple(_read_tier(item, max_points) for item in items)
        _check_cover(tiers, [item.get("upper") for item in items])
        if max(tier.points for tier in tiers) != max_points:
            raise RuleError(f"Mức cao nhất phải đạt điểm tối đa {show(max_points)}.", field="tiers")
        return {**super(Tiers, cls).own(params, max_points), "tiers": tiers}

    def limits(self) -> tuple[Decimal, ...]:
        """The lower end of each band."""
        return tuple(tier.lower for tier in self.tiers)

    def of(self, rate: Rate) -> tuple[Decimal, str]:
        """Return the points of the highest band the rate reaches."""
        place = next(place for place, tier in enumerate(self.tiers) if tier.holds(rate))
        return self.tiers[place].points, f"{rate.text}, mức {self.describe(place)}"

    def describe(self, place: int) -> str:
        """Return a band in words: "từ 90 % đến dưới 100 %", "trên 90 %", "dưới 70 %", "đạt 100 %"."""
        tier = self.tiers[place]
        low = f"{'từ' if tier.closed else 'trên'} {show(tier.lower)} %"
        if place == 0:
            return "đạt 100 %" if tier.lower == HUNDRED else low + (" trở lên" if tier.closed else "")
        above = self.tiers[place - 1]
        high = f"{'dưới' if above.closed else 'đến'} {show(above.lower)} %"
        if tier.lower == 0 and tier.closed:
            return high if above.closed else f"từ 0 % {high}"
        return f"{low} đến {high}" if above.closed else f"{low} {high}"


def _read_tier(item: Mapping[str, Any], max_points: Decimal) -> Tier:
    closed, points = item.get("closed", True), param_number(item, "points")
    if not isinstance(closed, bool):
        raise RuleError("Mỗi mức phải ghi rõ cận dưới có thuộc mức đó không (closed).", field="tiers")
    if points > max_points or decimals_of(points) > 2:
        raise RuleError(f"Điểm của mỗi mức phải từ 0 đến {show(max_points)}, tối đa 2 chữ số thập phân.", field="tiers")
    return Tier(param_percent(item, "lower"), closed, points)


def _check_cover(tiers: tuple[Tier, ...], uppers: list[Any]) -> None:
    for above, below in pairwise(tiers):
        if (above.lower, not above.closed) <= (below.lower, not below.closed):
            raise RuleError("Các mức phải xếp từ cao xuống thấp và không chồng lên nhau.", field="tiers")
    if tiers[-1].lower != 0 or not tiers[-1].closed:
        raise RuleError("Các mức phải phủ kín từ 0 đến 100 %: mức cuối phải bắt đầu từ 0 %.", field="tiers")
    if tiers[0].lower == HUNDRED and not tiers[0].closed:
        raise RuleError("Không có tỷ lệ nào trên 100 %: mức đầu phải gồm cả 100 %.", field="tiers")
    expected = [HUNDRED, *(tier.lower for tier in tiers[:-1])]
    for upper, lower in zip(uppers, expected, strict=True):
        if upper is not None and param_percent({"upper": upper}, "upper") != lower:
            raise RuleError(f"Có khoảng hở hoặc chồng lấn giữa các mức tại {show(lower)} %.", field="tiers")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRatio(Rule):
    """R17: a value read from another system on its own scale: value / of_max x maximum. Value {"value": "17.6"}."""

    kind = "imported_ratio"
    known = frozenset({"of_max", "noun", "value_label"})
    of_max: Decimal
    noun: str
    label: str

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the other scale's maximum, which must be above 0."""
        of_max = param_number(params, "of_max")
        if of_max <= 0:
            raise RuleError("Thang điểm của hệ thống nguồn phải lớn hơn 0.", field="of_max")
        noun = param_text(params, "noun", "điểm trên hệ thống nguồn")
        label = param_text(params, "value_label", f"Số {noun} (thang {show(of_max)})")
        return {"of_max": of_max, "noun": noun, "label": label}

    def own_fields(self) -> list[InputField]:
        """One number with at most two decimals."""
        return [InputField("value", self.label, "decimal", maximum=self.of_max, decimals=2)]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return value / of_max x maximum; a value above the scale is refused."""
        number = read_number(value, "value", label="giá trị", decimals=2)
        if number > self.of_max:
            raise ValueProblem(f"Giá trị tối đa là {show(self.of_max)}; đã nhập {show(number)}.", field="value")
        percent = shown_percent(number, self.of_max)
        return self.max_points * number / self.of_max, f"{show(number)}/{show(self.of_max)} {self.noun} = {percent}"
