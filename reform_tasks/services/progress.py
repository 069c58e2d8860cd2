"""The life of a progress report: draft, submit, withdraw, accept, return, go on. History is in AuditEntry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.enums import EDITABLE_REPORT_STATES, FINAL_OUTCOMES, REPORT_MOVES, Outcome, ReportState
from reform_tasks.models import Evidence, Occurrence, ProgressReport
from reform_tasks.rules import require_drafter, require_head, require_reviewer
from units.enums import NoticeKind, RoleKind
from units.models import AuditEntry, User
from units.queries import people_with
from units.services import notify, record_audit

from .evidence import store_uploads

_DRAFT_ACTIONS = ("save_report", "submit_report")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person typed into a report: `evidence` are ids of files of the unit that the report rests on."""

    outcome: str = ""
    result: str = ""
    note: str = ""
    evidence: tuple[UUID, ...] = ()


@transaction.atomic
def save_report(
    *, actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile] = ()
) -> ProgressReport:
    """Save a draft with its files, creating the report at the first save (`version` 0 then).

    All or nothing: a bad file saves no text either (the screen keeps it). Raises Refused for people of other
    units, FileRefused for a bad file, DomainError once the report is sent or accepted, and Stale with both
    values when somebody else saved first.
    """
    require_drafter(actor, occurrence)
    before = _snapshot(ProgressReport.objects.filter(occurrence=occurrence).first())
    report = _write(actor, occurrence, draft, version, uploads)
    summary = "Lưu nháp báo cáo" if before else "Bắt đầu soạn báo cáo"
    _record(actor, report, "save_report", summary, before)
    return report


@transaction.atomic
def submit_report(
    *, actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile] = ()
) -> ProgressReport:
    """Save what is on the screen and send it to the reviewers (thủ trưởng đơn vị only).

    Raises what `save_report` raises, and DomainError naming the field that is still missing.
    """
    require_head(actor, occurrence, doing="gửi báo cáo")
    _require_complete(draft)
    before = _snapshot(ProgressReport.objects.filter(occurrence=occurrence).first())
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
    again = "Gửi lại báo cáo" if before.get("state") == ReportState.RETURNED else "Gửi báo cáo"
    _record(actor, report, "submit_report", f"{again}: {report.get_outcome_display()}", before)
    issuer = occurrence.assignment.task.plan.issuer
    text = f"{occurrence.assignment.unit.short_name} gửi báo cáo {_duty_words(occurrence)}"
    notify(people=people_with(RoleKind.REVIEWER, issuer), text=text, url=_url(occurrence))
    return report


@transaction.atomic
def withdraw_report(*, actor: User, occurrence: Occurrence, version: int) -> ProgressReport:
    """Take a sent report back before it is checked (thủ trưởng only); it becomes a draft again."""
    require_head(actor, occurrence, doing="rút báo cáo")
    report, before = _claimed(occurrence, version)
    transition(report, "withdraw", table=REPORT_MOVES)
    _record(actor, report, "withdraw_report", "Rút lại báo cáo", before)
    return report


@transaction.atomic
def accept_report(*, actor: User, occurrence: Occurrence, version: int) -> ProgressReport:
    """Accept a sent report (Phòng Văn hóa - Xã hội). "Đang thực hiện" leaves the occurrence open (decision 0010)."""
    require_reviewer(actor, occurrence)
    report, before = _claimed(occurrence, version)
    transition(report, "accept", table=REPORT_MOVES, reviewed_at=timezone.now(), reviewed_by=actor)
    _record(actor, report, "accept_report", f"Chấp nhận báo cáo: {report.get_outcome_display()}", before)
    return report


@transaction.atomic
def return_report(*, actor: User, occurrence: Occurrence, version: int, reason: str) -> ProgressReport:
    """Send a report back with a reason; its head and everybody who worked on it are told.

    Raises DomainError (field "reason") without a reason.
    """
    require_reviewer(actor, occurrence)
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Hãy ghi lý do trả lại để đơn vị biết cần sửa gì.", field="reason")
    report, before = _claimed(occurrence, version)
    transition(
        report, "return", table=REPORT_MOVES, reviewed_at=timezone.now(), reviewed_by=actor, review_reason=reason
    )
    _record(actor, report, "return_report", "Trả lại báo cáo", before, reason=reason)
    text = f"Báo cáo {_duty_words(occurrence)} bị trả lại: {clean(reason)}"
    notify(people=_authors(report), text=text, url=_url(occurrence), kind=NoticeKind.RETURNED)
    return report


@transaction.atomic
def continue_report(*, actor: User, occurrence: Occurrence, version: int) -> ProgressReport:
    """Open an accepted "Đang thực hiện" again, so that the unit can report the rest."""
    require_drafter(actor, occurrence)
    report, before = _claimed(occurrence, version)
    if report.state == ReportState.ACCEPTED and report.outcome in FINAL_OUTCOMES:
        raise DomainError("Kỳ này đã xong và được chấp nhận, không báo cáo tiếp được.")
    transition(report, "continue", table=REPORT_MOVES)
    _record(actor, report, "continue_report", "Báo cáo tiếp sau khi được chấp nhận ở mức đang thực hiện", before)
    return report


