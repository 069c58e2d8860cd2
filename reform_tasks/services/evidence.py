"""Storing evidence files and naming the places they prove. Linking is part of saving a report or a scorecard row."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Refused
from ninhgiang.vietnamese import clean, fold
from reform_tasks.evidence_flags import reading_of
from reform_tasks.evidence_places import places_of
from reform_tasks.file_kinds import FileKind, FileRefused, check_file
from reform_tasks.models import Evidence, EvidenceReading
from reform_tasks.page_ranges import read_pages
from reform_tasks.rules import unit_ids_of
from units.models import Unit, User
from units.services import record_audit

from .readings import deliver_reading

MAX_FILES_AT_ONCE = 20


def tidy_name(name: str) -> str:
    """Return a file's own name: last path part only, form C, tidy, at most 200 characters with its extension."""
    path = PurePath(clean(name.replace("\\", "/")))
    stem, suffix = path.stem or "tep", path.suffix
    return f"{stem[: 200 - len(suffix)]}{suffix}"


def shown_name(upload: UploadedFile) -> str:
    """Return the tidy name of an upload."""
    return tidy_name(upload.name or "")


def check_uploads(uploads: Sequence[UploadedFile]) -> list[FileKind]:
    """Return the kinds of uploads; raises FileRefused (field "files") naming every file that is not acceptable."""
    if len(uploads) > MAX_FILES_AT_ONCE:
        raise FileRefused(f"Mỗi lần chỉ tải lên tối đa {MAX_FILES_AT_ONCE} tệp.", field="files")
    if sum(upload.size or 0 for upload in uploads) > settings.EVIDENCE_FORM_MAX_BYTES:
        limit = settings.EVIDENCE_FORM_MAX_BYTES // 2**20
        raise FileRefused(
            f"Các tệp cộng lại vượt mức {limit} MB cho một lần gửi. Hãy gửi làm nhiều lần.", field="files"
        )
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
            evidence, is_new = keep_file(
                actor=actor,
                unit=unit,
                name=shown_name(upload),
                kind=kind,
                sha256=digest_of(upload),
                size=upload.size or 0,
                content=upload,
            )
            stored.append(evidence)
            if is_new:
                created.append(evidence)
    except Exception:
        for evidence in created:
            evidence.file.delete(save=False)
        raise
    return stored


def keep_file(
    *, actor: User, unit: Unit, name: str, kind: FileKind, sha256: str, size: int, content: "File[Any]"
) -> tuple[Evidence, bool]:
    """Return the unit's row for checked bytes and whether it is new; only then are they written, and a PDF read."""
    if known := Evidence.objects.filter(unit=unit, sha256=sha256).first():
        return known, False
    evidence = Evidence(
        unit=unit,
        uploaded_by=actor,
        original_name=name,
        search_text=fold(name),
        content_type=kind.content_type,
        size=size,
        sha256=sha256,
    )
    evidence.file.save("content", content, save=False)
    try:
        with transaction.atomic():
            evidence.save(force_insert=True)
            if evidence.is_pdf:
                deliver_reading(EvidenceReading.objects.create(evidence=evidence, queued_at=timezone.now()))
    except IntegrityError:  # the same bytes arrived in another request at this moment
        evidence.file.delete(save=False)
        return Evidence.objects.get(unit=unit, sha256=sha256), False
    return evidence, True


def require_librarian(actor: User, unit: Unit) -> None:
    """Raise Refused unless the person works for the unit: its head and officers keep its library."""
    if unit.pk not in unit_ids_of(actor):
        raise Refused(f"Chỉ người của {unit.name} mới được thêm hoặc sửa tài liệu của đơn vị.")


@transaction.atomic
def add_evidence(*, actor: User, unit: Unit, upload: UploadedFile) -> Evidence:
    """Put one file into a unit's library; raises Refused for outsiders and FileRefused for a bad file."""
    return add_files(actor=actor, unit=unit, uploads=[upload])[0]


@transaction.atomic
def add_files(*, actor: User, unit: Unit, uploads: Sequence[UploadedFile]) -> list[Evidence]:
    """Put files into a unit's library, all or none; raises Refused for outsiders and FileRefused for a bad file."""
    require_librarian(actor, unit)
    if not uploads:
        raise FileRefused("Hãy chọn ít nhất một tệp.", field="files")
    stored = store_uploads(actor=actor, unit=unit, uploads=uploads)
    record_added(actor, stored)
    return stored


