"""Forms of rounds: creating one, moving its dates, and what each step of it asks for."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from emulation.enums import NodeKind, RoundKind, SetState
from emulation.models import CriteriaSet, Criterion, Round
from emulation.queries.criteria import visible_sets
from emulation.round_dates import DATE_LABELS, movable_dates, proposed_dates
from ninhgiang.calendar import quarter_name, quarter_of, today
from ninhgiang.fields import VietnameseDateField
from ninhgiang.vietnamese import clean
from units.models import User


class SetChoiceField(forms.ModelChoiceField):
    """Chooses a criteria set; a sample says so."""

    def label_from_instance(self, obj: CriteriaSet) -> str:  # type: ignore[override]
        """Show name and year, and that a set is a sample."""
        return f"{obj.name} (năm {obj.year}{', bộ mẫu' if obj.is_sample else ''})"


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
    kind = forms.ChoiceField(label="Loại đợt", choices=RoundKind, error_messages={"required": "Chưa chọn loại đợt."})
    practice = forms.BooleanField(
        label="Chấm thử",
        required=False,
        help_text="Để tập dùng: kết quả không dùng vào việc nào. Bộ tiêu chí vẫn khóa; cần sửa thì chép bộ mới.",
    )
    period_start = VietnameseDateField(label="Kỳ chấm từ ngày")
    period_end = VietnameseDateField(label="Đến hết ngày")
    self_score_from = VietnameseDateField(
        label="Cho tự chấm từ ngày", required=False, help_text="Để trống: ngay khi mở đợt."
    )
    self_score_until = VietnameseDateField(
        label="Hạn tự chấm", help_text="Hết ngày này (giờ Việt Nam), đơn vị không nhập thêm được."
    )
    appraise_until = VietnameseDateField(
        label="Hạn thẩm định lần 1", help_text="Để nhắc việc; thẩm định chậm vẫn nhập được và bị báo quá hạn."
    )
    explain_until = VietnameseDateField(
        label="Hạn giải trình", help_text="Hết ngày này đơn vị không giải trình thêm được."
    )
    reappraise_until = VietnameseDateField(
        label="Hạn thẩm định lần 2", help_text="Chỉ khi có tiêu chí phải giải trình."
    )
    skipped_areas = forms.MultipleChoiceField(
        label="Lĩnh vực không tính trong đợt này",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ví dụ năm không điều tra xã hội học; chỉ số quy đổi theo phần còn lại cho mọi đơn vị.",
        error_messages={"invalid_choice": "Không có lĩnh vực này."},
    )
    sample_percent = forms.IntegerField(
        label="Tỷ lệ dòng thẩm định độc lập lần hai (%)",
        required=False,
        min_value=0,
        max_value=100,
        error_messages={
            "invalid": "Tỷ lệ phải là số nguyên từ 0 đến 100.",
            "min_value": "Tỷ lệ phải từ 0 đến 100.",
            "max_value": "Tỷ lệ phải từ 0 đến 100.",
        },
    )

    def __init__(self, *args: Any, user: User, kind: str = RoundKind.YEARLY, **kwargs: Any) -> None:
        on = today()
        sets = visible_sets(user).exclude(state=SetState.DRAFT)
        kwargs["initial"] = {
            "name": proposed_name(RoundKind(kind), on),
            "kind": kind,
            "criteria_set": sets.filter(year=on.year).first() or sets.first(),
            **asdict(proposed_dates(RoundKind(kind), on)),
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["criteria_set"].queryset = sets  # type: ignore[attr-defined]
        areas = Criterion.objects.filter(criteria_set__in=sets, kind=NodeKind.AREA).order_by("position")
        choices = {area.code: f"{area.code}. {area.name}" for area in areas}
        self.fields["skipped_areas"].choices = list(choices.items())  # type: ignore[attr-defined]

    def clean_sample_percent(self) -> int:
        """Return 0 for an empty share."""
        return self.cleaned_data["sample_percent"] or 0

    def clean_name(self) -> str:
        """Tidy the name, so that two names that look alike are the same; nothing visible is no name."""
        name = clean(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name


class RoundEditForm(RoundForm):
    """A round in preparation, with the version it was read at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        names = ("name", "kind", "criteria_set", "practice", "skipped_areas", "sample_percent", "version")
        periods = ("period_start", "period_end", *DATE_LABELS)
        kwargs["initial"] = {name: getattr(round_, name) for name in (*names, *periods)}
        super().__init__(*args, **kwargs)


class DatesForm(forms.Form):
    """New dates of a round, with the reason; only those that can still be moved. `fixed` are the others."""

    self_score_from = VietnameseDateField(label="Cho tự chấm từ ngày", required=False)
    self_score_until = VietnameseDateField(label="Hạn tự chấm (hết ngày)")
    appraise_until = VietnameseDateField(label="Hạn thẩm định lần 1 (hết ngày)")
    explain_until = VietnameseDateField(label="Hạn giải trình (hết ngày)", required=False)
    reappraise_until = VietnameseDateField(label="Hạn thẩm định lần 2 (hết ngày)", required=False)
    reason = forms.CharField(
        label="Lý do đổi hạn",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do đổi hạn.", "max_length": "Lý do không quá 500 ký tự."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(round_, name) for name in (*DATE_LABELS, "version")}
        super().__init__(*args, **kwargs)
        movable = movable_dates(round_.state, round_.self_score_from, today())
        others = [(label, getattr(round_, name)) for name, label in DATE_LABELS.items() if name not in movable]
        self.fixed = [(label, day) for label, day in others if day is not None]
        for name in DATE_LABELS:
            if name not in movable:
                del self.fields[name]


def made_current(form: forms.Form, version: int) -> QueryDict:
    """Return what was typed into a form, to be shown again with the version it would now be saved over."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    return data


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


class LeaderDecisionForm(StepForm):
    """The number and day of the leader's decision."""

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


class PublishForm(LeaderDecisionForm):
    """The leader's decision by which the ranking is published, and from when units may appeal."""

    appeals_from = VietnameseDateField(
        label="Nhận kiến nghị từ ngày",
        required=False,
        help_text="Để trống: ngay khi công bố. Chọn ngày sau thì đơn vị đọc kỹ kết quả trước khi kiến nghị.",
    )


def proposed_name(kind: RoundKind, on: date) -> str:
    """Return the name proposed for a new round: "Chấm điểm cải cách hành chính quý IV năm 2026"."""
    words = {
        RoundKind.MONTHLY: f"tháng {on.month} năm {on.year}",
        RoundKind.QUARTERLY: quarter_name(on.year, quarter_of(on)).replace("Quý", "quý"),
        RoundKind.HALF_YEAR: f"6 tháng {'đầu' if on.month <= 6 else 'cuối'} năm {on.year}",
        RoundKind.THEMATIC: f"theo chuyên đề năm {on.year}",
    }
    return f"Chấm điểm cải cách hành chính {words.get(kind, f'năm {on.year}')}"


STEP_FORMS: dict[str, type[StepForm]] = {
    "open": StepForm,
    "close_self": CloseForm,
    "ask_explanation": StepForm,
    "close_explanation": CloseForm,
    "rank": StepForm,
    "reopen_appraisal": ReasonForm,
    "reopen_reappraisal": ReasonForm,
    "publish": PublishForm,
}
