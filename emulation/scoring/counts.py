"""Rules on how often something happened: a count with a cap (R8), less per fault (R9), less per day late (R10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ninhgiang.points import show

from .base import MAX_REACHABLE, InputField, Rule, multiples
from .choices import below_zero_params, read_lowest
from .numbers import plain, read_number
from .params import RuleError, param_choice, param_list, param_number, param_positive, param_text, param_whole, shown


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
        noun = param_text(params, "noun", "lần")
        label = param_text(params, "count_label", f"Số {noun}"[:160])
        return {"per": param_positive(params, "per"), "noun": noun, "label": label}

    def own_params(self) -> dict[str, Any]:
        """Points per occurrence and what is counted."""
        return {"per": plain(self.per), "noun": self.noun, "count_label": self.label}

    def own_fields(self) -> list[InputField]:
        """One whole number."""
        return [InputField("count", self.label, "integer")]

    def own_reachable(self) -> Iterable[Decimal]:
        """0, one, two ... occurrences."""
        return multiples(self.per, self.max_points)

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
    """R9: start from the maximum, minus a step for each fault, never below 0 (or below -"below_zero").

    Value {"count": 2} with params {"step", "noun"}; several faults with params {"steps": [{code, label, points}]}
    and value {code: count, ...}.
    """

    kind = "deduct"
    known = frozenset({"step", "noun", "count_label", "steps", "below_zero"})
    items = {"steps": frozenset({"code", "label", "points"})}
    steps: tuple[Step, ...]
    label: str
    several: bool

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read one step or several; each must cost more than 0."""
        several = "steps" in params
        if ("step" in params) == several:
            raise RuleError("Cần đúng một trong hai tham số “step” và “steps”.", field="step")
        steps = _read_steps(params) if several else _read_step(params)
        label = param_text(params, "count_label", f"Số {steps[0].noun}"[:160])
        return {"steps": steps, "label": label, "several": several, "lowest": read_lowest(params, max_points)}

    def own_params(self) -> dict[str, Any]:
        """One step with what is counted, or the list of steps."""
        shared = {"count_label": self.label, **below_zero_params(self.lowest)}
        if self.several:
            steps = [{"code": one.name, "label": one.noun, "points": plain(one.points)} for one in self.steps]
            return {"steps": steps, **shared}
        return {"step": plain(self.steps[0].points), "noun": self.steps[0].noun, **shared}

    def own_fields(self) -> list[InputField]:
        """One whole number for each kind of fault."""
        if len(self.steps) == 1:
            return [InputField(self.steps[0].name, self.label, "integer")]
        return [
            InputField(step.name, f"Số {step.noun} (trừ {show(step.points)} điểm mỗi lần)", "integer")
            for step in self.steps
        ]

    def own_reachable(self) -> Iterable[Decimal]:
        """The maximum minus every mix of faults, down to the lowest."""
        room, waiting = self.max_points - self.lowest, [Decimal(0)]
        losses = set(waiting)
        while waiting and len(losses) < MAX_REACHABLE:
            loss = waiting.pop()
            more = {min(loss + step.points, room) for step in self.steps} - losses
            losses |= more
            waiting.extend(more)
        return () if waiting else [self.max_points - loss for loss in losses]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the maximum minus the faults; below the lowest counts as the lowest."""
        raw, parts = self.max_points, [f"{show(self.max_points)} điểm"]
        for step in self.steps:
            count = read_number(value, step.name, label=f"số {step.noun}")
            raw -= count * step.points
            if count or len(self.steps) == 1:
                parts.append(f"{show(count)} {step.noun} × {show(step.points)} điểm")
        if len(parts) == 1:
            return raw, "Không có lỗi bị trừ điểm"
        why = f"{' − '.join(parts)} = {shown(raw)}"
        return raw, why + (f", tính bằng {shown(self.lowest)}" if raw < self.lowest else "")


def _read_step(params: Mapping[str, Any]) -> tuple[Step, ...]:
    return (Step("count", param_text(params, "noun", "lần"), param_positive(params, "step")),)


def _read_steps(params: Mapping[str, Any]) -> tuple[Step, ...]:
    if "noun" in params:
        raise RuleError("Mỗi mức trừ có tên riêng nên không dùng tham số “noun”.", field="noun")
    steps = tuple(
        Step(param_text(item, "code"), param_text(item, "label"), param_number(item, "points"))
        for item in param_list(params, "steps", at_least=1)
    )
    if len({step.name for step in steps}) != len(steps) or any(step.name == "no_case" for step in steps):
        raise RuleError("Mã các mức trừ bị trùng.", field="steps")
    if any(step.points == 0 for step in steps):
        raise RuleError("Mức trừ phải lớn hơn 0.", field="steps")
    return steps


# R10 units: code -> (what is counted, its label).
_LATE_UNITS = {
    "day": ("ngày chậm", "Số ngày chậm"),
    "working_day": ("ngày làm việc chậm", "Số ngày làm việc chậm"),
    "report": ("báo cáo chậm hoặc thiếu", "Số báo cáo chậm hoặc thiếu"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductLate(Rule):
    """R10: the maximum minus a step for each day or report late, after the days of grace. Value {"late": 3}."""

    kind = "deduct_late"
    known = frozenset({"step", "unit", "grace", "late_label"})
    step: Decimal
    unit: str
    grace: int
    label: str

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read the step (above 0), what is counted, and how many late ones cost nothing (0 unless stated)."""
        unit = param_choice(params, "unit", tuple(_LATE_UNITS))
        return {
            "step": param_positive(params, "step"),
            "unit": unit,
            "grace": param_whole(params, "grace", default=Decimal(0)),
            "label": param_text(params, "late_label", _LATE_UNITS[unit][1]),
        }

    def own_params(self) -> dict[str, Any]:
        """Step, unit, grace, label."""
        return {"step": plain(self.step), "unit": self.unit, "grace": self.grace, "late_label": self.label}

    def own_fields(self) -> list[InputField]:
        """One whole number."""
        return [InputField("late", self.label, "integer")]

    def own_reachable(self) -> Iterable[Decimal]:
        """The maximum minus 0, one, two ... late ones."""
        return [self.max_points - cost for cost in multiples(self.step, self.max_points)]

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the maximum minus what is late beyond the grace."""
        late = read_number(value, "late", label=self.label[:1].lower() + self.label[1:])
        counted = max(late - self.grace, Decimal(0))
        raw = self.max_points - counted * self.step
        noun = _LATE_UNITS[self.unit][0]
        start = f"{show(self.max_points)} điểm − {show(counted)} {noun} × {show(self.step)} điểm = {shown(raw)}"
        why = f"{show(late)} {noun}, không tính {self.grace}: {start}" if self.grace else start
        return raw, why + (", tính bằng 0" if raw < 0 else "")
