"""Days off and make-up days of an office: kept as data; due days that the rule moves are counted again."""

from datetime import date

from django.db import IntegrityError, transaction

from ninhgiang import calendar
from ninhgiang.calendar import SpecialDays, day_text
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import clean
from reform_tasks.deadlines import counted_day, rule_from_json
from reform_tasks.models import Occurrence
from reform_tasks.queries.duties import report_of
from reform_tasks.rules import require_day_keeper
from units.enums import UNIT_ROLES, NoticeKind, OfficeDayKind
from units.models import OfficeDay, Unit, User
from units.queries import special_days_of
from units.services import notify, record_audit


@transaction.atomic
def add_office_day(*, actor: User, issuer: Unit, day: date, kind: OfficeDayKind, reason: str) -> int:
    """Note that the office rests or works on a day against the calendar; return how many due days moved.

    Raises Refused, DomainError (fields "day", "reason") for a day told already or that changes nothing.
    """
    require_day_keeper(actor, issuer)
    reason = clean(reason)
    if not reason:
        raise DomainError("Hãy ghi căn cứ, ví dụ Nghỉ bù Quốc khánh theo Công văn 34/UBND-VX.", field="reason")
    before = special_days_of(issuer.pk)
    if calendar.is_working_day(day, before) == (kind == OfficeDayKind.WORK):
        state = "ngày làm việc" if kind == OfficeDayKind.WORK else "ngày nghỉ"
        raise DomainError(f"{calendar.weekday_day_text(day)} vốn đã là {state}.".capitalize(), field="day")
    try:
        with transaction.atomic():
            made = OfficeDay.objects.create(issuer=issuer, day=day, kind=kind, reason=reason)
    except IntegrityError:
        raise DomainError("Ngày này đã được ghi; hãy bỏ dòng cũ trước.", field="day") from None
    moved = _count_again(issuer, before, special_days_of(issuer.pk))
    label = OfficeDayKind(kind).label
    summary = f"Ghi {day_text(day)} là ngày {label.lower()}; {moved} kỳ đổi hạn"
    after = {"day": day.isoformat(), "kind": label, "reason": reason}
    record_audit(actor=actor, action="add_office_day", summary=summary, target=made, issuer=issuer, after=after)
    return moved


@transaction.atomic
def remove_office_day(*, actor: User, office_day: OfficeDay) -> int:
    """Take a day back; return how many due days moved. Raises Refused, DomainError for a day that has passed."""
    issuer = office_day.issuer
    require_day_keeper(actor, issuer)
    if office_day.day < calendar.today():
        raise DomainError("Ngày này đã qua nên được giữ lại để giải thích các hạn đã tính.")
    before = special_days_of(issuer.pk)
    words = {"day": office_day.day.isoformat(), "kind": office_day.get_kind_display(), "reason": office_day.reason}
    summary = f"Bỏ ghi ngày {day_text(office_day.day)}"
    record_audit(
        actor=actor, action="remove_office_day", summary=summary, target=office_day, issuer=issuer, before=words
    )
    office_day.delete()
    return _count_again(issuer, before, special_days_of(issuer.pk))


def _count_again(issuer: Unit, before: SpecialDays, after: SpecialDays) -> int:
    """Move the due days that follow from a moved day off; not what is due already, sent, extended or stopped."""
    today = calendar.today()
    rows = (
        Occurrence.objects.live()
        .filter(
            assignment__task__plan__issuer=issuer,
            assignment__task__plan__closed_at__isnull=True,
            due_on__gte=today,
            planned_on__isnull=False,
            extended_to__isnull=True,
            paused_on__isnull=True,
        )
        .select_related("assignment__task", "assignment__unit", "report")
    )
    moved: dict[Unit, int] = {}
    for row in rows:
        rule, report = rule_from_json(row.assignment.task.deadline_rule), report_of(row)
        if not rule.shift or row.planned_on is None or (report is not None and report.submitted_at is not None):
            continue
        day = max(counted_day(rule, row.planned_on, after), today)
        if row.due_on == counted_day(rule, row.planned_on, before) != day:
            Occurrence.objects.filter(pk=row.pk).update(due_on=day)
            moved[row.assignment.unit] = moved.get(row.assignment.unit, 0) + 1
    for unit, count in moved.items():
        people = User.objects.filter(roles__unit=unit, roles__kind__in=UNIT_ROLES, is_active=True).distinct()
        notify(
            people=people, text=f"{count} kỳ của {unit.short_name} đổi hạn do ngày nghỉ, làm bù", kind=NoticeKind.TODO
        )
    return sum(moved.values())
