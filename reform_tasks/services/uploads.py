"""Files that come in pieces: begin, piece, finish, cancel, clear away.

A piece counts only when it begins where the received bytes end, checked and written under the row's lock; every answer
says how much has arrived, and the sender goes on from there. So a piece sent twice, two tabs and a broken link all end
in the same bytes. Only finishing writes an audit entry: nothing is in the library before.
"""

import hashlib
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninhgiang.errors import DomainError
from reform_tasks.file_kinds import FileRefused, check_claim, check_file, check_head
from reform_tasks.models import Evidence, EvidenceUpload
from units.models import Unit, User

from .evidence import keep_file, record_added, require_librarian, tidy_name

PIECE_BYTES = 512 * 1024
MAX_OPEN = 30
ABANDONED_AFTER = timedelta(days=7)
FINISHED_AFTER = timedelta(days=1)
GONE = "Lượt tải này đã bị hủy hoặc đã quá hạn. Hãy chọn lại tệp."


def begin_upload(*, actor: User, unit: Unit, name: str, size: int, sha256: str) -> EvidenceUpload | Evidence:
    """Return the person's open upload of this file, new or found again; the unit's file when it has these bytes.

    `sha256` is what the sender counted over the whole file, in hex. Raises Refused for outsiders, FileRefused for a
    kind or size that is not kept, DomainError for a bad digest or too many open uploads.
    """
    require_librarian(actor, unit)
    name, sha256 = tidy_name(name), sha256.lower()
    check_claim(name=name, size=size, max_bytes=settings.EVIDENCE_MAX_BYTES)
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise DomainError("Yêu cầu tải tệp thiếu mã kiểm tra. Hãy tải lại trang rồi chọn lại tệp.")
    if known := Evidence.objects.filter(unit=unit, sha256=sha256, size=size).first():
        return known
    mine = EvidenceUpload.objects.filter(owner=actor, evidence=None)
    same = mine.filter(unit=unit, sha256=sha256, size=size, name=name)
    if found := same.first():
        same.update(touched_at=timezone.now())
        return found
    if mine.count() >= MAX_OPEN:
        raise DomainError(f"Bạn đang tải dở {MAX_OPEN} tệp. Hãy tải xong hoặc hủy bớt ở kho minh chứng.")
    now = timezone.now()
    try:
        with transaction.atomic():
            return EvidenceUpload.objects.create(
                owner=actor, unit=unit, name=name, size=size, sha256=sha256, started_at=now, touched_at=now
            )
    except IntegrityError:  # the other tab began it at this moment
        return same.get()


def add_piece(*, actor: User, upload: EvidenceUpload, offset: int, piece: bytes, sha256: str) -> EvidenceUpload:
    """Write one piece (at most PIECE_BYTES) and return the upload; `received` says where to go on.

    A piece that does not begin at `received` changes nothing. Raises DomainError for a piece damaged on its way or
    beyond the file's size, FileRefused (and forgets the upload) when the first bytes are not what the name says.
    """
    require_librarian(actor, upload.unit)
    if not 0 < len(piece) <= PIECE_BYTES or offset < 0 or offset + len(piece) > upload.size:
        raise DomainError("Phần tệp gửi lên không đúng kích thước. Hãy chọn lại tệp.")
    if hashlib.sha256(piece).hexdigest() != sha256.lower():
        raise DomainError("Phần tệp bị hỏng trên đường truyền.", field="piece")
    if offset == 0:
        try:
            check_head(name=upload.name, head=piece)
        except FileRefused:
            forget_upload(upload)
            raise
    with transaction.atomic():
        locked = EvidenceUpload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise DomainError(GONE, field="gone")
        if locked.evidence_id is not None:
            return locked
        locked.received = min(locked.received, _size_of(locked.path))
        if offset == locked.received:
            _write(locked.path, offset, piece)
            locked.received += len(piece)
        locked.touched_at = timezone.now()
        locked.save(update_fields=["received", "touched_at"])
    return locked


def _size_of(path: Path) -> int:
    """Return how many bytes lie on the disk: after a restored backup or a power cut they may be fewer than counted."""
    return path.stat().st_size if path.exists() else 0


def _write(path: Path, offset: int, piece: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()


def finish_upload(*, actor: User, upload: EvidenceUpload) -> Evidence:
    """Check the whole file and put it into the unit's library; finishing again gives the same file.

    Raises DomainError (field "offset") while bytes are missing or when the whole does not have the promised SHA-256
    (it then begins anew), FileRefused (and forgets the upload) for content that is not what the name says.
    """
    require_librarian(actor, upload.unit)
    if upload.evidence is not None:
        return upload.evidence
    if upload.received < upload.size or _size_of(upload.path) != upload.size:
        raise DomainError("Tệp chưa tải xong.", field="offset")
    with upload.path.open("rb") as file:
        # Outside the lock: a whole file changes no more, and 50 MB take a moment.
        whole = hashlib.file_digest(file, "sha256").hexdigest()
        if whole != upload.sha256:
            EvidenceUpload.objects.filter(pk=upload.pk).update(received=0)
            raise DomainError("Tệp nhận được không khớp mã kiểm tra, sẽ được tải lại từ đầu.", field="offset")
        try:
            kind = check_file(name=upload.name, file=file, size=upload.size, max_bytes=settings.EVIDENCE_MAX_BYTES)
        except FileRefused:
            forget_upload(upload)
            raise
        with transaction.atomic():
            locked = EvidenceUpload.objects.select_for_update().filter(pk=upload.pk).first()
            if locked is None:
                raise DomainError(GONE, field="gone")
            if locked.evidence is not None:
                return locked.evidence
            evidence, is_new = keep_file(
                actor=actor,
                unit=upload.unit,
                name=upload.name,
                kind=kind,
                sha256=whole,
                size=upload.size,
                content=File(file),
            )
            locked.evidence, locked.touched_at = evidence, timezone.now()
            locked.save(update_fields=["evidence", "touched_at"])
            if is_new:
                record_added(actor, [evidence])
            transaction.on_commit(partial(upload.path.unlink, missing_ok=True), robust=True)
    return evidence


@transaction.atomic
def forget_upload(upload: EvidenceUpload) -> None:
    """Drop an unfinished upload and, after commit, the bytes received so far; a finished one stays in the library."""
    dropped, _ = EvidenceUpload.objects.filter(pk=upload.pk, evidence=None).delete()
    if dropped:
        transaction.on_commit(partial(upload.path.unlink, missing_ok=True), robust=True)


def clear_uploads() -> int:
    """Drop uploads nobody touched for a week, rows finished a day ago, and bytes without a row; return how many.

    Run by beat each hour.
    """
    now = timezone.now()
    EvidenceUpload.objects.filter(evidence__isnull=False, touched_at__lt=now - FINISHED_AFTER).delete()
    old = list(EvidenceUpload.objects.filter(evidence=None, touched_at__lt=now - ABANDONED_AFTER))
    for upload in old:
        forget_upload(upload)
    folder = Path(settings.MEDIA_ROOT) / "uploads"
    known = {pk.hex for pk in EvidenceUpload.objects.values_list("pk", flat=True)}
    limit = (now - ABANDONED_AFTER).timestamp()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
    return len(old)
