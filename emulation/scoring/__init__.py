"""Scoring: pure functions from a rule and a value to points with the sentence that explains them (scoring.md 2.7).

No database, no Django, no float. A new kind is one frozen dataclass in choices, rates or counts and one entry here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ninhgiang.points import round_points

from .base import InputField, Rule, RuleError, Scored, ValueProblem, decimals_of, to_decimal
from .choices import Choice, Free, YesNo
from .counts import CountCapped, Deduct
from .facts import FACTS, task_value, value_from_facts
from .rates import ImportedRatio, Linear, Proportional, ProportionalFloor, Tiers
from .totals import INDEX_CAP, AreaTotal, TotalRow, Totals, total

_ALL: tuple[type[Rule], ...] = (
    YesNo,
    Choice,
    Tiers,
    Proportional,
    ProportionalFloor,
    Linear,
    CountCapped,
    Deduct,
    ImportedRatio,
    Free,
)
RULES: dict[str, type[Rule]] = {rule.kind: rule for rule in _ALL}


def validate_rule(kind: str, params: Mapping[str, Any], max_points: Decimal) -> None:
    """Raise RuleError (Vietnamese, with the parameter's name as `field`) when a rule cannot be used for a criterion."""
    _read(kind, params, max_points)


def validate_value(kind: str, params: Mapping[str, Any], value: object, max_points: Decimal | None = None) -> None:
    """Raise ValueProblem (Vietnamese, with the input's name as `field`) when a value does not fit the rule.

    Without `max_points` only the limits that follow from the parameters are checked.
    """
    _read(kind, params, max_points or _open_end(params)).score(value)


def score(kind: str, params: Mapping[str, Any], value: object, max_points: Decimal) -> Scored:
    """Return points (0 to max_points, rounded once, half up) and the Vietnamese explanation.

    `value` holds ints or plain decimal text ("8.5"), as `input_fields` names them. Raises RuleError or ValueProblem.
    """
    return _read(kind, params, max_points).score(value)


def input_fields(kind: str, params: Mapping[str, Any], max_points: Decimal | None = None) -> list[InputField]:
    """Return the inputs a person fills for this rule, in order; raises RuleError for a rule that is not valid."""
    return _read(kind, params, max_points or _open_end(params)).fields()


def _open_end(params: Mapping[str, Any]) -> Decimal:
    """Return a maximum the parameters agree with: the best answer's points, or far more than any criterion has."""
    items = params.get("options") or params.get("tiers")
    if items and isinstance(items, list):
        return max(to_decimal(item.get("points")) or Decimal(0) for item in items)
    return (to_decimal(params.get("step", 1)) or Decimal(1)) * 100_000


def _read(kind: str, params: Mapping[str, Any], max_points: Decimal) -> Rule:
    if kind not in RULES:
        raise RuleError(f"Không có cách chấm “{kind}”.", field="rule_kind")
    if not isinstance(params, Mapping):
        raise RuleError("Tham số của cách chấm phải là một đối tượng.", field="rule_params")
    if max_points <= 0 or decimals_of(max_points) > 2:
        raise RuleError("Điểm tối đa phải lớn hơn 0, tối đa 2 chữ số thập phân.", field="max_points")
    return RULES[kind].read(params, round_points(max_points))


__all__ = [
    "FACTS",
    "INDEX_CAP",
    "RULES",
    "AreaTotal",
    "Choice",
    "CountCapped",
    "Deduct",
    "Free",
    "ImportedRatio",
    "InputField",
    "Linear",
    "Proportional",
    "ProportionalFloor",
    "Rule",
    "RuleError",
    "Scored",
    "Tiers",
    "TotalRow",
    "Totals",
    "ValueProblem",
    "YesNo",
    "input_fields",
    "score",
    "task_value",
    "total",
    "validate_rule",
    "validate_value",
    "value_from_facts",
]
