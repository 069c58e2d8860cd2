"""What a unit said by telephone: typed by Văn phòng, confirmed or corrected by the unit's head (decision 0022)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean
from reform_tasks.enums import EDITABLE_REPORT_STATES, PHONE_MOVES, REPORT_MOVES, PhoneState, ReportState
from reform_tasks.models import RESULT_FIELDS, Occurrence, PhoneEntry, ProgressReport
from reform_tasks.results import document_text, quantity_text, require_complete, require_possible
from reform_tasks.rules import require_head, require_office
from units.enums import NoticeKind
from units.models import User
from units.queries import special_days_of
from units.services import notify

from .duty_steps import heads_and, item_of, record_on_duty, report_now, require_reportable
from .progress import Draft, duty_url, duty_words, record_step, snapshot, tell_reviewers

# A call is typed soon or it is no record of a call.
TYPED_WITHIN = 3  # working days


@transaction.atomic
def record_phone(*, actor: User, occurrence: Occurrence, caller: str, called_at: datetime, draft: Draft) -> PhoneEntry:
    """Write down what a unit reported by telephone (Văn phòng). It is no report until the unit's head confirms it.

    Raises Refused, and DomainError (fields "caller", "called_on", and those of the result) or when another entry waits.
    """
    require_office(actor, occurrence, doing="ghi báo cáo qua điện thoại")
    task = occurrence.assignment.task
    _require_callable(occurrence, called_at)
    if not clean(caller):
        raise DomainError("Hãy ghi họ tên người đã gọi.", field="caller")
    require_possible(draft, task, today=calendar.today())
    require_complete(draft, task)
    try:
        with transaction.atomic():
            entry = PhoneEntry.objects.create(
                occurrence=occurrence,
                caller=clean(caller),
                called_at=called_at,
                typed_by=actor,
                typed_at=timezone.now(),
                **draft.values(),
            )
    except IntegrityError:
        raise DomainError("Đang có nội dung ghi qua điện thoại chờ xác nhận; hãy rút nội dung đó trước.") from None
    summary = f"Ghi báo cáo qua điện thoại: {entry.caller} gọi lúc {calendar.moment_text(called_at)}"
    record_on_duty(actor, occurrence, "record_phone", summary, after=_told(entry))
    text = f"Văn phòng ghi báo cáo qua điện thoại {duty_words(occurrence)}, chờ thủ trưởng xác nhận"
    notify(people=heads_and(occurrence), text=text, url=duty_url(occurrence), kind=NoticeKind.TODO)
    return entry


@transaction.atomic
def confirm_phone(*, actor: User, occurrence: Occurrence, item: int, version: int) -> ProgressReport:
    """Confirm what was typed, word for word: it becomes the unit's report, sent at the time of the call.

    Raises Refused, Stale, and DomainError when the report was sent or checked since the call.
    """
    require_head(actor, occurrence, doing="xác nhận báo cáo qua điện thoại")
    seen = require_reportable(occurrence)
    entry = item_of(PhoneEntry.objects.filter(occurrence=occurrence), item, version)
    if seen is not None and seen.reviewed_at is not None and seen.reviewed_at > entry.called_at:
        raise DomainError("Báo cáo đã được thẩm định sau cuộc gọi này; hãy chọn sửa lại rồi gửi.")
    _decide(actor, entry, "confirm")
    before = snapshot(seen)
    report = _take_over(occurrence, seen, entry)
    transition(
        report,
        "submit",
        table=REPORT_MOVES,
        submitted_at=entry.called_at,
        submitted_by=actor,
        reviewed_at=None,
        reviewed_by=None,
        review_reason="",
    )
    told = f"{entry.caller} gọi lúc {calendar.moment_text(entry.called_at)}"
    record_step(actor, report, "confirm_phone", f"Xác nhận báo cáo qua điện thoại ({told})", before)
    tell_reviewers(occurrence)
    return report


@transaction.atomic
def correct_phone(*, actor: User, occurrence: Occurrence, item: int, version: int) -> ProgressReport:
    """Put what was typed into the unit's own draft, to be corrected and sent; the time of that sending counts.

    A draft that holds anything already is left as it is. Raises Refused, Stale, DomainError.
    """
    require_head(actor, occurrence, doing="sửa báo cáo qua điện thoại")
    seen = require_reportable(occurrence)
    entry = item_of(PhoneEntry.objects.filter(occurrence=occurrence), item, version)
    _decide(actor, entry, "correct")
    before = snapshot(seen)
    kept = seen is not None and (seen.state not in EDITABLE_REPORT_STATES or bool(seen.result or seen.document_number))
    report = seen if kept and seen is not None else _take_over(occurrence, seen, entry)
    record_step(actor, report, "correct_phone", "Sửa lại nội dung ghi qua điện thoại", before)
    return report


@transaction.atomic
def withdraw_phone(*, actor: User, occurrence: Occurrence, item: int, version: int) -> PhoneEntry:
    """Take an entry back before it is confirmed (Văn phòng): a wrong duty, a wrong unit."""
    require_office(actor, occurrence, doing="rút nội dung ghi qua điện thoại")
    entry = item_of(PhoneEntry.objects.filter(occurrence=occurrence), item, version)
    _decide(actor, entry, "withdraw")
    record_on_duty(actor, occurrence, "withdraw_phone", "Rút nội dung ghi qua điện thoại", before=_told(entry))
    return entry


def _require_callable(occurrence: Occurrence, called_at: datetime) -> None:
    """Raise DomainError when nothing can be reported now, or when the call cannot have been then."""
    report = require_reportable(occurrence)
    if report is not None and report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        state = report.get_state_display()
        raise DomainError(f"Báo cáo của đơn vị đang ở trạng thái “{state}” nên không ghi qua điện thoại được.")
    if called_at > timezone.now():
        raise DomainError("Cuộc gọi không thể ở sau lúc này.", field="called_on")
    special = special_days_of(occurrence.assignment.task.plan.issuer_id)
    first = calendar.add_working_days(calendar.today(), -TYPED_WITHIN, special)
    if calendar.local_date(called_at) < first:
        raise DomainError(
            f"Chỉ ghi cuộc gọi trong {TYPED_WITHIN} ngày làm việc gần nhất (từ {calendar.day_text(first)}).",
            field="called_on",
        )
    if report is not None and report.reviewed_at is not None and called_at < report.reviewed_at:
        when = calendar.moment_text(report.reviewed_at)
        raise DomainError(f"Cuộc gọi phải sau lần thẩm định lúc {when}.", field="called_on")


def _decide(actor: User, entry: PhoneEntry, action: str) -> None:
    transition(entry, action, table=PHONE_MOVES, decided_by=actor, decided_at=timezone.now())


def _take_over(occurrence: Occurrence, seen: ProgressReport | None, entry: PhoneEntry) -> ProgressReport:
    """Write the entry's content into the report, creating it when there is none."""
    content = {name: getattr(entry, name) for name in RESULT_FIELDS}
    overtaken = "Người khác vừa thay đổi báo cáo này. Hãy tải lại trang để xem bản mới nhất rồi làm lại."
    if seen is None:
        try:
            with transaction.atomic():
                return ProgressReport.objects.create(occurrence=occurrence, **content)
        except IntegrityError:
            raise Stale(overtaken) from None
    same = ProgressReport.objects.filter(pk=seen.pk, version=seen.version, state__in=EDITABLE_REPORT_STATES)
    if same.update(version=F("version") + 1, **content) != 1:
        raise Stale(overtaken)
    return report_now(occurrence) or seen


def _told(entry: PhoneEntry) -> dict[str, Any]:
    """Return what was typed, for the audit log."""
    return {
        "caller": entry.caller,
        "called_at": entry.called_at.isoformat(),
        "outcome": entry.outcome,
        "result": entry.result,
        "document": document_text(entry),
        "quantity": quantity_text(entry),
        "state": PhoneState(entry.state).label,
    }
