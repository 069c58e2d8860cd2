"""Form of the office's days off."""

from django import forms

from ninhgiang.fields import VietnameseDateField
from units.enums import OfficeDayKind


class OfficeDayForm(forms.Form):
    """Một ngày nghỉ, nghỉ bù hoặc làm bù."""

    day = VietnameseDateField(label="Ngày")
    kind = forms.ChoiceField(label="Ngày đó", choices=OfficeDayKind.choices)
    reason = forms.CharField(
        label="Căn cứ",
        max_length=200,
        help_text="Ví dụ: Nghỉ bù Quốc khánh theo Công văn 34/UBND-VX.",
        error_messages={"required": "Hãy ghi căn cứ, ví dụ Nghỉ bù Quốc khánh theo Công văn 34/UBND-VX."},
    )
