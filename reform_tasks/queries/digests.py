"""The lines the tasks put into people's morning digests (units.digests)."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from ninhgiang import calendar
from ninhgiang.calendar import SpecialDays
from ninhgiang.vietnamese import clean
from reform_tasks.enums import DutyStatus, ExtensionState, HindranceState, ReportState
from reform_tasks.models import ExtensionRequest, HindranceClaim, Occurrence, ReminderSettings
from reform_tasks.models.reminders import DEFAULT_DAYS_BEFORE
from units.digests import Line
from units.enums import UNIT_ROLES, DigestGroup, RoleKind
from units.models import Role, Unit, User
from units.queries import special_days_of
from units.rules import held_roles, ids_with_past, units_where

from .board import overdue_on
from .duties import Duty, duty_of, report_of
from .plans import latest_plan

TITLE_LENGTH = 160
REASON_LENGTH = 200
# Nothing to remind of: done, with the reviewer, or stopped by somebody else.
_QUIET = frozenset({DutyStatus.DONE, DutyStatus.WAITING, DutyStatus.PAUSED})


def days_before_of(issuer: Unit | None) -> tuple[int, ...]:
    """Return the days before a due day on which the issuer's digests name it, largest first. One query."""
    chosen = ReminderSettings.objects.filter(issuer=issuer).first()
    return tuple(chosen.days_before) if chosen else DEFAULT_DAYS_BEFORE


def reminds_on(
    due_on: date, day: date, days_before: Collection[int], special: SpecialDays = calendar.NO_SPECIAL_DAYS
) -> bool:
    """Tell whether the digest of the working day `day` names a duty due on `due_on`.

    It does on the due day itself and `days_before` it; what falls on days off is named on the last working day before.
    """
    last = calendar.add_working_days(day, 1, special) - timedelta(days=1)
    return any(day <= due_on - timedelta(days=number) <= last for number in (0, *days_before))


def duty_lines(user: User, day: date) -> list[Line]:
    """Return what a head or officer answers for: sent back, then overdue, then due on the days of the reminders.

    A duty whose officer is named concerns that officer and the head, any other one all of the unit. Three queries.
    """
    units = units_where(user, *UNIT_ROLES)
    if not units:
        return []
    days_before = days_before_of(units[0].parent)
    special = special_days_of(units[0].parent_id)
    horizon = calendar.add_working_days(day, 1, special) + timedelta(days=max(days_before, default=0))
    headed = units_where(user, RoleKind.UNIT_HEAD)
    mine = Q(assignment__unit__in=ids_with_past(headed)) | Q(assignment__officer=None) | Q(assignment__officer=user)
    found = (
        Occurrence.objects.live()
        .filter(
            mine,
            Q(due_on__lt=horizon) | Q(report__state=ReportState.RETURNED),
            assignment__unit__in=ids_with_past(units),
        )
        .select_related("assignment__unit", "assignment__task", "report")
        .order_by("due_on", "assignment__task__position", "pk")
    )
    duties = [duty_of(occurrence, day) for occurrence in found]
    lines = [_line(duty, group) for duty in duties if (group := _group_of(duty, day, days_before, special))]
    return [_with_unit(line, duty) for line, duty in lines] if len(units) > 1 else [line for line, _ in lines]


def _group_of(duty: Duty, day: date, days_before: Collection[int], special: SpecialDays) -> DigestGroup | None:
    """Return the group a duty stands in on that day; None when the digest does not name it."""
    due_on = duty.occurrence.due_on
    if duty.returned:
        return DigestGroup.RETURNED
    if duty.status == DutyStatus.OVERDUE:
        return DigestGroup.OVERDUE
    if duty.status in _QUIET or due_on is None:
        return None
    return DigestGroup.SOON if reminds_on(due_on, day, days_before, special) else None


def _line(duty: Duty, group: DigestGroup) -> tuple[Line, Duty]:
    task, report = duty.occurrence.assignment.task, report_of(duty.occurrence)
    detail = when_words(duty)
    if group == DigestGroup.RETURNED and report is not None:
        detail = f"{detail} · lý do: {shortened(clean(report.review_reason), REASON_LENGTH)}"
    return Line(group, shortened(f"{task.number}. {task.title}", TITLE_LENGTH), detail, url_of(duty.occurrence)), duty


def _with_unit(line: Line, duty: Duty) -> Line:
    """Name the unit for people who serve several."""
    return Line(line.group, line.title, f"{duty.occurrence.assignment.unit.short_name} · {line.detail}", line.url)


