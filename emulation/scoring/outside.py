"""Rules on what others measured: a system's value (R17), a survey (R16), another index (R20), a target (R7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ninhgiang.points import show

from .base import InputField, Rule
from .numbers import HUNDRED, ValueProblem, plain, read_number
from .params import (
    RuleError,
    param_choice,
    param_list,
    param_percent,
    param_points,
    param_positive,
    param_text,
    param_whole,
)
from .rates import shown_percent


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
        of_max = param_positive(params, "of_max")
        noun = param_text(params, "noun", "điểm trên hệ thống nguồn")
        label = param_text(params, "value_label", f"Số {noun} (thang {show(of_max)})"[:160])
        return {"of_max": of_max, "noun": noun, "label": label}

    def own_params(self) -> dict[str, Any]:
        """The scale and what is measured."""
        return {"of_max": plain(self.of_max), "noun": self.noun, "value_label": self.label}

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


# R16: the five steps of a satisfaction card; the first two count as satisfied (scoring.md 6, SIPAS).
SURVEY_STEPS = (
    ("very_satisfied", "Rất hài lòng"),
    ("satisfied", "Hài lòng"),
    ("neutral", "Bình thường"),
    ("dissatisfied", "Không hài lòng"),
    ("very_dissatisfied", "Rất không hài lòng"),
)


def sample_size(population: int, error_percent: Decimal = Decimal(5)) -> int:
    """Return how many answers a survey needs: n = N / (1 + N e^2), rounded up (scoring.md 6: 1000 -> 286, 500 -> 223).

    Raises ValueError for an empty population or an error that is not above 0.
    """
    if population < 1 or error_percent <= 0:
        raise ValueError(f"no sample of {population} at {error_percent} %")
    squared = (error_percent / HUNDRED) ** 2
    return int((population / (1 + population * squared)).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Rule):
    """R16: share of satisfied answers x maximum. Value {"satisfied", "answers"}, or the counts of all five steps."""

    kind = "survey"
    known = frozenset({"input", "min_answers", "noun"})
    five: bool
    min_answers: int
    noun: str

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read how answers are typed ("two" or "five" numbers) and how many are needed (1 unless stated)."""
        least = param_whole(params, "min_answers", default=Decimal(1))
        if least < 1:
            raise RuleError("Số phiếu tối thiểu phải từ 1 trở lên.", field="min_answers")
        return {
            "five": param_choice(params, "input", ("two", "five")) == "five",
            "min_answers": least,
            "noun": param_text(params, "noun", "phiếu hài lòng"),
        }

    def own_params(self) -> dict[str, Any]:
        """How answers are typed and how many are needed."""
        return {"input": "five" if self.five else "two", "min_answers": self.min_answers, "noun": self.noun}

    def own_fields(self) -> list[InputField]:
        """Five whole numbers, or two."""
        if self.five:
            return [InputField(name, f"Số phiếu “{label}”", "integer") for name, label in SURVEY_STEPS]
        return [
            InputField("satisfied", "Số phiếu hài lòng, rất hài lòng", "integer"),
            InputField("answers", "Số phiếu trả lời", "integer"),
        ]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return satisfied / answers x maximum; too few answers are refused."""
        satisfied, answers, last = self._five(value) if self.five else self._two(value)
        if answers < self.min_answers:
            raise ValueProblem(
                f"Cần ít nhất {self.min_answers} phiếu trả lời; mới có {show(answers)}. Nếu không tổ chức khảo sát, "
                "hãy bỏ phần này khỏi đợt cho mọi đơn vị.",
                field=last,
            )
        share = f"{show(satisfied)}/{show(answers)} {self.noun} = {shown_percent(satisfied, answers)}"
        return self.max_points * satisfied / answers, share

    def _five(self, value: Mapping[str, Any]) -> tuple[Decimal, Decimal, str]:
        counts = [read_number(value, name, label=f"số phiếu “{label}”") for name, label in SURVEY_STEPS]
        return counts[0] + counts[1], sum(counts, start=Decimal(0)), SURVEY_STEPS[0][0]

    def _two(self, value: Mapping[str, Any]) -> tuple[Decimal, Decimal, str]:
        satisfied = read_number(value, "satisfied", label="số phiếu hài lòng, rất hài lòng")
        answers = read_number(value, "answers", label="số phiếu trả lời")
        if satisfied > answers:
            raise ValueProblem(
                f"Số phiếu hài lòng ({show(satisfied)}) không được lớn hơn số phiếu trả lời ({show(answers)}).",
                field="satisfied",
            )
        return satisfied, answers, "answers"


@dataclass(frozen=True, slots=True)
class RankStep:
    """Ranks up to `to` (None: all the rest) earn `points`."""

    to: int | None
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted(Rule):
    """R20: the result of another ranking (SIPAS, DTI, DDCI). By "index": value of 100 x maximum; by "rank": steps.

    Values {"index": "92.67"} or {"rank": 4}. Rank steps: [{"to": 3, "points": "2"}, {"points": "0"}], best first,
    the last without "to".
    """

    kind = "converted"
    known = frozenset({"by", "name", "of_max", "ranks"})
    items = {"ranks": frozenset({"to", "points"})}
    by: str
    name: str
    of_max: Decimal
    ranks: tuple[RankStep, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the other ranking's name and its scale, or the steps of its ranks."""
        by = param_choice(params, "by", ("index", "rank"))
        unfit = "ranks" if by == "index" else "of_max"
        if unfit in params:
            raise RuleError(f"Tham số “{unfit}” không dùng khi quy đổi theo “{by}”.", field=unfit)
        return {
            "by": by,
            "name": param_text(params, "name"),
            "of_max": param_positive(params, "of_max", default=HUNDRED),
            "ranks": _read_ranks(params, max_points) if by == "rank" else (),
        }

    def own_params(self) -> dict[str, Any]:
        """The other ranking and how it is converted."""
        head = {"by": self.by, "name": self.name}
        if self.by == "index":
            return {**head, "of_max": plain(self.of_max)}
        ends = [{} if step.to is None else {"to": step.to} for step in self.ranks]
        steps = [{**end, "points": plain(step.points)} for end, step in zip(ends, self.ranks, strict=True)]
        return {**head, "ranks": steps}

    def own_fields(self) -> list[InputField]:
        """The index, or the rank."""
        if self.by == "index":
            return [InputField("index", f"Chỉ số {self.name}", "decimal", maximum=self.of_max, decimals=3)]
        return [InputField("rank", f"Thứ hạng {self.name}", "integer")]

    def own_reachable(self) -> Iterable[Decimal]:
        """The points of each group of ranks; any when converted by index."""
        return [step.points for step in self.ranks]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the converted points; an index above its scale or a rank 0 is refused."""
        if self.by == "index":
            index = read_number(value, "index", label=f"chỉ số {self.name}", decimals=3)
            if index > self.of_max:
                raise ValueProblem(
                    f"Chỉ số {self.name} tối đa là {show(self.of_max)}; đã nhập {show(index)}.", field="index"
                )
            return self.max_points * index / self.of_max, f"Chỉ số {self.name} {show(index)}/{show(self.of_max)}"
        rank = read_number(value, "rank", label=f"thứ hạng {self.name}")
        if rank < 1:
            raise ValueProblem("Thứ hạng phải từ 1 trở lên.", field="rank")
        place = next(place for place, step in enumerate(self.ranks) if step.to is None or rank <= step.to)
        return self.ranks[place].points, f"{self.name} hạng {show(rank)}, mức {self.describe(place)}"

    def describe(self, place: int) -> str:
        """Return a step of ranks in words: "hạng 1", "hạng 1 đến 3", "từ hạng 11"."""
        first = (self.ranks[place - 1].to or 0) + 1 if place else 1
        last = self.ranks[place].to
        if last is None:
            return f"từ hạng {first}"
        return f"hạng {first}" if last == first else f"hạng {first} đến {last}"


def _read_ranks(params: Mapping[str, Any], max_points: Decimal) -> tuple[RankStep, ...]:
    steps: list[RankStep] = []
    items = param_list(params, "ranks", at_least=2)
    for place, item in enumerate(items, start=1):
        points = param_points(item, "points", low=Decimal(0), high=max_points, label="mỗi nhóm hạng")
        if place == len(items):
            if "to" in item:
                raise RuleError("Nhóm hạng cuối gồm mọi hạng còn lại nên không ghi “to”.", field="ranks")
            steps.append(RankStep(None, points))
            continue
        to = param_whole(item, "to")
        if to <= (steps[-1].to or 0 if steps else 0) or (steps and points > steps[-1].points):
            raise RuleError("Các nhóm hạng phải xếp từ tốt đến kém, hạng tăng dần, điểm không tăng.", field="ranks")
        steps.append(RankStep(to, points))
    if steps[0].points != max_points:
        raise RuleError(f"Nhóm hạng đầu phải đạt điểm tối đa {show(max_points)}.", field="ranks")
    if steps[-1].points > steps[-2].points:
        raise RuleError("Các nhóm hạng phải xếp từ tốt đến kém, hạng tăng dần, điểm không tăng.", field="ranks")
    return tuple(steps)


def leader_of(results: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal] | None:
    """Return the (actual, target) with the highest actual / target, for R7; None when there is none.

    Every target is above 0. Of equal ratios the largest pair leads, so the order of the input never matters.
    """
    best: tuple[Decimal, Decimal] | None = None
    for actual, target in results:
        if best is None:
            best = (actual, target)
            continue
        mine, theirs = actual * best[1], best[0] * target
        if mine > theirs or (mine == theirs and (actual, target) > best):
            best = (actual, target)
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstTarget(Rule):
    """R7: below the target in proportion to a share of the maximum, above it in proportion up to the leader.

    Reaching the target exactly earns `at_target` percent of the maximum (50 unless stated), the leader the whole.
    Value {"actual", "best_actual"} and, with "target": "unit" (each unit its own), {"target", "best_target"};
    with "target": "none" the leader's actual is the 100 %.
    """

    kind = "against_target"
    known = frozenset({"target", "at_target", "noun", "decimals"})
    has_target: bool
    at_target: Decimal
    noun: str
    decimals: int

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read whether there is a target, what reaching it earns, and what is counted."""
        has_target = param_choice(params, "target", ("unit", "none")) == "unit"
        if not has_target and "at_target" in params:
            raise RuleError("Không có chỉ tiêu nên không dùng tham số “at_target”.", field="at_target")
        decimals = param_whole(params, "decimals", default=Decimal(0))
        if decimals > 3:
            raise RuleError("Tham số “decimals” chỉ nhận từ 0 đến 3.", field="decimals")
        return {
            "has_target": has_target,
            "at_target": param_percent(params, "at_target", default=Decimal(50)),
            "noun": param_text(params, "noun", "kết quả"),
            "decimals": decimals,
        }

    def own_params(self) -> dict[str, Any]:
        """The target and what is counted."""
        shared = {"noun": self.noun, "decimals": self.decimals}
        if self.has_target:
            return {"target": "unit", "at_target": plain(self.at_target), **shared}
        return {"target": "none", **shared}

    def own_fields(self) -> list[InputField]:
        """The unit's and the leader's numbers."""
        kind = "decimal" if self.decimals else "integer"
        names = [("actual", "Thực hiện"), ("target", "Chỉ tiêu")][: 1 + self.has_target]
        leader = [(f"best_{name}", f"{label} của đơn vị dẫn đầu") for name, label in names]
        return [InputField(name, label, kind, decimals=self.decimals) for name, label in [*names, *leader]]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the points by the four cases of R7; a unit better than its leader is refused."""
        numbers = {
            one.name: read_number(value, one.name, label=one.label[:1].lower() + one.label[1:], decimals=self.decimals)
            for one in self.own_fields()
        }
        actual, target = numbers["actual"], numbers.get("target", Decimal(1))
        best, best_target = numbers["best_actual"], numbers.get("best_target", Decimal(1))
        for name in ("target", "best_target"):
            if numbers.get(name) == 0:
                raise ValueProblem("Chỉ tiêu phải lớn hơn 0.", field=name)
        if actual * best_target > best * target:
            raise ValueProblem("Đơn vị dẫn đầu không thể có kết quả thấp hơn đơn vị này.", field="best_actual")
        if not self.has_target:
            return self._without_target(actual, best)
        text = f"{show(actual)}/{show(target)} {self.noun} = {shown_percent(actual, target, (HUNDRED,))} chỉ tiêu"
        base = self.max_points * self.at_target / HUNDRED
        if actual <= target:
            return base * actual / target, f"{text}, đạt chỉ tiêu được {show(self.at_target)} % điểm tối đa"
        above = (actual - target) * best_target / (target * (best - best_target))
        leader = f"đơn vị dẫn đầu {shown_percent(best, best_target, (HUNDRED,))}"
        return base + (self.max_points - base) * above, f"{text}, {leader}"

    def _without_target(self, actual: Decimal, best: Decimal) -> tuple[Decimal, str]:
        if best == 0:
            raise ValueProblem("Kết quả của đơn vị dẫn đầu phải lớn hơn 0.", field="best_actual")
        share = f"{show(actual)} {self.noun}, đơn vị dẫn đầu {show(best)}: {shown_percent(actual, best)}"
        return self.max_points * actual / best, share
