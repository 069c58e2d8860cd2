"""Forms of criteria sets: a new one, a workbook to import, a copy for another year, the decision that issues a set."""

from collections.abc import Iterable
from typing import Any

from django import forms

from emulation.forms.rounds import LeaderDecisionForm, ReasonForm
from emulation.forms.set_editing.heading import year_field
from emulation.models import CriteriaSet
from ninhgiang.vietnamese import clean

EMPTY_SET, SAMPLE, _COPY = "trong", "mau", "chep:"
GONE = "Bộ này không còn; hãy chọn lại."


class SetFileForm(forms.Form):
    """The workbook of a set (docs/formats.md)."""

    file = forms.FileField(
        label="Tệp bộ tiêu chí (.xlsx)",
        help_text="Tải một bộ có sẵn về làm mẫu, sửa rồi gửi lên. Mã mới tạo dự thảo mới, mã cũ thay dự thảo. "
        "Bộ còn soạn dở cũng nhận.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Chưa chọn tệp.", "empty": "Tệp trống.", "invalid": "Chưa chọn tệp."},
    )


class CopyForm(forms.Form):
    """Code, name and year of a copy."""

    code = forms.SlugField(
        label="Mã bộ mới",
        max_length=40,
        help_text="Chữ không dấu, số, gạch nối; ví dụ: cchc-2027.",
        error_messages={
            "required": "Chưa nhập mã.",
            "invalid": "Mã chỉ gồm chữ không dấu, số và gạch nối.",
            "max_length": "Mã không quá 40 ký tự.",
        },
    )
    name = forms.CharField(
        label="Tên bộ mới",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Chưa nhập tên.", "max_length": "Tên không quá 300 ký tự."},
    )
    year = year_field()

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])


class StartForm(CopyForm):
    """What a new set begins with: nothing, the sample's rows, or those of a set there is (`source_of`)."""

    start = forms.ChoiceField(label="Bắt đầu từ", error_messages={"required": "Chưa chọn.", "invalid_choice": GONE})
    field_order = ("start", "name", "year", "code")

    def __init__(self, *args: Any, sets: Iterable[CriteriaSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        copies = [(f"{_COPY}{one.code}", f"{one.name} (năm {one.year})") for one in sets]
        self.fields["start"].choices = [  # type: ignore[attr-defined]
            (EMPTY_SET, "Bộ trống: tự thêm lĩnh vực, tiêu chí"),
            (SAMPLE, "Bộ mẫu của phần mềm: có sẵn các lĩnh vực, tiêu chí để sửa lại"),
            *([("Chép từ bộ đã có", copies)] if copies else []),
        ]

    def source_of(self) -> str:
        """Return the code of the set to copy, "" for none."""
        start: str = self.cleaned_data["start"]
        return start.removeprefix(_COPY) if start.startswith(_COPY) else ""


class IssueForm(LeaderDecisionForm):
    """Number and day of the decision that issues a set."""


class WithdrawForm(ReasonForm):
    """Why an issued set becomes a draft again."""


class DeleteForm(ReasonForm):
    """Why a draft is thrown away."""
