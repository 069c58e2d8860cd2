"""The secret address of a person's calendar: made, replaced, ended."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ninhgiang.errors import DomainError
from reform_tasks.models import CalendarFeed
from reform_tasks.queries.calendars import token_hash
from units.models import User
from units.rules import issuer_of
from units.services import record_audit

READING_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_calendar_address(*, user: User) -> str:
    """Give the person a new secret for the calendar's address and return it; it is stored nowhere, an old one ends."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": token_hash(token), "created_at": timezone.now(), "last_read_at": None}
    feed, created = CalendarFeed.objects.update_or_create(user=user, defaults=values)
    record_audit(
        actor=user,
        action="make_calendar_address",
        summary="Tạo địa chỉ lịch" if created else "Đổi địa chỉ lịch, địa chỉ cũ hết hiệu lực",
        target=feed,
        issuer=issuer_of(user),
        unit=user.unit,
    )
    return token


@transaction.atomic
def revoke_calendar_address(*, user: User) -> None:
    """End the address of the person's calendar. Raises DomainError when there is none."""
    feed = CalendarFeed.objects.filter(user=user).first()
    if feed is None:
        raise DomainError("Bạn chưa có địa chỉ lịch nào đang dùng.")
    record_audit(
        actor=user,
        action="revoke_calendar_address",
        summary="Hủy địa chỉ lịch",
        target=feed,
        issuer=issuer_of(user),
        unit=user.unit,
    )
    feed.delete()


def note_calendar_read(*, feed: CalendarFeed) -> None:
    """Remember, once an hour at most, that the calendar was fetched. Bookkeeping: not audited."""
    now = timezone.now()
    stale = Q(last_read_at=None) | Q(last_read_at__lt=now - READING_NOTED_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk, token_hash=feed.token_hash).update(last_read_at=now)
