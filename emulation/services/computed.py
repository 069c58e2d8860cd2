"""Rows computed from the unit's own tasks: counted when a round opens, at submission and when self-scoring closes.

Counted are the unit's lead duties whose due day lies in the period and has wholly passed (a due day ends at midnight,
architecture rule 10), so a duty due today counts from tomorrow. What was handed in until today, at most until the end
of the period, counts as done.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, timedelta
from typing import Any

from emulation import scoring
from emulation.enums import ValueSource
from emulation.models import Criterion, Round, Scorecard, ScorecardRow
from emulation.scoring import ValueProblem
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
    """Tell whether a criterion applies to a unit: it and each node above it ask for what the unit has (R13).

    That is a trait, and being among the blocks and units named, if any are. `parents` holds every node of the set by
    id, read with `queries.criteria.criteria_with_places`.
    """
    node: Criterion | None = parents.get(criterion.pk, criterion)
    while node is not None:
        blocks, units = node.blocks.all(), node.units.all()
        named = {block.pk for block in blocks}, {one.pk for one in units}
        if (blocks or units) and unit.block_id not in named[0] and unit.pk not in named[1]:
            return False
        if node.requires_trait and node.requires_trait not in unit.traits:
            return False
        node = parents[node.parent_id] if node.parent_id is not None else None
    return True


def fill_computed(row: ScorecardRow, criterion: Criterion, round_: Round, facts: TaskFacts) -> None:
    """Write value, points, explanation and facts of one computed row in memory; nothing due may mean not applicable."""
    row.facts = facts_data(round_, facts)
    try:
        value = scoring.task_value(criterion.rule_params, facts, criterion.rule_kind)
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
    fill_computed(counted, row.criterion, card.round, facts_by_unit(card.round, [card.unit])[card.unit_id])
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
    facts = facts_by_unit(cards[0].round, [card.unit for card in cards])
    written = []
    for card in cards:
        for row in rows_by_card[card.pk]:
            criterion = row.criterion
            if criterion.source == ValueSource.TASKS and applies_to(criterion, card.unit, parents):
                fill_computed(row, criterion, card.round, facts[card.unit_id])
                row.version += 1
                written.append(row)
    ScorecardRow.objects.bulk_update(written, _FIELDS)
    return written


def copy_to_appraisal(row: ScorecardRow, *, reason: str = "") -> None:
    """Set the appraised column of one row to its self-scored one, in memory; not applicable stays without points."""
    row.appraised_value = row.self_value
    row.appraised_points = row.self_points
    row.appraised_explanation = row.self_explanation
    row.appraisal_reason = reason
