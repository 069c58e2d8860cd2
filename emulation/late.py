"""What a set takes off for handing in late, printed on the scorecard (scoring.md 3.4: it costs points)."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from emulation.enums import LatePolicy
from emulation.models import CriteriaSet, Scorecard
from ninhgiang.calendar import NO_SPECIAL_DAYS, SpecialDays, add_working_days, local_date
from ninhgiang.points import show

# What stands beside the points of a row nobody answered, or that counts 0 because nothing was handed in.
NOT_ANSWERED = "Đơn vị không tự chấm: tính 0 điểm."
NOT_SUBMITTED = "Đơn vị không nộp phiếu nên phần tự khai tính 0 điểm."
NOT_DECLARED = "Không khai: không cộng, không trừ."


def late_days(until: date, handed_in: date, special: SpecialDays = NO_SPECIAL_DAYS) -> int:
    """Return how many working days after the deadline a scorecard was handed in; a day off in between is free.

    Handing in on a day off counts as on the working day that follows.
    """
    days, day = 0, until
    while day < handed_in:
        day = add_working_days(day, 1, special)
        days += 1
    return days


def handed_in_late(card: Scorecard) -> bool:
    """Tell whether a scorecard was handed in after its day; one never handed in is missing, not late."""
    return card.submitted_at is not None and local_date(card.submitted_at) > card.round.self_score_until


class LateRules(Protocol):
    """What a set says of handing in late: points per working day, and the most they can be."""

    @property
    def late_points(self) -> Decimal:
        """Points for each working day."""

    @property
    def late_points_max(self) -> Decimal:
        """The most they can be."""


def late_penalty(card: Scorecard, special: SpecialDays = NO_SPECIAL_DAYS, rules: LateRules | None = None) -> Decimal:
    """Return the points taken off: per working day late up to the set's maximum, which not handing in costs at once.

    `rules` are those of the round's set unless another set is only tried.
    """
    rules = rules or card.round.criteria_set
    if not rules.late_points:
        return Decimal(0)
    if card.submitted_at is None:
        return rules.late_points_max
    days = late_days(card.round.self_score_until, local_date(card.submitted_at), special)
    return min(days * rules.late_points, rules.late_points_max)


def late_rule_sentence(rules: CriteriaSet) -> str:
    """Return the set's rule for late and missing scorecards, as printed on every scorecard."""
    text = f"{LatePolicy(rules.late_policy).label}."
    if rules.late_points:
        text += (
            f" Nộp chậm bị trừ {show(rules.late_points)} điểm mỗi ngày làm việc, nhiều nhất "
            f"{show(rules.late_points_max)} điểm; không nộp bị trừ {show(rules.late_points_max)} điểm."
        )
    return text
