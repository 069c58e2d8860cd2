"""Computing a formula that `grammar` has read: Decimal only, one fixed precision, every failure with its place."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext

from ninhgiang.points import round_points

from .grammar import Binary, Call, Name, Negative, Node, Number, words
from .numbers import CONTEXT, MAX_NUMBER, ValueProblem

_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def compute(node: Node, values: Mapping[str, Decimal]) -> Decimal:
    """Return the value of a formula; every name in it is in `values`.

    Raises ValueProblem for a division by zero (naming the place, and the variable as `field` when it is one) and for
    a number beyond 10^12, on the way or at the end.
    """
    with localcontext(CONTEXT):
        return _value(node, values)


def _value(node: Node, values: Mapping[str, Decimal]) -> Decimal:
    match node:
        case Number(value):
            return value
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


def _quotient(node: Binary, part: Decimal, whole: Decimal) -> Decimal:
    if whole == 0:
        raise ValueProblem(
            f"Công thức chia cho 0: “{words(node.right)}” bằng 0 (vị trí {node.position} trong công thức). "
            "Hãy kiểm tra số liệu đã nhập.",
            field=node.right.name if isinstance(node.right, Name) else "",
        )
    return _within(part / whole, node.position)


def _within(number: Decimal, position: int) -> Decimal:
    if abs(number) > MAX_NUMBER:
        raise ValueProblem(f"Kết quả của công thức quá lớn (vị trí {position} trong công thức).")
    return number


def _call(node: Call, values: Mapping[str, Decimal]) -> Decimal:
    if node.name == "if":
        condition, then, otherwise = node.arguments
        return _value(then if _holds(condition, values) else otherwise, values)
    numbers = [_value(one, values) for one in node.arguments]
    if node.name == "round":
        return round_points(numbers[0], int(numbers[1]))
    return min(numbers) if node.name == "min" else max(numbers)


def _holds(node: Node, values: Mapping[str, Decimal]) -> bool:
    assert isinstance(node, Binary)  # noqa: S101 - the parser puts nothing else there
    return _COMPARE[node.sign](_value(node.left, values), _value(node.right, values))
