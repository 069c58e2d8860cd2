"""A unit's side of a progress report: draft, hand to the head, submit, withdraw, go on. History is in AuditEntry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.enums import EDITABLE_REPORT_STATES, FINAL_OUTCOMES, REPORT_MOVES, PhoneState, ReportState
from reform_tasks.models import RESULT_FIELDS, Occurrence, PhoneEntry, ProgressReport, ReportEvidence
from reform_tasks.results import document_text, quantity_text, require_complete, require_possible
from reform_tasks.rules import (
    DONE_REASON,
    closed_reason,
    require_drafter,
    require_head,
    require_officer,
    require_open,
)
from units.enums import NoticeKind, RoleKind
from units.models import AuditEntry, User
from units.queries import people_with
from units.services import notify, record_audit

from .evidence import checked_pages, hold_files, store_uploads

_DRAFT_ACTIONS = ("save_report", "hand_report", "submit_report")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person typed into a report: `evidence` are ids of files of the unit that the report rests on.

    `pages` maps such an id to the pages meant ("3-5, 9"); without one the whole file is meant.
    """

    outcome: str = ""
    result: str = ""
    note: str = ""
    evidence: tuple[UUID, ...] = ()
    pages: Mapping[UUID, str] = field(default_factory=dict)
    document_number: str = ""
    document_on: date | None = None
    document_title: str = ""
    document_signer: str = ""
    quantity_done: Decimal | None = None
    quantity_total: Decimal | None = None
    quantity_unit: str = ""

    def values(self) -> dict[str, Any]:
        """Return the content as stored: tidy text, days and numbers as they are."""
        found = {name: getattr(self, name) for name in RESULT_FIELDS}
        lines = {name: clean_lines(found[name]) for name in ("result", "note")}
        words = ("document_number", "document_title", "document_signer", "quantity_unit")
        return found | lines | {name: clean(found[name]) for name in words}


@transaction.atomic
def save_report(
    *, actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile] = ()
) -> ProgressReport:
    """Save a draft with its files, creating the report at the first save (`version` 0 then).

    All or nothing: a bad file saves no text either (the screen keeps it). Raises Refused for people of other
    units, FileRefused for a bad file, DomainError (field) for a value that cannot be, and Stale with both values
    when somebody else saved first, when the report is sent or accepted, or when the duty is closed.
    """
    require_drafter(actor, occurrence)
    before = snapshot(ProgressReport.objects.filter(occurrence=occurrence).first())
    report = _write(actor, occurrence, draft, version, uploads)
    summary = "Lưu nháp báo cáo" if before else "Bắt đầu soạn báo cáo"
    record_step(actor, report, "save_report", summary, before)
    return report


@transaction.atomic
def submit_report(
    *, actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile] = ()
) -> ProgressReport:
    """Save what is on the screen and send it to the reviewers (thủ trưởng đơn vị only).

    Raises what `save_report` raises, and DomainError naming the field that is still missing.
    """
    require_head(actor, occurrence, doing="gửi báo cáo")
    require_complete(draft, occurrence.assignment.task)
    seen = ProgressReport.objects.filter(occurrence=occurrence).first()
    before = snapshot(seen)
    report = _write(actor, occurrence, draft, version, uploads)
    transition(
        report,
        "submit",
        table=REPORT_MOVES,
        submitted_at=timezone.now(),
        submitted_by=actor,
        reviewed_at=None,
        reviewed_by=None,
        review_reason="",
    )
    # What Văn phòng typed from a call is overtaken by the unit's own report.
    PhoneEntry.objects.filter(occurrence=occurrence, state=PhoneState.PENDING).update(
        state=PhoneState.CORRECTED, decided_by=actor, decided_at=timezone.now(), version=F("version") + 1
    )
    again = "Gửi lại báo cáo" if seen is not None and seen.review_reason else "Gửi báo cáo"
    record_step(actor, report, "submit_report", f"{again}: {report.get_outcome_display()}", before)
    tell_reviewers(occurrence)
    return report


def tell_reviewers(occurrence: Occurrence) -> None:
    """Leave a notice that a report waits; part of the caller's service."""
    issuer = occurrence.assignment.task.plan.issuer
    text = f"{occurrence.assignment.unit.short_name} gửi báo cáo {duty_words(occurrence)}"
    notify(people=people_with(RoleKind.REVIEWER, issuer), text=text, url=duty_url(occurrence))


