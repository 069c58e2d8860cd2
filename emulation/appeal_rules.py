"""Who may do what with appeals and corrections, until when, and which rows wait for the next published version."""

from collections.abc import Iterable

from emulation.enums import APPEAL_MOVES, CORRECTION_MOVES, AppealSource, AppealState, RoundState
from emulation.models import Appeal, Round, Scorecard, ScorecardRow
from emulation.rules import WHO_HELPS, appraises_row, fills, sees_all
from emulation.snapshots import counted, text
from ninhgiang.calendar import today, weekday_day_text
from ninhgiang.states import Move, Table, moves_from
from units.enums import RoleKind
from units.models import User
from units.rules import holds, kinds_at

DECIDERS = (RoleKind.REVIEWER, RoleKind.LEADER)
# Write down an appeal for a head who phoned or sent a letter; once the last day is over only those who decide.
RECORDERS = (RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER)
CORRECTORS = (RoleKind.REVIEWER, RoleKind.OFFICE)


def appeal_closed_because(card: Scorecard) -> str:
    """Return why no appeal can be filed now, and who helps, "" when one can."""
    round_ = card.round
    if round_.state != RoundState.PUBLISHED or round_.appeal_until is None:
        return "Chỉ kiến nghị được sau khi kết quả đã công bố."
    if appeals_early(round_):
        return f"Nhận kiến nghị {appeal_days_text(round_)}. Từ nay đến đó hãy xem kỹ từng điểm và lý do."
    if appeals_over(round_):
        return (
            f"Hạn kiến nghị đã hết vào cuối ngày {weekday_day_text(round_.appeal_until)}. Kiến nghị muộn có lý do "
            f"chính đáng: đề nghị {WHO_HELPS} hoặc lãnh đạo UBND xã ghi nhận."
        )
    return ""


def appeal_days_text(round_: Round) -> str:
    """Return between which days units may appeal: "đến hết thứ Hai, 09/11/2026", "từ thứ Năm, … đến hết …"."""
    if round_.appeal_until is None:
        raise ValueError("the round is not published")
    until = f"đến hết {weekday_day_text(round_.appeal_until)}"
    return until if round_.appeal_from is None else f"từ {weekday_day_text(round_.appeal_from)} {until}"


def appeals_early(round_: Round) -> bool:
    """Tell whether the first day for appeals, which the leader may set later than publication, is still to come."""
    return round_.appeal_from is not None and today() < round_.appeal_from


def appeals_over(round_: Round) -> bool:
    """Tell whether the last day for appeals (to its end, Vietnam time) is over."""
    return round_.appeal_until is not None and today() > round_.appeal_until


def is_correction(appeal: Appeal) -> bool:
    """Tell whether it is the office's own correction, which only the leader decides."""
    return appeal.source == AppealSource.CORRECTION


def table_of(appeal: Appeal) -> Table:
    """Return the steps of an appeal, or of a correction."""
    return CORRECTION_MOVES if is_correction(appeal) else APPEAL_MOVES


def appeal_moves(user: User, appeal: Appeal) -> dict[str, Move]:
    """Return the steps of an appeal this person may take now."""
    card = appeal.scorecard
    return moves_from(table_of(appeal), appeal.state, kinds_at(user, card.unit) | kinds_at(user, card.round.issuer))


def may_confirm(user: User, appeal: Appeal) -> bool:
    """Tell whether the person heads the unit and has still to confirm what was recorded by phone."""
    waiting = appeal.source == AppealSource.PHONE and appeal.confirmed_at is None
    return waiting and appeal.state != AppealState.WITHDRAWN and holds(user, RoleKind.UNIT_HEAD, appeal.scorecard.unit)


def may_note(user: User, appeal: Appeal) -> bool:
    """Tell whether the person may add an opinion while nothing is decided.

    The unit, those who answer for the round, and the unit named as appraiser of the criterion.
    """
    card, row = appeal.scorecard, appeal.row
    if appeal.state != AppealState.FILED:
        return False
    if row is not None:
        row.scorecard = card
    return fills(user, card) or sees_all(user, card.round.issuer) or (row is not None and appraises_row(user, row))


def moved_on(card: Scorecard, rows: Iterable[ScorecardRow]) -> list[ScorecardRow]:
    """Return the rows whose result is no longer what the scorecard's snapshot says: they wait for a new version."""
    stated = {one["row_id"]: (one["value"], one["points"], one["applicable"]) for one in card.snapshot.get("rows", ())}
    return [row for row in rows if row.pk in stated and stated[row.pk] != _counted(row)]


def _counted(row: ScorecardRow) -> tuple[object, str | None, bool]:
    return row.result_value, text(row.result_points), counted(row)
