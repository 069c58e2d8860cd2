"""Shared reads of units, people, jobs, notices and the audit log."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db.models import Count, FilteredRelation, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from ninhgiang.calendar import NO_SPECIAL_DAYS, SpecialDays, is_working_day
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import fold

from .enums import UNIT_ROLES, JobState, MailState, OfficeDayKind
from .models import AuditEntry, FormerName, Job, Mail, Notification, OfficeDay, Role, Unit, User, WorkerHeartbeat
from .rules import SCORE_READERS, holds, issuer_of, may_follow_job

PAGE_SIZE = 30
WORKER_SILENT_AFTER = timedelta(minutes=10)
WORKER_EXPECTED_WITHIN = timedelta(minutes=1)
# What the administrator does not read: scores before they are published (architecture, "People and roles").
_SCORING = "emulation."


def units_of(issuer: Unit) -> QuerySet[Unit]:
    """Return the active units below an issuer, in official order."""
    return Unit.objects.filter(parent=issuer, active=True).select_related("block").order_by("position", "name")


def people_with(kind: str, unit: Unit) -> QuerySet[User]:
    """Return the active people holding a role kind at a unit (commune roles: at the issuer)."""
    return User.objects.filter(roles__kind=kind, roles__unit=unit, is_active=True).order_by("full_name")


def officers_of(unit: Unit) -> list[User]:
    """Return the active people who work for a unit as head or officer, by name."""
    found = User.objects.filter(roles__unit=unit, roles__kind__in=UNIT_ROLES, is_active=True)
    return list(found.distinct().order_by("full_name"))


def name_on(unit: Unit, day: date) -> str:
    """Return the name a unit bore on a day. One query."""
    former = FormerName.objects.filter(unit=unit, until__gte=day).order_by("until").first()
    return former.name if former else unit.name


def special_days_of(issuer_id: int | None) -> SpecialDays:
    """Return the days an issuer works or rests against the public calendar. One query; none for no issuer."""
    if issuer_id is None:
        return NO_SPECIAL_DAYS
    rows = OfficeDay.objects.filter(issuer=issuer_id).values_list("day", "kind", "reason")
    days: dict[str, dict[date, str]] = {kind: {} for kind in OfficeDayKind.values}
    for day, kind, reason in rows:
        days[kind][day] = reason
    return SpecialDays(off=days[OfficeDayKind.OFF], work=days[OfficeDayKind.WORK])


def resting_issuer_ids(day: date) -> list[int]:
    """Return the ids of the issuers whose offices do not work on `day`. One query."""
    told = Unit.objects.filter(is_issuer=True).annotate(
        told=FilteredRelation("office_days", condition=Q(office_days__day=day))
    )
    works = is_working_day(day)
    rows = told.values_list("pk", "told__kind")
    return [pk for pk, kind in rows if not (kind == OfficeDayKind.WORK if kind else works)]


def visible_issuer_ids(user: User) -> list[int]:
    """Return the ids of the issuers whose records the person may see; empty for somebody without a role."""
    issuer = issuer_of(user)
    return [issuer.pk] if issuer else []


def people_of(issuer: Unit) -> QuerySet[User]:
    """Return every account of the issuer and the units below it, with unit and roles read along, by user name."""
    roles = Prefetch("roles", Role.objects.select_related("unit").order_by("unit__position", "kind"))
    return (
        User.objects.filter(Q(unit=issuer) | Q(unit__parent=issuer))
        .select_related("unit")
        .prefetch_related(roles)
        .order_by("username")
    )


def find_people(issuer: Unit, *, words: str = "", only: str = "") -> list[User]:
    """Return the accounts whose name, user name, title or unit contain `words`, diacritics aside.

    `only` narrows to "khong-vai-tro" (active, no role), "da-khoa" (locked) or "chua-doi" (password not yet changed).
    A commune has some hundred accounts at most, so the comparison is made here and not in SQL.
    """
    tests = {
        "khong-vai-tro": lambda person: person.is_active and not person.roles.all(),
        "da-khoa": lambda person: not person.is_active,
        "chua-doi": lambda person: person.is_active and person.must_change_password,
    }
    wanted = fold(words)
    people = [person for person in people_of(issuer) if only not in tests or tests[only](person)]
    return [p for p in people if wanted in fold(f"{p.username} {p.full_name} {p.job_title} {p.unit.name}")]


def get_person_for(issuer: Unit, person_id: int) -> User:
    """Return one account of this issuer; Http404 for any other."""
    return get_object_or_404(people_of(issuer), pk=person_id)


def get_role_for(issuer: Unit, person: User, role_id: int) -> Role:
    """Return one role of a person at this issuer or below; Http404 for any other."""
    here = Q(unit=issuer) | Q(unit__parent=issuer)
    return get_object_or_404(Role.objects.filter(here, user=person).select_related("unit", "user"), pk=role_id)


def get_job_for(user: User, job_id: uuid.UUID) -> Job:
    """Return a job the person may follow; Http404 for strangers."""
    job = get_object_or_404(Job.objects.select_related("issuer", "requested_by"), pk=job_id)
    if not may_follow_job(user, job):
        raise Http404
    return job


def worker_is_silent(job: Job) -> bool:
    """Tell whether a waiting job waits for a worker that does not answer.

    True when the last heartbeat is older than ten minutes, or when there never was one and the job has waited a minute.
    """
    if job.state not in (JobState.QUEUED, JobState.RUNNING):
        return False
    now = timezone.now()
    beat = WorkerHeartbeat.objects.order_by("-at").first()
    if beat is None:
        return now - job.created_at > WORKER_EXPECTED_WITHIN
    return now - beat.at > WORKER_SILENT_AFTER


def notices_page(user: User, *, before: int | None = None) -> tuple[list[Notification], int | None]:
    """Return one page of the person's notices, newest first, and the key of the next page (None on the last)."""
    return _page(Notification.objects.filter(user=user), before)


