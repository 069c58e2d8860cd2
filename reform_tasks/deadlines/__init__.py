"""Deadline phrases of the plan ("Hằng quý", "Trước ngày 15/01/2026"): read, described, kept as JSON, turned into dates.

Pure Python: no database, no settings. `rule` holds what was understood, `periods` the named spans of a year,
`reading` the grammar, `occurring` the dates.
"""

from .occurring import LABEL_LENGTH, counted_day, day_after_event, occurrences
from .reading import assumptions, read_deadline
from .rule import (
    MANUAL_PERIODS,
    DeadlineRule,
    Due,
    InvalidDeadline,
    NotUnderstood,
    describe,
    manual_rule,
    rule_from_json,
    rule_to_json,
)

__all__ = [
    "LABEL_LENGTH",
    "MANUAL_PERIODS",
    "DeadlineRule",
    "Due",
    "InvalidDeadline",
    "NotUnderstood",
    "assumptions",
    "counted_day",
    "day_after_event",
    "describe",
    "manual_rule",
    "occurrences",
    "read_deadline",
    "rule_from_json",
    "rule_to_json",
]
