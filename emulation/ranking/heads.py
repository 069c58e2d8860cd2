"""The grade of a unit's head: its own mapping from the unit's index or grade, not the unit's grade (scoring.md 4.3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulation.scoring.numbers import points_text
from emulation.scoring.params import RuleError, param_choice, param_list, param_text

from .bands import Grade, grade, read_bands


def validate_head_mapping(mapping: Mapping[str, Any], bands: object) -> None:
    """Raise RuleError unless a mapping is {"by": "index", "bands": [...]} or {"by": "grade", "levels": [...]}.

    Bands are written like the units' own. Levels are [{"grade", "code", "name"}], one for each of the units' grades.
    """
    if param_choice(mapping, "by", ("index", "grade")) == "index":
        read_bands(mapping.get("bands"))
        return
    _read_levels(mapping, [band.code for band in read_bands(bands)])


def head_grade(
    index: Decimal, unit_grade: Grade, mapping: Mapping[str, Any], bands: object, decimals: int = 2
) -> tuple[Grade, str]:
    """Return (the head's grade, why, in one Vietnamese sentence) from the unit's index and its final grade.

    By index the unit's vetoes do not touch the head (they are weighed by the council); by grade they do.
    """
    validate_head_mapping(mapping, bands)
    if param_choice(mapping, "by", ("index", "grade")) == "index":
        found = grade(index, mapping["bands"], decimals)
        return found, f"Chỉ số của đơn vị {points_text(index, decimals)} % nên người đứng đầu xếp loại {found.name}."
    levels = _read_levels(mapping, [band.code for band in read_bands(bands)])
    found = levels[unit_grade.code]
    return found, f"Đơn vị xếp loại {unit_grade.name} nên người đứng đầu xếp loại {found.name}."


def _read_levels(mapping: Mapping[str, Any], codes: list[str]) -> dict[str, Grade]:
    levels: dict[str, Grade] = {}
    for item in param_list(mapping, "levels", at_least=1):
        unit_code = param_text(item, "grade")
        if unit_code not in codes:
            raise RuleError(f"Không có mức xếp loại “{unit_code}” của đơn vị.", field="levels")
        if unit_code in levels:
            raise RuleError(f"Mức xếp loại “{unit_code}” của đơn vị được nêu hai lần.", field="levels")
        levels[unit_code] = Grade(param_text(item, "code"), param_text(item, "name"), Decimal(0))
    missing = [code for code in codes if code not in levels]
    if missing:
        raise RuleError(f"Chưa nêu mức của người đứng đầu khi đơn vị xếp loại “{missing[0]}”.", field="levels")
    return levels
