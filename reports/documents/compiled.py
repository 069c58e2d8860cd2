"""The compiled results of one round as plain data: made by the worker, read by report, Excel and screens.

Points are texts of two decimals ("8.50"), null where an area does not apply to a unit; days are ISO texts.
"""

from decimal import Decimal
from typing import NotRequired, TypedDict


class AreaPlan(TypedDict):
    """Lĩnh vực of the criteria set."""

    code: str
    name: str
    max_points: str


UNRANKED = "Không xếp hạng"


class UnitResult(TypedDict):
    """One unit in the ranking of its block, from the frozen snapshot.

    The areas' points + bonus - penalty - late + lifted is exactly the total. `veto` is "" for a unit without one;
    `grade` is what it leaves of `original_grade`.
    """

    unit: str
    total: str
    applicable_max: str
    index: str
    rank: int | None  # None: out of the ranking, see `explanation`
    shared: bool
    grade: str
    original_grade: str
    veto: str
    award_allowed: bool
    head_grade: str
    head_explanation: str
    explanation: str
    sum_words: str
    areas: dict[str, str | None]
    area_max: dict[str, str]
    bonus: str
    penalty: str
    late: str
    lifted: str
    submitted: bool


class BlockResult(TypedDict):
    """Khối: entries in the order of the ranking."""

    name: str
    entries: list[UnitResult]


class Counts(TypedDict):
    """Lượt nhiệm vụ: due = done + missing, done = on_time + late."""

    name: str
    due: int
    done: int
    on_time: int
    late: int
    missing: int


class LateTask(TypedDict):
    """A duty that came late or not at all."""

    unit: str
    number: str
    title: str
    label: str
    due_on: str
    submitted_on: str | None


class PlanName(TypedDict):
    """A plan the results answer."""

    number: str
    issued_on: str


class RoundFacts(TypedDict):
    """The round itself and the day up to which reports were counted."""

    name: str
    period_start: str
    period_end: str
    as_of: str
    criteria_set: str
    is_sample: bool
    decision_number: str
    decision_on: str | None
    published_on: str | None
    ranking_sha256: NotRequired[str]  # of the ranking it was made from; older compilations lack it


class Compiled(TypedDict):
    """Everything the documents say."""

    issuer: str
    round: RoundFacts
    plans: list[PlanName]
    task_count: int
    tie_rule: str
    grades: list[str]  # their names, highest first
    band_rule: str
    index_decimals: NotRequired[int]  # missing in results compiled before it was kept
    has_heads: bool
    skipped_areas: list[str]
    areas: list[AreaPlan]
    blocks: list[BlockResult]
    unit_tasks: list[Counts]
    area_tasks: list[Counts]
    late_tasks: list[LateTask]


def all_entries(data: Compiled) -> list[UnitResult]:
    """Return the entries of all blocks, block after block."""
    return [entry for block in data["blocks"] for entry in block["entries"]]


def extra_parts(data: Compiled) -> list[str]:
    """Return what besides the areas' points makes a total: bonus and penalty always, the others where there is any."""
    rare = [name for name in ("late", "lifted") if any(Decimal(entry[name]) for entry in all_entries(data))]  # type: ignore[literal-required]
    return ["bonus", "penalty", *rare]


def index_decimals(data: Compiled) -> int:
    """Return how many places the indices carry; where it was not kept, the indices themselves tell."""
    shown = (len(entry["index"].partition(".")[2]) for entry in all_entries(data))
    return data.get("index_decimals", max(shown, default=2))


def total_counts(rows: list[Counts]) -> Counts:
    """Return the sums of counts."""
    return Counts(
        name="Toàn xã",
        due=sum(row["due"] for row in rows),
        done=sum(row["done"] for row in rows),
        on_time=sum(row["on_time"] for row in rows),
        late=sum(row["late"] for row in rows),
        missing=sum(row["missing"] for row in rows),
    )
