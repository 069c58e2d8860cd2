"""Numbers of scoring: read exactly, computed in one fixed precision, written in Vietnamese."""

from collections.abc import Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from ninhgiang.errors import DomainError
from ninhgiang.points import show, show_fixed
from ninhgiang.vietnamese import capital_first

MAX_NUMBER = Decimal(999999999999)
ZERO = Decimal(0)
HUNDRED = Decimal(100)
# Every score is computed in this precision, whatever the caller's own context: the same input, the same bytes.
CONTEXT = Context(prec=40, traps=[InvalidOperation, DivisionByZero, Overflow])


class ValueProblem(DomainError):
    """What was typed does not fit the rule; `field` is the input's name, the message stands beside it."""


def to_decimal(raw: object) -> Decimal | None:
    """Return a finite Decimal from an int, a Decimal or plain decimal text; None when it is none of these.

    A float is refused on purpose: it no longer says what was typed. So are True and False, exponents and blanks inside.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        return None
    if isinstance(raw, str):
        raw = raw.strip()
        body = raw.removeprefix("-")
        if not body.isascii() or not body.replace(".", "", 1).isdigit():
            return None
    number = Decimal(raw)
    return number if number.is_finite() else None


def decimals_of(number: Decimal) -> int:
    """Return how many decimals a finite number carries: 1.50 -> 2, 3 -> 0."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(number: Decimal) -> str:
    """Return a number as JSON keeps it: plain digits with a point, no needless zeros ("1.5", "100", "-0.25")."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points_text(points: Decimal, decimals: int = 2) -> str:
    """Return points with exactly so many decimals and a comma: 1.2 -> "1,20", -0.25 -> "−0,25"."""
    return show_fixed(points, decimals)


def read_number(value: Mapping[str, Any], name: str, *, label: str, decimals: int = 0) -> Decimal:
    """Return value[name] as a number of at least 0 with at most `decimals` decimals, or raise ValueProblem."""
    raw = value.get(name)
    if raw is None or raw == "":
        raise ValueProblem(f"Chưa nhập {label}.", field=name)
    number = to_decimal(raw)
    if number is None:
        raise ValueProblem(f"{capital_first(label)} phải là một số; đã nhập “{str(raw)[:40]}”.", field=name)
    if number < 0:
        raise ValueProblem(f"{capital_first(label)} không được là số âm; đã nhập {show(number)}.", field=name)
    if number > MAX_NUMBER:
        raise ValueProblem(f"{capital_first(label)} quá lớn; hãy kiểm tra lại.", field=name)
    if decimals == 0 and number != number.to_integral_value():
        raise ValueProblem(f"{capital_first(label)} phải là số nguyên; đã nhập {show(number)}.", field=name)
    if decimals_of(number) > decimals and number != round(number, decimals):
        raise ValueProblem(
            f"{capital_first(label)} chỉ được có tối đa {decimals} chữ số thập phân; đã nhập {show(number)}.",
            field=name,
        )
    return number
