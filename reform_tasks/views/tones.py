"""Colours of states on the screen; words always stand beside them."""

from reform_tasks.enums import DutyStatus, ReadingState, ReportState
from reform_tasks.models import EvidenceReading, ProgressReport

_STATUS = {
    DutyStatus.RETURNED: "bad",
    DutyStatus.OVERDUE: "bad",
    DutyStatus.SOON: "warn",
    DutyStatus.OPEN: "neutral",
    DutyStatus.LATER: "neutral",
    DutyStatus.ON_INSTRUCTION: "neutral",
    DutyStatus.PAUSED: "info",
    DutyStatus.WAITING: "wait",
    DutyStatus.DONE: "ok",
}
_REPORT = {
    ReportState.DRAFT: "neutral",
    ReportState.HANDED: "wait",
    ReportState.SUBMITTED: "wait",
    ReportState.RETURNED: "bad",
    ReportState.PARTLY: "warn",
    ReportState.ACCEPTED: "ok",
}


def status_tone(status: DutyStatus) -> str:
    """Return the badge tone of a duty's status."""
    return _STATUS[status]


def report_tone(report: ProgressReport | None) -> str:
    """Return the badge tone of a report's state."""
    return _REPORT[ReportState(report.state)] if report else "neutral"


def reading_tone(reading: EvidenceReading | None) -> str:
    """Return the badge tone of the reading of a PDF."""
    tones = {ReadingState.DONE: "ok", ReadingState.FAILED: "warn"}
    return tones.get(ReadingState(reading.state), "wait") if reading else "neutral"
