"""What a reminder by hand rests on: which duties may be reminded of, who is told what, what was sent before."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.vietnamese import clean
from reform_tasks.enums import AssignmentPart, DutyStatus
from reform_tasks.models import Occurrence, Plan, Reminder, ReminderItem
from reform_tasks.rules import issuer_ids_read_by, unit_ids_of
from units.enums import UNIT_ROLES, RoleKind
from units.models import Role, Unit, User

from .digests import TITLE_LENGTH, shortened, url_of, when_words
from .duties import Duty, duty_of

# The same occurrence is not reminded of twice within this time without a second thought.
NOT_AGAIN_WITHIN = timedelta(days=1)
MAX_OCCURRENCES = 300
PAGE_SIZE = 30
_CLOSED = frozenset({DutyStatus.DONE, DutyStatus.WAITING, DutyStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class Reminded:
    """How often an occurrence (or plan) was reminded of by hand, and when last."""

    count: int
    last_at: datetime

    @property
    def words(self) -> str:
        """ "Đã đôn đốc 2 lần, gần nhất 14:03 05/11/2026"."""
        return f"Đã đôn đốc {self.count} lần, gần nhất {calendar.moment_text(self.last_at)}"


def reminded_of(occurrences: Iterable[int]) -> dict[int, Reminded]:
    """Return, by occurrence id, what was sent by hand; ids never reminded of are missing. One query."""
    rows = (
        ReminderItem.objects.filter(occurrence__in=list(occurrences))
        .order_by()
        .values("occurrence")
        .annotate(count=Count("pk"), last=Max("reminder__created_at"))
    )
    return {row["occurrence"]: Reminded(row["count"], row["last"]) for row in rows}


def plan_reminded(plan: Plan) -> Reminded | None:
    """Return how many reminders named duties of this plan, and the last one; None before the first. One query."""
    row = Reminder.objects.filter(items__occurrence__assignment__task__plan=plan).aggregate(
        count=Count("pk", distinct=True), last=Max("created_at")
    )
    return Reminded(row["count"], row["last"]) if row["count"] else None


@dataclass(slots=True)
class ReminderRow:
    """One duty that may be reminded of: who is told, and what was sent before."""

    duty: Duty
    people: list[User]
    before: Reminded | None

    @property
    def recent(self) -> bool:
        """Whether it was reminded of within a day."""
        return self.before is not None and self.before.last_at > timezone.now() - NOT_AGAIN_WITHIN


@dataclass(slots=True)
class Message:
    """What one person is told: the notice's line, and the duties that concern this person."""

    person: User
    notice: str
    rows: list[ReminderRow]

    @property
    def sections(self) -> list[dict[str, object]]:
        """The letter's list of duties (units.services.queue_mail)."""
        lines = [
            {
                "title": shortened(f"{task.number}. {task.title}", TITLE_LENGTH),
                "detail": f"{row.duty.occurrence.assignment.unit.short_name} · {when_words(row.duty)}",
                "url": url_of(row.duty.occurrence),
            }
            for row in self.rows
            for task in (row.duty.occurrence.assignment.task,)
        ]
        return [{"heading": "Nhiệm vụ", "count": len(lines), "more": 0, "lines": lines}]


@dataclass(slots=True)
class ReminderDraft:
    """The chosen duties: those that may be reminded of, and those that are closed or with the reviewer meanwhile."""

    rows: list[ReminderRow] = field(default_factory=list)
    closed: list[Duty] = field(default_factory=list)

    @property
    def recent(self) -> list[ReminderRow]:
        """Those reminded of within a day already."""
        return [row for row in self.rows if row.recent]

    @property
    def untold(self) -> list[ReminderRow]:
        """Those with nobody to tell: the unit has no open account."""
        return [row for row in self.rows if not row.people]

    def messages(self, text: str) -> list[Message]:
        """Return what each person would be told, in the order of the units. No query."""
        by_person: dict[int, Message] = {}
        for row in self.rows:
            for person in row.people:
                by_person.setdefault(person.pk, Message(person, "", [])).rows.append(row)
        for message in by_person.values():
            occurrence = message.rows[0].duty.occurrence
            which = f"nhiệm vụ {occurrence.assignment.task.number} ({occurrence.label})"
            if len(message.rows) > 1:
                which = f"{len(message.rows)} kỳ báo cáo"
            message.notice = shortened(f"Phòng Văn hóa - Xã hội đôn đốc {which}: {clean(text)}", 300)
        return list(by_person.values())


