"""The reviewer's side of a progress report: accept, accept in part, return (Phòng Văn hóa - Xã hội)."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from ninhgiang import calendar, points
from ninhgiang.errors import DomainError
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.enums import FINAL_OUTCOMES, REPORT_MOVES, Outcome
from reform_tasks.models import AcceptedPart, Occurrence, ProgressReport
from reform_tasks.rules import require_open, require_reviewer
from units.enums import NoticeKind
from units.models import User
from units.services import notify

from .hindrances import end_with_report
from .progress import authors_of, claimed, duty_url, duty_words, record_step


@transaction.atomic
def accept_report(*, actor: User, occurrence: Occurrence, version: int) -> ProgressReport:
    """Accept a sent report (Phòng Văn hóa - Xã hội). "Đang thực hiện" leaves the occurrence open (decision 0010).

    A hindrance still running ends with the day the closing report was sent (decision 0021).
    """
    require_reviewer(actor, occurrence)
    require_open(occurrence)
    report, before = claimed(occurrence, version)
    transition(report, "accept", table=REPORT_MOVES, reviewed_at=timezone.now(), reviewed_by=actor)
    ended = {}
    if report.outcome in FINAL_OUTCOMES and report.submitted_at is not None:
        ended = end_with_report(actor, occurrence, calendar.local_date(report.submitted_at))
    summary = f"Chấp nhận báo cáo: {report.get_outcome_display()}"
    before |= ended.get("before", {})
    record_step(actor, report, "accept_report", summary, before, more=ended.get("after"))
    return report


@transaction.atomic
def return_report(*, actor: User, occurrence: Occurrence, version: int, reason: str) -> ProgressReport:
    """Send a report back with a reason; its head and everybody who worked on it are told.

    Raises DomainError (field "reason") without a reason.
    """
    require_reviewer(actor, occurrence)
    require_open(occurrence)
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Hãy ghi lý do trả lại để đơn vị biết cần sửa gì.", field="reason")
    report, before = claimed(occurrence, version)
    transition(
        report, "return", table=REPORT_MOVES, reviewed_at=timezone.now(), reviewed_by=actor, review_reason=reason
    )
    record_step(actor, report, "return_report", "Trả lại báo cáo", before, reason=reason)
    text = f"Báo cáo {duty_words(occurrence)} bị trả lại: {clean(reason)}"
    notify(people=authors_of(report), text=text, url=duty_url(occurrence), kind=NoticeKind.RETURNED)
    return report


@transaction.atomic
def accept_part(
    *,
    actor: User,
    occurrence: Occurrence,
    version: int,
    missing: str,
    reason: str,
    quantity: Decimal | None = None,
    percent: Decimal | None = None,
) -> ProgressReport:
    """Accept a part of a sent report and send the rest back to the unit (decision 0020).

    The part is `quantity` of the reported total, or `percent` when no quantity was reported: above 0, below the whole.
    The occurrence stays open; its authors are told what is missing. Raises Refused, Stale, and DomainError (fields
    "quantity", "percent", "missing", "reason").
    """
    require_reviewer(actor, occurrence)
    require_open(occurrence)
    missing, reason = clean_lines(missing), clean_lines(reason)
    report, before = claimed(occurrence, version)
    share = _share(report, quantity, percent)
    if not missing:
        raise DomainError("Hãy ghi phần còn thiếu để đơn vị làm tiếp.", field="missing")
    if not reason:
        raise DomainError("Hãy ghi lý do chỉ chấp nhận một phần.", field="reason")
    moment = timezone.now()
    sent_at = report.submitted_at or moment
    transition(report, "accept_part", table=REPORT_MOVES, reviewed_at=moment, reviewed_by=actor, review_reason=reason)
    part = AcceptedPart.objects.create(
        report=report,
        submitted_at=sent_at,
        accepted_at=moment,
        accepted_by=actor,
        quantity=quantity,
        quantity_total=report.quantity_total if quantity is not None else None,
        quantity_unit=report.quantity_unit if quantity is not None else "",
        percent=share,
        missing=missing,
        reason=reason,
    )
    words = part_words(part)
    why = f"{reason}\nCòn thiếu: {missing}"
    record_step(actor, report, "accept_part", f"Chấp nhận một phần: {words}", before, reason=why)
    text = f"Báo cáo {duty_words(occurrence)} được chấp nhận {words}; còn thiếu: {clean(missing)}"
    notify(people=authors_of(report), text=text, url=duty_url(occurrence), kind=NoticeKind.RETURNED)
    return report


def part_words(part: AcceptedPart) -> str:
    """Return what was accepted: "12/20 hồ sơ (60 %)" or "60 %"."""
    share = f"{points.show(part.percent)} %"
    if part.quantity is None or part.quantity_total is None:
        return share
    return clean(f"{points.show(part.quantity)}/{points.show(part.quantity_total)} {part.quantity_unit} ({share})")


def _share(report: ProgressReport, quantity: Decimal | None, percent: Decimal | None) -> Decimal:
    """Return the accepted part in percent; raises DomainError unless it is a part of what was reported."""
    if report.outcome == Outcome.NOT_ARISEN:
        raise DomainError("Báo cáo “Không phát sinh” chỉ được chấp nhận hoặc trả lại.")
    done, total = report.quantity_done, report.quantity_total
    if done is None or total is None:
        if quantity is not None or percent is None or not 0 < percent < 100:
            raise DomainError("Hãy ghi tỷ lệ được chấp nhận, lớn hơn 0 và nhỏ hơn 100 %.", field="percent")
        return percent
    if quantity is None or quantity <= 0:
        raise DomainError("Hãy ghi số lượng được chấp nhận, lớn hơn 0.", field="quantity")
    if quantity > done or quantity >= total:
        raise DomainError(
            f"Phần được chấp nhận không quá số đã báo cáo ({points.show(done)}) và phải nhỏ hơn {points.show(total)}.",
            field="quantity",
        )
    share = points.percent(quantity, total)
    return min(max(share, points.TWO_PLACES), 100 - points.TWO_PLACES)
