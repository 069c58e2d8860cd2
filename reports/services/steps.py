"""The way of a document from draft to issue, one verb for each step (Nghị định 30/2020/NĐ-CP, Điều 10-18).

Each step writes a SignOff on the hash of the content it saw, one audit entry, and a notice to who comes next.
`version` is that of the document the person looked at: nobody confirms or signs words he has not seen.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.states import transition
from reports import queries
from reports.enums import DOCUMENT_MOVES, DocumentState, SignStep
from reports.models import Document, SignOff
from reports.models.documents import pdf_path
from reports.pdf import render_pdf
from reports.rules.access import is_signer
from reports.rules.symbols import number_and_symbol
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import people_with
from units.rules import require
from units.services import notify, record_audit

from .documents import content_hash

UNSEEN = "Văn bản đã thay đổi sau khi bạn mở trang này. Hãy tải lại trang, xem nội dung mới nhất rồi làm lại."
BROKEN = "Nội dung không còn khớp với bản đã ký. Dừng phát hành và báo người quản trị kiểm tra nhật ký."
REPLACED = (
    "Kết quả xếp hạng đã có bản {number}, khác số liệu của văn bản này. Hãy tổng hợp lại để có dự thảo mới; lời văn đã "
    "soạn ở đây vẫn xem và chép sang được."
)
NUMBER_TAKEN = "Số {number} đã được cấp cho văn bản khác. Số tiếp theo trong sổ là {next}."


def _gate(actor: User, document: Document, version: int, step: str, doing: str) -> None:
    """Let pass who holds a role of this step and has seen this very version of the document.

    A document made from a result that was replaced since goes no further, only back. A step that the state does not
    have is refused by `transition`.
    """
    move = DOCUMENT_MOVES.get((document.state, step))
    kinds = move.roles if move else {kind for (_s, a), m in DOCUMENT_MOVES.items() if a == step for kind in m.roles}
    require(actor, kinds, document.issuer, doing=doing)
    if version != document.version:
        raise Stale(UNSEEN)
    newer = None if step == SignStep.RETURN else queries.replaced_by(document.compilation)
    if newer is not None:
        raise DomainError(REPLACED.format(number=newer))


def _record(*, actor: User, document: Document, step: str, before: str, note: str = "", **after: Any) -> None:
    """Write the SignOff and the audit entry of a step already taken."""
    digest = content_hash(document)
    SignOff.objects.create(
        document=document, step=step, actor=actor, at=timezone.now(), note=note, content_sha256=digest
    )
    record_audit(
        actor=actor,
        action=f"{step}_document",
        summary=f"{SignStep(step).label}: {document.get_kind_display()} “{document.title}”",
        target=document,
        issuer=document.issuer,
        before={"state": before},
        after={"state": document.state, "content_sha256": digest} | after,
        reason=note,
    )


def _tell(people: Iterable[User], document: Document, text: str, kind: str = NoticeKind.TODO) -> None:
    url = reverse("reports:document-detail", args=[document.pk])
    notify(people=people, text=f"{text}: {document.get_kind_display()} “{document.title}”", url=url, kind=kind)


@transaction.atomic
def check_content(*, actor: User, document: Document, version: int, note: str = "") -> Document:
    """Phòng VH-XH answers for the content (Điều 12). Raises DomainError when a part is missing."""
    _gate(actor, document, version, SignStep.CHECK_CONTENT, "xác nhận nội dung")
    _complete(document)
    before = document.state
    transition(document, SignStep.CHECK_CONTENT, table=DOCUMENT_MOVES)
    _record(actor=actor, document=document, step=SignStep.CHECK_CONTENT, before=before, note=note)
    _tell(people_with(RoleKind.OFFICE, document.issuer), document, "Cần kiểm tra thể thức")
    return document


@transaction.atomic
def check_form(*, actor: User, document: Document, version: int, note: str = "") -> Document:
    """Văn phòng answers for the form and lays the document before the signer (Điều 12)."""
    _gate(actor, document, version, SignStep.CHECK_FORM, "xác nhận thể thức, trình ký")
    before = document.state
    transition(document, SignStep.CHECK_FORM, table=DOCUMENT_MOVES)
    _record(actor=actor, document=document, step=SignStep.CHECK_FORM, before=before, note=note)
    leaders = people_with(RoleKind.LEADER, document.issuer)
    _tell([leader for leader in leaders if is_signer(leader, document)], document, "Trình ký")
    return document


@transaction.atomic
def return_document(*, actor: User, document: Document, version: int, note: str) -> Document:
    """Send the document back to be a draft, with a reason. Raises DomainError without one."""
    _gate(actor, document, version, SignStep.RETURN, "trả lại dự thảo")
    if not note.strip():
        raise DomainError("Ghi lý do trả lại để người soạn biết cần sửa gì.", field="note")
    before = document.state
    transition(document, SignStep.RETURN, table=DOCUMENT_MOVES)
    _record(actor=actor, document=document, step=SignStep.RETURN, before=before, note=note)
    _tell(people_with(RoleKind.REVIEWER, document.issuer), document, "Dự thảo bị trả lại", NoticeKind.RETURNED)
    return document


@transaction.atomic
def sign_document(*, actor: User, document: Document, version: int, note: str = "") -> Document:
    """The person named as signer approves the content; from here on it cannot change (Điều 13).

    Raises Refused for another leader: who signs is part of the document, a change goes back to the draft.
    """
    _gate(actor, document, version, SignStep.SIGN, "ký duyệt văn bản")
    if not is_signer(actor, document):
        raise Refused(
            f"Văn bản này trình {document.signer_name} ký. Muốn đổi người ký, hãy trả lại dự thảo để Văn phòng sửa."
        )
    _complete(document)
    before = document.state
    transition(document, SignStep.SIGN, table=DOCUMENT_MOVES, content_sha256=content_hash(document))
    _record(actor=actor, document=document, step=SignStep.SIGN, before=before, note=note)
    _tell(people_with(RoleKind.OFFICE, document.issuer), document, "Đã ký, cần cấp số và phát hành")
    return document


def issue_document(*, actor: User, document: Document, version: int, number: int, issued_on: date) -> Document:
    """Give number and date, make the final PDF and keep its bytes; nothing changes afterwards (Điều 15-18).

    The PDF is laid out before the transaction, so that no lock waits for it. Raises DomainError (field "number" or
    "issued_on") for a number taken or out of order and for a day before the signature or in the future.
    """
    _gate(actor, document, version, SignStep.ISSUE, "cấp số, phát hành văn bản")
    if document.state != DocumentState.SIGNED:
        raise DomainError("Chỉ cấp số cho văn bản đã ký duyệt và chưa phát hành. Hãy tải lại trang.")
    if content_hash(document) != document.content_sha256:
        raise DomainError(BROKEN)
    _check_day(document, issued_on)
    _check_number(document, number, issued_on)
    pdf = _final_pdf(document, number, issued_on)
    name = default_storage.save(pdf_path(document, ""), ContentFile(pdf))
    try:
        return _issue(actor, document, number, issued_on, name, hashlib.sha256(pdf).hexdigest())
    except BaseException:
        default_storage.delete(name)
        raise


@transaction.atomic
def _issue(actor: User, document: Document, number: int, issued_on: date, name: str, digest: str) -> Document:
    changes = {"number": number, "issued_on": issued_on, "year": issued_on.year, "pdf": name, "pdf_sha256": digest}
    before = document.state
    try:
        with transaction.atomic():
            transition(document, SignStep.ISSUE, table=DOCUMENT_MOVES, **changes)
    except IntegrityError:
        raise DomainError(_taken(document, number, issued_on), field="number") from None
    _check_number(document, number, issued_on)  # once more, with our own row in place
    written = number_and_symbol(document.kind, document.issuer, number)
    _record(
        actor=actor,
        document=document,
        step=SignStep.ISSUE,
        before=before,
        number=written,
        issued_on=issued_on.isoformat(),
        pdf_sha256=digest,
    )
    _tell(_readers(document), document, f"Đã phát hành số {written}", NoticeKind.INFO)
    return document


def _final_pdf(document: Document, number: int, issued_on: date) -> bytes:
    """Return the PDF as it will be once issued, without touching the row."""
    final = Document.objects.select_related("issuer").get(pk=document.pk)
    final.number, final.issued_on, final.year, final.state = number, issued_on, issued_on.year, DocumentState.ISSUED
    return render_pdf(final)


def _complete(document: Document) -> None:
    """Raise DomainError naming what a paper cannot go on without."""
    missing = [
        name
        for name, there in (
            ("trích yếu", document.title.strip()),
            ("nội dung", document.body),
            ("nơi nhận", document.recipients),
            ("chức vụ người ký", document.authority_lines),
            ("họ tên người ký", document.signer_name.strip()),
        )
        if not there
    ]
    if missing:
        raise DomainError(f"Văn bản còn thiếu: {', '.join(missing)}. Hãy sửa dự thảo trước.")


def _check_day(document: Document, issued_on: date) -> None:
    signed = queries.signed_on(document)
    if signed and issued_on < signed:
        raise DomainError(
            f"Ngày ban hành không được trước ngày ký duyệt ({calendar.day_text(signed)}).", field="issued_on"
        )
    if issued_on > calendar.today():
        raise DomainError("Ngày ban hành không được sau hôm nay.", field="issued_on")


def _check_number(document: Document, number: int, issued_on: date) -> None:
    """Numbers of one series are taken once and grow with the days (Phụ lục VI)."""
    series = Document.objects.filter(
        issuer=document.issuer, kind=document.kind, year=issued_on.year, number__isnull=False
    ).exclude(pk=document.pk)
    if series.filter(number=number).exists():
        raise DomainError(_taken(document, number, issued_on), field="number")
    wrong = series.filter(
        Q(number__lt=number, issued_on__gt=issued_on) | Q(number__gt=number, issued_on__lt=issued_on)
    ).first()
    if wrong is not None and wrong.issued_on is not None:
        raise DomainError(
            f"Số và ngày không theo thứ tự: số {wrong.number:02d} đã ban hành ngày "
            f"{calendar.day_text(wrong.issued_on)}.",
            field="number",
        )


def _taken(document: Document, number: int, issued_on: date) -> str:
    following = queries.next_number(document.issuer, document.kind, issued_on.year)
    return NUMBER_TAKEN.format(number=f"{number:02d}", next=f"{following:02d}")


def _readers(document: Document) -> list[User]:
    """Return who is told of an issued document: heads of units, drafters, publicists and observers."""
    issuer = document.issuer
    commune = Q(roles__unit=issuer, roles__kind__in=(RoleKind.REVIEWER, RoleKind.PUBLICIST, RoleKind.OBSERVER))
    heads = Q(roles__unit__parent=issuer, roles__kind=RoleKind.UNIT_HEAD)
    return list(User.objects.filter(commune | heads, is_active=True).distinct())
