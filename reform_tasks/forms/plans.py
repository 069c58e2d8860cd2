"""Forms of the plan: naming lead units."""

from collections.abc import Sequence
from typing import Any

from django import forms

from units.models import Unit

from .unit_groups import UnitGroupsField


class LeadUnitsForm(forms.Form):
    """Giao đơn vị chủ trì cho nhiệm vụ chưa nêu tên đơn vị."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    units = UnitGroupsField(label="Đơn vị chủ trì", error_messages={"required": "Hãy chọn ít nhất một đơn vị."})

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].offer(units)  # type: ignore[attr-defined]

    def chosen(self) -> list[Unit]:
        """Return the ticked units and those of the ticked groups."""
        found: list[Unit] = self.fields["units"].units_of(self.cleaned_data["units"])  # type: ignore[attr-defined]
        return found
