"""What a unit still lacks on its scorecard ("còn thiếu gì"): one list, most points first, what must be done marked.

Made from a sheet already read, so it asks the database nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from emulation.gains import Gain, gains_of
from emulation.models import ScorecardRow
from emulation.queries.scorecards import Sheet, missing_rows


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One criterion with the points at stake and why, in Vietnamese; `required`: before the scorecard is handed in.

    At stake is what is missing up to the maximum and, where the proof of it is still missing, what is claimed.
    """

    row: ScorecardRow
    area: str
    points: Decimal
    reason: str
    required: bool = False


def shortfalls(sheet: Sheet, column: str) -> list[Shortfall]:
    """Return what lacks in a column ("self" while the unit fills in, "result" once appraised), most points first.

    Equal ones keep their printed order. Only the unit's own column knows missing answers, files and notes.
    """
    gains = {gain.row.pk: gain for gain in gains_of(sheet, column)}
    lacking = {row.pk: reason for row, reason in missing_rows(sheet)} if column == "self" else {}
    found = [
        _shortfall(row, sheet.codes[row.criterion_id], gains.get(row.pk), lacking.get(row.pk, ""))
        for row in sheet.live
        if row.pk in gains or row.pk in lacking
    ]
    return sorted(found, key=lambda one: -one.points)


def _shortfall(row: ScorecardRow, area: str, gain: Gain | None, lack: str) -> Shortfall:
    points = gain.points if gain else Decimal(0)
    reasons = [gain.reason] if gain else []
    if lack:
        points += row.self_points or Decimal(0)
        reasons = [lack] if row.self_points is None else [lack, *reasons]
    return Shortfall(row, area, points, "; ".join(reasons), required=bool(lack))
