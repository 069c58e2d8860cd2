"""Writes of reform_tasks: plans, their imports, progress reports, evidence."""

from reform_tasks.queries.previews import resolve_preview

from .adjustments import (
    apply_adjustment,
    change_adjustment,
    discard_adjustment,
    drop_change,
    put_change,
    start_adjustment,
)
from .assignments import name_lead_units, name_officer, set_coordinators, set_due_date, share_credit
from .bulk import BulkResult, accept_reports, assign_officer, assign_officers
from .calendars import make_calendar_address, note_calendar_read, revoke_calendar_address
from .closing import close_plan, reopen_plan
from .evidence import add_evidence, add_files, delete_evidence, describe_evidence
from .extensions import ask_extension, grant_extension, refuse_extension, withdraw_extension
from .hindrances import (
    Claim,
    accept_hindrance,
    claim_hindrance,
    end_hindrance,
    refuse_hindrance,
    withdraw_hindrance,
)
from .imports import Changes, choose_layout, correct_import, preview_import
from .office_days import add_office_day, remove_office_day
from .phone import confirm_phone, correct_phone, record_phone, withdraw_phone
from .plans import NOTHING_CHANGED, ImportResult, confirm_import, plan_number
from .progress import (
    Draft,
    continue_report,
    hand_back,
    hand_report,
    save_report,
    submit_report,
    withdraw_report,
)
from .readings import read_again
from .reminders import change_reminder_settings, send_reminder
from .reviews import accept_part, accept_report, part_words, return_report
from .uploads import add_piece, begin_upload, finish_upload, forget_upload

__all__ = [
    "NOTHING_CHANGED",
    "BulkResult",
    "Changes",
    "Claim",
    "Draft",
    "ImportResult",
    "accept_hindrance",
    "accept_part",
    "accept_report",
    "accept_reports",
    "add_evidence",
    "add_files",
    "add_office_day",
    "add_piece",
    "apply_adjustment",
    "ask_extension",
    "assign_officer",
    "assign_officers",
    "begin_upload",
    "change_adjustment",
    "change_reminder_settings",
    "choose_layout",
    "claim_hindrance",
    "close_plan",
    "confirm_import",
    "confirm_phone",
    "continue_report",
    "correct_import",
    "correct_phone",
    "delete_evidence",
    "describe_evidence",
    "discard_adjustment",
    "drop_change",
    "end_hindrance",
    "finish_upload",
    "forget_upload",
    "grant_extension",
    "hand_back",
    "hand_report",
    "make_calendar_address",
    "name_lead_units",
    "name_officer",
    "note_calendar_read",
    "part_words",
    "plan_number",
    "preview_import",
    "put_change",
    "read_again",
    "record_phone",
    "refuse_extension",
    "refuse_hindrance",
    "remove_office_day",
    "reopen_plan",
    "resolve_preview",
    "return_report",
    "revoke_calendar_address",
    "save_report",
    "send_reminder",
    "set_coordinators",
    "set_due_date",
    "share_credit",
    "start_adjustment",
    "submit_report",
    "withdraw_extension",
    "withdraw_hindrance",
    "withdraw_phone",
    "withdraw_report",
]
