"""What waits for somebody's word: handed reports, calls, extensions, hindrances. Constant queries per provider."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from ninhgiang import calendar
from reform_tasks.enums import HindranceState, PhoneState, ReportState
from reform_tasks.models import Occurrence
from reform_tasks.queries.requests import open_hindrances, pending_extensions
from units.enums import RoleKind
from units.models import Unit, User
from units.rules import held_roles, units_where
from units.todo import TodoItem

_SHOWN = 3


def head_items(user: User) -> list[TodoItem]:
    """Return what waits for a unit's head: reports handed over, calls to confirm. Two queries."""
    units = units_where(user, RoleKind.UNIT_HEAD)
    if not units:
        return []
    duties = Occurrence.objects.live().filter(
        assignment__unit__in=units, assignment__task__plan__closed_at__isnull=True
    )
    handed = duties.filter(report__state=ReportState.HANDED).order_by("report__handed_at", "pk")
    called = duties.filter(phone_entries__state=PhoneState.PENDING).order_by("phone_entries__typed_at", "pk")
    lines = (
        (handed, "Xem và gửi báo cáo công chức đã trình", "wait", ""),
        (called, "Xác nhận báo cáo Văn phòng ghi qua điện thoại", "warn", "#dien-thoai"),
    )
    return [
        item
        for order, (found, title, tone, anchor) in enumerate(lines, start=4)
        if (item := _duties_item(found, title, tone, anchor, order))
    ]


def _duties_item(found: QuerySet[Occurrence], title: str, tone: str, anchor: str, order: int) -> TodoItem | None:
    """Return one line naming the first duties and opening the oldest; None when there is none."""
    duties = list(found.select_related("assignment__task"))
    if not duties:
        return None
    names = ", ".join(f"nhiệm vụ {one.assignment.task.number} ({one.label})" for one in duties[:_SHOWN])
    more = f" và {len(duties) - _SHOWN} kỳ khác" if len(duties) > _SHOWN else ""
    url = f"{reverse('reform_tasks:occurrence-detail', args=[duties[0].pk])}{anchor}"
    return TodoItem(title=title, detail=f"{names}{more}", url=url, tone=tone, count=len(duties), order=order)


def extension_items(user: User) -> list[TodoItem]:
    """Return the leader's line: extensions to decide. One query."""
    return _requests_item(
        user, RoleKind.LEADER, pending_extensions, "Quyết định đề nghị gia hạn", "đề nghị", "asked_at"
    )


def hindrance_items(user: User) -> list[TodoItem]:
    """Return the reviewer's line: hindrances to check. One query."""
    return _requests_item(
        user,
        RoleKind.REVIEWER,
        lambda issuer: open_hindrances(issuer).filter(state=HindranceState.PENDING),
        "Thẩm định vướng mắc khách quan",
        "vướng mắc",
        "claimed_at",
    )


def _requests_item(
    user: User, kind: RoleKind, read: Callable[[Unit], QuerySet[Any]], title: str, word: str, at: str
) -> list[TodoItem]:
    """Return one line with the count and the oldest day; [] for others and when nothing waits."""
    issuer = next((role.unit for role in held_roles(user) if role.kind == kind), None)
    moments = [] if issuer is None else list(read(issuer).values_list(at, flat=True))
    if not moments:
        return []
    oldest = calendar.day_text(calendar.local_date(moments[0]))
    detail = f"{len(moments)} {word} chờ, cũ nhất từ {oldest}"
    url = reverse("reform_tasks:request-list")
    return [TodoItem(title=title, detail=detail, url=url, tone="wait", count=len(moments), order=3)]
