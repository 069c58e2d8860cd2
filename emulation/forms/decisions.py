"""Forms of what is decided about results: vetoes, appeals, a new published version."""

from typing import Any

from django import forms

from emulation.appeal_rules import is_correction
from emulation.enums import VetoEffect
from emulation.forms.rounds import LeaderDecisionForm, SetChoiceField
from emulation.models import Appeal, Round, Scorecard, ScorecardRow
from emulation.queries.criteria import amending_sets
from emulation.ranking.bands import read_bands
from emulation.services.appeal_records import ON_BEHALF
from emulation.services.appeals import MAX_TEXT
from ninhgiang.fields import ScoreField, VietnameseDateField
from ninhgiang.vietnamese import clean, clean_lines


class VetoForm(forms.Form):
    """A veto on a unit's result; which further fields are needed follows from the effect."""

    effect = forms.ChoiceField(
        label="Hệ quả",
        choices=[("", "– Chọn hệ quả –"), *VetoEffect.choices],
        error_messages={"required": "Chưa chọn hệ quả."},
    )
    grade = forms.ChoiceField(label="Mức xếp loại cao nhất", required=False, help_text="Khi chọn “Xếp loại không quá”.")
    steps = forms.IntegerField(
        label="Số bậc bị hạ",
        required=False,
        min_value=1,
        max_value=10,
        help_text="Khi chọn “Hạ bậc xếp loại”.",
        error_messages={
            "invalid": "Số bậc phải là số nguyên.",
            "min_value": "Số bậc phải từ 1 trở lên.",
            "max_value": "Số bậc quá lớn.",
        },
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do.", "max_length": "Lý do không quá 300 ký tự."},
    )
    decision_number = forms.CharField(
        label="Số quyết định, văn bản làm căn cứ",
        max_length=40,
        error_messages={"required": "Hãy nhập số quyết định.", "max_length": "Số quyết định không quá 40 ký tự."},
    )
    decision_on = VietnameseDateField(label="Ngày quyết định")

    def __init__(self, *args: Any, card: Scorecard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bands = read_bands(card.round.criteria_set.bands)
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            ("", "– Chọn mức –"),
            *((band.code, band.name) for band in bands[1:]),
        ]

    def service_data(self) -> dict[str, Any]:
        """Return what the service asks for."""
        data = self.cleaned_data
        return data | {
            "steps": data["steps"] or 0,
            "reason": clean(data["reason"]),
            "decision_number": clean(data["decision_number"]),
        }


class AppealForm(forms.Form):
    """An appeal about one row or about the whole result."""

    row_id = forms.TypedChoiceField(
        label="Kiến nghị về",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Tiêu chí này không có trên phiếu."},
    )
    wanted_points = ScoreField(label="Điểm đề nghị", required=False, help_text="Khi kiến nghị về một tiêu chí.")
    text = forms.CharField(
        label="Nội dung, căn cứ",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Hãy ghi nội dung kiến nghị.",
            "max_length": f"Nội dung dài nhất {MAX_TEXT} ký tự.",
        },
    )

    def __init__(self, *args: Any, rows: list[ScorecardRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row_id"].choices = [  # type: ignore[attr-defined]
            ("", "Kết quả chung"),
            *((row.pk, f"{row.criterion.code}. {row.criterion.name[:90]}") for row in rows),
        ]

    def clean_text(self) -> str:
        """Tidy the text."""
        return clean_lines(self.cleaned_data["text"])


class RecordForm(AppealForm):
    """An appeal written down for a head; after the last day also why it is still taken."""

    source = forms.ChoiceField(
        label="Đơn vị gửi bằng cách nào",
        choices=[(one.value, one.label) for one in ON_BEHALF],
        help_text="Nội dung nghe qua điện thoại được gửi cho thủ trưởng đơn vị xác nhận.",
        error_messages={"required": "Hãy chọn cách đơn vị gửi kiến nghị."},
    )
    late_reason = forms.CharField(
        label="Lý do vẫn nhận kiến nghị sau hạn",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Hạn kiến nghị đã hết: hãy ghi lý do vẫn nhận.",
            "max_length": f"Lý do dài nhất {MAX_TEXT} ký tự.",
        },
    )

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_reason"]

    def clean_late_reason(self) -> str:
        """Tidy the text."""
        return clean_lines(self.cleaned_data["late_reason"])


class WordsForm(forms.Form):
    """One text: why something is opened again, an opinion, why a score is corrected."""

    text = forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str, missing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].error_messages |= {
            "required": missing,
            "max_length": f"Nội dung dài nhất {MAX_TEXT} ký tự.",
        }

    def clean_text(self) -> str:
        """Tidy the text."""
        return clean_lines(self.cleaned_data["text"])


class DecisionForm(forms.Form):
    """The answer to an appeal; `lower` is asked for only where accepting it would take points away."""

    answer = forms.CharField(
        label="Trả lời đơn vị",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Hãy ghi nội dung trả lời đơn vị.",
            "max_length": f"Nội dung dài nhất {MAX_TEXT} ký tự.",
        },
    )
    lower = forms.BooleanField(label="Vẫn giảm điểm", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": appeal.version}
        super().__init__(*args, **kwargs)
        if is_correction(appeal):
            self.fields["answer"].label = "Ý kiến quyết định, báo cho đơn vị"

    def clean_answer(self) -> str:
        """Tidy the text."""
        return clean_lines(self.cleaned_data["answer"])

    @property
    def asks_lower(self) -> bool:
        """Whether the box that allows a lower score is to be shown."""
        return bool(self.errors.get("lower")) or self["lower"].value() in (True, "on")


class NewVersionForm(LeaderDecisionForm):
    """The decision by which a result is published anew, why, and the amended set it is computed by, if any."""

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria_set"] = SetChoiceField(
            label="Bộ tiêu chí sửa đổi",
            queryset=amending_sets(round_),
            required=False,
            empty_label="Giữ bộ tiêu chí đang áp dụng",
            help_text="Chỉ chọn khi bộ tiêu chí được sửa sau công bố: mọi phiếu được tính lại theo bộ này.",
            error_messages={"invalid_choice": "Bộ tiêu chí này không chọn được."},
        )

    reason = forms.CharField(
        label="Lý do công bố bản mới",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do.", "max_length": "Lý do không quá 500 ký tự."},
    )
