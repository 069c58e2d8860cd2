"""Scoring rules in plain Vietnamese, for the page of a criteria set and beside each row; pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.scoring import Choice, Deduct, Linear, ProportionalFloor, Tiers, YesNo
from emulation.scoring.rates import RateRule
from ninhgiang.points import show


def describe(kind: str, params: Mapping[str, Any], max_points: Decimal) -> str:
    """Return one Vietnamese sentence that says how points come about; raises RuleError for a rule that is not valid."""
    scoring.validate_rule(kind, params, max_points)
    rule = scoring.RULES[kind].read(params, max_points)
    words = _WORDS[kind](rule)
    if rule.no_case:
        words += "; không phát sinh: tính điểm tối đa"
    elif rule.no_case is False:
        words += "; không phát sinh: 0 điểm"
    fact = scoring.FACTS.get(str(params.get("fact", "")))
    return f"{words}. Số liệu: {fact[0].lower()}, hệ thống tính từ nhiệm vụ." if fact else f"{words}."


def _options(rule: YesNo | Choice) -> str:
    return "; ".join(f"{option.label}: {show(option.points)} điểm" for option in rule.options)


def _rate(rule: RateRule) -> str:
    return "Tỷ lệ" if rule.as_percent else f"Tỷ lệ {rule.noun}"


def _floor(rule: ProportionalFloor) -> str:
    return f"{_rate(rule)} nhân điểm tối đa {show(rule.max_points)}; tỷ lệ dưới {show(rule.floor)} %: 0 điểm"


def _linear(rule: Linear) -> str:
    return (
        f"{_rate(rule)} từ {show(rule.floor)} % trở xuống: 0 điểm; từ {show(rule.ceiling)} % trở lên: "
        f"{show(rule.max_points)} điểm; ở giữa tính theo tỷ lệ thẳng"
    )


def _tiers(rule: Tiers) -> str:
    parts = [f"{rule.describe(place)}: {show(tier.points)} điểm" for place, tier in enumerate(rule.tiers)]
    return f"{_rate(rule)}: {'; '.join(parts)}"


def _deduct(rule: Deduct) -> str:
    parts = [f"{show(step.points)} điểm mỗi {step.noun}" for step in rule.steps]
    return f"Từ {show(rule.max_points)} điểm, trừ {', '.join(parts)}, không trừ quá 0"


_WORDS: dict[str, Callable[[Any], str]] = {
    "yes_no": _options,
    "choice": _options,
    "tiers": _tiers,
    "proportional": lambda rule: f"{_rate(rule)} nhân điểm tối đa {show(rule.max_points)}",
    "proportional_floor": _floor,
    "linear": _linear,
    "count_capped": lambda rule: f"Mỗi {rule.noun} được {show(rule.per)} điểm, tối đa {show(rule.max_points)} điểm",
    "deduct": _deduct,
    "imported_ratio": lambda rule: (
        f"{rule.noun[:1].upper()}{rule.noun[1:]} chia {show(rule.of_max)}, nhân điểm tối đa {show(rule.max_points)}"
    ),
    "free": lambda rule: f"Chấm trực tiếp từ 0 đến {show(rule.max_points)} điểm, mỗi bước {show(rule.step)}",
}
