"""What was read from an appendix, in plain data that goes to JSON and back."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ninhgiang.errors import DomainError


class WorkbookError(DomainError):
    """The file cannot be read as an appendix at all; `message` says why and what to send instead."""


class Severity(StrEnum):
    """How a problem is settled: the file must be corrected, or a person decides in the preview."""

    ERROR = "error"
    DECIDE = "decide"


@dataclass(frozen=True)
class Problem:
    """One thing found wrong, at a cell ("F12") of a sheet."""

    sheet: str
    cell: str
    message: str
    severity: Severity


@dataclass(frozen=True)
class AreaRow:
    """Lĩnh vực: a row with a Roman number and a name."""

    numeral: str
    name: str
    cell: str


@dataclass(frozen=True)
class TaskRow:
    """Nhiệm vụ: the plan's own words, each with its cell in `cells` ("lead" -> "D7"); line breaks are kept.

    `deadline_rule` is deadlines.rule_to_json of what was understood, None when a person must decide.
    """

    number: str
    title: str
    product: str
    lead_text: str
    coordinating_text: str
    deadline_text: str
    area: str
    row: int
    cells: dict[str, str]
    deadline_rule: dict[str, Any] | None = None


@dataclass(frozen=True)
class Appendix:
    """The whole appendix: its sheet, the lines above the table, areas, tasks, and the problems in reading order."""

    sheet: str
    titles: tuple[str, ...] = ()
    areas: tuple[AreaRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that only a corrected file settles."""
        return tuple(problem for problem in self.problems if problem.severity == Severity.ERROR)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "sheet": self.sheet,
            "titles": list(self.titles),
            "areas": [asdict(area) for area in self.areas],
            "tasks": [asdict(task) for task in self.tasks],
            "problems": [asdict(problem) | {"severity": problem.severity.value} for problem in self.problems],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Appendix":
        """Return the appendix written by `to_json`; raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            sheet=data["sheet"],
            titles=tuple(data["titles"]),
            areas=tuple(AreaRow(**row) for row in data["areas"]),
            tasks=tuple(TaskRow(**row) for row in data["tasks"]),
            problems=tuple(Problem(**(row | {"severity": Severity(row["severity"])})) for row in data["problems"]),
        )
