"""Forms of the assignments of one task: officer, shares of credit, coordinating units."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from ninhgiang.fields import QuantityField
from reform_tasks.models import Assignment
from units.models import Unit, User

from .progress import VersionForm
from .unit_groups import UnitGroupsField


class OfficerForm(forms.Form):
    """Thủ trưởng giao công chức theo dõi; `seen` is who was named when the page was shown."""

    assignment = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    officer = forms.ChoiceField(label="Công chức theo dõi", required=False)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(person.pk): person for person in people}
        names = ((pk, f"{person.full_name}, {person.job_title}".strip(" ,")) for pk, person in self.by_id.items())
        self.fields["officer"].choices = [("", "Chưa giao ai"), *names]  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        """Return the person, None for nobody."""
        return self.by_id.get(self.cleaned_data["officer"])


class SharesForm(VersionForm):
    """Tỷ lệ thành tích của từng đơn vị, %; all empty: not stated."""

    def __init__(self, *args: Any, rows: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            label = f"{row.unit.name} ({row.get_part_display().lower()}), %"
            self.fields[f"share-{row.pk}"] = QuantityField(label=label, required=False, initial=row.share)
        self.fields["reason"] = forms.CharField(label="Căn cứ", max_length=500, required=False)

    def shares(self) -> dict[int, Decimal | None]:
        """Return what was typed, by assignment id."""
        return {row.pk: self.cleaned_data[f"share-{row.pk}"] for row in self.rows}


class CoordinatorsForm(VersionForm):
    """Đơn vị phối hợp của nhiệm vụ."""

    units = UnitGroupsField(label="Đơn vị phối hợp", required=False)
    reason = forms.CharField(
        label="Căn cứ, lý do", max_length=500, error_messages={"required": "Hãy ghi căn cứ, lý do."}
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].offer(units)  # type: ignore[attr-defined]

    def chosen(self) -> list[Unit]:
        """Return the ticked units and those of the ticked groups."""
        found: list[Unit] = self.fields["units"].units_of(self.cleaned_data["units"])  # type: ignore[attr-defined]
        return found
