"""The gate every write to a scorecard goes through: lock it, read its round, ask whether it is open."""

from emulation.locks import assert_open
from emulation.models import Round, Scorecard
from emulation.rules import WHO_HELPS, appraises, appraises_part, fills
from ninhgiang.errors import Refused
from units.models import User

APPRAISERS = WHO_HELPS


def locked_scorecard(scorecard_id: int) -> Scorecard:
    """Lock one scorecard (Scorecard before Row), then read its round, so that a round closed meanwhile is seen.

    Raises Scorecard.DoesNotExist for an unknown id; views have gone through a guarded getter before.
    """
    card = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    card.round = Round.objects.select_related("issuer", "criteria_set").get(pk=card.round_id)
    return card


def open_for_unit(actor: User, scorecard_id: int, phase: str) -> Scorecard:
    """Return the locked scorecard for people of the unit, to score or to explain; Refused for others, and closed."""
    card = locked_scorecard(scorecard_id)
    if not fills(actor, card):
        raise Refused(f"Chỉ người của {card.unit.name} mới được ghi vào phiếu này.")
    assert_open(card, phase)
    return card


def open_for_appraisal(actor: User, scorecard_id: int, phase: str, *, part: bool = False) -> Scorecard:
    """Return the locked scorecard for an appraiser; Refused when it is not open for appraisal.

    With `part` also for the appraisers of some of its rows: the caller then asks `rules.appraises_row` for each.
    """
    card = locked_scorecard(scorecard_id)
    if not appraises(actor, card) and not (part and appraises_part(actor, card)):
        raise Refused(f"Chỉ {APPRAISERS} mới được thẩm định phiếu này.")
    assert_open(card, phase)
    return card
