"""A plan as it is written to a workbook: what counts now, in the plan's own words and with what was understood."""

from ninhgiang.calendar import day_text
from ninhgiang.vietnamese import upper
from reform_tasks.enums import AssignmentPart
from reform_tasks.models import Plan, Task
from reform_tasks.workbook import Column, WrittenArea, WrittenPlan, WrittenTask, known_text

from .plans import assignments_by_task


def exported_plan(plan: Plan) -> WrittenPlan:
    """Return the plan for `write_appendix`: tasks not withdrawn, units whose part has not ended. Three queries."""
    tasks = list(plan.tasks.filter(withdrawn_by__isnull=True))
    people = assignments_by_task(tasks)
    by_area: dict[int, list[WrittenTask]] = {}
    for task in tasks:
        current = [assignment for assignment in people[task.pk] if assignment.ended_on is None]
        leads = [one.unit.code for one in current if one.part == AssignmentPart.LEAD]
        others = [one.unit.code for one in current if one.part == AssignmentPart.COORDINATE]
        by_area.setdefault(task.area_id, []).append(_written(task, leads, others))
    areas = [WrittenArea(area.numeral, area.name, tuple(by_area.get(area.pk, ()))) for area in plan.areas.all()]
    issued = f"(Kèm theo Kế hoạch số {plan.number} ngày {day_text(plan.issued_on)} của {plan.issuer.name})"
    return WrittenPlan([upper("Phụ lục"), plan.title, issued], areas, plan.notes)


def _written(task: Task, leads: list[str], others: list[str]) -> WrittenTask:
    texts = {
        Column.NUMBER: task.number,
        Column.TITLE: task.title,
        Column.PRODUCT: task.product,
        Column.LEAD: task.lead_text,
        Column.COORDINATING: task.coordinating_text,
        Column.DEADLINE: task.deadline_text,
    }
    later = bool(task.lead_open)
    known = known_text(
        texts={column.value: text for column, text in texts.items()},
        rule=task.deadline_rule,
        lead={"units": leads, "later": later},
        coordinating={"units": others, "later": False},
    )
    return WrittenTask(texts, known)
