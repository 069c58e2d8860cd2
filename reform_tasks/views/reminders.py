"""Đôn đốc: choose duties, write, preview, send; what was sent; when the digests remind."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from ninhgiang import calendar
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.forms import ReminderForm, ReminderSettingsForm
from reform_tasks.forms.reminders import REMINDER_TEXT, settings_initial
from reform_tasks.models import Reminder, ReminderSettings
from reform_tasks.queries import visible_to
from reform_tasks.queries.digests import days_before_of
from reform_tasks.queries.duties import duty_of
from reform_tasks.queries.reminders import (
    MAX_OCCURRENCES,
    get_reminder_for,
    pressing,
    reminder_draft,
    reminders_page,
)
from reform_tasks.rules import PROGRESS_READERS, may_manage_plans
from units.enums import RoleKind
from units.models import Unit
from units.rules import SignedInRequest, issuer_where
from units.services import mail_is_on
from units.views.paging import key_of

from .tones import status_tone

_WRITERS = frozenset({RoleKind.REVIEWER})


def _chosen(data: QueryDict) -> list[int]:
    """Return the ids of the ticked occurrences (ky=1&ky=2), each once, wrong ones left out."""
    texts = dict.fromkeys(data.getlist("ky")[: MAX_OCCURRENCES * 2])
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= 18]


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_create(request: SignedInRequest) -> HttpResponse:
    """Đôn đốc in three steps on one address: `buoc` is "" (choose and write), "xem" (preview) or "gui" (send).

    Lists of duties open it by GET or POST with the ticked ids as `ky`; without any the pressing duties are offered.
    """
    issuer = issuer_where(request.user, _WRITERS, doing="đôn đốc các đơn vị")
    data = request.POST if request.method == "POST" else request.GET
    step, chosen = data.get("buoc", "") if request.method == "POST" else "", _chosen(data)
    if step not in ("xem", "gui", "sua"):
        return _compose(request, issuer, chosen, ReminderForm(initial={"text": REMINDER_TEXT}))
    form = ReminderForm(data)
    if step == "sua" or not form.is_valid():
        return _compose(request, issuer, chosen, form, status=200 if step == "sua" else 422)
    if step == "xem":
        return _preview(request, issuer, chosen, form)
    try:
        reminder = services.send_reminder(actor=request.user, issuer=issuer, occurrences=chosen, **form.cleaned_data)
    except DomainError as error:
        show_refusal(form, error)
        return _compose(request, issuer, chosen, form, status=422)
    messages.success(request, "Đã gửi đôn đốc; người nhận thấy ngay trong Thông báo.")
    return redirect("reform_tasks:reminder-detail", reminder.pk)


def _compose(
    request: SignedInRequest, issuer: Unit, chosen: list[int], form: ReminderForm, *, status: int = 200
) -> HttpResponse:
    """Show the chosen duties with the text, or the pressing ones to choose from."""
    draft = reminder_draft(issuer, chosen)
    context = {
        "form": form,
        "draft": draft,
        "offered": [] if draft.rows else pressing(issuer),
        "too_many": len(chosen) > MAX_OCCURRENCES,
        "limit": MAX_OCCURRENCES,
    }
    return render(request, "reform_tasks/reminder_create.html", context, status=status)


def _preview(request: SignedInRequest, issuer: Unit, chosen: list[int], form: ReminderForm) -> HttpResponse:
    """Show what each person would read, before anything is sent."""
    draft = reminder_draft(issuer, chosen)
    text = form.cleaned_data["text"].strip()
    if not text:
        form.add_error("text", "Hãy ghi nội dung đôn đốc.")
    if not draft.rows:
        form.add_error(None, "Hãy chọn ít nhất một kỳ chưa xong và chưa gửi báo cáo.")
    if draft.recent and not form.cleaned_data["again"]:
        words = f"{len(draft.recent)} kỳ đã được đôn đốc trong vòng một ngày. Hãy đánh dấu nếu vẫn cần gửi."
        form.add_error("again", words)
    if form.errors:
        return _compose(request, issuer, chosen, form, status=422)
    told = draft.messages(text)
    context = {"form": form, "draft": draft, "told": told, "text": text, "mail_on": mail_is_on()}
    return render(request, "reform_tasks/reminder_preview.html", context)


@require_safe
def reminder_list(request: SignedInRequest) -> HttpResponse:
    """Nhật ký đôn đốc, newest first, of one plan or all."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem nhật ký đôn đốc")
    plan, before = request.GET.get("ke_hoach", ""), key_of(request)
    reminders, older = reminders_page(issuer, plan=plan, before=before)
    kept = {"ke_hoach": plan} if plan else {}
    address = reverse("reform_tasks:reminder-list")
    context = {
        "rows": [_summary(reminder) for reminder in reminders],
        "plans": visible_to(request.user).filter(issuer=issuer),
        "wanted": plan,
        "older": f"{address}?{urlencode(kept | {'truoc': older})}" if older else "",
        "newer": f"{address}?{urlencode(kept)}" if before else "",
        "may_remind": may_manage_plans(request.user, issuer),
        "days_before": days_before_of(issuer),
    }
    return render(request, "reform_tasks/reminder_list.html", context)


def _summary(reminder: Reminder) -> dict[str, Any]:
    """Return a reminder with its counts, from the items read along."""
    items = list(reminder.items.all())
    units = {item.occurrence.assignment.unit_id: item.occurrence.assignment.unit for item in items}
    people = {person.pk for item in items for person in item.people.all()}
    return {"reminder": reminder, "items": items, "units": list(units.values()), "people": len(people)}


@require_safe
def reminder_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Một lần đôn đốc: the text and the duties, with how they stand today."""
    reminder = get_reminder_for(request.user, pk)
    today = calendar.today()
    rows = []
    for item in vars(reminder)["shown_items"]:
        duty = duty_of(item.occurrence, today)
        rows.append({"item": item, "duty": duty, "tone": status_tone(duty.status)})
    sees_all = may_manage_plans(request.user, reminder.issuer)
    context = {"reminder": reminder, "rows": rows, "sees_all": sees_all}
    return render(request, "reform_tasks/reminder_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_settings(request: SignedInRequest) -> HttpResponse:
    """Ngày nhắc hạn of the commune."""
    issuer = issuer_where(request.user, _WRITERS, doing="đặt ngày nhắc hạn")
    kept = ReminderSettings.objects.filter(issuer=issuer).first()
    initial = settings_initial(days_before_of(issuer), kept.version if kept else 0)
    form = ReminderSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_reminder_settings(actor=request.user, issuer=issuer, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã lưu ngày nhắc hạn, có hiệu lực từ bản tin sau.")
            return redirect("reform_tasks:reminder-list")
    return render(request, "reform_tasks/reminder_settings.html", {"form": form}, status=422 if form.is_bound else 200)
