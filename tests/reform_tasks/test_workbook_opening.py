"""Files that are not what they seem are refused with a sentence, quickly and without eating memory."""

import time
import tracemalloc
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reform_tasks.workbook import WorkbookError, read_appendix
from reform_tasks.workbook.safety import MAX_BYTES, TOO_LARGE_INSIDE

APPENDIX = Path(__file__).parents[1] / "data" / "phu-luc-ke-hoach-14-2026.xlsx"
SEND = "Hãy gửi tệp Excel dạng .xlsx hoặc Word dạng .docx."
DAMAGED_WORD = "Không mở được tệp Word: tệp đã hỏng. Hãy mở bằng Word, lưu lại rồi gửi lại."
STRANGE = "Tệp chứa khai báo lạ (DOCTYPE) mà Excel, Word không tạo ra nên không được đọc."
DAMAGED = "Không mở được bảng tính: tệp đã hỏng. Hãy mở bằng Excel, lưu lại rồi gửi lại."


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip archive of the parts."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def appendix_parts() -> dict[str, bytes]:
    """Return the parts of the real appendix."""
    with ZipFile(APPENDIX) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def old_office(stream: str) -> bytes:
    """Return what begins like a file of the old container format with a stream of that name."""
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + stream.encode("utf-16-le") + bytes(600)


def refusal(data: bytes, max_bytes: int = MAX_BYTES) -> str:
    """Return the sentence a file is refused with."""
    with pytest.raises(WorkbookError) as refused:
        read_appendix(data, max_bytes=max_bytes)
    return refused.value.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Tệp trống."),
        (b"TT;Nhiem vu\n1;Ban hanh", f"Tệp này không phải Excel hay Word: nội dung là văn bản thuần (text). {SEND}"),
        (b"%PDF-1.4\n%%EOF", f"Tệp này không phải Excel hay Word: nội dung là PDF. {SEND}"),
        (
            bytes(range(256)) * 40,
            f"Tệp này không phải Excel hay Word: nội dung là dữ liệu không nhận ra được. {SEND}",
        ),
        (APPENDIX.read_bytes()[:5000], f"Tệp này đã hỏng hoặc không phải Excel, Word. {SEND}"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000),
            (
                "Tệp được đặt mật khẩu hoặc là dạng Office cũ (.xls, .doc). "
                "Hãy lưu lại và gửi tệp Excel dạng .xlsx hoặc Word dạng .docx."
            ),
        ),
        (old_office("EncryptedPackage"), "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi gửi lại."),
        (old_office("WordDocument"), "Tệp là dạng .doc cũ của Word. Hãy lưu lại dạng .docx rồi gửi lại."),
        (old_office("Workbook"), "Tệp là dạng .xls cũ của Excel. Hãy lưu lại dạng .xlsx rồi gửi lại."),
        (
            zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
            f"Tệp này không phải bảng tính Excel hay văn bản Word. {SEND}",
        ),
        (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document"}), DAMAGED_WORD),
        (
            zipped(appendix_parts() | {"xl/sharedStrings.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><sst/>"}),
            STRANGE,
        ),
        (zipped(appendix_parts() | {"docProps/core.xml": "<x/>".encode("utf-16")}), STRANGE),
        (zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}), DAMAGED),
        (zipped(appendix_parts() | {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"}), DAMAGED),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, message: str) -> None:
    assert refusal(data) == message


def test_macros_are_refused() -> None:
    assert refusal(zipped(appendix_parts() | {"xl/vbaProject.bin": b"x"})) == (
        "Tệp có macro (.xlsm, .docm). Hãy lưu lại dạng .xlsx hoặc .docx rồi gửi lại."
    )
    types = appendix_parts()["[Content_Types].xml"].replace(
        b"officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    assert refusal(zipped(appendix_parts() | {"[Content_Types].xml": types})) == (
        "Tệp có macro (.xlsm, .docm). Hãy lưu lại dạng .xlsx hoặc .docx rồi gửi lại."
    )


def test_a_password_on_the_zip_is_refused() -> None:
    data = bytearray(APPENDIX.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    assert refusal(bytes(data)) == f"Tệp nén được đặt mật khẩu. {SEND}"


def test_a_file_larger_than_the_limit_is_refused_without_reading_it_all() -> None:
    assert refusal(APPENDIX.read_bytes(), max_bytes=1024) == (
        "Tệp lớn hơn 0 MB. Hãy bỏ hình ảnh, trang thừa rồi gửi lại."
    )
    assert refusal(bytes(6 * 1024 * 1024)) == "Tệp lớn hơn 5 MB. Hãy bỏ hình ảnh, trang thừa rồi gửi lại."


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/worksheets/sheet1.xml": b" " * (61 * 1024 * 1024)},
        {"xl/sharedStrings.xml": b"".join(b"%09d" % (number // 50) for number in range(3_700_000))},
        {"xl/media/image1.png": b"\0" * (20 * 1024 * 1024)},
        {f"xl/media/image{number}.png": b"" for number in range(1001)},
    ],
    ids=["large sheet", "large texts", "high ratio", "many parts"],
)
def test_zip_bombs_are_refused_before_they_unpack(parts: dict[str, bytes]) -> None:
    data = zipped(appendix_parts() | parts)
    tracemalloc.start()
    assert refusal(data) == TOO_LARGE_INSIDE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 1024 * 1024


def test_a_row_of_endless_width_is_refused() -> None:
    cells = b"".join(b'<c r="A1"><v>%d</v></c>' % number for number in range(200_000))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    data = zipped(appendix_parts() | {"xl/worksheets/sheet1.xml": sheet + cells + b"</row></sheetData></worksheet>"})
    tracemalloc.start()
    assert refusal(data) == TOO_LARGE_INSIDE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 1024 * 1024


def test_a_hundred_thousand_empty_formatted_rows_cost_nothing() -> None:
    parts = appendix_parts()
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/><c r="F%d" s="1"/></row>' % (n, n, n) for n in range(61, 100_061))
    before = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = before.replace(b"</sheetData>", empty + b"</sheetData>")
    assert before != parts["xl/worksheets/sheet1.xml"]
    data = zipped(parts)
    began = time.process_time()
    appendix = read_appendix(data)
    seconds = time.process_time() - began
    tracemalloc.start()
    read_appendix(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(appendix.tasks), appendix.problems) == (48, ())
    assert seconds < 5
    assert peak < 30 * 1024 * 1024


def test_a_table_may_have_a_hole_but_ends_after_two_hundred_empty_rows() -> None:
    book = openpyxl.load_workbook(APPENDIX)
    sheet = book.active
    assert sheet is not None
    for row, number in ((200, 49), (500, 50)):
        for column, value in enumerate((number, "Việc thêm", "Báo cáo", "Phòng Kinh tế", None, "Quý I/2026"), start=1):
            sheet.cell(row, column).value = value  # type: ignore[assignment]
    stream = BytesIO()
    book.save(stream)
    assert [task.texts["number"] for task in read_appendix(stream.getvalue()).tasks][-2:] == ["48", "49"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 9000), st.integers(0, 400))
def test_no_damage_breaks_the_reader(noise: bytes, at: int, cut: int) -> None:
    data = APPENDIX.read_bytes()
    try:
        appendix = read_appendix(data[:at] + noise + data[at + cut :])
    except WorkbookError:
        return
    assert len(appendix.tasks) <= 48
