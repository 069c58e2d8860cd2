"""Forms of the reminders."""

from django import forms

from reform_tasks.services.reminders import MAX_DAYS_BEFORE, day_words

REMINDER_TEXT = "Đề nghị đơn vị khẩn trương thực hiện và báo cáo kết quả trên hệ thống. Có vướng mắc, đề nghị nêu rõ."


class ReminderForm(forms.Form):
    """Đôn đốc: the text people read; which duties is chosen beside it."""

    text = forms.CharField(
        label="Nội dung đôn đốc",
        required=False,  # the service refuses an empty one in its own words
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Người nhận đọc được nguyên văn, kèm danh sách kỳ báo cáo của đơn vị mình.",
    )
    again = forms.BooleanField(label="Vẫn gửi cho các kỳ đã được đôn đốc trong vòng một ngày", required=False)


class ReminderSettingsForm(forms.Form):
    """Ngày nhắc hạn: numbers with commas or spaces between them."""

    days_before = forms.CharField(
        label="Nhắc trước hạn (ngày)",
        max_length=60,
        help_text=f"Các số ngày, cách nhau dấu phẩy, từ 1 đến {MAX_DAYS_BEFORE}. Ngày đến hạn luôn được nhắc.",
        error_messages={"required": "Nhập ít nhất một số ngày."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_days_before(self) -> list[int]:
        """Return the numbers; anything but small whole numbers is refused with the part not understood."""
        parts = str(self.cleaned_data["days_before"]).replace(",", " ").replace(";", " ").split()
        for part in parts:
            if not (part.isascii() and part.isdecimal() and len(part) <= 3):
                raise forms.ValidationError(f"“{part}” không phải là số ngày.")
        return [int(part) for part in parts]


def settings_initial(days: tuple[int, ...], version: int) -> dict[str, object]:
    """Return the initial values of ReminderSettingsForm."""
    return {"days_before": day_words(days), "version": version}
