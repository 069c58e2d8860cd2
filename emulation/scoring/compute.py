"""Computing a formula that `grammar` has read: exactly, in fractions, every failure with its place.

A third times three is one here, so a comparison inside a formula decides by the true numbers, and the points are
rounded from the true result.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

from .grammar import Binary, Call, Name, Negative, Node, Number, words
from .numbers import CONTEXT, MAX_NUMBER, ValueProblem

# A result is handed over with so many decimals, cut downwards: cutting never moves a number over a rounding limit.
_PLACES = 20
_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def compute(node: Node, values: Mapping[str, Decimal]) -> Decimal:
    """Return the value of a formula, exact to 20 decimals; every name in it is in `values`.

    Raises ValueProblem for a division by zero (naming the place, and the variable as `field` when it is one) and for
    a number beyond 10^12, on the way or at the end.
    """
    result = _value(node, {name: Fraction(number) for name, number in values.items()})
    with localcontext(CONTEXT):
        return Decimal(floor(result * 10**_PLACES)).scaleb(-_PLACES)


def _value(node: Node, values: Mapping[str, Fraction]) -> Fraction:
    match node:
        case Number(value):
            return Fraction(value)
        case Name(name, _):
            return values[name]
        case Negative(of):
            return -_value(of, values)
        case Call():
            return _call(node, values)
        case Binary("/", left, right, _):
            return _quotient(node, _value(left, values), _value(right, values))
        case Binary(sign, left, right, _):
            return _within(_ARITHMETIC[sign](_value(left, values), _value(right, values)), node.position)


def _quotient(node: Binary, part: Fraction, whole: Fraction) -> Fraction:
    if whole == 0:
        raise ValueProblem(
            f"Công thức chia cho 0: “{words(node.right)}” bằng 0 (vị trí {node.position} trong công thức). "
            "Hãy kiểm tra số liệu đã nhập.",
            field=node.right.name if isinstance(node.right, Name) else "",
        )
    return _within(part / whole, node.position)


def _within(number: Fraction, position: int) -> Fraction:
    if abs(number) > int(MAX_NUMBER):
        raise ValueProblem(f"Kết quả của công thức quá lớn (vị trí {position} trong công thức).")
    return number


def _call(node: Call, values: Mapping[str, Fraction]) -> Fraction:
    if node.name == "if":
        condition, then, otherwise = node.arguments
        return _value(then if _holds(condition, values) else otherwise, values)
    numbers = [_value(one, values) for one in node.arguments]
    if node.name == "round":
        return rounded(numbers[0], int(numbers[1]))
    return min(numbers) if node.name == "min" else max(numbers)


def rounded(number: Fraction, places: int) -> Fraction:
    """Return a number rounded half up, away from zero for a negative number, as points are rounded."""
    scale = 10**places
    size = Fraction(floor(abs(number) * scale + Fraction(1, 2)), scale)
    return size if number >= 0 else -size


def _holds(node: Node, values: Mapping[str, Fraction]) -> bool:
    assert isinstance(node, Binary)  # noqa: S101 - the parser puts nothing else there
    return _COMPARE[node.sign](_value(node.left, values), _value(node.right, values))
