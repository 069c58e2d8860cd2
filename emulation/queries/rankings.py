"""Reads of rankings: who sees which, and the summary other papers are made from (always from the snapshot)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation.enums import RoundState
from emulation.models import PublishedVersion, Ranking, Round, Scorecard, SnapshotCheck
from emulation.ranking import band_sentence, tie_sentence
from emulation.rules import sees_all, sees_ranking
from emulation.scoring import explain_total
from units.models import User
from units.queries import visible_issuer_ids
from units.rules import issuer_of

from .shown import totals_from


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
    """One unit's line. `area_points` holds None for an area that does not apply; rank None: out of the ranking.

    The areas' points + bonus - penalty - late + lifted is exactly `total`; `sum_words` says so with the numbers.
    """

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
    rank: int | None
    shared: bool
    grade_code: str
    grade_name: str
    explanation: str
    lost: list[LostPoints]
    sum_words: str = ""
    late: Decimal = Decimal(0)
    lifted: Decimal = Decimal(0)
    overall_rank: int | None = None
    overall_shared: bool = False
    original_grade_name: str = ""
    award_allowed: bool = True
    veto_explanation: str = ""
    head_grade_name: str = ""
    head_explanation: str = ""

    @property
    def lowered(self) -> bool:
        """Whether a veto left a lower grade than the index gave."""
        return bool(self.original_grade_name) and self.original_grade_name != self.grade_name


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
    bands: list[dict[str, Any]]
    tie_order: list[str]
    rank_style: str
    index_decimals: int
    has_heads: bool
    skipped_areas: list[str]
    blocks: list[SummaryBlock]
    sha256: str

    @property
    def entries(self) -> list[SummaryEntry]:
        """All units of all blocks."""
        return [entry for block in self.blocks for entry in block.entries]

    @property
    def tie_rule(self) -> str:
        """The rule for equal points in one Vietnamese sentence, as printed under every ranking."""
        return tie_sentence(self.tie_order, {area.code: area.name for area in self.areas}, style=self.rank_style)

    @property
    def band_rule(self) -> str:
        """The bands in one Vietnamese sentence, with which ends belong to them."""
        return band_sentence(self.bands)

    @property
    def overall(self) -> list[SummaryEntry]:
        """All ranked units of all blocks by their overall rank; empty for results frozen without one."""
        ranked = [entry for entry in self.entries if entry.overall_rank is not None]
        return sorted(ranked, key=lambda entry: (entry.overall_rank or 0, entry.unit_name))


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


def summary_of(ranking: Ranking, version: PublishedVersion | None = None) -> RoundSummary:
    """Return the summary of a ranking already read, or of one published version of it, without a query."""
    data = version.snapshot["ranking"] if version else ranking.snapshot
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
        rank_style=rules.get("rank_style", "competition"),
        index_decimals=rules.get("index_decimals", 2),
        has_heads=bool(rules.get("head_mapping")),
        skipped_areas=data["round"].get("skipped_areas", []),
        blocks=[
            SummaryBlock(block["id"], block["code"], block["name"], [_entry(one, codes) for one in block["entries"]])
            for block in data["blocks"]
        ],
        sha256=version.sha256 if version else ranking.sha256,
    )


def _entry(data: dict[str, Any], codes: list[str]) -> SummaryEntry:
    def of_areas(name: str) -> dict[str, Decimal | None]:
        return {code: Decimal(data["areas"][code][name]) if code in data["areas"] else None for code in codes}

    later: dict[str, Any] = {name: data[name] for name in _LATER if name in data}
    totals = totals_from(data)
    numbers: dict[str, Any] = {name: getattr(totals, name) for name in _NUMBERS}
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
        sum_words=explain_total(totals, codes),
        late=totals.late,
        lifted=totals.lifted,
        **later,
        **numbers,
    )


_NUMBERS = ("bonus", "penalty", "total", "applicable_max", "index")
_LATER = (
    "overall_rank",
    "overall_shared",
    "original_grade_name",
    "award_allowed",
    "veto_explanation",
    "head_grade_name",
    "head_explanation",
)


def versions_of(round_: Round) -> list[PublishedVersion]:
    """Return the published versions, newest first, each with its last nightly check, without their big snapshots."""
    checks = Prefetch("checks", SnapshotCheck.objects.order_by("-checked_at", "-pk"))
    return list(
        round_.published_versions.defer("snapshot")
        .select_related("published_by")
        .prefetch_related(checks)
        .order_by("-number")
    )


def card_versions(card: Scorecard) -> list[PublishedVersion]:
    """Return the published versions of a scorecard's round, newest first, without their snapshots. One query."""
    if card.round.state != RoundState.PUBLISHED:
        return []
    found = PublishedVersion.objects.filter(round=card.round_id).defer("snapshot", "changes")
    return list(found.order_by("-number"))


def get_version_for(user: User, round_id: int, number: int) -> PublishedVersion:
    """Return one published version of a ranking the person may open; Http404 for strangers and unknown numbers."""
    ranking = get_ranking_for(user, round_id)
    versions = PublishedVersion.objects.select_related("published_by").filter(round=ranking.round)
    version = get_object_or_404(versions, number=number)
    version.round = ranking.round
    return version


def alarms_of(versions: Iterable[PublishedVersion]) -> list[str]:
    """Return what the last nightly check found wrong with any version, in Vietnamese."""
    found = []
    for version in versions:
        last = next(iter(version.checks.all()), None)
        if last is not None and not last.ok:
            found += [f"Bản {version.number}: {one}" for one in last.differences[:5]]
    return found


def _lost(data: dict[str, str]) -> LostPoints:
    numbers = {name: Decimal(data[name]) for name in ("max_points", "points", "lost")}
    return LostPoints(
        code=data["code"], area=data["area"], name=data["name"], explanation=data["explanation"], **numbers
    )
