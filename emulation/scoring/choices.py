"""Rules answered by choosing: yes/no (R1), ordered choice (R2), points typed by hand in steps (R19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ninhgiang.points import show

from .base import (
    InputField,
    Rule,
    RuleError,
    ValueProblem,
    decimals_of,
    param_list,
    param_number,
    param_text,
    read_number,
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of an ordered choice, with its points."""

    code: str
    label: str
    points: Decimal


def _read_options(params: Mapping[str, Any], max_points: Decimal) -> tuple[Option, ...]:
    options: list[Option] = []
    for item in param_list(params, "options", at_least=2):
        option = Option(param_text(item, "code", ""), param_text(item, "label", ""), param_number(item, "points"))
        if option.code in {known.code for known in options}:
            raise RuleError(f"Mã lựa chọn “{option.code}” bị trùng.", field="options")
        if option.points > max_points or decimals_of(option.points) > 2:
            raise RuleError(
                f"Điểm của lựa chọn “{option.label}” phải từ 0 đến {show(max_points)}, tối đa 2 chữ số thập phân.",
                field="options",
            )
        options.append(option)
    return tuple(options)


def _chosen(options: tuple[Option, ...], value: Mapping[str, Any]) -> Option:
    code = value.get("option")
    if code is None or code == "":
        raise ValueProblem("Chưa chọn câu trả lời.", field="option")
    for option in options:
        if option.code == code:
            return option
    raise ValueProblem("Câu trả lời không có trong danh sách; hãy chọn lại.", field="option")


def _choice_field(options: tuple[Option, ...]) -> InputField:
    shown = tuple((one.code, f"{one.label} ({show(one.points)} điểm)") for one in options)
    return InputField("option", "Kết quả", "choice", shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Rule):
    """R1: "yes" earns the maximum, "no" nothing. Value {"option": "yes" | "no"}."""

    kind = "yes_no"
    known = frozenset({"yes_label", "no_label"})
    options: tuple[Option, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the two labels, "Có" and "Không" unless the set says otherwise."""
        yes = Option("yes", param_text(params, "yes_label", "Có"), max_points)
        no = Option("no", param_text(params, "no_label", "Không"), Decimal(0))
        return {"options": (yes, no)}

    def own_fields(self) -> list[InputField]:
        """One choice of two."""
        return [_choice_field(self.options)]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the maximum for yes and 0 for no."""
        option = _chosen(self.options, value)
        return option.points, option.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Rule):
    """R2: each answer carries its points ("đúng hạn" 1, "chậm" 0,5, "không" 0). Value {"option": code}."""

    kind = "choice"
    known = frozenset({"options"})
    options: tuple[Option, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the options [{code, label, points}]; the best one must earn the maximum."""
        options = _read_options(params, max_points)
        if max(option.points for option in options) != max_points:
            raise RuleError(f"Lựa chọn cao nhất phải đạt điểm tối đa {show(max_points)}.", field="options")
        return {"options": options}

    def own_fields(self) -> list[InputField]:
        """One choice."""
        return [_choice_field(self.options)]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the points of the chosen answer."""
        option = _chosen(self.options, value)
        return option.points, option.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Free(Rule):
    """R19: points between 0 and the maximum typed by hand, in steps. Value {"points": "1.5"}."""

    kind = "free"
    known = frozenset({"step"})
    step: Decimal

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the step (0,25 unless stated); the maximum must be a whole number of steps."""
        step = param_number(params, "step", default=Decimal("0.25"))
        if step <= 0 or decimals_of(step) > 2:
            raise RuleError("Bước điểm phải lớn hơn 0 và có tối đa 2 chữ số thập phân.", field="step")
        if max_points % step:
            raise RuleError(f"Điểm tối đa {show(max_points)} không chia hết cho bước {show(step)}.", field="step")
        return {"step": step}

    def own_fields(self) -> list[InputField]:
        """One number with at most two decimals."""
        hint = f"Từ 0 đến {show(self.max_points)}, mỗi bước {show(self.step)}."
        return [InputField("points", "Điểm", "decimal", maximum=self.max_points, decimals=2, hint=hint)]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the typed points; above the maximum or between two steps is refused."""
        points = read_number(value, "points", label="điểm", decimals=2)
        if points > self.max_points:
            raise ValueProblem(f"Điểm tối đa là {show(self.max_points)}; đã nhập {show(points)}.", field="points")
        if points % self.step:
            raise ValueProblem(f"Điểm phải chia hết cho {show(self.step)}; đã nhập {show(points)}.", field="points")
        return points, "Chấm trực tiếp"
