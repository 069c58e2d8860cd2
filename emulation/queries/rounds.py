"""Reads of rounds: who sees which, and how far each unit is."""

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from emulation.enums import NodeKind, RoundState
from emulation.models import Round, Scorecard
from emulation.rules import own_units, sees_all
from units.models import User
from units.queries import visible_issuer_ids
from units.rules import issuer_of

_APPLIES = Q(rows__applicable=True)
_REQUIRED = _APPLIES & Q(rows__criterion__kind=NodeKind.CRITERION)


def visible_rounds(user: User) -> QuerySet[Round]:
    """Return the rounds a person may see.

    Reviewer, office and leader see all of their issuer; people of units see opened ones; everybody else published ones.
    """
    rounds = Round.objects.filter(issuer__in=visible_issuer_ids(user)).select_related("issuer", "criteria_set")
    issuer = issuer_of(user)
    if issuer is not None and sees_all(user, issuer):
        return rounds
    if own_units(user):
        return rounds.exclude(state=RoundState.DRAFT)
    return rounds.filter(state=RoundState.PUBLISHED)


def rounds_with_counts(user: User, *, archived: bool = False) -> QuerySet[Round]:
    """Return the visible rounds, those at work or those archived.

    With `card_count`, `handed_in` (submitted or later) and `appraised_count`.
    """
    return (
        visible_rounds(user)
        .filter(archived_at__isnull=not archived)
        .annotate(
            card_count=Count("scorecards"),
            handed_in=Count("scorecards", filter=Q(scorecards__submitted_at__isnull=False)),
            appraised_count=Count("scorecards", filter=Q(scorecards__index__isnull=False)),
        )
    )


def get_round_for(user: User, round_id: int) -> Round:
    """Return one round; Http404 for people who may not see it."""
    return get_object_or_404(visible_rounds(user), pk=round_id)


def progress_of(round_: Round) -> QuerySet[Scorecard]:
    """Return the round's scorecards by block and unit with their progress.

    `filled` of `required` rows the unit must answer, `checked` of `live` rows that apply (with bonus and penalty).
    """
    return (
        Scorecard.objects.filter(round=round_)
        .select_related("unit", "block", "round", "round__issuer")
        .annotate(
            required=Count("rows", filter=_REQUIRED),
            filled=Count("rows", filter=_REQUIRED & Q(rows__self_points__isnull=False)),
            live=Count("rows", filter=_APPLIES),
            checked=Count("rows", filter=_APPLIES & Q(rows__appraised_points__isnull=False)),
        )
        .order_by("block__position", "unit__position")
    )


def own_cards(user: User, round_: Round) -> list[Scorecard]:
    """Return the scorecards of the person's own units in this round, with progress."""
    return list(progress_of(round_).filter(unit__in=own_units(user)))


def flagged_units(round_: Round) -> list[str]:
    """Return the names of the units with rows flagged for an explanation, in official order. One query."""
    cards = Scorecard.objects.filter(round=round_, rows__flagged=True, rows__applicable=True)
    return list(cards.order_by("unit__position").values_list("unit__name", flat=True).distinct())
