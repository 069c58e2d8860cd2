"""From a document to the bytes of its PDF."""

import hashlib
import logging
from pathlib import Path

from django.template.loader import render_to_string

from ninhgiang.errors import DomainError
from reports.models import Document

from .fonts import font_problem, outline
from .sheet import Sheet, sheet_of

STYLES = Path(__file__).with_name("document.css")
# Each annex is a page group of its own: pages counted from 1, the number not shown on the first.
ANNEX_PAGES = """
.annex-{n} {{ page: annex-{n} }}
@page annex-{n} {{ size: A4 {orientation} }}
@page :nth(1 of annex-{n}) {{ counter-reset: page 1; @top-center {{ content: none }} }}
"""

# WeasyPrint tells each CSS oddity at INFO/WARNING; errors still show.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def render_pdf(document: Document) -> bytes:
    """Return the PDF of a document, the same bytes for the same content.

    A document that is not signed yet carries the watermark "DỰ THẢO"; number and date that are not there yet are left
    as room for the pen. No signature or seal is drawn: the signing tool puts them in (documents.md 7, 14).
    Raises DomainError (Vietnamese) when the machine has no serif font with all Vietnamese letters.
    """
    if problem := font_problem():
        raise DomainError(problem)
    sheet = sheet_of(document)
    path, width, height = outline("DỰ THẢO")
    watermark = {"path": path, "width": width, "height": height}
    html = render_to_string("pdf/document.html", {"sheet": sheet, "watermark": watermark})
    return _write(html, _annex_styles(sheet))


def _annex_styles(sheet: Sheet) -> str:
    return "".join(
        ANNEX_PAGES.format(n=annex.position, orientation="landscape" if annex.landscape else "portrait")
        for annex in sheet.annexes
    )


def warm_up() -> None:
    """Load WeasyPrint and the fonts now, so that the first PDF of this process does not wait three seconds for them."""
    if font_problem():
        return  # said by the system check, and to who asks for a PDF
    _write('<html lang="vi"><body><p>Cộng hòa xã hội chủ nghĩa Việt Nam</p></body></html>', "")


def _write(html: str, annex_styles: str) -> bytes:
    """Lay out HTML that refers to nothing outside itself."""
    # Loads Pango and 40 MB: only processes that make PDFs pay for it (those that serve people do so early, warm_up).
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from .fetcher import NothingFetcher

    fonts = FontConfiguration()
    fetcher = NothingFetcher()
    sheets = [
        CSS(string=STYLES.read_text(encoding="utf-8") + annex_styles, font_config=fonts, url_fetcher=fetcher),
    ]
    identifier = hashlib.sha256((html + annex_styles).encode()).hexdigest()[:32].encode()
    return bytes(
        HTML(string=html, url_fetcher=fetcher).write_pdf(
            stylesheets=sheets, font_config=fonts, presentational_hints=True, pdf_identifier=identifier
        )
    )
