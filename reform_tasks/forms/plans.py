"""Forms of the plan: naming lead units."""

from collections.abc import Sequence
from typing import Any

from django import forms

from units.models import Unit


class LeadUnitsForm(forms.Form):
    """Giao đơn vị chủ trì cho nhiệm vụ chưa nêu tên đơn vị."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    units = forms.MultipleChoiceField(
        label="Đơn vị chủ trì",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một đơn vị."},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {unit.code: unit for unit in units}
        self.fields["units"].choices = [(unit.code, unit.name) for unit in units]  # type: ignore[attr-defined]

    def chosen(self) -> list[Unit]:
        """Return the ticked units."""
        return [self.by_code[code] for code in self.cleaned_data["units"]]
