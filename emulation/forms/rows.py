"""The grid of one area: reading what was typed for each row, and showing it again with what is wrong with it.

Hand-written instead of Django forms: inputs are named by row ("r17-numerator"), each row carries its version, and the
text a person typed is kept whatever became of the row.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulation import scoring
from emulation.enums import ValueSource
from emulation.locks import APPRAISAL, EXPLANATION, REAPPRAISAL, SELF, row_open
from emulation.models import ScorecardRow
from emulation.queries.appraisal import PreviousMark
from emulation.queries.scorecards import GroupHead, difference_of, difference_text, value_text
from emulation.rule_words import describe
from emulation.scoring import InputField, ValueProblem
from emulation.services.rows import RowEntry, Saved
from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean_lines

PHASE = "phase"  # the hidden field of a page that says for which phase (emulation.locks) it was made
MAX_NOTE = 2000
MAX_TYPED = 20
_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)?")
_THOUSANDS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")


def read_number(text: str, *, whole: bool) -> int | str:
    """Return typed digits as an int (whole numbers) or plain decimal text ("8,5" -> "8.5").

    Raises ValueProblem for anything with two meanings ("1.234", "1.234,5"), a sign, letters or an exponent.
    """
    if text.startswith(("-", "−", "–")):
        raise ValueProblem(f"Không được nhập số âm; đã nhập “{text[:MAX_TYPED]}”.")
    if len(text) > MAX_TYPED or not _NUMBER.fullmatch(text) or not text.isascii():
        raise ValueProblem(
            f"Không đọc được “{text[:MAX_TYPED]}” là một số. Chỉ nhập chữ số và một dấu phẩy thập phân, ví dụ 8,5."
        )
    if _THOUSANDS.fullmatch(text):
        raise ValueProblem(f"“{text}” có thể hiểu hai cách. Viết liền nếu là hàng nghìn, dùng dấu phẩy nếu là số lẻ.")
    head, _, tail = text.replace(",", ".").partition(".")
    head, tail = head.lstrip("0") or "0", tail.rstrip("0")
    if tail:
        return f"{head}.{tail}"
    return int(head) if whole else head


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(slots=True)
class Cell:
    """One input of a row: its HTML name, what stands in it, what is wrong with it."""

    spec: InputField
    name: str
    text: str = ""
    error: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the input takes whole numbers only."""
        return self.spec.kind == "integer"


