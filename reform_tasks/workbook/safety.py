"""Opening a file somebody sent: by content, never by name, and without unpacking a bomb."""

import re
import zipfile
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO

from reform_tasks.file_kinds import describe_content
from reform_tasks.workbook.appendix import WorkbookError

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RATIO = 400  # formatted empty rows reach about 100; deflate itself ends near 1000
RATIO_MATTERS_FROM = 10 * 1024 * 1024
MAX_PARTS = 1000
MAX_OTHER_PART = 30 * 1024 * 1024  # sheets are streamed; shared texts and styles are held in memory whole
MAX_WORD_PART = 20 * 1024 * 1024
EXCEL, WORD = "xlsx", "docx"

_OLE_MARK = bytes.fromhex("D0CF11E0A1B11AE1")
_CHUNK = 1 << 20
_ROW = re.compile(rb"</?(?:\w+:)?(?:row|mergeCell)[\s/>]")
TOO_LARGE_INSIDE = "Tệp khi mở ra quá lớn nên không được đọc. Hãy chép riêng bảng cần nhập sang tệp mới."
SEND = "Hãy gửi tệp Excel dạng .xlsx hoặc Word dạng .docx."  # what to send instead, where nothing else is said
# Names of streams inside the old container format, in UTF-16LE.
_OLD_KINDS = (
    ("EncryptedPackage", "Tệp được đặt mật khẩu.", "Hãy bỏ mật khẩu, lưu lại rồi gửi lại."),
    ("WordDocument", "Tệp là dạng .doc cũ của Word.", "Hãy lưu lại dạng .docx rồi gửi lại."),
    ("Workbook", "Tệp là dạng .xls cũ của Excel.", "Hãy lưu lại dạng .xlsx rồi gửi lại."),
)


def read_bytes(file: str | PathLike[str] | bytes | IO[bytes], max_bytes: int) -> bytes:
    """Return the file's bytes; raises WorkbookError when it is empty or larger than `max_bytes`."""
    if isinstance(file, bytes):
        data = file[: max_bytes + 1]
    elif isinstance(file, str | PathLike):
        with Path(file).open("rb") as opened:
            data = opened.read(max_bytes + 1)
    else:
        data = file.read(max_bytes + 1)
    if not data:
        raise WorkbookError("Tệp trống.")
    if len(data) > max_bytes:
        raise WorkbookError(f"Tệp lớn hơn {max_bytes // (1024 * 1024)} MB. Hãy bỏ hình ảnh, trang thừa rồi gửi lại.")
    return data


def kind_of(data: bytes, *, send: str = SEND) -> str:
    """Return EXCEL or WORD for an ordinary file: no password, no macro, no zip bomb, no outside entities.

    Raises WorkbookError saying what the file is instead, and `send`: what the caller takes.
    """
    if data.startswith(_OLE_MARK):
        raise WorkbookError(_old_kind(data, send))
    if not data.startswith(b"PK"):
        raise WorkbookError(f"Tệp này không phải Excel hay Word: nội dung là {_contents(data)}. {send}")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _kind_of_archive(archive, len(data), send)
    except WorkbookError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise many kinds
        raise WorkbookError(f"Tệp này đã hỏng hoặc không phải Excel, Word. {send}") from error


def _old_kind(data: bytes, send: str) -> str:
    for name, what, way_out in _OLD_KINDS:
        if name.encode("utf-16-le") in data:
            return f"{what} {send if name == 'WordDocument' and send != SEND else way_out}"
    return "Tệp được đặt mật khẩu hoặc là dạng Office cũ (.xls, .doc). " + send.replace("Hãy", "Hãy lưu lại và")


def _contents(data: bytes) -> str:
    return describe_content(data[:2048], BytesIO(data))


def _kind_of_archive(archive: zipfile.ZipFile, packed: int, send: str) -> str:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    _refuse_bomb(parts, packed)
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookError(f"Tệp nén được đặt mật khẩu. {send}")
    kind = EXCEL if "xl/workbook.xml" in names else WORD if "word/document.xml" in names else ""
    if not kind or "[Content_Types].xml" not in names:
        raise WorkbookError(f"Tệp này không phải bảng tính Excel hay văn bản Word. {send}")
    types = archive.read("[Content_Types].xml")
    if names & {"xl/vbaProject.bin", "word/vbaProject.bin"} or b"macroEnabled" in types:
        way_out = "Hãy lưu lại dạng .xlsx hoặc .docx rồi gửi lại." if send == SEND else send
        raise WorkbookError(f"Tệp có macro (.xlsm, .docm). {way_out}")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _refuse_strange_xml(archive, part)
    return kind


def _refuse_bomb(parts: list[zipfile.ZipInfo], packed: int) -> None:
    """Judge by the sizes the archive declares; zipfile never unpacks more than these."""
    unpacked = sum(part.file_size for part in parts)
    suspicious = unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed
    heavy = any(part.file_size > _most(part.filename) for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or suspicious or heavy:
        raise WorkbookError(TOO_LARGE_INSIDE)


def _most(name: str) -> int:
    if "worksheets/" in name:
        return MAX_UNPACKED
    return MAX_WORD_PART if name.startswith("word/") and name.endswith(".xml") else MAX_OTHER_PART


def _refuse_strange_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise WorkbookError for a document type (entities; Office never writes one) or a row of megabytes.

    openpyxl streams rows, but holds each of them whole. UTF-16, in which neither would be seen, is refused too.
    """
    is_sheet = part.filename.startswith("xl/worksheets/")
    with archive.open(part) as opened:
        tail = b""
        while chunk := opened.read(_CHUNK):
            if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk or (not tail and b"\0" in chunk[:4]):
                raise WorkbookError("Tệp chứa khai báo lạ (DOCTYPE) mà Excel, Word không tạo ra nên không được đọc.")
            if is_sheet and len(chunk) == _CHUNK and not _ROW.search(chunk):
                raise WorkbookError(TOO_LARGE_INSIDE)
            tail = chunk[-10:]
