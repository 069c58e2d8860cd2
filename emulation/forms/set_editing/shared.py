"""What the forms of the editor have in common."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from emulation.models import Criterion
from ninhgiang.points import show

_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,6})?)\s*%?")
_HUNDRED = Decimal(100)
# The most points any column of a set holds.
MOST = Decimal(10) ** (Criterion._meta.get_field("max_points").max_digits - 2) - Decimal("0.01")


def text_field(
    label: str, most: int, *, required: bool = False, rows: int = 0, hint: str = "", missing: str = "Chưa nhập mục này."
) -> forms.CharField:
    """Return a field for text: one line, or a box of so many `rows`."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
        error_messages={"required": missing, "max_length": f"Không quá {most} ký tự."},
    )


def held(points: Decimal) -> Decimal:
    """Return points that a column can hold, or raise ValidationError."""
    if points > MOST:
        raise forms.ValidationError(f"Không quá {show(MOST)} điểm.")
    return points


class PercentField(forms.Field):
    """A share from 0 to 100 typed as "80", "62,5" or "80 %"; gives a Decimal, None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": "12"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the share; raises ValidationError in Vietnamese."""
        text = str(value or "").strip()
        if not text:
            return None
        match = _PERCENT.fullmatch(text)
        number = Decimal(match[1].replace(",", ".")) if match else None
        if number is None or number > _HUNDRED:
            raise forms.ValidationError(f"“{text[:20]}” không phải số từ 0 đến 100.")
        return number
