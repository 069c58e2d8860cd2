"""Steps many tests of the cycle take: days from now, unlocking, finishing appraisal 1."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from emulation.locks import SELF
from emulation.models import Round, Scorecard, ScorecardRow, Unlock
from emulation.services import accept_unchanged, complete_appraisal, save_self_row
from emulation.services.rows import RowEntry
from emulation.services.unlocks import unlock_scorecard
from ninhgiang.calendar import today
from tests.emulation.year import row_of

NOW = "2026-11-02T09:00:00+07:00"  # a Monday


def days(count: int) -> Any:
    """Return the day so many days from today."""
    return today() + timedelta(days=count)


def unlock(
    commune: Any,
    card: Scorecard,
    *,
    until: Any = None,
    who: str = "pct",
    phase: str = SELF,
    reason: str = "Đơn vị mất mạng",
    row: ScorecardRow | None = None,
) -> Unlock:
    """Unlock a scorecard, or one row, for four hours."""
    return unlock_scorecard(
        actor=commune.people[who],
        scorecard_id=card.pk,
        phase=phase,
        reason=reason,
        until=until or timezone.now() + timedelta(hours=4),
        row_id=row.pk if row else None,
    )


def type_in(commune: Any, card: Scorecard, code: str, value: Any, *, who: str = "cv.kt", note: str = "Sửa") -> Any:
    """Save one self-scored row as it stands now."""
    row = row_of(card, code)
    return save_self_row(
        actor=commune.people[who], scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, value, note)
    )


def finish_first(round_: Round, commune: Any) -> None:
    """Accept and complete every scorecard of a round."""
    for card in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
