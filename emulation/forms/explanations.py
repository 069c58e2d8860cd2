"""Forms of the explanation window and of unlocking."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from emulation.enums import LockPhase
from emulation.locks import UNIT_PHASES, may_be_unlocked
from emulation.models import Scorecard, ScorecardRow
from emulation.services.explanations import MAX_ANSWER, QUESTION, AnswersConflict, digest
from ninhgiang.calendar import VIETNAM, add_working_days, end_of_day, today
from ninhgiang.fields import TimeOfDayField, VietnameseDateField
from ninhgiang.vietnamese import clean, clean_lines


class QuestionForm(forms.Form):
    """What the appraiser asks of a row; empty takes the request back. `was` stands for the question on the page."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    question = forms.CharField(
        label=QUESTION,
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nêu rõ còn thiếu gì, số liệu nào chưa khớp. Để trống để bỏ yêu cầu.",
        error_messages={"max_length": "Nội dung không quá 1000 ký tự."},
    )

    def clean_question(self) -> str:
        """Tidy the text."""
        return clean_lines(self.cleaned_data["question"])


class AnswersForm(forms.Form):
    """The explanations of the flagged rows of a scorecard, each with the version it was read at.

    `was` stands for the text the page was made with: a row whose version moved on for another reason (a file was
    added) is no conflict.
    """

    def __init__(self, *args: Any, rows: list[ScorecardRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.stored: dict[int, str] = {}
        for row in rows:
            self.fields[f"answer_{row.pk}"] = forms.CharField(
                label=f"Giải trình tiêu chí {row.criterion.code}",
                required=False,
                max_length=MAX_ANSWER,
                initial=row.answer_draft,
                widget=forms.Textarea(attrs={"rows": 4}),
                error_messages={"max_length": f"Giải trình dài nhất {MAX_ANSWER} ký tự."},
            )
            self.fields[f"version_{row.pk}"] = forms.IntegerField(
                min_value=1, initial=row.version, required=False, widget=forms.HiddenInput
            )
            self.fields[f"was_{row.pk}"] = forms.CharField(
                initial=digest(row.answer_draft), required=False, widget=forms.HiddenInput
            )

    def answers(self) -> dict[int, tuple[int, str]]:
        """Return {row id: (version, text)} of a valid form; a missing version is never current."""
        data = self.cleaned_data
        found = {}
        for row in self.rows:
            same = data[f"was_{row.pk}"] == digest(row.answer_draft)
            seen = row.version if same else data[f"version_{row.pk}"] or 0
            found[row.pk] = (seen, clean_lines(data[f"answer_{row.pk}"]))
        return found

    def put_conflict(self, conflict: AnswersConflict) -> None:
        """Keep what was typed beside what a colleague stored, with the versions under which saving again is meant."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for row in ScorecardRow.objects.filter(pk__in=conflict.stored):
            name = f"answer_{row.pk}"
            self.stored[row.pk] = row.answer_draft
            self.add_error(name, "Người khác vừa sửa giải trình này. Hãy xem bản đang lưu ở dưới.")
            data[f"version_{row.pk}"], data[f"was_{row.pk}"] = str(row.version), digest(row.answer_draft)
        self.data = data

    def lines(self) -> list[dict[str, Any]]:
        """Return each row with its fields and, after a conflict, what is stored, for the page."""
        return [
            {
                "row": row,
                "answer": self[f"answer_{row.pk}"],
                "hidden": (self[f"version_{row.pk}"], self[f"was_{row.pk}"]),
                "stored": self.stored.get(row.pk),
            }
            for row in self.rows
        ]


class UnlockForm(forms.Form):
    """What is unlocked for a unit, until which day and hour, and why."""

    phase = forms.ChoiceField(label="Mở lại bước", error_messages={"required": "Chưa chọn bước."})
    row_id = forms.TypedChoiceField(
        label="Phần được mở",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Tiêu chí này không có trên phiếu."},
    )
    until = VietnameseDateField(label="Khóa lại vào ngày")
    until_time = TimeOfDayField(label="Lúc", required=False, help_text="Ví dụ 17:00; để trống là đến hết ngày.")
    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Hãy ghi lý do mở khóa.", "max_length": "Lý do không quá 500 ký tự."},
    )

    def __init__(self, *args: Any, card: Scorecard, rows: list[ScorecardRow], **kwargs: Any) -> None:
        kwargs["initial"] = {"until": add_working_days(today(), 2)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        phases = [LockPhase(one) for one in UNIT_PHASES if may_be_unlocked(card, one)]
        self.fields["phase"].choices = [(one.value, one.label) for one in phases]  # type: ignore[attr-defined]
        self.fields["row_id"].choices = [  # type: ignore[attr-defined]
            ("", "Cả phiếu"),
            *((row.pk, f"{row.criterion.code}. {row.criterion.name[:90]}") for row in rows),
        ]

    def service_data(self) -> dict[str, Any]:
        """Return what the service asks for; the moment is in Vietnam, without an hour the end of the day."""
        data = self.cleaned_data
        hour = data["until_time"]
        until = end_of_day(data["until"]) if hour is None else datetime.combine(data["until"], hour, tzinfo=VIETNAM)
        return {
            "phase": data["phase"],
            "row_id": data["row_id"],
            "until": until,
            "reason": clean(data["reason"]),
        }
