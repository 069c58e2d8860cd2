"""PDFs for tests: papers with text and pages, scans, signed, encrypted and broken ones, all made in code."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pypdf import PdfWriter
from weasyprint import HTML

PAPER = """<p>ỦY BAN NHÂN DÂN XÃ NINH GIANG</p><p>Số: 12/QĐ-UBND</p><p>Ninh Giang, ngày 16 tháng 3 năm 2026</p>
<p>Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;</p>"""


@cache
def paper(html: str = PAPER) -> bytes:
    """Return a PDF with a text layer."""
    return bytes(HTML(string=f"<html lang=vi><body>{html}</body></html>").write_pdf() or b"")


def blank(pages: int = 1, *, password: str = "") -> bytes:
    """Return a PDF without text, as a scanner makes it; with a password when given."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def _signer() -> signers.SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Người Ký Thử"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "UBND xã Thử"),
        ]
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    chest = serialization.pkcs12.serialize_key_and_certificates(
        b"thu", key, certificate, None, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner.load_pkcs12_data(chest, other_certs=[])
    assert signer is not None
    return signer


def signed(content: bytes, at: str) -> bytes:
    """Return the PDF with a PAdES signature of "Người Ký Thử" made at that moment (ISO with offset)."""

    def sign() -> bytes:
        out = signers.sign_pdf(
            IncrementalPdfFileWriter(BytesIO(content)),
            signers.PdfSignatureMetadata(field_name="ChuKy", md_algorithm="sha256"),
            signer=_signer(),
        )
        return bytes(out.getbuffer())

    # In a thread: pyhanko runs an event loop of its own, and the browser tests of this process have one already.
    with time_machine.travel(at, tick=False), ThreadPoolExecutor(1) as pool:
        return pool.submit(sign).result()


def changed(content: bytes) -> bytes:
    """Return a signed PDF whose first page was changed afterwards by an update appended to the file."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
