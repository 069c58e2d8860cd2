"""What counts as a number, how numbers are written and rounded."""

from decimal import Decimal

import pytest

from emulation.scoring import ValueProblem, score
from emulation.scoring.numbers import plain, points_text, to_decimal
from emulation.scoring.params import shown
from ninhgiang.points import percent, round_points
from tests.emulation.scoring.kit import FOUR


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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"numerator": 1, "denominator": 800}, "1/800 đạt yêu cầu = 0,13 % → 0,01/4,00 điểm"),
        ({"numerator": 999999999999, "denominator": 999999999999}, None),
        ({"numerator": "1.50", "denominator": "2.5"}, "1,5/2,5 đạt yêu cầu = 60 % → 2,40/4,00 điểm"),
    ],
)
def test_rates_of_unusual_numbers(value, text):
    result = score("proportional", {"decimals": 1}, value, FOUR)
    assert result.explanation == (text or "999999999999/999999999999 đạt yêu cầu = 100 % → 4,00/4,00 điểm")


@pytest.mark.parametrize(
    ("params", "value", "message"),
    [
        (
            {"input": "percent"},
            {"percent": "96.125"},
            "Tỷ lệ chỉ được có tối đa 2 chữ số thập phân; đã nhập 96,125.",
        ),
        (
            {"decimals": 1},
            {"numerator": "1.25", "denominator": 2},
            "Số đạt yêu cầu chỉ được có tối đa 1 chữ số thập phân; đã nhập 1,25.",
        ),
        ({}, {"numerator": "x" * 60, "denominator": 2}, f"Số đạt yêu cầu phải là một số; đã nhập “{'x' * 40}”."),
    ],
)
def test_numbers_that_are_too_fine_or_no_numbers(params, value, message):
    with pytest.raises(ValueProblem) as problem:
        score("proportional", params, value, FOUR)
    assert problem.value.message == message
