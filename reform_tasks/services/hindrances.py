"""Vướng mắc khách quan: claimed by a unit, checked by Phòng VHXH, stops the clock until ended (decision 0021)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.enums import HINDRANCE_MOVES, HindranceState, ReportState
from reform_tasks.file_kinds import FileRefused
from reform_tasks.models import Evidence, HindranceClaim, Occurrence
from reform_tasks.rules import may_end_hindrance, require_claim_reviewer, require_head, require_open
from reform_tasks.stopping import moved_due
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import people_with, special_days_of
from units.services import notify

from .duty_steps import heads_and, iso, item_of, record_on_duty, require_reportable
from .evidence import hold_files, store_uploads
from .progress import duty_url, duty_words


@dataclass(frozen=True, slots=True)
class Claim:
    """What a unit says holds a duty up; the document that asked for help is `upload` or `evidence` of its library."""

    description: str
    from_on: date
    help_number: str
    help_on: date
    help_to: str
    evidence: UUID | None = None
    upload: UploadedFile | None = None


@transaction.atomic
def claim_hindrance(*, actor: User, occurrence: Occurrence, claim: Claim) -> HindranceClaim:
    """Claim an objective hindrance (thủ trưởng only).

    Raises Refused, and DomainError with its field: "from_on" after today or after the due day, "help_on" in the
    future, "file" without the document, or none when another claim is open.
    """
    require_head(actor, occurrence, doing="đề nghị xác nhận vướng mắc")
    _require_claimable(occurrence, claim)
    row = HindranceClaim(
        occurrence=occurrence,
        description=clean_lines(claim.description),
        from_on=claim.from_on,
        help_number=clean(claim.help_number),
        help_on=claim.help_on,
        help_to=clean(claim.help_to),
        help_file=_help_file(actor, occurrence, claim),
        claimed_by=actor,
        claimed_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise DomainError("Kỳ này đang có một vướng mắc chờ thẩm định hoặc đang được tạm dừng thời hạn.") from None
    summary = f"Báo vướng mắc khách quan từ {day_text(row.from_on)}"
    asked = f"{row.help_number} ngày {day_text(row.help_on)} gửi {row.help_to}"
    after = {"from_on": iso(row.from_on), "help": asked}
    record_on_duty(actor, occurrence, "claim_hindrance", summary, after=after, reason=row.description)
    text = f"{occurrence.assignment.unit.short_name} báo vướng mắc khách quan ở {duty_words(occurrence)}"
    reviewers = people_with(RoleKind.REVIEWER, occurrence.assignment.task.plan.issuer)
    notify(people=reviewers, text=text, url=duty_url(occurrence), kind=NoticeKind.TODO)
    return row


@transaction.atomic
def withdraw_hindrance(*, actor: User, occurrence: Occurrence, item: int, version: int) -> HindranceClaim:
    """Take a claim back before it is checked (thủ trưởng only)."""
    require_head(actor, occurrence, doing="rút đề nghị xác nhận vướng mắc")
    claim = _item(occurrence, item, version)
    transition(claim, "withdraw", table=HINDRANCE_MOVES, reviewed_by=actor, reviewed_at=timezone.now())
    record_on_duty(actor, occurrence, "withdraw_hindrance", "Rút đề nghị xác nhận vướng mắc")
    return claim


@transaction.atomic
def accept_hindrance(
    *, actor: User, occurrence: Occurrence, item: int, version: int, reason: str = ""
) -> HindranceClaim:
    """Accept a claim: the clock of the duty stands still from the claim's day (Phòng VHXH).

    Raises Refused, Stale, and DomainError when the due day no longer lies on or after the claim's day.
    """
    claim = _to_check(actor, occurrence, item, version)
    require_reportable(occurrence)
    _check(actor, claim, "accept", clean_lines(reason))
    stopped = Occurrence.objects.live().filter(pk=occurrence.pk, paused_on__isnull=True, due_on__gte=claim.from_on)
    if stopped.update(paused_on=claim.from_on) != 1:
        raise Stale("Hạn của kỳ này vừa thay đổi nên không tạm dừng được từ ngày đơn vị nêu. Hãy tải lại trang.")
    summary = f"Xác nhận vướng mắc khách quan, tạm dừng thời hạn từ {day_text(claim.from_on)}"
    after = {"paused_on": iso(claim.from_on)}
    record_on_duty(actor, occurrence, "accept_hindrance", summary, after=after, reason=claim.review_reason)
    text = f"Vướng mắc ở {duty_words(occurrence)} được xác nhận, tạm dừng thời hạn từ {day_text(claim.from_on)}"
    notify(people=heads_and(occurrence, claim.claimed_by), text=text, url=duty_url(occurrence))
    return claim


@transaction.atomic
def refuse_hindrance(*, actor: User, occurrence: Occurrence, item: int, version: int, reason: str) -> HindranceClaim:
    """Refuse a claim with a reason (Phòng VHXH); the clock never stopped. Raises DomainError (field "reason")."""
    claim = _to_check(actor, occurrence, item, version)
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Hãy ghi lý do không xác nhận vướng mắc.", field="reason")
    _check(actor, claim, "refuse", reason)
    record_on_duty(actor, occurrence, "refuse_hindrance", "Không xác nhận vướng mắc khách quan", reason=reason)
    text = f"Vướng mắc ở {duty_words(occurrence)} không được xác nhận: {clean(reason)}"
    notify(people=heads_and(occurrence, claim.claimed_by), text=text, url=duty_url(occurrence))
    return claim


@transaction.atomic
def end_hindrance(
    *, actor: User, occurrence: Occurrence, item: int, version: int, ended_on: date, note: str = ""
) -> HindranceClaim:
    """Let the clock run again from `ended_on` (Phòng VHXH or the unit's head): the due day moves by the stopped days.

    Raises Refused, Stale, and DomainError (field "ended_on") outside the claim's day … today.
    """
    if not may_end_hindrance(actor, occurrence):
        unit = occurrence.assignment.unit.name
        raise Refused(f"Chỉ thủ trưởng {unit} hoặc Phòng Văn hóa - Xã hội mới được ghi nhận hết vướng mắc.")
    require_open(occurrence)
    claim = _item(occurrence, item, version)
    if not claim.from_on <= ended_on <= calendar.today():
        first, last = day_text(claim.from_on), day_text(calendar.today())
        raise DomainError(f"Ngày hết vướng mắc phải từ {first} đến {last}.", field="ended_on")
    days = _end(actor, occurrence, claim, ended_on, clean_lines(note))
    summary = f"Hết vướng mắc từ {day_text(ended_on)}; hạn mới {day_text(claim.due_after or ended_on)}"
    record_on_duty(actor, occurrence, "end_hindrance", summary, **days, reason=claim.end_note)
    text = f"{duty_words(occurrence, first=True)} hết vướng mắc, hạn mới {day_text(claim.due_after or ended_on)}"
    reviewer = claim.reviewed_by
    people = [person for person in heads_and(occurrence, claim.claimed_by, reviewer) if person != actor]
    notify(people=people, text=text, url=duty_url(occurrence))
    return claim


def end_with_report(actor: User, occurrence: Occurrence, sent_on: date) -> dict[str, Any]:
    """End a running hindrance because the duty is done: the clock stood still until the report was sent.

    Part of `accept_report`, which writes the audit entry; returns the days to record there, {} when none ran.
    """
    claim = HindranceClaim.objects.filter(occurrence=occurrence, state=HindranceState.ACCEPTED).first()
    if claim is None:
        return {}
    note = "Kết thúc khi báo cáo được chấp nhận."
    return _end(actor, occurrence, claim, max(claim.from_on, sent_on), note)


def _end(actor: User, occurrence: Occurrence, claim: HindranceClaim, ended_on: date, note: str) -> dict[str, Any]:
    """Move the claim and the due day together; returns `before` and `after` for the audit log."""
    due_on = Occurrence.objects.values_list("due_on", flat=True).get(pk=occurrence.pk)
    if due_on is None:  # an accepted claim needs a due day, which nothing takes away
        raise DomainError("Kỳ này không có hạn.")
    special = special_days_of(occurrence.assignment.task.plan.issuer_id)
    due_after = moved_due(due_on, claim.from_on, ended_on, special)
    transition(
        claim,
        "end",
        table=HINDRANCE_MOVES,
        ended_on=ended_on,
        ended_by=actor,
        end_note=note,
        due_before=due_on,
        due_after=due_after,
    )
    running = Occurrence.objects.filter(pk=occurrence.pk, due_on=due_on, paused_on=claim.from_on)
    if running.update(due_on=due_after, paused_on=None) != 1:
        raise Stale("Hạn của kỳ này vừa được người khác thay đổi. Hãy tải lại trang rồi làm lại.")
    return {
        "before": {"due_on": iso(due_on), "paused_on": iso(claim.from_on)},
        "after": {"due_on": iso(due_after), "paused_on": None},
    }


def _item(occurrence: Occurrence, item: int, version: int) -> HindranceClaim:
    return item_of(HindranceClaim.objects.filter(occurrence=occurrence), item, version)


def _to_check(actor: User, occurrence: Occurrence, item: int, version: int) -> HindranceClaim:
    """Return the claim to decide on; nobody checks their own."""
    claim = _item(occurrence, item, version)
    require_claim_reviewer(actor, occurrence, claim)
    return claim


def _check(actor: User, claim: HindranceClaim, action: str, reason: str) -> None:
    transition(
        claim,
        action,
        table=HINDRANCE_MOVES,
        reviewed_by=actor,
        reviewed_at=timezone.now(),
        review_reason=reason,
    )


def _require_claimable(occurrence: Occurrence, claim: Claim) -> None:
    """Raise DomainError at the first thing a claim lacks or that cannot be."""
    report = require_reportable(occurrence)
    if report is not None and report.state == ReportState.SUBMITTED:
        raise DomainError("Báo cáo đang chờ thẩm định; nếu còn vướng mắc, hãy rút báo cáo trước.")
    due_on = Occurrence.objects.values_list("due_on", flat=True).get(pk=occurrence.pk)
    if due_on is None:
        raise DomainError("Kỳ này chưa có hạn nên không có gì để tạm dừng.")
    if not clean_lines(claim.description):
        raise DomainError("Hãy mô tả vướng mắc.", field="description")
    today = calendar.today()
    if claim.from_on > today:
        raise DomainError("Ngày bắt đầu vướng mắc không được sau hôm nay.", field="from_on")
    if claim.from_on > due_on:
        raise DomainError(
            f"Vướng mắc bắt đầu sau hạn ({day_text(due_on)}) không tạm dừng được thời hạn; hãy đề nghị gia hạn.",
            field="from_on",
        )
    if claim.from_on < occurrence.assignment.task.plan.issued_on:
        raise DomainError("Ngày bắt đầu vướng mắc không được trước ngày ban hành kế hoạch.", field="from_on")
    if claim.help_on > today:
        raise DomainError("Ngày văn bản đề nghị hỗ trợ không được sau hôm nay.", field="help_on")
    for field, words in (("help_number", "số, ký hiệu văn bản"), ("help_to", "nơi nhận văn bản")):
        if not clean(getattr(claim, field)):
            raise DomainError(f"Hãy ghi {words} đề nghị hỗ trợ.", field=field)


def _help_file(actor: User, occurrence: Occurrence, claim: Claim) -> Evidence:
    """Return the document that asked for help, newly stored or out of the unit's library."""
    unit = occurrence.assignment.unit
    if claim.upload is not None:
        try:
            return store_uploads(actor=actor, unit=unit, uploads=[claim.upload])[0]
        except FileRefused as error:
            raise DomainError(error.message, field="file") from error
    found = hold_files(unit, [claim.evidence]) if claim.evidence else []
    if not found:
        raise DomainError("Hãy đính kèm văn bản đề nghị hỗ trợ.", field="file")
    return found[0]
