"""A person's notices."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import queries, services
from units.models import Digest, Notification
from units.rules import SignedInRequest

from .paging import key_of


@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """Thông báo: newest first, older ones page by page."""
    before = key_of(request)
    page, older = queries.notices_page(request.user, before=before)
    address = reverse("units:notices")
    context = {
        "notices": page,
        "older": f"{address}?truoc={older}" if older else "",
        "newer": address if before else "",
        "any_unread": queries.has_unread_notices(request.user),
    }
    return render(request, "units/notices.html", context)


@require_safe
def notice_open(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Open what a notice is about and mark it as read."""
    notice = get_object_or_404(Notification, pk=notice_id, user=request.user)
    services.open_notice(notice=notice)
    inside = notice.url.startswith("/") and not notice.url.startswith("//")
    return redirect(notice.url if inside else "units:notices")


@require_POST
def notices_read(request: SignedInRequest) -> HttpResponse:
    """Mark every notice of the person as read."""
    services.read_all_notices(user=request.user)
    return redirect("units:notices")


@require_safe
def digest_detail(request: SignedInRequest, digest_id: int) -> HttpResponse:
    """Bản tin: what waited for the person on that morning."""
    digest = get_object_or_404(Digest.objects.filter(user=request.user).exclude(title=""), pk=digest_id)
    return render(request, "units/digest_detail.html", {"digest": digest})


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: SignedInRequest) -> HttpResponse:
    """Cách nhận thông báo: what comes when, and e-mail on or off."""
    if request.method == "POST":
        wanted = request.POST.get("nhan_thu") == "1"
        services.choose_mail(user=request.user, wanted=wanted)
        messages.success(request, "Đã bật thư điện tử." if wanted else "Đã tắt thư điện tử.")
        return redirect("units:notice-settings")
    return render(request, "units/notice_settings.html", {"mail_on": services.mail_is_on()})
