"""My work, the review queue and the progress board."""

from collections import defaultdict

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninhgiang import calendar
from ninhgiang.errors import Refused
from reform_tasks.enums import DutyStatus
from reform_tasks.models import ProgressReport
from reform_tasks.queries import (
    DutyRow,
    coordinated_by,
    latest_plan,
    my_rows,
    progress_board,
    review_queue,
    visible_to,
)
from reform_tasks.rules import PROGRESS_READERS, may_manage_plans
from units.enums import UNIT_ROLES
from units.queries import units_of
from units.rules import SignedInRequest, issuer_where, units_where

from .tones import status_tone

PER_PAGE = 20
# Groups of "Việc của tôi" in order, with whether they are open at first.
_GROUPS = [
    (DutyStatus.RETURNED, True),
    (DutyStatus.OVERDUE, True),
    (DutyStatus.SOON, True),
    (DutyStatus.OPEN, True),
    (DutyStatus.ON_INSTRUCTION, True),
    (DutyStatus.PAUSED, True),
    (DutyStatus.WAITING, True),
    (DutyStatus.LATER, False),
    (DutyStatus.DONE, False),
]


@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    """Show what the person's unit leads, most pressing first, and what it coordinates."""
    units = units_where(request.user, *UNIT_ROLES)
    if not units:
        raise Refused(
            "Trang này dành cho thủ trưởng và công chức của các đơn vị. Hãy dùng trang Theo dõi hoặc Kế hoạch."
        )
    wanted = {key: request.GET.get(key, "").strip()[:100] for key in ("loai", "linh_vuc", "q")}
    rows = my_rows(units, calendar.today(), text=wanted["q"])
    areas = {row.assignment.task.area.numeral: row.assignment.task.area for row in rows}
    by_group = _grouped([row for row in rows if wanted["linh_vuc"] in ("", row.assignment.task.area.numeral)])
    groups = [
        {
            "status": status,
            "tone": status_tone(status),
            "rows": by_group[status],
            "open": opened or bool(wanted["loai"]) or bool(wanted["q"]),
        }
        for status, opened in _GROUPS
        if by_group[status] and wanted["loai"] in ("", status.value)
    ]
    context = {
        "units": units,
        "groups": groups,
        "counts": [(status, len(by_group[status]), status_tone(status)) for status, _ in _GROUPS if by_group[status]],
        "wanted": wanted,
        "areas": sorted(areas.values(), key=lambda area: area.position),
        "coordinated": coordinated_by(units),
        "filtered": any(wanted.values()),
    }
    return render(request, "reform_tasks/my_work.html", context)


def _grouped(rows: list[DutyRow]) -> dict[DutyStatus, list[DutyRow]]:
    """Put each row under its heading; a report sent back stands under its own, overdue or not."""
    groups: dict[DutyStatus, list[DutyRow]] = defaultdict(list)
    for row in rows:
        groups[DutyStatus.RETURNED if row.now.returned else row.now.status].append(row)
    return groups


@require_safe
def review_list(request: SignedInRequest) -> HttpResponse:
    """Show the submitted reports, oldest first, to accept here or to open."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem báo cáo chờ thẩm định")
    unit, area = request.GET.get("don_vi", ""), request.GET.get("linh_vuc", "")
    reports = review_queue(request.user)
    total = reports.count()
    if unit:
        reports = reports.filter(occurrence__assignment__unit__code=unit)
    if area:
        reports = reports.filter(occurrence__assignment__task__area__numeral=area)
    page = list(reports.filter(_after_key(request.GET.get("sau", "")))[: PER_PAGE + 1])
    address = request.GET.copy()
    address["sau"] = str(page[PER_PAGE - 1].pk) if len(page) > PER_PAGE else ""
    plan = latest_plan(issuer)
    context = {
        "reports": page[:PER_PAGE],
        "total": total,
        "next_url": f"?{address.urlencode()}" if len(page) > PER_PAGE else "",
        "first_url": "?" if request.GET.get("sau") else "",
        "wanted": {"don_vi": unit, "linh_vuc": area},
        "units": units_of(issuer),
        "areas": plan.areas.all() if plan else [],
        "may_review": may_manage_plans(request.user, issuer),
    }
    return render(request, "reform_tasks/review_queue.html", context)


def _after_key(text: str) -> Q:
    """Return the keyset filter "after this report"; anything that is no report's id starts at the beginning."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return Q()
    last = ProgressReport.objects.filter(pk=int(text), submitted_at__isnull=False).first()
    if last is None:
        return Q()
    return Q(submitted_at__gt=last.submitted_at) | Q(submitted_at=last.submitted_at, pk__gt=last.pk)


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Show the board of units x areas of one plan (the newest unless the address names another)."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem bảng theo dõi")
    plans = list(visible_to(request.user).filter(issuer=issuer))
    chosen = request.GET.get("ke_hoach", "")
    plan = next((plan for plan in plans if str(plan.pk) == chosen), plans[0] if plans else None)
    board = progress_board(plan, list(units_of(issuer)), today=calendar.today()) if plan else None
    context = {
        "plan": plan,
        "plans": plans,
        "board": board,
        "today": calendar.today(),
        "may_import": may_manage_plans(request.user, issuer),
    }
    return render(request, "reform_tasks/progress.html", context)
