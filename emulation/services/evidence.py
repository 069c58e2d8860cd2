"""Which files prove a row of its scorecard, in each step: the unit's when it scores and explains, the appraisers'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404

from emulation.enums import EvidencePhase
from emulation.locks import APPRAISAL, EXPLANATION, REAPPRAISAL, SELF, open_rows, phase_of_round, row_open
from emulation.models import RowEvidence, Scorecard, ScorecardRow
from emulation.rules import appraises_row, own_units
from ninhgiang.errors import DomainError, Refused
from reform_tasks.models import Evidence
from reform_tasks.services.evidence import checked_pages, hold_files, store_uploads
from units.models import Unit, User
from units.services import record_audit

from .gate import open_for_appraisal, open_for_unit
from .handed_in import keep
from .rows import NOT_APPLICABLE, NOT_YOURS, ROW_LOCKED

NO_LIBRARY = "Tài khoản của bạn chưa thuộc phòng, đơn vị nào nên chưa có kho tài liệu để lấy tệp."


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose for a row: files of a library with the pages meant ("3-5"), and new files for it.

    A file without pages is meant as a whole. `seen` are the files as they stood on the page, {id: pages}; None: as now.
    """

    evidence: Sequence[Evidence] = ()
    pages: Mapping[UUID, str] | None = None
    uploads: Sequence[UploadedFile] = ()
    seen: Mapping[UUID, str] | None = None


def unit_phase(card: Scorecard) -> str:
    """Return in which of the unit's steps a file would be attached as the round stands; to explain why not."""
    return EXPLANATION if phase_of_round(card.round) in (EXPLANATION, REAPPRAISAL) else SELF


def library_unit(actor: User, row: ScorecardRow) -> Unit:
    """Return the unit from whose library an appraiser takes files: the one the criterion names, else their own.

    Raises Refused for an account without a unit.
    """
    for unit in own_units(actor):
        if unit.pk == row.criterion.appraiser_id:
            return unit
    if actor.unit is None:
        raise Refused(NO_LIBRARY)
    return actor.unit


@transaction.atomic
def set_row_evidence(
    *,
    actor: User,
    scorecard_id: int,
    row_id: int,
    phase: str,
    evidence: Sequence[Evidence],
    pages: Mapping[UUID, str] | None = None,
    uploads: Sequence[UploadedFile] = (),
    seen: Mapping[UUID, str] | None = None,
) -> ScorecardRow:
    """Set which files of its library, and new ones, the unit attaches to one row in a step: SELF or EXPLANATION.

    When it explains it adds files; those it was scored on stay, and so does what a colleague attached since the person
    saw the row (`seen`, {id: pages}; None: as it is now). Raises Refused when closed or for strangers,
    DomainError for another unit's files or pages there are not, FileRefused (field "files") for an upload that is not
    acceptable; then nothing changes. A change is one of the row: its version goes up, so that nobody accepts it by
    what they saw before.
    """
    card = open_for_unit(actor, scorecard_id, phase)
    row = _open_row(card, row_id, phase)
    chosen = Chosen(evidence, pages, uploads, seen)
    return _set_files(actor, row, card.unit, phase, chosen, "set_row_evidence", "minh chứng")


@transaction.atomic
def set_appraisal_evidence(
    *,
    actor: User,
    scorecard_id: int,
    row_id: int,
    phase: str,
    evidence: Sequence[Evidence],
    pages: Mapping[UUID, str] | None = None,
    uploads: Sequence[UploadedFile] = (),
    seen: Mapping[UUID, str] | None = None,
) -> ScorecardRow:
    """Set which files an appraiser attaches to one row in APPRAISAL or REAPPRAISAL, from the library of their own unit.

    The scored unit sees them when it sees the points. `seen` and what is raised are those of `set_row_evidence`.
    """
    card = open_for_appraisal(actor, scorecard_id, phase, part=True)
    row = _open_row(card, row_id, phase)
    if not appraises_row(actor, row):
        raise Refused(NOT_YOURS)
    action = "set_appraisal_evidence" if phase == APPRAISAL else "set_second_evidence"
    chosen = Chosen(evidence, pages, uploads, seen)
    return _set_files(actor, row, library_unit(actor, row), phase, chosen, action, "tài liệu thẩm định")


def _open_row(card: Scorecard, row_id: int, phase: str) -> ScorecardRow:
    row: ScorecardRow = get_object_or_404(card.rows.select_related("criterion"), pk=row_id)
    row.scorecard = card
    if not row_open(row, open_rows(card, phase)):
        raise Refused(ROW_LOCKED)
    if not row.applicable:
        raise DomainError(NOT_APPLICABLE)
    return row


def _set_files(
    actor: User, row: ScorecardRow, unit: Unit, phase: str, chosen: Chosen, action: str, what: str
) -> ScorecardRow:
    card = row.scorecard
    if any(one.unit_id not in (unit.pk, *unit.inherited_ids) for one in chosen.evidence):
        raise DomainError("Chỉ dùng được tài liệu trong kho của chính đơn vị.", field="evidence")
    held = hold_files(unit, [one.pk for one in chosen.evidence])
    checked = checked_pages(held, chosen.pages or {})
    stored = store_uploads(actor=actor, unit=unit, uploads=chosen.uploads) if chosen.uploads else []
    others = set(row.evidence_uses.exclude(phase=phase).values_list("evidence", flat=True))
    given = {one.pk: checked.get(one.pk, "") for one in (*held, *stored) if one.pk not in others}
    mine = row.evidence_uses.filter(phase=phase)
    now = {use.evidence_id: use.pages for use in mine}
    wanted = _merged(now, now if chosen.seen is None else chosen.seen, given)
    if now == wanted:
        return row
    before = _named(row, phase)
    kept = keep(card, row) if phase == SELF else {}
    ScorecardRow.objects.filter(pk=row.pk).update(version=F("version") + 1, **kept)
    mine.exclude(evidence__in=wanted).delete()
    RowEvidence.objects.bulk_create(
        [RowEvidence(row=row, evidence_id=pk, pages=text, phase=phase) for pk, text in wanted.items()],
        update_conflicts=True,
        unique_fields=["row", "evidence"],
        update_fields=["pages"],
    )
    record_audit(
        actor=actor,
        action=action,
        summary=f"Chọn {len(wanted)} {what} cho tiêu chí {row.criterion.code}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={"phase": EvidencePhase(phase).label, "evidence": before},
        after={"phase": EvidencePhase(phase).label, "evidence": _named(row, phase)},
    )
    return row


def _merged(now: Mapping[UUID, str], seen: Mapping[UUID, str], given: Mapping[UUID, str]) -> dict[UUID, str]:
    """Return the files now attached with what a person changed of those they saw, each {id: pages}.

    What a colleague added, removed or gave other pages meanwhile stays so where the person did not touch it.
    """
    kept = {pk: pages for pk, pages in now.items() if pk in given or pk not in seen}
    return kept | {pk: pages for pk, pages in given.items() if seen.get(pk) != pages}


def _named(row: ScorecardRow, phase: str) -> list[str]:
    """Return the row's files of one step as the audit log names them: "Quyết định.pdf (trang 3-5)"."""
    uses = row.evidence_uses.filter(phase=phase).select_related("evidence")
    return sorted(f"{use.evidence.original_name}{f' (trang {use.pages})' if use.pages else ''}" for use in uses)
