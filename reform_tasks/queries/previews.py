"""What an import would do: the stored reading of a file, resolved against units and a person's corrections."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import fold
from reform_tasks.deadlines import (
    DeadlineRule,
    Due,
    NotUnderstood,
    assumptions,
    describe,
    manual_rule,
    occurrences,
    read_deadline,
    rule_from_json,
)
from reform_tasks.models import PlanImport
from reform_tasks.unit_names import LATER, NOBODY, Directory, UnitName, suggest_units
from reform_tasks.workbook import (
    Appendix,
    Column,
    Draft,
    Finding,
    RowKind,
    Severity,
    check,
    drafts_of,
    place,
    restarts_by_area,
)
from units.models import Unit, UnitAlias
from units.queries import units_of

_YEAR_IN_TITLE = re.compile(r"\bnam (20[0-9]{2})\b")
NO_AREA = "–"


@dataclass(slots=True)
class Problem:
    """One thing a person must look at: `error` needs a value, `decide` a choice or a yes, `info` is only told.

    `row` is the row of the table, 0 for the table as a whole. `choice`: a yes is not enough, units or a deadline
    must be chosen. `noted`: the person has said yes.
    """

    sheet: str
    cell: str
    message: str
    severity: str
    row: int = 0
    column: str = ""
    task: str = ""
    choice: bool = False
    noted: bool = False

    @property
    def key(self) -> str:
        """Under which a person's yes is kept: another message at the same cell asks again."""
        return f"{self.row}-{self.column or 'bang'}-{zlib.crc32(f'{self.cell} {self.message}'.encode()):08x}"

    @property
    def needs_yes(self) -> bool:
        """Whether a tick settles it."""
        return self.severity == Severity.DECIDE and not self.choice

    @property
    def is_error(self) -> bool:
        """Whether a value must be corrected."""
        return self.severity == Severity.ERROR

    @property
    def open(self) -> bool:
        """Whether it still stops the import."""
        return self.is_error or self.choice or (self.needs_yes and not self.noted)

    @property
    def address(self) -> str:
        """Where it is: "Phụ lục, ô D12"; "Bảng 1, dòng 12, cột 4"."""
        return place(self.sheet, self.cell)


@dataclass(slots=True)
class Understood:
    """Whom a cell names: units in official order, and words for those named later or for everybody."""

    units: list[Unit] = field(default_factory=list)
    words: str = ""
    later: bool = False
    unknown: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass(slots=True)
class PreviewRow:
    """One task as it would be imported; `rule` is None while its deadline is not understood."""

    row: int
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
    assumed: tuple[str, ...] = ()
    corrected: bool = False
    problems: list[Problem] = field(default_factory=list)
    form: Any = None  # put here by the page when the row is opened for correction

    @property
    def open(self) -> bool:
        """Whether something about it still stops the import."""
        return any(problem.open for problem in self.problems)

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
    """One area with its tasks; `row` is the row of the table it stands in."""

    row: int
    numeral: str
    name: str
    rows: list[PreviewRow] = field(default_factory=list)


@dataclass(slots=True)
class NameQuestion:
    """A name no unit has, or one a person has settled in this import: where it stands and who it may be."""

    text: str
    cells: list[str] = field(default_factory=list)
    suggestions: list[Unit] = field(default_factory=list)
    means: str = ""
    remember: bool = True

    @property
    def key(self) -> str:
        """The form in which a person's answer is kept."""
        return fold(self.text)


@dataclass(slots=True)
class Preview:
    """The whole import; `units` are the issuer's, for choosing."""

    plan_import: PlanImport
    year: int
    appendix: Appendix
    drafts: list[Draft]
    areas: list[PreviewArea]
    problems: list[Problem]
    units: list[Unit]
    names: list[NameQuestion]
    notes: list[str]
    restarts: bool

    @property
    def rows(self) -> list[PreviewRow]:
        """All tasks in order."""
        return [row for area in self.areas for row in area.rows]

    @property
    def open_problems(self) -> list[Problem]:
        """The problems that still stop the import."""
        return [problem for problem in self.problems if problem.open]

    @property
    def to_note(self) -> list[Problem]:
        """The problems a yes settles."""
        return [problem for problem in self.problems if problem.needs_yes]

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


def corrections_of(plan_import: PlanImport) -> dict[str, Any]:
    """Return the corrections of the table being read (workbook.correcting)."""
    tables: dict[str, dict[str, Any]] = plan_import.decisions.get("tables", {})
    return tables.get(plan_import.parsed["appendix"]["layout"]["table"], {})


