"""Who may do what with rounds, scorecards and rankings (architecture rule 1); what is locked: locks.py."""

from dataclasses import replace

from emulation.enums import ROUND_MOVES, RoundState, ScorecardState
from emulation.models import Round, Scorecard, ScorecardRow
from ninhgiang.states import Move, moves_from
from units.enums import UNIT_ROLES, RoleKind
from units.models import Unit, User
from units.rules import holds, kinds_at, units_where

# Roles that see every unit's scorecard and an unpublished ranking of their issuer.
SEES_ALL = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER})
WHO_HELPS = "Phòng Văn hóa - Xã hội (thẩm định)"


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


def part_units(user: User, scorecard: Scorecard) -> list[Unit]:
    """Return the units for which the person appraises criteria named theirs; never on their own units' scorecards."""
    units = own_units(user)
    return [] if any(unit.pk == scorecard.unit_id for unit in units) else units


def appraises_part(user: User, scorecard: Scorecard) -> bool:
    """Tell whether the person appraises some criteria of the scorecard as head or officer of the unit they name.

    One query for people of units, none for others.
    """
    units = part_units(user, scorecard)
    return bool(units) and scorecard.rows.filter(criterion__appraiser__in=units).exists()


def sees_appraisal(user: User, scorecard: Scorecard) -> bool:
    """Tell whether the person may see the appraisers' points and reasons on a scorecard (scoring.md 3.2).

    Who sees all always; the unit once its appraisal is complete, and no longer while it is being made again: points
    somebody is still typing are no result.
    """
    if sees_all(user, scorecard.round.issuer):
        return True
    return scorecard.state not in (ScorecardState.OPEN, ScorecardState.SUBMITTED)


def sees_second_appraisal(user: User, scorecard: Scorecard) -> bool:
    """Tell whether the person may see what appraisal 2 and appeals made of the rows; see `sees_appraisal`."""
    if sees_all(user, scorecard.round.issuer) or scorecard.state == ScorecardState.FINAL:
        return True
    return scorecard.round.state in (RoundState.RANKED, RoundState.PUBLISHED)


def appraises_row(user: User, row: ScorecardRow) -> bool:
    """Tell whether the person appraises this row (with criterion, scorecard and round read along): see above."""
    if appraises(user, row.scorecard):
        return True
    named = row.criterion.appraiser_id
    return named is not None and any(unit.pk == named for unit in part_units(user, row.scorecard))


def waits_for_named(user: User, row: ScorecardRow) -> bool:
    """Tell whether another unit than the person's is named to appraise this row; never the scored unit itself.

    The reviewer may appraise such a row, but takes it with no others in one act.
    """
    return row.criterion.appraiser_id not in (None, row.scorecard.unit_id, user.unit_id)


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
    moves = moves_from(ROUND_MOVES, round_.state, kinds_at(user, round_.issuer))
    if round_.practice:  # ranked to be looked at, never published
        moves.pop("publish", None)
        moves = {
            action: replace(move, label="Xếp hạng thử") if action == "rank" else move for action, move in moves.items()
        }
    if round_.state == RoundState.RANKED:
        moves.pop("reopen_appraisal" if has_explained(round_) else "reopen_reappraisal", None)
    return moves


def has_explained(round_: Round) -> bool:
    """Tell whether units were asked to explain in this round, so that a second appraisal took place. One query."""
    return round_.scorecards.filter(state=ScorecardState.FINAL).exists()
