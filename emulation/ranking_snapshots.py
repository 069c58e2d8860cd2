"""What a ranking is frozen as: made from the snapshots of its scorecards alone, so that it can be made again.

Pure: no database, no clock. Format 2 adds vetoes, grades of heads, the overall rank and the line for
handing in late; rankings of scorecards in format 1 keep their own shape, so that their bytes can still be proved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulation.ranking import (
    APPRAISED,
    LOST,
    ON_TIME,
    Graded,
    RankedItem,
    RankItem,
    apply_vetoes,
    grade,
    head_grade,
    rank,
    read_veto,
    vetoes_met,
)
from emulation.scoring import AreaTotal
from ninhgiang.canonical import canonical_json, sha256_of
from ninhgiang.errors import DomainError
from ninhgiang.points import percent

from .snapshots import recompute_card, text

Card = Mapping[str, Any]
SetVetoes = Mapping[int, Sequence[Mapping[str, Any]]]  # set by people, as data (ranking.read_veto), by scorecard id


@dataclass(frozen=True, slots=True)
class _Result:
    """One scorecard with what grades and vetoes make of it. `modern` is false for format 1."""

    card: Card
    graded: Graded
    vetoes: list[dict[str, Any]]
    set_vetoes: list[dict[str, Any]]

    @property
    def modern(self) -> bool:
        return int(self.card["format"]) > 1


def ranking_snapshot(round_: Mapping[str, Any], cards: Sequence[Card], set_vetoes: SetVetoes) -> dict[str, Any]:
    """Return the ranking of appraised scorecards: per block and overall, rank, grade, the head's grade and reasons.

    `round_` is a snapshot's own data of the round, `cards` are snapshots of scorecards, `set_vetoes` holds the vetoes
    set by people as data (ranking.read_veto) by scorecard id. The order of the cards never matters.
    """
    rules, areas = cards[0]["criteria_set"], cards[0]["areas"]
    results = [_result(card, list(map(dict, set_vetoes.get(card["scorecard_id"], ())))) for card in cards]
    blocks: dict[int, Any] = {card["block"]["id"]: card["block"] for card in cards}
    placed = {one.key: one for one in rank(rank_items(results), **way_of(rules, areas))}
    overall = {one.key: one for one in rank(rank_items(results), scope="overall", **way_of(rules, areas))}
    return {
        "format": cards[0]["format"],
        "round": dict(round_),
        "criteria_set": rules,
        "areas": areas,
        "blocks": [
            dict(block)
            | {"entries": _entries([one for one in results if one.card["block"]["id"] == block["id"]], placed, overall)}
            for block in sorted(blocks.values(), key=lambda block: (block["position"], block["name"]))
        ],
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a unit comes out with: its rank in its block (None: out of the ranking) and the grade vetoes leave it."""

    rank: int | None
    grade_name: str


def outcomes(
    ranking: Mapping[str, Any], cards: Sequence[Card], set_vetoes: SetVetoes | None = None
) -> dict[int, Outcome]:
    """Return {scorecard id: outcome} of scorecards by the rules of a stored ranking, and by its vetoes unless given."""
    stated = stated_vetoes(ranking) if set_vetoes is None else set_vetoes
    results = [_result(card, list(map(dict, stated.get(card["scorecard_id"], ())))) for card in cards]
    placed = {
        one.key: one.rank for one in rank(rank_items(results), **way_of(ranking["criteria_set"], ranking["areas"]))
    }
    return {
        one.card["scorecard_id"]: Outcome(placed.get(one.card["scorecard_id"]), one.graded.final.name)
        for one in results
    }


def stated_vetoes(ranking: Mapping[str, Any]) -> dict[int, list[dict[str, Any]]]:
    """Return the vetoes set by people that a stored ranking states, by scorecard id."""
    entries = [entry for block in ranking["blocks"] for entry in block["entries"]]
    return {entry["scorecard_id"]: list(map(dict, entry.get("set_vetoes", ()))) for entry in entries}


