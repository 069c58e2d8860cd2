"""Form fields that read dates and points the Vietnamese way and refuse anything with two meanings."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ninhgiang import points

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME = re.compile(r"([0-9]{1,2})(?:[:hg]([0-9]{2})|[hg])")
FIRST_YEAR, LAST_YEAR = 1900, 2199
DATE_EXAMPLE = "Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."


class VietnameseDateField(forms.DateField):
    """A day typed day first (5/11/2026, 05-11-2026) or copied in ISO form (2026-11-05); shown as 05/11/2026.

    A plain text box: a browser's own date picker shows month first on machines set to English.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": "ngày/tháng/năm", "inputmode": "numeric", "autocomplete": "off", "maxlength": "10"}
        kwargs.setdefault("widget", forms.DateInput(format="%d/%m/%Y", attrs=attrs))
        super().__init__(**kwargs)
        self.error_messages["required"] = f"Chưa nhập ngày. {DATE_EXAMPLE}"

    def to_python(self, value: Any) -> date | None:
        """Return the day, None when empty; raises ValidationError in Vietnamese with an example."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = str(value).strip()
        if not text:
            return None
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = int(match[1]), int(match[3]), int(match[4])
        elif match := _YEAR_FIRST.fullmatch(text):
            year, month, day = int(match[1]), int(match[2]), int(match[3])
        else:
            raise ValidationError(f"Không đọc được “{text[:40]}” là một ngày. {DATE_EXAMPLE}", code="invalid")
        try:
            found = date(year, month, day)
        except ValueError:
            raise ValidationError(f"Không có ngày {text} trong lịch. {DATE_EXAMPLE}", code="invalid") from None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError(f"Năm {year} không hợp lệ. {DATE_EXAMPLE}", code="invalid")
        return found


class TimeOfDayField(forms.Field):
    """A time of day typed as "14:05", "14h05" or "17h"; gives a time, or None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": "14:05", "inputmode": "text", "autocomplete": "off", "maxlength": "5"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored time as 14:05; what a person typed stays as typed."""
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def to_python(self, value: Any) -> time | None:
        """Return the time; raises ValidationError in Vietnamese with an example."""
        if value in self.empty_values or isinstance(value, time):
            return value or None
        text = str(value).strip().lower()
        if not text:
            return None
        match = _TIME.fullmatch(text)
        if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
            raise ValidationError(f"Không đọc được “{text[:10]}” là giờ. Hãy nhập như 14:05.", code="invalid")
        return time(int(match[1]), int(match[2] or 0))


class ScoreField(forms.Field):
    """Points typed as "8,5" or "8.5"; gives a Decimal, or None when empty (not yet scored is not 0).

    `max_points`: the most this criterion can give; `decimals`: how many places may be typed. A thousands mark,
    a second mark, a sign or an exponent is refused, never guessed.
    """

    def __init__(self, *, max_points: Decimal | int | None = None, decimals: int = 2, **kwargs: Any) -> None:
        self.max_points = None if max_points is None else Decimal(max_points)
        self.decimals = decimals
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": "12"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)
        self.error_messages["required"] = "Chưa nhập điểm."

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number with a comma; what a person typed stays as typed."""
        return points.show(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value

    def to_python(self, value: Any) -> Decimal | None:
        """Return the points; raises ValidationError in Vietnamese."""
        if value in self.empty_values:
            return None
        text = points.show(value) if isinstance(value, Decimal | int) else str(value).strip()
        if not text:
            return None
        if text.startswith(("-", "−", "–")):
            raise ValidationError("Điểm không được là số âm.", code="negative")
        number = points.number_in(text)
        if number is None:
            raise ValidationError(
                f"Không đọc được “{text[:20]}” là một số điểm. Hãy nhập một số, ví dụ 8,5.", code="invalid"
            )
        if len(text.replace(",", ".").partition(".")[2]) > self.decimals:
            raise ValidationError(self._too_many_decimals(text), code="decimals")
        return number

    def _too_many_decimals(self, text: str) -> str:
        if self.decimals == 0:
            return f"Ở đây chỉ nhập số nguyên; đã nhập {text}."
        return f"Chỉ nhập tối đa {self.decimals} chữ số sau dấu phẩy, không dùng dấu ngăn hàng nghìn; đã nhập {text}."

    def validate(self, value: Decimal | None) -> None:
        """Refuse an empty required field and more than `max_points`."""
        super().validate(value)
        if value is not None and self.max_points is not None and value > self.max_points:
            raise ValidationError(
                f"Điểm tối đa của tiêu chí này là {points.show(self.max_points)}; đã nhập {points.show(value)}.",
                code="max_points",
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as numbers: 8.50 in the database and "8,5" typed are the same."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


_QUANTITY = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{1,2}))?")


class QuantityField(forms.Field):
    """A quantity typed as "1250" or "8,5"; gives a Decimal of at most two places, or None when empty.

    "1.250" is refused, not guessed: it could be a thousand or one and a quarter.
    """

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": "14"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number with a comma; what a person typed stays as typed."""
        return points.show(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """Return the number; raises ValidationError in Vietnamese with an example."""
        text = "" if value is None else points.show(value) if isinstance(value, Decimal) else str(value).strip()
        if not text:
            return None
        if text.startswith(("-", "−", "–")):
            raise ValidationError("Số liệu không được là số âm.", code="negative")
        if not (match := _QUANTITY.fullmatch(text)):
            raise ValidationError(
                f"Không đọc được “{text[:20]}” là một số. Hãy nhập số không có dấu ngăn hàng nghìn, "
                "tối đa 2 chữ số sau dấu phẩy, ví dụ 1250 hoặc 8,5.",
                code="invalid",
            )
        return Decimal(f"{match[1]}.{match[2] or 0}")
