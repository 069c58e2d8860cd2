"""What a person's calendar shows: the due days of the own units, or each day's total for who follows all of them."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from ninhgiang import calendar
from reform_tasks.enums import DutyStatus
from reform_tasks.ical import Entry
from reform_tasks.models import CalendarFeed, Occurrence
from reform_tasks.rules import issuer_ids_read_by, unit_ids_of
from units.backends import may_sign_in
from units.models import AuditEntry, User

from .digests import TITLE_LENGTH, shortened, url_of
from .duties import DONE_REPORT, duty_of

# A calendar on a phone needs no archive.
SHOWN_BACK = timedelta(days=90)
LISTED_UNITS = 12
# Sequence numbers count seconds from here; RFC 5545 asks only that they grow.
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def token_hash(token: str) -> str:
    """Return what is stored of a calendar's secret; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_by_token(token: str) -> CalendarFeed | None:
    """Return the calendar of this secret, None when it is wrong, ended or its account closed.

    One hash and one query by a unique index for every token: how long it takes tells nothing.
    """
    feed = CalendarFeed.objects.select_related("user").filter(token_hash=token_hash(token)).first()
    return feed if feed is not None and may_sign_in(feed.user) else None


def uid(kind: str, key: object) -> str:
    """Return the lasting id of an event: the same on every fetch, another one on every installation."""
    place = salted_hmac("reform_tasks.calendar", "uid", algorithm="sha256").hexdigest()[:16]
    return f"{kind}-{key}@{place}.ninhgiang"


def calendar_entries(user: User, today: date) -> list[Entry]:
    """Return the events of a person's calendar in order of day. Four queries at most."""
    first = today - SHOWN_BACK
    units = unit_ids_of(user)
    if units:
        return _duty_entries(Q(assignment__unit__in=units), first, today, many=len(units) > 1)
    issuers = issuer_ids_read_by(user)
    return _day_entries(issuers, first) if issuers else []


def _duty_entries(scope: Q, first: date, today: date, *, many: bool) -> list[Entry]:
    found = list(
        Occurrence.objects.live()
        .filter(scope, due_on__gte=first)
        .select_related("assignment__unit", "assignment__task__plan", "report")
        .order_by("due_on", "assignment__task__position", "pk")
    )
    changed = _changes_of(found)
    entries = []
    for occurrence in found:
        duty, task = duty_of(occurrence, today), occurrence.assignment.task
        done = duty.status == DutyStatus.DONE
        unit = f"{occurrence.assignment.unit.short_name} · " if many else ""
        mark = "Đã xong: " if done else ""
        entries.append(
            Entry(
                uid=uid("ky", occurrence.pk),
                day=occurrence.due_on or today,
                summary=shortened(f"{mark}{unit}Hạn NV {task.number}: {task.title}", TITLE_LENGTH),
                description="\n".join(
                    [occurrence.label, f"Sản phẩm: {task.product or 'Không ghi'}", f"Tình trạng: {duty.status.label}"]
                ),
                path=url_of(occurrence),
                changed_at=changed[occurrence.pk],
                sequence=_sequence(changed[occurrence.pk]),
                alarm=not done and duty.status != DutyStatus.WAITING,
            )
        )
    return entries


def _changes_of(occurrences: list[Occurrence]) -> dict[int, datetime]:
    """Return when each occurrence last changed: its own history, the decisions about its task, else the import."""
    ids = [str(occurrence.pk) for occurrence in occurrences]
    history = AuditEntry.objects.filter(object_type="reform_tasks.occurrence", object_id__in=ids)
    own = dict(history.order_by().values_list("object_id").annotate(Max("at")))
    tasks = Occurrence.objects.filter(pk__in=[occurrence.pk for occurrence in occurrences])
    decided = dict(
        tasks.order_by().values_list("pk").annotate(Max("assignment__task__changes__adjustment__created_at"))
    )
    changed = {}
    for occurrence in occurrences:
        moments = (own.get(str(occurrence.pk)), decided[occurrence.pk], occurrence.assignment.task.plan.imported_at)
        changed[occurrence.pk] = max(moment for moment in moments if moment is not None)
    return changed


def _sequence(changed_at: datetime) -> int:
    return max(0, int((changed_at - _EPOCH).total_seconds()))


@dataclass(frozen=True, slots=True)
class _Share:
    """What one unit has due on one day."""

    unit: str
    total: int
    done: int
    imported: datetime


def _day_entries(issuers: set[int], first: date) -> list[Entry]:
    """Return one event for each day on which something is due anywhere: how much, and in which units."""
    rows = (
        Occurrence.objects.live()
        .filter(assignment__task__plan__issuer__in=issuers, due_on__gte=first)
        .order_by("due_on", "assignment__unit__position")
        .values_list("due_on", "assignment__unit__short_name")
        .annotate(
            total=Count("pk"), done=Count("pk", filter=DONE_REPORT), at=Max("assignment__task__plan__imported_at")
        )
    )
    days: dict[date, list[_Share]] = defaultdict(list)
    for due_on, *share in rows:
        days[due_on].append(_Share(*share))
    history = AuditEntry.objects.filter(issuer__in=issuers, object_type__startswith="reform_tasks.")
    latest = history.aggregate(at=Max("at"))["at"]
    return [_day_entry(day, shares, latest) for day, shares in days.items()]


def _day_entry(day: date, shares: list[_Share], latest: datetime | None) -> Entry:
    total, done = sum(share.total for share in shares), sum(share.done for share in shares)
    names = [f"{share.unit} ({share.total})" for share in shares]
    listed = ", ".join(names[:LISTED_UNITS])
    if len(names) > LISTED_UNITS:
        listed = f"{listed} và {len(names) - LISTED_UNITS} đơn vị khác"
    changed_at = latest or max(share.imported for share in shares)
    return Entry(
        uid=uid("ngay", day.isoformat()),
        day=day,
        summary=f"Hạn {total} kỳ của {len(shares)} đơn vị, đã xong {done}",
        description=f"{calendar.weekday_day_text(day)}\n{listed}",
        path=reverse("reform_tasks:progress"),
        changed_at=changed_at,
        sequence=_sequence(changed_at),
        alarm=done < total,
    )