def record_added(actor: User, stored: Sequence[Evidence]) -> None:
    """Write the one audit entry of files put into a library."""
    first = stored[0]
    names = ", ".join(f"'{one.original_name}'" for one in stored)
    record_audit(
        actor=actor,
        action="add_evidence",
        summary=f"Tải lên tài liệu kiểm chứng {names}",
        target=first,
        issuer=first.unit.parent,
        unit=first.unit,
        after={"files": [{"name": one.original_name, "sha256": one.sha256, "size": one.size} for one in stored]},
    )


def checked_pages(evidence: Iterable[Evidence], typed: Mapping[UUID, str]) -> dict[UUID, str]:
    """Return the page references of files in one writing; "" for the whole file and for kinds without pages.

    Raises DomainError (field "evidence") naming the file, when pages are not understood or beyond its last one.
    """
    found, problems = {}, []
    for one in evidence:
        reading = reading_of(one)
        try:
            text = typed.get(one.pk, "") if one.is_pdf else ""
            found[one.pk] = read_pages(text, page_count=reading.page_count if reading else None)
        except DomainError as error:
            problems.append(f"{one.original_name}: {error.message}")
    if problems:
        raise DomainError(" ".join(problems), field="evidence")
    return found


def hold_files(unit: Unit, ids: Iterable[UUID]) -> list[Evidence]:
    """Return files of the unit, kept from being deleted until the caller's transaction ends; others are left out."""
    held = Evidence.objects.select_for_update(of=("self",)).filter(
        unit__in=[unit.pk, *unit.inherited_ids], pk__in=list(ids)
    )
    return list(held.select_related("reading"))


@transaction.atomic
def describe_evidence(*, actor: User, evidence: Evidence, number: str, document_on: date | None) -> Evidence:
    """Note number and date of a document in the unit's own words; what was read in the file stays beside it.

    Raises Refused for outsiders and DomainError (field "document_on") for a day to come.
    """
    require_librarian(actor, evidence.unit)
    if document_on is not None and document_on > calendar.today():
        raise DomainError("Ngày văn bản không được sau hôm nay.", field="document_on")
    before = described(evidence)
    evidence.document_number = clean(number)
    evidence.document_on = document_on
    evidence.search_text = fold(f"{evidence.original_name} {evidence.document_number}")
    evidence.save(update_fields=["document_number", "document_on", "search_text"])
    record_audit(
        actor=actor,
        action="describe_evidence",
        summary=f"Ghi số, ngày của tài liệu '{evidence.original_name}'",
        target=evidence,
        issuer=evidence.unit.parent,
        unit=evidence.unit,
        before=before,
        after=described(evidence),
    )
    return evidence


def described(evidence: Evidence) -> dict[str, str]:
    """Return number and date as the audit log keeps them."""
    day = evidence.document_on
    return {"number": evidence.document_number, "document_on": day.isoformat() if day else ""}


@transaction.atomic
def delete_evidence(*, actor: User, evidence: Evidence, reason: str) -> None:
    """Remove a file from the unit's library; its bytes go after commit, links from drafts with it.

    Raises Refused for outsiders, DomainError while something official rests on the file (the page lists where) or
    without a reason.
    """
    require_librarian(actor, evidence.unit)
    # Reports and scorecards first, the file last: the order in which those who link it take their locks.
    seen = places_of([evidence.pk], hold=True, frozen=True).get(evidence.pk, [])
    held = Evidence.objects.select_for_update(of=("self",)).filter(pk=evidence.pk).first()
    if held is None:
        raise DomainError("Tài liệu này vừa được xóa.")
    places = places_of([evidence.pk], frozen=True).get(evidence.pk, [])
    if {place.url for place in places} - {place.url for place in seen}:
        raise DomainError("Tài liệu vừa được dùng ở nơi khác. Hãy tải lại trang.")
    if kept := [place for place in places if place.official]:
        raise DomainError(f"Chưa xóa được: {kept[0].kind.lower()} {kept[0].title} đang dựa vào tài liệu này.")
    reason = clean(reason)
    if not reason:
        raise DomainError("Hãy ghi lý do xóa.", field="reason")
    record_audit(
        actor=actor,
        action="delete_evidence",
        summary=f"Xóa tài liệu kiểm chứng '{evidence.original_name}'",
        target=evidence,
        issuer=evidence.unit.parent,
        unit=evidence.unit,
        before={
            "name": evidence.original_name,
            "sha256": evidence.sha256,
            "size": evidence.size,
            **described(evidence),
            "places": [f"{place.kind} {place.title}" for place in places],
        },
        reason=reason,
    )
    storage, path = held.file.storage, held.file.name
    held.delete()
    transaction.on_commit(partial(storage.delete, str(path)), robust=True)
