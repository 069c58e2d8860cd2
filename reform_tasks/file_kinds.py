"""What a file really is, told from its content: the name is only a claim (architecture rule 16). Pure."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
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
    """A kind we accept: its name on the screen, the content type we serve it with, how its content begins.

    `part` is the main part of an Office document, which is a ZIP; "" for plain files.
    """

    label: str
    content_type: str
    starts: tuple[bytes, ...]
    part: str = ""

    def begins(self, head: bytes) -> bool:
        """Tell whether the first bytes of a file may be of this kind."""
        return head.startswith(self.starts)

    def fits(self, file: BinaryIO, head: bytes) -> bool:
        """Tell whether the content is of this kind: its beginning, and in a ZIP the parts an Office document has."""
        if not self.begins(head):
            return False
        return not self.part or {"[Content_Types].xml", self.part} <= {part.filename for part in _parts_of(file)}


_OOXML = "application/vnd.openxmlformats-officedocument."
_ZIP = (b"PK\x03\x04",)
_JPEG = FileKind("JPEG", "image/jpeg", (b"\xff\xd8\xff",))
KINDS = {
    "pdf": FileKind("PDF", "application/pdf", (b"%PDF-",)),
    "docx": FileKind("Word (docx)", f"{_OOXML}wordprocessingml.document", _ZIP, "word/document.xml"),
    "xlsx": FileKind("Excel (xlsx)", f"{_OOXML}spreadsheetml.sheet", _ZIP, "xl/workbook.xml"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileKind("PNG", "image/png", (b"\x89PNG\r\n\x1a\n",)),
}
LABELS = {kind.content_type: kind.label for kind in KINDS.values()}
# Shown by the browser itself; everything else is downloaded.
INLINE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
ALLOWED_TEXT = "PDF, Word (docx), Excel (xlsx), ảnh JPG hoặc PNG"


def check_claim(*, name: str, size: int, max_bytes: int) -> FileKind:
    """Return the kind a file claims to be by its extension, before any of its `size` bytes is read.

    Raises FileRefused with a Vietnamese sentence that names the file when kind or size is not acceptable.
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
    return kind


def check_head(*, name: str, head: bytes) -> None:
    """Refuse a file whose first bytes already show that it is not what its name says (raises FileRefused)."""
    kind = KINDS[PurePath(name).suffix.lower().removeprefix(".")]
    if not kind.begins(head):
        raise _not_really(name, kind, describe_content(head[:HEAD_BYTES], BytesIO(head)))


def check_file(*, name: str, file: BinaryIO, size: int, max_bytes: int) -> FileKind:
    """Return the kind of a file (`size` bytes) whose content agrees with its extension; leaves it at position 0.

    Raises FileRefused with a Vietnamese sentence that names the file and says what it is instead, or what it carries:
    an Office document with macros, with programs or packed absurdly is refused too.
    """
    kind = check_claim(name=name, size=size, max_bytes=max_bytes)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    fits = kind.fits(file, head)
    danger = _danger_in(file) if fits and kind.part else ""
    file.seek(0)
    if not fits:
        raise _not_really(name, kind, describe_content(head, file))
    if danger:
        raise FileRefused(f"Tệp '{name}' {danger}")
    return kind


def _not_really(name: str, kind: FileKind, what: str) -> FileRefused:
    return FileRefused(f"Tệp '{name}' không phải {kind.label} thật: nội dung là {what}.")


def _parts_of(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """Return the parts of a ZIP, none when it is not one."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


MAX_PARTS = 5000
MAX_UNPACKED = 1024 * 2**20
_PROGRAMS = (".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".hta", ".msi", ".lnk", ".jar")


def _danger_in(file: BinaryIO) -> str:
    """Say why the content of an Office document is not acceptable, "" when it is; only the table of parts is read."""
    parts = _parts_of(file)
    names = [part.filename.lower() for part in parts]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        return "có macro (chương trình nhúng trong tài liệu). Hãy lưu lại thành tệp không có macro hoặc PDF."
    if any(name.endswith(_PROGRAMS) for name in names):
        return "có chương trình nhúng bên trong. Hãy bỏ phần đó hoặc lưu thành PDF."
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return "nén bất thường (bung ra quá lớn). Hãy lưu lại tệp hoặc chuyển thành PDF."
    return ""


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
