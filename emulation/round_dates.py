"""The dates of a round: what is proposed for each kind, and the order they must have (scoring.md 3.2). No database."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from emulation.enums import RoundKind, RoundState
from ninhgiang.calendar import quarter_end, quarter_of, quarter_start
from ninhgiang.errors import DomainError

LONGEST = 366
# Days given after the end of the period, by kind: self-scoring, appraisal 1, explanation, appraisal 2.
_DAYS = {
    RoundKind.MONTHLY: (3, 7, 9, 12),
    RoundKind.QUARTERLY: (5, 12, 16, 20),
    RoundKind.HALF_YEAR: (7, 17, 22, 28),
    RoundKind.YEARLY: (10, 31, 38, 45),
    RoundKind.THEMATIC: (5, 12, 16, 20),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDates:
    """Period and deadlines of a round; a deadline holds to the end of its day, Vietnam time.

    `self_score_from` None: from the moment the round is opened. `explain_until` and `reappraise_until` None: the
    round has no explanation window yet.
    """

    period_start: date
    period_end: date
    self_score_until: date
    appraise_until: date
    self_score_from: date | None = None
    explain_until: date | None = None
    reappraise_until: date | None = None

    def check(self) -> None:
        """Raise DomainError with the form field of the first date that is out of order."""
        if self.period_end < self.period_start:
            raise DomainError("Ngày cuối kỳ phải từ ngày đầu kỳ trở đi.", field="period_end")
        if (self.period_end - self.period_start).days > LONGEST:
            raise DomainError("Kỳ chấm điểm dài nhất là một năm.", field="period_end")
        if self.self_score_from and self.self_score_from < self.period_start:
            raise DomainError("Ngày bắt đầu tự chấm phải từ ngày đầu kỳ trở đi.", field="self_score_from")
        if self.self_score_from and self.self_score_until < self.self_score_from:
            raise DomainError("Hạn tự chấm phải từ ngày bắt đầu tự chấm trở đi.", field="self_score_until")
        if self.self_score_until < self.period_start:
            raise DomainError("Hạn tự chấm phải sau ngày đầu kỳ.", field="self_score_until")
        if self.appraise_until < self.self_score_until:
            raise DomainError("Hạn thẩm định phải từ hạn tự chấm trở đi.", field="appraise_until")
        self._check_window()

    def _check_window(self) -> None:
        if self.explain_until is None:
            if self.reappraise_until is not None:
                raise DomainError("Có hạn thẩm định lần 2 thì phải có hạn giải trình.", field="explain_until")
            return
        if self.explain_until < self.appraise_until:
            raise DomainError("Hạn giải trình phải từ hạn thẩm định lần 1 trở đi.", field="explain_until")
        if self.reappraise_until is None or self.reappraise_until < self.explain_until:
            raise DomainError("Hạn thẩm định lần 2 phải từ hạn giải trình trở đi.", field="reappraise_until")


DATE_LABELS = {
    "self_score_from": "Ngày bắt đầu tự chấm",
    "self_score_until": "Hạn tự chấm",
    "appraise_until": "Hạn thẩm định lần 1",
    "explain_until": "Hạn giải trình",
    "reappraise_until": "Hạn thẩm định lần 2",
}
_STATES = list(RoundState)
# The step in which a date is at work; after it the date tells who was late, so it stays.
_AT_WORK = {
    "self_score_from": RoundState.SELF_SCORING,
    "self_score_until": RoundState.SELF_SCORING,
    "appraise_until": RoundState.APPRAISAL,
    "explain_until": RoundState.EXPLANATION,
    "reappraise_until": RoundState.REAPPRAISAL,
}


def movable_dates(state: str, self_score_from: date | None, on: date) -> tuple[str, ...]:
    """Return the names of the dates of a round that can be moved on that day, in order.

    A phase that is over stays over, and one that has begun is not begun again.
    """
    place = _STATES.index(RoundState(state))
    ahead = state == RoundState.DRAFT or (self_score_from is not None and self_score_from > on)
    return tuple(
        name
        for name, at_work in _AT_WORK.items()
        if place <= _STATES.index(at_work) and (ahead or name != "self_score_from")
    )


def check_moves(changed: Mapping[str, date], movable: Collection[str], on: date) -> None:
    """Raise DomainError with the field of the first date that cannot be moved, or not to that day."""
    for name, day in changed.items():
        if name not in movable:
            raise DomainError(
                f"{DATE_LABELS[name]} không đổi được nữa: bước này đã qua hoặc đã bắt đầu. "
                "Cần thêm thời gian cho một đơn vị, đề nghị lãnh đạo UBND xã mở khóa.",
                field=name,
            )
        if day < on:
            raise DomainError(f"{DATE_LABELS[name]} mới phải từ hôm nay trở đi.", field=name)


def period_of(kind: RoundKind, on: date) -> tuple[date, date]:
    """Return the period of this kind that a round made on that day is about: the current one; thematic: the quarter."""
    if kind == RoundKind.MONTHLY:
        return on.replace(day=1), on.replace(day=monthrange(on.year, on.month)[1])
    if kind in (RoundKind.QUARTERLY, RoundKind.THEMATIC):
        return quarter_start(on.year, quarter_of(on)), quarter_end(on.year, quarter_of(on))
    if kind == RoundKind.HALF_YEAR:
        return (date(on.year, 1, 1), date(on.year, 6, 30)) if on.month <= 6 else (date(on.year, 7, 1), _year_end(on))
    return date(on.year, 1, 1), _year_end(on)


def _year_end(on: date) -> date:
    return date(on.year, 12, 31)


def proposed_dates(kind: RoundKind, on: date) -> RoundDates:
    """Return the dates proposed for a new round of this kind; self-scoring opens on the last days of the period.

    The yearly ones follow what communes print: self-scoring to 10/01, appraisal to 31/01 (scoring.md 3.1).
    """
    start, end = period_of(kind, on)
    own, first, explain, second = (end + timedelta(days=days) for days in _DAYS[kind])
    return RoundDates(
        period_start=start,
        period_end=end,
        self_score_until=own,
        appraise_until=first,
        explain_until=explain,
        reappraise_until=second,
    )
