"""Forms of reform_tasks."""

from .plans import DecisionForm, ImportForm, LeadUnitsForm, decision_forms
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
    "DecisionForm",
    "DueDateForm",
    "ExtensionDecisionForm",
    "ExtensionForm",
    "HandBackForm",
    "HindranceEndForm",
    "HindranceForm",
    "HindranceReviewForm",
    "ImportForm",
    "ItemForm",
    "LeadUnitsForm",
    "PartForm",
    "PhoneForm",
    "ReminderForm",
    "ReminderSettingsForm",
    "ReportForm",
    "ResultForm",
    "ReturnForm",
    "VersionForm",
    "decision_forms",
    "report_initial",
]
