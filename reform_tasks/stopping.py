"""How far an accepted hindrance moves a due day (decision 0021). Pure."""

from datetime import date

from ninhgiang.calendar import NO_SPECIAL_DAYS, SpecialDays, next_working_day


def stopped_days(from_on: date, ended_on: date) -> int:
    """Return how many days the clock stood still: `from_on` counts, `ended_on` (it runs again) does not."""
    return max(0, (ended_on - from_on).days)


def moved_due(due_on: date, from_on: date, ended_on: date, special: SpecialDays = NO_SPECIAL_DAYS) -> date:
    """Return the due day moved by the stopped calendar days.

    A moved day that is a day off ends with the next working day (Bộ luật Dân sự 2015, điều 148 khoản 5).
    """
    days = stopped_days(from_on, ended_on)
    if not days:
        return due_on
    return next_working_day(date.fromordinal(due_on.toordinal() + days), special)
