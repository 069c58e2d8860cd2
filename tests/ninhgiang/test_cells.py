"""Texts in cells stay what they are, and none of them keeps a workbook from being written."""

from io import BytesIO

from openpyxl import Workbook, load_workbook

from ninhgiang.cells import write_text


def test_every_character_python_can_hold_leaves_a_workbook_that_opens() -> None:
    book = Workbook()
    every = [chr(code) for code in (*range(0x3000), *range(0xD7F0, 0x10010), 0x1FFFE, 0x10FFFF)]
    write_text(book.worksheets[0]["A1"], "=1+1")
    write_text(book.worksheets[0]["A2"], "".join(every))
    stream = BytesIO()
    book.save(stream)
    read = load_workbook(stream).worksheets[0]
    assert (read["A1"].value, read["A1"].data_type) == ("=1+1", "s")
    assert "\ufffd" in str(read["A2"].value)
    assert "\ufffe" not in str(read["A2"].value)
