"""Forms of reform_tasks."""

from .plans import DecisionForm, ImportForm, LeadUnitsForm, decision_forms
from .progress import DueDateForm, ReportForm, ReturnForm, VersionForm, report_initial

__all__ = [
    "DecisionForm",
    "DueDateForm",
    "ImportForm",
    "LeadUnitsForm",
    "ReportForm",
    "ReturnForm",
    "VersionForm",
    "decision_forms",
    "report_initial",
]
