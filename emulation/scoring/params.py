"""Reading a rule's parameters: each reader returns a checked value or raises RuleError naming the parameter."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ninhgiang.errors import DomainError

from .numbers import MAX_NUMBER, decimals_of, to_decimal

MAX_TEXT = 160


class RuleError(DomainError):
    """The rule's parameters are wrong; the message is for the person who writes the criteria set.

    `field` names the parameter; `position` (1-based, 0 when there is none) the place inside a formula.
    """

    def __init__(self, message: str, *, field: str = "", position: int = 0) -> None:
        super().__init__(message, field=field)
        self.position = position


def param_number(params: Mapping[str, Any], name: str, *, default: Decimal | None = None) -> Decimal:
    """Return a number of at least 0 from a rule's parameters, or raise RuleError naming the parameter."""
    if name not in params and default is not None:
        return default
    number = to_decimal(params.get(name))
    if number is None or number < 0 or number > MAX_NUMBER:
        raise RuleError(f"Tham số “{name}” phải là một số không âm.", field=name)
    return number


def param_positive(params: Mapping[str, Any], name: str, *, default: Decimal | None = None) -> Decimal:
    """Return a number above 0 from a rule's parameters, or raise RuleError naming the parameter."""
    number = param_number(params, name, default=default)
    if number == 0:
        raise RuleError(f"Tham số “{name}” phải lớn hơn 0.", field=name)
    return number


def param_whole(params: Mapping[str, Any], name: str, *, default: Decimal | None = None) -> int:
    """Return a whole number of at least 0 from a rule's parameters, or raise RuleError naming the parameter."""
    number = param_number(params, name, default=default)
    if number != number.to_integral_value():
        raise RuleError(f"Tham số “{name}” phải là số nguyên.", field=name)
    return int(number)


def param_percent(params: Mapping[str, Any], name: str, *, default: Decimal | None = None) -> Decimal:
    """Return a percentage (0-100) from a rule's parameters, or raise RuleError."""
    number = param_number(params, name, default=default)
    if number > 100:
        raise RuleError(f"Tham số “{name}” là tỷ lệ phần trăm, không được quá 100.", field=name)
    return number


def param_points(params: Mapping[str, Any], name: str, *, low: Decimal, high: Decimal, label: str) -> Decimal:
    """Return points between `low` and `high` with at most two decimals, or raise RuleError; `label` says of what."""
    number = to_decimal(params.get(name))
    if number is None or not low <= number <= high or decimals_of(number) > 2:
        span = f"từ {shown(low)} đến {shown(high)}"
        raise RuleError(f"Điểm của {label} phải {span}, tối đa 2 chữ số thập phân.", field=name)
    return number


def shown(number: Decimal) -> str:
    """Return a number in Vietnamese writing with a true minus sign: -0.25 -> "−0,25"."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",").replace("-", "−")


def param_text(params: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return a short text from a rule's parameters, or raise RuleError when it is not text or too long."""
    text = params.get(name, default)
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
        raise RuleError(f"Tham số “{name}” phải là chữ, không quá {MAX_TEXT} ký tự.", field=name)
    return text.strip()


def param_choice(params: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    """Return one of the known words (the first when it is not stated), or raise RuleError listing them."""
    word = params.get(name, known[0])
    if word not in known:
        listed = ", ".join(f"“{one}”" for one in known)
        raise RuleError(f"Tham số “{name}” chỉ nhận một trong các giá trị: {listed}.", field=name)
    return str(word)


def param_flag(params: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Return true or false, or raise RuleError naming the parameter."""
    flag = params.get(name, default)
    if not isinstance(flag, bool):
        raise RuleError(f"Tham số “{name}” chỉ nhận đúng hoặc sai.", field=name)
    return flag


def param_list(params: Mapping[str, Any], name: str, *, at_least: int) -> list[Mapping[str, Any]]:
    """Return a list of objects from a rule's parameters, or raise RuleError."""
    items = params.get(name)
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise RuleError(f"Tham số “{name}” phải là một danh sách.", field=name)
    if len(items) < at_least:
        raise RuleError(f"Danh sách “{name}” phải có ít nhất {at_least} mục.", field=name)
    return items
