"""Forms of rounds: creating one, moving its dates, and what each step of it asks for."""

from datetime import date
from typing import Any

from django import forms

from emulation.enums import SetState
from emulation.models import CriteriaSet, Round
from emulation.queries.criteria import visible_sets
from ninhgiang.calendar import today
from ninhgiang.fields import VietnameseDateField
from ninhgiang.vietnamese import clean
from units.models import User


class SetChoiceField(forms.ModelChoiceField):
    """Chooses a criteria set; a sample says so."""

    def label_from_instance(self, obj: CriteriaSet) -> str:  # type: ignore[override]
        """Show name and year, and that a set is a sample."""
        return f"{obj.name} (năm {obj.year}{', bộ mẫu' if obj.is_sample else ''})"


def default_dates(on: date) -> dict[str, date]:
    """Return the dates proposed for a new round: the whole year, self-scoring to 10/01, appraisal to 31/01."""
    return {
        "period_start": date(on.year, 1, 1),
        "period_end": date(on.year, 12, 31),
        "self_score_until": date(on.year + 1, 1, 10),
        "appraise_until": date(on.year + 1, 1, 31),
    }


class RoundForm(forms.Form):
    """A new round."""

    name = forms.CharField(
        label="Tên đợt",
        max_length=200,
        error_messages={"required": "Chưa nhập tên đợt.", "max_length": "Tên đợt không quá 200 ký tự."},
    )
    criteria_set = SetChoiceField(
        label="Bộ tiêu chí",
        queryset=CriteriaSet.objects.none(),
        empty_label="– Chọn bộ tiêu chí –",
        error_messages={"required": "Chưa chọn bộ tiêu chí.", "invalid_choice": "Bộ tiêu chí này không dùng được."},
    )
    period_start = VietnameseDateField(label="Kỳ chấm từ ngày")
    period_end = VietnameseDateField(label="Đến hết ngày")
    self_score_until = VietnameseDateField(
        label="Hạn tự chấm", help_text="Hết ngày này (giờ Việt Nam), đơn vị không nhập thêm được."
    )
    appraise_until = VietnameseDateField(
        label="Hạn thẩm định", help_text="Để nhắc việc; thẩm định chậm vẫn nhập được và bị báo quá hạn."
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        on = today()
        initial = {"name": f"Chấm điểm cải cách hành chính năm {on.year}", **default_dates(on)}
        sets = visible_sets(user).exclude(state=SetState.DRAFT)
        initial["criteria_set"] = sets.filter(year=on.year).first() or sets.first()
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["criteria_set"].queryset = sets  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Tidy the name, so that two names that look alike are the same."""
        return clean(self.cleaned_data["name"])


class DatesForm(forms.Form):
    """New deadlines of a round, with the reason."""

    self_score_until = VietnameseDateField(label="Hạn tự chấm (hết ngày)")
    appraise_until = VietnameseDateField(label="Hạn thẩm định (hết ngày)")
    reason = forms.CharField(
        label="Lý do đổi hạn",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do đổi hạn.", "max_length": "Lý do không quá 500 ký tự."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        names = ("self_score_until", "appraise_until", "version")
        kwargs["initial"] = {name: getattr(round_, name) for name in names}
        super().__init__(*args, **kwargs)


class StepForm(forms.Form):
    """A step that asks for nothing but being sure; `version` is the round as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class CloseForm(StepForm):
    """Closing self-scoring; the reason is needed only before the deadline."""

    reason = forms.CharField(
        label="Lý do đóng sớm (bắt buộc nếu chưa hết hạn mà còn đơn vị chưa nộp)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Lý do không quá 500 ký tự."},
    )


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do.", "max_length": "Lý do không quá 500 ký tự."},
    )


class PublishForm(StepForm):
    """The leader's decision by which the ranking is published."""

    decision_number = forms.CharField(
        label="Số, ký hiệu quyết định",
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "Ví dụ: 25/QĐ-UBND"}),
        error_messages={"required": "Hãy nhập số quyết định.", "max_length": "Số quyết định không quá 40 ký tự."},
    )
    decision_on = VietnameseDateField(label="Ngày ký quyết định")

    def clean_decision_number(self) -> str:
        """Tidy the number."""
        return clean(self.cleaned_data["decision_number"])


STEP_FORMS: dict[str, type[StepForm]] = {
    "open": StepForm,
    "close_self": CloseForm,
    "rank": StepForm,
    "reopen_appraisal": ReasonForm,
    "publish": PublishForm,
}
