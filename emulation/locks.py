"""The one gate of a scorecard: which phase is open for writing now, for which rows, and why not (scoring.md 3.2).

Locked by default. A phase is open when round and scorecard stand where it belongs and its day is not over; the leader
may open it again for one scorecard, or one row of it, until a moment (Unlock). Nothing has to run for it to end.
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from emulation.enums import SCORECARD_MOVES, RoundState, ScorecardState
from emulation.models import Round, Scorecard, ScorecardRow, Unlock
from emulation.rules import WHO_HELPS, appraises, appraises_part, fills
from ninhgiang.calendar import moment_text, today, weekday_day_text
from ninhgiang.errors import Refused
from ninhgiang.states import Move, moves_from
from units.models import User
from units.rules import kinds_at

SELF = "self"
APPRAISAL = "appraisal"
EXPLANATION = "explanation"
REAPPRAISAL = "reappraisal"
# The units' own phases; the others are the appraisers'.
UNIT_PHASES = (SELF, EXPLANATION)
APPRAISERS_PHASES = (APPRAISAL, REAPPRAISAL)
WHO_UNLOCKS = "lãnh đạo UBND xã (mở khóa)"

# Where an unlock of a phase can still be used: states of the round and of the scorecard.
_UNLOCKABLE = {
    SELF: (
        (RoundState.SELF_SCORING, RoundState.APPRAISAL),
        (ScorecardState.OPEN, ScorecardState.SUBMITTED),
    ),
    EXPLANATION: (
        (RoundState.EXPLANATION, RoundState.REAPPRAISAL),
        (ScorecardState.EXPLAINING, ScorecardState.EXPLAINED),
    ),
}


def deadline_passed(round_: Round, on: date | None = None) -> bool:
    """Tell whether the self-scoring day (to its end, Vietnam time) is over."""
    return (on or today()) > round_.self_score_until


def before_self_days(round_: Round, on: date | None = None) -> bool:
    """Tell whether the first day of self-scoring, which the round may set later than its opening, is still to come."""
    return round_.self_score_from is not None and (on or today()) < round_.self_score_from


def self_days_open(round_: Round, on: date | None = None) -> bool:
    """Tell whether the day lies between the first and the last day of self-scoring, whatever state the round is in."""
    return not before_self_days(round_, on) and not deadline_passed(round_, on)


def explanation_passed(round_: Round, on: date | None = None) -> bool:
    """Tell whether the explanation day is over; a round without one has no window, so it is."""
    return round_.explain_until is None or (on or today()) > round_.explain_until


def may_be_unlocked(card: Scorecard, phase: str) -> bool:
    """Tell whether unlocking this phase would still open anything, whatever the dates."""
    rounds, cards = _UNLOCKABLE[phase]
    return card.round.state in rounds and card.state in cards


def active_unlocks(card: Scorecard, phase: str) -> list[Unlock]:
    """Return the unlocks of a phase that hold now, longest first; none where they would open nothing.

    One query, none when the scorecard was read with its unlocks (queries.scorecards.get_scorecard_for).
    """
    if phase not in UNIT_PHASES or not may_be_unlocked(card, phase):
        return []
    now = timezone.now()
    found = [one for one in card.unlocks.all() if one.phase == phase and one.until > now and one.closed_at is None]
    return sorted(found, key=lambda one: one.until, reverse=True)


def locked_because(card: Scorecard, phase: str) -> str:
    """Return why nothing of the scorecard can be written in this phase ("" when something can), and who can help."""
    reason = _locked_by_state(card, phase)
    return "" if reason and active_unlocks(card, phase) else reason


def open_rows(card: Scorecard, phase: str) -> frozenset[int] | None:
    """Return the ids of the rows that may be written in this phase now; None: all of them, empty: none."""
    if _locked_by_state(card, phase):
        unlocks = active_unlocks(card, phase)
        opened = frozenset(one.row_id for one in unlocks if one.row_id is not None)
        if phase == SELF:
            return None if any(one.row_id is None for one in unlocks) else opened
        return _flagged(card) if any(one.row_id is None for one in unlocks) else opened & _flagged(card)
    return _flagged(card) if phase in (EXPLANATION, REAPPRAISAL) else None


def _flagged(card: Scorecard) -> frozenset[int]:
    return frozenset(card.rows.filter(flagged=True).values_list("pk", flat=True))


def row_open(row: ScorecardRow, rows: frozenset[int] | None) -> bool:
    """Tell whether one row is among the open ones."""
    return rows is None or row.pk in rows


def assert_open(card: Scorecard, phase: str) -> None:
    """Raise Refused (403, with the reason and who can help) unless rows may be written now; every write asks here."""
    reason = locked_because(card, phase)
    if reason:
        raise Refused(reason)


def edit_phase(user: User, card: Scorecard) -> str:
    """Return the phase a page is made for: the first this person may write rows in now, "" when all is read only.

    Only for showing: what is posted says itself for which phase it was typed, and that phase is asked about.
    """
    return next((phase for phase in phases_of(user, card) if not locked_because(card, phase)), "")


def phases_of(user: User, card: Scorecard) -> tuple[str, ...]:
    """Return the phases of a scorecard in which this person takes part, open or not; some people in all of them."""
    own = UNIT_PHASES if fills(user, card) else ()
    appraising = appraises(user, card) or (not own and appraises_part(user, card))
    return (*own, *APPRAISERS_PHASES) if appraising else own


def phase_of_round(round_: Round) -> str:
    """Return the phase the round is in, whoever looks; before opening SELF, after the second appraisal REAPPRAISAL."""
    return {
        RoundState.APPRAISAL: APPRAISAL,
        RoundState.EXPLANATION: EXPLANATION,
        RoundState.REAPPRAISAL: REAPPRAISAL,
    }.get(RoundState(round_.state), SELF)


def unlock_words(unlocks: Iterable[Unlock]) -> str:
    """Return what is unlocked, for the notes of a scorecard: "cả phiếu đến 17:00 ngày 05/11/2026"."""
    parts = [
        f"{'cả phiếu' if one.row is None else f'tiêu chí {one.row.criterion.code}'} đến {moment_text(one.until)}"
        for one in unlocks
    ]
    return "; ".join(parts)


def _locked_by_state(card: Scorecard, phase: str) -> str:
    state = card.round.state
    if state == RoundState.DRAFT:
        return "Đợt chấm điểm chưa mở."
    if state in (RoundState.RANKED, RoundState.PUBLISHED):
        done = "đã công bố" if state == RoundState.PUBLISHED else "đã xếp hạng"
        help_ = "" if state == RoundState.PUBLISHED else f" {WHO_HELPS} hoặc lãnh đạo UBND có thể trả lại."
        return f"Kết quả {done} nên phiếu đã khóa, không sửa được nữa.{help_}"
    return _LOCKS[phase](card)


def _self_lock(card: Scorecard) -> str:
    round_ = card.round
    if round_.state != RoundState.SELF_SCORING:
        return f"Giai đoạn tự chấm đã đóng nên phiếu đã khóa. Nếu cần bổ sung, đề nghị {WHO_UNLOCKS}."
    if round_.self_score_from is not None and before_self_days(round_):
        return f"Đợt mở cho tự chấm từ {weekday_day_text(round_.self_score_from)}."
    if deadline_passed(round_):
        until = weekday_day_text(round_.self_score_until)
        return f"Hạn tự chấm đã hết vào cuối ngày {until}. Nếu cần gia hạn, liên hệ {WHO_HELPS} hoặc {WHO_UNLOCKS}."
    if card.state != ScorecardState.OPEN:
        return "Phiếu đã nộp nên không sửa được. Thủ trưởng đơn vị có thể rút phiếu về để sửa khi còn hạn tự chấm."
    return ""


def _appraisal_lock(card: Scorecard) -> str:
    if card.round.state == RoundState.SELF_SCORING:
        return "Đợt chưa chuyển sang giai đoạn thẩm định nên chưa nhập điểm thẩm định được."
    if card.round.state != RoundState.APPRAISAL:
        return "Thẩm định lần 1 đã xong; điểm chỉ còn thay đổi ở thẩm định lần 2."
    if card.state != ScorecardState.SUBMITTED:
        return "Phiếu đã hoàn thành thẩm định. Bấm “Thẩm định lại” trên phiếu nếu cần sửa."
    return ""


def _explanation_lock(card: Scorecard) -> str:
    if card.round.state not in (RoundState.EXPLANATION, RoundState.REAPPRAISAL):
        return "Đợt chưa đến bước giải trình."
    if card.round.state == RoundState.REAPPRAISAL:
        return f"Giai đoạn giải trình đã đóng. Nếu cần bổ sung, đề nghị {WHO_UNLOCKS}."
    if card.state not in (ScorecardState.EXPLAINING, ScorecardState.EXPLAINED):
        return "Phiếu không có tiêu chí nào phải giải trình."
    if explanation_passed(card.round):
        return f"Hạn giải trình đã hết. Nếu cần bổ sung, đề nghị {WHO_UNLOCKS}."
    if card.state == ScorecardState.EXPLAINED:
        return "Giải trình đã gửi. Thủ trưởng đơn vị có thể rút về để sửa khi còn hạn giải trình."
    return ""


def _reappraisal_lock(card: Scorecard) -> str:
    if card.round.state != RoundState.REAPPRAISAL:
        return "Đợt chưa đến bước thẩm định lần 2."
    if card.state == ScorecardState.FINAL:
        return "Phiếu đã hoàn thành thẩm định lần 2. Bấm “Thẩm định lại lần 2” trên phiếu nếu cần sửa."
    if card.state != ScorecardState.EXPLAINED:
        return "Phiếu không có tiêu chí nào phải giải trình nên giữ kết quả thẩm định lần 1."
    return ""


_LOCKS = {
    SELF: _self_lock,
    APPRAISAL: _appraisal_lock,
    EXPLANATION: _explanation_lock,
    REAPPRAISAL: _reappraisal_lock,
}


_MOVES_IN = {
    RoundState.SELF_SCORING: ("submit", "withdraw", "resubmit"),
    RoundState.APPRAISAL: ("appraise", "reopen", "resubmit"),
    RoundState.EXPLANATION: ("explain", "withdraw_explanation"),
    RoundState.REAPPRAISAL: ("reappraise", "reopen_final", "explain"),
}


def scorecard_moves(user: User, card: Scorecard) -> dict[str, Move]:
    """Return the steps of the scorecard this person may take now, given its round, the dates and what is unlocked."""
    kinds = kinds_at(user, card.unit) | kinds_at(user, card.round.issuer)
    moves = moves_from(SCORECARD_MOVES, card.state, kinds)
    allowed = {
        action: move for action, move in moves.items() if action in _MOVES_IN.get(RoundState(card.round.state), ())
    }
    return {action: move for action, move in allowed.items() if _in_time(action, card)}


def _in_time(action: str, card: Scorecard) -> bool:
    if action == "submit":
        return not locked_because(card, SELF) and open_rows(card, SELF) is None
    if action == "withdraw":
        return not deadline_passed(card.round)
    if action == "resubmit":
        return bool(active_unlocks(card, SELF))
    if action == "explain":
        return not locked_because(card, EXPLANATION)
    if action == "withdraw_explanation":
        return not explanation_passed(card.round)
    return True
