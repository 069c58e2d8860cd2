"""Forms of what stands beside the report: extensions, hindrances, calls. One page shows them: each has a prefix."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from ninhgiang.calendar import VIETNAM
from ninhgiang.fields import TimeOfDayField, VietnameseDateField
from reform_tasks.file_kinds import ACCEPT, ALLOWED_TEXT
from reform_tasks.models import Evidence
from reform_tasks.services import Claim, Draft

from .progress import ResultForm

_ROWS = {"rows": 2}


def _text(label: str, *, help_text: str = "", rows: int = 2) -> forms.CharField:
    """Return a text box; the services refuse an empty one in their own words."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=2000, widget=widget, help_text=help_text)


class ItemForm(forms.Form):
    """A step on one request: which, and at which version the person saw it."""

    item = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ExtensionForm(forms.Form):
    """Đề nghị gia hạn."""

    prefix = "gia-han"
    until = VietnameseDateField(label="Đề nghị gia hạn đến")
    reason = _text("Lý do")
    late_reason = _text("Vì sao đến nay mới đề nghị")

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_reason"]


class ExtensionDecisionForm(ItemForm):
    """Quyết định gia hạn."""

    prefix = "quyet-dinh"
    until = VietnameseDateField(
        label="Gia hạn đến", required=False, help_text="Để nguyên ngày đơn vị đề nghị, hoặc chọn ngày khác."
    )
    note = _text("Ý kiến của lãnh đạo", help_text="Bắt buộc khi không đồng ý.")


class HindranceForm(forms.Form):
    """Báo vướng mắc khách quan."""

    prefix = "vuong-mac"
    description = _text("Vướng mắc gì, do đâu", rows=3)
    from_on = VietnameseDateField(label="Vướng từ ngày", help_text="Nếu được xác nhận, thời hạn dừng từ ngày này.")
    help_number = forms.CharField(label="Số, ký hiệu văn bản đề nghị hỗ trợ", required=False, max_length=100)
    help_on = VietnameseDateField(label="Ngày văn bản")
    help_to = forms.CharField(label="Gửi đến", required=False, max_length=300)
    file = forms.FileField(
        label="Tệp văn bản",
        required=False,
        allow_empty_file=True,  # the service says it in one voice with the other refusals
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=f"{ALLOWED_TEXT}; tối đa 50 MB.",
    )
    evidence = forms.TypedChoiceField(
        label="Hoặc chọn từ kho của đơn vị", coerce=UUID, empty_value=None, required=False
    )

    def __init__(self, *args: Any, library: Iterable[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = [(str(item.pk), item.original_name) for item in library]
        self.fields["evidence"].choices = [("", "– Không chọn –"), *files]  # type: ignore[attr-defined]

    def claim(self) -> Claim:
        """Return the typed content for the service."""
        data = dict(self.cleaned_data)
        return Claim(upload=data.pop("file"), **data)


class HindranceReviewForm(ItemForm):
    """Thẩm định vướng mắc."""

    prefix = "tham-dinh"
    reason = _text("Ý kiến thẩm định", help_text="Bắt buộc khi không xác nhận.")


class HindranceEndForm(ItemForm):
    """Ghi nhận hết vướng mắc."""

    prefix = "het"
    ended_on = VietnameseDateField(label="Hết vướng mắc từ ngày", help_text="Từ ngày này thời hạn lại được tính.")
    note = _text("Ghi chú")


class PhoneForm(ResultForm):
    """Ghi báo cáo qua điện thoại: who called, when, and what they said."""

    prefix = "dien-thoai"
    caller = forms.CharField(label="Người gọi (họ tên, chức vụ)", required=False, max_length=120)
    called_on = VietnameseDateField(label="Ngày gọi")
    called_time = TimeOfDayField(label="Giờ gọi", error_messages={"required": "Hãy ghi giờ gọi, ví dụ 14:05."})

    def call(self) -> dict[str, Any]:
        """Return the service's arguments."""
        data = self.cleaned_data
        called_at = datetime.combine(data["called_on"], data["called_time"], tzinfo=VIETNAM)
        return {"caller": data["caller"], "called_at": called_at, "draft": Draft(**self.values())}
