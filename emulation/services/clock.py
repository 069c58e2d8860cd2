"""The clock of rounds: does what is due and nothing else, each piece on its own; run by beat every few minutes.

Idempotent, and it catches up: a round whose day ended while the program was down is closed at the next run. A round is
due by its own dates only, so a date moved on in time keeps it open. Whatever goes wrong in one piece, the others are
done; it is logged loudly as long as it stays due.
"""

import logging
from collections.abc import Callable

from django.db.models import Q

from emulation.enums import RoundState
from emulation.models import Round, ScorecardRow
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError

from .closing import close_self_scoring
from .explanations import close_explanation
from .handed_in import take_back

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
    for round_id, state, version in list(due.values_list("pk", "state", "version")):
        try:
            _CLOSERS[RoundState(state)](actor=None, round_id=round_id, version=version)
        except DomainError as error:  # usually somebody closed it, or moved its day, a moment ago
            level = logging.WARNING if due.filter(pk=round_id, version=version).exists() else logging.INFO
            logger.log(level, "round %s stays: %s", round_id, error.message)
        except Exception:
            logger.exception("round %s could not be closed", round_id)
        else:
            moved.append(round_id)
    return moved


def take_back_unsent() -> list[int]:
    """Put back what units typed under unlocks that ended without a hand-in; returns the ids of their scorecards."""
    changed = ScorecardRow.objects.filter(handed_in__isnull=False).order_by().values_list("scorecard", flat=True)
    done = []
    for scorecard_id in sorted(set(changed)):
        try:
            if take_back(scorecard_id=scorecard_id):
                done.append(scorecard_id)
        except Exception:
            logger.exception("scorecard %s could not be put back", scorecard_id)
    return done
