"""Which files of a unit's library prove a row of its scorecard."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404

from emulation.locks import EXPLANATION, REAPPRAISAL, SELF, open_rows, phase_of_round, row_open
from emulation.models import RowEvidence, ScorecardRow
from ninhgiang.errors import DomainError, Refused
from reform_tasks.models import Evidence
from reform_tasks.services.evidence import checked_pages, hold_files, store_uploads
from units.models import User
from units.services import record_audit

from .gate import locked_scorecard, open_for_unit
from .handed_in import keep
from .rows import NOT_APPLICABLE, ROW_LOCKED


@transaction.atomic
def set_row_evidence(
    *,
    actor: User,
    scorecard_id: int,
    row_id: int,
    evidence: Sequence[Evidence],
    pages: Mapping[UUID, str] | None = None,
    uploads: Sequence[UploadedFile] = (),
) -> ScorecardRow:
    """Set which files prove one row: the chosen ones of the unit's library and the newly uploaded ones.

    `pages` maps a chosen file's id to the pages meant ("3-5"); without one the whole file is meant.

    Raises Refused when closed or for strangers, DomainError for another unit's files or pages there are not,
    FileRefused (field "files") for an upload that is not acceptable; then nothing changes. A change is one of the row:
    its version goes up, so that nobody accepts it by what they saw before.
    """
    card = locked_scorecard(scorecard_id)
    phase = EXPLANATION if phase_of_round(card.round) in (EXPLANATION, REAPPRAISAL) else SELF
    card = open_for_unit(actor, scorecard_id, phase)
    row = get_object_or_404(card.rows.select_related("criterion"), pk=row_id)
    if not row_open(row, open_rows(card, phase)):
        raise Refused(ROW_LOCKED)
    if not row.applicable:
        raise DomainError(NOT_APPLICABLE)
    if any(one.unit_id != card.unit_id for one in evidence):
        raise DomainError("Chỉ dùng được minh chứng của chính đơn vị.", field="evidence")
    held = hold_files(card.unit, [one.pk for one in evidence])
    checked = checked_pages(held, pages or {})
    stored = store_uploads(actor=actor, unit=card.unit, uploads=uploads) if uploads else []
    chosen = {one.pk: one for one in [*held, *stored]}
    before = _named(row)
    wanted = {pk: checked.get(pk, "") for pk in chosen}
    if {use.evidence_id: use.pages for use in row.evidence_uses.all()} == wanted:
        return row
    ScorecardRow.objects.filter(pk=row.pk).update(version=F("version") + 1, **keep(card, row))
    row.evidence_uses.exclude(evidence__in=chosen).delete()
    RowEvidence.objects.bulk_create(
        [RowEvidence(row=row, evidence=one, pages=wanted[pk]) for pk, one in chosen.items()],
        update_conflicts=True,
        unique_fields=["row", "evidence"],
        update_fields=["pages"],
    )
    record_audit(
        actor=actor,
        action="set_row_evidence",
        summary=f"Chọn {len(chosen)} minh chứng cho tiêu chí {row.criterion.code}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={"evidence": before},
        after={"evidence": _named(row)},
    )
    return row


def _named(row: ScorecardRow) -> list[str]:
    """Return the row's files as the audit log names them: "Quyết định.pdf (trang 3-5)"."""
    uses = row.evidence_uses.select_related("evidence").all()
    return sorted(f"{use.evidence.original_name}{f' (trang {use.pages})' if use.pages else ''}" for use in uses)
