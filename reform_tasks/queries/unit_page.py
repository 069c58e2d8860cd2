"""The page of one unit: where its duties stand, who does them, what it reported."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from ninhgiang.errors import Refused
from reform_tasks.enums import DutyStatus
from reform_tasks.models import Evidence, Occurrence, Plan, ProgressReport
from reform_tasks.rules import issuer_ids_around, issuer_ids_read_by, may_see_unit, unit_ids_of
from units.enums import UNIT_ROLES, RoleKind
from units.models import Role, Unit, User

from .listing import DutyFilter, loaded, narrowed

LATE_SHOWN = 15
REPORTS_SHOWN = 12


def get_unit_for(user: User, pk: int) -> Unit:
    """Return a unit below an issuer of the person; Http404 for a stranger, Refused for a reader without the right."""
    found = Unit.objects.filter(pk=pk, parent__in=issuer_ids_around(user)).select_related("parent", "block").first()
    if found is None:
        raise Http404
    if not may_see_unit(user, found):
        raise Refused(
            f"Trang của {found.name} dành cho người của đơn vị, Phòng Văn hóa - Xã hội, Văn phòng và lãnh đạo UBND."
        )
    return found


def pages_of(user: User) -> list[Unit]:
    """Return the units whose pages the person may open, in official order. One query."""
    may = Q(pk__in=unit_ids_of(user)) | Q(parent__in=issuer_ids_read_by(user))
    return list(Unit.objects.filter(may, active=True).select_related("block").order_by("position", "name"))


@dataclass(slots=True)
class Member:
    """One person of the unit with the duties named to them that are not done."""

    person: User
    kinds: list[str] = field(default_factory=list)
    open: int = 0
    overdue: int = 0

    @property
    def role_words(self) -> str:
        """The roles as people read them."""
        return ", ".join(RoleKind(kind).label for kind in self.kinds)


def unit_duties(unit: Unit, plan: Plan | None, day: date) -> QuerySet[Any]:
    """Return the unit's occurrences of a plan with their `status`; none without a plan."""
    found = Occurrence.objects.live().filter(assignment__unit=unit, assignment__task__plan=plan)
    return narrowed(found, DutyFilter(day=day, plan=plan))


def late_duties(duties: QuerySet[Any]) -> list[Occurrence]:
    """Return the overdue ones, longest first, at most LATE_SHOWN."""
    return list(loaded(duties.filter(status=DutyStatus.OVERDUE))[:LATE_SHOWN])


def members_of(unit: Unit, duties: QuerySet[Any]) -> list[Member]:
    """Return the people with a role at the unit, heads first, with their named duties. Two queries."""
    members: dict[int, Member] = {}
    roles = Role.objects.filter(unit=unit, kind__in=UNIT_ROLES, user__is_active=True).select_related("user")
    for role in sorted(roles, key=lambda role: (role.kind != RoleKind.UNIT_HEAD, role.user.full_name)):
        members.setdefault(role.user_id, Member(role.user)).kinds.append(role.kind)
    counted = (
        duties.exclude(status=DutyStatus.DONE)
        .filter(assignment__officer__isnull=False)
        .order_by()
        .values_list("assignment__officer")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(status=DutyStatus.OVERDUE)))
    )
    for officer, open_count, overdue in counted:
        if officer in members:
            members[officer].open, members[officer].overdue = open_count, overdue
    return list(members.values())


def reports_of(unit: Unit) -> list[ProgressReport]:
    """Return the unit's latest sent reports, newest first. One query."""
    found = ProgressReport.objects.filter(
        occurrence__assignment__unit=unit, submitted_at__isnull=False, occurrence__withdrawn_at__isnull=True
    )
    return list(
        found.select_related("occurrence__assignment__task", "submitted_by").order_by("-submitted_at", "-pk")[
            :REPORTS_SHOWN
        ]
    )


def evidence_figures(unit: Unit) -> dict[str, Any]:
    """Return how many files the unit keeps, and how many of them prove a report. One query."""
    return Evidence.objects.filter(unit=unit).aggregate(
        files=Count("pk", distinct=True), used=Count("pk", distinct=True, filter=Q(reports__isnull=False))
    )
