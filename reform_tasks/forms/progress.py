"""Forms of the progress report."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django import forms

from ninhgiang import calendar, points
from ninhgiang.fields import QuantityField, VietnameseDateField
from reform_tasks.deadlines import DeadlineRule
from reform_tasks.enums import Outcome, ResultKind
from reform_tasks.models import RESULT_FIELDS, ProgressReport, ReportEvidence, Task
from reform_tasks.results import problems, quantity_text
from reform_tasks.services import Draft

from .evidence import EvidenceChoiceForm, files_field

TEXT_LIMIT = 5000


def _line(label: str, limit: int, *, placeholder: str = "", help_text: str = "") -> forms.CharField:
    """Return an optional one-line text field."""
    attrs = {"autocomplete": "off"} | ({"placeholder": placeholder} if placeholder else {})
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, required=False, max_length=limit, widget=widget, help_text=help_text)


class VersionForm(forms.Form):
    """A step without content: only the version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ResultForm(forms.Form):
    """Nội dung kết quả, as the task asks for it. A draft may be unfinished; what is typed must be possible."""

    outcome = forms.ChoiceField(
        label="Tình hình thực hiện", choices=Outcome.choices, widget=forms.RadioSelect, required=False
    )
    document_number = _line("Số, ký hiệu văn bản", 100, placeholder="12/QĐ-UBND")
    document_on = VietnameseDateField(
        label="Ngày ký", required=False, help_text="Ngày này dùng để xét kịp thời so với hạn."
    )
    document_title = _line("Trích yếu", 500)
    document_signer = _line("Người ký", 200)
    quantity_done = QuantityField(label="Số đã thực hiện (tử số)", required=False)
    quantity_total = QuantityField(label="Tổng số (mẫu số)", required=False)
    quantity_unit = _line("Đơn vị tính", 60, placeholder="hồ sơ, văn bản, đồng…")
    result = forms.CharField(
        label="Kết quả",
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Số, ký hiệu, ngày của văn bản đã ban hành, hoặc số liệu đạt được.",
    )
    note = forms.CharField(
        label="Ghi chú, vướng mắc", required=False, max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        if task.result_kind != ResultKind.EITHER:
            self.fields["result"].label = "Diễn giải kết quả"
            self.fields["result"].help_text = "Nội dung chính đã làm được, nếu cần nói thêm."
            self.fields["result"].widget.attrs["rows"] = 2
        if task.target_percent is not None:
            self.fields["quantity_done"].help_text = f"Chỉ tiêu {points.show(task.target_percent)} %."

    def clean(self) -> dict[str, Any]:
        """Put beside its field whatever cannot be; a draft may be unfinished, not impossible."""
        for field, message in problems(Draft(**self.values()), self.task, today=calendar.today()).items():
            if field not in self.errors:
                self.add_error(field, message)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Return the result as typed, by field of ResultContent; a field that could not be read is empty."""
        empty = {field.name: field.default for field in dataclasses.fields(Draft)}
        return {name: self.cleaned_data.get(name, empty[name]) for name in RESULT_FIELDS}

    def groups(self) -> list[dict[str, Any]]:
        """Return the two groups of particulars, with whether the task asks for them and whether they stand open."""
        asked = {
            "document": self.task.result_kind in (ResultKind.DOCUMENT, ResultKind.BOTH),
            "quantity": self.task.result_kind in (ResultKind.QUANTITY, ResultKind.BOTH),
        }
        titles = {"document": "Văn bản đã ban hành", "quantity": "Số liệu đạt được"}
        found = []
        for key, wanted in asked.items():
            fields = [self[name] for name in RESULT_FIELDS if name.startswith(key)]
            filled = any(field.value() not in (None, "") or field.errors for field in fields)
            found.append({"key": key, "title": titles[key], "asked": wanted, "open": filled, "fields": fields})
        return sorted(found, key=lambda group: not group["asked"])


class ReportForm(EvidenceChoiceForm, ResultForm, VersionForm):
    """Báo cáo tiến độ: the result with its files."""

    files = files_field("Thêm tệp minh chứng")  # type: ignore[assignment]  # the form's own `files` is set per instance

    def draft(self) -> Draft:
        """Return the typed content for the services."""
        return Draft(**self.values(), evidence=tuple(self.cleaned_data["evidence"]), pages=self.cleaned_data["pages"])


def report_initial(report: ProgressReport | None, uses: Iterable[ReportEvidence] = ()) -> dict[str, Any]:
    """Return the initial values of ReportForm with the files in use; version 0 means that no report exists yet."""
    if report is None:
        return {"version": 0}
    return {
        "version": report.version,
        **{name: getattr(report, name) for name in RESULT_FIELDS},
        "evidence": [str(use.evidence_id) for use in uses],
    }


class ReturnForm(VersionForm):
    """Trả lại báo cáo: the reason is what the unit reads."""

    reason = forms.CharField(
        label="Lý do trả lại",
        required=False,  # the service refuses an empty one in its own words
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Đơn vị sẽ đọc được; hãy nêu rõ cần bổ sung hoặc sửa gì.",
    )


class HandBackForm(VersionForm):
    """Chuyển báo cáo về soạn tiếp."""

    reason = forms.CharField(
        label="Cần sửa gì (nếu có)", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class PartForm(VersionForm):
    """Chấp nhận một phần: a quantity when one was reported, else a percentage."""

    quantity = QuantityField(label="Số lượng được chấp nhận", required=False)
    percent = QuantityField(label="Tỷ lệ được chấp nhận (%)", required=False)
    missing = forms.CharField(
        label="Còn thiếu", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(label="Lý do", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, report: ProgressReport | None, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "mot-phan")
        super().__init__(*args, **kwargs)
        counted = report is not None and report.quantity_done is not None and report.quantity_total is not None
        if counted and report is not None:
            total = quantity_text(report)
            self.fields["quantity"].help_text = f"Đơn vị báo cáo {total}."
        del self.fields["percent" if counted else "quantity"]


class DueDateForm(forms.Form):
    """Đặt hạn cho việc chờ chỉ đạo."""

    event_on = VietnameseDateField(required=False)
    due_on = VietnameseDateField(label="Hạn hoàn thành")
    reason = forms.CharField(
        label="Căn cứ",
        max_length=500,
        help_text="Ví dụ: Công văn số 12/UBND-VX ngày 03/03/2026.",
    )

    def __init__(self, *args: Any, rule: DeadlineRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rule.days_after is None:
            del self.fields["event_on"]
            return
        self.fields["event_on"].label = f"Ngày có {rule.trigger}"
        days = f"{rule.days_after} {'ngày làm việc' if rule.working_days else 'ngày'}"
        self.fields["event_on"].help_text = f"Chương trình tính hạn: {days} kể từ ngày này, không tính ngày đó."
        self.fields["due_on"].label, self.fields["due_on"].required = "Hoặc nhập thẳng hạn hoàn thành", False


class CloseForm(VersionForm):
    """Khóa sổ hoặc mở lại kế hoạch."""

    reason = forms.CharField(
        label="Căn cứ, lý do",
        required=False,  # the service refuses an empty one in its own words
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
