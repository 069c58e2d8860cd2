"""Who does a task and, for an instruction, by when: leads named later, helpers, officers, shares, due days."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from ninhgiang import calendar, points
from ninhgiang.calendar import SpecialDays, day_text
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.vietnamese import clean
from reform_tasks.deadlines import DeadlineRule, counted_day, day_after_event, rule_from_json
from reform_tasks.enums import FINAL_OUTCOMES, AssignmentPart, DeadlineKind, ReportState
from reform_tasks.models import Assignment, Occurrence, ProgressReport, Task
from reform_tasks.queries.schedules import Schedule
from reform_tasks.rules import acts_for, require_open, require_open_lead, require_plan_manager
from units.enums import UNIT_ROLES, NoticeKind, RoleKind
from units.models import Unit, User
from units.queries import officers_of, special_days_of
from units.services import notify, record_audit

from .schedules import coordinate, lead, leave


@transaction.atomic
def name_lead_units(*, actor: User, task: Task, units: Sequence[Unit], version: int) -> list[Assignment]:
    """Make units lead a task whose plan names them later ("Đơn vị được kiểm tra"); more may be named afterwards.

    Each gets a lead assignment with its occurrences from the plan's date on; a coordinating unit becomes a lead.
    Raises Refused, DomainError (field "units") when nobody new is named, Stale when another person named units.
    """
    require_plan_manager(actor, task.plan.issuer, doing="giao đơn vị chủ trì")
    require_open_lead(task)
    _claim(task, version)
    leading = set(task.assignments.current().filter(part=AssignmentPart.LEAD).values_list("unit", flat=True))
    new = [unit for unit in units if unit.pk not in leading]
    if not new or any(unit.parent_id != task.plan.issuer_id for unit in new):
        raise DomainError("Hãy chọn ít nhất một đơn vị chưa được giao.", field="units")
    _forget_shares(task)
    special = special_days_of(task.plan.issuer_id)
    wanted = Schedule(rule_from_json(task.deadline_rule), task.plan, task.plan.issued_on, special)
    assignments = [lead(task, unit, wanted) for unit in new]
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
def share_credit(
    *, actor: User, task: Task, version: int, shares: Mapping[int, Decimal | None], reason: str = ""
) -> None:
    """State how the credit of a task is shared, by current assignment id in %; all None: not stated.

    Raises Refused, Stale, DomainError (field "share-ID" or none) unless what is stated adds up to 100.
    """
    require_plan_manager(actor, task.plan.issuer, doing="ghi tỷ lệ thành tích")
    rows = list(task.assignments.current().select_related("unit").order_by("unit__position"))
    _require_live_task(task)
    wanted = {row.pk: shares.get(row.pk) for row in rows}
    stated = {pk: share for pk, share in wanted.items() if share is not None}
    for pk, share in stated.items():
        if not 0 < share <= 100:
            raise DomainError("Tỷ lệ phải lớn hơn 0 và không quá 100.", field=f"share-{pk}")
    total = sum(stated.values(), Decimal(0))
    if stated and total != 100:
        raise DomainError(f"Tổng tỷ lệ phải bằng 100 %; đang là {points.show(total)} %.")
    if stated and any(row.part == AssignmentPart.LEAD and row.pk not in stated for row in rows):
        raise DomainError("Hãy ghi tỷ lệ cho mọi đơn vị chủ trì.")
    _claim(task, version)
    for row in rows:
        Assignment.objects.filter(pk=row.pk).update(share=wanted[row.pk])
    record_audit(
        actor=actor,
        action="share_credit",
        summary=f"Ghi tỷ lệ thành tích của nhiệm vụ {task.number}",
        target=task,
        issuer=task.plan.issuer,
        before={row.unit.short_name: _percent(row.share) for row in rows},
        after={row.unit.short_name: _percent(wanted[row.pk]) for row in rows},
        reason=clean(reason),
    )


@transaction.atomic
def set_coordinators(
    *, actor: User, task: Task, units: Sequence[Unit], version: int, reason: str
) -> tuple[list[Unit], list[Unit]]:
    """Name the coordinating units of a task whose plan leaves them open or names them in general; returns (new, ended).

    Leads stay as they are. Raises Refused, Stale, DomainError (fields "units", "reason").
    """
    require_plan_manager(actor, task.plan.issuer, doing="giao đơn vị phối hợp")
    _require_live_task(task)
    rows = list(task.assignments.current().select_related("unit").order_by("unit__position"))
    leading = {row.unit_id for row in rows if row.part == AssignmentPart.LEAD}
    helping = {row.unit_id: row for row in rows if row.part == AssignmentPart.COORDINATE}
    if any(unit.parent_id != task.plan.issuer_id or not unit.active for unit in units):
        raise DomainError("Hãy chọn đơn vị đang hoạt động của xã.", field="units")
    chosen = {unit.pk: unit for unit in units if unit.pk not in leading}
    new = [unit for pk, unit in chosen.items() if pk not in helping]
    ended = [row for pk, row in helping.items() if pk not in chosen]
    if not new and not ended:
        raise DomainError("Chưa có thay đổi nào.", field="units")
    if not clean(reason):
        raise DomainError("Hãy ghi căn cứ, lý do.", field="reason")
    _forget_shares(task)
    _claim(task, version)
    today = calendar.today()
    for row in ended:
        leave(task, row.unit, today, part=AssignmentPart.COORDINATE)
    for unit in new:
        coordinate(task, unit, today)
    record_audit(
        actor=actor,
        action="set_coordinators",
        summary=f"Thay đổi đơn vị phối hợp của nhiệm vụ {task.number}",
        target=task,
        issuer=task.plan.issuer,
        before={"coordinating": [row.unit.short_name for row in helping.values()]},
        after={"coordinating": [unit.short_name for unit in chosen.values()]},
        reason=clean(reason),
    )
    url = reverse("reform_tasks:task-detail", args=[task.plan_id, task.number])
    _tell(new, f"Đơn vị được giao phối hợp nhiệm vụ {task.number}: {task.title}", url)
    return new, [row.unit for row in ended]


@transaction.atomic
def name_officer(*, actor: User, assignment: Assignment, officer: User | None, seen: int | None) -> Assignment:
    """Let the head name the officer of the unit who follows a task, or nobody; `seen` is the officer's id shown.

    Raises Refused, Stale, DomainError (field "officer") for somebody who does not work for the unit.
    """
    unit, task = assignment.unit, assignment.task
    if not acts_for(actor, RoleKind.UNIT_HEAD, unit):
        raise Refused(f"Chỉ thủ trưởng {unit.name} mới được giao công chức theo dõi.")
    _require_live_task(task)
    if officer is not None and officer not in officers_of(unit):
        raise DomainError("Hãy chọn người đang làm việc tại đơn vị.", field="officer")
    same = Assignment.objects.current().filter(pk=assignment.pk, officer=seen)
    if same.update(officer=officer) != 1:
        raise Stale("Người khác vừa đổi người theo dõi nhiệm vụ này. Hãy tải lại trang để xem.")
    before = assignment.officer
    assignment.officer = officer
    record_audit(
        actor=actor,
        action="name_officer",
        summary=f"Giao theo dõi nhiệm vụ {task.number}: {officer.full_name if officer else 'không ai'}",
        target=task,
        issuer=task.plan.issuer,
        unit=unit,
        before={"officer": before.full_name if before else ""},
        after={"officer": officer.full_name if officer else ""},
    )
    if officer is not None and officer != actor:
        url = reverse("reform_tasks:task-detail", args=[task.plan_id, task.number])
        text = f"Bạn được giao theo dõi nhiệm vụ {task.number}: {task.title}"
        notify(people=[officer], text=text, url=url, kind=NoticeKind.TODO)
    return assignment


@transaction.atomic
def set_due_date(
    *, actor: User, occurrence: Occurrence, due_on: date | None = None, event_on: date | None = None, reason: str
) -> Occurrence:
    """Give a duty that waits for an instruction its due day, or change it; `reason` names the instruction.

    "N ngày (làm việc) kể từ …" takes `event_on`, the day of the event, and counts; else `due_on` is the day. The
    rule moves days off. Raises Refused, and DomainError (fields "due_on", "event_on") when the plan itself sets the
    day, the duty is done or withdrawn, or the day is too early.
    """
    task = occurrence.assignment.task
    require_plan_manager(actor, task.plan.issuer, doing="đặt hạn cho nhiệm vụ")
    if task.deadline_kind != DeadlineKind.ON_INSTRUCTION:
        raise DomainError("Hạn của nhiệm vụ này do kế hoạch quy định.", field="due_on")
    require_open(occurrence)
    rule, special = rule_from_json(task.deadline_rule), special_days_of(task.plan.issuer_id)
    planned_on = _planned_day(rule, due_on, event_on, special)
    field = "event_on" if due_on is None else "due_on"
    if planned_on < task.plan.issued_on:
        raise DomainError(
            f"Hạn không được trước ngày ban hành kế hoạch ({day_text(task.plan.issued_on)}).", field=field
        )
    done = ProgressReport.objects.filter(occurrence=occurrence, state=ReportState.ACCEPTED, outcome__in=FINAL_OUTCOMES)
    if done.exists():
        raise DomainError("Kỳ này đã được chấp nhận hoàn thành, không đổi hạn được nữa.", field=field)
    before, day = occurrence.due_on, counted_day(rule, planned_on, special)
    Occurrence.objects.filter(pk=occurrence.pk).update(due_on=day, planned_on=planned_on, extended_to=None)
    occurrence.due_on, occurrence.planned_on = day, planned_on
    after = {"due_on": day.isoformat()} | ({"event_on": event_on.isoformat()} if event_on and due_on is None else {})
    record_audit(
        actor=actor,
        action="set_due_date",
        summary=f"Đặt hạn {day_text(day)}",
        target=occurrence,
        issuer=task.plan.issuer,
        unit=occurrence.assignment.unit,
        before={"due_on": before.isoformat() if before else None},
        after=after,
        reason=clean(reason),
    )
    text = f"Nhiệm vụ {task.number} ({occurrence.label}) có hạn {day_text(day)}"
    _tell([occurrence.assignment.unit], text, reverse("reform_tasks:occurrence-detail", args=[occurrence.pk]))
    return occurrence


def _planned_day(rule: DeadlineRule, due_on: date | None, event_on: date | None, special: SpecialDays) -> date:
    if due_on is not None:
        return due_on
    if rule.days_after is None or event_on is None:
        raise DomainError("Hãy nhập hạn hoàn thành.", field="due_on")
    return day_after_event(rule, event_on, special)


def _claim(task: Task, version: int) -> None:
    changed = Task.objects.filter(pk=task.pk, version=version).update(version=F("version") + 1)
    if not changed:
        raise Stale("Người khác vừa thay đổi phân công của nhiệm vụ này. Hãy tải lại trang để xem rồi làm lại.")


def _require_live_task(task: Task) -> None:
    if task.withdrawn_by_id is not None:
        raise DomainError("Nhiệm vụ này đã được rút khỏi kế hoạch.")


def _forget_shares(task: Task) -> None:
    """Forget stated shares before the parts change: they would no longer add up."""
    task.assignments.current().filter(share__isnull=False).update(share=None)


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{points.show(share)} %"


def _tell(units: Sequence[Unit], text: str, url: str) -> None:
    """Leave a notice for the heads and officers of units."""
    people = User.objects.filter(roles__unit__in=units, roles__kind__in=UNIT_ROLES, is_active=True).distinct()
    notify(people=people, text=text, url=url, kind=NoticeKind.TODO)
