"""Models of the units app."""

from .audit import AuditEntry
from .jobs import Job, WorkerHeartbeat
from .notices import Notification
from .people import Role, User
from .structure import Block, Unit, UnitAlias

__all__ = ["AuditEntry", "Block", "Job", "Notification", "Role", "Unit", "UnitAlias", "User", "WorkerHeartbeat"]
