"""Vetoes (điểm liệt, khống chế): what caps a grade, takes a unit out of the ranking or bars an award (scoring.md 4.4).

The original grade always stays visible; every veto carries its reason, and the number of a decision where there is one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulation.scoring.numbers import points_text
from emulation.scoring.params import RuleError, param_choice, param_percent, param_text, param_whole
from emulation.scoring.totals import AreaTotal
from ninhgiang.points import percent, show

from .bands import Grade, read_bands

EFFECTS = {
    "max_grade": "xếp loại không quá",
    "minus_grades": "hạ bậc xếp loại",
    "out_of_ranking": "không xếp hạng",
    "no_award": "không xét khen thưởng",
}
CONDITIONS = ("manual", "area_below", "criterion_below", "not_submitted")
MAX_REASON = 300  # what the form of a veto takes
_ALWAYS = frozenset({"when", "effect", "reason", "decision_number"})
_OF_CONDITION = {"area_below": ("code", "percent"), "criterion_below": ("code", "percent")}
_OF_EFFECT = {"max_grade": ("grade",), "minus_grades": ("steps",)}
_NAMED_ROW = {
    "area_below": ("area", "lĩnh vực dưới ngưỡng phải nêu mã một lĩnh vực"),
    "criterion_below": ("criterion", "tiêu chí dưới ngưỡng phải nêu mã một tiêu chí được chấm điểm"),
}


@dataclass(frozen=True, slots=True)
class Veto:
    """One veto on one unit. `grade` is the highest grade left (max_grade), `steps` how many down (minus_grades)."""

    effect: str
    reason: str
    grade: str = ""
    steps: int = 0
    decision_number: str = ""


@dataclass(frozen=True, slots=True)
class Graded:
    """What vetoes leave: the original and the final grade, whether the unit is ranked and may be awarded, and why."""

    original: Grade
    final: Grade
    ranked: bool
    award_allowed: bool
    explanation: str

    @property
    def lowered(self) -> bool:
        """Whether the final grade is below the original one."""
        return self.final != self.original


def read_veto(data: Mapping[str, Any], bands: object) -> Veto:
    """Return a veto read from JSON, or raise RuleError naming the field: effect, reason, grade or steps."""
    effect = _read_effect(data)
    codes = [band.code for band in read_bands(bands)]
    level = param_text(data, "grade") if effect == "max_grade" else ""
    if level and level not in codes:
        raise RuleError(f"Không có mức xếp loại “{level}”.", field="grade")
    steps = param_whole(data, "steps") if effect == "minus_grades" else 0
    if effect == "minus_grades" and not 1 <= steps < len(codes):
        raise RuleError(f"Số bậc bị hạ phải từ 1 đến {len(codes) - 1}.", field="steps")
    number = param_text(data, "decision_number") if data.get("decision_number") else ""
    return Veto(effect, _read_reason(data), level, steps, number)


def _read_effect(data: Mapping[str, Any]) -> str:
    if "effect" not in data:
        raise RuleError("Chưa nêu hệ quả của trường hợp khống chế.", field="effect")
    return param_choice(data, "effect", tuple(EFFECTS))


def _read_reason(data: Mapping[str, Any]) -> str:
    reason = data.get("reason")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > MAX_REASON:
        raise RuleError(f"Phải nêu lý do của trường hợp khống chế, không quá {MAX_REASON} ký tự.", field="reason")
    return reason.strip()


def validate_condition(data: Mapping[str, Any], bands: object, rows: Mapping[str, str]) -> None:
    """Raise RuleError unless a set's condition (see vetoes_met) can be met and then read as a veto.

    `rows` are the set's rows by code: "area", "criterion" where it is scored, any other word for what no condition can
    name. `bands` None leaves out what depends on the grades, for a set whose bands are not right themselves.
    """
    when = data.get("when")
    if when not in CONDITIONS:
        raise RuleError(f"Trường hợp khống chế không có điều kiện “{when}”.", field="when")
    effect = _read_effect(data)
    stated = {str(name) for name, value in data.items() if value not in (None, "")}
    unknown = sorted(stated - _ALWAYS - {*_OF_CONDITION.get(when, ()), *_OF_EFFECT.get(effect, ())})
    if unknown:
        raise RuleError(f"Trường hợp khống chế này không dùng mục “{unknown[0]}”.", field=unknown[0])
    if "percent" in _OF_CONDITION.get(when, ()):
        param_percent(data, "percent")
    if when in _NAMED_ROW:
        _check_named_row(param_text(data, "code"), rows, *_NAMED_ROW[when])
    if bands is not None:
        read_veto({**data, "reason": data.get("reason") or "điều kiện của bộ tiêu chí"}, bands)


def _check_named_row(code: str, rows: Mapping[str, str], kind: str, rule: str) -> None:
    if code not in rows:
        raise RuleError(f"Trường hợp khống chế nêu dòng “{code}” không có.", field="code")
    if rows[code] != kind:
        raise RuleError(f"Trường hợp {rule}; dòng “{code}” thì không phải.", field="code")


def apply_vetoes(original: Grade, bands: object, vetoes: Iterable[Veto]) -> Graded:
    """Return what the vetoes leave of a grade; the order of the vetoes never matters.

    Steps down are added up and counted from the original grade, never below the last; then the lowest cap holds.
    """
    read = read_bands(bands)
    codes = [band.code for band in read]
    listed = sorted(vetoes, key=lambda one: (list(EFFECTS).index(one.effect), one.reason, one.grade, one.steps))
    start = codes.index(original.code)
    down = start + sum(veto.steps for veto in listed if veto.effect == "minus_grades")
    caps = [codes.index(veto.grade) for veto in listed if veto.effect == "max_grade"]
    final = read[min(max([down, *caps]), len(read) - 1)]
    effects = {veto.effect for veto in listed}
    return Graded(
        original=read[start],
        final=final,
        ranked="out_of_ranking" not in effects,
        award_allowed="no_award" not in effects,
        explanation=_explain(read[start], final, listed, read),
    )


def _explain(original: Grade, final: Grade, vetoes: Sequence[Veto], bands: Sequence[Grade]) -> str:
    if not vetoes:
        return f"Xếp loại {original.name}."
    names = {band.code: band.name for band in bands}
    head = f"Xếp loại {original.name}" if final == original else f"Xếp loại {original.name} → {final.name}"
    return f"{head}: {'; '.join(_spoken(veto, names) for veto in vetoes)}."


def _spoken(veto: Veto, names: Mapping[str, str]) -> str:
    effect = EFFECTS[veto.effect]
    if veto.effect == "max_grade":
        effect = f"{effect} {names[veto.grade]}"
    elif veto.effect == "minus_grades":
        effect = f"{effect} {veto.steps} bậc"
    number = f" (Quyết định số {veto.decision_number})" if veto.decision_number else ""
    return f"{effect} vì {veto.reason}{number}"


def vetoes_met(
    conditions: Iterable[Mapping[str, Any]],
    bands: object,
    *,
    areas: Mapping[str, AreaTotal],
    criteria: Mapping[str, tuple[Decimal, Decimal]],
    submitted: bool,
) -> list[Veto]:
    """Return the vetoes that a set's automatic conditions put on a unit, each with its numbers in the reason.

    A condition is a veto's data plus "when": "area_below" or "criterion_below" with "code" and "percent" (of what
    applies: scoring.md 4.4 d and e), "not_submitted" (c), or "manual", which only people set. `criteria` holds
    (points, maximum) of the applicable rows. What does not apply to the unit meets no condition.
    """
    found = []
    for data in conditions:
        reason = _reason_met(data, areas, criteria, submitted=submitted)
        if reason:
            found.append(read_veto({**data, "reason": reason}, bands))
    return found


def _reason_met(
    data: Mapping[str, Any],
    areas: Mapping[str, AreaTotal],
    criteria: Mapping[str, tuple[Decimal, Decimal]],
    *,
    submitted: bool,
) -> str:
    when = param_choice(data, "when", CONDITIONS)
    if when == "manual":
        return ""
    if when == "not_submitted":
        return "" if submitted else "đơn vị không nộp phiếu tự chấm điểm"
    code, floor = param_text(data, "code"), param_percent(data, "percent")
    if when == "area_below":
        area = areas.get(code)
        numbers = None if area is None else (area.points, area.applicable_max)
    else:
        numbers = criteria.get(code)
    if numbers is None or not numbers[1] or numbers[0] * 100 >= floor * numbers[1]:
        return ""
    what = "lĩnh vực" if when == "area_below" else "tiêu chí"
    got = f"{points_text(numbers[0])}/{points_text(numbers[1])} điểm = {points_text(percent(*numbers))} %"
    return f"{what} {code} đạt {got}, dưới {show(floor)} %"
