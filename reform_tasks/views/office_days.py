"""Ngày nghỉ, ngày làm bù: kept by Văn phòng and the administrator; due days that a rule moves follow."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ninhgiang import calendar
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.forms import OfficeDayForm
from reform_tasks.rules import DAY_KEEPERS
from units.enums import OfficeDayKind
from units.models import OfficeDay
from units.rules import SignedInRequest, issuer_where

_DOING = "ghi ngày nghỉ, ngày làm bù"


@require_http_methods(["GET", "HEAD", "POST"])
def office_days(request: SignedInRequest) -> HttpResponse:
    """List the days of the issuer and add one."""
    issuer = issuer_where(request.user, DAY_KEEPERS, doing=_DOING)
    form = OfficeDayForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            moved = services.add_office_day(
                actor=request.user,
                issuer=issuer,
                day=data["day"],
                kind=OfficeDayKind(data["kind"]),
                reason=data["reason"],
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã ghi {calendar.day_text(data['day'])}; {moved} kỳ đổi hạn.")
            return redirect("reform_tasks:office-days")
    days = OfficeDay.objects.filter(issuer=issuer).order_by("-day")
    context = {
        "form": form,
        "days": days,
        "today": calendar.today(),
        "holidays": calendar.public_holidays(calendar.today().year),
    }
    return render(request, "reform_tasks/office_days.html", context, status=422 if form.errors else 200)


@require_POST
def office_day_remove(request: SignedInRequest, day_id: int) -> HttpResponse:
    """Take a day that has not passed back."""
    issuer = issuer_where(request.user, DAY_KEEPERS, doing=_DOING)
    office_day = get_object_or_404(OfficeDay.objects.select_related("issuer"), pk=day_id, issuer=issuer)
    moved = services.remove_office_day(actor=request.user, office_day=office_day)
    messages.success(request, f"Đã bỏ ngày {calendar.day_text(office_day.day)}; {moved} kỳ đổi hạn.")
    return redirect("reform_tasks:office-days")
