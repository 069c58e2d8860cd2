"""Demo data of reports: the commune's plan of January 2026, word for word as its author sent it, as a draft.

Its slips stay: the document page shows them as hints ("Gợi ý soát lỗi").
"""

from pathlib import Path

from reports.documents.blocks import parse, recipients_of
from reports.enums import DocumentKind
from reports.models import Document
from reports.services import create_draft
from units.models import Unit

SOURCE = Path(__file__).with_name("data") / "ke-hoach-gan-thi-dua-2026.txt"
DRAFTER_CODE = "VHXH"
_RECIPIENTS = "Nơi nhận:"


def load(issuer: Unit) -> Document:
    """Store the plan as a draft without number and day (month 01/2026 known); loading again changes nothing."""
    title, body, recipients, authority, signer = read_source(SOURCE.read_text(encoding="utf-8"))
    found = Document.objects.filter(issuer=issuer, kind=DocumentKind.PLAN, title=title).first()
    if found is not None:
        return found
    return create_draft(
        actor=None,
        issuer=issuer,
        drafter=Unit.objects.filter(parent=issuer, code=DRAFTER_CODE).first() or issuer,
        kind=DocumentKind.PLAN,
        title=title,
        body=parse(body),
        recipients=recipients_of(recipients),
        authority_lines=authority,
        signer_name=signer,
        year=2026,
        month=1,
    )


def read_source(text: str) -> tuple[str, str, str, list[str], str]:
    """Split the author's text into title, body, recipients, authority lines and signer.

    The text gives them in this order: number line, "KẾ HOẠCH", title, body, "Nơi nhận:", the signature lines between
    two pairs of asterisks, the name.
    """
    head, _, tail = text.partition(_RECIPIENTS)
    paragraphs = [part.strip() for part in head.split("\n\n") if part.strip()]
    start = paragraphs.index("KẾ HOẠCH")
    recipients, authority, signer = tail.split("**")
    return (
        paragraphs[start + 1],
        "\n\n".join(paragraphs[start + 2 :]),
        recipients.strip(),
        authority.strip().splitlines(),
        signer.strip(),
    )
