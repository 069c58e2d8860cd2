"""Forms of reform_tasks."""

from .adjustments import AdjustmentForm, TaskWordsForm, WithdrawTaskForm, heading_initial, words_initial
from .assignments import CoordinatorsForm, OfficerForm, SharesForm
from .import_page import PreviewForms
from .imports import ImportForm, LayoutForm
from .office_days import OfficeDayForm
from .plans import LeadUnitsForm
from .progress import (
    CloseForm,
    DueDateForm,
    HandBackForm,
    PartForm,
    ReportForm,
    ResultForm,
    ReturnForm,
    VersionForm,
    report_initial,
)
from .reminders import ReminderForm, ReminderSettingsForm
from .requests import (
    ExtensionDecisionForm,
    ExtensionForm,
    HindranceEndForm,
    HindranceForm,
    HindranceReviewForm,
    ItemForm,
    PhoneForm,
)

__all__ = [
    "AdjustmentForm",
    "CloseForm",
    "CoordinatorsForm",
    "DueDateForm",
    "ExtensionDecisionForm",
    "ExtensionForm",
    "HandBackForm",
    "HindranceEndForm",
    "HindranceForm",
    "HindranceReviewForm",
    "ImportForm",
    "ItemForm",
    "LayoutForm",
    "LeadUnitsForm",
    "OfficeDayForm",
    "OfficerForm",
    "PartForm",
    "PhoneForm",
    "PreviewForms",
    "ReminderForm",
    "ReminderSettingsForm",
    "ReportForm",
    "ResultForm",
    "ReturnForm",
    "SharesForm",
    "TaskWordsForm",
    "VersionForm",
    "WithdrawTaskForm",
    "heading_initial",
    "report_initial",
    "words_initial",
]
