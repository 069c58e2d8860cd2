"""What counts as a number, how numbers are written and rounded."""

from decimal import Decimal

import pytest

from emulation.scoring.numbers import plain, points_text, to_decimal
from emulation.scoring.params import shown
from ninhgiang.points import percent, round_points


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("8.5", "8.5"),
        (" 8 ", "8"),
        ("-0.25", "-0.25"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (".5", "0.5"),
        ("", None),
        ("-", None),
        ("--1", None),
        ("1-", None),
        ("1.2.3", None),
        ("1e3", None),
        ("1 2", None),
        ("1_000", None),
        ("٣", None),
        (True, None),
        (None, None),
        (1.5, None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
    ],
)
def test_what_is_a_number(raw, number):
    assert to_decimal(raw) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("number", "json_text", "text", "points"),
    [
        ("1.50", "1.5", "1,5", "1,50"),
        ("100", "100", "100", "100,00"),
        ("-0.25", "-0.25", "−0,25", "−0,25"),
        ("0.005", "0.005", "0,005", "0,01"),
        ("1E+2", "100", "100", "100,00"),
        ("10.00", "10", "10", "10,00"),
    ],
)
def test_how_numbers_are_written(number, json_text, text, points):
    assert (plain(Decimal(number)), shown(Decimal(number)), points_text(Decimal(number))) == (json_text, text, points)


def test_rounding_takes_the_decimals_of_the_set():
    assert (round_points(Decimal("83.0375"), 3), round_points(Decimal("1.005"))) == (Decimal("83.038"), Decimal("1.01"))
    assert (percent(Decimal(1), Decimal(3), 3), percent(Decimal("68.32"), Decimal(84))) == (
        Decimal("33.333"),
        Decimal("81.33"),
    )
    assert points_text(Decimal("83.0375"), 3) == "83,038"
