"""Many at once: each one through its normal service; what fails is told with its reason, the rest is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from ninhgiang.errors import DomainError, Stale
from reform_tasks.enums import ReportState
from reform_tasks.models import Assignment, Occurrence, ProgressReport
from reform_tasks.rules import require_assigner
from units.enums import UNIT_ROLES, NoticeKind
from units.models import User
from units.rules import holds
from units.services import notify, record_audit

from .progress import duty_url, duty_words
from .reviews import accept_report


@dataclass(slots=True)
class BulkResult:
    """What became of each: `done` occurrences, and (occurrence, why not) of the others."""

    done: list[Occurrence] = field(default_factory=list)
    failed: list[tuple[Occurrence, str]] = field(default_factory=list)


def accept_reports(*, actor: User, picks: Sequence[tuple[Occurrence, int]]) -> BulkResult:
    """Accept the reports of (occurrence, version the person saw), each in a transaction of its own.

    A refusal of one (changed meanwhile, sent by the same person, not sent at all) leaves the others accepted.
    """
    result = BulkResult()
    for occurrence, version in picks:
        try:
            accept_report(actor=actor, occurrence=occurrence, version=version)
        except DomainError as error:
            result.failed.append((occurrence, _not_waiting(occurrence) or error.message))
        else:
            result.done.append(occurrence)
    return result


def _not_waiting(occurrence: Occurrence) -> str:
    """Say in which state a report is that does not wait to be checked; "" for one that does, or for none."""
    report = ProgressReport.objects.filter(occurrence=occurrence).exclude(state=ReportState.SUBMITTED).first()
    return f"Báo cáo đang ở trạng thái “{report.get_state_display()}”, không chờ thẩm định." if report else ""


@transaction.atomic
def assign_officer(*, actor: User, occurrence: Occurrence, officer: User) -> Assignment:
    """Name the person of the unit who follows a task (thủ trưởng giao việc); all its duties in this unit follow.

    Raises Refused for anybody but the unit's head, DomainError (field "officer") for a person of another unit,
    Stale when the task was given to somebody else meanwhile. Naming the same person again changes nothing.
    """
    assignment = occurrence.assignment
    require_assigner(actor, assignment)
    if not officer.is_active or not holds(officer, UNIT_ROLES, assignment.unit):
        raise DomainError(f"{officer.full_name} không phải người của {assignment.unit.name}.", field="officer")
    before = assignment.officer
    if before == officer:
        return assignment
    if Assignment.objects.filter(pk=assignment.pk, officer=before).update(officer=officer) != 1:
        raise Stale(
            f"Người khác vừa giao lại nhiệm vụ {assignment.task.number}. Hãy tải lại trang rồi giao lại nếu cần."
        )
    assignment.officer = officer
    task = assignment.task
    record_audit(
        actor=actor,
        action="assign_officer",
        summary=f"Giao {officer.full_name} theo dõi nhiệm vụ {task.number}",
        target=assignment,
        issuer=task.plan.issuer,
        unit=assignment.unit,
        before={"officer": before.username if before else None},
        after={"officer": officer.username},
    )
    text = f"Bạn được giao theo dõi {duty_words(occurrence)}: {task.title}"
    notify(people=[officer], text=text, url=duty_url(occurrence), kind=NoticeKind.TODO)
    return assignment


def assign_officers(*, actor: User, occurrences: Sequence[Occurrence], officer: User) -> BulkResult:
    """Name one person for the tasks behind these occurrences, each task once; refusals are told one by one."""
    result = BulkResult()
    settled: dict[int, str] = {}
    for occurrence in occurrences:
        if occurrence.assignment_id not in settled:
            try:
                assign_officer(actor=actor, occurrence=occurrence, officer=officer)
                settled[occurrence.assignment_id] = ""
            except DomainError as error:
                settled[occurrence.assignment_id] = error.message
        why = settled[occurrence.assignment_id]
        if why:
            result.failed.append((occurrence, why))
        else:
            result.done.append(occurrence)
    return result
