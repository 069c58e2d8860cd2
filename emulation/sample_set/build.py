"""Short ways to write the rows of the sample set."""

from decimal import Decimal
from typing import Any

from emulation.set_spec import AreaSpec, RowSpec

PROCEDURES, INVESTMENT = "procedures", "investment"


def row(code: str, name: str, points: str, kind: str, params: dict[str, Any], **extra: Any) -> RowSpec:
    """Return one scored row; `extra` are further fields of RowSpec."""
    return RowSpec(code=code, name=name, max_points=Decimal(points), rule_kind=kind, rule_params=params, **extra)


def area(code: str, name: str, points: str, *criteria: RowSpec, **extra: Any) -> AreaSpec:
    """Return one area with its criteria."""
    return AreaSpec(code=code, name=name, max_points=Decimal(points), criteria=criteria, **extra)


def options(*options: tuple[str, str, str]) -> dict[str, Any]:
    """Return the parameters of an ordered choice from (code, label, points)."""
    return {"options": [{"code": code, "label": label, "points": points} for code, label, points in options]}


def tiers(*tiers: tuple[str, str]) -> list[dict[str, Any]]:
    """Return bands with closed lower ends from (lower, points), highest first."""
    return [{"lower": lower, "closed": True, "points": points} for lower, points in tiers]


def rate(noun: str, part: str, whole: str, **extra: Any) -> dict[str, Any]:
    """Return the parameters every rate has: what is counted, and the labels of its two numbers."""
    return {"noun": noun, "numerator_label": part, "denominator_label": whole, **extra}
