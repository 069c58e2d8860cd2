"""What every rule kind shares: results, inputs, the policy for "không phát sinh", rounding once, the explanation."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any, ClassVar, Self

from ninhgiang.points import round_points

from .numbers import CONTEXT, ZERO, ValueProblem, points_text
from .params import RuleError, param_choice

# Explanations are stored in 500 characters; one that would be longer loses the end of its first half, never the result.
MAX_EXPLANATION = 480
# What is left of it for the reason when the longest result ("→ −99999,9900/99999,9900 điểm") stands at its end.
WHY_ROOM = MAX_EXPLANATION - 40
# Above so many different points a rule counts as one that can give any.
MAX_REACHABLE = 1000
# R14: what "không phát sinh trong kỳ" earns. "" means that the rule knows no such answer.
NO_CASE_POLICIES = ("full", "zero", "not_applicable")
_SHARED_PARAMS = frozenset({"no_case_full", "no_case", "fact"})


@dataclass(frozen=True, slots=True)
class Scored:
    """Points rounded once, and the one sentence that every screen and paper prints.

    `applicable` is False when "không phát sinh" takes the criterion out of the denominator; points are then 0.
    """

    points: Decimal
    explanation: str
    applicable: bool = True


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


def outcome(points: Decimal, max_points: Decimal, decimals: int = 2) -> str:
    """Return the end of every explanation: "→ 1,20/1,50 điểm"."""
    return f"→ {points_text(points, decimals)}/{points_text(max_points, decimals)} điểm"


def clamp(points: Decimal, lowest: Decimal, highest: Decimal, decimals: int = 2) -> Decimal:
    """Return points rounded once and held between the lowest and the highest the rule can give."""
    held = min(max(points, lowest), highest)
    return round_points(held, decimals)


def multiples(step: Decimal, top: Decimal) -> tuple[Decimal, ...]:
    """Return 0, step, 2 x step ... up to the first that reaches `top`; () when they would be too many to name."""
    count = int(top / step) + 1
    return tuple(step * place for place in range(count + 1)) if count < MAX_REACHABLE else ()


def sentence(why: str, end: str) -> str:
    """Return the explanation: why, then the result; a long why is cut so that the result is always there."""
    room = MAX_EXPLANATION - len(end) - 1
    return f"{why if len(why) <= room else why[: room - 1] + '…'} {end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """One rule kind with its parameters read. Add a kind: subclass, read parameters, register in __init__.

    `no_case` is one of NO_CASE_POLICIES or "". `lowest` is 0, or below it where a set takes points off beyond 0.
    `known` are the parameters that are read, `items` for each list among them the keys that are read of an item.
    """

    kind: ClassVar[str]
    known: ClassVar[frozenset[str]] = frozenset()
    items: ClassVar[Mapping[str, frozenset[str]]] = {}
    max_points: Decimal
    no_case: str = ""
    lowest: Decimal = ZERO

    @classmethod
    def read(cls, params: Mapping[str, Any], max_points: Decimal) -> Self:
        """Return the rule, or raise RuleError with a Vietnamese reason."""
        unknown = sorted(str(name) for name in set(params) - cls.known - _SHARED_PARAMS)
        if unknown:
            raise RuleError(f"Không có tham số “{unknown[0]}” trong cách chấm “{cls.kind}”.", field=unknown[0])
        return cls(max_points=max_points, no_case=_read_no_case(params), **cls.own(params, max_points))

    @classmethod
    def check_items(cls, params: Mapping[str, Any]) -> None:
        """Raise RuleError for a key of a list's item that nobody reads; its position is the item's number, from 1.

        `params` are parameters that can be read. Old scores are read without this: it is asked when a set is made.
        """
        for name, known in cls.items.items():
            for place, item in enumerate(params.get(name) or (), start=1):
                if unread := sorted(set(map(str, item)) - known):
                    used = ", ".join(f"“{one}”" for one in sorted(known))
                    why = f"Danh sách “{name}”, mục {place}: không có “{unread[0]}”; chỉ dùng {used}."
                    raise RuleError(why, field=name, position=place)

    @classmethod
    @abstractmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Return this kind's own attributes from the parameters, or raise RuleError."""

    @abstractmethod
    def own_params(self) -> dict[str, Any]:
        """Return this kind's own parameters as JSON; reading them again gives an equal rule."""

    @abstractmethod
    def own_fields(self) -> list[InputField]:
        """Return the inputs of this kind, without the "không phát sinh" flag."""

    @abstractmethod
    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return (points not yet rounded, the explanation without its end), or raise ValueProblem."""

    def own_reachable(self) -> Iterable[Decimal]:
        """Return the points this kind can give, not yet rounded or held in range; nothing when it can give any."""
        return ()

    def reachable(self) -> tuple[Decimal, ...]:
        """Return the only points an answer can earn, rising; () when (almost) any number in the range is possible.

        "Không phát sinh" is no answer here: nobody brings it about.
        """
        with localcontext(CONTEXT):
            return tuple(sorted({clamp(points, self.lowest, self.max_points) for points in self.own_reachable()}))

    def params(self) -> dict[str, Any]:
        """Return all parameters as JSON, every default written out."""
        return self.own_params() | ({"no_case": self.no_case} if self.no_case else {})

    def fields(self) -> list[InputField]:
        """Return every input of the form row; the flag comes last, and only where marking it is of use."""
        asks = self.no_case in ("full", "not_applicable")
        flag = [InputField("no_case", "Không phát sinh trong kỳ", "flag")] if asks else []
        return [*self.own_fields(), *flag]

    def score(self, value: object, decimals: int = 2) -> Scored:
        """Return the points (rounded once, lowest <= points <= maximum) and the explanation, or raise ValueProblem."""
        if not isinstance(value, Mapping):
            raise ValueProblem("Chưa nhập số liệu.")
        with localcontext(CONTEXT):
            if value.get("no_case"):
                return self._score_no_case(value, decimals)
            raw, why = self.own_score(value)
            points = clamp(raw, self.lowest, self.max_points, decimals)
            return Scored(points, sentence(why, outcome(points, self.max_points, decimals)))

    def _score_no_case(self, value: Mapping[str, Any], decimals: int) -> Scored:
        if value["no_case"] is not True or not self.no_case:
            raise ValueProblem("Tiêu chí này không có trường hợp “không phát sinh”.", field="no_case")
        filled = [key for key, given in value.items() if key != "no_case" and given not in (None, "")]
        if filled:
            raise ValueProblem(
                "Đã đánh dấu “không phát sinh” nên không nhập số liệu; hãy bỏ một trong hai.", field="no_case"
            )
        points = round_points(self.max_points if self.no_case == "full" else ZERO, decimals)
        if self.no_case == "not_applicable":
            return Scored(
                points, "Không phát sinh trong kỳ nên không đánh giá, không tính vào mẫu số", applicable=False
            )
        return Scored(points, f"Không phát sinh trong kỳ {outcome(points, self.max_points, decimals)}")


def _read_no_case(params: Mapping[str, Any]) -> str:
    """Return the policy for "không phát sinh"; sets of the first version wrote it as a flag, `no_case_full`."""
    if params.get("no_case_full") is None:
        return param_choice(params, "no_case", NO_CASE_POLICIES) if params.get("no_case") is not None else ""
    if "no_case" in params:
        raise RuleError("Chỉ nêu một trong hai tham số “no_case” và “no_case_full”.", field="no_case")
    if not isinstance(params["no_case_full"], bool):
        raise RuleError("Tham số “no_case_full” chỉ nhận đúng hoặc sai.", field="no_case_full")
    return "full" if params["no_case_full"] else "zero"
