"""Lịch của tôi: a secret address a phone subscribes to."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ninhgiang import calendar
from reform_tasks import services
from reform_tasks.ical import calendar_bytes
from reform_tasks.models import CalendarFeed
from reform_tasks.queries.calendars import calendar_entries, feed_by_token
from reform_tasks.rules import issuer_ids_read_by, unit_ids_of
from units.rules import SignedInRequest


@require_safe
def my_calendar(request: SignedInRequest) -> HttpResponse:
    """Explain the calendar; its address was shown when it was made and cannot be shown again."""
    return _page(request)


@never_cache
@require_POST
def calendar_make(request: SignedInRequest) -> HttpResponse:
    """Make a new address and show it once, in the answer to the post."""
    token = services.make_calendar_address(user=request.user)
    return _page(request, token)


@require_POST
def calendar_revoke(request: SignedInRequest) -> HttpResponse:
    """End the address."""
    services.revoke_calendar_address(user=request.user)
    messages.success(request, "Đã hủy địa chỉ lịch. Điện thoại đã đăng ký sẽ không nhận thêm gì nữa.")
    return redirect("reform_tasks:my-calendar")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the calendar of this secret; 404, always the same, for a wrong or ended one and a closed account."""
    feed = feed_by_token(token)
    if feed is None:
        answer = HttpResponse("Không có lịch này.\n", status=404, content_type="text/plain; charset=utf-8")
        answer["Cache-Control"] = "no-store"
        return answer
    services.note_calendar_read(feed=feed)
    body = calendar_bytes(
        calendar_entries(feed.user, calendar.today()), name=f"Hạn CCHC – {feed.user.full_name}", site=_site(request)
    )
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="ninh-giang.ics"'
    answer["Cache-Control"] = "private, max-age=900"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _site(request: HttpRequest) -> str:
    """Return the address of this site without a slash: the configured one, else as the reader reached it."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def _page(request: SignedInRequest, token: str = "") -> HttpResponse:
    address = f"{_site(request)}{reverse('reform_tasks:calendar-feed', args=[token])}" if token else ""
    context = {
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
        "own_units": bool(unit_ids_of(request.user)),
        "all_units": bool(issuer_ids_read_by(request.user)),
    }
    return render(request, "reform_tasks/my_calendar.html", context)
