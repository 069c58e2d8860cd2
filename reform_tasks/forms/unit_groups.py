"""Choosing units: one by one, all of them, or a whole block in one step."""

from collections.abc import Sequence

from django import forms

from ninhgiang.vietnamese import lower_first
from units.models import Unit

ALL_UNITS = "*"
_BLOCK = "khoi:"


class UnitGroupsField(forms.MultipleChoiceField):
    """Units ticked one by one, or all of them, or whole blocks; the form calls `offer` with the units."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, units: Sequence[Unit]) -> None:
        """Set the choices, groups first; the units come with their blocks."""
        blocks = {unit.block.code: unit.block for unit in units if unit.block}
        ordered = sorted(blocks.values(), key=lambda block: (block.position, block.name))
        groups = [(_BLOCK + block.code, f"Cả {lower_first(block.name)}") for block in ordered]
        self.units = list(units)
        self.choices = [(ALL_UNITS, "Tất cả đơn vị"), *groups, *((unit.code, unit.name) for unit in units)]

    def units_of(self, chosen: Sequence[str]) -> list[Unit]:
        """Return the units meant, each once, in official order."""
        wanted = set(chosen)
        return [unit for unit in self.units if wanted & {ALL_UNITS, unit.code, self._block_of(unit)}]

    def _block_of(self, unit: Unit) -> str:
        return _BLOCK + unit.block.code if unit.block else unit.code
