"""Đôn đốc: reminders Phòng VHXH sends by hand, and the days on which the digests name a duty."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean_lines
from reform_tasks.models import Occurrence, Reminder, ReminderItem, ReminderSettings
from reform_tasks.queries.digests import url_of
from reform_tasks.queries.reminders import MAX_OCCURRENCES, ReminderDraft, reminder_draft
from reform_tasks.rules import require_plan_manager
from units.enums import MailKind, NoticeKind
from units.models import Unit, User
from units.services import notify, queue_mail, record_audit

MAX_DAYS_BEFORE = 60
MAX_REMINDER_DAYS = 6


@transaction.atomic
def send_reminder(
    *, actor: User, issuer: Unit, occurrences: Collection[int], text: str, again: bool = False
) -> Reminder:
    """Remind the units of these occurrences (ids) with a text; everybody concerned gets one notice and one letter.

    `again` confirms that duties reminded of within a day are reminded of once more. Raises Refused for others than
    Phòng VHXH, DomainError when the text is empty (field "text"), nothing open is chosen (field "ky"), a unit has
    nobody to tell (field "ky"), or `again` is needed (field "again").
    """
    require_plan_manager(actor, issuer, doing="đôn đốc các đơn vị")
    text = clean_lines(text)
    if not text:
        raise DomainError("Hãy ghi nội dung đôn đốc.", field="text")
    if len(occurrences) > MAX_OCCURRENCES:
        raise DomainError(f"Mỗi lần đôn đốc nhiều nhất {MAX_OCCURRENCES} kỳ. Hãy bỏ bớt.", field="ky")
    # Two people who press at the same moment must see each other's reminder.
    list(Occurrence.objects.select_for_update().filter(pk__in=occurrences).order_by("pk").values_list("pk"))
    draft = reminder_draft(issuer, occurrences)
    _require_sendable(draft, again=again)
    reminder = Reminder.objects.create(issuer=issuer, sent_by=actor, text=text)
    for row in draft.rows:
        item = ReminderItem.objects.create(reminder=reminder, occurrence=row.duty.occurrence)
        item.people.set(row.people)
    page = reverse("reform_tasks:reminder-detail", args=[reminder.pk])
    messages = draft.messages(text)
    for message in messages:
        url = url_of(message.rows[0].duty.occurrence) if len(message.rows) == 1 else page
        notify(people=[message.person], text=message.notice, url=url, kind=NoticeKind.REMINDER)
        queue_mail(
            person=message.person,
            kind=MailKind.REMINDER,
            subject=f"Đôn đốc {len(message.rows)} kỳ báo cáo cải cách hành chính",
            intro=text,
            sections=message.sections,
        )
    units = {row.duty.occurrence.assignment.unit_id for row in draft.rows}
    record_audit(
        actor=actor,
        action="send_reminder",
        summary=f"Đôn đốc {len(draft.rows)} kỳ của {len(units)} đơn vị, {len(messages)} người nhận",
        target=reminder,
        issuer=issuer,
        after={
            "occurrences": [row.duty.occurrence.pk for row in draft.rows],
            "people": [message.person.username for message in messages],
        },
        reason=text,
    )
    return reminder


def _require_sendable(draft: ReminderDraft, *, again: bool) -> None:
    """Raise DomainError with the first thing that keeps a reminder from going out."""
    if not draft.rows:
        raise DomainError("Hãy chọn ít nhất một kỳ chưa xong và chưa gửi báo cáo.", field="ky")
    if draft.untold:
        names = ", ".join(sorted({row.duty.occurrence.assignment.unit.short_name for row in draft.untold}))
        raise DomainError(f"Chưa có ai nhận được ở: {names}. Hãy báo người quản trị hoặc bỏ chọn.", field="ky")
    if draft.recent and not again:
        raise DomainError(
            f"{len(draft.recent)} kỳ đã được đôn đốc trong vòng một ngày. Hãy đánh dấu xác nhận nếu vẫn cần gửi.",
            field="again",
        )


@transaction.atomic
def change_reminder_settings(*, actor: User, issuer: Unit, days_before: Iterable[int], version: int) -> None:
    """Choose on which days before a due day the digests name it; `version` 0 means that nothing was chosen yet.

    Raises Refused, DomainError (field "days_before") and Stale.
    """
    require_plan_manager(actor, issuer, doing="đặt ngày nhắc hạn")
    days = sorted(set(days_before), reverse=True)
    if not days or len(days) > MAX_REMINDER_DAYS or not all(1 <= number <= MAX_DAYS_BEFORE for number in days):
        raise DomainError(
            f"Nhập từ 1 đến {MAX_REMINDER_DAYS} số ngày, mỗi số từ 1 đến {MAX_DAYS_BEFORE}.", field="days_before"
        )
    before = ReminderSettings.objects.filter(issuer=issuer).first()
    if version == 0:
        chosen, created = ReminderSettings.objects.get_or_create(issuer=issuer, defaults={"days_before": days})
    else:
        kept = ReminderSettings.objects.filter(issuer=issuer, version=version)
        created = kept.update(days_before=days, version=F("version") + 1) == 1
        chosen = ReminderSettings.objects.get(issuer=issuer)
    if not created:
        raise Stale(
            "Người khác vừa đổi ngày nhắc hạn. Hãy xem bản mới nhất rồi sửa lại.",
            theirs={"Nhắc trước": day_words(chosen.days_before)},
            mine={"Nhắc trước": day_words(days)},
        )
    record_audit(
        actor=actor,
        action="change_reminder_settings",
        summary=f"Nhắc hạn trước {day_words(days)} ngày",
        target=chosen,
        issuer=issuer,
        before={"days_before": before.days_before if before else None},
        after={"days_before": days},
    )


def day_words(days: Iterable[int]) -> str:
    """Return numbers of days as people write them: "7, 3, 1"."""
    return ", ".join(str(number) for number in days)
