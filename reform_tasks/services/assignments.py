"""What Phòng Văn hóa - Xã hội settles after the import: who leads a task named later, when an instruction is due."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean
from reform_tasks.deadlines import occurrences, rule_from_json
from reform_tasks.enums import FINAL_OUTCOMES, AssignmentPart, DeadlineKind, ReportState
from reform_tasks.models import Assignment, Occurrence, ProgressReport, Task
from reform_tasks.rules import require_open_lead, require_plan_manager
from units.enums import UNIT_ROLES, NoticeKind
from units.models import Unit, User
from units.services import notify, record_audit

from .plans import LABEL_LENGTH


@transaction.atomic
def name_lead_units(*, actor: User, task: Task, units: Sequence[Unit], version: int) -> list[Assignment]:
    """Make units lead a task whose plan names them later ("Đơn vị được kiểm tra"); more may be named afterwards.

    Each gets a lead assignment with its occurrences from the plan's date on; a coordinating unit becomes a lead.
    Raises Refused, DomainError (field "units") when nobody new is named, Stale when another person named units.
    """
    require_plan_manager(actor, task.plan.issuer, doing="giao đơn vị chủ trì")
    require_open_lead(task)
    changed = Task.objects.filter(pk=task.pk, version=version).update(version=F("version") + 1)
    if not changed:
        raise Stale("Người khác vừa giao đơn vị cho nhiệm vụ này. Hãy tải lại trang để xem rồi làm lại.")
    leading = set(task.assignments.filter(part=AssignmentPart.LEAD).values_list("unit", flat=True))
    new = [unit for unit in units if unit.pk not in leading]
    if not new or any(unit.parent_id != task.plan.issuer_id for unit in new):
        raise DomainError("Hãy chọn ít nhất một đơn vị chưa được giao.", field="units")
    task.assignments.filter(unit__in=new).delete()  # their coordinating part, which has no occurrences
    assignments = Assignment.objects.bulk_create(
        Assignment(task=task, unit=unit, part=AssignmentPart.LEAD) for unit in new
    )
    dues = occurrences(rule_from_json(task.deadline_rule), task.plan.year, task.plan.issued_on)
    Occurrence.objects.bulk_create(
        Occurrence(
            assignment=assignment,
            label=due.label[:LABEL_LENGTH],
            due_on=due.due_on,
            planned_on=due.due_on,
            position=position,
        )
        for assignment in assignments
        for position, due in enumerate(dues, start=1)
    )
    names = ", ".join(unit.name for unit in new)
    record_audit(
        actor=actor,
        action="name_lead_units",
        summary=f"Giao chủ trì nhiệm vụ {task.number}: {names}",
        target=task,
        issuer=task.plan.issuer,
        after={"units": [unit.code for unit in new]},
    )
    _tell(new, f"Đơn vị được giao chủ trì nhiệm vụ {task.number}: {task.title}", reverse("reform_tasks:my-work"))
    return assignments


@transaction.atomic
def set_due_date(*, actor: User, occurrence: Occurrence, due_on: date, reason: str) -> Occurrence:
    """Give a duty that waits for an instruction its due day, or change it; `reason` names the instruction.

    Raises Refused, and DomainError when the plan itself sets the day, the duty is done, or the day is too early.
    """
    task = occurrence.assignment.task
    require_plan_manager(actor, task.plan.issuer, doing="đặt hạn cho nhiệm vụ")
    if task.deadline_kind != DeadlineKind.ON_INSTRUCTION:
        raise DomainError("Hạn của nhiệm vụ này do kế hoạch quy định.", field="due_on")
    if due_on < task.plan.issued_on:
        raise DomainError(
            f"Hạn không được trước ngày ban hành kế hoạch ({day_text(task.plan.issued_on)}).", field="due_on"
        )
    done = ProgressReport.objects.filter(occurrence=occurrence, state=ReportState.ACCEPTED, outcome__in=FINAL_OUTCOMES)
    if done.exists():
        raise DomainError("Kỳ này đã được chấp nhận hoàn thành, không đổi hạn được nữa.", field="due_on")
    before = occurrence.due_on
    Occurrence.objects.filter(pk=occurrence.pk).update(due_on=due_on, planned_on=due_on, extended_to=None)
    occurrence.due_on = due_on
    record_audit(
        actor=actor,
        action="set_due_date",
        summary=f"Đặt hạn {day_text(due_on)}",
        target=occurrence,
        issuer=task.plan.issuer,
        unit=occurrence.assignment.unit,
        before={"due_on": before.isoformat() if before else None},
        after={"due_on": due_on.isoformat()},
        reason=clean(reason),
    )
    text = f"Nhiệm vụ {task.number} ({occurrence.label}) có hạn {day_text(due_on)}"
    _tell([occurrence.assignment.unit], text, reverse("reform_tasks:occurrence-detail", args=[occurrence.pk]))
    return occurrence


def _tell(units: Sequence[Unit], text: str, url: str) -> None:
    """Leave a notice for the heads and officers of units."""
    people = User.objects.filter(roles__unit__in=units, roles__kind__in=UNIT_ROLES, is_active=True).distinct()
    notify(people=people, text=text, url=url, kind=NoticeKind.TODO)