@transaction.atomic
def hand_report(
    *, actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile] = ()
) -> ProgressReport:
    """Save what is on the screen and hand it to the unit's head to send ("Trình thủ trưởng"); officers only.

    Raises what `save_report` raises, and DomainError naming the field that is still missing.
    """
    require_officer(actor, occurrence)
    require_complete(draft, occurrence.assignment.task)
    before = snapshot(ProgressReport.objects.filter(occurrence=occurrence).first())
    report = _write(actor, occurrence, draft, version, uploads)
    transition(report, "hand", table=REPORT_MOVES, handed_at=timezone.now(), handed_by=actor)
    record_step(actor, report, "hand_report", "Trình thủ trưởng báo cáo", before)
    unit = occurrence.assignment.unit
    text = f"{actor.full_name} trình báo cáo {duty_words(occurrence)}, chờ thủ trưởng gửi"
    notify(people=people_with(RoleKind.UNIT_HEAD, unit), text=text, url=duty_url(occurrence), kind=NoticeKind.TODO)
    return report


@transaction.atomic
def hand_back(*, actor: User, occurrence: Occurrence, version: int, reason: str = "") -> ProgressReport:
    """Turn a handed report into a draft again: the head wants changes, or the officer goes on writing."""
    require_drafter(actor, occurrence)
    require_open(occurrence)
    report, before = claimed(occurrence, version)
    transition(report, "hand_back", table=REPORT_MOVES)
    reason = clean_lines(reason)
    record_step(actor, report, "hand_back", "Chuyển báo cáo về soạn tiếp", before, reason=reason)
    text = f"Báo cáo {duty_words(occurrence)} được chuyển về soạn tiếp{f': {clean(reason)}' if reason else ''}"
    others = [person for person in authors_of(report) if person != actor]
    notify(people=others, text=text, url=duty_url(occurrence), kind=NoticeKind.TODO)
    return report


@transaction.atomic
def withdraw_report(*, actor: User, occurrence: Occurrence, version: int) -> ProgressReport:
    """Take a sent report back before it is checked (thủ trưởng only); it becomes a draft again."""
    require_head(actor, occurrence, doing="rút báo cáo")
    require_open(occurrence)
    report, before = claimed(occurrence, version)
    transition(report, "withdraw", table=REPORT_MOVES)
    record_step(actor, report, "withdraw_report", "Rút lại báo cáo", before)
    return report


@transaction.atomic
def continue_report(*, actor: User, occurrence: Occurrence, version: int) -> ProgressReport:
    """Open an accepted "Đang thực hiện" again, so that the unit can report the rest."""
    require_drafter(actor, occurrence)
    require_open(occurrence)
    report, before = claimed(occurrence, version)
    if report.state == ReportState.ACCEPTED and report.outcome in FINAL_OUTCOMES:
        raise DomainError(DONE_REASON)
    transition(report, "continue", table=REPORT_MOVES)
    record_step(actor, report, "continue_report", "Báo cáo tiếp sau khi được chấp nhận ở mức đang thực hiện", before)
    return report


def _write(
    actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile]
) -> ProgressReport:
    """Write the typed content under the version the person saw, link the files, return the fresh report."""
    _require_writable(occurrence, draft)
    task = occurrence.assignment.task
    require_possible(draft, task, today=calendar.today())
    values = draft.values()
    report = _update(occurrence, values, draft, version) if version else _create(occurrence, values, draft)
    unit = occurrence.assignment.unit
    chosen = hold_files(unit, draft.evidence)
    pages = checked_pages(chosen, draft.pages)
    stored = store_uploads(actor=actor, unit=unit, uploads=uploads)
    _link(report, {one.pk: pages.get(one.pk, "") for one in [*chosen, *stored]})
    return report


def _link(report: ProgressReport, pages: Mapping[UUID, str]) -> None:
    """Make the report rest on exactly these files, each with its pages."""
    report.evidence_uses.exclude(evidence__in=pages).delete()
    ReportEvidence.objects.bulk_create(
        [ReportEvidence(report=report, evidence_id=pk, pages=text) for pk, text in pages.items()],
        update_conflicts=True,
        unique_fields=["report", "evidence"],
        update_fields=["pages"],
    )


def _require_writable(occurrence: Occurrence, draft: Draft) -> None:
    """Raise Stale, with what was typed, when nothing may be reported on this duty any more."""
    report = ProgressReport.objects.filter(occurrence=occurrence).first()
    if reason := closed_reason(occurrence, report):
        raise _stale(report or ProgressReport(), draft, f"{reason} Nội dung bạn nhập chưa được lưu.")


def _create(occurrence: Occurrence, values: dict[str, str], draft: Draft) -> ProgressReport:
    """Create the report; whoever comes second meets the unique occurrence and gets Stale."""
    try:
        with transaction.atomic():
            return ProgressReport.objects.create(occurrence=occurrence, **values)
    except IntegrityError:
        raise _stale(ProgressReport.objects.get(occurrence=occurrence), draft, _OVERTAKEN) from None


