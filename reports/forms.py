"""Forms of reports. Labels and messages are Vietnamese; rules live in services."""

from typing import Any, cast

from django import forms

from ninhgiang.fields import VietnameseDateField
from reports.documents import blocks
from reports.models import Document
from reports.rules.signers import signers_of


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DraftForm(forms.Form):
    """A draft as text: see reports.documents.blocks for the convention of the body."""

    title = forms.CharField(
        label="Trích yếu",
        max_length=500,
        widget=_area(2),
        error_messages={"required": "Nhập trích yếu nội dung văn bản.", "max_length": "Trích yếu dài quá 500 ký tự."},
    )
    text = forms.CharField(
        label="Nội dung", widget=_area(28), error_messages={"required": "Nội dung văn bản không được để trống."}
    )
    recipients = forms.CharField(
        label="Nơi nhận",
        help_text="Mỗi nơi nhận một dòng, kết thúc bằng dấu chấm phẩy; dòng cuối “Lưu: VT, <đơn vị soạn>.”",
        widget=_area(6),
        error_messages={"required": "Nhập nơi nhận, ít nhất là dòng “Lưu: VT, …”."},
    )
    authority = forms.CharField(
        label="Quyền hạn, chức vụ người ký",
        help_text="Mỗi dòng một dòng in trên chữ ký, ví dụ: TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH.",
        widget=_area(3),
        error_messages={"required": "Nhập quyền hạn, chức vụ người ký."},
    )
    signer = forms.ChoiceField(
        label="Người ký",
        error_messages={"required": "Chọn người ký.", "invalid_choice": "Chọn một lãnh đạo trong danh sách."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        kwargs.setdefault("initial", initial_of(document))
        super().__init__(*args, **kwargs)
        names = [one.name for one in signers_of(document.issuer)]
        if document.signer_name and document.signer_name not in names:
            names.append(document.signer_name)
        signer = cast("forms.ChoiceField", self.fields["signer"])
        signer.choices = [(name, name) for name in names]

    def values(self) -> dict[str, Any]:
        """Return the typed draft as services.edit_draft takes it."""
        data = self.cleaned_data
        return {
            "version": data["version"],
            "title": " ".join(data["title"].split()),
            "body": blocks.parse(data["text"]),
            "recipients": blocks.recipients_of(data["recipients"]),
            "authority_lines": [line.strip() for line in data["authority"].splitlines() if line.strip()],
            "signer_name": data["signer"],
        }


def initial_of(document: Document) -> dict[str, Any]:
    """Return a draft as its form shows it."""
    return {
        "title": document.title,
        "text": blocks.text_of(document.body),
        "recipients": "\n".join(f"- {line}" for line in document.recipients),
        "authority": "\n".join(document.authority_lines),
        "signer": document.signer_name,
        "version": document.version,
    }


class StepForm(forms.Form):
    """A step, with a word to who comes next."""

    note = forms.CharField(label="Ý kiến (nếu có)", required=False, max_length=1000, widget=_area(2))
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Returning needs a reason."""

    note = forms.CharField(
        label="Lý do trả lại",
        max_length=1000,
        widget=_area(3),
        error_messages={"required": "Ghi lý do trả lại để người soạn biết cần sửa gì."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class IssueForm(forms.Form):
    """Number and day; the number after the last one of the series is offered."""

    number = forms.IntegerField(
        label="Số",
        min_value=1,
        max_value=99_999,
        help_text="Số tiếp theo trong sổ của loại văn bản này được điền sẵn.",
        error_messages={
            "required": "Nhập số văn bản.",
            "invalid": "Số văn bản là một số nguyên.",
            "min_value": "Số văn bản bắt đầu từ 1.",
            "max_value": "Số văn bản quá lớn.",
        },
    )
    issued_on = VietnameseDateField(label="Ngày ban hành")
    version = forms.IntegerField(widget=forms.HiddenInput)
