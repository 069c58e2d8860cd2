"""Scoring rules in plain Vietnamese, for the page of a criteria set and beside each row; pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.scoring import (
    AgainstTarget,
    Choice,
    Converted,
    Deduct,
    DeductLate,
    Formula,
    Linear,
    ProportionalFloor,
    Quality,
    Survey,
    Tiers,
    YesNo,
)
from emulation.scoring.grammar import words as formula_words
from emulation.scoring.params import shown
from emulation.scoring.rates import RateRule
from ninhgiang.points import show


def describe(kind: str, params: Mapping[str, Any], max_points: Decimal) -> str:
    """Return one Vietnamese sentence that says how points come about; raises RuleError for a rule that is not valid."""
    rule = scoring.read_rule(kind, params, max_points)
    words = _WORDS[kind](rule)
    if rule.no_case:
        words += f"; không phát sinh: {_NO_CASE[rule.no_case]}"
    fact = scoring.FACTS.get(str(params.get("fact", "")))
    return f"{words}. Số liệu: {fact[0].lower()}, hệ thống tính từ nhiệm vụ." if fact else f"{words}."


_NO_CASE = {
    "full": "tính điểm tối đa",
    "zero": "0 điểm",
    "not_applicable": "không đánh giá, không tính vào mẫu số",
}


def _options(rule: YesNo | Choice) -> str:
    return "; ".join(f"{option.label}: {shown(option.points)} điểm" for option in rule.options)


def _quality(rule: Quality) -> str:
    levels = "; ".join(f"{level.label}: {show(level.points)} %" for level in rule.levels)
    return f"Theo mức chất lượng, trên điểm tối đa {show(rule.max_points)}: {levels}"


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
    end = f"không trừ quá {shown(rule.lowest)}"
    return f"Từ {show(rule.max_points)} điểm, trừ {', '.join(parts)}, {end}"


def _late(rule: DeductLate) -> str:
    noun = {"day": "ngày chậm", "working_day": "ngày làm việc chậm", "report": "báo cáo chậm hoặc thiếu"}[rule.unit]
    grace = f", {rule.grace} {noun} đầu không trừ" if rule.grace else ""
    return f"Từ {show(rule.max_points)} điểm, trừ {show(rule.step)} điểm mỗi {noun}{grace}, không trừ quá 0"


def _survey(rule: Survey) -> str:
    least = f"; cần ít nhất {rule.min_answers} phiếu" if rule.min_answers > 1 else ""
    return f"Tỷ lệ {rule.noun} nhân điểm tối đa {show(rule.max_points)}{least}"


def _converted(rule: Converted) -> str:
    if rule.by == "index":
        return f"Chỉ số {rule.name} chia {show(rule.of_max)}, nhân điểm tối đa {show(rule.max_points)}"
    steps = "; ".join(f"{rule.describe(place)}: {show(one.points)} điểm" for place, one in enumerate(rule.ranks))
    return f"Theo thứ hạng {rule.name}: {steps}"


def _target(rule: AgainstTarget) -> str:
    whole = show(rule.max_points)
    if not rule.has_target:
        return f"Số {rule.noun} chia cho số của đơn vị dẫn đầu, nhân điểm tối đa {whole}"
    return (
        f"Đạt đúng chỉ tiêu {rule.noun}: {show(rule.at_target)} % điểm tối đa {whole}; dưới chỉ tiêu tính theo tỷ lệ; "
        "trên chỉ tiêu tính thêm theo tỷ lệ, đơn vị dẫn đầu được điểm tối đa"
    )


def _formula(rule: Formula) -> str:
    variables = "; ".join(f"{one.code} là {one.label[:1].lower()}{one.label[1:]}" for one in rule.variables)
    if len(rule.branches) == 1:
        return f"Điểm = {formula_words(rule.branches[0].node)}, trong đó {variables}"
    branches = "; ".join(f"{one.label}: {formula_words(one.node)}" for one in rule.branches)
    return f"Chọn một cách tính: {branches}, trong đó {variables}"


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
    "quality": _quality,
    "deduct_late": _late,
    "survey": _survey,
    "converted": _converted,
    "against_target": _target,
    "formula": _formula,
    "free": lambda rule: f"Chấm trực tiếp từ 0 đến {show(rule.max_points)} điểm, mỗi bước {show(rule.step)}",
}


def value_words(kind: str, params: Mapping[str, Any], max_points: Decimal, value: Mapping[str, Any] | None) -> str:
    """Return a value given for a rule in words: "Số đúng hạn: 12; Tổng số: 15"."""
    if value is None:
        return "(chưa chấm)"
    parts = []
    for one in scoring.input_fields(kind, params, max_points):
        given = value.get(one.name)
        if given is None or given is False or given == "":  # 0 is an answer
            continue
        text = dict(one.options).get(str(given), str(given).replace(".", ","))
        parts.append(one.label if one.kind == "flag" else f"{one.label}: {text}")
    return "; ".join(parts) or "(để trống)"
