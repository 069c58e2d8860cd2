"""The audit log."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from units import audit_words, queries
from units.forms import AuditFilterForm
from units.rules import AUDIT_READERS, SignedInRequest, issuer_where

from .paging import key_of


@require_safe
def audit_list(request: SignedInRequest) -> HttpResponse:
    """Nhật ký: who decided what, when and why; by kind of object and by day."""
    issuer = issuer_where(request.user, AUDIT_READERS, doing="xem nhật ký")
    form = AuditFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page, older = queries.audit_page(
        request.user,
        issuer,
        object_type=chosen.get("loai", ""),
        first_day=chosen.get("tu"),
        last_day=chosen.get("den"),
        before=key_of(request),
    )
    kept = {name: value for name in ("loai", "tu", "den") if (value := request.GET.get(name))}
    address = reverse("units:audit-list")
    rows = [
        {
            "entry": e,
            "object": audit_words.object_word(e.object_type),
            "changes": audit_words.changes(e.before, e.after),
        }
        for e in page
    ]
    context = {
        "form": form,
        "rows": rows,
        "older": f"{address}?{urlencode(kept | {'truoc': older})}" if older else "",
        "newer": f"{address}?{urlencode(kept)}" if key_of(request) else "",
    }
    return render(request, "units/audit_list.html", context, status=200 if form.is_valid() else 422)
