"""Word files for tests, made in code: paragraphs and tables with merged cells, automatic numbers, tracked changes."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
NUMBERING = (
    f'<w:numbering xmlns:w="{NS}">'
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
    "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
)


@dataclass(frozen=True)
class C:
    """A table cell: text (lines are paragraphs), columns it spans, "restart"/"continue" of a vertical merge, list."""

    text: str = ""
    span: int = 1
    merge: str = ""
    numbered: str = ""  # id of the list, level: "1", "1.1"
    raw: str = ""  # paragraph content as XML


def paragraph(text: str, numbered: str = "", raw: str = "") -> str:
    """Return one paragraph."""
    shape = ""
    if numbered:
        list_id, _, level = numbered.partition(".")
        shape = f'<w:pPr><w:numPr><w:ilvl w:val="{level or 0}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
    words = raw or f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f"<w:p>{shape}{words}</w:p>"


def cell(value: object) -> str:
    """Return one cell."""
    found = value if isinstance(value, C) else C("" if value is None else str(value))
    shape = f'<w:gridSpan w:val="{found.span}"/>' if found.span > 1 else ""
    if found.merge:
        shape += f'<w:vMerge w:val="{found.merge}"/>' if found.merge == "restart" else "<w:vMerge/>"
    lines = found.text.split("\n")
    body = "".join(paragraph(line, found.numbered, found.raw) for line in lines)
    return f"<w:tc><w:tcPr>{shape}</w:tcPr>{body}</w:tc>"


def table(*rows: tuple[object, ...]) -> str:
    """Return one table."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cell(one) for one in row)}</w:tr>" for row in rows) + "</w:tbl>"


def docx(*blocks: str, head: str = "", **parts: bytes) -> bytes:
    """Return a Word file of paragraphs (plain text) and tables (from `table`); more parts by name."""
    body = "".join(block if block.startswith("<w:") else paragraph(block) for block in blocks)
    document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{NS}"><w:body>{body}</w:body></w:document>'
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", document)
        archive.writestr("word/numbering.xml", NUMBERING)
        for name, data in parts.items():
            archive.writestr(f"word/{name}.xml", data)
    return stream.getvalue()
