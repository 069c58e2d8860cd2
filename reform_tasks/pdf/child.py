"""Opens one PDF in a process of its own and prints what it found as JSON: `python -m reform_tasks.pdf.child PATH`.

Whatever a broken, encrypted or hostile file does to the libraries happens here, under limits of memory and time, and
never in the worker. Knows neither Django nor the database. Digital signatures: the signed bytes must be untouched and
the signature must fit the certificate inside it; whether that certificate is to be trusted is not checked (decision
0025).
"""

import io
import json
import logging
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1200 * 2**20
CPU_SECONDS = 40
PAGES_READ = 3  # number and date stand on the first page; a cover sheet may come before it
TEXT_LIMIT = 20_000
PAGES_LIMIT = 20_000
SIGNATURES_LIMIT = 12


def read_pdf(path: Path) -> dict[str, Any]:
    """Return {"pages", "text", "scan", "signatures", "note"} of a PDF; `note` says in a word what failed ("" nothing).

    Notes: "encrypted", "broken", "signatures" (pages were read, signatures could not be).
    """
    found: dict[str, Any] = {"pages": None, "text": "", "scan": None, "signatures": [], "note": ""}
    content = path.read_bytes()
    try:
        note = _read_text(content, found)
    except Exception:  # noqa: BLE001  a library meets a file nobody foresaw; this process ends anyway
        note = "broken"
    if not note and b"/ByteRange" in content:
        try:
            found["signatures"] = _signatures(content)
        except Exception:  # noqa: BLE001  as above
            note = "signatures"
    return found | {"note": note}


def _read_text(content: bytes, found: dict[str, Any]) -> str:
    from pypdf import PdfReader  # slow to import, and not for the web processes

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return "encrypted"
    pages = len(reader.pages)
    if not 0 < pages <= PAGES_LIMIT:
        return "broken"
    found["pages"] = pages
    texts = [page.extract_text() or "" for page in reader.pages[:PAGES_READ]]
    found["text"] = "\n".join(texts)[:TEXT_LIMIT]
    found["scan"] = not any(letter.isalnum() for text in texts for letter in text)
    return ""


def _signatures(content: bytes) -> list[dict[str, Any]]:
    from pyhanko.pdf_utils.reader import PdfFileReader  # slow to import

    reader = PdfFileReader(io.BytesIO(content), strict=False)
    embedded = [one for one in reader.embedded_signatures if one.sig_object_type != "/DocTimeStamp"]
    return [_signature(one) for one in embedded[:SIGNATURES_LIMIT]]


def _signature(one: Any) -> dict[str, Any]:
    """Return who signed and when, and whether the signed bytes and what was added after them are in order."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # slow to import

    subject = one.signer_cert.subject.native
    at = one.self_reported_timestamp
    try:
        one.compute_integrity_info()
        intact, valid = validate_sig_integrity(
            one.signer_info, one.signer_cert, expected_content_type="data", actual_digest=one.compute_digest()
        )
        summary = one.summarise_integrity_info()
    except Exception:  # noqa: BLE001  a signature that cannot be followed is not intact
        intact, valid, summary = False, False, {}
    coverage = getattr(summary.get("coverage"), "name", "")
    changed = coverage != "ENTIRE_FILE" and getattr(summary.get("diff_result"), "modification_level", None) is None
    return {
        "signer": _name(subject, "common_name"),
        "organisation": _name(subject, "organization_name"),
        "at": at.isoformat() if at else "",
        "intact": bool(intact and valid),
        "changed_after": bool(changed),
    }


def _name(subject: dict[str, Any], part: str) -> str:
    value = subject.get(part) or ""
    return str(value[0] if isinstance(value, list) else value)[:200]


def main() -> None:
    """Read the file named on the command line within the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(read_pdf(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
