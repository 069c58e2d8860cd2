"""What a rule makes of an ordinary answer: the example beside a rule while it is being written. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.scoring import (
    DeductLate,
    Formula,
    Free,
    InputField,
    Linear,
    Rule,
    RuleError,
    Survey,
    ValueProblem,
    YesNo,
)
from emulation.scoring.numbers import plain

# Values that show a rule at work: neither nothing nor everything. Others are worked out from the rule.
_USUAL: dict[str, str] = {
    "numerator": "17",
    "denominator": "20",
    "percent": "85",
    "count": "2",
    "rank": "2",
    "actual": "18",
    "target": "20",
    "best_actual": "30",
    "best_target": "25",
    "very_satisfied": "60",
    "satisfied": "25",
    "neutral": "10",
    "dissatisfied": "3",
    "very_dissatisfied": "2",
}
_SHARE = Decimal("0.8")


def example_of(kind: str, params: Mapping[str, Any], max_points: Decimal) -> str:
    """Return the explanation of an example ("17/20 văn bản đúng hạn = 85 % → 3,40/4,00 điểm"), "" when none fits.

    Raises RuleError for a rule that is not valid.
    """
    rule = scoring.read_rule(kind, params, max_points)
    for value in _values(rule):
        try:
            return rule.score(value).explanation
        except (ValueProblem, RuleError, ArithmeticError):
            continue
    return ""


def _values(rule: Rule) -> Iterator[dict[str, str]]:
    fields = rule.own_fields()
    if not isinstance(rule, Formula):
        yield {one.name: _answer(rule, one) for one in fields}
        if isinstance(rule, Survey):
            yield from _surveys(rule)
        return
    # A formula's variables mean whatever the set says: small and large numbers in turn, parts below their wholes.
    parts = {one.code for one in rule.variables if one.part_of}
    for low, high in ((17, 20), (1, 2), (80, 100), (0, 1)):
        yield {one.name: _first(one) or str(low if one.name in parts else high) for one in fields}
        yield {one.name: _first(one) or str(low) for one in fields}


def _answer(rule: Rule, field: InputField) -> str:
    if field.options:
        # The second answer of an ordered choice tells more than the best one does.
        return field.options[0 if isinstance(rule, YesNo) else 1][0]
    if isinstance(rule, Linear) and field.name in ("numerator", "percent"):
        middle = (rule.floor + rule.ceiling) / 2
        return plain((middle if field.name == "percent" else middle / 5).quantize(Decimal(1)))
    if isinstance(rule, Free):
        return plain((rule.max_points * _SHARE // rule.step) * rule.step)
    if isinstance(rule, DeductLate):
        return str(2 + rule.grace)
    if field.name in _USUAL:
        return _USUAL[field.name]
    if field.maximum is not None:
        return plain((field.maximum * _SHARE).quantize(Decimal(1)) or field.maximum)
    return "1"


def _first(field: InputField) -> str:
    return field.options[0][0] if field.options else ""


def _surveys(rule: Survey) -> Iterator[dict[str, str]]:
    answers = max(100, rule.min_answers)
    yield {"satisfied": str(answers * 9 // 10), "answers": str(answers)}
    yield {
        "very_satisfied": str(answers),
        "satisfied": "0",
        "neutral": "0",
        "dissatisfied": "0",
        "very_dissatisfied": "0",
    }
