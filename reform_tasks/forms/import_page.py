"""All forms of the preview's page as one: names, rows opened for correction, things to note, areas and notes."""

from django import forms
from django.http import QueryDict

from ninhgiang.errors import DomainError
from reform_tasks.queries.previews import Preview
from reform_tasks.services import Changes
from reform_tasks.workbook import Column, RowKind

from .imports import ExtraForm, NameForm, RowForm

ROWS_AT_ONCE = 15


class PreviewForms:
    """The forms of one preview. Bound to `data`, the rows are those that were on the posted page; else those that
    need a value or a choice, up to ROWS_AT_ONCE, and `asked`, the row a person wants to correct.
    """

    def __init__(self, preview: Preview, data: QueryDict | None = None, *, asked: int | None = None) -> None:
        self.preview = preview
        self.data = data
        self.drafts = {draft.row: draft for draft in preview.drafts if draft.read}
        self.names = [NameForm(name, preview.units, data, place) for place, name in enumerate(preview.names, start=1)]
        wanted = self._posted(data) if data is not None else self._open_rows(asked)
        self.rows = {row: RowForm(self.drafts[row], preview, data) for row in wanted}
        for task in preview.rows:
            task.form = self.rows.get(task.row)
        self.extra = ExtraForm(preview, data)
        self.noted = [(problem, f"{problem.key}" in self._ticked(problem.noted)) for problem in preview.to_note]

    def _ticked(self, noted: bool) -> set[str]:  # noqa: FBT001
        """Return the keys ticked on the posted page; on a fresh page a problem is ticked when noted."""
        if self.data is not None:
            return set(self.data.getlist("noted"))
        return {problem.key for problem in self.preview.to_note if problem.noted} if noted else set()

    def _posted(self, data: QueryDict) -> list[int]:
        rows = [int(text) for text in data.getlist("row") if text.isascii() and text.isdigit() and len(text) < 7]
        return [row for row in dict.fromkeys(rows) if row in self.drafts]

    def _open_rows(self, asked: int | None) -> list[int]:
        """Rows with an error or a deadline to choose; a name that is not known is asked once for all rows."""
        unknown = {
            (row.row, column)
            for row in self.preview.rows
            for column, found in ((Column.LEAD, row.lead), (Column.COORDINATING, row.coordinating))
            if found.unknown
        }
        rows = {
            problem.row
            for problem in self.preview.open_problems
            if problem.row in self.drafts and not problem.needs_yes and (problem.row, problem.column) not in unknown
        }
        shown = sorted(rows)[:ROWS_AT_ONCE]
        return [*shown, asked] if asked in self.drafts and asked not in shown else shown  # type: ignore[list-item]

    @property
    def other_rows(self) -> dict[int, RowForm]:
        """The opened rows that are no tasks; the form of a task stands under it in the table."""
        return {row: form for row, form in self.rows.items() if self.drafts[row].kind != RowKind.TASK}

    @property
    def more_rows(self) -> int:
        """How many rows with something to correct are not opened for lack of room."""
        rows = {
            problem.row for problem in self.preview.open_problems if problem.is_error and problem.row in self.drafts
        }
        return len(rows - set(self.rows))

    def is_valid(self) -> bool:
        """Check every form; each shows its own errors."""
        checked = [form.is_valid() for form in (*self.names, *self.rows.values(), self.extra)]
        return all(checked)

    def changes(self, *, note_all: bool = False) -> Changes:
        """Return what was changed on the page."""
        data = self.data or QueryDict()
        rows = {}
        for row, form in self.rows.items():
            correction = form.correction()
            if correction != form.change:
                rows[row] = correction
        names = {form.question.key: answer for form in self.names if (answer := form.answer())}
        noted = [p.key for p, ticked in self.noted if (ticked or note_all) and not p.noted]
        unnoted = [p.key for p, ticked in self.noted if p.noted and not ticked and not note_all]
        return Changes(
            rows=rows,
            names=names,
            noted=noted,
            unnoted=unnoted,
            areas=self.extra.new_areas(data.getlist("drop_area")),
            by_area=self.extra.new_numbering(),
            notes=self.extra.new_notes(),
        )

    def show_refusal(self, error: DomainError) -> None:
        """Put a refusal of the service beside the form it names, else above the page's common part."""
        form: forms.Form = self.extra
        if error.field.startswith("row-"):
            form = self.rows.get(int(error.field.removeprefix("row-")), self.extra)  # type: ignore[assignment]
        elif error.field.startswith("name-"):
            key = error.field.removeprefix("name-")
            form = next((one for one in self.names if one.question.key == key), self.extra)  # type: ignore[assignment]
        form.add_error(None, error.message)
