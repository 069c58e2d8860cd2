"""A criteria set as a workbook and back, without loss: docs/formats.md describes it sheet by sheet.

Everything is text, so that nothing becomes a formula, a date or a rounded number. Every problem is told with its sheet
and cell; nothing is guessed and nothing is taken in part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from emulation.enums import LatePolicy, NodeKind, RankStyle, ValueSource
from emulation.set_spec import AreaSpec, RowSpec, SetSpec, problems_of
from emulation.sheets import CellProblem, WorkbookRefused, cells_of, open_book, refuse_formulas
from ninhgiang.cells import write_text
from units.enums import UnitTrait

HEADING, ROWS, BANDS, HEADS, VETOES = "Bộ tiêu chí", "Tiêu chí", "Xếp loại", "Người đứng đầu", "Khống chế"
MAX_ROWS = 1000
WHAT = "Tệp bộ tiêu chí"
YES, NO = "có", "không"

_FIELDS = {
    "Mã": "code",
    "Tên": "name",
    "Năm": "year",
    "Bộ mẫu": "is_sample",
    "Căn cứ": "legal_basis",
    "Điểm cộng nhiều nhất": "bonus_max",
    "Điểm trừ nhiều nhất": "penalty_max",
    "Thứ tự phân định": "tie_order",
    "Cách đếm hạng": "rank_style",
    "Số lẻ của chỉ số": "index_decimals",
    "Phiếu không nộp đúng hạn": "late_policy",
    "Điểm trừ mỗi ngày nộp chậm": "late_points",
    "Điểm trừ nộp chậm nhiều nhất": "late_points_max",
    "Số ngày làm việc để kiến nghị": "appeal_working_days",
}
_COLUMNS = {
    "Mã": "code",
    "Thuộc dòng": "parent",
    "Loại": "kind",
    "Tên": "name",
    "Điểm tối đa": "max_points",
    "Cách chấm": "rule_kind",
    "Tham số": "rule_params",
    "Nguồn số liệu": "source",
    "Điều kiện áp dụng": "requires_trait",
    "Khối áp dụng": "blocks",
    "Đơn vị áp dụng": "units",
    "Đơn vị thẩm định": "appraiser",
    "Cần minh chứng": "evidence_required",
    "Cần ghi cách tính": "explanation_required",
    "Tiêu chí bổ sung": "added",
    "Căn cứ": "legal_basis",
    "Hướng dẫn": "guidance",
}
_WIDTHS = {"Tên": 60, "Tham số": 50, "Hướng dẫn": 50, "Căn cứ": 30}
_CHOICES: dict[str, Mapping[str, str]] = {
    "kind": {one.value: str(one.label) for one in NodeKind},
    "source": {one.value: str(one.label) for one in ValueSource},
    "requires_trait": {one.value: str(one.label) for one in UnitTrait},
    "rank_style": {one.value: str(one.label) for one in RankStyle},
    "late_policy": {one.value: str(one.label) for one in LatePolicy},
}
_FLAGS = frozenset({"evidence_required", "explanation_required", "added", "is_sample"})
_LISTS = frozenset({"blocks", "units", "tie_order"})
_NUMBERS = frozenset({"max_points", "bonus_max", "penalty_max", "late_points", "late_points_max"})
_WHOLE = frozenset({"year", "index_decimals", "appeal_working_days"})


# writing


def write_set(spec: SetSpec) -> bytes:
    """Return the workbook of a set."""
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has one sheet")
    first.title = HEADING
    _table(first, ("Mục", "Nội dung"), ([label, _text(name, getattr(spec, name))] for label, name in _FIELDS.items()))
    rows = [
        [_text(name, _value(placed.kind, placed.parent, placed.row, name)) for name in _COLUMNS.values()]
        for placed in spec.nodes()
    ]
    _table(book.create_sheet(ROWS), tuple(_COLUMNS), rows)
    for title, data in ((BANDS, list(spec.bands)), (HEADS, [spec.head_mapping] if spec.head_mapping else [])):
        _table(book.create_sheet(title), ("Nội dung",), ([_json(one)] for one in data))
    _table(book.create_sheet(VETOES), ("Nội dung",), ([_json(one)] for one in spec.veto_conditions))
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
    if name in _CHOICES:
        return _CHOICES[name].get(str(value), str(value))
    if name in _FLAGS:
        return YES if value else NO
    if name in _LISTS:
        return "; ".join(value)
    if name == "rule_params":
        return _json(value) if value else ""
    if name in _NUMBERS:
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
            write_text(sheet.cell(number, place), text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


# reading


def read_set(file: IO[bytes]) -> SetSpec:
    """Return the set a workbook describes, or raise WorkbookRefused with every problem and its cell.

    Also everything `set_spec.problems_of` finds is told, with the sheet of the criteria as its place.
    """
    book = open_book(file, WHAT)
    sheets = [title for title in (HEADING, ROWS, BANDS) if title not in book.sheetnames]
    problems = [CellProblem(title, "không có trang này trong tệp.") for title in sheets]
    if problems:
        raise WorkbookRefused(WHAT, problems)
    heading = _heading(book[HEADING], problems)
    rows = _rows(book[ROWS], problems)
    extra = {title: _objects(book, title, problems) for title in (BANDS, HEADS, VETOES)}
    if len(extra[HEADS]) > 1:
        problems.append(CellProblem(HEADS, "chỉ ghi một dòng."))
    tree = _tree(rows, problems)
    if problems:
        raise WorkbookRefused(WHAT, problems)
    spec = SetSpec(
        **heading,
        **tree,
        bands=tuple(extra[BANDS]),
        head_mapping=extra[HEADS][0] if extra[HEADS] else {},
        veto_conditions=tuple(extra[VETOES]),
    )
    if found := problems_of(spec):
        raise WorkbookRefused(WHAT, [CellProblem(ROWS, message) for message in found])
    return spec


def _columns(sheet: Worksheet, wanted: Iterable[str], problems: list[CellProblem]) -> dict[str, int]:
    titles = {str(cell.value).strip(): place for place, cell in enumerate(next(sheet.iter_rows(max_row=1)), start=0)}
    missing = [title for title in wanted if title not in titles]
    problems += [CellProblem(f"{sheet.title}!1", f"thiếu cột “{title}”.") for title in missing]
    return titles


def _heading(sheet: Worksheet, problems: list[CellProblem]) -> dict[str, Any]:
    refuse_formulas(sheet, problems, MAX_ROWS)
    found: dict[str, Any] = {}
    for number, texts in cells_of(sheet, MAX_ROWS):
        name = _FIELDS.get(texts[0])
        if name is None:
            problems.append(CellProblem(f"{HEADING}!A{number}", f"không có mục “{texts[0]}”."))
        elif name in found:
            problems.append(CellProblem(f"{HEADING}!A{number}", f"mục “{texts[0]}” ghi hai lần."))
        else:
            found[name] = _read(name, texts[1] if len(texts) > 1 else "", f"{HEADING}!B{number}", problems)
    for label, name in _FIELDS.items():
        if name not in found:
            problems.append(CellProblem(HEADING, f"thiếu mục “{label}”."))
    return found


def _rows(sheet: Worksheet, problems: list[CellProblem]) -> list[tuple[int, dict[str, Any]]]:
    refuse_formulas(sheet, problems, MAX_ROWS)
    places = _columns(sheet, _COLUMNS, problems)
    if problems:
        return []
    lines = cells_of(sheet, MAX_ROWS)
    if len(lines) > MAX_ROWS:
        problems.append(CellProblem(ROWS, f"có hơn {MAX_ROWS} dòng."))
        return []
    return [(number, _fields(number, texts, places, problems)) for number, texts in lines]


def _fields(number: int, texts: list[str], places: Mapping[str, int], problems: list[CellProblem]) -> dict[str, Any]:
    found = {}
    for title, name in _COLUMNS.items():
        column = places[title]
        found[name] = _read(
            name,
            texts[column] if column < len(texts) else "",
            f"{ROWS}!{get_column_letter(column + 1)}{number}",
            problems,
        )
    return found


def _objects(book: Workbook, title: str, problems: list[CellProblem]) -> list[dict[str, Any]]:
    if title not in book.sheetnames:
        return []
    refuse_formulas(book[title], problems, MAX_ROWS)
    return [
        found
        for number, texts in cells_of(book[title], MAX_ROWS)
        if (found := _object(texts[0], f"{title}!A{number}", problems)) is not None
    ]


def _object(text: str, place: str, problems: list[CellProblem]) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        problems.append(CellProblem(place, "không đọc được; mẫu ghi trong tài liệu định dạng."))
        return None
    return found


def _read(name: str, text: str, place: str, problems: list[CellProblem]) -> Any:
    """Return a cell's value by the kind of its field; what is wrong is added to `problems`."""
    if name in _CHOICES:
        return _choice(name, text, place, problems)
    for names, reader in _READERS:
        if name in names:
            return reader(text, place, problems)
    return text


