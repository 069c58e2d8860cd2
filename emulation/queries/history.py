"""Reads of results over the years: our published rounds and those imported, side by side for each unit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from emulation.enums import RoundKind, RoundState
from emulation.models import PastResult, PastRound, RankingEntry, Round
from ninhgiang.points import show_fixed
from units.models import Unit, User
from units.queries import units_of, visible_issuer_ids

COLUMNS = 8
_LINE_WIDTH, _LINE_HEIGHT = 96, 28


@dataclass(frozen=True, slots=True)
class Mark:
    """One unit's result in one publication; `rank` None: out of the ranking."""

    index: Decimal
    rank: int | None
    shared: bool
    grade: str
    decimals: int
    differs: bool = False


@dataclass(slots=True)
class Publication:
    """One column of the history: an imported publication, or a published round of ours."""

    name: str
    when: date
    url: str
    imported: bool
    kind: str = ""
    marks: dict[int, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit over the years; `cells` in the order of the columns, `points` a polyline of the indices."""

    unit: Unit
    cells: list[tuple[Publication, Mark | None]]
    points: str
    trend: str


def visible_past_rounds(user: User) -> QuerySet[PastRound]:
    """Return the imported publications of the person's issuer with `line_count` and `differing`; all roles read."""
    rounds = PastRound.objects.filter(issuer__in=visible_issuer_ids(user)).select_related("issuer", "imported_by")
    return rounds.annotate(line_count=Count("results"), differing=Count("results", filter=~Q(results__differences=[])))


def get_past_round_for(user: User, code: str) -> PastRound:
    """Return one imported publication by its code; Http404 for strangers."""
    return get_object_or_404(visible_past_rounds(user), code=code)


def results_of(past_round: PastRound) -> list[PastResult]:
    """Return its lines in published order with our units, in one query."""
    return list(past_round.results.select_related("unit", "past_round").order_by("position"))


def publications_of(user: User, most: int = COLUMNS) -> list[Publication]:
    """Return the latest publications the person may see, oldest first, with the marks of our units. Four queries.

    Practice rounds never count.
    """
    issuers = visible_issuer_ids(user)
    newest_first = ("-year", F("decision_on").desc(nulls_last=True), "code")
    past = list(PastRound.objects.filter(issuer__in=issuers).order_by(*newest_first)[:most])
    ours = list(
        Round.objects.filter(issuer__in=issuers, state=RoundState.PUBLISHED, practice=False).order_by(
            "-period_end", "-pk"
        )[:most]
    )
    imported = {one.pk: _imported(one) for one in past}
    decimals = {one.pk: one.index_decimals for one in past}
    own = {one.pk: _own(one) for one in ours}
    latest = sorted([*imported.values(), *own.values()], key=lambda one: (one.when, one.name))[-most:]
    for result in PastResult.objects.filter(past_round__in=imported, unit__isnull=False):
        imported[result.past_round_id].marks[result.unit_id or 0] = Mark(
            result.index,
            result.rank,
            result.shared,
            result.grade_name,
            decimals[result.past_round_id],
            bool(result.differences),
        )
    entries = RankingEntry.objects.filter(ranking__round__in=own).select_related("ranking__round__criteria_set")
    for entry in entries.defer("ranking__snapshot"):
        round_ = entry.ranking.round
        own[round_.pk].marks[entry.unit_id] = Mark(
            entry.index, entry.rank, entry.shared, entry.grade_name, round_.criteria_set.index_decimals
        )
    return latest


def _imported(past: PastRound) -> Publication:
    url = reverse("emulation:past-round", args=[past.code])
    return Publication(past.name, date(past.year, 12, 31), url, imported=True, kind=f"Năm {past.year}")


def _own(round_: Round) -> Publication:
    url = reverse("emulation:ranking", args=[round_.pk])
    kind = RoundKind(round_.kind).label
    return Publication(round_.name, round_.period_end, url, imported=False, kind=f"{kind} {round_.period_end.year}")


def history_lines(issuer: Unit, publications: list[Publication]) -> list[Line]:
    """Return the units that have any mark in these publications, in official order, the commune itself first."""
    found = []
    for unit in [issuer, *units_of(issuer)]:
        marks = [one.marks.get(unit.pk) for one in publications]
        if any(marks):
            found.append(Line(unit, list(zip(publications, marks, strict=True)), sparkline(marks), trend_words(marks)))
    return found


def sparkline(marks: Iterable[Mark | None]) -> str:
    """Return the points of a polyline for an SVG of 96 x 28: indices from 0 to 100, gaps left out, "" below two."""
    placed = list(marks)
    step = Decimal(_LINE_WIDTH) / max(len(placed) - 1, 1)
    points = [
        (place * step, _LINE_HEIGHT - min(mark.index, Decimal(100)) * _LINE_HEIGHT / 100)
        for place, mark in enumerate(placed)
        if mark is not None
    ]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points) if len(points) > 1 else ""


def trend_words(marks: Iterable[Mark | None]) -> str:
    """Return in words how the index moved between the last two marks: "tăng 3,25", "giảm 1,00", "không đổi"."""
    known = [mark for mark in marks if mark is not None][-2:]
    if len(known) < 2:
        return ""
    change = known[1].index - known[0].index
    if change == 0:
        return "không đổi"
    decimals = max(mark.decimals for mark in known)
    return f"{'tăng' if change > 0 else 'giảm'} {show_fixed(abs(change), decimals)}"
