"""The list behind every number: occurrences by plan, unit, area, status, period, officer and words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OrderBy, Q, QuerySet

from ninhgiang import calendar
from reform_tasks.enums import DutyStatus, LateReason, Verdict
from reform_tasks.models import Occurrence, Plan
from reform_tasks.rules import occurrences_of
from reform_tasks.search import task_matches
from units.models import Unit, User

from .standing import counted_by, reason_of, status_on, verdict_on

# Periods in addresses: a quarter by its due days, or everything due by the day of reckoning.
QUARTERS = {f"quy-{number}": number for number in (1, 2, 3, 4)}
UP_TO_DAY = "den-ngay"
# What the board's four main counts leave over, and every duty the facts count.
REST = "con-lai"
REST_STATUSES = tuple(
    status
    for status in DutyStatus
    if status not in (DutyStatus.OVERDUE, DutyStatus.SOON, DutyStatus.WAITING, DutyStatus.DONE)
)
COUNTED = "den-han"
NO_OFFICER = "chua-giao"

_SORTS: dict[str, tuple[OrderBy | str, ...]] = {
    "": (F("due_on").asc(nulls_last=True), "assignment__task__position", "assignment__unit__position", "pk"),
    "don-vi": (
        "assignment__unit__position",
        F("due_on").asc(nulls_last=True),
        "assignment__task__position",
        "pk",
    ),
    "so": ("assignment__task__position", "assignment__unit__position", F("due_on").asc(nulls_last=True), "pk"),
    "moi-gui": (
        F("report__submitted_at").desc(nulls_last=True),
        F("due_on").asc(nulls_last=True),
        "assignment__task__position",
        "pk",
    ),
}
SORT_LABELS = {"": "Hạn sớm trước", "don-vi": "Theo đơn vị", "so": "Theo số nhiệm vụ", "moi-gui": "Mới gửi trước"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFilter:
    """What the reader asked for; "" means all, an unknown value finds nothing. `day` is the day of reckoning."""

    day: date
    plan: Plan | None = None
    unit: str = ""
    block: str = ""
    area: str = ""
    status: str = ""
    verdict: str = ""
    reason: str = ""
    period: str = ""
    officer: str = ""
    text: str = ""
    sort: str = ""


def in_period(period: str, *, year: int, day: date) -> Q:
    """Return the filter of a period by due day; "" is the whole plan, an unknown period finds nothing."""
    if not period:
        return Q()
    if period == UP_TO_DAY:
        return Q(due_on__lte=day)
    if period not in QUARTERS:
        return Q(pk__isnull=True)
    quarter = QUARTERS[period]
    return Q(due_on__gte=calendar.quarter_start(year, quarter), due_on__lte=calendar.quarter_end(year, quarter))


def listed(user: User, wanted: DutyFilter) -> QuerySet[Any]:
    """Return the visible occurrences the filter asks for, each with `status` on the day of reckoning, unsorted."""
    found = Occurrence.objects.live().filter(occurrences_of(user), assignment__task__plan=wanted.plan)
    return narrowed(found, wanted)


def narrowed(found: QuerySet[Occurrence], wanted: DutyFilter) -> QuerySet[Any]:
    """Apply every part of the filter but the plan."""
    asked = in_period(wanted.period, year=wanted.plan.year if wanted.plan else wanted.day.year, day=wanted.day)
    asked &= _plain_parts(wanted) & task_matches(wanted.text, prefix="assignment__task__")
    found = found.filter(asked).annotate(status=status_on(wanted.day))
    if wanted.verdict:
        found = found.filter(counted_by(wanted.day))
        if wanted.verdict != COUNTED:
            found = found.annotate(verdict=verdict_on(wanted.day)).filter(verdict=wanted.verdict)
    if wanted.reason:
        found = found.filter(status=DutyStatus.OVERDUE).annotate(reason=reason_of()).filter(reason=wanted.reason)
    if wanted.status == REST:
        return found.filter(status__in=[status.value for status in REST_STATUSES])
    return found.filter(status=wanted.status) if wanted.status else found


def _plain_parts(wanted: DutyFilter) -> Q:
    asked = Q()
    if wanted.unit:
        asked &= Q(assignment__unit__code=wanted.unit)
    if wanted.block:
        asked &= Q(assignment__unit__block__code=wanted.block)
    if wanted.area:
        asked &= Q(assignment__task__area__numeral=wanted.area)
    if wanted.officer == NO_OFFICER:
        asked &= Q(assignment__officer__isnull=True)
    elif wanted.officer:
        is_id = wanted.officer.isascii() and wanted.officer.isdecimal() and len(wanted.officer) <= 18
        asked &= Q(assignment__officer=int(wanted.officer)) if is_id else Q(pk__isnull=True)
    return asked


def loaded(found: QuerySet[Any], sort: str = "") -> QuerySet[Any]:
    """Sort, and read along what a row shows."""
    return found.select_related(
        "assignment__unit", "assignment__officer", "assignment__task__area", "assignment__task__plan", "report"
    ).order_by(*_SORTS.get(sort, _SORTS[""]))


def reasons_of(occurrences: Iterable[Occurrence]) -> dict[int, LateReason]:
    """Return why each occurrence, read with its `status`, is overdue; only those that are. One query.

    Asked for the rows of one page: worked out for every row before the sort it made the list twice as slow.
    """
    late = [one.pk for one in occurrences if one.status == DutyStatus.OVERDUE]  # type: ignore[attr-defined]
    found = Occurrence.objects.filter(pk__in=late).annotate(reason=reason_of()).order_by().values_list("pk", "reason")
    return {pk: LateReason(reason) for pk, reason in found}


def status_counts(found: QuerySet[Any]) -> dict[DutyStatus, int]:
    """Return how many occurrences stand where, every status included. One query."""
    counted = dict(found.order_by().values_list("status").annotate(count=Count("pk")))
    return {status: counted.get(status.value, 0) for status in DutyStatus}


def officers_of(units: list[Unit]) -> QuerySet[User]:
    """Return the people named as officers of any duty of these units. One query."""
    return User.objects.filter(assignments__unit__in=units).distinct().order_by("full_name")


def labels_of(wanted: DutyFilter) -> Mapping[str, Any]:
    """Return the Vietnamese words of the filter's closed values, for headings and exports."""
    statuses = {status.value: status.label for status in DutyStatus} | {REST: "Còn lại, chưa đến hạn"}
    verdicts = {verdict.value: verdict.label for verdict in Verdict} | {COUNTED: "Đã đến hạn (tính vào điểm)"}
    return {
        "status": statuses.get(wanted.status, wanted.status),
        "verdict": verdicts.get(wanted.verdict, wanted.verdict),
        "reason": {reason.value: reason.label for reason in LateReason}.get(wanted.reason, wanted.reason),
    }
