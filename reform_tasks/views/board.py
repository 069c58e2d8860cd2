"""Phòng VHXH's board of units x areas."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ninhgiang import calendar
from reform_tasks.models import Plan
from reform_tasks.queries import QUARTERS, UP_TO_DAY, progress_board, visible_to
from reform_tasks.rules import PROGRESS_READERS, may_manage_plans
from units.queries import units_of
from units.rules import SignedInRequest, issuer_where

from .filters import AskedDay, asked_day, chosen_plan

PERIODS = [
    ("", "Cả năm"),
    *((code, f"Quý {calendar.ROMAN_QUARTERS[number - 1]}") for code, number in QUARTERS.items()),
    (UP_TO_DAY, "Đến hạn tới ngày tính"),
]


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Show the board of one plan (the newest unless the address names another), a period and a day."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem bảng theo dõi")
    plans = list(visible_to(request.user).filter(issuer=issuer))
    plan = chosen_plan(request.GET, plans)
    asked = asked_day(request.GET)
    period = request.GET.get("ky", "")
    period = period if period in dict(PERIODS) else ""
    context: dict[str, Any] = {
        "plan": plan,
        "plans": plans,
        "asked": asked,
        "period": period,
        "periods": PERIODS,
        "period_name": dict(PERIODS)[period],
        "may_import": may_manage_plans(request.user, issuer),
        "is_today": asked.day == calendar.today(),
    }
    if plan:
        context["board"] = progress_board(plan, list(units_of(issuer)), today=asked.day, period=period)
        context["base"] = list_query(plan, period, asked)
    return render(request, "reform_tasks/progress.html", context)


def list_query(plan: Plan, period: str, asked: AskedDay) -> str:
    """Return the part of the list's address that every number of the board shares."""
    parts = {"ke_hoach": str(plan.pk), "ky": period}
    if asked.day != calendar.today():
        parts["ngay"] = calendar.day_text(asked.day)
    return urlencode({name: value for name, value in parts.items() if value})
