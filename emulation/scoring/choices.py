"""Rules answered by choosing: yes/no (R1), ordered choice (R2), quality word (R11), points typed in steps (R19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ninhgiang.points import show

from .base import InputField, Rule, multiples
from .numbers import HUNDRED, ZERO, ValueProblem, decimals_of, plain, read_number
from .params import RuleError, param_list, param_number, param_percent, param_points, param_positive, param_text, shown


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of an ordered choice, with its points."""

    code: str
    label: str
    points: Decimal


def read_lowest(params: Mapping[str, Any], max_points: Decimal) -> Decimal:
    """Return how far below 0 a rule may go, as a number <= 0: "below_zero": "0.25" -> -0.25 (scoring.md 2.5)."""
    below = param_number(params, "below_zero", default=ZERO)
    if below > max_points or decimals_of(below) > 2:
        raise RuleError(
            f"Mức trừ thêm dưới 0 phải từ 0 đến {show(max_points)}, tối đa 2 chữ số thập phân.", field="below_zero"
        )
    return -below


def below_zero_params(lowest: Decimal) -> dict[str, Any]:
    """Return the parameter `read_lowest` reads, nothing when points stop at 0."""
    return {"below_zero": plain(-lowest)} if lowest else {}


def _read_options(params: Mapping[str, Any], lowest: Decimal, max_points: Decimal) -> tuple[Option, ...]:
    options: list[Option] = []
    for item in param_list(params, "options", at_least=2):
        code, label = param_text(item, "code"), param_text(item, "label")
        try:
            points = param_points(item, "points", low=lowest, high=max_points, label=f"lựa chọn “{label}”")
        except RuleError as error:
            raise RuleError(error.message, field="options") from error
        if code in {known.code for known in options}:
            raise RuleError(f"Mã lựa chọn “{code}” bị trùng.", field="options")
        options.append(Option(code, label, points))
    return tuple(options)


def chosen(options: tuple[Option, ...], value: Mapping[str, Any]) -> Option:
    """Return the option somebody chose, or raise ValueProblem."""
    code = value.get("option")
    if code is None or code == "":
        raise ValueProblem("Chưa chọn câu trả lời.", field="option")
    for option in options:
        if option.code == code:
            return option
    raise ValueProblem("Câu trả lời không có trong danh sách; hãy chọn lại.", field="option")


