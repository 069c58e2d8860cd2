"""The gate every write to a scorecard goes through: lock it, read its round, ask whether it is open."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from emulation.locks import UNIT_PHASES, assert_open, phases_of
from emulation.models import Round, Scorecard, ScorecardRow
from emulation.rules import WHO_HELPS, appraises, fills
from ninhgiang.errors import Refused, Stale
from units.models import User

APPRAISERS = WHO_HELPS
ONLY_APPRAISERS = f"Chỉ {APPRAISERS} mới được thẩm định phiếu này."
NO_PHASE = (
    "Trang đã gửi không cho biết nội dung thuộc bước nào (tự chấm, giải trình hay thẩm định) nên chưa lưu. "
    "Hãy tải lại trang rồi nhập lại."
)
SHOWN_CODES = 12


def locked_scorecard(scorecard_id: int) -> Scorecard:
    """Lock one scorecard (Scorecard before Row), then read its round, so that a round closed meanwhile is seen.

    Raises Scorecard.DoesNotExist for an unknown id; views have gone through a guarded getter before.
    """
    card = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    card.round = Round.objects.select_related("issuer", "criteria_set").get(pk=card.round_id)
    return card


def note_first_opening(*, actor: User, card: Scorecard) -> None:
    """Keep when somebody of the unit first opened its scorecard, so that the office sees who never did.

    Writing into it opens it too. A reading, not an act: no audit entry, and nothing is written the second time.
    """
    if card.first_opened_at is None and fills(actor, card):
        card.first_opened_at = timezone.now()
        Scorecard.objects.filter(pk=card.pk, first_opened_at=None).update(first_opened_at=card.first_opened_at)


def open_for_unit(actor: User, scorecard_id: int, phase: str) -> Scorecard:
    """Return the locked scorecard for people of the unit, to score or to explain; Refused for others, and closed."""
    card = locked_scorecard(scorecard_id)
    require_part_in(actor, card, phase)
    assert_open(card, phase)
    note_first_opening(actor=actor, card=card)
    return card


def open_for_appraisal(actor: User, scorecard_id: int, phase: str, *, part: bool = False) -> Scorecard:
    """Return the locked scorecard for an appraiser; Refused when it is not open for appraisal.

    With `part` also for the appraisers of some of its rows: the caller then asks `rules.appraises_row` for each.
    """
    card = locked_scorecard(scorecard_id)
    if not part and not appraises(actor, card):
        raise Refused(ONLY_APPRAISERS)
    require_part_in(actor, card, phase)
    assert_open(card, phase)
    return card


def require_part_in(actor: User, card: Scorecard, phase: str) -> None:
    """Raise Refused unless the person takes part in this phase of the scorecard, open or not; "" is no phase.

    A post says for which phase it was typed (locks.edit_phase); pages that answer with a phase's column ask here first.
    """
    if not phase:
        raise Refused(NO_PHASE)
    if phase not in phases_of(actor, card):
        own = f"Chỉ người của {card.unit.name} mới được ghi vào phiếu này."
        raise Refused(own if phase in UNIT_PHASES else ONLY_APPRAISERS)


def require_seen(rows: Iterable[ScorecardRow], seen: Mapping[int, int] | None, *, doing: str) -> None:
    """Raise Stale naming the rows that are not as the person saw them; `seen` is {row id: version}, None: not asked.

    For acts on many rows at once: who decides on a whole scorecard decides on what stood on the page.
    """
    if seen is None:
        return
    changed = [row for row in rows if seen.get(row.pk) != row.version]
    if changed:
        raise Stale(
            f"{len(changed)} tiêu chí vừa có người sửa từ khi bạn mở trang ({codes_of(changed)}) nên chưa {doing}. "
            "Hãy xem bản mới nhất rồi bấm lần nữa."
        )


def codes_of(rows: Iterable[ScorecardRow]) -> str:
    """Return the codes of rows for a message, the first few of many."""
    codes = [row.criterion.code for row in rows]
    more = f" và {len(codes) - SHOWN_CODES} tiêu chí khác" if len(codes) > SHOWN_CODES else ""
    return ", ".join(codes[:SHOWN_CODES]) + more
