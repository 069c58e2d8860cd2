"""The grade of a unit's head: its own mapping from the unit's index or grade, not the unit's grade (scoring.md 4.3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulation.scoring.numbers import points_text
from emulation.scoring.params import RuleError, param_choice, param_list, param_text

from .bands import Grade, grade, read_bands, validate_bands, validate_grade

_LEVEL = ("grade", "code", "name")


def validate_head_mapping(mapping: Mapping[str, Any], bands: object) -> None:
    """Raise RuleError unless a mapping is {"by": "index", "bands": [...]} or {"by": "grade", "levels": [...]}.

    Bands are written like the units' own. Levels are [{"grade", "code", "name"}], one for each of the units' grades.
    """
    by_index = _by_index(mapping)
    unknown = sorted(set(map(str, mapping)) - {"by", "bands" if by_index else "levels"})
    if unknown:
        raise RuleError(f"Xếp loại người đứng đầu có mục lạ “{unknown[0]}”.", field=unknown[0])
    if by_index:
        validate_bands(mapping.get("bands"))
        return
    levels = _read_levels(mapping, [band.code for band in read_bands(bands)])
    for place, item in enumerate(mapping["levels"], start=1):
        validate_grade(item, levels[param_text(item, "grade")], _LEVEL, field="levels", place=place)


def _by_index(mapping: Mapping[str, Any]) -> bool:
    return param_choice(mapping, "by", ("index", "grade")) == "index"


def head_grade(
    index: Decimal, unit_grade: Grade, mapping: Mapping[str, Any], bands: object, decimals: int = 2
) -> tuple[Grade, str]:
    """Return (the head's grade, why, in one Vietnamese sentence) from the unit's index and its final grade.

    By index the unit's vetoes do not touch the head (they are weighed by the council); by grade they do.
    """
    if _by_index(mapping):
        found = grade(index, mapping.get("bands"), decimals)
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
