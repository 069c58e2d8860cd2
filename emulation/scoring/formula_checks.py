"""What can be said of a formula (R18) before anybody answers: divisions by zero, results never in range, cycles.

Asked when a set is made. A formula of an old score is read without these checks: whatever was scored stays readable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import combinations_with_replacement

from ninhgiang.points import show

from .compute import rounded
from .formulas import MAXIMUM, Branch, Formula, Variable
from .grammar import Binary, Call, FormulaProblem, Name, Negative, Node, Number, words
from .numbers import CONTEXT, MAX_NUMBER, ValueProblem, plain
from .params import RuleError, shown

_MOST = Fraction(MAX_NUMBER)
# Ordinary answers; the numbers a formula states itself are tried as well.
_USUAL = (0, 1, 2, 17, 20, 80, 100)


@dataclass(frozen=True, slots=True)
class Span:
    """All values something can have lie from `low` to `high`; not every number between them need be possible."""

    low: Fraction
    high: Fraction

    def __neg__(self) -> "Span":
        return Span(-self.high, -self.low)

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)

    def __mul__(self, other: "Span") -> "Span":
        return _around(one * two for one in (self.low, self.high) for two in (other.low, other.high))

    def __truediv__(self, other: "Span") -> "Span":
        """Divide; by a span that reaches 0 the result can be of any size, only its sign may be known."""
        if other.low < 0 < other.high:
            return Span(-_MOST, _MOST)
        if other.low < 0:
            return -self / -other
        if other.low > 0:
            return self * Span(1 / other.high, 1 / other.low)
        low = self.low / other.high if self.low >= 0 else -_MOST
        return Span(low, self.high / other.high if self.high <= 0 else _MOST)


_NOTHING = Span(Fraction(0), Fraction(0))


def check_formula(rule: Formula) -> None:
    """Raise RuleError for variables that are part of each other in a circle, and for a formula that can never score.

    That is one that divides by what is always 0 (its position is the sign's), or whose smallest result is above the
    maximum, or whose largest is below 0. Refused is only what is certain; see `doubtful_branches`.
    """
    _refuse_circle(rule.variables)
    spans = _spans(rule)
    for branch in rule.branches:
        span = _Walk(branch, spans).span(branch.node)
        if span.low > Fraction(rule.max_points):
            raise _never(branch, rule, f"kết quả nhỏ nhất có thể có là {_written(span.low)}")
        if span.high < 0:
            raise _never(branch, rule, f"kết quả lớn nhất có thể có là {_written(span.high)}")


def doubtful_branches(rule: Formula) -> list[Branch]:
    """Return the branches that gave points from 0 to the maximum for none of many answers tried: likely a mistake."""
    return [branch for branch in rule.branches if not any(_scores(rule, value) for value in _answers(rule, branch))]


def _refuse_circle(variables: tuple[Variable, ...]) -> None:
    wholes = {one.code: one.part_of for one in variables if one.part_of}
    for start in wholes:
        chain = [start]
        while (whole := wholes.get(chain[-1])) and whole not in chain:
            chain.append(whole)
        if whole == start:
            told = " → ".join(f"“{code}”" for code in [*chain, start])
            raise RuleError(f"Các biến nêu nhau vòng tròn ở phần “không quá biến”: {told}.", field="variables")


def _never(branch: Branch, rule: Formula, why: str) -> RuleError:
    most = show(rule.max_points)
    return RuleError(f"Công thức “{branch.label}” không bao giờ cho điểm từ 0 đến {most}: {why}.", field="formula")


def _written(number: Fraction) -> str:
    with localcontext(CONTEXT):
        return shown(round(Decimal(number.numerator) / Decimal(number.denominator), 4))


# where every value of a formula lies


def _spans(rule: Formula) -> dict[str, Span]:
    found = {one.code: Span(Fraction(0), _MOST if one.most is None else Fraction(one.most)) for one in rule.variables}
    return found | {MAXIMUM: Span(Fraction(rule.max_points), Fraction(rule.max_points))}


def _around(numbers: Iterator[Fraction]) -> Span:
    found = sorted(numbers)
    return Span(found[0], found[-1])


@dataclass(frozen=True, slots=True)
class _Walk:
    """Works out where the values of one branch's formula lie; only what can be computed at all is looked at."""

    branch: Branch
    names: Mapping[str, Span]

    def span(self, node: Node) -> Span:
        match node:
            case Number(value):
                return Span(Fraction(value), Fraction(value))
            case Name(name, _):
                return self.names[name]
            case Negative(of):
                return -self.span(of)
            case Call():
                return self._call(node)
            case Binary():
                return self._binary(node)

    def _binary(self, node: Binary) -> Span:
        left, right = self.span(node.left), self.span(node.right)
        if node.sign == "/":
            if right == _NOTHING:
                why = f"Công thức “{self.branch.label}” luôn chia cho 0: “{words(node.right)}” bằng 0"
                raise FormulaProblem(why, node.position)
            return left / right
        if node.sign == "*":
            return left * right
        if node.sign == "-" and words(node.left) == words(node.right):
            return _NOTHING
        return left + (-right if node.sign == "-" else right)

    def _call(self, node: Call) -> Span:
        if node.name == "if":
            return self._either(node)
        spans = [self.span(one) for one in node.arguments]
        if node.name == "round":
            places = int(spans[1].low)
            return Span(rounded(spans[0].low, places), rounded(spans[0].high, places))
        pick = min if node.name == "min" else max
        return Span(pick(one.low for one in spans), pick(one.high for one in spans))

    def _either(self, node: Call) -> Span:
        condition, then, otherwise = node.arguments
        held = self._held(condition)
        if held is not None:
            return self.span(then if held else otherwise)
        one, two = self.span(then), self.span(otherwise)
        return Span(min(one.low, two.low), max(one.high, two.high))

    def _held(self, condition: Node) -> bool | None:
        """Return whether a comparison always or never holds, None when that depends on the answer."""
        assert isinstance(condition, Binary)  # noqa: S101 - the parser puts nothing else there
        left, right = self.span(condition.left), self.span(condition.right)
        match condition.sign:
            case "<":
                return _below(left, right)
            case ">":
                return _below(right, left)
            case "<=":
                return _not(_below(right, left))
            case ">=":
                return _not(_below(left, right))
        apart = left.high < right.low or right.high < left.low
        same = left == right and left.low == left.high
        equal = True if same else False if apart else None
        return equal if condition.sign == "=" else _not(equal)


def _below(left: Span, right: Span) -> bool | None:
    return True if left.high < right.low else False if left.low >= right.high else None


def _not(held: bool | None) -> bool | None:  # noqa: FBT001 - a condition, not an option
    return None if held is None else not held


# answers to try


def _scores(rule: Formula, value: Mapping[str, str]) -> bool:
    try:
        rule.score(value)
    except ValueProblem:
        return False
    return True


def _answers(rule: Formula, branch: Branch) -> Iterator[dict[str, str]]:
    """Yield answers small and large: parts below their wholes, then the first variable above and below the rest."""
    numbers = {Decimal(one) for one in _USUAL} | {rule.max_points}
    numbers |= {value + more for value in _numbers_in(branch.node) for more in (0, 1)}
    parts = {one.code for one in rule.variables if one.part_of}
    first = {rule.variables[0].code}
    for low, high in combinations_with_replacement(sorted(numbers), 2):
        for small, below, above in ((parts, low, high), (first, low, high), (first, high, low)):
            typed = {one.code: _fitting(one, below if one.code in small else above) for one in rule.variables}
            yield typed | {"branch": branch.code}


def _fitting(variable: Variable, number: Decimal) -> str:
    held = number if variable.most is None else min(number, variable.most)
    return plain(held.quantize(Decimal(1).scaleb(-variable.decimals), rounding=ROUND_FLOOR))


def _numbers_in(node: Node) -> Iterator[Decimal]:
    match node:
        case Number(value):
            yield value
        case Negative(of):
            yield from _numbers_in(of)
        case Binary(_, left, right, _):
            yield from _numbers_in(left)
            yield from _numbers_in(right)
        case Call(_, arguments, _):
            for argument in arguments:
                yield from _numbers_in(argument)
