"""The first page after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninhgiang.calendar import today
from units import todo
from units.models import Notification
from units.rules import SignedInRequest, held_roles

LATEST_NOTICES = 5


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Trang chủ: what the person has to do first, then the figures that concern them and the latest notices."""
    day = today()
    items = [
        {"item": item, "due": todo.due_words(item.due_on, day) if item.due_on else None}
        for item in todo.items_for(request.user)
    ]
    context = {
        "today": day,
        "items": items,
        "stats": todo.stats_for(request.user),
        "notices": Notification.objects.filter(user=request.user)[:LATEST_NOTICES],
        "has_role": bool(held_roles(request.user)),
    }
    return render(request, "units/home.html", context)
