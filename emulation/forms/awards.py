"""Forms of award lists."""

from typing import Any, cast

from django import forms

from emulation.models import CriteriaSet
from emulation.services.awards import MAX_RANK
from ninhgiang.fields import VietnameseDateField


class AwardRuleForm(forms.Form):
    """The rule by which a list is drawn up; grades come from the criteria set of the ranking."""

    decision_on = VietnameseDateField(
        label="Ngày dự kiến ra quyết định khen thưởng",
        help_text="Tiền thưởng tính theo lương cơ sở áp dụng vào ngày này.",
    )
    max_rank = forms.IntegerField(
        label="Xét từ hạng 1 đến hạng",
        initial=1,
        min_value=1,
        max_value=MAX_RANK,
        help_text="Thứ hạng trong từng khối.",
        error_messages={
            "required": "Chưa nhập thứ hạng.",
            "invalid": "Thứ hạng phải là số nguyên, ví dụ 1.",
            "min_value": "Thứ hạng phải từ 1 trở lên.",
            "max_value": f"Thứ hạng không quá {MAX_RANK}.",
        },
    )
    min_grade_code = forms.ChoiceField(
        label="Xếp loại thấp nhất được xét",
        error_messages={"required": "Chưa chọn xếp loại.", "invalid_choice": "Bộ tiêu chí không có mức xếp loại này."},
    )

    def __init__(self, *args: Any, criteria_set: CriteriaSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(band["code"], band["name"]) for band in criteria_set.bands]
        field = cast("forms.ChoiceField", self.fields["min_grade_code"])
        field.choices = grades
        # The second grade from the top ("Tốt") is the usual threshold (emulation.md 13.3).
        field.initial = grades[min(1, len(grades) - 1)][0]


class VersionForm(forms.Form):
    """The version of the list as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, error_messages={"required": "Thiếu phiên bản."})


class ExclusionForm(VersionForm):
    """Why a candidate is taken off."""

    reason = forms.CharField(
        label="Lý do đưa ra khỏi danh sách",
        max_length=300,
        error_messages={
            "required": "Cần ghi lý do đưa ra khỏi danh sách.",
            "max_length": "Lý do không quá 300 ký tự.",
        },
    )
