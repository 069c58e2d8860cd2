"""The leader's page: what is late and why, and each head's responsibility (the same rules as the facts)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from ninhgiang import points
from reform_tasks.enums import DutyStatus, LateReason, ReportState, Verdict
from reform_tasks.models import Occurrence, Plan
from units.enums import RoleKind
from units.models import AuditEntry, Role, Unit, User

from .duties import Duty, duty_of
from .listing import DutyFilter, loaded, narrowed, reasons_of
from .standing import SENT_DAY, counted_by, reason_of, verdict_on

LONGEST = 30


@dataclass(slots=True)
class LateUnit:
    """One unit's overdue duties by reason, and what stands still on an accepted hindrance."""

    unit: Unit
    reasons: Counter[str] = field(default_factory=Counter)
    paused: int = 0

    @property
    def total(self) -> int:
        """How many duties are overdue."""
        return sum(self.reasons.values())

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Each reason with its count, in the order of LateReason."""
        return [(reason.value, self.reasons[reason.value]) for reason in LateReason]


@dataclass(slots=True)
class HeadLine:
    """What one unit's head answers for: duties due until yesterday, as TaskFacts counts them.

    `late_days` sums the days between due day and sending of every duty not on time; what is not sent yet runs to
    today. `waiting` of the `missing` ones lie with the reviewer.
    """

    unit: Unit
    heads: list[User] = field(default_factory=list)
    on_time: int = 0
    late: int = 0
    missing: int = 0
    waiting: int = 0
    late_days: int = 0

    @property
    def due(self) -> int:
        """How many duties fell due."""
        return self.on_time + self.late + self.missing

    @property
    def done(self) -> int:
        """How many of them are done."""
        return self.on_time + self.late

    @property
    def percent(self) -> Decimal | None:
        """On time of due in percent, None when nothing fell due."""
        return points.percent(Decimal(self.on_time), Decimal(self.due)) if self.due else None

    @property
    def tone(self) -> str:
        """Colour of the bar."""
        if self.percent is None or self.percent == 100:
            return "ok"
        return "warn" if self.percent >= 80 else "bad"


def _of_plan(plan: Plan, day: date, period: str) -> QuerySet[Any]:
    found = Occurrence.objects.live().filter(assignment__task__plan=plan)
    return narrowed(found, DutyFilter(day=day, plan=plan, period=period))


def late_units(plan: Plan, units: Iterable[Unit], *, day: date, period: str = "") -> list[LateUnit]:
    """Return the units with overdue or halted duties, most overdue first. One query."""
    lines = {unit.pk: LateUnit(unit) for unit in units}
    found = _of_plan(plan, day, period).filter(status__in=(DutyStatus.OVERDUE, DutyStatus.PAUSED))
    counted = found.annotate(reason=reason_of()).order_by().values_list("assignment__unit", "status", "reason")
    for unit_pk, status, reason, count in counted.annotate(count=Count("pk")):
        line = lines.get(unit_pk)
        if line is None:
            continue
        if status == DutyStatus.PAUSED:
            line.paused += count
        else:
            line.reasons[reason] += count
    found_lines = [line for line in lines.values() if line.total or line.paused]
    return sorted(found_lines, key=lambda line: (-line.total, line.unit.position))


def head_lines(plan: Plan, units: Iterable[Unit], *, day: date, period: str = "") -> list[HeadLine]:
    """Return what each unit's head answers for, best share on time last. Two queries."""
    lines = {unit.pk: HeadLine(unit) for unit in units}
    for role in Role.objects.filter(unit__in=list(lines), kind=RoleKind.UNIT_HEAD, user__is_active=True).select_related(
        "user"
    ):
        lines[role.unit_id].heads.append(role.user)
    found = _of_plan(plan, day, period).filter(counted_by(day)).annotate(verdict=verdict_on(day), sent_day=SENT_DAY)
    counted = found.order_by().values_list(
        "assignment__unit", "verdict", "report__state", "due_on", "sent_day", "report__document_on"
    )
    for unit_pk, verdict, state, due_on, sent_day, signed_on, count in counted.annotate(count=Count("pk")):
        if unit_pk in lines:
            _add(lines[unit_pk], verdict, state, due_on, _came_on(verdict, state, sent_day, signed_on), count, day)
    return sorted((line for line in lines.values() if line.due), key=lambda line: (line.percent, line.unit.position))


def _came_on(verdict: str, state: str | None, sent_day: date | None, signed_on: date | None) -> date | None:
    """Return the day a result came: sent and signed; None while nothing lies with the reviewer or is done."""
    if sent_day is None or (verdict == Verdict.MISSING and state != ReportState.SUBMITTED):
        return None
    return max(sent_day, signed_on) if signed_on and verdict != Verdict.MISSING else sent_day


def _add(
    line: HeadLine, verdict: str, state: str | None, due_on: date, came_on: date | None, count: int, day: date
) -> None:
    line.on_time += count * (verdict == Verdict.ON_TIME)
    line.late += count * (verdict == Verdict.LATE)
    line.missing += count * (verdict == Verdict.MISSING)
    line.waiting += count * (verdict == Verdict.MISSING and state == ReportState.SUBMITTED)
    line.late_days += count * max(0, ((came_on or day) - due_on).days)


def longest_late(plan: Plan, *, day: date, period: str = "") -> list[tuple[Duty, str, int]]:
    """Return the duties overdue longest: the duty, why, and how often its report was sent back. Three queries."""
    found = _of_plan(plan, day, period).filter(status=DutyStatus.OVERDUE)
    shown = list(loaded(found)[:LONGEST])
    why = reasons_of(shown)
    returned = times_returned([occurrence.pk for occurrence in shown])
    return [(duty_of(occurrence, day), why[occurrence.pk].label, returned[occurrence.pk]) for occurrence in shown]


def times_returned(occurrence_ids: list[int]) -> defaultdict[int, int]:
    """Return how often the report of each occurrence was sent back, from the audit log. One query."""
    entries = AuditEntry.objects.filter(
        object_type="reform_tasks.occurrence",
        object_id__in=[str(pk) for pk in occurrence_ids],
        action="return_report",
    )
    counted = entries.order_by().values_list("object_id").annotate(count=Count("pk"))
    return defaultdict(int, {int(pk): count for pk, count in counted})
