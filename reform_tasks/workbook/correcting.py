"""A person's corrections over the rows as read, and what is still wrong with the rows then. Pure.

Corrections of one table are plain JSON: {"rows": {"7": {"kind", "texts", "area", ...}}, "areas": [{"numeral",
"name", "before"}], "by_area": bool, "noted": [keys of problems]}. A text is kept only where it differs from the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ninhgiang.vietnamese import capital_first, clean
from reform_tasks.workbook.appendix import (
    COLUMN_NAMES,
    MAX_AREA_NAME,
    MAX_AREA_NUMERAL,
    MAX_LENGTHS,
    Appendix,
    Column,
    Mark,
    MarkKind,
    ReadRow,
    RowKind,
    Severity,
    cell_words,
)
from reform_tasks.workbook.reading import TASK_NUMBER

_MUST = (Column.NUMBER, Column.TITLE, Column.LEAD, Column.DEADLINE)


@dataclass(slots=True)
class Draft:
    """One row as it would be imported now. `own_number` is the number before renumbering by area."""

    row: int
    kind: RowKind
    texts: dict[Column, str]
    cells: dict[str, str]
    read: ReadRow | None = None
    marks: tuple[Mark, ...] = ()
    area: str = ""
    message: str = ""
    own_number: str = ""
    joined: list[int] = field(default_factory=list)
    corrected: frozenset[str] = frozenset()

    def cell(self, column: Column) -> str:
        """Return the address of a text, that of the row's first cell when the table has no such column."""
        return self.cells.get(column.value) or next(iter(self.cells.values()), "")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a draft: its row and column, and what it asks for."""

    row: int
    column: Column
    cell: str
    message: str
    severity: Severity


def drafts_of(appendix: Appendix, corrections: dict[str, Any]) -> list[Draft]:
    """Return the rows with the corrections, inserted areas and areas of tasks filled in, joined rows put together."""
    changes = corrections.get("rows", {})
    before: dict[int, list[Draft]] = {}
    for extra in corrections.get("areas", []):
        texts = {Column.NUMBER: extra["numeral"], Column.TITLE: extra["name"]}
        before.setdefault(extra["before"], []).append(Draft(extra["before"], RowKind.AREA, texts, {}))
    drafts: list[Draft] = []
    for read in appendix.rows:
        drafts += before.pop(read.number, [])
        drafts.append(_draft(read, changes.get(str(read.number), {})))
    _join(drafts)
    _number(drafts, by_area=bool(corrections.get("by_area")), automatic=Column.NUMBER not in appendix.layout.columns)
    return drafts


def _draft(read: ReadRow, change: dict[str, Any]) -> Draft:
    texts = {column: change.get("texts", {}).get(column.value, read.texts.get(column.value, "")) for column in Column}
    corrected = frozenset(change.get("texts", {}))
    kind = RowKind(change.get("kind", read.kind))
    return Draft(
        row=read.number,
        kind=kind,
        texts=texts,
        cells=read.cells,
        read=read,
        marks=tuple(mark for mark in read.marks if mark.column not in corrected),
        area=change.get("area", ""),
        message="" if "kind" in change else read.message,
        own_number=texts[Column.NUMBER],
        corrected=corrected,
    )


def _join(drafts: list[Draft]) -> None:
    """Add the texts of rows that continue a task to it, each on a line of its own."""
    task: Draft | None = None
    for draft in drafts:
        if draft.kind == RowKind.TASK:
            task = draft
        elif draft.kind == RowKind.JOIN and task is not None:
            task.joined.append(draft.row)
            for column in (Column.TITLE, Column.PRODUCT, Column.LEAD, Column.COORDINATING, Column.DEADLINE):
                more = draft.texts[column]
                glue = "; " if column in (Column.TITLE, Column.PRODUCT) else "\n"
                if more and more not in task.texts[column].split(glue):
                    task.texts[column] = f"{task.texts[column]}{glue}{more}" if task.texts[column] else more
        elif draft.kind == RowKind.AREA:
            task = None


def _number(drafts: list[Draft], *, by_area: bool, automatic: bool) -> None:
    """Put each task into the area above it, unless a person named another, and give the numbers asked for."""
    area, count = "", 0
    for draft in drafts:
        if draft.kind == RowKind.AREA:
            area = draft.texts[Column.NUMBER]
        elif draft.kind == RowKind.TASK:
            count += 1
            draft.area = draft.area or area
            if automatic and not draft.own_number:
                draft.texts[Column.NUMBER] = str(count)
            elif by_area and draft.own_number and draft.area and Column.NUMBER.value not in draft.corrected:
                draft.texts[Column.NUMBER] = f"{draft.area}.{draft.own_number}"


def check(drafts: list[Draft]) -> Iterator[Finding]:
    """Yield what is wrong with the rows themselves, in their order."""
    seen_areas: dict[str, str] = {}
    seen_numbers: dict[str, str] = {}
    for draft in drafts:
        if draft.kind == RowKind.AREA:
            yield from _check_area(draft, seen_areas)
        elif draft.kind == RowKind.TASK:
            yield from _check_marks(draft)
            yield from _check_task(draft, seen_numbers)
        elif draft.kind == RowKind.JOIN:
            yield from _check_marks(draft)
            yield _found(draft, Column.TITLE, f"Dòng {draft.row} nối tiếp nhiệm vụ ở trên (ô gộp); đã nối nội dung.")
        elif draft.message:
            yield _found(draft, Column.TITLE, draft.message)
    areas = {draft.texts[Column.NUMBER] for draft in drafts if draft.kind == RowKind.AREA}
    for draft in drafts:
        if draft.kind == RowKind.TASK and draft.area not in areas:
            words = f"Nhiệm vụ ở dòng {draft.row} "
            words += f"thuộc lĩnh vực {draft.area} không có trong bảng." if draft.area else "đứng trước mọi lĩnh vực."
            yield _found(draft, Column.NUMBER, words, Severity.ERROR)


def _found(draft: Draft, column: Column, message: str, severity: Severity = Severity.DECIDE) -> Finding:
    return Finding(draft.row, column, draft.cell(column), message, severity)


def _where(draft: Draft, column: Column) -> str:
    return capital_first(cell_words(draft.cell(column)))


def _check_area(draft: Draft, seen: dict[str, str]) -> Iterator[Finding]:
    numeral, name = draft.texts[Column.NUMBER], draft.texts[Column.TITLE]
    if not numeral or not name:
        yield _found(draft, Column.NUMBER, "Lĩnh vực cần có số và tên.", Severity.ERROR)
    elif numeral in seen:
        yield _found(draft, Column.NUMBER, f"Lĩnh vực {numeral} xuất hiện hai lần.", Severity.ERROR)
    elif len(numeral) > MAX_AREA_NUMERAL or len(name) > MAX_AREA_NAME:
        yield _found(draft, Column.TITLE, f"Tên lĩnh vực dài quá {MAX_AREA_NAME} ký tự.", Severity.ERROR)
    seen[numeral] = draft.cell(Column.NUMBER)


def _check_marks(draft: Draft) -> Iterator[Finding]:
    for mark in draft.marks:
        column = Column(mark.column)
        where = _where(draft, column)
        if mark.kind == MarkKind.ERROR_VALUE:
            yield _found(draft, column, f"{where} báo lỗi của Excel ({mark.text}).", Severity.ERROR)
        elif mark.kind == MarkKind.EMPTY_FORMULA:
            yield _found(draft, column, f"{where} là công thức chưa có giá trị. Hãy nhập giá trị.", Severity.ERROR)
        elif mark.kind == MarkKind.FORMULA:
            yield _found(draft, column, f"{where} là công thức; đã đọc giá trị đang hiện “{clean(mark.text)[:80]}”.")
        else:
            yield _found(draft, column, mark.text, Severity.INFO)


def _check_task(draft: Draft, seen: dict[str, str]) -> Iterator[Finding]:
    empty = {mark.column for mark in draft.marks if mark.kind == MarkKind.EMPTY_FORMULA}
    for column in _MUST:
        if not draft.texts[column] and column.value not in empty:
            words = f"{_where(draft, column)} (cột “{COLUMN_NAMES[column]}”) để trống."
            yield _found(draft, column, words, Severity.ERROR)
    for column, most in MAX_LENGTHS.items():
        if len(draft.texts[column]) > most:
            words = f"Cột “{COLUMN_NAMES[column]}” dài quá {most} ký tự."
            yield _found(draft, column, words, Severity.ERROR)
    number = draft.texts[Column.NUMBER]
    if number and len(number) <= MAX_LENGTHS[Column.NUMBER] and not TASK_NUMBER.fullmatch(number):
        words = f"“{number}” không phải số thứ tự của một nhiệm vụ."
        yield _found(draft, Column.NUMBER, words, Severity.ERROR)
    elif number and number.casefold() in seen:
        words = f"Số thứ tự {number} đã có ở {seen[number.casefold()]}."
        yield _found(draft, Column.NUMBER, words, Severity.ERROR)
    elif number:
        seen[number.casefold()] = cell_words(draft.cell(Column.NUMBER))


def restarts_by_area(drafts: list[Draft]) -> bool:
    """Say whether numbers start again in each area, so that "I.1, I.2, II.1" would make them all different."""
    tasks = [draft for draft in drafts if draft.kind == RowKind.TASK and draft.own_number]
    numbers = [draft.own_number.casefold() for draft in tasks]
    pairs = {(draft.area, draft.own_number.casefold()) for draft in tasks}
    return len(set(numbers)) < len(numbers) == len(pairs)
