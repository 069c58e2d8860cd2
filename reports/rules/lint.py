"""Hints about the writing of a document ("Gợi ý soát lỗi") by Nghị định 30/2020, Phụ lục I, II. They never block."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ninhgiang.vietnamese import nfc
from reports.documents.blocks import BASIS
from reports.models import Document


@dataclass(frozen=True, slots=True)
class Finding:
    """One hint: a stable code, where it was found, the words in question, and what would be right."""

    code: str
    where: str
    excerpt: str
    advice: str


# Phụ lục I, ô 7a: a space follows each abbreviation of authority.
_GLUED = re.compile(r"\b(TM|KT|TL|TUQ|Q)\.(?=\S)")
_REPEATED = re.compile(r"\b(\w+)\s+\1\b", re.IGNORECASE)
# Reduplicated words that are right as they stand.
_DOUBLE_WORDS = frozenset(
    [
        "luôn",
        "dần",
        "từ",
        "hằng",
        "thường",
        "mãi",
        "ngày",
        "đều",
        "xa",
        "gần",
        "nhanh",
        "song",
        "đời",
        "lần",
        "nơi",
        "nhà",
        "người",
        "ai",
    ]
)
# Phụ lục II, mục IV: the first syllable of each phrase that tells type, function or field is a capital.
_CAPITALS = (
    (re.compile(r"(?<![\w])phòng (?=(Văn hóa|Kinh tế)\b)"), "phòng", "Phòng"),
    (re.compile(r"Trung tâm (dịch vụ|phục vụ)\b"), "", ""),
    (re.compile(r"\bvăn phòng (?=Hội đồng nhân dân|HĐND)"), "văn phòng", "Văn phòng"),
    (re.compile(r"\bủy ban nhân dân\b"), "ủy ban", "Ủy ban"),
    (re.compile(r"\bhội đồng nhân dân\b"), "hội đồng", "Hội đồng"),
    (re.compile(r"\bhội đồng thi đua"), "hội đồng thi đua", "Hội đồng Thi đua"),
)
# Frequent slips in texts about reform and emulation.
_SLIPS = {
    "phân đấu": "phấn đấu",
    "xắp xếp": "sắp xếp",
    "bổ xung": "bổ sung",
    "sử lý": "xử lý",
    "xuất xắc": "xuất sắc",
    "chẩn chỉnh": "chấn chỉnh",
    "xúc tích": "súc tích",
    "sáng lạng": "xán lạn",
}
_TONE_PLACES = re.compile(r"\b\w*(?:oà|oá|oả|oã|oạ|uỳ|uý|uỷ|uỹ|uỵ|oè|oé|oẻ|oẽ|oẹ)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(…{1,}|\.{4,})")
_ARCHIVE = re.compile(r"Lưu: VT, \S")


def lint(document: Document) -> list[Finding]:
    """Return the hints for a document, in the order of the paper."""
    findings: list[Finding] = []
    parts = [("Trích yếu", document.title), *_body_parts(document)]
    for where, text in parts:
        findings.extend(_in_text(where, nfc(text)))
    findings.extend(_bases([nfc(block["text"]) for block in document.body if block["type"] == BASIS]))
    findings.extend(_ending(document))
    findings.extend(_recipients([nfc(line) for line in document.recipients]))
    findings.extend(_authority([nfc(line) for line in document.authority_lines], document.signer_name))
    findings.extend(_annexes(document))
    return findings


def _body_parts(document: Document) -> Iterator[tuple[str, str]]:
    """Name each paragraph by its heading and order, so that a person finds it on the page."""
    heading = "Phần mở đầu"
    count = 0
    for block in document.body:
        if block["type"] == "heading":
            heading, count = f"Mục {block['text'].partition('.')[0]}", 0
            continue
        count += 1
        yield f"{heading}, đoạn {count}", block["text"]


def _in_text(where: str, text: str) -> Iterator[Finding]:
    for wrong, right in _SLIPS.items():
        for found in re.finditer(rf"\b{wrong}\b", text, re.IGNORECASE):
            yield Finding("slip", where, _around(text, found), f"Có thể viết nhầm: “{wrong}” → “{right}”.")
    for found in _REPEATED.finditer(text):
        word = found[1]
        if word.isalpha() and word.lower() not in _DOUBLE_WORDS:
            yield Finding("repeated", where, _around(text, found), f"Từ “{word}” bị lặp hai lần liền nhau.")
    yield from _capitals(where, text)
    for found in _GLUED.finditer(text):
        yield Finding("abbreviation", where, _around(text, found), f"Sau “{found[0]}” cần một khoảng trắng.")
    for found in _TONE_PLACES.finditer(text):
        if "qu" not in found[0].lower():
            yield Finding(
                "tone", where, _around(text, found), f"“{found[0]}”: đặt dấu thanh theo cách viết “hòa”, “ủy”, “khỏe”."
            )
    for found in _PLACEHOLDER.finditer(text):
        yield Finding("placeholder", where, _around(text, found), "Còn chỗ để trống, cần điền trước khi trình ký.")


def _capitals(where: str, text: str) -> Iterator[Finding]:
    for pattern, wrong, right in _CAPITALS:
        for found in pattern.finditer(text):
            bad, good = (wrong, right) if wrong else (found[0], f"Trung tâm {found[1].capitalize()}")
            yield Finding(
                "capital", where, _around(text, found), f"Viết hoa tên cơ quan: “{bad} …” → “{good} …” (Phụ lục II)."
            )


def _bases(bases: list[str]) -> Iterator[Finding]:
    for position, text in enumerate(bases, start=1):
        last = position == len(bases)
        if not text.endswith("." if last else ";"):
            mark = "dấu chấm" if last else "dấu chấm phẩy"
            yield Finding("basis", f"Căn cứ {position}", text[-40:], f"Dòng căn cứ này kết thúc bằng {mark}.")


def _ending(document: Document) -> Iterator[Finding]:
    last = document.body[-1]["text"] if document.body else ""
    if not last.rstrip().endswith("./."):
        yield Finding("ending", "Cuối văn bản", last[-40:], "Kết thúc nội dung văn bản bằng “./.”.")


def _recipients(lines: list[str]) -> Iterator[Finding]:
    if not lines:
        yield Finding("recipients", "Nơi nhận", "", "Chưa có nơi nhận.")
        return
    if not _ARCHIVE.match(lines[-1]):
        yield Finding("recipients", "Nơi nhận", lines[-1], "Dòng cuối ghi “Lưu: VT, <đơn vị soạn>.”.")
    for line in lines[:-1]:
        if not line.endswith(";"):
            yield Finding("recipients", "Nơi nhận", line, "Mỗi dòng nơi nhận kết thúc bằng dấu chấm phẩy.")
    if not lines[-1].endswith("."):
        yield Finding("recipients", "Nơi nhận", lines[-1], "Dòng cuối của nơi nhận kết thúc bằng dấu chấm.")


def _authority(lines: list[str], signer: str) -> Iterator[Finding]:
    for line in lines:
        for found in _GLUED.finditer(line):
            yield Finding("abbreviation", "Chữ ký", line, f"Sau “{found[0]}” cần một khoảng trắng: “{found[0]} …”.")
        if line != line.upper():
            yield Finding("authority", "Chữ ký", line, "Quyền hạn, chức vụ người ký viết bằng chữ in hoa.")
    if not lines or not signer.strip():
        yield Finding("authority", "Chữ ký", "", "Chưa có chức vụ hoặc họ tên người ký.")


def _annexes(document: Document) -> Iterator[Finding]:
    body = " ".join(block["text"] for block in document.body).lower()
    if document.annexes and "phụ lục" not in body:
        yield Finding("annex", "Phụ lục", "", "Văn bản có phụ lục nhưng nội dung chưa dẫn đến phụ lục.")
    if not document.annexes and re.search(r"phụ lục \S+ kèm theo", body):
        yield Finding("annex", "Phụ lục", "", "Nội dung dẫn đến phụ lục nhưng văn bản không có phụ lục.")


def _around(text: str, found: re.Match[str], room: int = 28) -> str:
    """Return the words around a hit, cut at spaces."""
    start = text.rfind(" ", 0, max(0, found.start() - room)) + 1 if found.start() > room else 0
    end = text.find(" ", min(len(text), found.end() + room))
    end = len(text) if end < 0 else end
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
