"""Where an occurrence stands on a day, in SQL: status, verdict, and why it is late.

The same rules as `duty_status` and `task_facts_for` (decision 0010); tests hold each pair together. A submission after
the day of reckoning does not count, so the board of a past day shows what the facts of that day say.
"""

from datetime import date, timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import TruncDate

from ninhgiang import calendar
from reform_tasks.enums import (
    FINAL_OUTCOMES,
    SOON_DAYS,
    AssignmentPart,
    DutyStatus,
    ExtensionState,
    HindranceState,
    LateReason,
    ReportState,
    Verdict,
)
from reform_tasks.models import ExtensionRequest, HindranceClaim

_ACCEPTED = Q(report__state=ReportState.ACCEPTED, report__outcome__in=FINAL_OUTCOMES)
# Vietnamese day of the submission that counts.
SENT_DAY = TruncDate("report__submitted_at", tzinfo=calendar.VIETNAM)


def done_by(day: date) -> Q:
    """Return the filter of what is done on a day: accepted, final, sent (and its document signed) by then."""
    signed = Q(report__document_on__isnull=True) | Q(report__document_on__lte=day)
    return _ACCEPTED & Q(report__submitted_at__lte=calendar.end_of_day(day)) & signed


def waiting_by(day: date) -> Q:
    """Return the filter of what waits for the reviewer on a day."""
    return Q(report__state=ReportState.SUBMITTED, report__submitted_at__lte=calendar.end_of_day(day))


def status_on(day: date) -> Case:
    """Return each occurrence's DutyStatus on a day, as `duty_status` gives it for today."""
    last_of_quarter = calendar.quarter_end(day.year, calendar.quarter_of(day))
    steps = (
        (done_by(day), DutyStatus.DONE),
        (waiting_by(day), DutyStatus.WAITING),
        (Q(paused_on__isnull=False), DutyStatus.PAUSED),
        (Q(due_on__lt=day), DutyStatus.OVERDUE),
        (Q(report__state=ReportState.RETURNED), DutyStatus.RETURNED),
        (Q(due_on__isnull=True), DutyStatus.ON_INSTRUCTION),
        (Q(due_on__lte=day + timedelta(days=SOON_DAYS)), DutyStatus.SOON),
        (Q(due_on__lte=last_of_quarter), DutyStatus.OPEN),
    )
    return Case(
        *(When(test, then=Value(status.value)) for test, status in steps),
        default=Value(DutyStatus.LATER.value),
        output_field=CharField(),
    )


def verdict_on(day: date) -> Case:
    """Return each occurrence's verdict as the facts give it up to a day; for occurrences that `counted_by` keeps."""
    in_time = Q(due_on__gte=SENT_DAY) & (Q(report__document_on__isnull=True) | Q(due_on__gte=F("report__document_on")))
    return Case(
        When(done_by(day) & in_time, then=Value(Verdict.ON_TIME.value)),
        When(done_by(day), then=Value(Verdict.LATE.value)),
        default=Value(Verdict.MISSING.value),
        output_field=CharField(),
    )


def counted_by(day: date) -> Q:
    """Return the filter of the duties the facts count on a day: led, their due day wholly past, the clock running.

    A due day ends at midnight, so what is due on `day` itself counts from tomorrow (decision 0005).
    """
    running = Q(paused_on__isnull=True) | (Q(report__isnull=False) & _ACCEPTED)
    return Q(due_on__lt=day, assignment__part=AssignmentPart.LEAD) & running


def reason_of() -> Case:
    """Return why an overdue occurrence is late: the first of LateReason that holds, what others must decide first."""
    claim = HindranceClaim.objects.filter(occurrence=OuterRef("pk"), state=HindranceState.PENDING)
    request = ExtensionRequest.objects.filter(occurrence=OuterRef("pk"), state=ExtensionState.PENDING)
    partly = Q(report__state=ReportState.PARTLY) | Q(report__state=ReportState.ACCEPTED)
    steps = (
        (Exists(claim), LateReason.HINDERED),
        (Exists(request), LateReason.ASKED),
        (Q(report__state=ReportState.RETURNED), LateReason.RETURNED),
        (partly, LateReason.PARTLY),
        (Q(report__isnull=False), LateReason.DRAFTING),
    )
    return Case(
        *(When(test, then=Value(reason.value)) for test, reason in steps),
        default=Value(LateReason.NOT_STARTED.value),
        output_field=CharField(),
    )
