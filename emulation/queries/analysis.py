"""Reads for the office: snapshots of a ranked round, self-scores against results over rounds, rounds to rehearse on."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from emulation.analysis import SelfGap
from emulation.enums import RoundState
from emulation.late import late_penalty
from emulation.models import Ranking, Round, Scorecard
from emulation.rehearsal import Facts
from emulation.set_spec import SetSpec
from units.models import Unit
from units.queries import special_days_of

ROUNDS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class GapTable:
    """Units against rounds, oldest round first."""

    rounds: list[Round]
    lines: list[SelfGap]


def snapshots_of(round_: Round) -> list[dict[str, Any]]:
    """Return the frozen scorecards of a ranked round. One query."""
    return list(Scorecard.objects.filter(round=round_).order_by("pk").values_list("snapshot", flat=True))


def rehearsal_facts(round_: Round, spec: SetSpec) -> Facts:
    """Return what a rehearsal of another set on this round needs besides its snapshots. Three queries."""
    cards = list(Scorecard.objects.filter(round=round_).select_related("unit").defer("snapshot"))
    special = special_days_of(round_.issuer_id)
    late = {}
    for card in cards:
        card.round = round_
        if card.submitted_late or card.submitted_at is None:
            late[card.pk] = late_penalty(card, special, spec)
    return Facts(traits={card.unit.code: card.unit.traits for card in cards}, late=late)


def self_gaps(round_: Round) -> GapTable:
    """Return self-score minus result for this round and the ones before it that were ranked. Two queries.

    A unit that did not hand in has no gap; practice rounds count only for themselves.
    """
    rounds = Round.objects.filter(
        issuer=round_.issuer, state__in=(RoundState.RANKED, RoundState.PUBLISHED), practice=round_.practice
    ).filter(period_end__lte=round_.period_end)
    shown = list(rounds.order_by("-period_end", "-pk")[:ROUNDS_SHOWN])[::-1]
    cards = Scorecard.objects.filter(round__in=shown, submitted_at__isnull=False, index__isnull=False)
    by_unit: dict[int, dict[int, Decimal | None]] = {}
    names: dict[int, str] = {}
    for card in cards.select_related("unit").defer("snapshot").order_by("unit__position", "unit__name"):
        names[card.unit_id] = card.unit.name
        by_unit.setdefault(card.unit_id, {})[card.round_id] = _gap(card)
    lines = [SelfGap(name, [by_unit[pk].get(one.pk) for one in shown]) for pk, name in names.items()]
    return GapTable(shown, lines)


def _gap(card: Scorecard) -> Decimal | None:
    got = card.result_total
    return None if got is None or card.self_total is None else card.self_total - got


def rankings_to_rehearse(issuer: Unit) -> QuerySet[Ranking]:
    """Return the ranked rounds of an issuer, latest first, to try a changed set on; one sent back is none."""
    stands = Q(round__issuer=issuer, round__state__in=(RoundState.RANKED, RoundState.PUBLISHED))
    found = Ranking.objects.filter(stands).select_related("round__criteria_set").defer("snapshot")
    return found.order_by("-round__period_end", "-round_id")