def has_unread_notices(user: User) -> bool:
    """Tell whether any notice of the person is unread, those that wait for the digest included."""
    return Notification.objects.filter(user=user, read_at=None).exists()


def mail_page(issuer: Unit, *, state: str = "", before: int | None = None) -> tuple[list[Mail], int | None]:
    """Return one page of the issuer's letters, newest first, and the key of the next page."""
    letters = Mail.objects.filter(issuer=issuer).select_related("user")
    return _page(letters.filter(state=state) if state in MailState.values else letters, before)


def mail_counts(issuer: Unit) -> dict[str, int]:
    """Return how many letters of the issuer are in each state."""
    rows = Mail.objects.filter(issuer=issuer).order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


def get_mail_for(issuer: Unit, mail_id: int) -> Mail:
    """Return one letter of this issuer; Http404 for any other."""
    return get_object_or_404(Mail.objects.filter(issuer=issuer).select_related("user", "issuer"), pk=mail_id)


def audit_page(
    user: User,
    issuer: Unit,
    *,
    object_type: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
    before: int | None = None,
) -> tuple[list[AuditEntry], int | None]:
    """Return one page of the audit log the person may read, newest first, and the key of the next page.

    Days are days in Vietnam, both included. Who reads no unpublished scores does not see the history of scoring.
    """
    entries = AuditEntry.objects.filter(issuer=issuer).select_related("unit")
    if not holds(user, SCORE_READERS, issuer):
        entries = entries.exclude(object_type__startswith=_SCORING)
    if object_type:
        entries = entries.filter(object_type=object_type)
    if first_day:
        entries = entries.filter(at__gte=_start_of(first_day))
    if last_day:
        entries = entries.filter(at__lt=_start_of(last_day + timedelta(days=1)))
    return _page(entries, before)


def history_of(object_type: str, object_id: object) -> QuerySet[AuditEntry]:
    """Return the audit entries of one object, newest first (for the history list of its page)."""
    return AuditEntry.objects.filter(object_type=object_type, object_id=str(object_id))


def decisions_about(person: User) -> list[AuditEntry]:
    """Return the latest entries about an account, newest first, without its everyday sign-ins."""
    entries = AuditEntry.objects.filter(object_type="units.user", object_id=str(person.pk)).exclude(action="sign_in")
    return list(entries[:PAGE_SIZE])


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _page[Row: (AuditEntry, Mail, Notification)](
    rows: QuerySet[Row], before: int | None
) -> tuple[list[Row], int | None]:
    """Keyset paging by id: ids grow with time, and a page costs the same however far back it lies."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    return page, page[-1].pk if len(found) > PAGE_SIZE else None


def the_issuer(code: str | None) -> Unit:
    """Return the issuer a command means: by code, or the only one.

    Raises DomainError (field "issuer") naming the codes there are.
    """
    issuers = list(Unit.objects.filter(is_issuer=True, **({"code": code} if code else {})))
    if len(issuers) == 1:
        return issuers[0]
    known = ", ".join(Unit.objects.filter(is_issuer=True).values_list("code", flat=True)) or "chưa có"
    raise DomainError(f"Hãy chọn một đơn vị ban hành bằng --issuer (các mã: {known}).", field="issuer")
