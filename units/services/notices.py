"""In-app notices."""

from collections.abc import Iterable

from django.utils import timezone

from units.enums import NoticeKind
from units.models import Notification, User


def notify(*, people: Iterable[User], text: str, url: str = "", kind: str = NoticeKind.INFO) -> None:
    """Leave one in-app notice for each person; part of the caller's transaction."""
    Notification.objects.bulk_create(
        [Notification(user=person, text=text[:300], url=url, kind=kind) for person in people]
    )


def open_notice(*, notice: Notification) -> None:
    """Mark a notice as read by its owner; the first reading stays the one recorded. A private act: not audited."""
    Notification.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def read_all_notices(*, user: User) -> int:
    """Mark all of a person's notices as read and return how many were unread. A private act: not audited."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=timezone.now())
