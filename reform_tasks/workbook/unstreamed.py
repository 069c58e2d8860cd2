"""What a sheet read as a stream does not tell: which cells its merges cover, and its last row in use.

Both are found in the bytes of the sheet's part, in one pass and without a parser.
"""

import re
import zipfile
from io import BytesIO

from openpyxl.utils import range_boundaries

from reform_tasks.workbook.appendix import WorkbookError
from reform_tasks.workbook.grid import MAX_TABLE_ROWS
from reform_tasks.workbook.safety import TOO_LARGE_INSIDE

MAX_COVERED = 100_000
_CHUNK = 1 << 20
_KEPT = 300  # bytes carried over to the next chunk, so that no tag is cut in two
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_ROW = re.compile(rb'row\s(?:[^>]*?\s)?r="([0-9]{1,7})"')
_ROWS_END = re.compile(rb"</(?:\w+:)?sheetData>")
_VALUES = (b"v>", b"is>", b"<f>", b"<f ")  # of <v>, <x:v>, <is> and formulas; a text never holds a bare ">"


class SheetPart:
    """One sheet's part. `covered`: {cell under the top of a merge: that top}, both (row, column from 0).

    `last_row`: the number of the last row that holds a value or a formula; 0: none, or rows without numbers.
    """

    def __init__(self, data: bytes, path: str, columns: int) -> None:
        """Read the part up to a column; raises WorkbookError for merges over more than MAX_COVERED rows in all."""
        self.covered: dict[tuple[int, int], tuple[int, int]] = {}
        self.last_row = 0
        self._columns, self._seen, self._row_now, self._below_rows = columns, 0, 0, False
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(path.lstrip("/")) as part:
            tail = b""
            while chunk := part.read(_CHUNK):
                text = tail + chunk
                if not self._below_rows:
                    self._read_rows(text)
                end = self._read_merges(text) if b"mergeCell" in text else 0
                tail = text[max(end, len(text) - _KEPT) :]

    def _read_rows(self, text: bytes) -> None:
        end = _ROWS_END.search(text)
        self._below_rows = end is not None
        until = end.start() if end else len(text)
        value = max(text.rfind(mark, 0, until) for mark in _VALUES)
        if value >= 0:
            self.last_row = self._row_before(text, value)
        self._row_now = self._row_before(text, until)

    def _row_before(self, text: bytes, at: int) -> int:
        """Return the number of the row a place belongs to; one that began in an earlier chunk is still known."""
        start = max(text.rfind(b"<row", 0, at), text.rfind(b":row", 0, at))
        number = _ROW.match(text, start + 1) if start >= 0 else None
        return int(number[1]) if number else self._row_now

    def _read_merges(self, text: bytes) -> int:
        end = 0
        for found in _MERGE.finditer(text):
            end = found.end()
            left, top, _right, bottom = range_boundaries(found[1].decode("ascii"))
            bottom = min(bottom, MAX_TABLE_ROWS)
            self._seen += max(0, bottom - top)
            if self._seen > MAX_COVERED:
                raise WorkbookError(TOO_LARGE_INSIDE)
            if left <= self._columns:
                self.covered |= {(row, left - 1): (top, left - 1) for row in range(top + 1, bottom + 1)}
        return end
