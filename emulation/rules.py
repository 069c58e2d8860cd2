"""Who may do what with rounds, scorecards and rankings, and why something is locked (architecture rule 1)."""

from datetime import date

from emulation.enums import ROUND_MOVES, SCORECARD_MOVES, RoundState, ScorecardState
from emulation.models import Round, Scorecard
from ninhgiang.calendar import today, weekday_day_text
from ninhgiang.errors import Refused
from ninhgiang.states import Move, moves_from
from units.enums import UNIT_ROLES, RoleKind
from units.models import Unit, User
from units.rules import holds, kinds_at, units_where

# Roles that see every unit's scorecard and an unpublished ranking of their issuer.
SEES_ALL = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER})
WHO_HELPS = "Phòng Văn hóa - Xã hội (thẩm định)"

SELF = "self"
APPRAISAL = "appraisal"


def sees_all(user: User, issuer: Unit) -> bool:
    """Tell whether the person sees all scorecards and unpublished rankings of the issuer."""
    return holds(user, SEES_ALL, issuer)


def own_units(user: User) -> list[Unit]:
    """Return the units for which the person fills or submits scorecards."""
    return units_where(user, *UNIT_ROLES)


def fills(user: User, scorecard: Scorecard) -> bool:
    """Tell whether the person belongs to the scored unit (head or officer) and may fill its scorecard."""
    return holds(user, UNIT_ROLES, scorecard.unit)


def appraises(user: User, scorecard: Scorecard) -> bool:
    """Tell whether the person appraises scorecards of this round."""
    return holds(user, RoleKind.REVIEWER, scorecard.round.issuer)


def appraises_own_unit(user: User, scorecard: Scorecard) -> bool:
    """Tell whether appraising here is appraising one's own unit: allowed, but shown on screens and in the audit."""
    return user.unit_id == scorecard.unit_id


def sees_ranking(user: User, round_: Round) -> bool:
    """Tell whether the person may open the ranking: everyone once published, those who see all once ranked."""
    if round_.state == RoundState.PUBLISHED:
        return True
    return round_.state == RoundState.RANKED and sees_all(user, round_.issuer)


def round_moves(user: User, round_: Round) -> dict[str, Move]:
    """Return the steps of the round this person may take now."""
    return moves_from(ROUND_MOVES, round_.state, kinds_at(user, round_.issuer))


def scorecard_moves(user: User, scorecard: Scorecard) -> dict[str, Move]:
    """Return the steps of the scorecard this person may take now, given the state of its round."""
    kinds = kinds_at(user, scorecard.unit) | kinds_at(user, scorecard.round.issuer)
    moves = moves_from(SCORECARD_MOVES, scorecard.state, kinds)
    phase = {RoundState.SELF_SCORING: ("submit", "withdraw"), RoundState.APPRAISAL: ("appraise", "reopen")}
    allowed = phase.get(RoundState(scorecard.round.state), ())
    if scorecard.round.state == RoundState.SELF_SCORING and deadline_passed(scorecard.round):
        allowed = ()
    return {action: move for action, move in moves.items() if action in allowed}


def deadline_passed(round_: Round, on: date | None = None) -> bool:
    """Tell whether the self-scoring day (to its end, Vietnam time) is over."""
    return (on or today()) > round_.self_score_until


def locked_because(scorecard: Scorecard, phase: str) -> str:
    """Return why rows cannot be written now in this phase ("" when they can), naming who can help."""
    round_ = scorecard.round
    if round_.state == RoundState.DRAFT:
        return "Đợt chấm điểm chưa mở."
    if round_.state in (RoundState.RANKED, RoundState.PUBLISHED):
        done = "đã công bố" if round_.state == RoundState.PUBLISHED else "đã xếp hạng"
        help_ = "" if round_.state == RoundState.PUBLISHED else f" {WHO_HELPS} hoặc lãnh đạo UBND có thể trả lại."
        return f"Kết quả {done} nên phiếu đã khóa, không sửa được nữa.{help_}"
    return _self_lock(scorecard) if phase == SELF else _appraisal_lock(scorecard)


def _self_lock(scorecard: Scorecard) -> str:
    round_ = scorecard.round
    if round_.state != RoundState.SELF_SCORING:
        return f"Giai đoạn tự chấm đã đóng nên phiếu đã khóa. Nếu cần bổ sung, liên hệ {WHO_HELPS}."
    if deadline_passed(round_):
        until = weekday_day_text(round_.self_score_until)
        return f"Hạn tự chấm đã hết vào cuối ngày {until}. Nếu cần gia hạn, liên hệ {WHO_HELPS}."
    if scorecard.state != ScorecardState.OPEN:
        return "Phiếu đã nộp nên không sửa được. Thủ trưởng đơn vị có thể rút phiếu về để sửa khi còn hạn tự chấm."
    return ""


def _appraisal_lock(scorecard: Scorecard) -> str:
    if scorecard.round.state != RoundState.APPRAISAL:
        return "Đợt chưa chuyển sang giai đoạn thẩm định nên chưa nhập điểm thẩm định được."
    if scorecard.state == ScorecardState.APPRAISED:
        return "Phiếu đã hoàn thành thẩm định. Bấm “Thẩm định lại” trên phiếu nếu cần sửa."
    return ""


def assert_open(scorecard: Scorecard, phase: str) -> None:
    """Raise Refused (403, with the reason and who can help) unless rows may be written now; every write asks here."""
    reason = locked_because(scorecard, phase)
    if reason:
        raise Refused(reason)


def edit_phase(user: User, scorecard: Scorecard) -> str:
    """Return the phase in which this person may write rows now: SELF, APPRAISAL or "" (read only)."""
    if fills(user, scorecard) and not locked_because(scorecard, SELF):
        return SELF
    if appraises(user, scorecard) and not locked_because(scorecard, APPRAISAL):
        return APPRAISAL
    return ""
