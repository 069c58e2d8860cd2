"""Confirming the preview of an import (services.imports): all or nothing, twice the same as once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean, fold, paper_number
from reform_tasks.deadlines import rule_from_json, rule_to_json
from reform_tasks.enums import AssignmentPart, DeadlineKind
from reform_tasks.models import Area, Assignment, Occurrence, Plan, PlanImport, Task
from reform_tasks.queries.previews import Preview, PreviewRow, resolve_preview
from reform_tasks.rules import require_plan_manager
from reform_tasks.search import search_text
from units.models import User
from units.queries import special_days_of
from units.services import record_audit

from .occurrence_rows import new_occurrences

NOTHING_CHANGED = "Không có gì thay đổi"
CHANGED_MEANWHILE = (
    "Người khác vừa sửa bản xem trước này. Hãy xem lại các chỗ đã đổi; những gì bạn nhập vẫn còn dưới đây."
)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a confirmed import did. `created`, `changed` and `unchanged` count tasks; the rest what the plan holds."""

    plan: Plan
    created: int
    changed: int
    unchanged: int
    areas: int
    tasks: int
    assignments: int
    occurrences: int


def plan_number(text: str) -> str:
    """Return a plan's số, ký hiệu in its one form: " 14/kh-ubnd" -> "14/KH-UBND".

    Raises DomainError (field "number") for anything that is not a number, a slash and a symbol.
    """
    if not (number := paper_number(text)):
        raise DomainError(
            f"“{clean(text)[:40]}” không phải số, ký hiệu văn bản. Hãy nhập như 14/KH-UBND.", field="number"
        )
    return number


def confirm_import(*, actor: User | None, plan_import: PlanImport, version: int | None = None) -> ImportResult:
    """Make the plan of a preview: areas, tasks, assignments and occurrences, all or nothing.

    The same content again changes nothing. `version` is that of the preview the person saw. Raises Refused, Stale
    when another person corrected it since, and DomainError while a problem is open or when a different plan already
    stands under this number and year (that is changed by a numbered decision, not here).
    """
    if actor is not None:
        require_plan_manager(actor, plan_import.issuer, doing="nhập kế hoạch")
    try:
        with transaction.atomic():
            locked = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
            if version is not None and locked.version != version:
                raise Stale(CHANGED_MEANWHILE)
            return _confirm(actor, locked)
    except IntegrityError:
        raise DomainError("Kế hoạch này vừa được người khác nhập. Hãy tải lại trang để xem.") from None


def _confirm(actor: User | None, plan_import: PlanImport) -> ImportResult:
    """Do the work of `confirm_import` inside its transaction."""
    preview = resolve_preview(plan_import)
    if preview.open_problems:
        raise DomainError(f"Còn {len(preview.open_problems)} ô chưa được giải quyết; chưa nhập kế hoạch.")
    if not preview.rows:
        raise DomainError("Không có nhiệm vụ nào để nhập.")
    known = Plan.objects.filter(issuer=plan_import.issuer, number=plan_import.number, year=preview.year).first()
    if known is not None:
        _refuse_difference(known, preview)
        _close(plan_import, known)
        return _result(known, created=0)
    plan = _create_plan(actor, plan_import, preview)
    _close(plan_import, plan)
    result = _result(plan, created=len(preview.rows))
    record_audit(
        actor=actor,
        action="confirm_import",
        summary=f"Nhập Kế hoạch {plan.number} ngày {day_text(plan.issued_on)}: {result.areas} lĩnh vực, "
        f"{result.tasks} nhiệm vụ",
        target=plan,
        issuer=plan.issuer,
        after={
            "sha256": plan.source_sha256,
            "tasks": result.tasks,
            "assignments": result.assignments,
            "occurrences": result.occurrences,
            "decisions": plan_import.decisions,
        },
    )
    return result


def _close(plan_import: PlanImport, plan: Plan) -> None:
    """Mark a preview as confirmed; its first confirmation stays the one recorded."""
    plan_import.plan = plan
    plan_import.confirmed_at = plan_import.confirmed_at or timezone.now()
    plan_import.save(update_fields=["plan", "confirmed_at"])


def _result(plan: Plan, *, created: int) -> ImportResult:
    """Count what a plan holds."""
    tasks = plan.tasks.count()
    return ImportResult(
        plan=plan,
        created=created,
        changed=0,
        unchanged=tasks - created,
        areas=plan.areas.count(),
        tasks=tasks,
        assignments=Assignment.objects.filter(task__plan=plan).count(),
        occurrences=Occurrence.objects.live().filter(assignment__task__plan=plan).count(),
    )


