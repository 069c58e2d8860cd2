"""Rows computed from the unit's own tasks: counted when a round opens, at submission and when self-scoring closes.

Counted are the unit's lead duties whose due day lies in the period and has wholly passed (a due day ends at midnight,
architecture rule 10), so a duty due today counts from tomorrow. What was handed in until today, at most until the end
of the period, counts as done.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import date, timedelta
from typing import Any

from emulation import scoring
from emulation.applicability import Limits, applies
from emulation.enums import NodeKind, ValueSource
from emulation.models import Criterion, Round, Scorecard, ScorecardRow
from emulation.scoring import Source, TaskSource, ValueProblem, value_from_reading
from ninhgiang.calendar import day_text, today
from reform_tasks.queries import TaskFacts, task_facts_for
from units.models import Unit

NOTHING_DUE = "Không có nhiệm vụ đến hạn trong kỳ – không đánh giá."
_FIELDS = ("applicable", "self_value", "self_points", "self_explanation", "facts", "version")


def last_due_day(round_: Round) -> date:
    """Return the last due day that is counted now: yesterday, at most the end of the period."""
    return min(today() - timedelta(days=1), round_.period_end)


def counting_day(round_: Round) -> date:
    """Return the day up to which submissions count now: today, at most the end of the period."""
    return min(today(), round_.period_end)


def facts_by_unit(round_: Round, units: Iterable[Unit]) -> dict[int, TaskFacts]:
    """Return the counted tasks of each unit, in a constant number of queries."""
    return task_facts_for(
        list(units), period_start=round_.period_start, period_end=last_due_day(round_), as_of=counting_day(round_)
    )


def facts_data(round_: Round, facts: TaskFacts) -> dict[str, Any]:
    """Return what a row keeps of the counted tasks, so that every number can be opened later."""
    return {
        "counted_to": last_due_day(round_).isoformat(),
        "period_start": round_.period_start.isoformat(),
        "period_end": round_.period_end.isoformat(),
        "due": facts.due,
        "done": facts.done,
        "on_time": facts.on_time,
        "late": facts.late,
        "missing": facts.missing,
        "items": facts.items,
    }


def applies_to(criterion: Criterion, unit: Unit, parents: Mapping[int, Criterion]) -> bool:
    """Tell whether a criterion of a stored set applies to a unit (emulation.applicability).

    `parents` holds every node of the set by id, read with `queries.criteria.criteria_with_places`.
    """
    path = []
    node: Criterion | None = parents.get(criterion.pk, criterion)
    while node is not None:
        blocks, units = (frozenset(one.pk for one in many.all()) for many in (node.blocks, node.units))
        path.append(Limits(blocks, units, node.requires_trait))
        node = parents[node.parent_id] if node.parent_id is not None else None
    return applies(path, unit=unit.pk, block=unit.block_id, traits=unit.traits)


def in_skipped_area(criterion: Criterion, parents: Mapping[int, Criterion], skipped: Collection[str]) -> bool:
    """Tell whether a criterion lies in an area that a round leaves out for everyone (R15).

    Bonus and penalty belong to no area. `parents` as for `applies_to`.
    """
    if criterion.kind in (NodeKind.BONUS, NodeKind.PENALTY):
        return False
    node: Criterion | None = parents.get(criterion.pk, criterion)
    while node is not None:
        if node.kind == NodeKind.AREA and node.code in skipped:
            return True
        node = parents[node.parent_id] if node.parent_id is not None else None
    return False


def sources_of(facts: Mapping[str, TaskFacts]) -> dict[str, Source]:
    """Return where the values of computed rows come from, by ValueSource. Another kind of figure is one more entry.

    `facts` are the counted tasks by the unit's code.
    """
    return {ValueSource.TASKS: TaskSource(facts)}


def fill_computed(row: ScorecardRow, criterion: Criterion, card: Scorecard, facts: TaskFacts) -> None:
    """Write value, points, explanation and facts of one computed row in memory; nothing due may mean not applicable."""
    row.facts = facts_data(card.round, facts)
    unit = card.unit.code
    reading = sources_of({unit: facts})[criterion.source].read(str(criterion.rule_params.get("fact")), unit)
    if reading is None:  # not known yet: to be answered later, it is not 0
        row.applicable, row.self_value, row.self_points, row.self_explanation = True, None, None, ""
        return
    try:
        value = value_from_reading(reading, criterion.rule_kind)
        scored = scoring.score(criterion.rule_kind, criterion.rule_params, value, row.max_points)
    except ValueProblem:
        row.applicable, row.self_value, row.self_points, row.self_explanation = False, None, None, NOTHING_DUE
        return
    row.applicable = True
    row.self_value, row.self_points, row.self_explanation = value, scored.points, scored.explanation


def counted_now(row: ScorecardRow) -> ScorecardRow:
    """Return a copy of a computed row, not saved, as counting its unit's tasks now would leave its self column.

    The row carries criterion, scorecard, round and unit. `applicable` is false when there is nothing to count.
    """
    card, counted = row.scorecard, copy(row)
    fill_computed(counted, row.criterion, card, facts_by_unit(card.round, [card.unit])[card.unit_id])
    return counted


def counted_to(row: ScorecardRow) -> str:
    """Return the last due day a computed row counts, as people read it: "05/11/2026"."""
    return day_text(date.fromisoformat(row.facts["counted_to"]))


def recount(
    cards: Iterable[Scorecard], rows_by_card: Mapping[int, list[ScorecardRow]], parents: Mapping[int, Criterion]
) -> list[ScorecardRow]:
    """Count the tasks again for the cards' computed rows and store them; returns the rows written.

    Cards carry round and unit, rows their criterion. A constant number of queries, whatever the number of cards.
    """
    cards = list(cards)
    if not cards:
        return []
    skipped = cards[0].round.skipped_areas
    facts = facts_by_unit(cards[0].round, [card.unit for card in cards])
    written = []
    for card in cards:
        for row in rows_by_card[card.pk]:
            criterion = row.criterion
            if criterion.source != ValueSource.TASKS or in_skipped_area(criterion, parents, skipped):
                continue
            if applies_to(criterion, card.unit, parents):
                fill_computed(row, criterion, card, facts[card.unit_id])
                row.version += 1
                written.append(row)
    ScorecardRow.objects.bulk_update(written, _FIELDS)
    return written


def self_score_of(row: ScorecardRow) -> dict[str, Any]:
    """Return the self-scored column as the appraised one.

    A 0 by the set's rule comes without the value the unit typed: the points do not follow from it, and a published
    result must recompute.
    """
    return {
        "appraised_value": None if row.self_zeroed else row.self_value,
        "appraised_points": row.self_points,
        "appraised_explanation": row.self_explanation,
    }


def copy_to_appraisal(row: ScorecardRow, *, reason: str = "") -> None:
    """Set the appraised column of one row to its self-scored one, in memory; not applicable stays without points."""
    for name, value in self_score_of(row).items():
        setattr(row, name, value)
    row.appraisal_reason = reason