def resolve_preview(plan_import: PlanImport) -> Preview:
    """Return what the import would do now, with every problem and the corrections made. Two queries.

    Raises DomainError for a preview of a version of the program that kept other things.
    """
    if "layout" not in plan_import.parsed.get("appendix", {}):
        raise DomainError("Bản xem trước này đã quá cũ để mở lại. Hãy tải tệp phụ lục lên lần nữa.")
    units = list(units_of(plan_import.issuer))
    reader = _Reader(plan_import, units, unit_names(units, plan_import.issuer))
    return reader.read()


class _Reader:
    """Reads the stored rows of one import."""

    def __init__(self, plan_import: PlanImport, units: list[Unit], names: list[UnitName]) -> None:
        self.plan_import = plan_import
        self.appendix = Appendix.from_json(plan_import.parsed["appendix"])
        self.corrections = corrections_of(plan_import)
        self.issued_on: date = plan_import.issued_on
        self.year: int = plan_import.parsed["year"]
        self.units = {unit.pk: unit for unit in units}
        self.by_code = {unit.code: unit for unit in units}
        self.names = names
        self.said: dict[str, dict[str, Any]] = plan_import.decisions.get("names", {})
        self.directory = Directory(names, self._taught())
        self.noted = set(self.corrections.get("noted", []))
        self.problems: list[Problem] = []
        self.questions = {
            key: NameQuestion(said["text"], means=said["means"], remember=said["remember"])
            for key, said in self.said.items()
        }

    def _taught(self) -> dict[str, int | str]:
        taught: dict[str, int | str] = {}
        for key, said in self.said.items():
            if said["means"] in (LATER, NOBODY):
                taught[key] = said["means"]
            elif said["means"] in self.by_code:
                taught[key] = self.by_code[said["means"]].pk
        return taught

    def read(self) -> Preview:
        """Return the preview."""
        drafts = drafts_of(self.appendix, self.corrections)
        for found in self.appendix.problems:
            self._add(Problem(found.sheet, found.cell, found.message, found.severity.value))
        self._check_year()
        findings: dict[int, list[Finding]] = {}
        for finding in check(drafts):
            findings.setdefault(finding.row, []).append(finding)
        areas, by_numeral = self._areas(drafts)
        for draft in drafts:
            if draft.read is None:  # an area a person put before this row; what is wrong shows at the row
                continue
            found_here = [self._of_finding(finding, draft) for finding in findings.pop(draft.row, ())]
            if draft.kind == RowKind.TASK:
                if draft.area not in by_numeral:
                    by_numeral[draft.area] = PreviewArea(0, draft.area or NO_AREA, "Chưa thuộc lĩnh vực nào")
                    areas.append(by_numeral[draft.area])
                by_numeral[draft.area].rows.append(self._task(draft, found_here))
        return Preview(
            plan_import=self.plan_import,
            year=self.year,
            appendix=self.appendix,
            drafts=drafts,
            areas=areas,
            problems=sorted(self.problems, key=lambda problem: problem.row),
            units=list(self.units.values()),
            names=self._questions(),
            notes=self._notes(drafts),
            restarts=restarts_by_area(drafts) and not self.corrections.get("by_area"),
        )

    def _areas(self, drafts: list[Draft]) -> tuple[list[PreviewArea], dict[str, PreviewArea]]:
        """Return the areas in order and by numeral, the first of each."""
        areas = [
            PreviewArea(draft.row, draft.texts[Column.NUMBER], draft.texts[Column.TITLE])
            for draft in drafts
            if draft.kind == RowKind.AREA
        ]
        by_numeral: dict[str, PreviewArea] = {}
        for area in areas:
            by_numeral.setdefault(area.numeral, area)
        return areas, by_numeral

    def _notes(self, drafts: list[Draft]) -> list[str]:
        if "notes" in self.corrections:
            return list(self.corrections["notes"])
        in_table = [draft.texts[Column.TITLE] for draft in drafts if draft.kind == RowKind.NOTE]
        return [note for note in (*in_table, *self.appendix.notes) if note]

    def _add(self, problem: Problem) -> Problem:
        problem.noted = problem.key in self.noted
        self.problems.append(problem)
        return problem

    def _of_finding(self, finding: Finding, draft: Draft) -> Problem:
        task = draft.texts[Column.NUMBER] if draft.kind == RowKind.TASK else ""
        return self._add(
            Problem(
                self.appendix.sheet,
                finding.cell,
                finding.message,
                finding.severity.value,
                finding.row,
                finding.column.value,
                task,
            )
        )

    def _check_year(self) -> None:
        years = {
            int(found): cell for cell, text in self.appendix.titles for found in _YEAR_IN_TITLE.findall(fold(text))
        }
        if years and self.year not in years:
            stated, cell = next(iter(years.items()))
            message = f"Tiêu đề ghi năm {stated}, khác năm {self.year} của kế hoạch."
            self._add(Problem(self.appendix.sheet, cell, message, Severity.DECIDE.value))

    def _task(self, draft: Draft, problems: list[Problem]) -> PreviewRow:
        """Return one task; what is wrong with it goes to its own list and to the whole one."""
        change = self.corrections.get("rows", {}).get(str(draft.row), {})
        texts = draft.texts
        row = PreviewRow(
            row=draft.row,
            number=texts[Column.NUMBER],
            title=texts[Column.TITLE],
            product=texts[Column.PRODUCT],
            area=draft.area,
            lead_text=texts[Column.LEAD],
            coordinating_text=texts[Column.COORDINATING],
            deadline_text=texts[Column.DEADLINE],
            lead=self._whom(draft, Column.LEAD, change.get("lead")),
            coordinating=self._whom(draft, Column.COORDINATING, change.get("coordinating")),
            rule=None,
            dues=[],
            corrected=bool(change),
            problems=problems,
        )
        self._ask_units(draft, row)
        self._set_deadline(draft, row, change.get("deadline"))
        return row

    def _choose(self, draft: Draft, row: PreviewRow, column: Column, message: str) -> None:
        problem = Problem(
            self.appendix.sheet, draft.cell(column), message, Severity.DECIDE.value, draft.row, column.value, row.number
        )
        problem.choice = True
        row.problems.append(self._add(problem))

    def _set_deadline(self, draft: Draft, row: PreviewRow, chosen: dict[str, Any] | None) -> None:
        """Put the rule into a row: as a person chose, else as read."""
        if chosen:
            row.rule = rule_of_choice(chosen)
        elif row.deadline_text:
            try:
                row.rule = read_deadline(row.deadline_text, self.year, self.issued_on)
                row.assumed = assumptions(row.deadline_text, row.rule, self.year)
            except NotUnderstood as reason:
                self._choose(draft, row, Column.DEADLINE, reason.message)
        if row.rule:
            row.dues = occurrences(row.rule, self.year, self.issued_on)

    def _whom(self, draft: Draft, column: Column, chosen: dict[str, Any] | None) -> Understood:
        if chosen:
            units = [self.by_code[code] for code in chosen["units"] if code in self.by_code]
            return Understood(self._in_order(units), later=bool(chosen["later"]), by_hand=True)
        found = self.directory.resolve(draft.texts[column])
        units = [self.units[pk] for pk in found.unit_ids]
        understood = Understood(units, found.named_later, bool(found.named_later), found.unknown)
        if found.all_units:
            understood.words = "mỗi cơ quan, đơn vị"
        elif found.all_schools:
            understood.words = "các trường học"
        return understood

    def _in_order(self, units: list[Unit]) -> list[Unit]:
        chosen = {unit.pk for unit in units}
        return [unit for unit in self.units.values() if unit.pk in chosen]

    def _ask_units(self, draft: Draft, row: PreviewRow) -> None:
        """Report names no unit has, and a lead cell that names nobody."""
        for column, found in ((Column.LEAD, row.lead), (Column.COORDINATING, row.coordinating)):
            if found.unknown:
                self._choose(draft, row, column, f"Không có đơn vị nào tên “{'”, “'.join(found.unknown)}”.")
                for name in found.unknown:
                    question = self.questions.setdefault(fold(name), NameQuestion(name))
                    question.cells.append(draft.cell(column))
        if row.lead_text and not (row.lead.units or row.lead.later or row.lead.unknown):
            self._choose(draft, row, Column.LEAD, "Chưa có đơn vị chủ trì.")

    def _questions(self) -> list[NameQuestion]:
        for question in self.questions.values():
            if not question.means:
                question.suggestions = [self.units[pk] for pk in suggest_units(question.text, self.names)]
        return list(self.questions.values())


def rule_of_choice(choice: dict[str, Any]) -> DeadlineRule:
    """Return the rule a person chose: {"kind", "date": ISO or "", "period"}, or {"rule": rule_to_json}.

    Raises InvalidDeadline.
    """
    if "rule" in choice:
        return rule_from_json(choice["rule"])
    due_on = date.fromisoformat(choice["date"]) if choice.get("date") else None
    return manual_rule(choice["kind"], due_on=due_on, period=choice.get("period", ""))