def _choice(name: str, text: str, place: str, problems: list[CellProblem]) -> str:
    empty = {"requires_trait": "", "source": ValueSource.PERSON.value}
    if not text and name in empty:
        return empty[name]
    codes = {label.casefold(): code for code, label in _CHOICES[name].items()}
    if text.casefold() not in codes:
        problems.append(CellProblem(place, f"“{text}” không phải một trong: {', '.join(_CHOICES[name].values())}."))
    return codes.get(text.casefold(), "")


def _flag(text: str, place: str, problems: list[CellProblem]) -> bool:
    if text.casefold() not in (YES, NO, ""):
        problems.append(CellProblem(place, f"ghi “{YES}” hoặc “{NO}”."))
    return text.casefold() == YES


def _list(text: str, place: str, problems: list[CellProblem]) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(";") if one.strip())


def _params(text: str, place: str, problems: list[CellProblem]) -> dict[str, Any]:
    return (_object(text, place, problems) or {}) if text else {}


def _whole(text: str, place: str, problems: list[CellProblem]) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return int(text)
    problems.append(CellProblem(place, f"“{text}” không phải số nguyên."))
    return 0


def _number(text: str, place: str, problems: list[CellProblem]) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or len(text) > 12:
        problems.append(CellProblem(place, f"“{text}” không phải số từ 0 trở lên."))
        return Decimal(0)
    return number


