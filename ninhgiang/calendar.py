"""Dates as the office counts them: days end at midnight in Asia/Ho_Chi_Minh, working days know the public holidays.

Public holidays come from the `holidays` package (Bộ luật Lao động 2019, điều 112, with the yearly notices on
swapped days); what it does not know yet (ngày nghỉ bù, ngày làm bù) the offices keep as data and hand in as
`SpecialDays`: this module reads no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
ROMAN_QUARTERS = ("I", "II", "III", "IV")

_PUBLIC_HOLIDAYS = holidays.country_holidays("VN", language="vi")


@dataclass(frozen=True)
class SpecialDays:
    """Days an office was told about: `off` (nghỉ, nghỉ bù) and `work` (làm bù), each with its reason.

    Where they differ from the public holidays, they win.
    """

    off: Mapping[date, str] = field(default_factory=dict)
    work: Mapping[date, str] = field(default_factory=dict)


NO_SPECIAL_DAYS = SpecialDays()


def now_local() -> datetime:
    """Return this moment as an aware datetime in Vietnamese time."""
    return timezone.now().astimezone(VIETNAM)


def today() -> date:
    """Return today's date in Vietnam, whatever the server's time zone."""
    return now_local().date()


def local_date(moment: datetime) -> date:
    """Return the Vietnamese date of an aware moment: 17:30 UTC is already the next day."""
    return moment.astimezone(VIETNAM).date()


def end_of_day(day: date) -> datetime:
    """Return the last moment that still counts for a deadline on `day`: 23:59:59.999999 in Vietnam."""
    return datetime.combine(day, time.max, tzinfo=VIETNAM)


def is_working_day(day: date, special: SpecialDays = NO_SPECIAL_DAYS) -> bool:
    """Say whether offices work on `day`: Monday to Friday but public holidays, and the announced make-up days."""
    if day in special.work:
        return True
    return day not in special.off and _PUBLIC_HOLIDAYS.is_working_day(day)


def day_off_words(day: date, special: SpecialDays = NO_SPECIAL_DAYS) -> str:
    """Return what kind of day off `day` is ("ngày nghỉ lễ (Ngày Quốc tế Lao động)", "thứ Bảy"), "" for none."""
    if is_working_day(day, special):
        return ""
    if reason := special.off.get(day):
        return f"ngày nghỉ ({reason})"
    if name := _PUBLIC_HOLIDAYS.get(day):
        return f"ngày nghỉ lễ ({name})"
    return weekday_name(day)


def public_holidays(year: int) -> list[tuple[date, str]]:
    """Return the public holidays of a year with their names, by day."""
    return sorted(holidays.country_holidays("VN", language="vi", years=year).items())


def add_working_days(day: date, count: int, special: SpecialDays = NO_SPECIAL_DAYS) -> date:
    """Return the `count`-th working day after `day` (before it when negative); 0 gives `day` itself.

    The day of the event does not count (Bộ luật Dân sự 2015, điều 147): notice on Friday + 1 is Monday.
    """
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, special):
            day += step
    return day


def next_working_day(day: date, special: SpecialDays = NO_SPECIAL_DAYS) -> date:
    """Return `day` when offices work on it, else the first working day after it (điều 148 khoản 5)."""
    return day if is_working_day(day, special) else add_working_days(day, 1, special)


def starts_working_week(day: date, special: SpecialDays = NO_SPECIAL_DAYS) -> bool:
    """Say whether `day` is the first day of its week (from Monday) on which offices work."""
    monday = day - timedelta(days=day.weekday())
    before = (monday + timedelta(days=number) for number in range(day.weekday()))
    return is_working_day(day, special) and not any(is_working_day(earlier, special) for earlier in before)


def weekday_name(day: date) -> str:
    """Return the Vietnamese name of the weekday: "thứ Hai" … "thứ Bảy", "Chủ nhật"."""
    return WEEKDAYS[day.weekday()]


def day_text(day: date) -> str:
    """Return the day as shown everywhere: 05/11/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def weekday_day_text(day: date) -> str:
    """Return the day with its weekday: "thứ Năm, 05/11/2026"."""
    return f"{weekday_name(day)}, {day_text(day)}"


def moment_text(moment: datetime) -> str:
    """Return an aware moment in Vietnamese time: "14:03 05/11/2026"."""
    local = moment.astimezone(VIETNAM)
    return f"{local.hour:02d}:{local.minute:02d} {day_text(local.date())}"


def quarter_of(day: date) -> int:
    """Return the quarter 1..4 of a day."""
    return (day.month + 2) // 3


def quarter_start(year: int, quarter: int) -> date:
    """Return the first day of a quarter; raises ValueError unless 1 <= quarter <= 4."""
    return date(year, quarter * 3 - 2, 1)


def quarter_end(year: int, quarter: int) -> date:
    """Return the last day of a quarter; raises ValueError unless 1 <= quarter <= 4."""
    return month_end(year, quarter * 3)


def quarter_name(year: int, quarter: int) -> str:
    """Return a quarter's name: "Quý III/2026"."""
    return f"Quý {ROMAN_QUARTERS[quarter - 1]}/{year}"


def month_end(year: int, month: int) -> date:
    """Return the last day of a month; raises ValueError unless 1 <= month <= 12."""
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
