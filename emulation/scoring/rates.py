"""Rules on a rate: tiers (R3), proportional (R4), with a floor (R5), linear (R6).

A rate is typed as numerator and denominator, or as a percentage when the set says `"input": "percent"`.
Comparisons use the exact rate; only the printed percentage and the final points are rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from ninhgiang.points import show
from ninhgiang.vietnamese import lower_first

from .base import InputField, Rule, multiples
from .numbers import HUNDRED, ValueProblem, plain, read_number
from .params import (
    RuleError,
    param_choice,
    param_flag,
    param_list,
    param_number,
    param_percent,
    param_points,
    param_text,
)

RATE_PARAMS = frozenset({"input", "noun", "numerator_label", "denominator_label", "decimals"})


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
        as_percent = param_choice(params, "input", ("ratio", "percent")) == "percent"
        decimals = param_number(params, "decimals", default=Decimal(0))
        if decimals not in (0, 1, 2, 3):
            raise RuleError("Tham số “decimals” chỉ nhận từ 0 đến 3.", field="decimals")
        labels = (
            param_text(params, "numerator_label", "Số đạt yêu cầu"),
            param_text(params, "denominator_label", "Tổng số"),
        )
        return {
            "as_percent": as_percent,
            "noun": param_text(params, "noun", "đạt yêu cầu"),
            "labels": labels,
            "decimals": int(decimals),
        }

    def own_params(self) -> dict[str, Any]:
        """Return how the rate is typed and called."""
        return {
            "input": "percent" if self.as_percent else "ratio",
            "noun": self.noun,
            "numerator_label": self.labels[0],
            "denominator_label": self.labels[1],
            "decimals": self.decimals,
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

    def own_params(self) -> dict[str, Any]:
        """The rate and its floor."""
        return {**super(ProportionalFloor, self).own_params(), "floor": plain(self.floor)}

    def limits(self) -> tuple[Decimal, ...]:
        """The floor."""
        return (self.floor,)

    def own_reachable(self) -> Iterable[Decimal]:
        """0, and what the floor earns and more: nothing lies between."""
        least = self.max_points * self.floor / HUNDRED
        above = multiples(Decimal("0.01"), self.max_points - least)
        return [Decimal(0), *(least + more for more in above)] if above else ()

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

    def own_params(self) -> dict[str, Any]:
        """The rate and both ends."""
        return {**super(Linear, self).own_params(), "floor": plain(self.floor), "ceiling": plain(self.ceiling)}

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
    upper end as "upper" and whether it belongs to the band as "upper_closed"; both must fit the band above (100,
    closed, for the first): every percentage from 0 to 100 lies in exactly one band.
    """

    kind = "tiers"
    known = RATE_PARAMS | {"tiers"}
    items = {"tiers": frozenset({"lower", "closed", "upper", "upper_closed", "points"})}
    tiers: tuple[Tier, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the bands and check that they cover 0-100 once each."""
        tiers = read_tiers(params, max_points)
        if max(tier.points for tier in tiers) != max_points:
            raise RuleError(f"Mức cao nhất phải đạt điểm tối đa {show(max_points)}.", field="tiers")
        return {**super(Tiers, cls).own(params, max_points), "tiers": tiers}

    def own_params(self) -> dict[str, Any]:
        """The rate and its bands, each with both ends written out."""
        tiers = [
            {
                "lower": plain(tier.lower),
                "closed": tier.closed,
                "upper": plain(self.tiers[place - 1].lower if place else HUNDRED),
                "upper_closed": not self.tiers[place - 1].closed if place else True,
                "points": plain(tier.points),
            }
            for place, tier in enumerate(self.tiers)
        ]
        return {**super(Tiers, self).own_params(), "tiers": tiers}

    def limits(self) -> tuple[Decimal, ...]:
        """The lower end of each band."""
        return tuple(tier.lower for tier in self.tiers)

    def own_reachable(self) -> Iterable[Decimal]:
        """The points of each band."""
        return [tier.points for tier in self.tiers]

    def of(self, rate: Rate) -> tuple[Decimal, str]:
        """Return the points of the highest band the rate reaches."""
        place = next(place for place, tier in enumerate(self.tiers) if tier.holds(rate))
        return self.tiers[place].points, f"{rate.text}, mức {self.describe(place)}"

    def backwards(self) -> str:
        """Return in words the first two bands of which the higher earns less, "" when every band earns as much or more.

        No fault of the arithmetic, so it is not refused when old scores are read; a set is not made with it.
        """
        for place, (above, below) in enumerate(pairwise(self.tiers)):
            if above.points < below.points:
                higher, lower = show(above.points), show(below.points)
                return f"{self.describe(place)}: {higher} điểm; {self.describe(place + 1)}: {lower} điểm"
        return ""

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


def read_tiers(params: Mapping[str, Any], max_points: Decimal) -> tuple[Tier, ...]:
    """Return the bands of "tiers", or raise RuleError naming the boundary with a gap or an overlap."""
    items = param_list(params, "tiers", at_least=2)
    tiers = tuple(_read_tier(item, max_points) for item in items)
    for above, below in pairwise(tiers):
        if (above.lower, not above.closed) <= (below.lower, not below.closed):
            raise RuleError(
                f"Các mức phải xếp từ cao xuống thấp và không chồng lên nhau; xem lại mức bắt đầu từ "
                f"{show(below.lower)} %.",
                field="tiers",
            )
    if tiers[-1].lower != 0 or not tiers[-1].closed:
        raise RuleError("Các mức phải phủ kín từ 0 đến 100 %: mức cuối phải gồm cả 0 %.", field="tiers")
    if tiers[0].lower == HUNDRED and not tiers[0].closed:
        raise RuleError("Không có tỷ lệ nào trên 100 %: mức đầu phải gồm cả 100 %.", field="tiers")
    _check_uppers(items, tiers)
    return tiers


def _read_tier(item: Mapping[str, Any], max_points: Decimal) -> Tier:
    try:
        points = param_points(item, "points", low=Decimal(0), high=max_points, label="mỗi mức")
        return Tier(param_percent(item, "lower"), param_flag(item, "closed", default=True), points)
    except RuleError as error:
        raise RuleError(error.message, field="tiers") from error


def _check_uppers(items: list[Mapping[str, Any]], tiers: tuple[Tier, ...]) -> None:
    """Check the upper ends a set states against the band above: "trên 90" above "70-90" has 90 in the lower band."""
    ends = [(HUNDRED, True), *((tier.lower, not tier.closed) for tier in tiers[:-1])]
    for item, (end, inside) in zip(items, ends, strict=True):
        if item.get("upper") is not None and param_percent(item, "upper") != end:
            raise RuleError(f"Có khoảng hở hoặc chồng lấn giữa các mức tại {show(end)} %.", field="tiers")
        if item.get("upper_closed") is not None and param_flag(item, "upper_closed", default=True) != inside:
            wrong = "không thuộc mức nào" if inside else "thuộc cả hai mức liền nhau"
            raise RuleError(f"Tỷ lệ đúng {show(end)} % {wrong}; hãy ghi rõ cận nào đóng, cận nào mở.", field="tiers")
