"""Điều chỉnh kế hoạch: a numbered decision adds, changes and withdraws tasks; the history stays (decision 0023)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.deadlines import DeadlineRule
from reform_tasks.enums import AdjustmentState, AssignmentPart, DeadlineKind, TaskChangeKind
from reform_tasks.models import Area, Plan, PlanAdjustment, Task, TaskChange
from reform_tasks.queries.schedules import Schedule, schedule_steps
from reform_tasks.rules import require_plan_manager
from reform_tasks.search import search_text
from reform_tasks.task_words import TaskWords, differences, words_from_json, words_of
from units.enums import UNIT_ROLES, NoticeKind
from units.models import Unit, User
from units.queries import special_days_of, units_of
from units.services import notify, record_audit

from .plans import plan_number
from .schedules import coordinate, lead, leave, live_rows, take_steps

DOING = "điều chỉnh kế hoạch"
STALE = "Người khác vừa sửa bản điều chỉnh này. Hãy tải lại trang để xem rồi làm lại."


@transaction.atomic
def start_adjustment(
    *, actor: User, plan: Plan, number: str, decided_on: date, effective_on: date, reason: str
) -> PlanAdjustment:
    """Begin the draft of a decision that adjusts a plan; nothing changes yet.

    Raises Refused, DomainError (fields "number", "decided_on", "effective_on", "reason").
    """
    require_plan_manager(actor, plan.issuer, doing=DOING)
    heading = _heading(plan, number, decided_on, effective_on, reason)
    try:
        with transaction.atomic():
            adjustment = PlanAdjustment.objects.create(plan=plan, created_by=actor, **heading)
    except IntegrityError:
        raise _number_taken(heading["number"]) from None
    _record(actor, adjustment, "start_adjustment", f"Soạn quyết định điều chỉnh {adjustment.number}")
    return adjustment


@transaction.atomic
def change_adjustment(
    *,
    actor: User,
    adjustment: PlanAdjustment,
    version: int,
    number: str,
    decided_on: date,
    effective_on: date,
    reason: str,
) -> PlanAdjustment:
    """Correct the heading of a draft; raises what `start_adjustment` raises, and Stale."""
    require_plan_manager(actor, adjustment.plan.issuer, doing=DOING)
    heading = _heading(adjustment.plan, number, decided_on, effective_on, reason)
    before = {name: str(getattr(adjustment, name)) for name in heading}
    try:
        with transaction.atomic():
            _claim(adjustment, version, **heading)
    except IntegrityError:
        raise _number_taken(heading["number"]) from None
    after = {name: str(value) for name, value in heading.items()}
    _record(actor, adjustment, "change_adjustment", f"Sửa quyết định điều chỉnh {number}", before=before, after=after)
    adjustment.refresh_from_db()
    return adjustment


@transaction.atomic
def discard_adjustment(*, actor: User, adjustment: PlanAdjustment, version: int) -> None:
    """Throw a draft away; its number is free again."""
    require_plan_manager(actor, adjustment.plan.issuer, doing=DOING)
    _claim(adjustment, version)
    _record(actor, adjustment, "discard_adjustment", f"Bỏ bản soạn quyết định điều chỉnh {adjustment.number}")
    adjustment.delete()


@transaction.atomic
def put_change(
    *,
    actor: User,
    adjustment: PlanAdjustment,
    version: int,
    kind: TaskChangeKind,
    task: Task | None = None,
    words: TaskWords | None = None,
    change: TaskChange | None = None,
) -> TaskChange:
    """Write one change into a draft: a new task, a task's new words, or its withdrawal; `change` replaces its words.

    Raises Refused, Stale, DomainError with the field of TaskWords it is about.
    """
    require_plan_manager(actor, adjustment.plan.issuer, doing=DOING)
    if task is not None and (task.plan_id != adjustment.plan_id or task.withdrawn_by_id is not None):
        raise DomainError("Nhiệm vụ này không còn trong kế hoạch.", field="task")
    after: dict[str, Any] = {}
    if kind != TaskChangeKind.WITHDRAW:
        if words is None:
            raise DomainError("Hãy nhập nội dung nhiệm vụ.", field="title")
        after = _checked(adjustment, words, task, change).to_json()
    _claim(adjustment, version)
    seen = {"task_version": task.version if task else 0, "kind": kind, "after": after}
    if task is not None:
        change, _ = TaskChange.objects.update_or_create(adjustment=adjustment, task=task, defaults=seen)
    elif change is not None:
        TaskChange.objects.filter(pk=change.pk, adjustment=adjustment).update(**seen)
    else:
        change = TaskChange.objects.create(adjustment=adjustment, **seen)
    label = TaskChangeKind(kind).label
    name = task.number if task else after["number"]
    summary = f"{label} nhiệm vụ {name} trong bản soạn {adjustment.number}"
    _record(actor, adjustment, "put_change", summary, after=after)
    return change


@transaction.atomic
def drop_change(*, actor: User, adjustment: PlanAdjustment, version: int, change: TaskChange) -> None:
    """Take one change out of a draft."""
    require_plan_manager(actor, adjustment.plan.issuer, doing=DOING)
    _claim(adjustment, version)
    _record(actor, adjustment, "drop_change", f"Bỏ một mục khỏi bản soạn {adjustment.number}", before=change.after)
    change.delete()


@transaction.atomic
def apply_adjustment(*, actor: User, adjustment: PlanAdjustment, version: int) -> PlanAdjustment:
    """Carry a draft out, all or nothing. Only what is due from the effective day (and from today) on changes.

    Raises Refused, Stale (also when a task changed since its change was written), DomainError for an empty draft.
    """
    plan = adjustment.plan
    require_plan_manager(actor, plan.issuer, doing=DOING)
    _require_open(Plan.objects.get(pk=plan.pk))
    _claim(adjustment, version, state=AdjustmentState.APPLIED, applied_by=actor, applied_at=timezone.now())
    changes = list(adjustment.changes.select_related("task__area", "task__plan").order_by("pk"))
    if not changes:
        raise DomainError("Bản điều chỉnh chưa có mục nào.")
    units = {unit.code: unit for unit in units_of(plan.issuer)}
    cut = max(adjustment.effective_on, calendar.today())
    special = special_days_of(plan.issuer_id)
    for change in changes:
        task = _claim_task(change)
        if change.kind == TaskChangeKind.WITHDRAW and task is not None:
            _withdraw(adjustment, task, cut)
            told = list(Unit.objects.filter(assignments__task=task).distinct())
        else:
            words = words_from_json(change.after)
            wanted = Schedule(words.rule, plan, cut, special)
            told = _write(adjustment, change, task, words, wanted, units)
        _tell(adjustment, change, told)
    summary = f"Điều chỉnh kế hoạch {plan.number} theo Quyết định {adjustment.number}: {len(changes)} nhiệm vụ"
    adjustment.refresh_from_db()
    after = {f"{change.get_kind_display()} {change.task.number}": change.after for change in changes if change.task}
    before = {f"{change.get_kind_display()} {change.task.number}": change.before for change in changes if change.task}
    _record(actor, adjustment, "apply_adjustment", summary, before=before, after=after, reason=adjustment.reason)
    return adjustment


def _claim(adjustment: PlanAdjustment, version: int, **values: Any) -> None:
    """Write into a draft at the version the person saw; raises DomainError for one applied, Stale."""
    same = PlanAdjustment.objects.filter(pk=adjustment.pk, version=version, state=AdjustmentState.DRAFT)
    if same.update(version=F("version") + 1, **values) != 1:
        if PlanAdjustment.objects.filter(pk=adjustment.pk, state=AdjustmentState.APPLIED).exists():
            raise DomainError("Quyết định này đã được thực hiện, không sửa được nữa; hãy lập quyết định khác.")
        raise Stale(STALE)


def _claim_task(change: TaskChange) -> Task | None:
    if change.task is None:
        return None
    same = Task.objects.filter(pk=change.task.pk, version=change.task_version, withdrawn_by__isnull=True)
    if same.update(version=F("version") + 1) != 1:
        raise Stale(
            f"Nhiệm vụ {change.task.number} đã thay đổi sau khi soạn mục điều chỉnh. Hãy mở mục đó, xem và lưu lại."
        )
    return change.task


def _withdraw(adjustment: PlanAdjustment, task: Task, cut: date) -> None:
    for row in list(task.assignments.current().select_related("unit")):
        leave(task, row.unit, cut, part=AssignmentPart(row.part))
    Task.objects.filter(pk=task.pk).update(withdrawn_by=adjustment)


def _write(
    adjustment: PlanAdjustment,
    change: TaskChange,
    task: Task | None,
    words: TaskWords,
    wanted: Schedule,
    units: Mapping[str, Unit],
) -> list[Unit]:
    """Write an added or changed task with its parts and duties; return the units concerned."""
    before = words_of(task) if task else None
    names = differences(before, words) if before else [name for name in words.to_json() if name != "number"]
    _require_units(words, units, before)
    columns = _columns(adjustment.plan, words, before, units)
    if task is None:
        task = _add(adjustment, words, columns)
    else:
        Task.objects.filter(pk=task.pk).update(**columns)
    told = _write_parts(task, before, words, wanted, units)
    old, new = before.to_json() if before else {}, words.to_json()
    change.task = task
    change.before = {name: old[name] for name in names if name in old}
    change.after = {name: new[name] for name in (names if before else new)}
    change.save(update_fields=["task", "before", "after"])
    return told


def _columns(plan: Plan, words: TaskWords, before: TaskWords | None, units: Mapping[str, Unit]) -> dict[str, Any]:
    """Return a task's columns; the plan's own words for who does it stay unless the units change."""
    columns: dict[str, Any] = {
        "area": Area.objects.get(plan=plan, numeral=words.area),
        "title": words.title,
        "product": words.product,
        "search_text": search_text(words.number, words.title, words.product),
        "result_kind": words.result_kind,
        "target_percent": words.target,
        "deadline_text": words.deadline_text,
        "deadline_kind": words.rule.kind,
        "deadline_rule": words.deadline_rule,
    }
    for name, column in (("leads", "lead_text"), ("coordinating", "coordinating_text")):
        codes = getattr(words, name)
        if before is None or getattr(before, name) != codes:
            columns[column] = "; ".join(units[code].name for code in codes if code in units)[:500]
    if before is not None and before.leads != words.leads:
        columns["lead_open"] = False
    return columns


def _add(adjustment: PlanAdjustment, words: TaskWords, columns: dict[str, Any]) -> Task:
    last = adjustment.plan.tasks.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            return Task.objects.create(
                plan=adjustment.plan, number=words.number, position=last + 1, added_by=adjustment, **columns
            )
    except IntegrityError:
        raise DomainError(f"Kế hoạch đã có nhiệm vụ số {words.number}.") from None


def _write_parts(
    task: Task, before: TaskWords | None, words: TaskWords, wanted: Schedule, units: Mapping[str, Unit]
) -> list[Unit]:
    """End, begin and re-date the parts of the units; return the units concerned."""
    current = list(task.assignments.current().select_related("unit"))
    kept = {"lead": set(words.leads), "coordinate": set(words.coordinating)}
    for row in current:
        if row.unit.code not in kept[row.part]:
            leave(task, row.unit, wanted.cut, part=AssignmentPart(row.part))
        elif row.part == AssignmentPart.LEAD and before and before.deadline_rule != words.deadline_rule:
            take_steps(row, schedule_steps(live_rows(row, lock=True), wanted))
    leading = {row.unit.code for row in current if row.part == AssignmentPart.LEAD}
    helping = {row.unit.code for row in current if row.part == AssignmentPart.COORDINATE}
    for code in words.leads:
        if code not in leading:
            lead(task, units[code], wanted)
    for code in words.coordinating:
        if code not in helping:
            coordinate(task, units[code], wanted.cut)
    told = {row.unit.pk: row.unit for row in current}
    told |= {units[code].pk: units[code] for code in (*words.leads, *words.coordinating) if code in units}
    return list(told.values())


def _heading(plan: Plan, number: str, decided_on: date, effective_on: date, reason: str) -> dict[str, Any]:
    """Return the checked heading of a decision."""
    _require_open(plan)
    number = plan_number(number)
    if number == plan.number:
        raise DomainError("Đây là số của chính kế hoạch, không phải của quyết định điều chỉnh.", field="number")
    if decided_on < plan.issued_on:
        raise DomainError(
            f"Quyết định không thể trước ngày ban hành kế hoạch ({day_text(plan.issued_on)}).", field="decided_on"
        )
    if decided_on > calendar.today():
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decided_on")
    if effective_on < decided_on:
        raise DomainError(
            f"Ngày hiệu lực không được trước ngày quyết định ({day_text(decided_on)}).", field="effective_on"
        )
    last = date(plan.year + 1, 12, 31)
    if effective_on > last:
        raise DomainError(f"Ngày hiệu lực phải đến {day_text(last)}; hãy kiểm tra năm đã nhập.", field="effective_on")
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Hãy ghi lý do, căn cứ điều chỉnh.", field="reason")
    return {"number": number, "decided_on": decided_on, "effective_on": effective_on, "reason": reason}


def _number_taken(number: str) -> DomainError:
    return DomainError(f"Kế hoạch này đã có quyết định điều chỉnh số {number}.", field="number")


def _require_open(plan: Plan) -> None:
    if plan.closed_at is not None:
        day = day_text(calendar.local_date(plan.closed_at))
        raise DomainError(f"Kế hoạch năm {plan.year} đã khóa sổ ngày {day}; hãy mở lại kế hoạch trước khi điều chỉnh.")


def _checked(adjustment: PlanAdjustment, words: TaskWords, task: Task | None, change: TaskChange | None) -> TaskWords:
    """Return a task's words in their one form; raises DomainError at the first field that cannot be."""
    plan = adjustment.plan
    before = words_of(task) if task else None
    words = replace(words, title=clean(words.title), product=clean(words.product), number=clean(words.number))
    if not words.title:
        raise DomainError("Hãy nhập nội dung nhiệm vụ.", field="title")
    if not Area.objects.filter(plan=plan, numeral=words.area).exists():
        raise DomainError("Hãy chọn lĩnh vực.", field="area")
    _require_number(adjustment, words, task, change)
    units = {unit.code: unit for unit in units_of(plan.issuer)}
    _require_units(words, units, before)
    order = list(units)
    leads = sorted(set(words.leads), key=lambda code: order.index(code) if code in units else -1)
    helping = sorted(set(words.coordinating), key=lambda code: order.index(code) if code in units else -1)
    words = replace(words, leads=leads, coordinating=helping)
    if before is None or before.deadline_rule != words.deadline_rule:
        _require_future(adjustment, words.rule)
    if before is not None and not differences(before, words):
        raise DomainError("Chưa có gì khác với nhiệm vụ hiện nay.", field="title")
    return words


