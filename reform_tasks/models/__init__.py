"""Models of reform_tasks."""

from .adjustments import PlanAdjustment, TaskChange
from .evidence import Evidence
from .plans import Area, Assignment, Occurrence, Plan, PlanImport, Task
from .progress import ProgressReport

__all__ = [
    "Area",
    "Assignment",
    "Evidence",
    "Occurrence",
    "Plan",
    "PlanAdjustment",
    "PlanImport",
    "ProgressReport",
    "Task",
    "TaskChange",
]
