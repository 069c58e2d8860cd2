"""Rules on how often something happened: count with a cap (R8), deduction per occurrence (R9, R10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ninhgiang.points import show

from .base import InputField, Rule, RuleError, param_list, param_number, param_text, read_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCapped(Rule):
    """R8: count x points, at most the maximum (0,5 per article, cap 2). Value {"count": 3}."""

    kind = "count_capped"
    known = frozenset({"per", "noun", "count_label"})
    per: Decimal
    noun: str
    label: str

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the points per occurrence, which must be above 0."""
        per = param_number(params, "per")
        if per <= 0:
            raise RuleError("Điểm cho mỗi lần phải lớn hơn 0.", field="per")
        noun = param_text(params, "noun", "lần")
        return {"per": per, "noun": noun, "label": param_text(params, "count_label", f"Số {noun}")}

    def own_fields(self) -> list[InputField]:
        """One whole number."""
        return [InputField("count", self.label, "integer")]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return count x points; `Rule.score` cuts it at the maximum."""
        count = read_number(value, "count", label="số lượng")
        raw = count * self.per
        why = f"{show(count)} {self.noun} × {show(self.per)} điểm = {show(raw)}"
        return raw, why + (f", tính tối đa {show(self.max_points)}" if raw > self.max_points else "")


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of fault: the name of its input, what it is called, the points it costs each time."""

    name: str
    noun: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduct(Rule):
    """R9, R10: start from the maximum, minus a step for each fault, never below 0.

    Value {"count": 2} with params {"step", "noun"}; several faults with params {"steps": [{code, label, points}]}
    and value {code: count, ...}.
    """

    kind = "deduct"
    known = frozenset({"step", "noun", "count_label", "steps"})
    steps: tuple[Step, ...]
    label: str

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read one step or several; each must cost more than 0."""
        if ("step" in params) == ("steps" in params):
            raise RuleError("Cần đúng một trong hai tham số “step” và “steps”.", field="step")
        if "step" in params:
            steps = [Step("count", param_text(params, "noun", "lần"), param_number(params, "step"))]
        else:
            steps = [
                Step(param_text(item, "code", ""), param_text(item, "label", ""), param_number(item, "points"))
                for item in param_list(params, "steps", at_least=1)
            ]
        if len({step.name for step in steps}) != len(steps) or any(step.name == "no_case" for step in steps):
            raise RuleError("Mã các mức trừ bị trùng.", field="steps")
        if any(step.points <= 0 for step in steps):
            raise RuleError("Mức trừ phải lớn hơn 0.", field="step")
        return {"steps": tuple(steps), "label": param_text(params, "count_label", f"Số {steps[0].noun}")}

    def own_fields(self) -> list[InputField]:
        """One whole number for each kind of fault."""
        if len(self.steps) == 1:
            return [InputField(self.steps[0].name, self.label, "integer")]
        return [
            InputField(step.name, f"Số {step.noun} (trừ {show(step.points)} điểm mỗi lần)", "integer")
            for step in self.steps
        ]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the maximum minus the faults; below 0 counts as 0."""
        raw, parts = self.max_points, [f"{show(self.max_points)} điểm"]
        for step in self.steps:
            count = read_number(value, step.name, label=f"số {step.noun}")
            raw -= count * step.points
            if count or len(self.steps) == 1:
                parts.append(f"{show(count)} {step.noun} × {show(step.points)} điểm")
        if len(parts) == 1:
            return raw, "Không có lỗi bị trừ điểm"
        why = f"{' − '.join(parts)} = {show(raw).replace('-', '−')}"
        return raw, why + (", tính bằng 0" if raw < 0 else "")
