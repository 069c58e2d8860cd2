"""What an import would do: the stored reading of a workbook, resolved against units and a person's decisions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reform_tasks.deadlines import DeadlineRule, Due, describe, manual_rule, occurrences, rule_from_json
from reform_tasks.models import PlanImport
from reform_tasks.unit_names import UnitName, resolve_units, suggest_units
from reform_tasks.workbook import Appendix, Severity, TaskRow
from units.models import Unit, UnitAlias
from units.queries import units_of

DEADLINE, LEAD, COORDINATING = "deadline", "lead", "coordinating"
NO_AREA = "–"


@dataclass(slots=True)
class Problem:
    """One thing a person must look at: `error` needs another file, `decide` can be settled on the page.

    `part` is DEADLINE, LEAD or COORDINATING and says which inputs to offer; "" asks only to be noted. `text` is
    what the cell says; `decision` is what a person chose for it, None while it is open.
    """

    sheet: str
    cell: str
    message: str
    severity: str
    part: str = ""
    text: str = ""
    task: str = ""
    suggestions: list[Unit] = field(default_factory=list)
    decision: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        """The name of its decision: one cell may have one thing to decide and one thing to note."""
        return self.cell if self.part else f"{self.cell}-note"

    @property
    def is_error(self) -> bool:
        """Whether only a corrected file settles it."""
        return self.severity == Severity.ERROR

    @property
    def open(self) -> bool:
        """Whether it still stops the import."""
        return self.is_error or self.decision is None

    @property
    def address(self) -> str:
        """Where it is: "Phụ lục, ô D12"."""
        return f"{self.sheet}, ô {self.cell}" if self.cell else self.sheet


@dataclass(slots=True)
class Understood:
    """Whom a cell names: units in official order, and words for those named later or for everybody."""

    units: list[Unit] = field(default_factory=list)
    words: str = ""
    later: bool = False


@dataclass(slots=True)
class PreviewRow:
    """One task as it would be imported; `rule` is None while its deadline is not understood."""

    number: str
    title: str
    product: str
    area: str
    lead_text: str
    coordinating_text: str
    deadline_text: str
    lead: Understood
    coordinating: Understood
    rule: DeadlineRule | None
    dues: list[Due]

    @property
    def understood(self) -> str:
        """The deadline in a sentence, "" while not understood."""
        return describe(self.rule) if self.rule else ""

    @property
    def coordinating_units(self) -> list[Unit]:
        """The coordinating units that do not lead: a unit has one part in a task."""
        leads = {unit.pk for unit in self.lead.units}
        return [unit for unit in self.coordinating.units if unit.pk not in leads]


@dataclass(slots=True)
class PreviewArea:
    """One area with its rows."""

    numeral: str
    name: str
    rows: list[PreviewRow] = field(default_factory=list)


@dataclass(slots=True)
class Preview:
    """The whole import; `units` are the issuer's, for choosing."""

    plan_import: PlanImport
    year: int
    areas: list[PreviewArea]
    problems: list[Problem]
    units: list[Unit]

    @property
    def rows(self) -> list[PreviewRow]:
        """All tasks in order."""
        return [row for area in self.areas for row in area.rows]

    @property
    def open_problems(self) -> list[Problem]:
        """The problems that still stop the import."""
        return [problem for problem in self.problems if problem.open]

    @property
    def errors(self) -> list[Problem]:
        """The problems only another file can settle."""
        return [problem for problem in self.problems if problem.is_error]

    @property
    def assignment_count(self) -> int:
        """How many assignments it makes."""
        return sum(len(row.lead.units) + len(row.coordinating_units) for row in self.rows)

    @property
    def occurrence_count(self) -> int:
        """How many occurrences it makes."""
        return sum(len(row.lead.units) * len(row.dues) for row in self.rows)


def unit_names(units: Iterable[Unit], issuer: Unit) -> list[UnitName]:
    """Return the units with every name they are known by. One query (aliases)."""
    aliases: dict[int, list[str]] = {}
    for unit_id, text in UnitAlias.objects.filter(issuer=issuer).values_list("unit", "text"):
        aliases.setdefault(unit_id, []).append(text)
    return [
        UnitName(unit.pk, unit.name, unit.short_name, unit.code, unit.kind, tuple(aliases.get(unit.pk, ())))
        for unit in units
    ]


