"""Forms of the plan: upload, decisions of the preview, naming lead units."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from ninhgiang.errors import DomainError
from ninhgiang.fields import VietnameseDateField
from reform_tasks.deadlines import MANUAL_PERIODS
from reform_tasks.enums import DeadlineKind
from reform_tasks.queries.previews import DEADLINE, Preview, Problem
from reform_tasks.services import plan_number
from units.models import Unit

KINDS = [(kind.value, kind.label) for kind in DeadlineKind if kind != DeadlineKind.UNKNOWN]


class ImportForm(forms.Form):
    """Tệp phụ lục, số và ngày của kế hoạch."""

    file = forms.FileField(
        label="Tệp phụ lục (Excel .xlsx)",
        allow_empty_file=True,  # the reader says it in its own words
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Chưa chọn tệp phụ lục."},
    )
    number = forms.CharField(
        label="Số, ký hiệu kế hoạch",
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "14/KH-UBND", "autocomplete": "off"}),
        error_messages={"required": "Chưa nhập số, ký hiệu của kế hoạch, ví dụ 14/KH-UBND."},
    )
    issued_on = VietnameseDateField(label="Ngày ban hành")
    year = forms.IntegerField(
        label="Năm của kế hoạch",
        required=False,
        min_value=2000,
        max_value=2199,
        help_text="Bỏ trống nếu là năm của ngày ban hành.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Năm gồm bốn chữ số, ví dụ 2026."},
    )

    def clean_number(self) -> str:
        """Return the number in its one form."""
        try:
            return plan_number(self.cleaned_data["number"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


class DecisionForm(forms.Form):
    """What a person decides for one problem; its prefix is the problem's key."""

    def __init__(self, problem: Problem, units: Sequence[Unit], data: QueryDict | None = None) -> None:
        super().__init__(data, prefix=problem.key, initial=_initial(problem))
        self.problem = problem
        if problem.part == DEADLINE:
            self._add_deadline()
        elif problem.part:
            self._add_units(units)
        else:
            self.fields["noted"] = forms.BooleanField(label="Đã xem, đồng ý nhập như vậy", required=False)

    def _add_deadline(self) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label="Kiểu thời hạn", choices=[("", "– Chọn –"), *KINDS], required=False
        )
        self.fields["date"] = VietnameseDateField(label="Ngày đến hạn, hoặc ngày kết thúc", required=False)
        self.fields["period"] = forms.ChoiceField(
            label="Kỳ lặp lại", choices=[("", "– Chỉ với định kỳ –"), *MANUAL_PERIODS], required=False
        )

    def _add_units(self, units: Sequence[Unit]) -> None:
        first = {unit.pk for unit in self.problem.suggestions}
        ordered = sorted(units, key=lambda unit: (unit.pk not in first, unit.position))
        self.fields["units"] = forms.MultipleChoiceField(
            label="Đơn vị",
            choices=[(unit.code, f"{unit.name} (gợi ý)" if unit.pk in first else unit.name) for unit in ordered],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        later = "Chưa xác định, giao sau" if self.problem.part == "lead" else "Không giao phối hợp"
        self.fields["later"] = forms.BooleanField(label=later, required=False)

    def decision(self) -> dict[str, Any] | None:
        """Return the decision for the service; None while nothing is chosen."""
        data = self.cleaned_data
        if self.problem.part == DEADLINE:
            day = data["date"]
            chosen = {"kind": data["kind"], "date": day.isoformat() if day else "", "period": data["period"]}
            return chosen if any(chosen.values()) else None
        if self.problem.part:
            return {"units": data["units"], "later": data["later"]} if data["units"] or data["later"] else None
        return {"noted": True} if data["noted"] else None


def _initial(problem: Problem) -> dict[str, Any]:
    """Return a stored decision as initial values; an ISO date is shown day first by its field."""
    initial = dict(problem.decision or {})
    if initial.get("date"):
        initial["date"] = VietnameseDateField().to_python(initial["date"])
    return initial


def decision_forms(preview: Preview, data: QueryDict | None = None) -> list[DecisionForm]:
    """Return a form for each problem that a person can settle."""
    return [DecisionForm(problem, preview.units, data) for problem in preview.problems if not problem.is_error]


class LeadUnitsForm(forms.Form):
    """Giao đơn vị chủ trì cho nhiệm vụ chưa nêu tên đơn vị."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    units = forms.MultipleChoiceField(
        label="Đơn vị chủ trì",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một đơn vị."},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {unit.code: unit for unit in units}
        self.fields["units"].choices = [(unit.code, unit.name) for unit in units]  # type: ignore[attr-defined]

    def chosen(self) -> list[Unit]:
        """Return the ticked units."""
        return [self.by_code[code] for code in self.cleaned_data["units"]]
