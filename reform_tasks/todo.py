"""What the tasks put on people's home pages. Registered in AppConfig.ready; constant queries per provider."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from ninhgiang import calendar
from reform_tasks.enums import SOON_DAYS, DutyStatus, ReportState
from reform_tasks.models import Occurrence, Plan, ProgressReport
from reform_tasks.queries.board import overdue_on
from reform_tasks.queries.duties import DONE_REPORT, WAITING_REPORT
from units.enums import UNIT_ROLES, RoleKind
from units.models import User
from units.rules import held_roles, ids_with_past, units_where
from units.todo import Stat, TodoItem

_WORK = "reform_tasks:my-work"


def unit_items(user: User) -> list[TodoItem]:
    """Return what a head or officer has: reports sent back, overdue duties, duties due within seven days. One query."""
    units = units_where(user, *UNIT_ROLES)
    if not units:
        return []
    today = calendar.today()
    found = _figures(Q(assignment__unit__in=ids_with_past(units)))
    soon_end = calendar.day_text(today + timedelta(days=SOON_DAYS))
    lines = (
        (
            "returned",
            DutyStatus.RETURNED,
            "bad",
            "Sửa và gửi lại báo cáo bị trả lại",
            "báo cáo Phòng Văn hóa - Xã hội đã trả lại kèm lý do",
        ),
        (
            "overdue",
            DutyStatus.OVERDUE,
            "bad",
            "Báo cáo các kỳ đã quá hạn",
            f"kỳ quá hạn, kỳ sớm nhất từ {_day_or_blank(found['overdue_due'])}",
        ),
        (
            "soon",
            DutyStatus.SOON,
            "warn",
            f"Báo cáo các kỳ đến hạn trong {SOON_DAYS} ngày",
            f"kỳ đến hạn từ nay đến {soon_end}",
        ),
    )
    return [
        TodoItem(
            title=title,
            detail=f"{found[kind]} {detail}",
            url=f"{reverse(_WORK)}?cua=don-vi&loai={status.value}",
            tone=tone,
            due_on=found[f"{kind}_due"],
            count=found[kind],
            order=order,
            returned=status == DutyStatus.RETURNED,
        )
        for order, (kind, status, tone, title, detail) in enumerate(lines, start=1)
        if found[kind]
    ]


def _day_or_blank(day: date | None) -> str:
    return calendar.day_text(day) if day else ""


def _figures(scope: Q) -> dict[str, Any]:
    """Count the pressing occurrences of a scope, with the earliest due day of each kind. One query."""
    today = calendar.today()
    late = overdue_on(today)
    returned = Q(report__isnull=False) & Q(report__state=ReportState.RETURNED)
    closed = Q(report__isnull=False) & (DONE_REPORT | WAITING_REPORT)
    soon = (
        Q(due_on__gte=today, due_on__lte=today + timedelta(days=SOON_DAYS), paused_on__isnull=True)
        & ~closed
        & ~returned
    )
    overdue = late & ~returned
    return (
        Occurrence.objects.live()
        .filter(scope)
        .aggregate(
            returned=Count("pk", filter=returned),
            returned_due=Min("due_on", filter=returned),
            overdue=Count("pk", filter=overdue),
            overdue_due=Min("due_on", filter=overdue),
            soon=Count("pk", filter=soon),
            soon_due=Min("due_on", filter=soon),
        )
    )


def reviewer_items(user: User) -> list[TodoItem]:
    """Return what Phòng Văn hóa - Xã hội has: submitted reports, and a year without a plan. Two queries."""
    issuer = next((role.unit for role in held_roles(user) if role.kind == RoleKind.REVIEWER), None)
    if issuer is None:
        return []
    items = []
    year = calendar.today().year
    if not Plan.objects.filter(issuer=issuer, year=year).exists():
        items.append(
            TodoItem(
                title="Nhập phụ lục kế hoạch",
                detail=f"Chưa có kế hoạch cải cách hành chính năm {year} trong hệ thống",
                url=reverse("reform_tasks:import-upload"),
                tone="warn",
                order=1,
            )
        )
    waiting = ProgressReport.objects.filter(
        state=ReportState.SUBMITTED, occurrence__assignment__task__plan__issuer=issuer
    ).aggregate(count=Count("pk"), first=Min("submitted_at"))
    if waiting["count"]:
        oldest = calendar.day_text(calendar.local_date(waiting["first"]))
        items.append(
            TodoItem(
                title="Thẩm định báo cáo tiến độ",
                detail=f"{waiting['count']} báo cáo chờ, cũ nhất gửi {oldest}",
                url=reverse("reform_tasks:review-queue"),
                tone="wait",
                count=waiting["count"],
                order=2,
            )
        )
    return items


def leader_items(user: User) -> list[TodoItem]:
    """Return the leader's line: how many duties are late and in which units most. One query."""
    issuer = next((role.unit for role in held_roles(user) if role.kind == RoleKind.LEADER), None)
    if issuer is None:
        return []
    late = list(
        Occurrence.objects.live()
        .filter(overdue_on(calendar.today()), assignment__task__plan__issuer=issuer)
        .order_by()
        .values("assignment__unit__short_name")
        .annotate(late=Count("pk"))
        .order_by("-late", "assignment__unit__short_name")
    )
    if not late:
        return []
    total = sum(line["late"] for line in late)
    most = ", ".join(f"{line['assignment__unit__short_name']} ({line['late']})" for line in late[:3])
    return [
        TodoItem(
            title="Xem nhiệm vụ quá hạn của các đơn vị",
            detail=f"{total} kỳ quá hạn ở {len(late)} đơn vị; nhiều nhất: {most}",
            url=reverse("reform_tasks:lateness"),
            tone="bad",
            count=total,
            order=10,
        )
    ]


def figures(user: User) -> list[Stat]:
    """Return the figures of the year's duties: of the own units, or of the commune for who reads all. One query."""
    units = units_where(user, *UNIT_ROLES)
    readers = units_where(user, RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER)
    if not units and not readers:
        return []
    scope = Q(assignment__unit__in=ids_with_past(units)) if units else Q(assignment__task__plan__issuer__in=readers)
    today = calendar.today()
    counts = (
        Occurrence.objects.live()
        .filter(scope, assignment__task__plan__year=today.year)
        .aggregate(total=Count("pk"), done=Count("pk", filter=DONE_REPORT), late=Count("pk", filter=overdue_on(today)))
    )
    if not counts["total"]:
        return []
    url = reverse("reform_tasks:duty-list")
    late_url = f"{url}?tinh_trang={DutyStatus.OVERDUE.value}"
    return [
        Stat(f"Kỳ thực hiện đã xong năm {today.year}", f"{counts['done']}/{counts['total']}", url),
        Stat("Kỳ quá hạn", str(counts["late"]), late_url),
    ]