@dataclass(slots=True)
class RowForm:
    """One row of the grid, bound to posted text or showing what is stored.

    `was` names the state the row was rendered with: a posted row whose text still equals it was not touched and is
    not saved, so that two people working in one area do not collide on rows only one of them edits. `seen` is the
    version that was posted with it, 0 for none.
    """

    row: ScorecardRow
    phase: str
    cells: list[Cell]
    note: str
    version: int
    seen: int = 0
    was: str = ""
    agree: bool = False
    note_error: str = ""
    error: str = ""
    stale: Stale | None = None
    touched: bool = False
    entry: RowEntry | None = None
    opened: bool = True
    previous: PreviousMark | None = None
    heads: list[tuple[GroupHead, str]] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """The prefix of the row's input names."""
        return f"r{self.row.pk}"

    @property
    def anchor(self) -> str:
        """The id of the row on the page."""
        return f"row-{self.row.pk}"

    @property
    def editable(self) -> bool:
        """Whether a person may type here now; what an appraiser typed before the unit changed the row stays shown."""
        return self.writable and (not self.waits_for_unit or self.touched)

    @property
    def writable(self) -> bool:
        """Whether the phase lets this row be typed into."""
        writable = self.phase not in ("", EXPLANATION) and self.opened and self.row.applicable
        return writable and (not self.computed or self.phase == REAPPRAISAL)

    @property
    def waits_for_unit(self) -> bool:
        """Whether the unit is changing the row under an unlock, so that nobody appraises it now."""
        return self.phase == APPRAISAL and self.row.being_changed

    @property
    def computed(self) -> bool:
        """Whether the row is computed from the unit's tasks."""
        return self.row.criterion.source == ValueSource.TASKS

    @property
    def appraising(self) -> bool:
        """Whether an appraiser's column is being edited: appraisal 1 or 2."""
        return self.phase in (APPRAISAL, REAPPRAISAL)

    @property
    def column(self) -> str:
        """The column being edited, as the fields of the row are named; the units' one when read only."""
        return _COLUMNS.get(self.phase, "self")

    @property
    def first_appraisal(self) -> bool:
        """Whether the reason of appraisal 1 is the text being edited."""
        return self.phase == APPRAISAL and self.editable

    @property
    def may_agree(self) -> bool:
        """Whether the appraiser can take over the column before with one tick."""
        before = self.row.appraised_points if self.phase == REAPPRAISAL else self.row.self_points
        return self.appraising and self.points is None and before is not None

    @property
    def agree_label(self) -> str:
        """What that tick says."""
        return "Giữ nguyên điểm lần 1" if self.phase == REAPPRAISAL else "Đồng ý với điểm tự chấm"

    @property
    def points(self) -> Any:
        """The stored points of the column being edited (or the last known one when read only)."""
        return getattr(self.row, f"{self.column}_points")

    @property
    def difference(self) -> str:
        """How far the points that count are from the self-scored ones, with sign; "" for the same or none yet."""
        return difference_text(difference_of(self.row))

    @property
    def explanation(self) -> str:
        """The stored explanation of the column being edited."""
        return str(getattr(self.row, f"{self.column}_explanation"))

    @property
    def rule(self) -> str:
        """The rule in words."""
        criterion = self.row.criterion
        return describe(criterion.rule_kind, criterion.rule_params, self.row.max_points)

    @property
    def self_text(self) -> str:
        """The self-scored value in words."""
        return value_text(self.row, self.row.self_value)

    @property
    def note_label(self) -> str:
        """What the text box of the row is for."""
        return "Lý do" if self.appraising else "Ghi chú"

    @property
    def has_problem(self) -> bool:
        """Whether anything of the row was not saved."""
        return bool(self.error or self.note_error or self.stale or any(cell.error for cell in self.cells))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong: (id of the field, message)."""
        found = [(f"id-{cell.name}", cell.error) for cell in self.cells if cell.error]
        if self.note_error:
            found.append((f"id-{self.prefix}-note", self.note_error))
        if self.error:
            found.append((f"id-{self.cells[0].name}" if self.cells else self.anchor, self.error))
        if self.stale:
            found.append((self.anchor, self.stale.message))
        return found

    def put_error(self, error: DomainError) -> None:
        """Show an error of the service beside its cause."""
        if isinstance(error, Stale):
            self.stale, self.was = error, ""
            return
        if error.field == "note":
            self.note_error = error.message
            return
        for cell in self.cells:
            if cell.spec.name == error.field:
                cell.error = error.message
                return
        self.error = error.message


_COLUMNS = {APPRAISAL: "appraised", REAPPRAISAL: "final"}
_NOTES = {APPRAISAL: "appraisal_reason", REAPPRAISAL: "final_reason"}
_BEFORE = {APPRAISAL: "self", REAPPRAISAL: "appraised"}


def show_row(row: ScorecardRow, phase: str, opened: frozenset[int] | None = None) -> RowForm:
    """Return a row showing what is stored; an appraiser's untouched row is prefilled with the column before.

    `opened` are the rows that may be written in this phase (locks.open_rows); None: all.
    """
    column = _COLUMNS.get(phase, "self")
    fresh = phase in _COLUMNS and getattr(row, f"{column}_points") is None
    value = getattr(row, f"{_BEFORE[phase] if fresh else column}_value")
    note = getattr(row, _NOTES.get(phase, "self_note"))
    cells = cells_of_row(row, value, by_hand=phase == REAPPRAISAL)
    form = RowForm(row, phase, cells, note, row.version, opened=row_open(row, opened))
    form.was = _state(form)
    return form


def cells_of_row(row: ScorecardRow, value: Mapping[str, Any] | None, *, by_hand: bool = False) -> list[Cell]:
    """Return the inputs of a row's rule holding `value`; none for rows that do not apply.

    Rows computed from tasks have inputs only `by_hand`: in appraisal 2 and when an appeal is decided.
    """
    if (row.criterion.source == ValueSource.TASKS and not by_hand) or not row.applicable:
        return []
    specs = scoring.input_fields(row.criterion.rule_kind, row.criterion.rule_params, row.max_points)
    cells = [Cell(spec, f"r{row.pk}-{spec.name}") for spec in specs]
    for cell in cells:
        given = (value or {}).get(cell.spec.name)
        if cell.spec.kind == "flag":
            cell.text = "1" if given else ""
        elif given is not None:
            cell.text = str(given) if cell.spec.kind == "choice" else str(given).replace(".", ",")
    return cells


def _state(form: RowForm) -> str:
    texts = [cell.text for cell in form.cells] + [_tidy(form.note)]
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


def bind_row(row: ScorecardRow, phase: str, data: Mapping[str, str], opened: frozenset[int] | None = None) -> RowForm:
    """Return a row bound to what was posted; `entry` is set when it was touched and could be read."""
    form = show_row(row, phase, opened)
    form.seen = seen_version(data.get(f"{form.prefix}-version", ""))
    if not form.writable or f"{form.prefix}-version" not in data:
        return form
    for cell in form.cells:
        cell.text = data.get(cell.name, "").strip()
    form.note = _tidy(data.get(f"{form.prefix}-note", ""))
    form.agree = form.appraising and f"{form.prefix}-agree" in data
    form.was = data.get(f"{form.prefix}-was", "")
    form.touched = form.agree or _state(form) != form.was
    if form.touched:
        _read(form)
    return form


def show_value(row: ScorecardRow, value: Mapping[str, Any] | None) -> RowForm:
    """Return a row's inputs holding `value`, outside any grid: what an appeal or a correction finds right."""
    return RowForm(row, REAPPRAISAL, cells_of_row(row, value, by_hand=True), "", row.version)


