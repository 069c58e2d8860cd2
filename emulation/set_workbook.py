"""A criteria set as a workbook and back, without loss: docs/formats.md describes it sheet by sheet.

Everything is text, so that nothing becomes a formula, a date or a rounded number. Every problem is told with its sheet
and cell; nothing is guessed, nothing is taken in part and nothing on a sheet is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from emulation.enums import NodeKind
from emulation.scoring import MAX_DEPTH
from emulation.set_cells import CellReader
from emulation.set_columns import (
    BANDS,
    CHOICES,
    COLUMNS,
    CONTENT,
    FIELDS,
    FLAGS,
    HEADING,
    HEADS,
    ITEM,
    LINES,
    LISTS,
    NO,
    NUMBERS,
    ROWS,
    SCORING_COLUMNS,
    SHEETS,
    VETOES,
    YES,
)
from emulation.set_spec import (
    MAX_ROWS,
    AreaSpec,
    KnownPlaces,
    Problem,
    RowSpec,
    SetSpec,
    place_problems,
    problems_in,
)
from emulation.sheets import CellProblem, WorkbookRefused, open_tables, place_of, read_file, shown
from ninhgiang.cells import write_text
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import nfc
from reform_tasks.workbook.grid import Cell, Row, Table

WHAT = "Tệp bộ tiêu chí"
MOST_IN_A_CELL = 32_767
_WIDTHS = {"Tên": 60, "Tham số": 50, "Hướng dẫn": 50, "Căn cứ": 30, "Cách chấm": 28}


# writing


def write_set(spec: SetSpec) -> bytes:
    """Return the workbook of a set; raises DomainError for a text longer than a cell of Excel can hold."""
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has one sheet")
    first.title = HEADING
    _table(first, (ITEM, CONTENT), ([label, _text(name, getattr(spec, name))] for label, name in FIELDS.items()))
    rows = [
        [_text(name, _value(placed.kind, placed.parent, placed.row, name)) for name in COLUMNS.values()]
        for placed in spec.nodes()
    ]
    _table(book.create_sheet(ROWS), tuple(COLUMNS), rows)
    for title, data in ((BANDS, list(spec.bands)), (HEADS, [spec.head_mapping] if spec.head_mapping else [])):
        _table(book.create_sheet(title), (CONTENT,), ([_json(one)] for one in data))
    _table(book.create_sheet(VETOES), (CONTENT,), ([_json(one)] for one in spec.veto_conditions))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _value(kind: str, parent: str, row: AreaSpec | RowSpec, name: str) -> Any:
    if name == "kind":
        return kind
    if name == "parent":
        return parent
    return getattr(row, name, None)


def _text(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in CHOICES:
        return CHOICES[name].get(str(value), str(value))
    if name in FLAGS:
        return YES if value else NO
    if name in LISTS:
        return "; ".join(value)
    if name == "rule_params":
        return _json(value) if value else ""
    if name in NUMBERS:
        return f"{value:f}".replace(".", ",")
    return str(value)


def _json(value: Any) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)


def _table(sheet: Worksheet, titles: Iterable[str], rows: Iterable[list[str]]) -> None:
    titles = list(titles)
    for place, title in enumerate(titles, start=1):
        write_text(sheet.cell(1, place), title).font = Font(name="Times New Roman", size=12, bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(title, 40 if len(titles) < 3 else 16)
    for number, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            if len(text) > MOST_IN_A_CELL:
                where = f"trang {sheet.title}, dòng “{row[0][:40]}”, cột {titles[place - 1]}"
                raise DomainError(f"Không xuất được: nội dung ở {where} dài hơn một ô Excel chứa được.")
            cell = write_text(sheet.cell(number, place), text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"  # so that 1.10 typed over it later stays 1.10
    sheet.freeze_panes = "A2"


# reading


@dataclass(frozen=True, slots=True)
class SetFile:
    """A set read from a workbook; `unfinished` says, with cells, what keeps it a draft: nothing with any is issued."""

    spec: SetSpec
    unfinished: list[CellProblem] = field(default_factory=list)


def read_set(file: IO[bytes], known: KnownPlaces | None = None, *, unfinished: bool = True) -> SetSpec:
    """Return the set a workbook describes, as read_set_file does; without `unfinished` only a whole one."""
    read = read_set_file(file, known)
    if read.unfinished and not unfinished:
        raise WorkbookRefused(WHAT, read.unfinished)
    return read.spec


def read_set_file(file: IO[bytes], known: KnownPlaces | None = None) -> SetFile:
    """Return the set a workbook describes, or raise WorkbookRefused with every problem and its cell.

    Refused is what not even a draft may have (set_spec.problems_in), and with `known` a block or unit that is not
    there; what is only unfinished comes back beside the set.
    """
    reader = _Reader(open_tables(read_file(file, WHAT), WHAT, most=MAX_ROWS + 1, hidden=SHEETS))
    spec = reader.read()
    found = problems_in(spec, unfinished=True)
    if found := [*found, *(place_problems(spec, known) if known else ())]:
        raise WorkbookRefused(WHAT, [reader.placed(one) for one in found])
    return SetFile(spec, [reader.placed(one) for one in problems_in(spec)])


def unfinished_words(unfinished: Sequence[CellProblem], most: int = 5) -> str:
    """Return in one sentence or two what is left to do before a set just imported can be issued."""
    told = " ".join(f"{one.place}: {one.message}" for one in unfinished[:most])
    more = f" Và {len(unfinished) - most} chỗ khác." if len(unfinished) > most else ""
    return f"Dự thảo còn {len(unfinished)} chỗ phải sửa trước khi ban hành. {told}{more}"


class _Reader:
    """Reads the sheets of one workbook and remembers where each thing stood."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.problems: list[CellProblem] = []
        self.tables = {nfc(table.name): table for table in tables}
        self.numbers: dict[tuple[str, str], int] = {}  # (sheet, field or code of a row) -> row number
        self.columns: dict[str, int] = {}
        for title in (HEADING, ROWS, BANDS):
            if title not in self.tables:
                self.problems.append(CellProblem(title, "không có trang này trong tệp."))
        for table in tables:
            self._check_sheet(table)
        self._stop_if_wrong()

    def read(self) -> SetSpec:
        """Return the set; raises WorkbookRefused."""
        heading = self._heading()
        rows = self._rows()
        bands, heads, vetoes = (self._objects(title) for title in (BANDS, HEADS, VETOES))
        if len(heads) > 1:
            self.problems.append(CellProblem(HEADS, "chỉ ghi một dòng."))
        self._stop_if_wrong()
        return SetSpec(
            **heading,
            **_tree(rows),
            bands=tuple(bands),
            head_mapping=heads[0] if heads else {},
            veto_conditions=tuple(vetoes),
        )

    def placed(self, problem: Problem) -> CellProblem:
        """Return a problem of the set with the cell it stands in, as near as is known."""
        sheet = {"bands": BANDS, "head_mapping": HEADS, "veto_conditions": VETOES}.get(problem.field, HEADING)
        if problem.row or not problem.field:
            sheet = ROWS
        column = self.columns.get(problem.field, 0) if sheet == ROWS else 1 if sheet == HEADING else 0
        key = problem.row if sheet == ROWS else problem.field if sheet == HEADING else str(problem.place or 1)
        number = self.numbers.get((sheet, key))
        return CellProblem(f"{sheet}!{get_column_letter(column + 1)}{number}" if number else sheet, problem.message)

    def _stop_if_wrong(self) -> None:
        if self.problems:
            raise WorkbookRefused(WHAT, self.problems)

    def _check_sheet(self, table: Table) -> None:
        if nfc(table.name) not in SHEETS:
            if table.rows:
                self.problems.append(CellProblem(table.name, "không phải trang của bộ tiêu chí; hãy bỏ trang này."))
            return
        if table.cut:
            self.problems.append(CellProblem(table.name, f"có hơn {MAX_ROWS} dòng."))
        if table.far_row:
            why = "dòng này cách quá xa bảng; hãy đưa sát lên hoặc xóa."
            self.problems.append(CellProblem(f"{table.name}!{table.far_row}", why))

    def _refuse(self, table: Table, cell: Cell, why: str) -> None:
        self.problems.append(CellProblem(place_of(table, cell), why))

    def _titles(self, table: Table, wanted: Sequence[str]) -> dict[str, int]:
        """Return the columns under the titles of the first row; any other filled cell there is refused."""
        first = table.rows[0] if table.rows and table.rows[0].number == 1 else Row(1, ())
        found: dict[str, int] = {}
        for column, cell in enumerate(first.cells):
            title = shown(cell)
            if title in found:
                self._refuse(table, cell, f"cột “{title}” có hai lần.")
            elif title in wanted:
                found[title] = column
            elif title:
                self._refuse(table, cell, f"không có cột “{title[:60]}” trong bộ tiêu chí.")
        self.problems += [
            CellProblem(f"{table.name}!1", f"thiếu cột “{title}”.") for title in wanted if title not in found
        ]
        return found

    def _lines(self, table: Table, columns: Iterable[int]) -> list[Row]:
        """Return the rows below the titles; what stands outside the columns is refused."""
        wanted = set(columns)
        lines = [row for row in table.rows if row.number > 1]
        for row in lines:
            for column, cell in enumerate(row.cells):
                if column not in wanted and (cell.text or cell.is_formula) and not cell.covered:
                    self._refuse(table, cell, "ô nằm ngoài các cột của trang này; hãy xóa.")
        return lines

    def _heading(self) -> dict[str, Any]:
        table = self.tables[HEADING]
        reader = CellReader(table, self.problems)
        titles = self._titles(table, (ITEM, CONTENT))
        found: dict[str, Any] = {}
        if len(titles) < 2:
            return found
        for row in self._lines(table, titles.values()):
            label = row.cell(titles[ITEM])
            name = FIELDS.get(shown(label))
            if name is None:
                reader.refuse(label, f"không có mục “{shown(label)[:60]}”.")
            elif name in found:
                reader.refuse(label, f"mục “{shown(label)}” ghi hai lần.")
            else:
                self.numbers[HEADING, name] = row.number
                found[name] = reader.read(name, row.cell(titles[CONTENT]), lines=name == "legal_basis")
        missing = [label for label, name in FIELDS.items() if name not in found]
        self.problems += [CellProblem(HEADING, f"thiếu mục “{label}”.") for label in missing]
        return found

    def _rows(self) -> list[dict[str, Any]]:
        table = self.tables[ROWS]
        reader = CellReader(table, self.problems)
        titles = self._titles(table, tuple(COLUMNS))
        if len(titles) < len(COLUMNS):
            return []
        self.columns = {COLUMNS[title]: column for title, column in titles.items()}
        found = []
        above: dict[str, tuple[str, int]] = {}  # code -> (kind, depth) of the rows so far
        for row in self._lines(table, titles.values()):
            read = {name: reader.read(name, row.cell(at), lines=name in LINES) for name, at in self.columns.items()}
            self._check_row(reader, row, read, above)
            self.numbers.setdefault((ROWS, read["code"]), row.number)
            found.append(read)
        return found

    def _check_row(
        self, reader: CellReader, row: Row, read: Mapping[str, Any], above: dict[str, tuple[str, int]]
    ) -> None:
        """Place a row in the tree; parents come before their children, and what an area cannot have is refused."""
        if not read["code"]:
            reader.refuse(row.cell(self.columns["code"]), "chưa có mã.")
        if not read["kind"]:
            return
        parent, depth = row.cell(self.columns["parent"]), above.get(read["parent"], ("", 0))[1] + 1
        top = read["kind"] != NodeKind.CRITERION
        if top and read["parent"]:
            reader.refuse(parent, "lĩnh vực, điểm cộng, điểm trừ không thuộc dòng nào.")
        elif not top and above.get(read["parent"], ("",))[0] not in (NodeKind.AREA, NodeKind.CRITERION):
            reader.refuse(parent, f"dòng “{read['parent']}” không đứng trước dòng này.")
        elif depth > MAX_DEPTH:
            reader.refuse(parent, f"dòng này nằm sâu quá {MAX_DEPTH} cấp.")
        if read["code"] in above:
            reader.refuse(row.cell(self.columns["code"]), f"mã “{read['code']}” bị trùng.")
        above.setdefault(read["code"], (read["kind"], depth))
        if read["kind"] == NodeKind.AREA:
            for name in SCORING_COLUMNS:
                cell = row.cell(self.columns[name])
                if read[name] and read[name] != "person":
                    reader.refuse(cell, "lĩnh vực là tổng các tiêu chí nên không ghi ô này.")

    def _objects(self, title: str) -> list[dict[str, Any]]:
        table = self.tables.get(title)
        if table is None or not table.rows:
            return []
        reader = CellReader(table, self.problems)
        found = []
        for place, row in enumerate(self._lines(table, (0,)), start=1):
            self.numbers[title, str(place)] = row.number
            read = reader.json_object(row.cell(0))
            if read is not None:
                found.append(read)
        return found


_AREA = ("code", "name", "max_points", "requires_trait", "blocks", "units", "legal_basis", "guidance")


def _tree(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return areas, bonuses and penalties built from flat rows."""
    return {
        "areas": tuple(_area(row, rows) for row in rows if row["kind"] == NodeKind.AREA),
        "bonuses": tuple(_row(row, rows) for row in rows if row["kind"] == NodeKind.BONUS),
        "penalties": tuple(_row(row, rows) for row in rows if row["kind"] == NodeKind.PENALTY),
    }


def _area(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> AreaSpec:
    return AreaSpec(criteria=_children(row, rows), **{name: row[name] for name in _AREA})


def _row(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> RowSpec:
    given = {name: value for name, value in row.items() if name not in ("kind", "parent")}
    return RowSpec(children=_children(row, rows), **given)


def _children(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> tuple[RowSpec, ...]:
    return tuple(_row(one, rows) for one in rows if one["parent"] == row["code"] and one["kind"] == NodeKind.CRITERION)
