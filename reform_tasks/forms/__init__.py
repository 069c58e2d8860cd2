"""Forms of reform_tasks."""

from .import_page import PreviewForms
from .imports import ImportForm, LayoutForm
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
    "CloseForm",
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
    "PartForm",
    "PhoneForm",
    "PreviewForms",
    "ReminderForm",
    "ReminderSettingsForm",
    "ReportForm",
    "ResultForm",
    "ReturnForm",
    "VersionForm",
    "report_initial",
]
