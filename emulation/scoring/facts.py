"""Where values come from: tasks, figures of other systems, people. One protocol, stable keys, no database here.

A source answers for one unit with a Reading: plain numbers under fixed names, where they came from and of which day.
`value_from_reading` turns a reading into the value a rule kind reads, so a rule never knows its source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .params import RuleError

_RATES = frozenset({"tiers", "proportional", "proportional_floor", "linear"})
_COUNTS = frozenset({"deduct", "count_capped", "deduct_late"})
# Each fact counted from tasks, with its Vietnamese name and the rule kinds that can read it. Keys are stored: never
# change or reuse one.
FACTS: dict[str, tuple[str, frozenset[str]]] = {
    "done_share": ("Tỷ lệ nhiệm vụ đã hoàn thành", _RATES),
    "on_time_share": ("Tỷ lệ nhiệm vụ hoàn thành đúng hạn", _RATES),
    "late_count": ("Số nhiệm vụ chậm hoặc chưa báo cáo", _COUNTS),
}
# The shapes a reading can have: the names of its numbers, and the input of each rule kind that takes the shape.
SHAPES: dict[str, tuple[str, ...]] = {"ratio": ("numerator", "denominator"), "count": ("count",), "number": ("number",)}
_INPUTS: dict[str, dict[str, tuple[str, ...]]] = {
    "ratio": {
        **dict.fromkeys(sorted(_RATES), ("numerator", "denominator")),
        "survey": ("satisfied", "answers"),
    },
    "count": {"deduct": ("count",), "count_capped": ("count",), "deduct_late": ("late",)},
    "number": {
        **dict.fromkeys(sorted(_RATES), ("percent",)),
        "imported_ratio": ("value",),
        "converted": ("index",),
        "free": ("points",),
    },
}


class Facts(Protocol):
    """The counts of reform_tasks.queries.TaskFacts: occurrences due in the period and what became of them."""

    due: int
    done: int
    on_time: int
    late: int
    missing: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source knows of one fact for one unit. `numbers` are ints or plain decimal text under the shape's names.

    `none_in_period` says that there was nothing to count (R14); `origin` and `as_of` (ISO day) are stored and shown.
    """

    fact: str
    shape: str
    numbers: Mapping[str, int | str] = field(default_factory=dict)
    none_in_period: bool = False
    origin: str = ""
    as_of: str = ""


class Source(Protocol):
    """A source of values: its stable name, the facts it knows with their Vietnamese labels, a reading for a unit.

    `unit` is the unit's code. None means "not known yet": the criterion stays unanswered, it is not 0.
    """

    name: str

    def facts(self) -> Mapping[str, str]:
        """Return {stable key: Vietnamese label}."""

    def read(self, fact: str, unit: str) -> Reading | None:
        """Return the reading, None when there is none yet; raises RuleError for a key it does not know."""


def shape_problem(shape: str, rule_kind: str) -> str:
    """Return why a rule kind cannot take readings of a shape, in Vietnamese; "" when it can."""
    if rule_kind in _INPUTS.get(shape, {}):
        return ""
    return f"Cách chấm “{rule_kind}” không nhận số liệu dạng “{shape}”."


def value_from_reading(reading: Reading, rule_kind: str) -> dict[str, Any]:
    """Return the value a rule of this kind reads from a reading; raises RuleError when the two do not fit."""
    problem = shape_problem(reading.shape, rule_kind)
    if problem:
        raise RuleError(problem, field="fact")
    if reading.none_in_period:
        return {"no_case": True}
    names = _INPUTS[reading.shape][rule_kind]
    return {name: reading.numbers[given] for name, given in zip(names, SHAPES[reading.shape], strict=True)}


def value_from_facts(fact: str, *, due: int, done: int, on_time: int, late: int, missing: int) -> dict[str, Any]:
    """Return the value of a criterion computed from tasks; {"no_case": True} when nothing was due in the period.

    Raises RuleError for an unknown fact. `late_count` counts late and missing alike (scoring.md 2.8, row 1.4).
    """
    if fact not in FACTS:
        raise RuleError(f"Không có số liệu nhiệm vụ “{fact}”.", field="fact")
    if due == 0:
        return {"no_case": True}
    if fact == "done_share":
        return {"numerator": done, "denominator": due}
    if fact == "on_time_share":
        return {"numerator": on_time, "denominator": due}
    return {"count": late + missing}


def task_value(params: Mapping[str, Any], facts: Facts, rule_kind: str = "") -> dict[str, Any]:
    """Return the value of a criterion with source "tasks" from its rule parameters and a unit's counted tasks."""
    value = value_from_facts(
        str(params.get("fact", "")),
        due=facts.due,
        done=facts.done,
        on_time=facts.on_time,
        late=facts.late,
        missing=facts.missing,
    )
    return {"late": value["count"]} if rule_kind == "deduct_late" and "count" in value else value


class TaskSource:
    """The facts counted from the units' tasks, as a Source."""

    name = "tasks"

    def __init__(self, by_unit: Mapping[str, Facts], *, as_of: str = "") -> None:
        self._by_unit = by_unit
        self._as_of = as_of

    def facts(self) -> Mapping[str, str]:
        """Return the keys of FACTS with their labels."""
        return {key: label for key, (label, _) in FACTS.items()}

    def read(self, fact: str, unit: str) -> Reading | None:
        """Return what the unit's tasks say; None for a unit that was not counted."""
        counts = self._by_unit.get(unit)
        if counts is None:
            return None
        numbers = task_value({"fact": fact}, counts)
        shape = "count" if fact == "late_count" else "ratio"
        origin = f"Tính từ {counts.due} nhiệm vụ đến hạn trong kỳ"
        if "no_case" in numbers:
            return Reading(fact, shape, none_in_period=True, origin=origin, as_of=self._as_of)
        return Reading(fact, shape, numbers, origin=origin, as_of=self._as_of)


class FigureSource:
    """Figures read from other systems (Bộ chỉ số 766, SIPAS, DTI), as a Source: the newest reading of each unit."""

    name = "figures"

    def __init__(self, labels: Mapping[str, str], readings: Iterable[tuple[str, Reading]]) -> None:
        self._labels = dict(labels)
        self._newest: dict[tuple[str, str], Reading] = {}
        for unit, reading in readings:
            known = self._newest.get((reading.fact, unit))
            if known is None or reading.as_of > known.as_of:
                self._newest[reading.fact, unit] = reading

    def facts(self) -> Mapping[str, str]:
        """Return the keys of the figures with their labels."""
        return self._labels

    def read(self, fact: str, unit: str) -> Reading | None:
        """Return the newest figure of the unit, None when none was imported; RuleError for a key it does not know."""
        if fact not in self._labels:
            raise RuleError(f"Không có số liệu “{fact}”.", field="fact")
        return self._newest.get((fact, unit))
