"""The words of one task as an adjustment writes them: kept as JSON in TaskChange, shown field by field."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from ninhgiang import points
from reform_tasks.deadlines import DeadlineRule, describe, rule_from_json, rule_to_json
from reform_tasks.enums import AssignmentPart, ResultKind
from reform_tasks.models import Task

# Shown fields, in the order of the appendix.
LABELS = {
    "number": "Số thứ tự",
    "area": "Lĩnh vực",
    "title": "Nội dung nhiệm vụ",
    "product": "Sản phẩm, kết quả",
    "result_kind": "Dạng kết quả",
    "target_percent": "Chỉ tiêu (%)",
    "leads": "Chủ trì",
    "coordinating": "Phối hợp",
    "deadline_text": "Thời gian thực hiện",
    "deadline_rule": "Hiểu là",
}


@dataclass(frozen=True)
class TaskWords:
    """What the plan says about a task. `leads` and `coordinating` are unit codes in official order."""

    number: str
    area: str
    title: str
    product: str
    result_kind: str
    target_percent: str
    leads: list[str] = field(default_factory=list)
    coordinating: list[str] = field(default_factory=list)
    deadline_text: str = ""
    deadline_rule: dict[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> DeadlineRule:
        """The deadline as understood."""
        return rule_from_json(self.deadline_rule)

    @property
    def target(self) -> Decimal | None:
        """The target in %, None when there is none."""
        return Decimal(self.target_percent) if self.target_percent else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def words_from_json(data: Mapping[str, Any]) -> TaskWords:
    """Return what `to_json` wrote."""
    return TaskWords(**data)


def words_of(task: Task) -> TaskWords:
    """Return a task's words as they stand. One query for the units."""
    rows = task.assignments.current().select_related("unit").order_by("unit__position", "unit__name")
    codes: dict[str, list[str]] = {part: [] for part in AssignmentPart.values}
    for row in rows:
        codes[row.part].append(row.unit.code)
    return TaskWords(
        number=task.number,
        area=task.area.numeral,
        title=task.title,
        product=task.product,
        result_kind=task.result_kind,
        target_percent="" if task.target_percent is None else f"{task.target_percent:f}",
        leads=codes[AssignmentPart.LEAD],
        coordinating=codes[AssignmentPart.COORDINATE],
        deadline_text=task.deadline_text,
        deadline_rule=rule_to_json(rule_from_json(task.deadline_rule)),
    )


def shown(name: str, value: Any, unit_names: Mapping[str, str]) -> str:
    """Return one field the way people read it."""
    if name in ("leads", "coordinating"):
        return "; ".join(unit_names.get(code, code) for code in value)
    if name == "deadline_rule":
        return describe(rule_from_json(value)) if value else ""
    if name == "result_kind":
        return str(ResultKind(value).label)
    if name == "target_percent":
        return points.show(Decimal(value)) if value else ""
    return str(value)


def differences(before: TaskWords, after: TaskWords) -> list[str]:
    """Return the names of the fields in which two differ, in the order of LABELS."""
    return [name for name in LABELS if getattr(before, name) != getattr(after, name)]