def _refuse_difference(plan: Plan, preview: Preview) -> None:
    """Raise DomainError naming the tasks in which a preview differs from the plan that stands."""
    live = plan.tasks.filter(withdrawn_by__isnull=True).select_related("area")
    stored = {task.number: _words_of_task(task) for task in live}
    wanted = {row.number: _words_of_row(row) for row in preview.rows}
    differing = [number for number in {**stored, **wanted} if stored.get(number) != wanted.get(number)]
    areas = [(area.numeral, area.name) for area in plan.areas.all()]
    if not differing and areas == [(area.numeral, area.name) for area in preview.areas]:
        if plan.issued_on == preview.plan_import.issued_on:
            return
        where = f"ngày ban hành (đã nhập {day_text(plan.issued_on)})"
    else:
        where = f"nhiệm vụ {', '.join(differing[:10])}{'…' if len(differing) > 10 else ''}" if differing else "lĩnh vực"
    raise DomainError(
        f"Kế hoạch {plan.number} năm {plan.year} đã được nhập và tệp này khác ở {where}. Kế hoạch đã nhập được điều "
        "chỉnh bằng quyết định điều chỉnh, không nhập đè. Chưa có gì bị thay đổi."
    )


def _words_of_task(task: Task) -> tuple[Any, ...]:
    return (
        task.area.numeral,
        task.title,
        task.product,
        task.lead_text,
        task.coordinating_text,
        task.deadline_text,
        rule_to_json(rule_from_json(task.deadline_rule)),
    )


def _words_of_row(row: PreviewRow) -> tuple[Any, ...]:
    rule = rule_to_json(row.rule) if row.rule else {}
    return row.area, row.title, row.product, row.lead_text, row.coordinating_text, row.deadline_text, rule


def _create_plan(actor: User | None, plan_import: PlanImport, preview: Preview) -> Plan:
    """Write a whole plan with five INSERT statements (more only beyond the database's batch size)."""
    plan = Plan.objects.create(
        issuer=plan_import.issuer,
        number=plan_import.number,
        issued_on=plan_import.issued_on,
        year=preview.year,
        title=_title(preview),
        notes=preview.notes,
        source_name=plan_import.file_name,
        source_sha256=plan_import.sha256,
        imported_by=actor,
        imported_at=timezone.now(),
    )
    areas = Area.objects.bulk_create(
        Area(plan=plan, numeral=area.numeral, name=area.name, position=position)
        for position, area in enumerate(preview.areas, start=1)
    )
    area_of = {area.numeral: area for area in areas}
    rows = preview.rows
    tasks = Task.objects.bulk_create(
        _task(plan, area_of[row.area], row, position) for position, row in enumerate(rows, start=1)
    )
    assignments = Assignment.objects.bulk_create(
        assignment for task, row in zip(tasks, rows, strict=True) for assignment in _assignments(task, row)
    )
    row_of = {task.pk: row for task, row in zip(tasks, rows, strict=True)}
    special = special_days_of(plan.issuer_id)
    Occurrence.objects.bulk_create(
        occurrence
        for assignment in assignments
        if assignment.part == AssignmentPart.LEAD and (row := row_of[assignment.task_id]).rule
        for occurrence in new_occurrences(assignment, row.rule, row.dues, special)
    )
    return plan


def _title(preview: Preview) -> str:
    """Return the plan's name: the line of the file that names the subject, else the usual name."""
    lines = [text for _, text in preview.appendix.titles]
    usual = f"Cải cách hành chính năm {preview.year}"
    return next((line for line in lines if "cai cach hanh chinh" in fold(line)), usual)[:300]


def _task(plan: Plan, area: Area, row: PreviewRow, position: int) -> Task:
    if row.rule is None:  # refused before as an open problem or an error of the file
        raise DomainError(f"Nhiệm vụ {row.number} chưa có thời hạn.")
    return Task(
        plan=plan,
        area=area,
        number=row.number,
        title=row.title,
        product=row.product,
        lead_text=row.lead_text,
        coordinating_text=row.coordinating_text,
        deadline_text=row.deadline_text,
        deadline_kind=DeadlineKind(row.rule.kind),
        deadline_rule=rule_to_json(row.rule),
        lead_open=row.lead.later,
        position=position,
        search_text=search_text(row.number, row.title, row.product),
    )


def _assignments(task: Task, row: PreviewRow) -> Iterator[Assignment]:
    """Yield each unit's part: leads first, a unit that leads does not coordinate as well."""
    for unit in row.lead.units:
        yield Assignment(task=task, unit=unit, part=AssignmentPart.LEAD)
    for unit in row.coordinating_units:
        yield Assignment(task=task, unit=unit, part=AssignmentPart.COORDINATE)
