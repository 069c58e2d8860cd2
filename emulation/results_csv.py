"""Opening a published result table sent as text: its encoding, its separator, its rows as they were written."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from emulation.results_columns import HEADING_WITHIN, find_heading
from emulation.sheets import CellProblem, WorkbookRefused
from ninhgiang.vietnamese import nfc
from reform_tasks.workbook.grid import Cell, Row, Table, address_of

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_text(data: bytes) -> bool:
    """Tell whether a file is text, and no workbook or other file of bytes."""
    return not data.startswith((b"PK", bytes.fromhex("D0CF11E0"))) and (
        b"\0" not in data[:4096] or data.startswith(_UTF_16)
    )


def read_csv(data: bytes, what: str, *, most: int) -> tuple[Table, str]:
    """Return (the table, its separator) of CSV in UTF-8 or UTF-16 (as Excel saves it).

    The separator is the one under which the heading says most. A table of more than `most` filled rows comes back
    `cut`. Raises WorkbookRefused.
    """
    try:
        text = nfc(data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig"))
    except UnicodeDecodeError:
        problem = CellProblem("Tệp", "không phải CSV mã UTF-8. Trong Excel hãy lưu dạng “CSV UTF-8” hoặc .xlsx.")
        raise WorkbookRefused(what, [problem]) from None
    separator = max(";\t,", key=lambda one: _understood(text, one))
    rows: list[Row] = []
    try:
        for row in _rows(text, separator):
            rows.append(row)
            if len(rows) > most:
                return Table("", tuple(rows), cut=True), separator
    except csv.Error:
        why = "CSV sai cấu trúc: có dấu nháy không khép hoặc một ô quá dài."
        raise WorkbookRefused(what, [CellProblem("Tệp", why)]) from None
    return Table("", tuple(rows)), separator


def _rows(text: str, separator: str) -> Iterator[Row]:
    """Yield the filled rows; a row keeps as many cells as were written."""
    for number, texts in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True), start=1):
        if any(one.strip() for one in texts):
            cells = (Cell(address_of(number, at, in_word=True), one.strip()) for at, one in enumerate(texts))
            yield Row(number, tuple(cells), in_word=True)


def _understood(text: str, separator: str) -> int:
    try:
        heading = find_heading(list(islice(_rows(text, separator), HEADING_WITHIN + 1)))
    except csv.Error:
        return 0
    return heading.known if heading else 0
