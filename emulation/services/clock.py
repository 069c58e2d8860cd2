"""The clock of rounds: closes what is due and nothing else, each round on its own; run by beat every few minutes.

Idempotent, and it catches up: a round whose day ended while the program was down is closed at the next run. A round is
due by its own dates only, so a date moved on in time keeps it open.
"""

import logging
from collections.abc import Callable

from django.db.models import Q

from emulation.enums import RoundState
from emulation.models import Round
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError

from .closing import close_self_scoring
from .explanations import close_explanation

logger = logging.getLogger(__name__)
_CLOSERS: dict[RoundState, Callable[..., Round]] = {
    RoundState.SELF_SCORING: close_self_scoring,
    RoundState.EXPLANATION: close_explanation,
}


def close_due_rounds() -> list[int]:
    """Close self-scoring and explanation of every round whose day is over; returns the ids of the rounds moved."""
    on = today()
    ended = Q(state=RoundState.SELF_SCORING, self_score_until__lt=on)
    explained = Q(state=RoundState.EXPLANATION, explain_until__lt=on)
    due = Round.objects.filter(ended | explained).order_by("pk")
    moved = []
    for round_id, state, version in due.values_list("pk", "state", "version"):
        try:
            _CLOSERS[RoundState(state)](actor=None, round_id=round_id, version=version)
        except DomainError as error:  # somebody closed it, or moved its day, a moment ago
            logger.info("round %s stays: %s", round_id, error.message)
        else:
            moved.append(round_id)
    return moved
