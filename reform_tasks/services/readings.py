"""Reading PDFs in the worker: queued -> running -> done or failed. The row is the outbox, as with units' jobs.

A light task and no Job, for nobody waits for it and a notice per file would be noise. These bookkeeping steps write
no audit entry: what is read is shown beside what the unit typed, and decides nothing by itself.
"""

import json
import logging
import subprocess
import sys
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.vietnamese import clean, fold
from reform_tasks.enums import ReadingState
from reform_tasks.models import Evidence, EvidenceReading
from reform_tasks.pdf.words import document_date, document_number
from units.models import User
from units.services import record_audit

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
SECONDS = 60
LOST_AFTER = timedelta(minutes=3)
NOTES = {
    "encrypted": "Tệp PDF có mật khẩu: không đọc được trang, ngày và chữ ký số.",
    "broken": "Tệp PDF hỏng hoặc khác chuẩn: không đọc được trang, ngày và chữ ký số.",
    "slow": "Tệp PDF quá nặng để đọc tự động; người thẩm định xem trực tiếp.",
    "signatures": "Có chữ ký số nhưng không đọc được.",
    "lost": "Tệp không còn trong kho lưu trữ.",
}


def deliver_reading(reading: EvidenceReading) -> None:
    """Send the message after commit; one that is lost is sent again by the beat."""
    from reform_tasks.tasks import read_evidence  # tasks import services

    transaction.on_commit(partial(read_evidence.delay, str(reading.evidence_id)), robust=True)


def perform_reading(*, evidence_id: str) -> None:
    """Claim a queued reading, read the file in a process of its own, store what was found; a bad file never raises."""
    claimed = EvidenceReading.objects.filter(evidence=UUID(evidence_id), state=ReadingState.QUEUED).update(
        state=ReadingState.RUNNING, attempts=F("attempts") + 1, started_at=timezone.now()
    )
    if not claimed:
        return
    reading = EvidenceReading.objects.select_related("evidence").get(evidence=UUID(evidence_id))
    store_reading(reading=reading, found=found_in(Path(reading.evidence.file.path)))


def found_in(path: Path) -> dict[str, Any]:
    """Return what pdf.child prints of a file; a `note` says why when it could not be read at all."""
    if not path.exists():
        return {"note": "lost"}
    try:
        child = subprocess.run(  # noqa: S603  our own module and a path we made ourselves
            [sys.executable, "-m", "reform_tasks.pdf.child", str(path)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        found: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, ValueError) as error:
        logger.warning("PDF %s could not be read: %s", path.name, type(error).__name__)
        return {"note": "slow"}
    return found


@transaction.atomic
def store_reading(*, reading: EvidenceReading, found: dict[str, Any]) -> bool:
    """Keep what was found unless another attempt took over; number and date fill what the unit left empty."""
    text = found.get("text") or ""
    number, issued_on = document_number(text)[:100], document_date(text)
    signatures = [one | {"signer": clean(one["signer"])} for one in found.get("signatures") or []]
    days = sorted(calendar.local_date(datetime.fromisoformat(one["at"])) for one in signatures if _has_zone(one["at"]))
    note = found.get("note") or ""
    mine = EvidenceReading.objects.filter(pk=reading.pk, state=ReadingState.RUNNING, attempts=reading.attempts)
    stored = mine.update(
        state=ReadingState.FAILED if found.get("pages") is None else ReadingState.DONE,
        page_count=found.get("pages"),
        has_text=None if found.get("scan") is None else not found["scan"],
        number=number,
        issued_on=issued_on,
        signatures=signatures,
        signed_on=days[0] if days else None,
        note=NOTES.get(note, ""),
        finished_at=timezone.now(),
    )
    if stored:
        _fill_in(reading.evidence_id, number, issued_on)
    return bool(stored)


def _has_zone(at: str) -> bool:
    return bool(at) and datetime.fromisoformat(at).tzinfo is not None


def _fill_in(evidence_id: Any, number: str, issued_on: date | None) -> None:
    """Write number and date of the document where nobody typed one."""
    evidence = Evidence.objects.select_for_update().filter(pk=evidence_id).first()
    if evidence is None:
        return
    evidence.document_number = evidence.document_number or number
    evidence.document_on = evidence.document_on or issued_on
    evidence.search_text = fold(f"{evidence.original_name} {evidence.document_number}")
    evidence.save(update_fields=["document_number", "document_on", "search_text"])


@transaction.atomic
def read_again(*, actor: User, evidence: Evidence) -> None:
    """Queue a PDF for reading once more, its attempts counted from zero."""
    reading, _ = EvidenceReading.objects.get_or_create(evidence=evidence, defaults={"queued_at": timezone.now()})
    EvidenceReading.objects.filter(pk=reading.pk).update(
        state=ReadingState.QUEUED, attempts=0, queued_at=timezone.now(), note=""
    )
    record_audit(
        actor=actor,
        action="read_again",
        summary=f"Đọc lại tệp '{evidence.original_name}'",
        target=evidence,
        issuer=evidence.unit.parent,
        unit=evidence.unit,
    )
    deliver_reading(reading)


@transaction.atomic
def redeliver_readings() -> int:
    """Send lost readings again and give up those whose worker died MAX_ATTEMPTS times; return how many were sent."""
    now = timezone.now()
    dead = Q(state=ReadingState.RUNNING, started_at__lt=now - LOST_AFTER)
    EvidenceReading.objects.filter(dead, attempts__gte=MAX_ATTEMPTS).update(
        state=ReadingState.FAILED, note=NOTES["slow"], finished_at=now
    )
    EvidenceReading.objects.filter(dead).update(state=ReadingState.QUEUED, queued_at=now - 2 * LOST_AFTER)
    lost = list(EvidenceReading.objects.filter(state=ReadingState.QUEUED, queued_at__lt=now - LOST_AFTER)[:100])
    EvidenceReading.objects.filter(pk__in=[one.pk for one in lost]).update(queued_at=now)
    for reading in lost:
        deliver_reading(reading)
    return len(lost)
