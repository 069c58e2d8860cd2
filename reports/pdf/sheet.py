"""What stands on the paper, ready for the template: the PDF and the preview on the screen print this one object."""

from dataclasses import dataclass, field

from ninhgiang.vietnamese import nfc
from reports.documents.annexes import Annex, label
from reports.documents.blocks import Block
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.rules.symbols import full_name, letterhead, long_date, number_and_symbol, number_text, place_of

MANY_COLUMNS = 8  # a wider table is set a size smaller


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an annex table."""

    text: str
    align: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells, or the heading of a group."""

    cells: list[Cell] = field(default_factory=list)
    group: str = ""


@dataclass(frozen=True, slots=True)
class AnnexSheet:
    """One annex as printed."""

    position: int
    label: str
    title: str
    landscape: bool
    many: bool
    columns: list[dict[str, str]]
    rows: list[Row]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of the body; `keep` holds it on the page of what follows."""

    type: str
    text: str
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document as printed; texts are NFC."""

    heading: str
    author: str
    made_on: str
    draft: bool
    letterhead: list[str]
    number: str
    place: str
    date: str
    kind: str
    subject: str
    blocks: list[Paragraph]
    recipients: list[str]
    authority_lines: list[str]
    signer_name: str
    attached_to: str
    annexes: list[AnnexSheet]


def sheet_of(document: Document) -> Sheet:
    """Return what `document` prints; it needs `document.issuer` loaded and reads nothing else."""
    issuer = document.issuer
    kind = DocumentKind(document.kind).label
    number = number_and_symbol(document.kind, issuer, document.number)
    day = long_date(document.issued_on, year=document.year, month=document.month)
    count = len(document.annexes)
    return Sheet(
        heading=nfc(f"{kind}: {document.title}"),
        author=nfc(full_name(issuer)),
        made_on=(document.issued_on or document.created_at).strftime("%Y-%m-%dT00:00:00Z"),
        draft=document.state not in (DocumentState.SIGNED, DocumentState.ISSUED),
        letterhead=[nfc(line) for line in letterhead(issuer)],
        number=number,
        place=nfc(place_of(issuer)),
        date=day,
        kind=kind.upper(),
        subject=nfc(document.title),
        blocks=_paragraphs(document.body),
        recipients=[nfc(line) for line in document.recipients],
        authority_lines=[nfc(line) for line in document.authority_lines],
        signer_name=nfc(document.signer_name),
        attached_to=f"Kèm theo {kind} số {number} {_attached_day(document)}",
        annexes=[_annex(annex, position, count) for position, annex in enumerate(document.annexes, start=1)],
    )


def _attached_day(document: Document) -> str:
    """Return "ngày 05/01/2026", or room for the pen."""
    if document.issued_on:
        return f"ngày {document.issued_on:%d/%m/%Y}"
    return (
        f"ngày {number_text(None)}/{f'{document.month:02d}' if document.month else number_text(None)}/{document.year}"
    )


def _paragraphs(body: list[Block]) -> list[Paragraph]:
    """Keep a short last block with the one before it, so that the signature never stands under a single line.

    A paragraph that announces what follows ("như sau:") stays with it too.
    """
    last = len(body) - 1
    short = bool(body) and len(body[-1]["text"]) < 90
    return [
        Paragraph(
            block["type"],
            nfc(block["text"]),
            keep=index == last or (short and index == last - 1) or block["text"].endswith(":"),
        )
        for index, block in enumerate(body)
    ]


def _annex(annex: Annex, position: int, count: int) -> AnnexSheet:
    columns = annex["columns"]
    return AnnexSheet(
        position=position,
        label=label(position, count),
        title=nfc(annex["title"]).upper(),
        landscape=annex.get("landscape", False),
        many=len(columns) > MANY_COLUMNS,
        columns=[{"title": nfc(c["title"]), "width": str(c.get("width") or "")} for c in columns],
        rows=[_row(row, [c["align"] for c in columns]) for row in annex["rows"]],
        notes=[nfc(note) for note in annex["notes"]],
    )


def _row(row: list[str], aligns: list[str]) -> Row:
    if len(row) == 1:
        return Row(group=nfc(row[0]))
    return Row(cells=[Cell(nfc(text), align) for text, align in zip(row, aligns, strict=True)])
