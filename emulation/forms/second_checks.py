"""The form of one blind second check: the cells of the row's rule, prefilled with what the unit declared."""

from collections.abc import Mapping
from typing import Any

from emulation.forms.rows import MAX_NOTE, RowForm, cells_of_row, read_value
from emulation.locks import APPRAISAL
from emulation.models import SecondCheck
from ninhgiang.vietnamese import clean_lines


def show_check(check: SecondCheck) -> RowForm:
    """Return the row showing the unit's value, never the first appraiser's."""
    row = check.row
    return RowForm(row, APPRAISAL, cells_of_row(row, row.self_value), "", row.version)


def bind_check(check: SecondCheck, data: Mapping[str, str]) -> tuple[RowForm, dict[str, Any]]:
    """Return the row bound to what was posted, and the value read; look at `has_problem` first."""
    form = show_check(check)
    for cell in form.cells:
        cell.text = data.get(cell.name, "").strip()
    form.note = clean_lines(data.get(f"{form.prefix}-note", ""))
    if len(form.note) > MAX_NOTE:
        form.note_error = f"Ghi chú dài nhất {MAX_NOTE} ký tự; hiện có {len(form.note)}."
    return form, read_value(form.cells)
