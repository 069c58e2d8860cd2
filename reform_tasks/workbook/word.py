"""Tables of a Word file: top-level tables with their merged cells, and the lines of text around them.

Read with the standard library, not with python-docx: only the text of table cells is needed, and one streamed pass
over word/document.xml keeps memory small and the surface for strange files smaller.
"""

import zipfile
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring, iterparse

from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.workbook.appendix import WorkbookError
from reform_tasks.workbook.grid import (
    MAX_COLUMNS,
    MAX_FILLED_ROWS,
    MAX_TABLE_ROWS,
    Cell,
    Row,
    Table,
    address_of,
    keep_row,
)
from reform_tasks.workbook.numbering import Numbering, W, whole

MAX_LINES_AROUND = 12
_NOT_WORDS = frozenset(
    {f"{W}{name}" for name in ("del", "moveFrom", "tbl", "pPr", "rPr", "txbxContent")}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_AUTOMATIC = "Số do Word tự đánh; hiểu là “{}”."
_DAMAGED = "Không mở được tệp Word: tệp đã hỏng. Hãy mở bằng Word, lưu lại rồi gửi lại."


def read_tables(data: bytes) -> list[Table]:
    """Return the top-level tables of a safe Word file, "Bảng 1", "Bảng 2", …; raises WorkbookError when damaged."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            part = "word/numbering.xml"
            numbering = Numbering.read(fromstring(archive.read(part)) if part in names else None)  # noqa: S314
            with archive.open("word/document.xml") as opened:
                return _Document(numbering).read(opened)
    except WorkbookError:
        raise
    except Exception as error:  # a damaged part makes zipfile and the parser raise many kinds
        raise WorkbookError(_DAMAGED) from error


class _Document:
    """Walks the body once; rows are dropped from memory as soon as they are read."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.tables: list[Table] = []
        self.lines: list[str] = []  # since the last table
        self.rows: list[Row] = []
        self.row_number = 0
        self.tops: dict[int, str] = {}  # column -> text of the merged cell that covers it
        self.cut = False

    def read(self, opened: object) -> list[Table]:
        depth = 0
        for event, element in iterparse(opened, events=("start", "end")):  # type: ignore[call-overload]  # noqa: S314
            if element.tag == f"{W}tbl":
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 0:
                    self._end_table()
                    element.clear()
            elif event == "end" and element.tag == f"{W}tr" and depth == 1:
                self._read_row(element)
                element.clear()
            elif event == "end" and element.tag == f"{W}p" and depth == 0:
                if line := clean(self._text(element)):
                    self.lines.append(line)
                element.clear()
        self._give_lines_below()
        return self.tables

    def _end_table(self) -> None:
        self._give_lines_below()
        name = f"Bảng {len(self.tables) + 1}"
        self.tables.append(Table(name, tuple(self.rows), above=tuple(self.lines[-MAX_LINES_AROUND:]), cut=self.cut))
        self.lines, self.rows, self.row_number, self.tops, self.cut = [], [], 0, {}, False

    def _give_lines_below(self) -> None:
        """Let the lines since the last table stand under it; they also stand above the next one."""
        if self.tables and self.lines:
            last = self.tables[-1]
            below = tuple(self.lines[:MAX_LINES_AROUND])
            self.tables[-1] = Table(last.name, last.rows, last.above, below, last.cut)

    def _read_row(self, row: Element) -> None:
        self.row_number += 1
        if self.row_number > MAX_TABLE_ROWS or row.find(f"{W}trPr/{W}del") is not None:
            return
        cells: list[Cell] = []
        before = row.find(f"{W}trPr/{W}gridBefore")
        self._pad(cells, whole(before.get(f"{W}val")) if before is not None else 0)
        for cell in _cells_of(row):
            if len(cells) >= MAX_COLUMNS:
                break
            cells.append(self._cell(cell, len(cells)))
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            self._pad(cells, whole(span.get(f"{W}val"), 1) - 1 if span is not None else 0)
        found = Row(self.row_number, tuple(cells), in_word=True)
        if len(self.rows) > MAX_FILLED_ROWS:
            self.cut = True
        elif keep_row(found):
            self.rows.append(found)

    def _pad(self, cells: list[Cell], count: int) -> None:
        for _ in range(min(count, MAX_COLUMNS - len(cells))):
            self.tops.pop(len(cells), None)
            cells.append(Cell(address_of(self.row_number, len(cells), in_word=True), ""))

    def _cell(self, element: Element, column: int) -> Cell:
        address = address_of(self.row_number, column, in_word=True)
        labels: list[str] = []
        text = clean_lines("\n".join(self._text(part, labels) for part in _paragraphs_of(element)))
        merge = element.find(f"{W}tcPr/{W}vMerge")
        if merge is not None and merge.get(f"{W}val") != "restart":
            return Cell(address, text or self.tops.get(column, ""), covered=not text)
        self.tops.pop(column, None)
        if merge is not None:
            self.tops[column] = text
        return Cell(address, text, remark=_AUTOMATIC.format(" ".join(labels)) if labels else "")

    def _text(self, paragraph: Element, labels: list[str] | None = None) -> str:
        """Return a paragraph's words with the number Word puts before it."""
        words = "".join(_words(paragraph))
        label = self.numbering.label(paragraph)
        if label and labels is not None:
            labels.append(label)
        return f"{label} {words}" if label else words


def _cells_of(row: Element) -> list[Element]:
    """Return the cells of a row, those inside content controls too."""
    found: list[Element] = []
    for child in row:
        if child.tag == f"{W}tc":
            found.append(child)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
            found += _cells_of(child)
    return found


def _paragraphs_of(element: Element) -> list[Element]:
    """Return the paragraphs of a cell in order, those of a table inside it too."""
    return list(element.iter(f"{W}p"))


def _words(element: Element) -> list[str]:
    """Return the text pieces of a paragraph; what tracked changes have deleted or moved away is left out."""
    words: list[str] = []
    for child in element:
        if child.tag == f"{W}t":
            words.append(child.text or "")
        elif child.tag in (f"{W}br", f"{W}cr"):
            words.append("\n")
        elif child.tag == f"{W}tab":
            words.append(" ")
        elif child.tag == f"{W}noBreakHyphen":
            words.append("-")
        elif child.tag not in _NOT_WORDS:
            words += _words(child)
    return words
