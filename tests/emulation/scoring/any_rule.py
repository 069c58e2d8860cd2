"""Any rule of any kind with a value somebody could type, for properties that must hold for all sixteen kinds."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from emulation.scoring import RULES, input_fields, score

WORDS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Case:
    """A rule and one value for it."""

    kind: str
    params: dict[str, Any]
    maximum: Decimal
    value: dict[str, Any]

    def scored(self, **changes):
        return score(self.kind, self.params, self.value | changes, self.maximum)


def cents(low, high):
    return st.integers(int(low * 100), int(high * 100)).map(lambda number: Decimal(number) / 100)


@st.composite
def params_of(draw, kind, maximum):
    """Parameters of a kind that `validate_rule` takes."""
    below = draw(st.sampled_from([None, "0.25"])) if maximum >= 1 else None
    lowest = {} if below is None else {"below_zero": below}
    points = st.lists(cents(Decimal(0), maximum), min_size=1, max_size=3)
    falling = [maximum, *sorted(draw(points), reverse=True)]
    options = [{"code": code, "label": code, "points": str(one)} for code, one in zip(WORDS, falling, strict=False)]
    floor = draw(cents(Decimal(0), Decimal(99)))
    lowers = sorted(draw(st.sets(st.integers(1, 99), min_size=len(falling) - 1, max_size=len(falling) - 1)))[::-1]
    ends = list(zip([*lowers, 0], falling, strict=True))
    given = {
        "yes_no": lowest,
        "choice": {"options": options, **lowest},
        "quality": {
            "levels": [
                {"code": code, "label": code, "percent": str(one)}
                for code, one in zip(WORDS, (100, 75, 50), strict=False)
            ]
        },
        "tiers": {
            "tiers": [
                {"lower": str(lower), "closed": lower == 0 or draw(st.booleans()), "points": str(one)}
                for lower, one in ends
            ]
        },
        "proportional": {},
        "proportional_floor": {"floor": str(floor)},
        "linear": {"floor": str(floor), "ceiling": str(draw(cents(floor + 1, Decimal(100))))},
        "against_target": draw(st.sampled_from([{"target": "none"}, {}, {"at_target": "60"}])),
        "count_capped": {"per": str(draw(cents(Decimal("0.05"), Decimal(3))))},
        "deduct": draw(st.sampled_from([{"step": "0.5"}, {"step": "0.3"}, {"steps": _faults()}])) | lowest,
        "deduct_late": {"step": str(draw(cents(Decimal("0.05"), Decimal(1)))), "grace": draw(st.integers(0, 3))},
        "imported_ratio": {"of_max": str(draw(cents(Decimal(1), Decimal(200))))},
        "survey": {"input": draw(st.sampled_from(["two", "five"]))},
        "converted": draw(st.sampled_from([{"name": "DTI"}, {"name": "DTI", "by": "rank", "ranks": _ranks(falling)}])),
        "formula": {
            "variables": [{"code": "x", "label": "Đạt", "part_of": "y"}, {"code": "y", "label": "Tổng"}],
            "branches": [{"code": "a", "label": "Tỷ lệ", "formula": "if(x = y; toi_da; toi_da * x / y)"}],
        },
        "free": {"step": draw(st.sampled_from(["0.01", str(maximum)]))},
    }
    return given[kind]


def _faults():
    return [{"code": "nhe", "label": "nhẹ", "points": "0.4"}, {"code": "nang", "label": "nặng", "points": "1.25"}]


def _ranks(falling):
    steps = [{"to": place * 3, "points": str(one)} for place, one in enumerate(falling[:-1], start=1)]
    return [*steps, {"points": str(falling[-1])}]


@st.composite
def value_of(draw, kind, params, maximum):
    """A value somebody could type for the rule."""
    value = {}
    for one in input_fields(kind, params, maximum):
        if one.kind == "choice":
            value[one.name] = draw(st.sampled_from([code for code, _ in one.options]))
        elif one.name == "points":
            step = Decimal(params["step"])
            value[one.name] = str(step * draw(st.integers(0, int(maximum / step))))
        elif one.maximum is not None:
            value[one.name] = str(draw(st.decimals(0, one.maximum, places=one.decimals)))
        else:
            value[one.name] = draw(st.integers(0, 400))
    return _fitted(value)


def _fitted(value):
    """Make wholes at least as large as their parts, and the leader at least as good as the unit."""
    for part, whole in (("numerator", "denominator"), ("satisfied", "answers"), ("x", "y")):
        if whole in value:
            value[whole] = max(value[part], value[whole], 1)
    if "very_satisfied" in value:
        value["neutral"] += 1
    if "rank" in value:
        value["rank"] += 1
    if "best_target" in value:
        value["target"] += 1
        value["best_target"] = value["target"]
    if "best_actual" in value:
        value["best_actual"] = max(value["actual"], value["best_actual"], 1)
    return value


@st.composite
def cases(draw, kinds=tuple(RULES)):
    """A rule of one of the kinds and a value for it."""
    kind = draw(st.sampled_from(kinds))
    maximum = draw(cents(Decimal("0.25"), Decimal(25)))
    params = draw(params_of(kind, maximum))
    return Case(kind, params, maximum, draw(value_of(kind, params, maximum)))
