"""Making and changing drafts. What a signature stands for is `content_of`; after it nothing here writes any more."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.vietnamese import nfc
from reports.documents.annexes import Annex
from reports.documents.blocks import Block, text_of
from reports.enums import DocumentState
from reports.models import Compilation, Document
from reports.rules.access import DRAFT_WRITERS
from units.models import Unit, User
from units.rules import require
from units.services import record_audit

CHANGED = "Văn bản này vừa được người khác sửa. Nội dung bạn đang soạn vẫn còn ở dưới; hãy so sánh rồi lưu lại."


def content_of(document: Document) -> dict[str, Any]:
    """Return what is signed: kind, title, body, annexes, recipients, authority lines, signer."""
    return {
        "kind": str(document.kind),
        "title": document.title,
        "body": document.body,
        "annexes": document.annexes,
        "recipients": document.recipients,
        "authority_lines": document.authority_lines,
        "signer": document.signer_name,
    }


def content_hash(document: Document) -> str:
    """Return the SHA-256 of the canonical JSON of the content."""
    return sha256_of(content_of(document))


def _texts(
    title: str, body: Sequence[Block], recipients: Sequence[str], authority_lines: Sequence[str], signer_name: str
) -> dict[str, Any]:
    """Return the words of a document as stored: NFC."""
    return {
        "title": nfc(title),
        "body": [Block(type=block["type"], text=nfc(block["text"])) for block in body],
        "recipients": [nfc(line) for line in recipients],
        "authority_lines": [nfc(line) for line in authority_lines],
        "signer_name": nfc(signer_name),
    }


@transaction.atomic
def create_draft(
    *,
    actor: User | None,
    issuer: Unit,
    drafter: Unit,
    kind: str,
    title: str,
    body: Sequence[Block],
    annexes: Sequence[Annex] = (),
    recipients: Sequence[str],
    authority_lines: Sequence[str],
    signer_name: str,
    year: int,
    month: int | None = None,
    compilation: Compilation | None = None,
) -> Document:
    """Store a new draft. `actor` None: made by the program (demo data). Texts are stored NFC."""
    document = Document.objects.create(
        issuer=issuer,
        drafter=drafter,
        kind=kind,
        annexes=list(annexes),
        year=year,
        month=month,
        compilation=compilation,
        created_by=actor,
        **_texts(title, body, recipients, authority_lines, signer_name),
    )
    summary = f"Tạo dự thảo: {document.get_kind_display()} “{document.title}”"
    _audit(actor, document, "create_draft", summary, before={}, unit=drafter)
    return document


def _audit(
    actor: User | None,
    document: Document,
    action: str,
    summary: str,
    *,
    before: dict[str, Any],
    unit: Unit | None = None,
) -> None:
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=document,
        issuer=document.issuer,
        unit=unit,
        before=before,
        after={"content_sha256": content_hash(document)},
    )


@transaction.atomic
def edit_draft(
    *,
    actor: User,
    document: Document,
    version: int,
    title: str,
    body: Sequence[Block],
    recipients: Sequence[str],
    authority_lines: Sequence[str],
    signer_name: str,
) -> Document:
    """Change a draft read at `version`.

    Raises Refused when the document is no draft any more or the person does not draft, Stale (with both texts) when
    somebody changed it since it was read, DomainError on an empty body.
    """
    _may_edit(actor, document)
    if not body:
        raise DomainError("Nội dung văn bản không được để trống.", field="text")
    before = {"content_sha256": content_hash(document)}
    texts = _texts(title, body, recipients, authority_lines, signer_name)
    same = Document.objects.filter(pk=document.pk, version=version, state=DocumentState.DRAFT)
    if same.update(version=F("version") + 1, **texts) != 1:
        document.refresh_from_db()
        raise Stale(CHANGED, theirs=_shown(document), mine=_shown(Document(**texts)))
    document.refresh_from_db()
    _audit(actor, document, "edit_draft", f"Sửa dự thảo “{document.title}”", before=before)
    return document


def _may_edit(actor: User, document: Document) -> None:
    require(actor, DRAFT_WRITERS, document.issuer, doing="sửa dự thảo văn bản")
    if document.state != DocumentState.DRAFT:
        raise Refused(
            f"Văn bản đang ở bước “{document.get_state_display()}” nên không sửa được nội dung. "
            "Muốn sửa, người đang giữ văn bản phải trả lại dự thảo; văn bản đã ký thì không sửa được nữa."
        )


def _shown(document: Document) -> dict[str, str]:
    return {
        "Trích yếu": document.title,
        "Nội dung": text_of(document.body),
        "Nơi nhận": "\n".join(f"- {line}" for line in document.recipients),
        "Người ký": document.signer_name,
    }
