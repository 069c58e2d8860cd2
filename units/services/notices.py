"""In-app notices; what was sent back goes out by e-mail as well, where that is on."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ninhgiang.vietnamese import clean
from units.enums import INSTANT_NOTICES, MailKind, NoticeKind
from units.models import Notification, User
from units.rules import issuer_of

from .audit import record_audit
from .mail import queue_mail

TEXT_LIMIT = 300


def notify(
    *, people: Iterable[User], text: str, url: str = "", kind: str = NoticeKind.INFO, instant: bool | None = None
) -> None:
    """Leave one in-app notice for each person; part of the caller's transaction.

    By default only returned work, reminders and digests are `instant` (they count at the bell); the others can be
    read at once but are told by the next morning's digest. Returned work is also sent by e-mail.
    """
    people = list(people)
    at_once = kind in INSTANT_NOTICES if instant is None else instant
    Notification.objects.bulk_create(
        [Notification(user=person, text=text[:TEXT_LIMIT], url=url, kind=kind, instant=at_once) for person in people]
    )
    if kind == NoticeKind.RETURNED:
        for person in people:
            section = {"heading": "", "lines": [{"title": "Mở để xem lý do và sửa", "detail": "", "url": url}]}
            queue_mail(person=person, kind=MailKind.RETURNED, subject=text, intro=text, sections=[section])


def open_notice(*, notice: Notification) -> None:
    """Mark a notice as read by its owner; the first reading stays the one recorded. A private act: not audited."""
    Notification.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def read_all_notices(*, user: User) -> int:
    """Mark all of a person's notices as read and return how many were unread. A private act: not audited."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def choose_mail(*, user: User, wanted: bool) -> None:
    """Store whether the person wants e-mail beside the in-app notices; letters that wait are dropped when sent."""
    changed = User.objects.filter(pk=user.pk, wants_mail=not wanted).update(wants_mail=wanted)
    user.wants_mail = wanted
    if changed:
        record_audit(
            actor=user,
            action="choose_mail",
            summary=f"{'Nhận' if wanted else 'Không nhận'} thư điện tử",
            target=user,
            issuer=issuer_of(user),
            unit=user.unit,
            before={"wants_mail": not wanted},
            after={"wants_mail": wanted},
        )


def notice_text(text: str) -> str:
    """Return one tidy line that fits a notice."""
    text = clean(text)
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"
