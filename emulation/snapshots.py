"""What an appraised scorecard is frozen as, and recomputing it (architecture rule 6). Rankings: ranking_snapshots.py.

A snapshot is plain JSON in which every Decimal is text. Its SHA-256 is taken over one canonical writing (sorted keys,
no spaces, UTF-8), so the same content gives the same bytes on both databases.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.enums import VetoEffect
from emulation.models import CriteriaSet, Round, Scorecard, ScorecardRow, Veto
from emulation.queries.scorecards import Sheet
from emulation.scoring import TotalRow, Totals

# 2: appraisal 2, late line, skipped areas, decimals of the index. Snapshots of format 1 still recompute to their bytes.
FORMAT = 2


def text(points: Decimal | None, decimals: int = 2) -> str | None:
    """Return points as stored in a snapshot: with a point and so many decimals, or None."""
    return None if points is None else f"{points:.{decimals}f}"


def set_data(criteria_set: CriteriaSet) -> dict[str, Any]:
    """Return what of a criteria set decides the result."""
    return {
        "code": criteria_set.code,
        "name": criteria_set.name,
        "year": criteria_set.year,
        "version": criteria_set.version,
        "is_sample": criteria_set.is_sample,
        "decision_number": criteria_set.decision_number,
        "bands": criteria_set.bands,
        "tie_order": criteria_set.tie_order,
        "bonus_max": text(criteria_set.bonus_max),
        "penalty_max": text(criteria_set.penalty_max),
        "rank_style": criteria_set.rank_style,
        "head_mapping": criteria_set.head_mapping,
        "veto_conditions": criteria_set.veto_conditions,
        "index_decimals": criteria_set.index_decimals,
        "late_policy": criteria_set.late_policy,
        "late_points": text(criteria_set.late_points),
        "late_points_max": text(criteria_set.late_points_max),
    }


def round_data(round_: Round) -> dict[str, Any]:
    """Return the round's name, kind and period, and the areas it leaves out."""
    return {
        "id": round_.pk,
        "name": round_.name,
        "kind": round_.kind,
        "practice": round_.practice,
        "skipped_areas": round_.skipped_areas,
        "period_start": round_.period_start.isoformat(),
        "period_end": round_.period_end.isoformat(),
    }


def veto_data(veto: Veto) -> dict[str, Any]:
    """Return a veto set by a person as a ranking states it."""
    data: dict[str, Any] = {"effect": veto.effect, "reason": veto.reason, "decision_number": veto.decision_number}
    data |= {"grade": veto.grade} if veto.effect == VetoEffect.MAX_GRADE else {}
    return data | ({"steps": veto.steps} if veto.effect == VetoEffect.MINUS_GRADES else {})


def counted(row: ScorecardRow) -> bool:
    """Tell whether a row (read with its criterion) stands in the denominator of the result."""
    return row.applicable and scoring.counts_in(row.criterion.rule_params, row.result_value)


def _row_data(row: ScorecardRow, area: str) -> dict[str, Any]:
    criterion = row.criterion
    files = [
        {
            "id": str(use.evidence_id),
            "name": use.evidence.original_name,
            "sha256": use.evidence.sha256,
            "pages": use.pages,
            "phase": use.phase,
        }
        for use in sorted(row.evidence_uses.all(), key=lambda use: str(use.evidence_id))
    ]
    return {
        "row_id": row.pk,
        "code": criterion.code,
        "area": area,
        "kind": criterion.kind,
        "name": criterion.name,
        "source": criterion.source,
        "rule_kind": criterion.rule_kind,
        "rule_params": criterion.rule_params,
        "max_points": text(row.max_points),
        "applicable": counted(row),
        "self_value": row.self_value,
        "self_points": text(row.self_points),
        "self_explanation": row.self_explanation,
        "self_note": row.self_note,
        "appraised_value": row.appraised_value,
        "appraised_points": text(row.appraised_points),
        "appraised_explanation": row.appraised_explanation,
        "appraisal_reason": row.appraisal_reason,
        "flagged": row.flagged,
        "question": row.question,
        "answer": row.answer,
        "value": row.result_value,
        "points": text(row.result_points),
        "explanation": row.result_explanation,
        "reason": row.appraisal_reason if row.final_points is None else row.final_reason,
        "facts": row.facts,
        "evidence": files,
    }


