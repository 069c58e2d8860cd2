"""Where the points of one row come from, column by column: value, computation, reason (architecture rule 7)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulation.models import ScorecardRow
from emulation.queries.scorecards import value_text


@dataclass(frozen=True, slots=True)
class Trace:
    """One column of a row: whose it is, the value given, the points that follow by the rule, what was said of it.

    `counts`: these are the points that count.
    """

    title: str
    points: Decimal
    value: str
    explanation: str
    note_label: str
    note: str
    counts: bool = False


def traces_of(row: ScorecardRow) -> list[Trace]:
    """Return the columns of a row that hold points, in the order they came about; the last appraised one counts."""
    again = row.final_points is not None
    columns = [
        ("self", "Đơn vị tự chấm", "Ghi chú của đơn vị", row.self_note),
        ("appraised", "Thẩm định lần 1" if again else "Thẩm định", "Lý do", row.appraisal_reason),
        ("final", second_title(row), "Lý do", row.final_reason),
    ]
    last = "final" if again else "appraised"
    return [
        Trace(
            title=title,
            points=points,
            value=value_text(row, _of(row, column, "value")),
            explanation=_of(row, column, "explanation"),
            note_label=label,
            note=note,
            counts=column == last,
        )
        for column, title, label, note in columns
        if (points := _of(row, column, "points")) is not None
    ]


def _of(row: ScorecardRow, column: str, name: str) -> Any:
    return getattr(row, f"{column}_{name}")


def second_title(row: ScorecardRow) -> str:
    """Return what gave a row its second points: appraisal 2 after its explanation, or a decision after publication."""
    return "Thẩm định lần 2" if row.flagged else "Giải quyết sau công bố"
