"""Form of results published elsewhere: the file, what publication it is, and the bands it is computed again by."""

from datetime import date
from typing import Any

from django import forms

from emulation.enums import SetState
from emulation.forms.rounds import SetChoiceField
from emulation.models import CriteriaSet
from emulation.queries.criteria import visible_sets
from emulation.services import history as services
from ninhgiang.errors import DomainError
from ninhgiang.fields import VietnameseDateField
from ninhgiang.vietnamese import clean
from units.models import User

SCOPES = (("block", "Trong từng khối"), ("overall", "Chung các khối"))


class PastResultsForm(forms.Form):
    """What is said of a publication; `heading` gives it to the service."""

    file = forms.FileField(
        label="Tệp kết quả (.xlsx hoặc .csv)",
        help_text="Dòng tiêu đề có cột “Đơn vị” và ít nhất một cột: Tổng điểm, Chỉ số, Lĩnh vực…",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Chưa chọn tệp.", "empty": "Tệp trống.", "invalid": "Chưa chọn tệp."},
    )
    name = forms.CharField(
        label="Tên kết quả",
        max_length=300,
        help_text="Ví dụ: Chỉ số cải cách hành chính cấp xã năm 2025.",
        error_messages={"required": "Chưa nhập tên.", "max_length": "Tên không quá 300 ký tự."},
    )
    code = forms.SlugField(
        label="Mã",
        max_length=40,
        help_text="Chữ không dấu, số, gạch nối; ví dụ: cchc-2025. Mã đã có thì kết quả cũ được thay.",
        error_messages={
            "required": "Chưa nhập mã.",
            "invalid": "Mã chỉ gồm chữ không dấu, số và gạch nối.",
            "max_length": "Mã không quá 40 ký tự.",
        },
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
    publisher = forms.CharField(
        label="Cơ quan công bố",
        max_length=200,
        required=False,
        error_messages={"max_length": "Tên cơ quan không quá 200 ký tự."},
    )
    decision_number = forms.CharField(
        label="Số, ký hiệu quyết định công bố",
        max_length=40,
        required=False,
        error_messages={"max_length": "Số, ký hiệu không quá 40 ký tự."},
    )
    decision_on = VietnameseDateField(label="Ngày quyết định", required=False)
    bands_of = SetChoiceField(
        label="Tính lại theo bộ tiêu chí",
        queryset=CriteriaSet.objects.none(),
        empty_label=None,
        help_text="Mức xếp loại, cách đếm hạng và số lẻ lấy ở bộ này.",
        error_messages={"required": "Chưa chọn bộ tiêu chí.", "invalid_choice": "Bộ tiêu chí này không dùng được."},
    )
    rank_scope = forms.ChoiceField(
        label="Hạng đã công bố là hạng",
        choices=SCOPES,
        error_messages={"required": "Chưa chọn.", "invalid_choice": "Chưa chọn."},
    )

    def __init__(self, *args: Any, user: User, confirming: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = visible_sets(user).exclude(state=SetState.DRAFT).order_by("-year", "code")
        self.fields["bands_of"].queryset = sets  # type: ignore[attr-defined]
        if confirming:  # the table comes signed from the preview
            del self.fields["file"]

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])

    def clean_publisher(self) -> str:
        """Tidy the publisher."""
        return clean(self.cleaned_data["publisher"])

    def clean_decision_number(self) -> str:
        """Return the number in its one form."""
        try:
            return services.read_decision_number(self.cleaned_data["decision_number"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from None

    def clean_decision_on(self) -> date | None:
        """Refuse a day to come."""
        day: date | None = self.cleaned_data["decision_on"]
        try:
            services.check_decision_on(day)
        except DomainError as error:
            raise forms.ValidationError(error.message) from None
        return day


class RemoveForm(forms.Form):
    """Why an imported publication is removed."""

    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do.", "max_length": "Lý do không quá 500 ký tự."},
    )