def resolve_preview(plan_import: PlanImport) -> Preview:
    """Return what the import would do now, with every problem and the decisions taken. Two queries."""
    units = list(units_of(plan_import.issuer))
    appendix = Appendix.from_json(plan_import.parsed["appendix"])
    reader = _Reader(plan_import, appendix, units, unit_names(units, plan_import.issuer))
    areas = {area.numeral: PreviewArea(area.numeral, area.name) for area in appendix.areas}
    for task in appendix.tasks:
        area = areas.setdefault(task.area, PreviewArea(task.area or NO_AREA, "Chưa thuộc lĩnh vực nào"))
        area.rows.append(reader.read(task))
    problems = sorted(reader.problems, key=_place)
    return Preview(plan_import, plan_import.parsed["year"], list(areas.values()), problems, units)


def _place(problem: Problem) -> tuple[int, int, str]:
    """Return row and column of a problem's cell, so that problems come in the order of the sheet."""
    column = problem.cell.rstrip("0123456789")
    row = problem.cell[len(column) :]
    return int(row or 0), len(column), column


class _Reader:
    """Reads the stored rows of one import."""

    def __init__(self, plan_import: PlanImport, appendix: Appendix, units: list[Unit], names: list[UnitName]) -> None:
        self.decisions: dict[str, dict[str, Any]] = plan_import.decisions
        self.issued_on: date = plan_import.issued_on
        self.year: int = plan_import.parsed["year"]
        self.sheet = appendix.sheet
        self.units = {unit.pk: unit for unit in units}
        self.by_code = {unit.code: unit for unit in units}
        self.names = names
        self.problems = [
            Problem(found.sheet, found.cell, found.message, found.severity.value) for found in appendix.problems
        ]
        for problem in self.problems:
            self._decide(problem)

    def read(self, task: TaskRow) -> PreviewRow:
        """Return one row; its problems go to `problems`."""
        rule = self._deadline(task)
        return PreviewRow(
            number=task.number,
            title=task.title,
            product=task.product,
            area=task.area,
            lead_text=task.lead_text,
            coordinating_text=task.coordinating_text,
            deadline_text=task.deadline_text,
            lead=self._whom(task, LEAD, task.lead_text),
            coordinating=self._whom(task, COORDINATING, task.coordinating_text),
            rule=rule,
            dues=occurrences(rule, self.year, self.issued_on) if rule else [],
        )

    def _decide(self, problem: Problem) -> None:
        """Put the person's decision into a problem that can be decided."""
        if not problem.is_error:
            problem.decision = self.decisions.get(problem.key)

    def _deadline(self, task: TaskRow) -> DeadlineRule | None:
        """Return the rule: as read, or as decided for the last thing reported at the deadline's cell."""
        if task.deadline_rule is not None:
            return rule_from_json(task.deadline_rule)
        at_cell = [p for p in self.problems if p.cell == task.cells[DEADLINE] and not p.is_error]
        if not at_cell or not task.deadline_text:
            return None
        problem = at_cell[-1]
        problem.part, problem.text, problem.task = DEADLINE, task.deadline_text, task.number
        self._decide(problem)
        return rule_of_decision(problem.decision) if problem.decision else None

    def _whom(self, task: TaskRow, part: str, text: str) -> Understood:
        found = resolve_units(text, self.names)
        understood = Understood([self.units[pk] for pk in found.unit_ids], found.named_later, bool(found.named_later))
        if found.all_units:
            understood.words = "mỗi cơ quan, đơn vị"
        elif found.all_schools:
            understood.words = "các trường học"
        if found.unknown:
            message = f"Không có đơn vị nào tên “{'”, “'.join(found.unknown)}”."
        elif part == LEAD and text and not found.unit_ids and not found.named_later:
            message = "Chưa có đơn vị chủ trì."
        else:
            return understood
        problem = Problem(
            self.sheet, task.cells[part], message, Severity.DECIDE.value, part, text=text, task=task.number
        )
        for name in found.unknown:
            problem.suggestions += [self.units[pk] for pk in suggest_units(name, self.names)]
        self._decide(problem)
        self.problems.append(problem)
        if problem.decision:
            self._add_chosen(understood, problem.decision)
        return understood

    def _add_chosen(self, understood: Understood, decision: dict[str, Any]) -> None:
        chosen = [self.by_code[code] for code in decision["units"] if code in self.by_code]
        units = {unit.pk: unit for unit in (*understood.units, *chosen)}
        understood.units = sorted(units.values(), key=lambda unit: unit.position)
        understood.later = understood.later or bool(decision["later"])


def rule_of_decision(decision: dict[str, Any]) -> DeadlineRule:
    """Return the rule a person chose: {"kind", "date": ISO or "", "period"}; raises InvalidDeadline."""
    due_on = date.fromisoformat(decision["date"]) if decision.get("date") else None
    return manual_rule(decision["kind"], due_on=due_on, period=decision.get("period", ""))
