"""Where a scorecard can still gain points, and the way to the next grade ("còn thiếu gì"), for the scored unit.

Made from a sheet already read, so it asks the database nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from emulation import scoring
from emulation.advice import Advice, Frame, OpenRow, advise
from emulation.enums import NodeKind, ValueSource
from emulation.models import ScorecardRow
from emulation.queries.scorecards import Sheet, total_row
from emulation.scoring import RuleError

NOT_SCORED = "chưa chấm"
FROM_TASKS = "tính từ nhiệm vụ: hoàn thành nhiệm vụ đúng hạn thì điểm tăng"
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Gain:
    """One criterion below its maximum: how many points are missing and what stands in the way, in Vietnamese."""

    row: ScorecardRow
    area: str
    points: Decimal
    reason: str


def gains_of(sheet: Sheet, column: str) -> list[Gain]:
    """Return the criteria below their maximum, largest loss first, equal ones in printed order.

    `column` is "self" while the unit fills the scorecard in, "result" once it is appraised. What does not apply, what
    the round leaves out and what is marked "không phát sinh" without counting is no loss; bonus and penalty are none.
    """
    skipped = sheet.scorecard.round.skipped_areas
    found = []
    for row in sheet.live:
        part = total_row(row, sheet.codes[row.criterion_id], column)
        if part.kind != NodeKind.CRITERION or part.area in skipped or not part.applicable:
            continue
        missing = part.max_points - (part.points or _NONE)
        if missing > 0:
            found.append(Gain(row, part.area, missing, _reason(row, column)))
    return sorted(found, key=lambda gain: -gain.points)


def _reason(row: ScorecardRow, column: str) -> str:
    if getattr(row, f"{column}_points") is None:
        return FROM_TASKS if row.criterion.source == ValueSource.TASKS else NOT_SCORED
    return str(getattr(row, f"{column}_explanation"))


def way_up(sheet: Sheet, column: str) -> Advice | None:
    """Return the fewest rows that lift the scorecard into the next grade; None in the highest, or with nothing scored.

    A row counted from tasks is taken as settled: nobody can promise what late work would still earn.
    """
    totals = getattr(sheet, f"{column}_totals")
    if not totals.applicable_max:
        return None
    rules = sheet.scorecard.round.criteria_set
    frame = Frame(
        bonus_max=rules.bonus_max,
        penalty_max=rules.penalty_max,
        decimals=rules.index_decimals,
        skipped=tuple(sheet.scorecard.round.skipped_areas),
        late=sheet.scorecard.late_penalty if column == "result" else _NONE,
    )
    return advise([_open_row(row, sheet.codes[row.criterion_id], column) for row in sheet.rows], rules.bands, frame)


def way_note(sheet: Sheet, *, vetoed: bool) -> str:
    """Return what the way up leaves out, in Vietnamese, "" for nothing; `vetoed`: vetoes were set on the scorecard."""
    notes = []
    if any(row.criterion.source == ValueSource.TASKS for row in sheet.live):
        notes.append("Tiêu chí tính từ nhiệm vụ được giữ như hiện nay.")
    if vetoed or sheet.scorecard.round.criteria_set.veto_conditions:
        notes.append("Chưa xét trường hợp khống chế.")
    return " ".join(notes)


def _open_row(row: ScorecardRow, area: str, column: str) -> OpenRow:
    part = total_row(row, area, column)
    if not part.applicable or part.kind != NodeKind.CRITERION or row.criterion.source == ValueSource.TASKS:
        return OpenRow(row.criterion.code, part, None)
    return OpenRow(row.criterion.code, part, row.max_points, _choices(row))


def _choices(row: ScorecardRow) -> tuple[Decimal, ...]:
    """Return the only points a rule with steps can give; nothing for a rule that gives any."""
    try:
        return scoring.read_rule(row.criterion.rule_kind, row.criterion.rule_params, row.max_points).reachable()
    except RuleError:
        return ()