def _require_number(adjustment: PlanAdjustment, words: TaskWords, task: Task | None, change: TaskChange | None) -> None:
    if task is not None:
        return
    if not words.number or len(words.number) > 10:
        raise DomainError("Hãy nhập số thứ tự, tối đa 10 ký tự.", field="number")
    drafted = adjustment.changes.filter(task__isnull=True)
    numbers = {row.after.get("number") for row in drafted if row != change}
    if words.number in numbers or adjustment.plan.tasks.filter(number=words.number).exists():
        raise DomainError(f"Kế hoạch đã có nhiệm vụ số {words.number}.", field="number")


def _require_units(words: TaskWords, units: Mapping[str, Unit], before: TaskWords | None) -> None:
    """Raise DomainError unless new leads and helpers are active units, each in one part, and somebody leads."""
    held = set(before.leads) | set(before.coordinating) if before else set()
    for name in ("leads", "coordinating"):
        for code in getattr(words, name):
            if code not in units and code not in held:
                raise DomainError(f"Đơn vị {code} không còn hoạt động.", field=name)
    if both := set(words.leads) & set(words.coordinating):
        names = ", ".join(units[code].name for code in sorted(both) if code in units)
        raise DomainError(f"{names} vừa chủ trì vừa phối hợp; hãy chọn một vai trò.", field="coordinating")
    if not words.leads and (before is None or before.leads):
        raise DomainError("Hãy chọn ít nhất một đơn vị chủ trì.", field="leads")


