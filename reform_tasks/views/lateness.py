"""The leader's page: what is late and why, and each head's responsibility."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninhgiang import calendar
from reform_tasks.enums import LateReason
from reform_tasks.queries import visible_to
from reform_tasks.queries.lateness import LONGEST, head_lines, late_units, longest_late
from reform_tasks.rules import PROGRESS_READERS, may_manage_plans
from units.queries import units_of
from units.rules import SignedInRequest, issuer_where

from .board import PERIODS, list_query
from .filters import AskedDay, chosen_plan


@require_safe
def lateness(request: SignedInRequest) -> HttpResponse:
    """Show the late duties of a plan by unit and reason, the longest late ones, and the heads, as of today."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem nhiệm vụ chậm muộn của các đơn vị")
    plans = list(visible_to(request.user).filter(issuer=issuer))
    plan = chosen_plan(request.GET, plans)
    period = request.GET.get("ky", "")
    period = period if period in dict(PERIODS) else ""
    today = calendar.today()
    context: dict[str, Any] = {
        "plan": plan,
        "plans": plans,
        "period": period,
        "periods": PERIODS[:-1],
        "period_name": dict(PERIODS)[period],
        "today": today,
        "reasons": LateReason.choices,
        "longest": LONGEST,
        "may_remind": may_manage_plans(request.user, issuer),
    }
    if plan:
        units = list(units_of(issuer))
        late = late_units(plan, units, day=today, period=period)
        context["late"] = late
        context["totals"] = [sum(line.reasons[reason] for line in late) for reason in LateReason.values]
        context["total"] = sum(line.total for line in late)
        context["paused"] = sum(line.paused for line in late)
        context["duties"] = longest_late(plan, day=today, period=period)
        context["heads"] = head_lines(plan, units, day=today, period=period)
        context["base"] = list_query(plan, period, AskedDay("", today))
    return render(request, "reform_tasks/lateness.html", context)
