"""Formulas with named variables (R18): unit and appraiser each type the numbers, one rule computes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ninhgiang.points import show
from ninhgiang.vietnamese import lower_first

from .base import WHY_ROOM, InputField, Rule
from .compute import compute
from .grammar import FUNCTIONS, NAME, Node, names_in, parse, words
from .numbers import ValueProblem, plain, read_number
from .params import RuleError, param_list, param_number, param_text, param_whole, shown

MAX_VARIABLES = 12
MAX_BRANCHES = 8
# The criterion's maximum, usable in every formula without being typed.
MAXIMUM = "toi_da"


@dataclass(frozen=True, slots=True)
class Variable:
    """One number of a formula. `part_of` names the variable it may not exceed (numerator and denominator)."""

    code: str
    label: str
    decimals: int
    most: Decimal | None
    part_of: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several formulas; somebody says which one fits the unit."""

    code: str
    label: str
    formula: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula(Rule):
    """R18. Params {"variables": [{code, label, decimals, most, part_of}], "branches": [{code, label, formula}]}.

    Value {variable: number, ..., "branch": code}; with one branch, "branch" is not typed. Only the variables of the
    chosen branch are asked for. A result below 0 or above the maximum is refused, not cut: a number must be wrong.
    """

    kind = "formula"
    known = frozenset({"variables", "branches"})
    items = {
        "variables": frozenset({"code", "label", "decimals", "most", "part_of"}),
        "branches": frozenset({"code", "label", "formula"}),
    }
    variables: tuple[Variable, ...]
    branches: tuple[Branch, ...]

    @classmethod
    def own(cls, params: Mapping[str, Any], max_points: Decimal) -> dict[str, Any]:
        """Read variables and branches; every name must be known, every variable used, no cycle of "part_of"."""
        variables = _read_variables(params)
        return {"variables": variables, "branches": _read_branches(params, variables)}

    def own_params(self) -> dict[str, Any]:
        """Variables and branches."""
        variables: list[dict[str, Any]] = []
        for one in self.variables:
            item: dict[str, Any] = {"code": one.code, "label": one.label, "decimals": one.decimals}
            item |= {} if one.most is None else {"most": plain(one.most)}
            variables.append(item | ({"part_of": one.part_of} if one.part_of else {}))
        branches = [{"code": one.code, "label": one.label, "formula": one.formula} for one in self.branches]
        return {"variables": variables, "branches": branches}

    def own_fields(self) -> list[InputField]:
        """The branch where there are several, then each variable."""
        fields: list[InputField] = []
        if len(self.branches) > 1:
            labels = tuple((one.code, one.label) for one in self.branches)
            fields.append(InputField("branch", "Cách tính", "choice", labels))
        for one in self.variables:
            kind = "decimal" if one.decimals else "integer"
            fields.append(InputField(one.code, one.label, kind, maximum=one.most, decimals=one.decimals))
        return fields

    def own_score(self, value: Mapping[str, Any]) -> tuple[Decimal, str]:
        """Return the formula's result; refused when it is below 0 or above the maximum."""
        branch = self._branch(value)
        numbers = self._numbers(branch, value)
        result = compute(branch.node, numbers | {MAXIMUM: self.max_points})
        if not 0 <= result <= self.max_points:
            raise ValueProblem(
                f"Kết quả {shown(round(result, 4))} không nằm trong khoảng từ 0 đến {show(self.max_points)} điểm; hãy "
                f"kiểm tra lại số liệu ({_given(numbers)}).",
                field=next(iter(numbers), ""),
            )
        return result, self._why(branch, numbers)

    def _why(self, branch: Branch, numbers: Mapping[str, Decimal]) -> str:
        """Return the formula with its numbers; where that is too long, first the labels go, then the formula."""
        title = branch.label if len(self.branches) > 1 else "Điểm"
        labels = {one.code: lower_first(one.label) for one in self.variables}
        most = any(name.name == MAXIMUM for name in names_in(branch.node))
        maximum = {MAXIMUM: self.max_points} if most else {}
        told = [f"{code} là {labels[code]} = {show(number)}" for code, number in numbers.items()]
        whole = ", ".join([*told, *([_given(maximum)] if maximum else [])])
        short = _given({**numbers, **maximum})
        formula = f"{title} = {words(branch.node)}"
        ways = (f"{formula}, với {whole}", f"{formula}, với {short}") if whole else (formula,)
        return next((way for way in ways if len(way) <= WHY_ROOM), f"{title}, với {short}")

    def _branch(self, value: Mapping[str, Any]) -> Branch:
        if len(self.branches) == 1:
            return self.branches[0]
        code = value.get("branch")
        if code is None or code == "":
            raise ValueProblem("Chưa chọn cách tính.", field="branch")
        for branch in self.branches:
            if branch.code == code:
                return branch
        raise ValueProblem("Cách tính không có trong danh sách; hãy chọn lại.", field="branch")

    def _numbers(self, branch: Branch, value: Mapping[str, Any]) -> dict[str, Decimal]:
        used = _with_wholes({name.name for name in names_in(branch.node)}, self.variables)
        labels = {one.code: one.label for one in self.variables}
        numbers: dict[str, Decimal] = {}
        for one in self.variables:
            if one.code not in used:
                continue
            number = read_number(value, one.code, label=lower_first(one.label), decimals=one.decimals)
            if one.most is not None and number > one.most:
                raise ValueProblem(f"{one.label} tối đa là {show(one.most)}; đã nhập {show(number)}.", field=one.code)
            numbers[one.code] = number
        for one in self.variables:
            if one.code in used and one.part_of and numbers[one.code] > numbers[one.part_of]:
                raise ValueProblem(
                    f"{one.label} ({show(numbers[one.code])}) không được lớn hơn "
                    f"{lower_first(labels[one.part_of])} ({show(numbers[one.part_of])}).",
                    field=one.code,
                )
        return numbers


