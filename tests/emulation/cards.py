"""Snapshots of scorecards and rankings made by hand, for pure tests of what is computed from them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from emulation.ranking_snapshots import ranking_snapshot
from emulation.set_spec import AreaSpec, RowSpec, SetSpec
from emulation.snapshots import with_points

BANDS = [
    {"code": "xs", "name": "Xuất sắc", "lower": "90", "closed": True},
    {"code": "tot", "name": "Tốt", "lower": "80", "closed": True},
    {"code": "kha", "name": "Khá", "lower": "0", "closed": True},
]
RULES: dict[str, Any] = {
    "bands": BANDS,
    "tie_order": [],
    "bonus_max": "3.00",
    "penalty_max": "5.00",
    "rank_style": "competition",
    "head_mapping": {},
    "veto_conditions": [],
    "index_decimals": 2,
    "late_policy": "as_is",
    "late_points": "0.00",
    "late_points_max": "0.00",
}
ROUND = {"id": 1, "name": "Đợt thử", "skipped_areas": []}
# By code: area, kind, maximum.
CRITERIA = {
    "1": ("I", "criterion", "60"),
    "2": ("II", "criterion", "40"),
    "C": ("", "bonus", "5"),
    "T": ("", "penalty", "8"),
}


def row(code: str, points: str | None, *, applicable: bool = True) -> dict[str, Any]:
    """One row of points typed by hand."""
    area, kind, maximum = CRITERIA[code]
    return {
        "code": code,
        "area": area,
        "name": f"Tiêu chí {code}",
        "kind": kind,
        "max_points": f"{Decimal(maximum):.2f}",
        "applicable": applicable,
        "value": {"points": points} if applicable else None,
        "points": points if applicable else None,
        "explanation": "",
        "rule_kind": "free",
        "rule_params": {"step": "0.01"},
        "facts": {},
    }


def card(
    number: int, points: Mapping[str, str | None], *, block: int = 1, late: str = "0", **rules: Any
) -> dict[str, Any]:
    """One unit's scorecard: points by code ("1", "2", bonus "C", penalty "T"); None: does not apply."""
    rows = [row(code, one or "0", applicable=one is not None) for code, one in points.items()]
    snapshot = {
        "format": 2,
        "rules_version": 1,
        "scorecard_id": number,
        "round": ROUND,
        "criteria_set": RULES | rules,
        "unit": {"id": number, "code": f"U{number}", "name": f"Đơn vị {number}", "position": number},
        "block": {"id": block, "code": f"K{block}", "name": f"Khối {block}", "position": block},
        "submitted_at": "2026-11-01T00:00:00+00:00",
        "submitted_late": False,
        "late_penalty": late,
        "areas": [{"code": code, "name": code, "max_points": most} for code, most in (("I", "60.00"), ("II", "40.00"))],
        "rows": rows,
    }
    return with_points(snapshot, {})


def ranking(
    cards: Sequence[Mapping[str, Any]], vetoes: Mapping[int, list[dict[str, Any]]] | None = None
) -> dict[str, Any]:
    """The ranking of scorecards; `vetoes` are those set by people, by scorecard id."""
    return ranking_snapshot(ROUND, cards, vetoes or {})


def spec(**changes: Any) -> SetSpec:
    """The set the scorecards were made by."""
    rows = {code: _row_spec(code, most) for code, (_, _, most) in CRITERIA.items()}
    areas = tuple(
        AreaSpec(code=area, name=area, max_points=rows[code].max_points, criteria=(rows[code],))
        for code, area in (("1", "I"), ("2", "II"))
    )
    given: dict[str, Any] = {
        "code": "bo",
        "name": "Bộ",
        "year": 2026,
        "areas": areas,
        "bonuses": (rows["C"],),
        "penalties": (rows["T"],),
        "bonus_max": Decimal(RULES["bonus_max"]),
        "penalty_max": Decimal(RULES["penalty_max"]),
        "bands": tuple(BANDS),
    }
    return SetSpec(**(given | changes))


def _row_spec(code: str, most: str) -> RowSpec:
    return RowSpec(
        code=code,
        name=f"Tiêu chí {code}",
        max_points=Decimal(most),
        rule_kind="free",
        rule_params={"step": "0.01"},
    )
