"""Forms of criteria sets: a workbook to import, a copy for another year, the decision that issues a set."""

from django import forms

from emulation.forms.rounds import PublishForm, ReasonForm
from ninhgiang.vietnamese import clean


class SetFileForm(forms.Form):
    """The workbook of a set (docs/formats.md)."""

    file = forms.FileField(
        label="Tệp bộ tiêu chí (.xlsx)",
        help_text="Tải một bộ có sẵn về làm mẫu, sửa rồi gửi lên. Mã mới tạo dự thảo mới, mã cũ thay dự thảo.",
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
    year = forms.IntegerField(
        label="Năm",
        min_value=2000,
        max_value=2100,
        error_messages={
            "required": "Chưa nhập năm.",
            "invalid": "Năm phải là số.",
            "min_value": "Năm từ 2000 đến 2100.",
            "max_value": "Năm từ 2000 đến 2100.",
        },
    )

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])


class IssueForm(PublishForm):
    """Number and day of the decision that issues a set."""


class WithdrawForm(ReasonForm):
    """Why an issued set becomes a draft again."""
