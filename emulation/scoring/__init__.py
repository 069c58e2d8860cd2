"""Scoring: pure functions from a rule and a value to points with the sentence that explains them (scoring.md 2.7).

No database, no Django, no float, no clock. Same JSON in, same bytes out; VERSION changes when they would not be.

    validate_rule(kind, params, max_points)         RuleError names the wrong parameter (and the place in a formula)
    input_fields(kind, params, max_points)          what a person fills, in order
    score(kind, params, value, max_points)          Scored(points, explanation, applicable), or ValueProblem
    read_rule(kind, params, max_points).params()    the rule as JSON with every default written out
    engine(version)                                 how an older version scored and totalled, to prove its results
    total(rows, ...), tree_totals(nodes, marks, ..) sums, re-scaling, skipped sections, caps (totals.py, tree.py)
    Source, Reading, value_from_reading             values from tasks, other systems or people (facts.py)

Modules, downwards: numbers -> params -> base -> choices, rates, counts, outside, (grammar -> compute -> formulas ->
formula_checks) -> facts, totals -> tree. A new kind is one frozen dataclass and one entry in `_ALL`; docs/formulas.md
has a section for each, whose examples are run by the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from ninhgiang.points import round_points

from .base import NO_CASE_POLICIES, InputField, Rule, Scored
from .choices import Choice, Free, Quality, YesNo
from .counts import CountCapped, Deduct, DeductLate
from .facts import (
    FACTS,
    FigureSource,
    Reading,
    Source,
    TaskSource,
    shape_problem,
    task_value,
    value_from_facts,
    value_from_reading,
)
from .formula_checks import check_formula, doubtful_branches
from .formulas import Formula
from .grammar import FormulaProblem
from .numbers import CONTEXT, ValueProblem, decimals_of, to_decimal
from .outside import AgainstTarget, Converted, ImportedRatio, Survey, leader_of, sample_size
from .params import RuleError
from .rates import Linear, Proportional, ProportionalFloor, Tiers
from .totals import INDEX_CAP, AreaTotal, TotalRow, Totals, explain_index, explain_total, total
from .tree import MAX_DEPTH, Mark, Node, TreeTotals, tree_problems, tree_problems_by_row, tree_totals

# Of the rules' arithmetic and wording. Stored with every snapshot; tests/emulation/scoring/golden.json proves it.
# A change of either makes a new version: the functions as they were move to a module of their own, named in `VERSIONS`.
VERSION = 1

_ALL: tuple[type[Rule], ...] = (
    YesNo,
    Choice,
    Tiers,
    Proportional,
    ProportionalFloor,
    Linear,
    AgainstTarget,
    CountCapped,
    Deduct,
    DeductLate,
    Quality,
    ImportedRatio,
    Survey,
    Converted,
    Formula,
    Free,
)
RULES: dict[str, type[Rule]] = {rule.kind: rule for rule in _ALL}


def read_rule(kind: str, params: Mapping[str, Any], max_points: Decimal) -> Rule:
    """Return a rule read from JSON, or raise RuleError (Vietnamese, with the parameter's name as `field`)."""
    if kind not in RULES:
        raise RuleError(f"Không có cách chấm “{kind}”.", field="rule_kind")
    if not isinstance(params, Mapping):
        raise RuleError("Tham số của cách chấm phải là một đối tượng.", field="rule_params")
    if not max_points.is_finite() or max_points <= 0 or decimals_of(max_points) > 2:
        raise RuleError("Điểm tối đa phải lớn hơn 0, tối đa 2 chữ số thập phân.", field="max_points")
    with localcontext(CONTEXT):
        return RULES[kind].read(params, round_points(max_points))


def validate_rule(kind: str, params: Mapping[str, Any], max_points: Decimal) -> None:
    """Raise RuleError (Vietnamese, with the parameter's name as `field`) when a rule cannot be used for a criterion."""
    read_rule(kind, params, max_points)


def validate_value(kind: str, params: Mapping[str, Any], value: object, max_points: Decimal | None = None) -> None:
    """Raise ValueProblem (Vietnamese, with the input's name as `field`) when a value does not fit the rule.

    Without `max_points` only the limits that follow from the parameters are checked.
    """
    read_rule(kind, params, max_points or _open_end(params)).score(value)


def score(kind: str, params: Mapping[str, Any], value: object, max_points: Decimal, *, decimals: int = 2) -> Scored:
    """Return points (rounded once, half up) and the Vietnamese explanation.

    0 <= points <= max_points, but down to -"below_zero" where a set says so. `value` holds ints or plain decimal text
    ("8.5"), as `input_fields` names them; the unit's and the appraiser's values are two calls of the same rule.
    `decimals` is 2, 3 or 4. Raises RuleError or ValueProblem.
    """
    if decimals not in (2, 3, 4):
        raise RuleError("Số chữ số thập phân của điểm chỉ nhận 2, 3 hoặc 4.", field="decimals")
    return read_rule(kind, params, max_points).score(value, decimals)


@dataclass(frozen=True, slots=True)
class Engine:
    """One version of the rules: how a row is scored and how rows are totalled."""

    score: Callable[[str, Mapping[str, Any], object, Decimal], Scored]
    total: Callable[..., Totals]


VERSIONS: dict[int, Engine] = {1: Engine(score, total)}


def engine(version: object) -> Engine:
    """Return the version of the rules a snapshot was made by.

    Raises RuleError for a version this program does not know: a result is never proved by other rules than its own.
    """
    if not isinstance(version, int) or version not in VERSIONS:
        raise RuleError(f"Không có cách tính phiên bản “{version}”.", field="rules_version")
    return VERSIONS[version]


def counts_in(params: Mapping[str, Any], value: object) -> bool:
    """Tell whether a stored value keeps its criterion in the denominator (False: "không phát sinh", not applicable)."""
    marked = isinstance(value, Mapping) and bool(value.get("no_case"))
    return not (marked and params.get("no_case") == "not_applicable")


def input_fields(kind: str, params: Mapping[str, Any], max_points: Decimal | None = None) -> list[InputField]:
    """Return the inputs a person fills for this rule, in order; raises RuleError for a rule that is not valid."""
    return read_rule(kind, params, max_points or _open_end(params)).fields()


def _open_end(params: Mapping[str, Any]) -> Decimal:
    """Return a maximum the parameters agree with: the best answer's points, or far more than any criterion has."""
    items = params.get("options") or params.get("tiers") or params.get("ranks")
    if items and isinstance(items, list):
        return max(to_decimal(item.get("points")) or Decimal(0) for item in items)
    return (to_decimal(params.get("step", 1)) or Decimal(1)) * 100_000


__all__ = [
    "FACTS",
    "INDEX_CAP",
    "MAX_DEPTH",
    "NO_CASE_POLICIES",
    "RULES",
    "VERSION",
    "AgainstTarget",
    "AreaTotal",
    "Choice",
    "Converted",
    "CountCapped",
    "Deduct",
    "DeductLate",
    "Engine",
    "FigureSource",
    "Formula",
    "FormulaProblem",
    "Free",
    "ImportedRatio",
    "InputField",
    "Linear",
    "Mark",
    "Node",
    "Proportional",
    "ProportionalFloor",
    "Quality",
    "Reading",
    "Rule",
    "RuleError",
    "Scored",
    "Source",
    "Survey",
    "TaskSource",
    "Tiers",
    "TotalRow",
    "Totals",
    "TreeTotals",
    "ValueProblem",
    "YesNo",
    "check_formula",
    "counts_in",
    "decimals_of",
    "doubtful_branches",
    "engine",
    "explain_index",
    "explain_total",
    "input_fields",
    "leader_of",
    "read_rule",
    "sample_size",
    "score",
    "shape_problem",
    "task_value",
    "total",
    "tree_problems",
    "tree_problems_by_row",
    "tree_totals",
    "validate_rule",
    "validate_value",
    "value_from_facts",
    "value_from_reading",
]