def when_words(duty: Duty) -> str:
    """Say which occurrence and how near: "Quý I/2026 · hạn thứ Ba, 31/03/2026 · quá hạn 10 ngày"."""
    due_on = duty.occurrence.due_on
    if due_on is None or duty.days is None:
        return f"{duty.words}chưa có hạn"
    near = f"còn {duty.days} ngày" if duty.days else "hạn hôm nay"
    if duty.late_days:
        near = f"quá hạn {duty.late_days} ngày"
    return f"{duty.words}hạn {calendar.weekday_day_text(due_on)} · {near}"


def shortened(text: str, length: int) -> str:
    """Return the text, cut with an ellipsis when it is longer than `length`."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def url_of(occurrence: Occurrence) -> str:
    """Return the address of an occurrence's page."""
    return reverse("reform_tasks:occurrence-detail", args=[occurrence.pk])


@dataclass(frozen=True, slots=True)
class LateUnit:
    """One unit's overdue occurrences: how many, since when, and why (words with counts)."""

    unit: Unit
    heads: list[str]
    count: int
    first_due: date
    reasons: Counter[str]

    @property
    def words(self) -> str:
        """Who answers and why it is late: "Trưởng phòng … · sớm nhất từ 30/01/2026 · 5 chưa bắt đầu, 2 đang soạn"."""
        head = ", ".join(self.heads) or "chưa có thủ trưởng trong hệ thống"
        why = ", ".join(f"{count} {reason}" for reason, count in self.reasons.most_common())
        return f"{head} · hạn sớm nhất {calendar.day_text(self.first_due)} · {why}"


_OPEN_REPORT: dict[str, str] = {
    ReportState.DRAFT: "đang soạn báo cáo",
    ReportState.HANDED: "chờ thủ trưởng gửi",
    ReportState.RETURNED: "bị trả lại, chưa gửi lại",
    ReportState.PARTLY: "được chấp nhận một phần",
}


def late_reason(occurrence: Occurrence) -> str:
    """Say why an overdue occurrence of `late_units` is open: what the unit asked for, else how far its report is."""
    if occurrence.asks_extension:  # type: ignore[attr-defined]  # annotated by late_units
        return "chờ quyết định gia hạn"
    if occurrence.claims_hindrance:  # type: ignore[attr-defined]
        return "báo vướng mắc, chờ xem xét"
    report = report_of(occurrence)
    return _OPEN_REPORT.get(report.state, "đang thực hiện") if report else "chưa bắt đầu"


def late_units(issuer: Unit, day: date) -> list[LateUnit]:
    """Return the units with overdue occurrences on a day, most first. Two queries."""
    here = OuterRef("pk")
    extensions = ExtensionRequest.objects.filter(occurrence=here, state=ExtensionState.PENDING)
    hindrances = HindranceClaim.objects.filter(occurrence=here, state=HindranceState.PENDING)
    late = (
        Occurrence.objects.live()
        .filter(overdue_on(day), assignment__task__plan__issuer=issuer)
        .annotate(asks_extension=Exists(extensions), claims_hindrance=Exists(hindrances))
        .select_related("assignment__unit", "report")
        .order_by("due_on", "pk")
    )
    by_unit: dict[Unit, list[Occurrence]] = defaultdict(list)
    for occurrence in late:
        by_unit[occurrence.assignment.unit].append(occurrence)
    heads: dict[int, list[str]] = defaultdict(list)
    roles = Role.objects.filter(unit__in=by_unit, kind=RoleKind.UNIT_HEAD, user__is_active=True).select_related("user")
    for role in roles.order_by("user__full_name"):
        heads[role.unit_id].append(role.user.full_name)
    found = [
        LateUnit(unit, heads[unit.pk], len(late), late[0].due_on or day, Counter(map(late_reason, late)))
        for unit, late in by_unit.items()
    ]
    return sorted(found, key=lambda row: (-row.count, row.unit.position))


def weekly_lines(user: User, day: date) -> list[Line]:
    """Return the leader's weekly summary, on the first working day of the week: what is late, where, why."""
    issuer = next((role.unit for role in held_roles(user) if role.kind == RoleKind.LEADER), None)
    if issuer is None or not calendar.starts_working_week(day, special_days_of(issuer.pk)):
        return []
    plan = latest_plan(issuer)
    url = reverse("reform_tasks:plan-detail", args=[plan.pk]) if plan else reverse("reform_tasks:progress")
    late = f"tinh_trang={DutyStatus.OVERDUE.value}"
    return [
        Line(
            DigestGroup.WEEKLY,
            f"{row.unit.name}: {row.count} kỳ quá hạn",
            row.words,
            f"{url}?don_vi={row.unit.code}&{late}",
        )
        for row in late_units(issuer, day)
    ]
