"""Which files of a unit's library prove a row of its scorecard."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.shortcuts import get_object_or_404

from emulation.models import ScorecardRow
from emulation.rules import SELF
from ninhgiang.errors import DomainError
from reform_tasks.models import Evidence
from reform_tasks.services.evidence import store_uploads
from units.models import User
from units.services import record_audit

from .gate import open_for_self_scoring
from .rows import NOT_APPLICABLE


@transaction.atomic
def set_row_evidence(
    *,
    actor: User,
    scorecard_id: int,
    row_id: int,
    evidence: Sequence[Evidence],
    uploads: Sequence[UploadedFile] = (),
) -> ScorecardRow:
    """Set which files prove one row: the chosen ones of the unit's library and the newly uploaded ones.

    Raises Refused when closed or for strangers, DomainError for another unit's files, FileRefused (field "files")
    for an upload that is not acceptable; then nothing changes.
    """
    card = open_for_self_scoring(actor, scorecard_id, SELF)
    row = get_object_or_404(card.rows.select_related("criterion"), pk=row_id)
    if not row.applicable:
        raise DomainError(NOT_APPLICABLE)
    if any(one.unit_id != card.unit_id for one in evidence):
        raise DomainError("Chỉ dùng được minh chứng của chính đơn vị.", field="evidence")
    stored = store_uploads(actor=actor, unit=card.unit, uploads=uploads) if uploads else []
    chosen = {one.pk: one for one in [*evidence, *stored]}
    before = sorted(row.evidence.values_list("original_name", flat=True))
    row.evidence.set(chosen.values())
    record_audit(
        actor=actor,
        action="set_row_evidence",
        summary=f"Chọn {len(chosen)} minh chứng cho tiêu chí {row.criterion.code}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={"evidence": before},
        after={"evidence": sorted(one.original_name for one in chosen.values())},
    )
    return row