def _choice_field(options: tuple[Option, ...]) -> InputField:
    labels = tuple((one.code, f"{one.label} ({shown(one.points)} điểm)") for one in options)
    return InputField("option", "Kết quả", "choice", labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Rule):
    """R1: "yes" earns the maximum, "no" nothing (or less, with "below_zero"). Value {"option": "yes" | "no"}."""

    kind = "yes_no"
    known = frozenset({"yes_label", "no_label", "below_zero"})
    options: tuple[Option, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the two labels, "Có" and "Không" unless the set says otherwise."""
        lowest = read_lowest(params, max_points)
        yes = Option("yes", param_text(params, "yes_label", "Có"), max_points)
        no = Option("no", param_text(params, "no_label", "Không"), lowest)
        return {"options": (yes, no), "lowest": lowest}

    def own_params(self) -> dict[str, Any]:
        """Both labels."""
        yes, no = self.options
        return {"yes_label": yes.label, "no_label": no.label, **below_zero_params(self.lowest)}

    def own_fields(self) -> list[InputField]:
        """One choice of two."""
        return [_choice_field(self.options)]

    def own_reachable(self) -> Iterable[Decimal]:
        """Both answers' points."""
        return [one.points for one in self.options]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the maximum for yes, the lowest for no."""
        option = chosen(self.options, value)
        return option.points, option.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Rule):
    """R2: each answer carries its points ("đúng hạn" 1, "chậm" 0,5, "không" 0). Value {"option": code}."""

    kind = "choice"
    known = frozenset({"options", "below_zero"})
    items = {"options": frozenset({"code", "label", "points"})}
    options: tuple[Option, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the options [{code, label, points}]; the best one must earn the maximum."""
        lowest = read_lowest(params, max_points)
        options = _read_options(params, lowest, max_points)
        if max(option.points for option in options) != max_points:
            raise RuleError(f"Lựa chọn cao nhất phải đạt điểm tối đa {show(max_points)}.", field="options")
        return {"options": options, "lowest": lowest}

    def own_params(self) -> dict[str, Any]:
        """The options."""
        options = [{"code": one.code, "label": one.label, "points": plain(one.points)} for one in self.options]
        return {"options": options, **below_zero_params(self.lowest)}

    def own_fields(self) -> list[InputField]:
        """One choice."""
        return [_choice_field(self.options)]

    def own_reachable(self) -> Iterable[Decimal]:
        """Every answer's points."""
        return [one.points for one in self.options]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the points of the chosen answer."""
        option = chosen(self.options, value)
        return option.points, option.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Rule):
    """R11: a word earns its share of the maximum: excellent 100 %, good 75 %, done 50 %. Value {"option": code}."""

    kind = "quality"
    known = frozenset({"levels"})
    items = {"levels": frozenset({"code", "label", "percent"})}
    levels: tuple[Option, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the levels [{code, label, percent}]; `Option.points` holds the percentage."""
        levels: list[Option] = []
        for item in param_list(params, "levels", at_least=2):
            level = Option(param_text(item, "code"), param_text(item, "label"), param_percent(item, "percent"))
            if level.code in {known.code for known in levels}:
                raise RuleError(f"Mã mức chất lượng “{level.code}” bị trùng.", field="levels")
            levels.append(level)
        if max(level.points for level in levels) != HUNDRED:
            raise RuleError("Mức chất lượng cao nhất phải đạt 100 % điểm tối đa.", field="levels")
        return {"levels": tuple(levels)}

    def own_params(self) -> dict[str, Any]:
        """The levels."""
        return {"levels": [{"code": one.code, "label": one.label, "percent": plain(one.points)} for one in self.levels]}

    def own_fields(self) -> list[InputField]:
        """One choice."""
        labels = tuple((one.code, f"{one.label} ({show(one.points)} %)") for one in self.levels)
        return [InputField("option", "Mức chất lượng", "choice", labels)]

    def own_reachable(self) -> Iterable[Decimal]:
        """Every level's share of the maximum."""
        return [self.max_points * one.points / HUNDRED for one in self.levels]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the level's share of the maximum."""
        level = chosen(self.levels, value)
        return self.max_points * level.points / HUNDRED, f"{level.label}: {show(level.points)} % điểm tối đa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Free(Rule):
    """R19: points between 0 and the maximum typed by hand, in steps. Value {"points": "1.5"}."""

    kind = "free"
    known = frozenset({"step"})
    step: Decimal

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the step (0,25 unless stated); the maximum must be a whole number of steps."""
        step = param_positive(params, "step", default=Decimal("0.25"))
        if decimals_of(step) > 2:
            raise RuleError("Bước điểm chỉ được có tối đa 2 chữ số thập phân.", field="step")
        if max_points % step:
            raise RuleError(f"Điểm tối đa {show(max_points)} không chia hết cho bước {show(step)}.", field="step")
        return {"step": step}

    def own_params(self) -> dict[str, Any]:
        """The step."""
        return {"step": plain(self.step)}

    def own_fields(self) -> list[InputField]:
        """One number with at most two decimals."""
        hint = f"Từ 0 đến {show(self.max_points)}, mỗi bước {show(self.step)}."
        return [InputField("points", "Điểm", "decimal", maximum=self.max_points, decimals=2, hint=hint)]

    def own_reachable(self) -> Iterable[Decimal]:
        """Every step from 0 to the maximum."""
        return multiples(self.step, self.max_points)

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the typed points; above the maximum or between two steps is refused."""
        points = read_number(value, "points", label="điểm", decimals=2)
        if points > self.max_points:
            raise ValueProblem(f"Điểm tối đa là {show(self.max_points)}; đã nhập {show(points)}.", field="points")
        if points % self.step:
            raise ValueProblem(f"Điểm phải chia hết cho {show(self.step)}; đã nhập {show(points)}.", field="points")
        return points, "Chấm trực tiếp"
