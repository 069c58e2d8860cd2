"""Reads of evidence files: the library of a unit, one file, its uses with what is to be noticed about them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse

from ninhgiang.vietnamese import fold
from reform_tasks.enums import ReportState
from reform_tasks.evidence_flags import Frame, flags_of
from reform_tasks.evidence_places import Place
from reform_tasks.evidence_readers import reads_for_work
from reform_tasks.models import (
    Evidence,
    EvidenceUpload,
    EvidenceUse,
    HindranceClaim,
    Occurrence,
    ProgressReport,
    ReportEvidence,
)
from reform_tasks.rules import issuer_ids_read_by, may_see_all_progress, may_see_evidence, unit_ids_of
from units.models import Unit, User

SHOWN_IN_LIBRARY = 40
_OFFICIAL_STATES = frozenset({ReportState.SUBMITTED, ReportState.RETURNED, ReportState.PARTLY, ReportState.ACCEPTED})


def library_of(unit: Unit) -> QuerySet[Evidence]:
    """Return a unit's files, newest first, with what was read in them and `use_count`: how many reports use each."""
    return (
        Evidence.objects.filter(unit__in=[unit.pk, *unit.inherited_ids])
        .select_related("reading")
        .annotate(use_count=Count("reports"))
    )


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What of a library is asked for: words of name or number, a kind (content type), "" for any."""

    words: str = ""
    content_type: str = ""


def listed_library(unit: Unit, asked: LibraryFilter) -> QuerySet[Evidence]:
    """Return the unit's files that match, newest first, with their readings; words ignore case and diacritics."""
    files = Evidence.objects.filter(unit__in=[unit.pk, *unit.inherited_ids]).select_related("reading", "uploaded_by")
    for word in fold(asked.words).split():
        files = files.filter(search_text__contains=word)
    return files.filter(content_type=asked.content_type) if asked.content_type else files


def libraries_for(user: User) -> list[Unit]:
    """Return the units whose library the person may open: their own first, then those they read, in order."""
    own = unit_ids_of(user)
    units = Unit.objects.filter(pk__in=own) | Unit.objects.filter(parent__in=issuer_ids_read_by(user), is_issuer=False)
    found = units.select_related("parent").distinct().order_by("position", "pk")
    return sorted(found, key=lambda unit: unit.pk not in own)


def get_evidence_for(user: User, pk: UUID) -> Evidence:
    """Return a file the person may open; raises Http404 otherwise."""
    evidence = Evidence.objects.filter(pk=pk).select_related("unit__parent", "uploaded_by", "reading").first()
    if evidence is None or not may_see_evidence(user, evidence):
        raise Http404
    return evidence


def get_file_for(user: User, pk: UUID) -> Evidence:
    """Return a file whose content the person may read, also for work another app gives them; Http404 otherwise."""
    evidence = Evidence.objects.filter(pk=pk).select_related("unit__parent").first()
    if evidence is None or not (may_see_evidence(user, evidence) or reads_for_work(user, evidence)):
        raise Http404
    return evidence


def open_uploads(user: User, unit: Unit) -> QuerySet[EvidenceUpload]:
    """Return the person's unfinished uploads into this unit's library, latest first."""
    return EvidenceUpload.objects.filter(owner=user, unit=unit, evidence=None)


def get_upload_for(user: User, pk: UUID) -> EvidenceUpload:
    """Return the person's own upload; raises Http404 for anybody else's."""
    upload = EvidenceUpload.objects.filter(pk=pk, owner=user).select_related("unit__parent").first()
    if upload is None or upload.unit_id not in unit_ids_of(user):
        raise Http404
    return upload


def with_twins(uses: QuerySet[Any]) -> QuerySet[Any]:
    """Add `twin`: the short name of another unit of the commune that holds the same bytes, None when there is none."""
    same = Evidence.objects.filter(
        sha256=OuterRef("evidence__sha256"), unit__parent=OuterRef("evidence__unit__parent")
    ).exclude(unit=OuterRef("evidence__unit"))
    return uses.select_related("evidence__reading").annotate(
        twin=Subquery(same.order_by("unit__position").values("unit__short_name")[:1])
    )


def mark_uses(uses: Iterable[EvidenceUse], frame: Frame, *, tell_twins: bool) -> None:
    """Set `flags` of uses read by `with_twins`; which other unit has a file is told to those who read all only."""
    for use in uses:
        twin = getattr(use, "twin", None) if tell_twins else None
        use.flags = list(flags_of(use.evidence, frame, pages=use.pages, twin=twin or ""))  # type: ignore[attr-defined]


def frame_of(occurrence: Occurrence) -> Frame:
    """Return what files of a duty's report are held against: its deadline and the beginning of the plan's year."""
    return Frame(due_on=occurrence.due_on, start=date(occurrence.assignment.task.plan.year, 1, 1))


def uses_of(report: ProgressReport | None, occurrence: Occurrence, reader: User) -> list[ReportEvidence]:
    """Return the files of a report with their pages and remarks, in one query."""
    if report is None:
        return []
    uses = list(with_twins(ReportEvidence.objects.filter(report=report)))
    issuer = occurrence.assignment.task.plan.issuer
    mark_uses(uses, frame_of(occurrence), tell_twins=may_see_all_progress(reader, issuer))
    return uses


def twins_of(evidence: Evidence) -> list[Unit]:
    """Return the other units of the commune that hold the same bytes."""
    same = Evidence.objects.filter(sha256=evidence.sha256, unit__parent=evidence.unit.parent_id)
    return list(Unit.objects.filter(evidence__in=same).exclude(pk=evidence.unit_id).order_by("position"))


def places_on_tasks(
    evidence_ids: Collection[UUID], *, hold: bool = False, frozen: bool = False
) -> dict[UUID, list[Place]]:
    """Return the reports and hindrance claims that rest on files (see evidence_places); `hold` locks the reports."""
    found: dict[UUID, list[Place]] = defaultdict(list)
    if hold:
        reports = ProgressReport.objects.filter(evidence_uses__evidence__in=evidence_ids)
        list(ProgressReport.objects.select_for_update().filter(pk__in=reports.values("pk")))
    uses = ReportEvidence.objects.filter(evidence__in=evidence_ids).select_related(
        "report__occurrence__assignment__task__plan"
    )
    for use in uses.order_by("report__occurrence__due_on", "pk"):
        found[use.evidence_id].append(_report_place(use))
    claims = HindranceClaim.objects.filter(help_file__in=evidence_ids).annotate(
        number=F("occurrence__assignment__task__number")
    )
    for claim in claims.order_by("pk"):
        found[claim.help_file_id].append(
            Place(
                kind="Đề nghị",
                title=f"Vướng mắc khách quan, nhiệm vụ {claim.number}",
                url=reverse("reform_tasks:occurrence-detail", args=[claim.occurrence_id]),
                detail=claim.get_state_display(),
                official="văn bản của đề nghị xác nhận vướng mắc",
            )
        )
    return dict(found)


def _report_place(use: ReportEvidence) -> Place:
    report, occurrence = use.report, use.report.occurrence
    task = occurrence.assignment.task
    official = report.state in _OFFICIAL_STATES or report.reviewed_at is not None
    return Place(
        kind="Nhiệm vụ",
        title=f"{task.number}. {task.title}",
        url=reverse("reform_tasks:occurrence-detail", args=[occurrence.pk]),
        detail=f"{occurrence.label} · {report.get_state_display()}",
        pages=use.pages,
        official=f"báo cáo “{report.get_state_display()}”" if official else "",
    )
