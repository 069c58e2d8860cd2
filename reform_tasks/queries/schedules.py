"""What a changed deadline does to the dated duties of one unit: which stay, move, disappear, appear. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ninhgiang.calendar import SpecialDays, day_off_words, day_text, weekday_day_text
from reform_tasks.deadlines import DeadlineRule, Due, counted_day, rule_from_json
from reform_tasks.deadlines import occurrences as dues_of
from reform_tasks.models import Occurrence, Plan
from units.queries import special_days_of

from .duties import report_of


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule with the plan it belongs to and the first day it may touch (`cut`)."""

    rule: DeadlineRule
    plan: Plan
    cut: date
    special: SpecialDays

    def dues(self) -> list[Due]:
        """Return what the rule wants from `cut` on; days are the planned ones."""
        return dues_of(self.rule, self.plan.year, max(self.cut, self.plan.issued_on))

    def counted(self, planned_on: date | None) -> date | None:
        """Return the day that counts; a day off before `cut` is never moved back behind it."""
        if planned_on is None:
            return None
        day = counted_day(self.rule, planned_on, self.special)
        return day if day >= self.cut else max(planned_on, self.cut)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one duty: `occurrence` None appears, `due` None disappears, both: it moves."""

    occurrence: Occurrence | None
    due: Due | None
    due_on: date | None = None

    @property
    def kind(self) -> str:
        """One of "add", "withdraw", "move", "same"."""
        if self.occurrence is None:
            return "add"
        if self.due is None:
            return "withdraw"
        moved = (self.occurrence.label, self.occurrence.due_on) != (self.due.label, self.due_on)
        return "move" if moved or self.occurrence.planned_on != self.due.due_on else "same"

    @property
    def words(self) -> str:
        """How the preview names it."""
        return {"add": "Thêm", "withdraw": "Bỏ", "move": "Đổi hạn", "same": "Giữ nguyên"}[self.kind]


def is_settled(occurrence: Occurrence, cut: date) -> bool:
    """Tell whether a duty stays as it is: planned before `cut`, or something was already sent on it."""
    planned = occurrence.planned_on or occurrence.due_on
    report = report_of(occurrence)
    return (planned is not None and planned < cut) or (report is not None and report.submitted_at is not None)


def schedule_steps(existing: Iterable[Occurrence], wanted: Schedule) -> list[Step]:
    """Return the steps from one unit's live duties (with reports) to what a rule wants from its `cut` on.

    Duties are told apart by label; a single one left on both sides is the same duty under a new label ("Hạn
    15/06/2026" becomes "Hạn 30/06/2026"), so that a draft goes along. A granted extension is never cut short.
    """
    rows = list(existing)
    settled = {row.label for row in rows if is_settled(row, wanted.cut)}
    open_rows = {row.label: row for row in rows if not is_settled(row, wanted.cut)}
    dues = [due for due in wanted.dues() if due.label not in settled]
    pairs = [(open_rows.pop(due.label), due) for due in dues if due.label in open_rows]
    paired = {due.label for _, due in pairs}
    new = [due for due in dues if due.label not in paired]
    if len(new) == len(open_rows) == 1:
        pairs.append((open_rows.popitem()[1], new.pop()))
    steps = [Step(row, _kept_instruction(row, due), _moved_day(row, due, wanted)) for row, due in pairs]
    steps += [Step(row, None) for row in open_rows.values()]
    steps += [Step(None, due, wanted.counted(due.due_on)) for due in new]
    return sorted(steps, key=lambda step: (_day_of(step), step.kind))


def day_off_note(occurrence: Occurrence) -> str:
    """Return why the day that counts is not the planned one ("Hạn 01/05/2026 là ngày nghỉ lễ …"), "" when it is.

    No query unless the rule moves days off.
    """
    task, planned_on = occurrence.assignment.task, occurrence.planned_on
    if planned_on is None or planned_on == occurrence.due_on:
        return ""
    rule = rule_from_json(task.deadline_rule)
    if not rule.shift:
        return ""
    special = special_days_of(task.plan.issuer_id)
    words, day = day_off_words(planned_on, special), counted_day(rule, planned_on, special)
    return f"Hạn {day_text(planned_on)} là {words} nên tính đến {weekday_day_text(day)}." if words else ""


def withdrawal_steps(existing: Iterable[Occurrence], cut: date) -> list[Step]:
    """Return the steps that take from a unit what is not settled."""
    return [Step(row, None) for row in existing if not is_settled(row, cut)]


def changed(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that do something."""
    return [step for step in steps if step.kind != "same"]


def _kept_instruction(row: Occurrence, due: Due) -> Due:
    """Keep the day an instruction gave when the rule itself still names none."""
    return Due(due.label, row.planned_on) if due.due_on is None else due


def _moved_day(row: Occurrence, due: Due, wanted: Schedule) -> date | None:
    if due.due_on is None:
        return row.due_on
    days = [wanted.counted(due.due_on), row.extended_to, row.paused_on]
    return max(day for day in days if day is not None)


def _day_of(step: Step) -> date:
    day = step.due_on if step.due else step.occurrence.due_on if step.occurrence else None
    return day or date.max
