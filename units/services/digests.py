"""The morning's digest: once per person and working day, from 7:30 on."""

import logging
from datetime import date, time

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from ninhgiang import calendar
from units.backends import may_sign_in
from units.digests import compose, title_of, waiting_notices
from units.enums import MailKind, NoticeKind
from units.models import Digest, Notification, User
from units.queries import resting_issuer_ids
from units.rules import issuer_of

from .mail import queue_mail
from .notices import notify

logger = logging.getLogger(__name__)

DIGESTS_FROM = time(7, 30)


def send_due_digests() -> int:
    """Send today's digest to everybody who has none yet; return how many had something to tell.

    Run by beat every ten minutes: nothing before 7:30 or on days off, the rest of the people when an earlier run was
    cut off, nobody twice (one row per person and day). One person's trouble does not keep the others waiting.
    """
    now = calendar.now_local()
    day = now.date()
    if now.time() < DIGESTS_FROM:
        return 0
    resting = resting_issuer_ids(day)
    waiting = User.objects.filter(is_active=True, roles__isnull=False).exclude(digests__day=day)
    waiting = waiting.exclude(Q(unit__in=resting) | Q(unit__parent__in=resting))
    sent = 0
    for person in waiting.select_related("unit").distinct().order_by("pk"):
        try:
            sent += may_sign_in(person) and send_digest(person=person, day=day)
        except Exception:
            logger.exception("digest of user %s for %s failed", person.pk, day)
    return sent


def send_digest(*, person: User, day: date) -> bool:
    """Write a person's digest of the day with its notice and its letter; False when there is nothing or one already.

    A private summary of what the audit log holds already: not audited itself.
    """
    issuer = issuer_of(person)
    if issuer is None:
        return False
    try:
        with transaction.atomic():
            digest = Digest.objects.create(user=person, issuer=issuer, day=day)
            sections = compose(person, day)
            if not sections:
                return False
            title, data = title_of(sections), [section.as_data() for section in sections]
            Digest.objects.filter(pk=digest.pk).update(title=title, sections=data)
            told = [notice.pk for notice in waiting_notices(person)]
            Notification.objects.filter(pk__in=told).update(digest=digest)
            url = reverse("units:digest-detail", args=[digest.pk])
            notify(people=[person], text=f"{title} ({calendar.day_text(day)})", url=url, kind=NoticeKind.DIGEST)
            intro = f"Bản tin {calendar.weekday_day_text(day)}: {title}."
            queue_mail(person=person, kind=MailKind.DIGEST, subject=title, intro=intro, sections=data)
            return True
    except IntegrityError:
        if Digest.objects.filter(user=person, day=day).exists():
            return False  # another worker was faster
        raise
