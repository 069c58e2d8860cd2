"""The dates that follow from a rule."""

from datetime import date

import pytest

from reform_tasks.deadlines import Due, manual_rule, occurrences, read_deadline

ISSUED = date(2026, 1, 14)


def dates(phrase: str, start: date = ISSUED) -> list[tuple[str, str | None]]:
    """Return (label, ISO day) of a phrase's occurrences in 2026."""
    dues = occurrences(read_deadline(phrase, 2026), 2026, start)
    return [(due.label, due.due_on.isoformat() if due.due_on else None) for due in dues]


def test_every_month_is_due_on_its_last_day() -> None:
    assert dates("Hằng tháng") == [
        ("Tháng 01/2026", "2026-01-31"),
        ("Tháng 02/2026", "2026-02-28"),
        ("Tháng 03/2026", "2026-03-31"),
        ("Tháng 04/2026", "2026-04-30"),
        ("Tháng 05/2026", "2026-05-31"),
        ("Tháng 06/2026", "2026-06-30"),
        ("Tháng 07/2026", "2026-07-31"),
        ("Tháng 08/2026", "2026-08-31"),
        ("Tháng 09/2026", "2026-09-30"),
        ("Tháng 10/2026", "2026-10-31"),
        ("Tháng 11/2026", "2026-11-30"),
        ("Tháng 12/2026", "2026-12-31"),
    ]


def test_a_last_day_in_the_next_year_adds_its_months() -> None:
    found = dates("Hằng tháng; kết thúc 31/01/2027")
    assert (len(found), found[-2:]) == (13, [("Tháng 12/2026", "2026-12-31"), ("Tháng 01/2027", "2027-01-31")])


def test_a_last_day_inside_a_period_ends_that_period_early() -> None:
    assert dates("Hằng quý; kết thúc 15/8/2026") == [
        ("Quý I/2026", "2026-03-31"),
        ("Quý II/2026", "2026-06-30"),
        ("Quý III/2026", "2026-08-15"),
    ]


def test_weeks_are_due_on_fridays_from_the_day_of_issue() -> None:
    found = dates("Hằng tuần")
    assert len(found) == 50
    assert found[:2] == [("Tuần 03/2026", "2026-01-16"), ("Tuần 04/2026", "2026-01-23")]
    assert found[-1] == ("Tuần 52/2026", "2026-12-25")
    assert {date.fromisoformat(day or "").isoweekday() for _, day in found} == {5}


def test_weeks_end_with_the_last_day() -> None:
    rule = manual_rule("recurring", period="week", due_on=date(2026, 1, 30))
    assert occurrences(rule, 2026, ISSUED) == [
        Due("Tuần 03/2026", date(2026, 1, 16)),
        Due("Tuần 04/2026", date(2026, 1, 23)),
        Due("Tuần 05/2026", date(2026, 1, 30)),
    ]


QUARTERS = [
    ("Quý I/2026", "2026-03-31"),
    ("Quý II/2026", "2026-06-30"),
    ("Quý III/2026", "2026-09-30"),
    ("Quý IV/2026", "2026-12-31"),
]


@pytest.mark.parametrize("phrase", ["Hằng quý", "Thường xuyên", "Cả năm", "Mỗi quý 01 lần"])
def test_quarterly_and_continuous_duties_are_due_at_the_ends_of_quarters(phrase: str) -> None:
    assert dates(phrase) == QUARTERS


def test_the_day_of_issue_itself_still_counts_and_what_was_before_does_not() -> None:
    assert dates("Hằng quý", date(2026, 6, 30)) == QUARTERS[1:]
    assert dates("Hằng quý", date(2026, 7, 1)) == QUARTERS[2:]


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("6 tháng một lần", [("6 tháng đầu năm 2026", "2026-06-30"), ("6 tháng cuối năm 2026", "2026-12-31")]),
        ("Hằng năm", [("Năm 2026", "2026-12-31")]),
        (
            "3 lần/năm",
            [
                ("Tháng 01 - 04/2026", "2026-04-30"),
                ("Tháng 05 - 08/2026", "2026-08-31"),
                ("Tháng 09 - 12/2026", "2026-12-31"),
            ],
        ),
        (
            "Trước ngày 10 tháng cuối quý",
            [
                ("Quý I/2026", "2026-03-10"),
                ("Quý II/2026", "2026-06-10"),
                ("Quý III/2026", "2026-09-10"),
                ("Quý IV/2026", "2026-12-10"),
            ],
        ),
        ("Quý II - Quý IV/2026", [("Quý II - Quý IV/2026", "2026-12-31")]),
        (
            "Năm 2026, Quý I, 6 tháng",
            [("Quý I/2026", "2026-03-31"), ("6 tháng đầu năm 2026", "2026-06-30"), ("Năm 2026", "2026-12-31")],
        ),
        ("30/6 và 30/6/2026", [("Hạn 30/06/2026", "2026-06-30")]),
        ("Theo chỉ đạo của thành phố", [("Theo chỉ đạo", None)]),
        ("30 ngày kể từ ngày có kết luận", [("30 ngày kể từ ngày có kết luận", None)]),
    ],
)
def test_other_rules(phrase: str, found: list[tuple[str, str | None]]) -> None:
    assert dates(phrase) == found


def test_twice_a_month_is_due_in_the_middle_and_at_the_end() -> None:
    assert dates("2 lần/tháng")[:4] == [
        ("Tháng 01/2026 (lần 1)", "2026-01-15"),
        ("Tháng 01/2026 (lần 2)", "2026-01-31"),
        ("Tháng 02/2026 (lần 1)", "2026-02-14"),
        ("Tháng 02/2026 (lần 2)", "2026-02-28"),
    ]


def test_a_day_of_the_next_month_crosses_the_year() -> None:
    found = dates("Hằng tháng, trước ngày 05 tháng sau")
    assert (found[0], found[-1]) == (("Tháng 01/2026", "2026-02-05"), ("Tháng 12/2026", "2027-01-05"))


def test_day_31_of_a_short_month_is_its_last_day() -> None:
    assert dates("Trước ngày 31 hằng tháng")[1:4] == [
        ("Tháng 02/2026", "2026-02-28"),
        ("Tháng 03/2026", "2026-03-31"),
        ("Tháng 04/2026", "2026-04-30"),
    ]


def test_labels_fit_the_database_column() -> None:
    phrases = ["Quý IV/2026 - Quý I/2027", "15 ngày làm việc sau khi có kết luận kiểm tra của thành phố"]
    phrases += ["Thông báo trước ngày 30/9/2026; Quý I/2026"]
    assert max(len(label) for phrase in phrases for label, _ in dates(phrase)) <= 60
