"""Forms of reform_tasks."""

from .plans import DecisionForm, ImportForm, LeadUnitsForm, decision_forms
from .progress import (
    DueDateForm,
    HandBackForm,
    PartForm,
    ReportForm,
    ResultForm,
    ReturnForm,
    VersionForm,
    report_initial,
)

__all__ = [
    "DecisionForm",
    "DueDateForm",
    "HandBackForm",
    "ImportForm",
    "LeadUnitsForm",
    "PartForm",
    "ReportForm",
    "ResultForm",
    "ReturnForm",
    "VersionForm",
    "decision_forms",
    "report_initial",
]
