"""The one place where points are rounded: Decimal, ROUND_HALF_UP, two places unless the set says otherwise, before
storing (architecture rule 5)."""

import re
from decimal import ROUND_HALF_UP, Decimal

TWO_PLACES = Decimal("0.01")
_WRITTEN = re.compile(r"[0-9]{1,6}(?:[.,][0-9]+)?")


def round_points(value: Decimal, decimals: int = 2) -> Decimal:
    """Return points rounded half up: 1.005 -> 1.01, 8.345 -> 8.35; with 3 decimals 83.0375 -> 83.038."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def percent(part: Decimal, whole: Decimal, decimals: int = 2) -> Decimal:
    """Return part / whole in percent, rounded half up: 68.32 of 84 -> 81.33.

    Raises ZeroDivisionError (decimal) when `whole` is 0: the caller decides what an empty whole means.
    """
    return round_points(part * 100 / whole, decimals)


def show_fixed(value: Decimal, decimals: int = 2) -> str:
    """Return a number with exactly so many decimals and a comma: 82 -> "82,00", -0.25 -> "−0,25".

    For figures that stand under each other or are published: an index is printed with all the places its set states.
    """
    return f"{round_points(value, decimals):f}".replace(".", ",").replace("-", "−")


def show(value: Decimal | int) -> str:
    """Return a number in Vietnamese writing: comma, no needless zeros ("8,5", "81,33", "100")."""
    text = f"{Decimal(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def number_in(text: str) -> Decimal | None:
    """Return a number of at least 0 as people write it, "8,5" or "8.5"; None for anything else.

    A sign, an exponent, a thousands mark, a blank inside and digits of other scripts are refused, never guessed.
    """
    return Decimal(text.replace(",", ".")) if _WRITTEN.fullmatch(text) else None
