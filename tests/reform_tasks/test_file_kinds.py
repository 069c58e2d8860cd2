"""What a file really is, told from its content."""

import zipfile
from io import BytesIO

import pytest

from reform_tasks.file_kinds import MAX_PARTS, FileRefused, check_file, check_head
from tests.reform_tasks.books import AREA, PDF, PNG, book, task


def docx():
    """A ZIP with the two parts every Word document has."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


XLSX = book(AREA, task())
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 30


def check(name, content, max_bytes=10_000_000):
    return check_file(name=name, file=BytesIO(content), size=len(content), max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_true_files_are_accepted(name, content, content_type):
    assert check(name, content).content_type == content_type


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("x.pdf", b"MZ\x90\x00", "một chương trình Windows (exe)"),
        ("x.pdf", "Đây là văn bản".encode(), "văn bản thuần (text)"),
        ("x.pdf", b"<!DOCTYPE html><p>x", "một trang web (HTML)"),
        ("x.pdf", PNG, "PNG"),
        ("x.pdf", docx(), "Word (docx)"),
        ("x.docx", XLSX, "Excel (xlsx)"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 9, "tài liệu Office đời cũ hoặc có đặt mật khẩu"),
        ("x.docx", b"PK\x03\x04 cut", "tệp nén ZIP"),
        ("x.png", JPEG, "JPEG"),
        ("x.jpg", b"\x00\x01\x02\x03\x04", "dữ liệu không nhận ra được"),
    ],
)
def test_a_renamed_file_is_named_for_what_it_is(name, content, what):
    with pytest.raises(FileRefused) as refusal:
        check(name, content)

    label = {"pdf": "PDF", "docx": "Word (docx)", "xlsx": "Excel (xlsx)", "png": "PNG", "jpg": "JPEG"}[name[2:]]
    assert refusal.value.message == f"Tệp '{name}' không phải {label} thật: nội dung là {what}."


@pytest.mark.parametrize("name", ["x.exe", "x.doc", "x", "x.pdf.html", ".pdf"])
def test_other_kinds_are_refused(name):
    with pytest.raises(FileRefused, match="không thuộc loại được nhận"):
        check(name, PDF)


def test_empty_and_heavy_files_are_refused():
    with pytest.raises(FileRefused, match=r"trống \(0 byte\)"):
        check("x.pdf", b"")
    with pytest.raises(FileRefused) as refusal:
        check("x.pdf", PDF + b"0" * 2**20, max_bytes=2**20)
    assert refusal.value.message == (
        "Tệp 'x.pdf' nặng 1,1 MB, vượt mức 1 MB cho một tệp. Hãy giảm dung lượng hoặc tách tệp."
    )


def zipped(*names, base=docx, size=1):
    """The docx with further parts of `size` bytes each."""
    out = BytesIO(base())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped("word/vbaProject.bin"), "Tệp 'x.docx' có macro"),
        (zipped("xl/macrosheets/sheet1.xml"), "Tệp 'x.docx' có macro"),
        (zipped("word/embeddings/Setup.EXE"), "Tệp 'x.docx' có chương trình nhúng bên trong"),
        (zipped(*(f"word/{number}.xml" for number in range(MAX_PARTS))), "Tệp 'x.docx' nén bất thường"),
    ],
    ids=["macro", "macro sheet", "program", "many parts"],
)
def test_documents_that_carry_programs_or_bombs_are_refused(content, message):
    with pytest.raises(FileRefused) as refusal:
        check("x.docx", content)
    assert refusal.value.message.startswith(message)


def test_a_document_that_unpacks_absurdly_is_refused(monkeypatch):
    monkeypatch.setattr("reform_tasks.file_kinds.MAX_UNPACKED", 10_000)
    with pytest.raises(FileRefused, match="bung ra quá lớn"):
        check("x.docx", zipped("word/media/a.bmp", size=20_000))


def test_the_first_piece_already_shows_a_wrong_kind():
    check_head(name="x.docx", head=b"PK\x03\x04")
    with pytest.raises(FileRefused, match="nội dung là PNG"):
        check_head(name="x.pdf", head=PNG)