def _update(occurrence: Occurrence, values: dict[str, str], draft: Draft, version: int) -> ProgressReport:
    """Change the report by a conditional UPDATE; raises Stale or, when it is closed for editing, DomainError."""
    changed = ProgressReport.objects.filter(
        occurrence=occurrence, version=version, state__in=EDITABLE_REPORT_STATES
    ).update(version=F("version") + 1, **values)
    report = ProgressReport.objects.filter(occurrence=occurrence).first()
    if report is None:
        raise DomainError("Không tìm thấy báo cáo này. Hãy tải lại trang.")
    if changed:
        return report
    if report.version == version:
        raise _stale(report, draft, f"Báo cáo đang ở trạng thái “{report.get_state_display()}” nên không sửa được.")
    raise _stale(report, draft, _OVERTAKEN)


_OVERTAKEN = "Người khác vừa lưu báo cáo này trước bạn. Nội dung bạn nhập vẫn được giữ ở dưới; hãy chọn bản cần lưu."


def _stale(report: ProgressReport, draft: Draft, message: str) -> Stale:
    """Return the conflict with both contents, for the page that lets the person choose."""
    mine = ProgressReport(**draft.values())
    return Stale(message, theirs=_shown(report), mine=_shown(mine))


def _shown(report: ProgressReport) -> dict[str, str]:
    """Return what people compare, by its label on the form."""
    shown = {
        "Tình hình thực hiện": str(report.get_outcome_display()),
        "Kết quả": report.result,
        "Ghi chú": report.note,
    }
    parts = {"Văn bản": document_text(report), "Số liệu": quantity_text(report)}
    shown |= {label: text for label, text in parts.items() if text}
    return {"Trạng thái": str(report.get_state_display()), **shown} if report.pk else shown


def claimed(occurrence: Occurrence, version: int) -> tuple[ProgressReport, dict[str, Any]]:
    """Return the report as the person saw it (so that `transition` notices a change) and its snapshot."""
    report = ProgressReport.objects.filter(occurrence=occurrence).first()
    if report is None:
        raise DomainError("Kỳ này chưa có báo cáo nào.")
    before = snapshot(report)
    report.version = version
    return report, before


def snapshot(report: ProgressReport | None) -> dict[str, Any]:
    """Return a report's content for the audit log; {} when there is none yet."""
    if report is None:
        return {}
    return {
        "state": report.state,
        "outcome": report.outcome,
        "result": report.result,
        "note": report.note,
        **_particulars(report),
        **evidence_data(report),
    }


def evidence_data(report: ProgressReport) -> dict[str, Any]:
    """Return the report's files, and the pages of those that name any, for the audit log."""
    uses = list(report.evidence_uses.order_by("evidence__uploaded_at", "evidence"))
    pages = {str(use.evidence_id): use.pages for use in uses if use.pages}
    return {"evidence": [str(use.evidence_id) for use in uses]} | ({"pages": pages} if pages else {})


def _particulars(report: ProgressReport) -> dict[str, Any]:
    """Return the document and the quantity that were given, as JSON."""
    given = {name: getattr(report, name) for name in RESULT_FIELDS[3:]}
    return {name: str(value) for name, value in given.items() if value not in ("", None)}


def record_step(
    actor: User,
    report: ProgressReport,
    action: str,
    summary: str,
    before: dict[str, Any],
    *,
    reason: str = "",
    more: dict[str, Any] | None = None,
) -> None:
    """Write the one audit entry of a step, on the occurrence so that its page shows the whole history."""
    occurrence = report.occurrence
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=occurrence,
        issuer=occurrence.assignment.task.plan.issuer,
        unit=occurrence.assignment.unit,
        before=before,
        after=snapshot(report) | (more or {}),
        reason=reason,
    )


def authors_of(report: ProgressReport) -> list[User]:
    """Return the head(s) of the unit and everybody who saved or sent this report, each once."""
    occurrence = report.occurrence
    wrote = AuditEntry.objects.filter(
        object_type="reform_tasks.occurrence", object_id=str(occurrence.pk), action__in=_DRAFT_ACTIONS
    ).values("actor")
    people = {person.pk: person for person in people_with(RoleKind.UNIT_HEAD, occurrence.assignment.unit)}
    people |= {person.pk: person for person in User.objects.filter(pk__in=wrote, is_active=True)}
    return list(people.values())


def duty_words(occurrence: Occurrence, *, first: bool = False) -> str:
    """Name a duty in a notice: "nhiệm vụ 40 (Quý I/2026)", with a capital when it stands `first`."""
    return f"{'Nhiệm vụ' if first else 'nhiệm vụ'} {occurrence.assignment.task.number} ({occurrence.label})"


def duty_url(occurrence: Occurrence) -> str:
    """Return the address of a duty's page."""
    return reverse("reform_tasks:occurrence-detail", args=[occurrence.pk])
