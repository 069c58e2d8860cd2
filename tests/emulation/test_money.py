"""Award money against the table of emulation.md 11."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.money import award_amount

OLD, NEW = 2_340_000, 2_530_000


@pytest.mark.parametrize(
    ("multiplier", "old", "new"),
    [
        ("0.3", 710_000, 760_000),
        ("0.45", 1_060_000, 1_140_000),
        ("0.6", 1_410_000, 1_520_000),
        ("0.8", 1_880_000, 2_030_000),
        ("1.0", 2_340_000, 2_530_000),
        ("1.5", 3_510_000, 3_800_000),
        ("2.0", 4_680_000, 5_060_000),
        ("3.0", 7_020_000, 7_590_000),
        ("3.5", 8_190_000, 8_860_000),
        ("4.5", 10_530_000, 11_390_000),
        ("6.0", 14_040_000, 15_180_000),
        ("12", 28_080_000, 30_360_000),
    ],
)
def test_amounts_of_both_base_salaries(multiplier, old, new):
    assert (award_amount(Decimal(multiplier), OLD), award_amount(Decimal(multiplier), NEW)) == (old, new)


@given(st.decimals(Decimal("0.001"), Decimal(20), places=3), st.integers(1, 9_999_999))
def test_rounded_up_to_ten_thousand_by_less_than_ten_thousand(multiplier, base):
    amount = award_amount(multiplier, base)
    assert amount % 10_000 == 0
    assert 0 <= amount - multiplier * base < 10_000


@pytest.mark.parametrize(("multiplier", "base"), [("0", OLD), ("-1", OLD), ("0.3", 0)])
def test_numbers_not_above_zero_are_an_error(multiplier, base):
    with pytest.raises(ValueError, match="must be above 0"):
        award_amount(Decimal(multiplier), base)
