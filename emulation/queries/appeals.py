"""Reads of appeals and vetoes: who sees which."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from emulation.models import Appeal, Scorecard, Veto
from units.models import User

from .scorecards import get_scorecard_for, visible_scorecards


def visible_appeals(user: User) -> QuerySet[Appeal]:
    """Return the appeals about scorecards the person may open, waiting ones first, oldest first. One query."""
    found = Appeal.objects.filter(scorecard__in=visible_scorecards(user).values("pk"))
    related = ("scorecard__unit", "scorecard__round__criteria_set", "scorecard__round__issuer", "row__criterion")
    return found.select_related(*related, "filed_by", "decided_by").order_by("decided_at", "filed_at", "pk")


def get_appeal_for(user: User, appeal_id: int) -> Appeal:
    """Return one appeal with its scorecard, round, issuer and row; Http404 for strangers."""
    return get_object_or_404(visible_appeals(user), pk=appeal_id)


def get_veto_for(user: User, scorecard_id: int, veto_id: int) -> Veto:
    """Return one veto of a scorecard the person may open; Http404 for strangers."""
    return get_object_or_404(Veto, pk=veto_id, scorecard=get_scorecard_for(user, scorecard_id))


def vetoes_shown(card: Scorecard) -> list[Veto]:
    """Return every veto set on a scorecard, lifted ones too, each with the name of its highest grade. One query."""
    names = {band["code"]: band["name"] for band in card.round.criteria_set.bands}
    vetoes = list(card.vetoes.select_related("set_by"))
    for veto in vetoes:
        veto.grade_name = names.get(veto.grade, veto.grade)  # type: ignore[attr-defined]
    return vetoes
