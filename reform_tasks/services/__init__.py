"""Writes of reform_tasks: plans, their imports, progress reports, evidence."""

from reform_tasks.queries.previews import resolve_preview

from .assignments import name_lead_units, set_due_date
from .evidence import add_evidence
from .plans import (
    NOTHING_CHANGED,
    ImportResult,
    confirm_import,
    decide_cell,
    plan_number,
    preview_import,
)
from .progress import (
    Draft,
    continue_report,
    hand_back,
    hand_report,
    save_report,
    submit_report,
    withdraw_report,
)
from .reviews import accept_part, accept_report, part_words, return_report

__all__ = [
    "NOTHING_CHANGED",
    "Draft",
    "ImportResult",
    "accept_part",
    "accept_report",
    "add_evidence",
    "confirm_import",
    "continue_report",
    "decide_cell",
    "hand_back",
    "hand_report",
    "name_lead_units",
    "part_words",
    "plan_number",
    "preview_import",
    "resolve_preview",
    "return_report",
    "save_report",
    "set_due_date",
    "submit_report",
    "withdraw_report",
]
