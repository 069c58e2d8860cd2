"""Forms of the plan's adjustments: the decision's heading, the words of one task, which task to withdraw."""

from collections.abc import Sequence
from typing import Any

from django import forms

from ninhgiang.errors import DomainError
from ninhgiang.fields import QuantityField, VietnameseDateField
from reform_tasks.deadlines import MANUAL_PERIODS, manual_rule, read_deadline, rule_from_json, rule_to_json
from reform_tasks.deadlines.rule import DeadlineRule, with_shift
from reform_tasks.enums import DeadlineKind, ResultKind, Shift
from reform_tasks.models import Area, Plan, PlanAdjustment, Task
from reform_tasks.task_words import TaskWords
from units.models import Unit

from .progress import VersionForm
from .unit_groups import UnitGroupsField

KINDS = [(kind.value, kind.label) for kind in DeadlineKind if kind != DeadlineKind.UNKNOWN]


class AdjustmentForm(VersionForm):
    """Số, ngày, ngày hiệu lực và lý do của quyết định điều chỉnh."""

    number = forms.CharField(
        label="Số, ký hiệu quyết định",
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "87/QĐ-UBND", "autocomplete": "off"}),
        error_messages={"required": "Chưa nhập số, ký hiệu quyết định, ví dụ 87/QĐ-UBND."},
    )
    decided_on = VietnameseDateField(label="Ngày quyết định")
    effective_on = VietnameseDateField(
        label="Ngày hiệu lực", help_text="Chỉ những kỳ đến hạn từ ngày này (và từ hôm nay) mới thay đổi."
    )
    reason = forms.CharField(
        label="Lý do, căn cứ",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do, căn cứ điều chỉnh."},
    )

    def heading(self) -> dict[str, Any]:
        """Return what the services take."""
        return {name: self.cleaned_data[name] for name in ("number", "decided_on", "effective_on", "reason")}


def heading_initial(adjustment: PlanAdjustment) -> dict[str, Any]:
    """Return a draft's heading as initial values."""
    return {name: getattr(adjustment, name) for name in ("number", "decided_on", "effective_on", "reason", "version")}


class TaskWordsForm(VersionForm):
    """Nội dung một nhiệm vụ sau điều chỉnh; a deadline phrase that is not understood is settled by hand below it."""

    number = forms.CharField(label="Số thứ tự", max_length=10, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    area = forms.ChoiceField(label="Lĩnh vực", error_messages={"required": "Hãy chọn lĩnh vực."})
    title = forms.CharField(
        label="Nội dung nhiệm vụ",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy nhập nội dung nhiệm vụ."},
    )
    product = forms.CharField(label="Sản phẩm, kết quả", max_length=500, required=False)
    result_kind = forms.ChoiceField(label="Dạng kết quả", choices=ResultKind.choices)
    target_percent = QuantityField(
        label="Chỉ tiêu (%)", required=False, help_text="Chỉ với kết quả là số liệu; bỏ trống nếu không có."
    )
    leads = UnitGroupsField(label="Chủ trì", required=False)
    coordinating = UnitGroupsField(label="Phối hợp", required=False)
    deadline_text = forms.CharField(
        label="Thời gian thực hiện",
        max_length=300,
        help_text="Như trong phụ lục: “Trước ngày 30/6”, “Hằng quý”, “Ngày làm việc cuối cùng của tháng”.",
        error_messages={"required": "Hãy nhập thời gian thực hiện."},
    )
    shift = forms.ChoiceField(label="Nếu hạn rơi vào ngày nghỉ", choices=Shift.choices, required=False)
    kind = forms.ChoiceField(label="Kiểu thời hạn", choices=[("", "Tự đọc từ câu trên"), *KINDS], required=False)
    date = VietnameseDateField(label="Ngày đến hạn, hoặc ngày kết thúc", required=False)
    period = forms.ChoiceField(
        label="Kỳ lặp lại", choices=[("", "– Chỉ với định kỳ –"), *MANUAL_PERIODS], required=False
    )

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        units: Sequence[Unit],
        task: Task | None = None,
        known: TaskWords | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.task, self.known = plan, task, known
        areas = Area.objects.filter(plan=plan)
        self.fields["area"].choices = [("", "– Chọn –"), *((a.numeral, str(a)) for a in areas)]  # type: ignore[attr-defined]
        for name in ("leads", "coordinating"):
            self.fields[name].offer(units)  # type: ignore[attr-defined]
        if task is not None:
            del self.fields["number"]

    def clean(self) -> dict[str, Any]:
        """Read the deadline; a phrase left as it was keeps the rule it had."""
        data = super().clean() or {}
        if data.get("deadline_text") and "kind" in data and "date" in data:
            try:
                rule = self._rule(data)
            except DomainError as error:
                field = {"due_on": "date", "period": "period"}.get(error.field, "deadline_text")
                hint = "" if data["kind"] else " Hãy ghi rõ hơn hoặc chọn kiểu thời hạn ở dưới."
                self.add_error(field, error.message + hint)
            else:
                data["rule"] = with_shift(rule, data.get("shift") or self._read_shift(data, rule))
        return data

    def _rule(self, data: dict[str, Any]) -> DeadlineRule:
        if data["kind"]:
            return manual_rule(data["kind"], due_on=data.get("date"), period=data.get("period", ""))
        known = self.known
        if known is not None and known.deadline_text == data["deadline_text"]:
            return rule_from_json(known.deadline_rule)
        return read_deadline(data["deadline_text"], self.plan.year, self.plan.issued_on)

    def _read_shift(self, data: dict[str, Any], rule: DeadlineRule) -> str:
        """Return what a newly read phrase itself says about days off; nothing for one left as it was."""
        return "" if self.known and self.known.deadline_text == data["deadline_text"] else rule.shift.value

    def words(self) -> TaskWords:
        """Return the words for the service."""
        data = self.cleaned_data
        rule = data["rule"]
        target = data["target_percent"]
        return TaskWords(
            number=self.task.number if self.task else data["number"],
            area=data["area"],
            title=data["title"],
            product=data["product"],
            result_kind=data["result_kind"],
            target_percent="" if target is None else f"{target:f}",
            leads=self._codes("leads"),
            coordinating=self._codes("coordinating"),
            deadline_text=data["deadline_text"],
            deadline_rule=rule_to_json(rule),
        )

    def _codes(self, name: str) -> list[str]:
        field = self.fields[name]
        return [unit.code for unit in field.units_of(self.cleaned_data[name])]  # type: ignore[attr-defined]


def words_initial(words: TaskWords) -> dict[str, Any]:
    """Return a task's words as initial values of TaskWordsForm."""
    names = ("number", "area", "title", "product", "result_kind", "leads", "coordinating", "deadline_text")
    initial = {name: getattr(words, name) for name in names}
    return initial | {"target_percent": words.target, "shift": words.rule.shift.value}


class WithdrawTaskForm(VersionForm):
    """Chọn nhiệm vụ đưa vào bản điều chỉnh: sửa hoặc rút."""

    task = forms.ChoiceField(label="Nhiệm vụ", error_messages={"required": "Hãy chọn nhiệm vụ."})

    def __init__(self, *args: Any, tasks: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_number = {task.number: task for task in tasks}
        labels = ((task.number, f"{task.number}. {task.title[:110]}") for task in tasks)
        self.fields["task"].choices = [("", "– Chọn nhiệm vụ –"), *labels]  # type: ignore[attr-defined]

    def chosen(self) -> Task:
        """Return the task."""
        return self.by_number[self.cleaned_data["task"]]