def recompute_ranking(snapshot: Mapping[str, Any], cards: Sequence[Card]) -> dict[str, Any]:
    """Return the ranking made again from its scorecards and the vetoes it states itself."""
    return ranking_snapshot(snapshot["round"], cards, stated_vetoes(snapshot))


def differences(published: Mapping[str, Any]) -> list[str]:
    """Return in Vietnamese what of a published result {"ranking", "scorecards"} is not what recomputing it gives.

    Empty means that every point, explanation, total, rank and grade follows from the stored inputs and rules. Content
    that cannot be computed at all is a difference too: nothing is raised.
    """
    try:
        cards = list(published["scorecards"])
        found = [told for place, card in enumerate(cards, start=1) if (told := _card_difference(card, place))]
        if found:
            return found
        ranking = recompute_ranking(published["ranking"], cards)
        return (
            []
            if canonical_json(ranking) == canonical_json(published["ranking"])
            else [f"Bảng xếp hạng: {_first_difference(published['ranking'], ranking)}"]
        )
    except Exception as error:  # noqa: BLE001 - whatever a damaged snapshot holds, it has to be told, not to stop the check
        return [f"Bảng xếp hạng: {broken(error)}"]


def _card_difference(card: Card, place: int) -> str:
    try:
        name = f"Phiếu của {card['unit']['name']}"
        new = recompute_card(dict(card))
        return "" if canonical_json(card) == canonical_json(new) else f"{name}: {_first_difference(card, new)}"
    except Exception as error:  # noqa: BLE001 - as above
        return f"Phiếu thứ {place} của bản công bố: {broken(error)}"


def broken(error: Exception) -> str:
    """Return in Vietnamese that stored content cannot be computed, and why."""
    why = error.message if isinstance(error, DomainError) else repr(error)
    return f"không tính lại được vì dữ liệu hỏng ({why[:200]})."


