"""What a unit's tasks say about a criterion: from counted occurrences to the value a rule reads."""

from collections.abc import Mapping
from typing import Any, Protocol

from .base import RuleError

# Each fact with its Vietnamese name and the rule kinds that can read it.
_RATES = frozenset({"tiers", "proportional", "proportional_floor", "linear"})
FACTS: dict[str, tuple[str, frozenset[str]]] = {
    "done_share": ("Tỷ lệ nhiệm vụ đã hoàn thành", _RATES),
    "on_time_share": ("Tỷ lệ nhiệm vụ hoàn thành đúng hạn", _RATES),
    "late_count": ("Số nhiệm vụ chậm hoặc chưa báo cáo", frozenset({"deduct", "count_capped"})),
}


class Facts(Protocol):
    """The counts of reform_tasks.queries.TaskFacts: occurrences due in the period and what became of them."""

    due: int
    done: int
    on_time: int
    late: int
    missing: int


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


def task_value(params: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the value of a criterion with source "tasks" from its rule parameters and a unit's counted tasks."""
    return value_from_facts(
        str(params.get("fact", "")),
        due=facts.due,
        done=facts.done,
        on_time=facts.on_time,
        late=facts.late,
        missing=facts.missing,
    )
