"""Snapshots: what an appraised scorecard and a ranking are frozen as, and recomputing them (architecture rule 6).

A snapshot is plain JSON in which every Decimal is text. Its SHA-256 is taken over one canonical writing (sorted keys,
no spaces, UTF-8), so the same content gives the same bytes on both databases.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.models import CriteriaSet, Round, Scorecard, ScorecardRow
from emulation.queries.scorecards import Sheet
from emulation.ranking import APPRAISED, LOST, ON_TIME, RankedItem, RankItem, grade, rank
from emulation.scoring import TotalRow, Totals
from ninhgiang.canonical import sha256_of
from ninhgiang.points import percent

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


def _row_data(row: ScorecardRow, area: str) -> dict[str, Any]:
    criterion = row.criterion
    files = [
        {
            "id": str(use.evidence_id),
            "name": use.evidence.original_name,
            "sha256": use.evidence.sha256,
            "pages": use.pages,
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
        "applicable": row.applicable and scoring.counts_in(criterion.rule_params, row.result_value),
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

    A row without a value (a unit that did not score itself) keeps its stated 0.
    """
    rows = [_recompute_row(row) for row in snapshot["rows"]]
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
    totals = scoring.total(
        parts,
        bonus_max=Decimal(rules["bonus_max"]),
        penalty_max=Decimal(rules["penalty_max"]),
        decimals=decimals,
        skipped=snapshot["round"].get("skipped_areas", ()),
        late=Decimal(snapshot.get("late_penalty", 0)),
    )
    return snapshot | {"rows": rows, "totals": totals_data(totals, format_=snapshot["format"], decimals=decimals)}


def _recompute_row(row: dict[str, Any]) -> dict[str, Any]:
    if row["value"] is None or (not row["applicable"] and scoring.counts_in(row["rule_params"], row["value"])):
        return row
    scored = scoring.score(row["rule_kind"], row["rule_params"], row["value"], Decimal(row["max_points"]))
    return row | {"points": text(scored.points), "explanation": scored.explanation}


def ranking_snapshot(round_: Round, cards: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the ranking of appraised scorecards, from their snapshots alone: per block, rank, grade and reasons."""
    rules = cards[0]["criteria_set"]
    areas = cards[0]["areas"]
    placed = {item.key: item for item in _ranked(cards, rules, areas)}
    blocks: dict[int, dict[str, Any]] = {card["block"]["id"]: card["block"] for card in cards}
    return {
        "format": FORMAT,
        "round": round_data(round_),
        "criteria_set": rules,
        "areas": areas,
        "blocks": [
            block | {"entries": _entries(cards, block["id"], placed)}
            for block in sorted(blocks.values(), key=lambda block: (block["position"], block["name"]))
        ],
    }


def _ranked(cards: Sequence[dict[str, Any]], rules: dict[str, Any], areas: list[dict[str, Any]]) -> list[RankedItem]:
    items = [
        RankItem(
            key=card["scorecard_id"],
            group=card["block"]["id"],
            name=card["unit"]["name"],
            index=Decimal(card["totals"]["index"]),
            sub_scores=_sub_scores(card),
        )
        for card in cards
    ]
    names = {area["code"]: f"điểm lĩnh vực {area['code']}" for area in areas}
    return rank(items, tie_order=rules["tie_order"], tie_names=names)


def _sub_scores(card: dict[str, Any]) -> dict[str, Decimal]:
    """Return what may break a tie: each area's points, their sum without bonus and penalty, on-time rate, losses."""
    areas = {code: Decimal(area["points"]) for code, area in card["totals"]["areas"].items()}
    scores = areas | {APPRAISED: sum(areas.values(), start=Decimal(0)), LOST: Decimal(len(_lost(card)))}
    for row in card["rows"]:
        if row["facts"].get("due"):
            return scores | {ON_TIME: percent(Decimal(row["facts"]["on_time"]), Decimal(row["facts"]["due"]))}
    return scores


def _entries(cards: Sequence[dict[str, Any]], block_id: int, placed: dict[Any, RankedItem]) -> list[dict[str, Any]]:
    mine = [card for card in cards if card["block"]["id"] == block_id]
    mine.sort(key=lambda card: (placed[card["scorecard_id"]].rank, card["unit"]["position"], card["unit"]["name"]))
    return [_entry(card, placed[card["scorecard_id"]]) for card in mine]


def _entry(card: dict[str, Any], place: RankedItem) -> dict[str, Any]:
    totals = card["totals"]
    band = grade(Decimal(totals["index"]), card["criteria_set"]["bands"])
    return {
        "scorecard_id": card["scorecard_id"],
        "scorecard_sha256": sha256_of(card),
        "unit": card["unit"],
        "submitted": card["submitted_at"] is not None,
        "areas": totals["areas"],
        "bonus": totals["bonus"],
        "penalty": totals["penalty"],
        "total": totals["total"],
        "applicable_max": totals["applicable_max"],
        "index": totals["index"],
        "rank": place.rank,
        "shared": place.shared,
        "grade_code": band.code,
        "grade_name": band.name,
        "explanation": place.explanation,
        "lost": _lost(card),
    }


def _lost(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return where points were lost: criteria below their maximum, largest loss first."""
    found = [
        {
            "code": row["code"],
            "area": row["area"],
            "name": row["name"],
            "max_points": row["max_points"],
            "points": row["points"],
            "lost": text(Decimal(row["max_points"]) - Decimal(row["points"])),
            "explanation": row["explanation"],
        }
        for row in card["rows"]
        if row["kind"] == "criterion" and row["applicable"] and Decimal(row["points"]) < Decimal(row["max_points"])
    ]
    return sorted(found, key=lambda item: (-Decimal(str(item["lost"])), str(item["code"])))