def reminder_draft(issuer: Unit, chosen: Collection[int]) -> ReminderDraft:
    """Return what a reminder of these occurrences of the issuer would be; unknown ids are left out. Three queries."""
    today = calendar.today()
    found = _remindable(issuer).filter(pk__in=list(chosen)[:MAX_OCCURRENCES])
    duties = [duty_of(occurrence, today) for occurrence in found]
    open_ones = [duty for duty in duties if duty.status not in _CLOSED]
    people, before = _people_of(open_ones), reminded_of(duty.occurrence.pk for duty in open_ones)
    rows = [ReminderRow(duty, people[duty.occurrence.pk], before.get(duty.occurrence.pk)) for duty in open_ones]
    return ReminderDraft(rows, [duty for duty in duties if duty.status in _CLOSED])


def pressing(issuer: Unit) -> list[tuple[Unit, list[ReminderRow]]]:
    """Return the issuer's overdue, returned and soon due duties by unit, to choose from. Two queries."""
    today = calendar.today()
    wanted = (DutyStatus.OVERDUE, DutyStatus.RETURNED, DutyStatus.SOON)
    near = Q(due_on__lte=today + timedelta(days=7)) | Q(report__state="returned")
    duties = [duty_of(occurrence, today) for occurrence in _remindable(issuer).filter(near)]
    duties = [duty for duty in duties if duty.status in wanted]
    before = reminded_of(duty.occurrence.pk for duty in duties)
    by_unit: dict[Unit, list[ReminderRow]] = defaultdict(list)
    for duty in duties:
        row = ReminderRow(duty, [], before.get(duty.occurrence.pk))
        by_unit[duty.occurrence.assignment.unit].append(row)
    return list(by_unit.items())


def _remindable(issuer: Unit) -> QuerySet[Occurrence]:
    return (
        Occurrence.objects.live()
        .filter(assignment__task__plan__issuer=issuer, assignment__part=AssignmentPart.LEAD)
        .select_related("assignment__unit", "assignment__task", "assignment__officer", "report")
        .order_by("assignment__unit__position", F("due_on").asc(nulls_last=True), "assignment__task__position", "pk")
    )


def _people_of(duties: list[Duty]) -> dict[int, list[User]]:
    """Return who is told, by occurrence id: the heads, and the named officer or else all officers. One query."""
    units = {duty.occurrence.assignment.unit_id for duty in duties}
    heads: dict[int, list[User]] = defaultdict(list)
    staff: dict[int, list[User]] = defaultdict(list)
    roles = Role.objects.filter(unit__in=units, kind__in=UNIT_ROLES, user__is_active=True).select_related("user")
    for role in roles.order_by("user__full_name", "pk"):
        (heads if role.kind == RoleKind.UNIT_HEAD else staff)[role.unit_id].append(role.user)
    people = {}
    for duty in duties:
        assignment = duty.occurrence.assignment
        named = [person for person in staff[assignment.unit_id] if person.pk == assignment.officer_id]
        told = {person.pk: person for person in (*heads[assignment.unit_id], *(named or staff[assignment.unit_id]))}
        people[duty.occurrence.pk] = list(told.values())
    return people


def _items() -> QuerySet[ReminderItem]:
    return ReminderItem.objects.select_related(
        "occurrence__assignment__unit", "occurrence__assignment__task__plan", "occurrence__report"
    ).prefetch_related("people")


def visible_reminders(user: User) -> QuerySet[Reminder]:
    """Return the reminders the person may read: all of the issuer for progress readers, else those to the own units."""
    own = Q(items__occurrence__assignment__unit__in=unit_ids_of(user))
    return Reminder.objects.filter(own | Q(issuer__in=issuer_ids_read_by(user))).distinct().select_related("sent_by")


def get_reminder_for(user: User, pk: int) -> Reminder:
    """Return a reminder with the items the person may see as `shown_items`; raises Http404 for a stranger."""
    items = _items()
    reminder = visible_reminders(user).filter(pk=pk).first()
    if reminder is None:
        raise Http404
    found = items.filter(reminder=reminder)
    if reminder.issuer_id not in issuer_ids_read_by(user):
        found = found.filter(occurrence__assignment__unit__in=unit_ids_of(user))
    vars(reminder)["shown_items"] = list(found)
    return reminder


def reminders_page(issuer: Unit, *, plan: str = "", before: int | None = None) -> tuple[list[Reminder], int | None]:
    """Return one page of the issuer's reminders, newest first, with their items, and the key of the next page."""
    found = Reminder.objects.filter(issuer=issuer).select_related("sent_by")
    if plan.isascii() and plan.isdecimal() and len(plan) <= 18:
        found = found.filter(items__occurrence__assignment__task__plan=int(plan)).distinct()
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.prefetch_related(Prefetch("items", _items())).order_by("-pk")[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None
