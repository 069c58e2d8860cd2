"""E-mail, for the administrator: on or off, what left, what did not and why."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from units import queries, services
from units.enums import MailState, RoleKind
from units.forms import TestMailForm
from units.models import Unit
from units.rules import SignedInRequest, issuer_where

from .paging import key_of

TONES = {
    MailState.QUEUED: "wait",
    MailState.SENDING: "wait",
    MailState.SENT: "ok",
    MailState.FAILED: "bad",
    MailState.UNSURE: "warn",
    MailState.CANCELLED: "neutral",
}


def _issuer(request: SignedInRequest) -> Unit:
    return issuer_where(request.user, {RoleKind.ADMINISTRATOR}, doing="xem và thử thư điện tử")


@require_safe
def mail_list(request: SignedInRequest) -> HttpResponse:
    """Thư điện tử: the settings without their secrets, and the letters, newest first."""
    return _page(request, _issuer(request))


@require_POST
def mail_test(request: SignedInRequest) -> HttpResponse:
    """Gửi thư thử."""
    issuer = _issuer(request)
    form = TestMailForm(request.POST)
    if form.is_valid():
        try:
            services.send_test_mail(by=request.user, issuer=issuer, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã xếp thư thử vào hàng chờ gửi. Tải lại trang sau ít giây để xem kết quả.")
            return redirect("units:mail-list")
    return _page(request, issuer, form)


@require_POST
def mail_resend(request: SignedInRequest, mail_id: int) -> HttpResponse:
    """Gửi lại một thư bị lỗi."""
    letter = queries.get_mail_for(_issuer(request), mail_id)
    services.resend_mail(by=request.user, letter=letter)
    messages.success(request, "Đã xếp lại thư vào hàng chờ gửi.")
    return redirect("units:mail-list")


def _page(request: SignedInRequest, issuer: Unit, form: TestMailForm | None = None) -> HttpResponse:
    state, before = request.GET.get("loai", ""), key_of(request)
    letters, older = queries.mail_page(issuer, state=state, before=before)
    counts = queries.mail_counts(issuer)
    address = reverse("units:mail-list")
    kept = {"loai": state} if state else {}
    context = {
        "rows": [(letter, TONES[MailState(letter.state)]) for letter in letters],
        "older": f"{address}?{urlencode(kept | {'truoc': older})}" if older else "",
        "newer": f"{address}?{urlencode(kept)}" if before else "",
        "states": [(value, label, counts.get(value, 0)) for value, label in MailState.choices if counts.get(value)],
        "wanted": state,
        "mail_on": services.mail_is_on(),
        "host": settings.MAIL_HOST,
        "sender": settings.MAIL_FROM,
        "site": settings.SITE_URL,
        "form": form or TestMailForm(initial={"address": request.user.email}),
    }
    return render(request, "units/mail_list.html", context, status=422 if form else 200)
