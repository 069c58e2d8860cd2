"""Days end at midnight in Vietnam; working days know the public holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ninhgiang import calendar


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_is_the_day_in_vietnam(utc: datetime, day: date) -> None:
    with time_machine.travel(utc, tick=False):
        assert calendar.today() == day
        assert calendar.now_local().utcoffset() == timedelta(hours=7)
    assert calendar.local_date(utc) == day


def test_end_of_day_is_the_last_moment_in_vietnam() -> None:
    end = calendar.end_of_day(date(2026, 3, 31))
    assert end.isoformat() == "2026-03-31T23:59:59.999999+07:00"
    assert end.astimezone(UTC) == datetime(2026, 3, 31, 16, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),  # Tết Dương lịch
        (date(2026, 1, 2), True),
        (date(2026, 2, 16), False),  # giao thừa
        (date(2026, 2, 20), False),  # mùng bốn Tết
        (date(2026, 2, 23), True),
        (date(2026, 4, 27), False),  # Giỗ Tổ falls on Sunday: the Monday instead
        (date(2026, 4, 30), False),
        (date(2026, 5, 1), False),
        (date(2026, 8, 22), True),  # a Saturday worked for 31/8
        (date(2026, 8, 29), False),  # an ordinary Saturday
        (date(2026, 8, 31), False),
        (date(2026, 9, 2), False),
        (date(2026, 11, 5), True),
        (date(2026, 11, 8), False),  # a Sunday
    ],
)
def test_working_days_of_2026(day: date, works: bool) -> None:
    assert calendar.is_working_day(day) is works


SPECIAL = calendar.SpecialDays(off={date(2026, 11, 9): "nghỉ bù"}, work={date(2026, 11, 7): "làm bù"})


def test_announced_days_of_the_commune_come_first() -> None:
    assert calendar.is_working_day(date(2026, 11, 7), SPECIAL) is True
    assert calendar.is_working_day(date(2026, 11, 9), SPECIAL) is False
    assert calendar.is_working_day(date(2026, 11, 9)) is True
    assert calendar.add_working_days(date(2026, 11, 6), 2, SPECIAL) == date(2026, 11, 10)
    assert calendar.next_working_day(date(2026, 11, 9), SPECIAL) == date(2026, 11, 10)
    assert calendar.starts_working_week(date(2026, 11, 10), SPECIAL) is True


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 9), "ngày nghỉ (nghỉ bù)"),
        (date(2026, 5, 1), "ngày nghỉ lễ (Ngày Quốc tế Lao động)"),
        (date(2026, 11, 8), "Chủ nhật"),
        (date(2026, 11, 7), ""),
    ],
)
def test_a_day_off_says_why(day: date, words: str) -> None:
    assert calendar.day_off_words(day, SPECIAL) == words


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2026, 11, 6), 1, date(2026, 11, 9)),  # Friday -> Monday
        (date(2026, 11, 7), 1, date(2026, 11, 9)),  # Saturday -> Monday
        (date(2026, 11, 5), 5, date(2026, 11, 12)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 11, 9), -1, date(2026, 11, 6)),
        (date(2026, 11, 8), 0, date(2026, 11, 8)),
    ],
)
def test_add_working_days(day: date, count: int, result: date) -> None:
    assert calendar.add_working_days(day, count) == result


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 15))
def test_adding_working_days_counts_them(day: date, count: int) -> None:
    end = calendar.add_working_days(day, count)
    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert calendar.is_working_day(end) is True
    assert sum(map(calendar.is_working_day, between)) == count


def test_weekdays_are_named_in_vietnamese() -> None:
    monday = date(2026, 11, 2)
    assert [calendar.weekday_name(monday + timedelta(days=step)) for step in range(7)] == [
        "thứ Hai",
        "thứ Ba",
        "thứ Tư",
        "thứ Năm",
        "thứ Sáu",
        "thứ Bảy",
        "Chủ nhật",
    ]


def test_days_and_moments_are_shown_day_first() -> None:
    assert calendar.day_text(date(2026, 11, 5)) == "05/11/2026"
    assert calendar.weekday_day_text(date(2026, 11, 5)) == "thứ Năm, 05/11/2026"
    assert calendar.moment_text(datetime(2026, 11, 5, 18, 3, tzinfo=UTC)) == "01:03 06/11/2026"


@pytest.mark.parametrize(
    ("quarter", "start", "end", "name"),
    [
        (1, date(2028, 1, 1), date(2028, 3, 31), "Quý I/2028"),
        (2, date(2028, 4, 1), date(2028, 6, 30), "Quý II/2028"),
        (3, date(2028, 7, 1), date(2028, 9, 30), "Quý III/2028"),
        (4, date(2028, 10, 1), date(2028, 12, 31), "Quý IV/2028"),
    ],
)
def test_quarters(quarter: int, start: date, end: date, name: str) -> None:
    assert calendar.quarter_start(2028, quarter) == start
    assert calendar.quarter_end(2028, quarter) == end
    assert calendar.quarter_name(2028, quarter) == name
    assert (calendar.quarter_of(start), calendar.quarter_of(end)) == (quarter, quarter)


@pytest.mark.parametrize(("year", "month", "day"), [(2026, 2, 28), (2028, 2, 29), (2026, 4, 30), (2026, 12, 31)])
def test_month_end(year: int, month: int, day: int) -> None:
    assert calendar.month_end(year, month) == date(year, month, day)