def _require_complete(draft: Draft) -> None:
    """Raise DomainError at the first thing a sent report must have."""
    if draft.outcome not in Outcome.values:
        raise DomainError("Hãy chọn tình hình thực hiện trước khi gửi.", field="outcome")
    if draft.outcome != Outcome.NOT_ARISEN and not clean(draft.result):
        raise DomainError("Hãy ghi kết quả (số, ký hiệu văn bản hoặc số liệu) trước khi gửi.", field="result")


def _write(
    actor: User, occurrence: Occurrence, draft: Draft, version: int, uploads: Sequence[UploadedFile]
) -> ProgressReport:
    """Write the typed content under the version the person saw, link the files, return the fresh report."""
    values = {"outcome": draft.outcome, "result": clean_lines(draft.result), "note": clean_lines(draft.note)}
    report = _update(occurrence, values, draft, version) if version else _create(occurrence, values, draft)
    unit = occurrence.assignment.unit
    chosen = list(Evidence.objects.filter(unit=unit, pk__in=draft.evidence))
    report.evidence.set([*chosen, *store_uploads(actor=actor, unit=unit, uploads=uploads)])
    return report


def _create(occurrence: Occurrence, values: dict[str, str], draft: Draft) -> ProgressReport:
    """Create the report; whoever comes second meets the unique occurrence and gets Stale."""
    try:
        with transaction.atomic():
            return ProgressReport.objects.create(occurrence=occurrence, **values)
    except IntegrityError:
        raise _stale(ProgressReport.objects.get(occurrence=occurrence), draft) from None


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
        raise DomainError(f"Báo cáo đang ở trạng thái “{report.get_state_display()}” nên không sửa được.")
    raise _stale(report, draft)


def _stale(report: ProgressReport, draft: Draft) -> Stale:
    """Return the conflict with both contents, for the page that lets the person choose."""
    mine = ProgressReport(outcome=draft.outcome, result=draft.result, note=draft.note)
    message = "Người khác vừa lưu báo cáo này trước bạn. Nội dung bạn nhập vẫn được giữ ở dưới; hãy chọn bản cần lưu."
    return Stale(message, theirs=_shown(report), mine=_shown(mine))


def _shown(report: ProgressReport) -> dict[str, str]:
    """Return what people compare, by its label on the form."""
    shown = {
        "Tình hình thực hiện": str(report.get_outcome_display()),
        "Kết quả": report.result,
        "Ghi chú": report.note,
    }
    return {"Trạng thái": str(report.get_state_display()), **shown} if report.pk else shown


def _claimed(occurrence: Occurrence, version: int) -> tuple[ProgressReport, dict[str, Any]]:
    """Return the report as the person saw it (so that `transition` notices a change) and its snapshot."""
    report = ProgressReport.objects.filter(occurrence=occurrence).first()
    if report is None:
        raise DomainError("Kỳ này chưa có báo cáo nào.")
    before = _snapshot(report)
    report.version = version
    return report, before


def _snapshot(report: ProgressReport | None) -> dict[str, Any]:
    """Return a report's content for the audit log; {} when there is none yet."""
    if report is None:
        return {}
    return {
        "state": report.state,
        "outcome": report.outcome,
        "result": report.result,
        "note": report.note,
        "evidence": [str(pk) for pk in report.evidence.order_by("uploaded_at", "pk").values_list("pk", flat=True)],
    }


def _record(
    actor: User, report: ProgressReport, action: str, summary: str, before: dict[str, Any], *, reason: str = ""
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
        after=_snapshot(report),
        reason=reason,
    )


def _authors(report: ProgressReport) -> list[User]:
    """Return the head(s) of the unit and everybody who saved or sent this report, each once."""
    occurrence = report.occurrence
    wrote = AuditEntry.objects.filter(
        object_type="reform_tasks.occurrence", object_id=str(occurrence.pk), action__in=_DRAFT_ACTIONS
    ).values("actor")
    people = {person.pk: person for person in people_with(RoleKind.UNIT_HEAD, occurrence.assignment.unit)}
    people |= {person.pk: person for person in User.objects.filter(pk__in=wrote, is_active=True)}
    return list(people.values())


def _duty_words(occurrence: Occurrence) -> str:
    """Name a duty in a notice: "nhiệm vụ 40 (Quý I/2026)"."""
    return f"nhiệm vụ {occurrence.assignment.task.number} ({occurrence.label})"


def _url(occurrence: Occurrence) -> str:
    return reverse("reform_tasks:occurrence-detail", args=[occurrence.pk])