def totals_data(totals: Totals, *, format_: int = FORMAT, decimals: int = 2) -> dict[str, Any]:
    """Return totals as JSON: points by area (null when nothing in it applies is simply absent), sum and index."""
    late = {"late": text(totals.late), "lifted": text(totals.lifted)} if format_ > 1 else {}
    return late | {
        "areas": {
            code: {"points": text(area.points), "applicable_max": text(area.applicable_max)}
            for code, area in totals.areas.items()
        },
        "bonus": text(totals.bonus),
        "penalty": text(totals.penalty),
        "total": text(totals.total),
        "applicable_max": text(totals.applicable_max),
        "index": text(totals.index, decimals),
    }


def card_snapshot(sheet: Sheet) -> dict[str, Any]:
    """Return the snapshot of an appraised scorecard: rules, inputs, points, explanations, evidence, totals."""
    card: Scorecard = sheet.scorecard
    return {
        "format": FORMAT,
        "rules_version": scoring.VERSION,
        "scorecard_id": card.pk,
        "round": round_data(card.round),
        "criteria_set": set_data(card.round.criteria_set),
        "unit": {"id": card.unit_id, "code": card.unit.code, "name": card.unit.name, "position": card.unit.position},
        "block": {
            "id": card.block_id,
            "code": card.block.code,
            "name": card.block.name,
            "position": card.block.position,
        },
        "submitted_at": card.submitted_at.isoformat() if card.submitted_at else None,
        "submitted_late": card.submitted_late,
        "late_penalty": text(card.late_penalty),
        "areas": [
            {"code": area.code, "name": area.name, "max_points": text(area.max_points)}
            for area in sheet.areas
            if not area.is_extra
        ],
        "rows": [_row_data(row, sheet.codes[row.criterion_id]) for row in sheet.rows],
        "totals": totals_data(sheet.result_totals, decimals=card.round.criteria_set.index_decimals),
    }


def recompute_card(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot with every point, explanation and total computed again from its own inputs and rules.

    A row without a value (a unit that did not score itself) keeps its stated 0. Raises RuleError for a snapshot made by
    a version of the rules this program does not know.
    """
    score = scoring.engine(snapshot["rules_version"]).score
    return _totalled(snapshot, [_recompute_row(row, score) for row in snapshot["rows"]])


def with_points(snapshot: dict[str, Any], points: Mapping[str, Decimal]) -> dict[str, Any]:
    """Return the snapshot as if these criteria (by code) had earned these points; nothing else is computed again."""
    rows = [
        row | {"points": text(points[row["code"]]), "applicable": True} if row["code"] in points else row
        for row in snapshot["rows"]
    ]
    return _totalled(snapshot, rows)


def _totalled(snapshot: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    parts = [
        TotalRow(
            row["area"],
            row["kind"],
            Decimal(row["max_points"]),
            row["applicable"],
            None if row["points"] is None else Decimal(row["points"]),
        )
        for row in rows
    ]
    rules = snapshot["criteria_set"]
    decimals = rules.get("index_decimals", 2)
    totals = scoring.engine(snapshot["rules_version"]).total(
        parts,
        bonus_max=Decimal(rules["bonus_max"]),
        penalty_max=Decimal(rules["penalty_max"]),
        decimals=decimals,
        skipped=snapshot["round"].get("skipped_areas", ()),
        late=Decimal(snapshot.get("late_penalty", 0)),
    )
    return snapshot | {"rows": rows, "totals": totals_data(totals, format_=snapshot["format"], decimals=decimals)}


def _recompute_row(row: dict[str, Any], score: Callable[..., scoring.Scored]) -> dict[str, Any]:
    if row["value"] is None or (not row["applicable"] and scoring.counts_in(row["rule_params"], row["value"])):
        return row
    scored = score(row["rule_kind"], row["rule_params"], row["value"], Decimal(row["max_points"]))
    return row | {"points": text(scored.points), "explanation": scored.explanation}
