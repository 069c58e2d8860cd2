"""The page of one unit, and the way to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninhgiang import calendar
from ninhgiang.errors import Refused
from reform_tasks.enums import DutyStatus
from reform_tasks.linked import panels_of
from reform_tasks.queries import duty_of, get_unit_for, pages_of, status_counts, visible_to
from reform_tasks.queries.unit_page import evidence_figures, late_duties, members_of, reports_of, unit_duties
from units.rules import SignedInRequest

from .board import list_query
from .filters import AskedDay, chosen_plan
from .tones import report_tone, status_tone


@require_safe
def unit_pages(request: SignedInRequest) -> HttpResponse:
    """Show the person's own unit, or the list of units whose pages may be opened."""
    units = pages_of(request.user)
    if not units:
        raise Refused("Trang đơn vị dành cho người của các đơn vị, Phòng Văn hóa - Xã hội, Văn phòng và lãnh đạo UBND.")
    if len(units) == 1:
        return unit_page(request, units[0].pk)
    return render(request, "reform_tasks/unit_pages.html", {"units": units})


@require_safe
def unit_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one unit: its duties by status, what is late, its people, reports, scorecards and evidence."""
    unit = get_unit_for(request.user, pk)
    plans = list(visible_to(request.user).filter(issuer=unit.parent_id).select_related("issuer"))
    plan = chosen_plan(request.GET, plans)
    today = calendar.today()
    duties = unit_duties(unit, plan, today)
    counts = status_counts(duties)
    context = {
        "unit": unit,
        "plan": plan,
        "plans": plans,
        "today": today,
        "base": list_query(plan, "", AskedDay("", today)) if plan else "",
        "total": sum(counts.values()),
        "done": counts[DutyStatus.DONE],
        "overdue": counts[DutyStatus.OVERDUE],
        "counts": [(status, count, status_tone(status)) for status, count in counts.items() if count],
        "late": [duty_of(occurrence, today) for occurrence in late_duties(duties)],
        "members": members_of(unit, duties),
        "reports": [(report, report_tone(report)) for report in reports_of(unit)],
        "evidence": evidence_figures(unit),
        "panels": panels_of(request.user, unit),
    }
    return render(request, "reform_tasks/unit_page.html", context)