def bind_value(row: ScorecardRow, data: Mapping[str, str]) -> RowForm:
    """Return those inputs bound to what was posted; `entry` is set when it could be read."""
    form = show_value(row, None)
    for cell in form.cells:
        cell.text = data.get(cell.name, "").strip()
    form.seen = seen_version(data.get(f"{form.prefix}-version", ""))
    _read(form)
    return form


def posted_phase(data: Mapping[str, str], among: Collection[str]) -> str:
    """Return the phase a posted page was made for; "" when it does not say, or names none of `among`."""
    phase = data.get(PHASE, "")
    return phase if phase in among else ""


def seen_version(text: str) -> int:
    """Return the version posted with a row, 0 for none or a broken one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _read(form: RowForm) -> None:
    note = clean_lines(form.note)
    if len(note) > MAX_NOTE:
        form.note_error = f"{form.note_label} dài nhất {MAX_NOTE} ký tự; hiện có {len(note)}."
    value = read_value(form.cells)
    if form.has_problem:
        return
    if not form.seen:
        form.error = "Thiếu số phiên bản của dòng. Hãy tải lại trang."
        return
    # A tick beside other numbers than those it agrees with does not undo what was typed.
    before = getattr(form.row, f"{_BEFORE[form.phase]}_value") if form.agree else None
    agree = form.agree and value == (before or {})
    form.entry = RowEntry(form.row.pk, form.seen, value or None, note, agree)


def read_value(cells: list[Cell]) -> dict[str, Any]:
    """Return the value typed into the cells; what cannot be read is put beside its cell."""
    value: dict[str, Any] = {}
    for cell in cells:
        if not cell.text:
            continue
        if cell.spec.kind == "flag":
            value[cell.spec.name] = True
        elif cell.spec.kind == "choice":
            value[cell.spec.name] = cell.text
        else:
            try:
                value[cell.spec.name] = read_number(cell.text, whole=cell.is_whole)
            except ValueProblem as problem:
                cell.error = problem.message
    return value


@dataclass(slots=True)
class AreaForm:
    """All rows of one area. `refused` is the reason when the whole post was refused, `changed` when the rest of the
    rows was not accepted because it is not what was on the page."""

    rows: list[RowForm]
    phase: str
    refused: str = ""
    changed: str = ""
    saved_count: int = 0
    title: str = field(default="Chưa lưu được một số dòng. Các dòng khác đã lưu; hãy sửa các mục sau:")

    @property
    def entries(self) -> list[RowEntry]:
        """What is to be saved."""
        return [form.entry for form in self.rows if form.entry is not None]

    @property
    def seen(self) -> dict[int, int]:
        """The versions of the rows as they stood on the page."""
        return {form.row.pk: form.seen for form in self.rows}

    @property
    def problems(self) -> list[tuple[RowForm, str, str]]:
        """Everything wrong: (row, id of the field, message)."""
        return [(form, place, text) for form in self.rows for place, text in form.problems]

    @property
    def status(self) -> int:
        """The HTTP status of showing the form: 403 refused, 422 wrong input, 409 only conflicts, 200 fine."""
        if self.refused:
            return 403
        if self.changed:
            return 409
        if not self.problems:
            return 200
        return 409 if all(form.stale for form in self.rows if form.has_problem) else 422

    def take(self, saved: Saved, fresh: Mapping[int, ScorecardRow]) -> None:
        """Show what became of each row: fresh stored numbers and versions, errors beside their cause."""
        self.saved_count = len(saved.changed)
        changed = {row.pk for row in saved.changed}
        for form in self.rows:
            form.row = fresh[form.row.pk]
            form.version = form.row.version
            if form.row.pk in saved.errors:
                form.put_error(saved.errors[form.row.pk])
            elif form.row.pk in changed or not form.touched:
                self._reset(form)

    def _reset(self, form: RowForm) -> None:
        shown = show_row(form.row, form.phase, None if form.opened else frozenset())
        form.cells, form.note, form.was, form.agree = shown.cells, shown.note, shown.was, False


def show_area(rows: Sequence[ScorecardRow], phase: str, opened: frozenset[int] | None = None) -> AreaForm:
    """Return the grid of an area showing what is stored; phase "" shows it read only."""
    return AreaForm([show_row(row, phase, opened) for row in rows], phase)


def bind_area(
    rows: Sequence[ScorecardRow], phase: str, data: Mapping[str, str], opened: frozenset[int] | None = None
) -> AreaForm:
    """Return the grid bound to posted text; a page that says no phase is shown again as the unit's own."""
    return AreaForm([bind_row(row, phase or SELF, data, opened) for row in rows], phase or SELF)