def _given(numbers: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{code} = {show(number)}" for code, number in numbers.items())


def _with_wholes(used: set[str], variables: tuple[Variable, ...]) -> set[str]:
    """Return the used variables and those they are part of: to check x <= y, y is asked for too."""
    wholes = {one.code: one.part_of for one in variables if one.part_of}
    grown = used | {wholes[code] for code in used if code in wholes}
    return grown if grown == used else _with_wholes(grown, variables)


def _read_variables(params: Mapping[str, Any]) -> tuple[Variable, ...]:
    items = param_list(params, "variables", at_least=1)
    if len(items) > MAX_VARIABLES:
        raise RuleError(f"Một cách chấm có nhiều nhất {MAX_VARIABLES} biến.", field="variables")
    variables: list[Variable] = []
    for item in items:
        one = _read_variable(item)
        if one.code in {known.code for known in variables}:
            raise RuleError(f"Biến “{one.code}” bị trùng.", field="variables")
        variables.append(one)
    codes = {one.code for one in variables}
    for one in variables:
        if one.part_of and (one.part_of not in codes or one.part_of == one.code):
            raise RuleError(f"Biến “{one.code}” nêu biến “{one.part_of}” không có trong danh sách.", field="variables")
    return tuple(variables)


def _read_variable(item: Mapping[str, Any]) -> Variable:
    code = param_text(item, "code")
    if not NAME.fullmatch(code) or code in FUNCTIONS or code in (MAXIMUM, "branch", "no_case"):
        raise RuleError(
            f"Tên biến “{code}” không dùng được: chỉ gồm chữ thường không dấu, số và “_”, bắt đầu bằng chữ, không quá "
            "20 ký tự, không trùng tên hàm hay tên riêng của hệ thống.",
            field="variables",
        )
    decimals = param_whole(item, "decimals", default=Decimal(0))
    if decimals > 3:
        raise RuleError("Tham số “decimals” chỉ nhận từ 0 đến 3.", field="decimals")
    return Variable(
        code,
        param_text(item, "label"),
        decimals,
        None if item.get("most") is None else param_number(item, "most"),
        "" if item.get("part_of") is None else param_text(item, "part_of"),
    )


def _read_branches(params: Mapping[str, Any], variables: tuple[Variable, ...]) -> tuple[Branch, ...]:
    items = param_list(params, "branches", at_least=1)
    if len(items) > MAX_BRANCHES:
        raise RuleError(f"Một cách chấm có nhiều nhất {MAX_BRANCHES} công thức.", field="branches")
    branches: list[Branch] = []
    for item in items:
        code, label = param_text(item, "code"), param_text(item, "label")
        if code in {known.code for known in branches}:
            raise RuleError(f"Mã công thức “{code}” bị trùng.", field="branches")
        node = parse(item.get("formula"))
        branches.append(Branch(code, label, str(item["formula"]), node))
    _check_names(branches, variables)
    return tuple(branches)


def _check_names(branches: list[Branch], variables: tuple[Variable, ...]) -> None:
    codes = {one.code for one in variables}
    used: set[str] = set()
    for branch in branches:
        for name in names_in(branch.node):
            if name.name not in codes and name.name != MAXIMUM:
                raise RuleError(
                    f"Công thức “{branch.label}” dùng biến “{name.name}” chưa khai báo "
                    f"(vị trí {name.position} trong công thức).",
                    field="formula",
                    position=name.position,
                )
            used.add(name.name)
    idle = sorted(codes - _with_wholes(used, variables))
    if idle:
        raise RuleError(f"Biến “{idle[0]}” không dùng trong công thức nào.", field="variables")
