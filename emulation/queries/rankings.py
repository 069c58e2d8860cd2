"""Reads of rankings: who sees which, and the summary other papers are made from (always from the snapshot)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation.enums import RoundState
from emulation.models import Ranking, Round
from emulation.ranking import tie_sentence
from emulation.rules import sees_all, sees_ranking
from units.models import User
from units.queries import visible_issuer_ids
from units.rules import issuer_of


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """One area of the criteria set: code, name, maximum points."""

    code: str
    name: str
    max_points: Decimal


@dataclass(frozen=True, slots=True)
class LostPoints:
    """One criterion below its maximum, with the explanation of its points."""

    code: str
    area: str
    name: str
    max_points: Decimal
    points: Decimal
    lost: Decimal
    explanation: str


@dataclass(frozen=True, slots=True)
class SummaryEntry:
    """One unit's line. `area_points` holds None for an area that does not apply to the unit."""

    scorecard_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    submitted: bool
    area_points: dict[str, Decimal | None]
    area_max: dict[str, Decimal | None]
    bonus: Decimal
    penalty: Decimal
    total: Decimal
    applicable_max: Decimal
    index: Decimal
    rank: int
    shared: bool
    grade_code: str
    grade_name: str
    explanation: str
    lost: list[LostPoints]


@dataclass(frozen=True, slots=True)
class SummaryBlock:
    """One block with its units by rank."""

    id: int
    code: str
    name: str
    entries: list[SummaryEntry]


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A ranked round as frozen: what reports, spreadsheets and the ranking page print."""

    round: Round
    ranking: Ranking
    name: str
    period_start: date
    period_end: date
    criteria_set_name: str
    is_sample: bool
    areas: list[AreaInfo]
    bands: list[dict[str, str]]
    tie_order: list[str]
    blocks: list[SummaryBlock]
    sha256: str

    @property
    def entries(self) -> list[SummaryEntry]:
        """All units of all blocks."""
        return [entry for block in self.blocks for entry in block.entries]

    @property
    def tie_rule(self) -> str:
        """The rule for equal points in one Vietnamese sentence, as printed under every ranking."""
        return tie_sentence(self.tie_order, {area.code: area.name for area in self.areas})


def visible_rankings(user: User) -> QuerySet[Ranking]:
    """Return the rankings a person may open: published ones of the issuer; unpublished for those who see all."""
    rankings = Ranking.objects.filter(round__issuer__in=visible_issuer_ids(user)).select_related(
        "round__issuer", "round__criteria_set", "ranked_by", "published_by", "award_proposal"
    )
    issuer = issuer_of(user)
    states = [RoundState.PUBLISHED]
    if issuer is not None and sees_all(user, issuer):
        states.append(RoundState.RANKED)
    return rankings.filter(round__state__in=states)


def get_ranking_for(user: User, round_id: int) -> Ranking:
    """Return the ranking of a round; Http404 for strangers and before it may be seen."""
    ranking = get_object_or_404(visible_rankings(user), round_id=round_id)
    if not sees_ranking(user, ranking.round):
        raise Http404
    return ranking


def round_summary(round_: Round) -> RoundSummary:
    """Return the frozen result of a ranked round, read from its ranking's snapshot only (one query).

    Raises Ranking.DoesNotExist when the round has not been ranked.
    """
    return summary_of(Ranking.objects.select_related("round", "ranked_by", "published_by").get(round=round_))


def summary_of(ranking: Ranking) -> RoundSummary:
    """Return the summary of a ranking already read, without a query."""
    data = ranking.snapshot
    rules = data["criteria_set"]
    areas = [AreaInfo(area["code"], area["name"], Decimal(area["max_points"])) for area in data["areas"]]
    codes = [area.code for area in areas]
    return RoundSummary(
        round=ranking.round,
        ranking=ranking,
        name=data["round"]["name"],
        period_start=date.fromisoformat(data["round"]["period_start"]),
        period_end=date.fromisoformat(data["round"]["period_end"]),
        criteria_set_name=rules["name"],
        is_sample=rules["is_sample"],
        areas=areas,
        bands=rules["bands"],
        tie_order=rules["tie_order"],
        blocks=[
            SummaryBlock(block["id"], block["code"], block["name"], [_entry(one, codes) for one in block["entries"]])
            for block in data["blocks"]
        ],
        sha256=ranking.sha256,
    )


def _entry(data: dict[str, Any], codes: list[str]) -> SummaryEntry:
    def of_areas(name: str) -> dict[str, Decimal | None]:
        return {code: Decimal(data["areas"][code][name]) if code in data["areas"] else None for code in codes}

    numbers = {name: Decimal(data[name]) for name in ("bonus", "penalty", "total", "applicable_max", "index")}
    return SummaryEntry(
        scorecard_id=data["scorecard_id"],
        unit_id=data["unit"]["id"],
        unit_code=data["unit"]["code"],
        unit_name=data["unit"]["name"],
        submitted=data["submitted"],
        area_points=of_areas("points"),
        area_max=of_areas("applicable_max"),
        rank=data["rank"],
        shared=data["shared"],
        grade_code=data["grade_code"],
        grade_name=data["grade_name"],
        explanation=data["explanation"],
        lost=[_lost(one) for one in data["lost"]],
        **numbers,
    )


def _lost(data: dict[str, str]) -> LostPoints:
    numbers = {name: Decimal(data[name]) for name in ("max_points", "points", "lost")}
    return LostPoints(
        code=data["code"], area=data["area"], name=data["name"], explanation=data["explanation"], **numbers
    )
