"""Models of reform_tasks."""

from .adjustments import PlanAdjustment, TaskChange
from .evidence import Evidence
from .extensions import ExtensionRequest
from .hindrances import HindranceClaim
from .plans import Area, Assignment, Occurrence, Plan, PlanImport, Task
from .progress import RESULT_FIELDS, AcceptedPart, PhoneEntry, ProgressReport, ResultContent
from .reminders import CalendarFeed, Reminder, ReminderItem, ReminderSettings

__all__ = [
    "RESULT_FIELDS",
    "AcceptedPart",
    "Area",
    "Assignment",
    "CalendarFeed",
    "Evidence",
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
    "ResultContent",
    "Task",
    "TaskChange",
]