def _first_difference(stored: Any, new: Any, path: str = "") -> str:
    """Return where two JSON values first differ, with both values."""
    if isinstance(stored, Mapping) and isinstance(new, Mapping):
        for key in sorted({*stored, *new}):
            if stored.get(key) != new.get(key):
                return _first_difference(stored.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    if isinstance(stored, list) and isinstance(new, list) and len(stored) == len(new):
        for place, (one, other) in enumerate(zip(stored, new, strict=True)):
            if one != other:
                return _first_difference(one, other, f"{path}[{place + 1}]")
    return f"{path} đã lưu “{stored}”, tính lại “{new}”"[:400]


def way_of(rules: Mapping[str, Any], areas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how a set ranks, as ranking.rank takes it."""
    return {
        "tie_order": rules["tie_order"],
        "tie_names": {area["code"]: f"điểm lĩnh vực {area['code']}" for area in areas},
        "style": rules.get("rank_style", "competition"),
        "decimals": rules.get("index_decimals", 2),
    }


def rank_items(results: Sequence[_Result]) -> list[RankItem]:
    """Return what is ranked: index, sub-scores that may break a tie, and why a unit takes no rank."""
    return [
        RankItem(
            key=one.card["scorecard_id"],
            group=one.card["block"]["id"],
            name=one.card["unit"]["name"],
            index=Decimal(one.card["totals"]["index"]),
            sub_scores=sub_scores(one.card),
            out="" if one.graded.ranked else one.graded.explanation,
        )
        for one in results
    ]


def _result(card: Card, set_vetoes: list[dict[str, Any]]) -> _Result:
    rules, totals = card["criteria_set"], card["totals"]
    bands, decimals = rules["bands"], rules.get("index_decimals", 2)
    met = vetoes_met(
        rules.get("veto_conditions", ()),
        bands,
        areas={
            code: AreaTotal(Decimal(one["points"]), Decimal(one["applicable_max"]), 0)
            for code, one in totals["areas"].items()
        },
        criteria={
            row["code"]: (Decimal(row["points"]), Decimal(row["max_points"]))
            for row in card["rows"]
            if row["kind"] == "criterion" and row["applicable"]
        },
        submitted=card["submitted_at"] is not None,
    )
    applied = [*met, *(read_veto(one, bands) for one in set_vetoes)]
    graded = apply_vetoes(grade(Decimal(totals["index"]), bands, decimals), bands, applied)
    told = [
        {
            "effect": one.effect,
            "grade": one.grade,
            "steps": one.steps,
            "reason": one.reason,
            "decision_number": one.decision_number,
        }
        for one in applied
    ]
    return _Result(card, graded, told, set_vetoes)


def sub_scores(card: Card) -> dict[str, Decimal]:
    """Return what may break a tie: each area's points, their sum without bonus and penalty, on-time rate, losses."""
    areas = {code: Decimal(area["points"]) for code, area in card["totals"]["areas"].items()}
    scores = areas | {APPRAISED: sum(areas.values(), start=Decimal(0)), LOST: Decimal(len(_lost(card)))}
    for row in card["rows"]:
        if row["facts"].get("due"):
            return scores | {ON_TIME: percent(Decimal(row["facts"]["on_time"]), Decimal(row["facts"]["due"]))}
    return scores


def _entries(
    results: Sequence[_Result], placed: Mapping[Any, RankedItem], overall: Mapping[Any, RankedItem]
) -> list[dict[str, Any]]:
    def place(one: _Result) -> tuple[bool, int, int, str]:
        item, unit = placed.get(one.card["scorecard_id"]), one.card["unit"]
        return item is None, item.rank if item else 0, unit["position"], unit["name"]

    return [_entry(one, placed, overall) for one in sorted(results, key=place)]


def _entry(one: _Result, placed: Mapping[Any, RankedItem], overall: Mapping[Any, RankedItem]) -> dict[str, Any]:
    card, totals, graded = one.card, one.card["totals"], one.graded
    item = placed.get(card["scorecard_id"])
    entry = {
        "scorecard_id": card["scorecard_id"],
        "scorecard_sha256": sha256_of(dict(card)),
        "unit": card["unit"],
        "submitted": card["submitted_at"] is not None,
        "areas": totals["areas"],
        "bonus": totals["bonus"],
        "penalty": totals["penalty"],
        "total": totals["total"],
        "applicable_max": totals["applicable_max"],
        "index": totals["index"],
        "rank": item.rank if item else None,
        "shared": item.shared if item else False,
        "grade_code": graded.final.code,
        "grade_name": graded.final.name,
        "explanation": item.explanation if item else graded.explanation,
        "lost": _lost(card),
    }
    return entry | _modern_part(one, overall) if one.modern else entry


def _modern_part(one: _Result, overall: Mapping[Any, RankedItem]) -> dict[str, Any]:
    totals, graded, rules = one.card["totals"], one.graded, one.card["criteria_set"]
    item = overall.get(one.card["scorecard_id"])
    part = {
        "late": totals["late"],
        "lifted": totals["lifted"],
        "overall_rank": item.rank if item else None,
        "overall_shared": item.shared if item else False,
        "original_grade_code": graded.original.code,
        "original_grade_name": graded.original.name,
        "award_allowed": graded.award_allowed,
        "vetoes": one.vetoes,
        "set_vetoes": one.set_vetoes,
        "veto_explanation": graded.explanation if one.vetoes else "",
        "head_grade_code": "",
        "head_grade_name": "",
        "head_explanation": "",
    }
    if rules["head_mapping"]:
        head, why = head_grade(
            Decimal(totals["index"]), graded.final, rules["head_mapping"], rules["bands"], rules["index_decimals"]
        )
        part |= {"head_grade_code": head.code, "head_grade_name": head.name, "head_explanation": why}
    return part


def _lost(card: Card) -> list[dict[str, Any]]:
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
