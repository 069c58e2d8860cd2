"""Models of reform_tasks."""

from .adjustments import PlanAdjustment, TaskChange
from .evidence import Evidence, EvidenceReading, EvidenceUse, ReportEvidence
from .extensions import ExtensionRequest
from .hindrances import HindranceClaim
from .plans import Area, Assignment, Occurrence, Plan, PlanImport, Task
from .progress import RESULT_FIELDS, AcceptedPart, PhoneEntry, ProgressReport, ResultContent
from .reminders import CalendarFeed, Reminder, ReminderItem, ReminderSettings
from .uploads import EvidenceUpload

__all__ = [
    "RESULT_FIELDS",
    "AcceptedPart",
    "Area",
    "Assignment",
    "CalendarFeed",
    "Evidence",
    "EvidenceReading",
    "EvidenceUpload",
    "EvidenceUse",
    "ExtensionRequest",
    "HindranceClaim",
    "Occurrence",
    "PhoneEntry",
    "Plan",
    "PlanAdjustment",
    "PlanImport",
    "ProgressReport",
    "Reminder",
    "ReminderItem",
    "ReminderSettings",
    "ReportEvidence",
    "ResultContent",
    "Task",
    "TaskChange",
]
