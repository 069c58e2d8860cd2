"""The money of an award: multiplier x base salary, rounded up to 10 000 đồng (emulation.md 11.2, 11.3)."""

from decimal import ROUND_CEILING, Decimal

ROUND_TO = 10_000


def award_amount(multiplier: Decimal, base_salary: int) -> int:
    """Return whole đồng: 0.3 x 2 340 000 = 702 000 -> 710 000. Exact multiples of 10 000 stay.

    `base_salary` is the lương cơ sở in force on the day of the decision. Raises ValueError for numbers not above 0.
    """
    if multiplier <= 0 or base_salary <= 0:
        raise ValueError(f"multiplier and base salary must be above 0: {multiplier}, {base_salary}")
    steps = (multiplier * base_salary / ROUND_TO).to_integral_value(rounding=ROUND_CEILING)
    return int(steps) * ROUND_TO
