"""What can be wrong with a criteria set: one problem with its place, and the limits of single texts and numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulation.scoring import decimals_of
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import is_broken

MAX_CODE, MAX_NAME = 20, 500
MAX_POINTS = Decimal("99999.99")
MAX_JSON = 30_000  # a cell of Excel holds 32,767 characters
EXTRA_CODE = "cong-tru"  # the address of bonus and penalty rows on screens, so no row may have it
_LONG_TEXTS = {"legal_basis": 300, "guidance": 2000}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a set, in Vietnamese, and where it belongs.

    `row` is the code of a row, "" for what is said of the whole set. `field` is an attribute of RowSpec or SetSpec, ""
    for no one attribute; inside it, `part` is a parameter of a rule or a key, `place` the number in a list, from 1.
    """

    message: str
    row: str = ""
    field: str = ""
    part: str = ""
    place: int = 0


class SetRefused(DomainError):
    """A set with problems was to be stored or issued; `field` is set when all of them belong to one of the heading."""

    def __init__(self, lead: str, problems: list[Problem]) -> None:
        self.problems = problems
        fields = {"" if one.row else one.field for one in problems}
        told = " ".join(one.message for one in problems)
        super().__init__(f"{lead} {told}", field=fields.pop() if len(fields) == 1 else "")


def code_problem(code: str) -> str:
    """Return why a row cannot have this code, "" when it can; codes stand in addresses, lists and tie orders."""
    if not 1 <= len(code) <= MAX_CODE:
        return f"Mã “{code}” phải có từ 1 đến {MAX_CODE} ký tự."
    if any(mark in code for mark in "/;|?#"):
        return f"Mã “{code}” không chứa các dấu / ; | ? #."
    if code.startswith("@") or code in (".", "..", EXTRA_CODE):
        return f"Mã “{code}” dành cho việc khác; hãy chọn mã khác."
    return ""


def is_points(number: Decimal) -> bool:
    """Tell whether a column of points can hold a number: 0 to 99 999,99 with at most two decimals."""
    return number.is_finite() and 0 <= number <= MAX_POINTS and decimals_of(number) <= 2


def text_problems(what: str, row: str, values: Mapping[str, Any]) -> list[Problem]:
    """Say which texts, also inside JSON, are too long or hold what no database, page or workbook can show."""
    found = []
    for name, value in values.items():
        most = (_LONG_TEXTS.get(name, 0) if row else 0) if isinstance(value, str) else MAX_JSON
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=dict)
        if most and len(text) > most:
            found.append(Problem(f"{what}: {_TEXTS[name]} dài quá {most} ký tự.", row, name))
        if any(is_broken(letter) and letter != "\n" for one in _texts_in(value) for letter in one):
            found.append(Problem(f"{what}: {_TEXTS[name]} có ký tự hỏng, không in được.", row, name))
    return found


_TEXTS = {
    "name": "tên",
    "legal_basis": "căn cứ",
    "guidance": "hướng dẫn",
    "rule_params": "tham số cách chấm",
    "bands": "mức xếp loại",
    "head_mapping": "xếp loại người đứng đầu",
    "veto_conditions": "trường hợp khống chế",
    "tie_order": "thứ tự phân định",
}


def _texts_in(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inside in value.items():
            yield str(name)
            yield from _texts_in(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from _texts_in(inside)
