"""Storing evidence files. Their linking to reports is part of saving a report (services.progress)."""

import hashlib
from collections.abc import Sequence
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from ninhgiang.errors import Refused
from ninhgiang.vietnamese import clean
from reform_tasks.file_kinds import FileKind, FileRefused, check_file
from reform_tasks.models import Evidence
from reform_tasks.rules import unit_ids_of
from units.models import Unit, User
from units.services import record_audit

MAX_FILES_AT_ONCE = 20


def shown_name(upload: UploadedFile) -> str:
    """Return the file's own name: last path part only, form C, tidy, at most 200 characters with its extension."""
    path = PurePath(clean((upload.name or "").replace("\\", "/")))
    stem, suffix = path.stem or "tep", path.suffix
    return f"{stem[: 200 - len(suffix)]}{suffix}"


def check_uploads(uploads: Sequence[UploadedFile]) -> list[FileKind]:
    """Return the kinds of uploads; raises FileRefused (field "files") naming every file that is not acceptable."""
    if len(uploads) > MAX_FILES_AT_ONCE:
        raise FileRefused(f"Mỗi lần chỉ tải lên tối đa {MAX_FILES_AT_ONCE} tệp.", field="files")
    kinds, refusals = [], []
    for upload in uploads:
        try:
            kinds.append(
                check_file(
                    name=shown_name(upload),
                    file=upload,  # type: ignore[arg-type]
                    size=upload.size or 0,
                    max_bytes=settings.EVIDENCE_MAX_BYTES,
                )
            )
        except FileRefused as error:
            refusals.append(error.message)
    if refusals:
        raise FileRefused(" ".join(refusals), field="files")
    return kinds


def digest_of(upload: UploadedFile) -> str:
    """Return the SHA-256 of an upload in hex, reading it in pieces; leaves it at position 0."""
    digest = hashlib.sha256()
    upload.seek(0)
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    return digest.hexdigest()


def store_uploads(*, actor: User, unit: Unit, uploads: Sequence[UploadedFile]) -> list[Evidence]:
    """Check and keep files for a unit; the same bytes are kept once, under the name given first.

    Part of the caller's transaction, which writes the audit entry; stored bytes are removed if it fails here.
    Raises FileRefused before anything is stored.
    """
    kinds = check_uploads(uploads)
    stored: list[Evidence] = []
    created: list[Evidence] = []
    try:
        for upload, kind in zip(uploads, kinds, strict=True):
            evidence, is_new = _store_once(actor, unit, upload, kind)
            stored.append(evidence)
            if is_new:
                created.append(evidence)
    except Exception:
        for evidence in created:
            evidence.file.delete(save=False)
        raise
    return stored


def _store_once(actor: User, unit: Unit, upload: UploadedFile, kind: FileKind) -> tuple[Evidence, bool]:
    """Return the unit's row for these bytes and whether it is new; bytes are written only for a new row."""
    sha256 = digest_of(upload)
    if known := Evidence.objects.filter(unit=unit, sha256=sha256).first():
        return known, False
    evidence = Evidence(
        unit=unit,
        uploaded_by=actor,
        original_name=shown_name(upload),
        content_type=kind.content_type,
        size=upload.size or 0,
        sha256=sha256,
    )
    evidence.file.save("content", upload, save=False)
    try:
        with transaction.atomic():
            evidence.save(force_insert=True)
    except IntegrityError:  # the same bytes arrived in another request at this moment
        evidence.file.delete(save=False)
        return Evidence.objects.get(unit=unit, sha256=sha256), False
    return evidence, True


@transaction.atomic
def add_evidence(*, actor: User, unit: Unit, upload: UploadedFile) -> Evidence:
    """Put one file into a unit's library; raises Refused for outsiders and FileRefused for a bad file."""
    if unit.pk not in unit_ids_of(actor):
        raise Refused(f"Chỉ người của {unit.name} mới được thêm tài liệu của đơn vị.")
    evidence = store_uploads(actor=actor, unit=unit, uploads=[upload])[0]
    record_audit(
        actor=actor,
        action="add_evidence",
        summary=f"Tải lên tài liệu kiểm chứng '{evidence.original_name}'",
        target=evidence,
        issuer=unit.parent,
        unit=unit,
        after={"sha256": evidence.sha256, "size": evidence.size},
    )
    return evidence
