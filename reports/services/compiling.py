"""Collecting what a compilation holds: the frozen ranking and the tasks of the period."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from emulation.models import Round
from emulation.queries import RoundSummary, SummaryEntry, round_summary
from ninhgiang import calendar
from reform_tasks.models import Area, Occurrence, Plan, Task
from reform_tasks.queries import TaskFacts, task_facts
from reports.documents.compiled import (
    AreaPlan,
    BlockResult,
    Compiled,
    Counts,
    LateTask,
    PlanName,
    RoundFacts,
    UnitResult,
)
from reports.rules.symbols import full_name
from units.models import Unit

type Step = Callable[[int, int, str], None]


def collect(round_: Round, step: Step) -> Compiled:
    """Return the compiled results of a published round; `step` is called once for each unit and once at the end.

    Duties are those due inside the round's period and not after today; ranks and points come from the snapshot.
    """
    summary = round_summary(round_)
    as_of = calendar.today()
    units = _units(summary)
    plans = list(Plan.objects.filter(issuer=round_.issuer, year=round_.period_end.year).order_by("issued_on"))
    facts: dict[int, TaskFacts] = {}
    for position, unit in enumerate(units):
        step(position, len(units) + 1, f"Đang tổng hợp: {unit.name}")
        facts[unit.pk] = task_facts(unit, summary.period_start, summary.period_end, as_of)
    step(len(units), len(units) + 1, "Đang lập bảng Excel và dự thảo báo cáo")
    return Compiled(
        issuer=full_name(round_.issuer),
        round=_round(summary, as_of),
        plans=[PlanName(number=plan.number, issued_on=plan.issued_on.isoformat()) for plan in plans],
        task_count=Task.objects.filter(plan__in=plans).count(),
        tie_rule=summary.tie_rule.rstrip("."),
        grades=[band["name"] for band in summary.bands],
        band_rule=summary.band_rule,
        index_decimals=summary.index_decimals,
        has_heads=summary.has_heads,
        skipped_areas=summary.skipped_areas,
        areas=[AreaPlan(code=area.code, name=area.name, max_points=_text(area.max_points)) for area in summary.areas],
        blocks=[
            BlockResult(name=block.name, entries=[_entry(entry, summary.index_decimals) for entry in block.entries])
            for block in summary.blocks
        ],
        unit_tasks=[_counts(unit.name, facts[unit.pk]) for unit in units],
        area_tasks=_by_area(plans, facts),
        late_tasks=[late for unit in units for late in _late(unit, facts[unit.pk])],
    )


def _text(points: Decimal) -> str:
    return f"{points:.2f}"


def _units(summary: RoundSummary) -> list[Unit]:
    """Return the ranked units in official order."""
    ids = [entry.unit_id for entry in summary.entries]
    return list(Unit.objects.filter(pk__in=ids).order_by("position", "name"))


def _round(summary: RoundSummary, as_of: date) -> RoundFacts:
    ranking = summary.ranking
    published = ranking.published_at
    return RoundFacts(
        name=summary.name,
        period_start=summary.period_start.isoformat(),
        period_end=summary.period_end.isoformat(),
        as_of=as_of.isoformat(),
        criteria_set=summary.criteria_set_name,
        is_sample=summary.is_sample,
        decision_number=ranking.decision_number,
        decision_on=ranking.decision_on.isoformat() if ranking.decision_on else None,
        published_on=calendar.local_date(published).isoformat() if published else None,
        ranking_sha256=ranking.sha256,
    )


def _entry(entry: SummaryEntry, decimals: int) -> UnitResult:
    points = {code: None if value is None else _text(value) for code, value in entry.area_points.items()}
    return UnitResult(
        unit=entry.unit_name,
        total=_text(entry.total),
        applicable_max=_text(entry.applicable_max),
        index=f"{entry.index:.{decimals}f}",
        rank=entry.rank,
        shared=entry.shared,
        grade=entry.grade_name,
        original_grade=entry.original_grade_name or entry.grade_name,
        veto=entry.veto_explanation,
        award_allowed=entry.award_allowed,
        head_grade=entry.head_grade_name,
        head_explanation=entry.head_explanation,
        explanation=entry.explanation,
        sum_words=entry.sum_words,
        areas=points,
        area_max={code: _text(value) for code, value in entry.area_max.items() if value is not None},
        bonus=_text(entry.bonus),
        penalty=_text(entry.penalty),
        late=_text(entry.late),
        lifted=_text(entry.lifted),
        submitted=entry.submitted,
    )


def _counts(name: str, facts: TaskFacts) -> Counts:
    return Counts(
        name=name,
        due=facts.due,
        done=facts.done,
        on_time=facts.on_time,
        late=facts.late,
        missing=facts.missing,
    )


def _by_area(plans: list[Plan], facts: dict[int, TaskFacts]) -> list[Counts]:
    """Return the counts of every area of the plans, in the plan's order, areas without a due duty included."""
    verdicts = {item["occurrence"]: item["verdict"] for one in facts.values() for item in one.items}
    areas = {
        area.pk: Counts(name=area.name, due=0, done=0, on_time=0, late=0, missing=0)
        for area in Area.objects.filter(plan__in=plans).order_by("plan__issued_on", "position")
    }
    for pk, area_id in (
        Occurrence.objects.live()
        .filter(assignment__task__area__in=list(areas))
        .values_list("pk", "assignment__task__area")
    ):
        if pk in verdicts:
            _count(areas[area_id], verdicts[pk])
    return list(areas.values())


def _count(row: Counts, verdict: str) -> None:
    row["due"] += 1
    row["done"] += verdict != "missing"
    row["on_time"] += verdict == "on_time"
    row["late"] += verdict == "late"
    row["missing"] += verdict == "missing"


def _late(unit: Unit, facts: TaskFacts) -> list[LateTask]:
    return [
        LateTask(
            unit=unit.name,
            number=item["number"],
            title=item["title"],
            label=item["label"],
            due_on=item["due_on"],
            submitted_on=item["submitted_on"],
        )
        for item in facts.items
        if item["verdict"] != "on_time"
    ]
