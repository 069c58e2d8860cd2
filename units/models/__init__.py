"""Models of the units app."""

from .audit import AuditEntry
from .jobs import Job, WorkerHeartbeat
from .mail import Mail
from .notices import Digest, Notification
from .office_days import OfficeDay
from .people import Role, User
from .reorganisations import FormerName, Reorganisation, Succession
from .structure import Block, Unit, UnitAlias

__all__ = [
    "AuditEntry",
    "Block",
    "Digest",
    "FormerName",
    "Job",
    "Mail",
    "Notification",
    "OfficeDay",
    "Reorganisation",
    "Role",
    "Succession",
    "Unit",
    "UnitAlias",
    "User",
    "WorkerHeartbeat",
]
