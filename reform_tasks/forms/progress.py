"""Forms of the progress report."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ninhgiang.fields import VietnameseDateField
from reform_tasks.enums import Outcome
from reform_tasks.file_kinds import ACCEPT, ALLOWED_TEXT
from reform_tasks.models import Evidence, ProgressReport
from reform_tasks.services import Draft

TEXT_LIMIT = 5000


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Zero or more uploaded files; their content is checked by the service."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the uploads as a list."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files if file]


class VersionForm(forms.Form):
    """A step without content: only the version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReportForm(VersionForm):
    """Báo cáo tiến độ. Everything may stay empty in a draft; sending it is checked by the service."""

    outcome = forms.ChoiceField(
        label="Tình hình thực hiện", choices=Outcome.choices, widget=forms.RadioSelect, required=False
    )
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
    files = ManyFilesField(  # type: ignore[assignment]  # the form's own `files` is set per instance
        label="Thêm tệp minh chứng",
        required=False,
        allow_empty_file=True,  # the service says it in one voice with the other refusals
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
        help_text=f"{ALLOWED_TEXT}; tối đa 50 MB một tệp, chọn được nhiều tệp.",
    )
    evidence = forms.TypedMultipleChoiceField(label="Minh chứng đã có", coerce=UUID, required=False)

    def __init__(self, *args: Any, library: Iterable[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.library = list(library)
        self.fields["evidence"].choices = [(str(item.pk), item.original_name) for item in self.library]  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        """Return the typed content for the services."""
        data = self.cleaned_data
        return Draft(data["outcome"], data["result"], data["note"], tuple(data["evidence"]))

    def chosen(self) -> list[Evidence]:
        """Return the ticked files, for the template."""
        ticked = self._ticked()
        return [item for item in self.library if str(item.pk) in ticked]

    def others(self) -> list[Evidence]:
        """Return the unit's other files, for the template."""
        ticked = self._ticked()
        return [item for item in self.library if str(item.pk) not in ticked]

    def _ticked(self) -> set[str]:
        return {str(pk) for pk in self["evidence"].value() or ()}


def report_initial(report: ProgressReport | None) -> dict[str, Any]:
    """Return the initial values of ReportForm; version 0 means that no report exists yet."""
    if report is None:
        return {"version": 0}
    return {
        "version": report.version,
        "outcome": report.outcome,
        "result": report.result,
        "note": report.note,
        "evidence": [str(item.pk) for item in report.evidence.all()],
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


class DueDateForm(forms.Form):
    """Đặt hạn cho việc chờ chỉ đạo."""

    due_on = VietnameseDateField(label="Hạn hoàn thành")
    reason = forms.CharField(
        label="Căn cứ",
        max_length=500,
        help_text="Ví dụ: Công văn số 12/UBND-VX ngày 03/03/2026.",
    )
