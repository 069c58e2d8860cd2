"""What a file really is, told from its content: the name is only a claim (architecture rule 16). Pure."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import puremagic

from ninhgiang.errors import DomainError

HEAD_BYTES = 2048
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileRefused(DomainError):
    """A file that is not what its name says, or of a kind or size we do not keep; `message` names the file."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind we accept: its name on the screen, the content type we serve it with, and the test of its content."""

    label: str
    content_type: str
    fits: Callable[[BinaryIO, bytes], bool]


def _starts(*signatures: bytes) -> Callable[[BinaryIO, bytes], bool]:
    return lambda _file, head: head.startswith(signatures)


def _ooxml(part: str) -> Callable[[BinaryIO, bytes], bool]:
    """Return a test for a ZIP that holds an Office document: its content list and its main part."""

    def fits(file: BinaryIO, head: bytes) -> bool:
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            file.seek(0)
            with zipfile.ZipFile(file) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        return "[Content_Types].xml" in names and part in names

    return fits


_JPEG = FileKind("JPEG", "image/jpeg", _starts(b"\xff\xd8\xff"))
KINDS = {
    "pdf": FileKind("PDF", "application/pdf", _starts(b"%PDF-")),
    "docx": FileKind(
        "Word (docx)",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ooxml("word/document.xml"),
    ),
    "xlsx": FileKind(
        "Excel (xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ooxml("xl/workbook.xml")
    ),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileKind("PNG", "image/png", _starts(b"\x89PNG\r\n\x1a\n")),
}
# Shown by the browser itself; everything else is downloaded.
INLINE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
ALLOWED_TEXT = "PDF, Word (docx), Excel (xlsx), ảnh JPG hoặc PNG"


def check_file(*, name: str, file: BinaryIO, size: int, max_bytes: int) -> FileKind:
    """Return the kind of a file (`size` bytes) whose content agrees with its extension; leaves it at position 0.

    Raises FileRefused with a Vietnamese sentence that names the file and says what it is instead.
    """
    kind = KINDS.get(PurePath(name).suffix.lower().removeprefix("."))
    if kind is None:
        raise FileRefused(f"Tệp '{name}' không thuộc loại được nhận. Chỉ nhận {ALLOWED_TEXT}.")
    if size == 0:
        raise FileRefused(f"Tệp '{name}' trống (0 byte). Hãy chọn lại tệp.")
    if size > max_bytes:
        raise FileRefused(
            f"Tệp '{name}' nặng {_megabytes(size)} MB, vượt mức {max_bytes // 2**20} MB cho một tệp. "
            "Hãy giảm dung lượng hoặc tách tệp."
        )
    file.seek(0)
    head = file.read(HEAD_BYTES)
    fits = kind.fits(file, head)
    file.seek(0)
    if not fits:
        raise FileRefused(f"Tệp '{name}' không phải {kind.label} thật: nội dung là {describe_content(head, file)}.")
    return kind


def _megabytes(size: int) -> str:
    """Show bytes as megabytes with one decimal, rounded up so that too big never looks allowed."""
    tenths = -(-size * 10 // 2**20)
    return f"{tenths // 10},{tenths % 10}"


def describe_content(head: bytes, file: BinaryIO) -> str:
    """Say in Vietnamese what the first bytes of a file are; ends with the file at position 0."""
    file.seek(0)
    for kind in dict.fromkeys(KINDS.values()):
        if kind.fits(file, head):
            file.seek(0)
            return kind.label
    file.seek(0)
    for signature, words in _OTHERS:
        if head.startswith(signature):
            return words
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        return "một trang web (HTML)"
    if _is_text(head):
        return "văn bản thuần (text)"
    return _by_puremagic(head)


_OTHERS = (
    (b"MZ", "một chương trình Windows (exe)"),
    (b"\x7fELF", "một chương trình Linux"),
    (_OLE, "tài liệu Office đời cũ hoặc có đặt mật khẩu"),
    (b"PK", "tệp nén ZIP"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"{\\rtf", "tài liệu RTF"),
    (b"GIF8", "ảnh GIF"),
)


def _is_text(head: bytes) -> bool:
    """Tell whether bytes read as UTF-8 text (a letter cut at the end does not count against it)."""
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == HEAD_BYTES
    return True


def _by_puremagic(head: bytes) -> str:
    """Name less common contents by puremagic's table; a plain "không nhận ra" when it knows nothing either."""
    try:
        found = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return "dữ liệu không nhận ra được"
    return f"tệp kiểu {found.lstrip('.')}" if found else "dữ liệu không nhận ra được"
