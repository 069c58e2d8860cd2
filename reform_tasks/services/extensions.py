"""Gia hạn: a unit asks for a later due day, the leader decides (decision 0021)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.enums import EXTENSION_MOVES, ReportState
from reform_tasks.models import ExtensionRequest, Occurrence
from reform_tasks.rules import require_head, require_leader
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import people_with
from units.services import notify

from .duty_steps import heads_and, iso, item_of, record_on_duty, require_reportable
from .progress import duty_url, duty_words


@transaction.atomic
def ask_extension(
    *, actor: User, occurrence: Occurrence, until: date, reason: str, late_reason: str = ""
) -> ExtensionRequest:
    """Ask for a later due day (thủ trưởng only); after the due day `late_reason` says why only now.

    Raises Refused, and DomainError (fields "until", "reason", "late_reason") or when another request waits.
    """
    require_head(actor, occurrence, doing="đề nghị gia hạn")
    due_on = _due_day(occurrence)
    _require_later(until, due_on, occurrence)
    reason, late_reason = clean_lines(reason), clean_lines(late_reason)
    if not reason:
        raise DomainError("Hãy ghi lý do đề nghị gia hạn.", field="reason")
    if due_on < calendar.today() and not late_reason:
        raise DomainError("Kỳ này đã quá hạn; hãy ghi vì sao đến nay mới đề nghị gia hạn.", field="late_reason")
    try:
        with transaction.atomic():
            asked = ExtensionRequest.objects.create(
                occurrence=occurrence,
                due_before=due_on,
                asked_until=until,
                reason=reason,
                late_reason=late_reason if due_on < calendar.today() else "",
                asked_by=actor,
                asked_at=timezone.now(),
            )
    except IntegrityError:
        raise DomainError("Đang có một đề nghị gia hạn chờ quyết định; hãy rút đề nghị đó trước.") from None
    why = "\n".join(part for part in (asked.reason, asked.late_reason) if part)
    summary = f"Đề nghị gia hạn đến {day_text(until)}"
    record_on_duty(actor, occurrence, "ask_extension", summary, after={"asked_until": iso(until)}, reason=why)
    unit = occurrence.assignment.unit.short_name
    text = f"{unit} đề nghị gia hạn {duty_words(occurrence)} đến {day_text(until)}"
    leaders = people_with(RoleKind.LEADER, occurrence.assignment.task.plan.issuer)
    notify(people=leaders, text=text, url=duty_url(occurrence), kind=NoticeKind.TODO)
    return asked


@transaction.atomic
def withdraw_extension(*, actor: User, occurrence: Occurrence, item: int, version: int) -> ExtensionRequest:
    """Take a waiting request back (thủ trưởng only)."""
    require_head(actor, occurrence, doing="rút đề nghị gia hạn")
    asked = item_of(ExtensionRequest.objects.filter(occurrence=occurrence), item, version)
    transition(asked, "withdraw", table=EXTENSION_MOVES, decided_by=actor, decided_at=timezone.now())
    summary = f"Rút đề nghị gia hạn đến {day_text(asked.asked_until)}"
    record_on_duty(actor, occurrence, "withdraw_extension", summary)
    return asked


@transaction.atomic
def grant_extension(
    *, actor: User, occurrence: Occurrence, item: int, version: int, until: date | None, note: str = ""
) -> ExtensionRequest:
    """Grant a request until the asked or another day: the due day moves, the planned day stays (leader only).

    Raises Refused, Stale when somebody decided or moved the due day meanwhile, DomainError (field "until").
    """
    require_leader(actor, occurrence, doing="quyết định gia hạn")
    require_reportable(occurrence)
    asked = item_of(ExtensionRequest.objects.filter(occurrence=occurrence), item, version)
    due_on = Occurrence.objects.values_list("due_on", flat=True).get(pk=occurrence.pk)
    until = until or asked.asked_until
    if due_on is None or until <= due_on:
        raise DomainError("Ngày gia hạn phải sau hạn hiện nay.", field="until")
    _require_within(until, occurrence)
    note = clean_lines(note)
    transition(
        asked,
        "grant",
        table=EXTENSION_MOVES,
        granted_until=until,
        decided_by=actor,
        decided_at=timezone.now(),
        decision_note=note,
    )
    moved = Occurrence.objects.live().filter(pk=occurrence.pk, due_on=due_on)
    if moved.update(due_on=until, extended_to=until) != 1:
        raise Stale("Hạn của kỳ này vừa được người khác thay đổi. Hãy tải lại trang rồi quyết định lại.")
    summary = f"Gia hạn đến {day_text(until)}"
    if until != asked.asked_until:
        summary += f" (đơn vị đề nghị {day_text(asked.asked_until)})"
    before, after = {"due_on": iso(due_on)}, {"due_on": iso(until)}
    record_on_duty(actor, occurrence, "grant_extension", summary, before=before, after=after, reason=note)
    text = f"{duty_words(occurrence, first=True)} được gia hạn đến {day_text(until)}"
    notify(people=heads_and(occurrence, asked.asked_by), text=text, url=duty_url(occurrence))
    return asked


@transaction.atomic
def refuse_extension(
    *, actor: User, occurrence: Occurrence, item: int, version: int, note: str, until: date | None = None
) -> ExtensionRequest:
    """Refuse a request with a reason (leader only); `until` on the same form does not matter.

    Raises Refused, Stale, DomainError (field "note").
    """
    require_leader(actor, occurrence, doing="quyết định gia hạn")
    note = clean_lines(note)
    if not note:
        raise DomainError("Hãy ghi lý do không đồng ý gia hạn.", field="note")
    asked = item_of(ExtensionRequest.objects.filter(occurrence=occurrence), item, version)
    transition(asked, "refuse", table=EXTENSION_MOVES, decided_by=actor, decided_at=timezone.now(), decision_note=note)
    summary = f"Không đồng ý gia hạn đến {day_text(asked.asked_until)}"
    record_on_duty(actor, occurrence, "refuse_extension", summary, reason=note)
    text = f"Đề nghị gia hạn {duty_words(occurrence)} không được đồng ý: {clean(note)}"
    notify(people=heads_and(occurrence, asked.asked_by), text=text, url=duty_url(occurrence))
    return asked


def _due_day(occurrence: Occurrence) -> date:
    """Return the due day an extension can move; raises DomainError where there is nothing to extend."""
    report = require_reportable(occurrence)
    if report is not None and report.state == ReportState.SUBMITTED:
        raise DomainError("Báo cáo đang chờ thẩm định; nếu cần gia hạn, hãy rút báo cáo trước.")
    due_on = Occurrence.objects.values_list("due_on", flat=True).get(pk=occurrence.pk)
    if due_on is None:
        raise DomainError("Kỳ này chưa có hạn nên chưa cần gia hạn.", field="until")
    return due_on


def _require_later(until: date, due_on: date, occurrence: Occurrence) -> None:
    """Raise DomainError unless the wanted day is after the due day, not past, and not absurdly far."""
    if until <= due_on:
        raise DomainError(f"Ngày đề nghị phải sau hạn hiện nay ({day_text(due_on)}).", field="until")
    if until < calendar.today():
        raise DomainError("Ngày đề nghị đã qua; hãy chọn từ hôm nay trở đi.", field="until")
    _require_within(until, occurrence)


def _require_within(until: date, occurrence: Occurrence) -> None:
    last = date(occurrence.assignment.task.plan.year + 1, 12, 31)
    if until > last:
        raise DomainError(f"Chỉ gia hạn đến {day_text(last)}; hãy kiểm tra năm đã nhập.", field="until")