def _require_future(adjustment: PlanAdjustment, rule: DeadlineRule) -> None:
    """Raise DomainError when a new deadline lies before the effective day, or nothing at all would be due."""
    first = adjustment.effective_on
    if rule.kind == DeadlineKind.UNKNOWN:
        raise DomainError("Chưa hiểu thời hạn.", field="deadline_text")
    days = [due.due_on for due in rule.dues if due.due_on] + ([rule.last] if rule.last else [])
    early = [day for day in days if day < first]
    if early:
        raise DomainError(
            f"Hạn {day_text(early[0])} sớm hơn ngày hiệu lực {day_text(first)} của quyết định.", field="deadline_text"
        )
    if not Schedule(rule, adjustment.plan, first, calendar.NO_SPECIAL_DAYS).dues():
        raise DomainError("Theo thời hạn này không còn kỳ nào từ ngày hiệu lực.", field="deadline_text")


def _tell(adjustment: PlanAdjustment, change: TaskChange, units: list[Unit]) -> None:
    """Leave a notice for the people of the units concerned."""
    task = change.task
    if task is None:
        return
    people = User.objects.filter(roles__unit__in=units, roles__kind__in=UNIT_ROLES, is_active=True).distinct()
    label = TaskChangeKind(change.kind).label
    text = f"{label} nhiệm vụ {task.number} theo Quyết định {adjustment.number}: {task.title}"
    url = reverse("reform_tasks:task-detail", args=[task.plan_id, task.number])
    notify(people=people, text=text, url=url, kind=NoticeKind.TODO)


def _record(
    actor: User,
    adjustment: PlanAdjustment,
    action: str,
    summary: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=adjustment,
        issuer=adjustment.plan.issuer,
        before=before,
        after=after,
        reason=reason,
    )