_READERS: tuple[tuple[frozenset[str], Callable[[str, str, list[CellProblem]], Any]], ...] = (
    (_FLAGS, _flag),
    (_LISTS, _list),
    (frozenset({"rule_params"}), _params),
    (_NUMBERS, _number),
    (_WHOLE, _whole),
)


def _tree(lines: list[tuple[int, dict[str, Any]]], problems: list[CellProblem]) -> dict[str, Any]:
    """Return areas, bonuses and penalties built from flat rows; parents come before their children."""
    known: dict[str, str] = {}
    for number, row in lines:
        place = f"{ROWS}!B{number}"
        top = row["kind"] != NodeKind.CRITERION
        if top and row["parent"]:
            problems.append(CellProblem(place, "lĩnh vực, điểm cộng, điểm trừ không thuộc dòng nào."))
        elif not top and known.get(row["parent"]) not in (NodeKind.AREA, NodeKind.CRITERION):
            problems.append(CellProblem(place, f"dòng “{row['parent']}” không đứng trước dòng này."))
        if row["code"] in known:
            problems.append(CellProblem(f"{ROWS}!A{number}", f"mã “{row['code']}” bị trùng."))
        known.setdefault(row["code"], row["kind"])
    if problems:
        return {"areas": (), "bonuses": (), "penalties": ()}
    rows = [row for _, row in lines]
    return {
        "areas": tuple(_area(row, rows) for row in rows if row["kind"] == NodeKind.AREA),
        "bonuses": tuple(_row(row, rows) for row in rows if row["kind"] == NodeKind.BONUS),
        "penalties": tuple(_row(row, rows) for row in rows if row["kind"] == NodeKind.PENALTY),
    }


_AREA = ("code", "name", "max_points", "requires_trait", "blocks", "units", "legal_basis", "guidance")


def _area(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> AreaSpec:
    return AreaSpec(criteria=_children(row, rows), **{name: row[name] for name in _AREA})


def _row(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> RowSpec:
    given = {name: value for name, value in row.items() if name not in ("kind", "parent")}
    return RowSpec(children=_children(row, rows), **given)


def _children(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> tuple[RowSpec, ...]:
    return tuple(_row(one, rows) for one in rows if one["parent"] == row["code"] and one["kind"] == NodeKind.CRITERION)
