"""What every rule kind shares: results, problems, reading typed numbers and writing them in Vietnamese."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Self

from ninhgiang.errors import DomainError
from ninhgiang.points import TWO_PLACES, round_points, show
from ninhgiang.vietnamese import capital_first

MAX_NUMBER = Decimal(999999999999)
MAX_TEXT = 160
ZERO = Decimal(0)


class RuleError(DomainError):
    """The rule's parameters are wrong; the message is for the person who writes the criteria set."""


class ValueProblem(DomainError):
    """What was typed does not fit the rule; `field` is the input's name, the message stands beside it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Points rounded once to two decimals, and the one sentence that every screen and paper prints."""

    points: Decimal
    explanation: str


@dataclass(frozen=True, slots=True)
class InputField:
    """One input of a rule's form row. `kind` is integer, decimal, choice or flag; options are (code, label)."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = field(default=())
    maximum: Decimal | None = None
    decimals: int = 0
    hint: str = ""


def points_text(points: Decimal) -> str:
    """Return points with exactly two decimals and a comma: 1.2 -> "1,20"."""
    return f"{round_points(points):f}".replace(".", ",")


def outcome(points: Decimal, max_points: Decimal) -> str:
    """Return the end of every explanation: "→ 1,20/1,50 điểm"."""
    return f"→ {points_text(points)}/{points_text(max_points)} điểm"


def clamp(points: Decimal, max_points: Decimal) -> Decimal:
    """Return points rounded once and held between 0 and the maximum."""
    return min(max(round_points(points), ZERO.quantize(TWO_PLACES)), max_points)


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
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def decimals_of(number: Decimal) -> int:
    """Return how many decimals a finite number carries: 1.50 -> 2, 3 -> 0."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


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


def param_number(params: Mapping[str, Any], name: str, *, default: Decimal | None = None) -> Decimal:
    """Return a number of at least 0 from a rule's parameters, or raise RuleError naming the parameter."""
    if name not in params and default is not None:
        return default
    number = to_decimal(params.get(name))
    if number is None or number < 0 or number > MAX_NUMBER:
        raise RuleError(f"Tham số “{name}” phải là một số không âm.", field=name)
    return number


def param_percent(params: Mapping[str, Any], name: str) -> Decimal:
    """Return a percentage (0-100) from a rule's parameters, or raise RuleError."""
    number = param_number(params, name)
    if number > 100:
        raise RuleError(f"Tham số “{name}” là tỷ lệ phần trăm, không được quá 100.", field=name)
    return number


def param_text(params: Mapping[str, Any], name: str, default: str) -> str:
    """Return a short text from a rule's parameters, or raise RuleError when it is not text or too long."""
    text = params.get(name, default)
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
        raise RuleError(f"Tham số “{name}” phải là chữ, không quá {MAX_TEXT} ký tự.", field=name)
    return text.strip()


def param_list(params: Mapping[str, Any], name: str, *, at_least: int) -> list[Mapping[str, Any]]:
    """Return a list of objects from a rule's parameters, or raise RuleError."""
    items = params.get(name)
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise RuleError(f"Tham số “{name}” phải là một danh sách.", field=name)
    if len(items) < at_least:
        raise RuleError(f"Danh sách “{name}” phải có ít nhất {at_least} mục.", field=name)
    return items


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """One rule kind with its parameters read. Add a kind: subclass, read parameters, register in __init__.

    `no_case` is R14 ("không phát sinh"): None when the rule knows no such answer, True for full points,
    False for none.
    """

    kind: ClassVar[str]
    known: ClassVar[frozenset[str]] = frozenset()
    max_points: Decimal
    no_case: bool | None = None

    @classmethod
    def read(cls, params: Mapping[str, Any], max_points: Decimal) -> Self:
        """Return the rule, or raise RuleError with a Vietnamese reason."""
        unknown = sorted(set(params) - cls.known - {"no_case_full", "fact"})
        if unknown:
            raise RuleError(f"Không có tham số “{unknown[0]}” trong cách chấm “{cls.kind}”.", field=unknown[0])
        no_case = params.get("no_case_full")
        if no_case is not None and not isinstance(no_case, bool):
            raise RuleError("Tham số “no_case_full” chỉ nhận đúng hoặc sai.", field="no_case_full")
        return cls(max_points=max_points, no_case=no_case, **cls.own(params, max_points))

    @classmethod
    @abstractmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Return this kind's own attributes from the parameters, or raise RuleError."""

    @abstractmethod
    def own_fields(self) -> list[InputField]:
        """Return the inputs of this kind, without the "không phát sinh" flag."""

    @abstractmethod
    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return (points not yet rounded, the explanation without its end), or raise ValueProblem."""

    def fields(self) -> list[InputField]:
        """Return every input of the form row; the flag comes last and only when it gives full points."""
        flag = [InputField("no_case", "Không phát sinh trong kỳ", "flag")] if self.no_case else []
        return [*self.own_fields(), *flag]

    def score(self, value: object) -> Scored:
        """Return the points (rounded once, between 0 and the maximum) and the explanation, or raise ValueProblem."""
        if not isinstance(value, Mapping):
            raise ValueProblem("Chưa nhập số liệu.")
        if value.get("no_case"):
            return self._score_no_case(value)
        raw, why = self.own_score(value)
        points = clamp(raw, self.max_points)
        return Scored(points, f"{why} {outcome(points, self.max_points)}")

    def _score_no_case(self, value: Mapping[str, Any]) -> Scored:
        if value["no_case"] is not True or self.no_case is None:
            raise ValueProblem("Tiêu chí này không có trường hợp “không phát sinh”.", field="no_case")
        filled = [key for key, given in value.items() if key != "no_case" and given not in (None, "")]
        if filled:
            raise ValueProblem(
                "Đã đánh dấu “không phát sinh” nên không nhập số liệu; hãy bỏ một trong hai.", field="no_case"
            )
        points = self.max_points if self.no_case else ZERO
        points = clamp(points, self.max_points)
        return Scored(points, f"Không phát sinh trong kỳ {outcome(points, self.max_points)}")
