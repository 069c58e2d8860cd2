"""Models of the units app."""

from .audit import AuditEntry
from .jobs import Job, WorkerHeartbeat
from .mail import Mail
from .notices import Digest, Notification
from .people import Role, User
from .structure import Block, Unit, UnitAlias

__all__ = [
    "AuditEntry",
    "Block",
    "Digest",
    "Job",
    "Mail",
    "Notification",
    "Role",
    "Unit",
    "UnitAlias",
    "User",
    "WorkerHeartbeat",
]
