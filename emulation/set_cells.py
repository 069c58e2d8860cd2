"""Values of the cells of a criteria set's workbook: read strictly, every problem kept with its cell."""

import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from emulation.set_columns import CHOICES, CODES, EMPTY_CHOICE, FLAGS, LISTS, NO, NUMBERS, WHOLE, YES
from emulation.sheets import CellProblem, place_of, shown
from ninhgiang.points import number_in
from ninhgiang.vietnamese import nfc
from reform_tasks.workbook.grid import Cell, Table

MAX_NESTING = 6
AS_TEXT = "Hãy định dạng ô là Văn bản (Text) rồi ghi lại."


@dataclass(slots=True)
class CellReader:
    """Reads cells of one sheet; what is wrong is added to `problems` and an empty value of the kind returned."""

    table: Table
    problems: list[CellProblem]

    def refuse(self, cell: Cell, why: str) -> None:
        """Add what is wrong with one cell."""
        self.problems.append(CellProblem(place_of(self.table, cell), why))

    def read(self, name: str, cell: Cell, *, lines: bool = False) -> Any:
        """Return a cell's value by the kind of its field; `lines` keeps line breaks."""
        if why := _not_text(cell, is_code=name in CODES):
            self.refuse(cell, why)
            return _EMPTY.get(name, "")
        if name in CHOICES:
            return self._choice(name, cell)
        if name in FLAGS:
            return self._flag(cell)
        if name in LISTS:
            return tuple(one.strip() for one in shown(cell).split(";") if one.strip())
        if name in NUMBERS:
            return self._number(cell)
        if name in WHOLE:
            return self._whole(cell)
        if name == "rule_params":
            return (self.json_object(cell) or {}) if cell.text else {}
        return cell.text if lines else shown(cell)

    def json_object(self, cell: Cell) -> dict[str, Any] | None:
        """Return the JSON object of a cell, numbers as they were written; None when it is none."""
        why = _not_text(cell)
        try:
            found = None if why else _loads(str(cell.value))
        except _KeyTwice as twice:
            why, found = str(twice), None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.refuse(cell, why or "không đọc được; mẫu ghi trong tài liệu định dạng.")
            return None
        return found

    def _choice(self, name: str, cell: Cell) -> str:
        text = shown(cell).casefold()
        if not text and name in EMPTY_CHOICE:
            return EMPTY_CHOICE[name]
        codes = {code: code for code in CHOICES[name]} | {
            nfc(label).casefold(): code for code, label in CHOICES[name].items()
        }
        if text not in codes:
            self.refuse(cell, f"“{shown(cell)[:60]}” không phải một trong: {', '.join(CHOICES[name].values())}.")
        return codes.get(text, "")

    def _flag(self, cell: Cell) -> bool:
        text = shown(cell).casefold()
        if text not in (YES, NO, ""):
            self.refuse(cell, f"ghi “{YES}” hoặc “{NO}”.")
        return text == YES

    def _whole(self, cell: Cell) -> int:
        text = shown(cell)
        if text.isascii() and text.isdecimal() and len(text) < 6:
            return int(text)
        self.refuse(cell, f"“{text[:40]}” không phải số nguyên.")
        return 0

    def _number(self, cell: Cell) -> Decimal:
        number = number_in(shown(cell))
        if number is None:
            self.refuse(cell, f"“{shown(cell)[:40]}” không phải số từ 0 trở lên.")
            return Decimal(0)
        return number


_EMPTY: dict[str, Any] = (
    dict.fromkeys(FLAGS, False)
    | dict.fromkeys(LISTS, ())
    | dict.fromkeys(NUMBERS, Decimal(0))
    | dict.fromkeys(WHOLE, 0)
    | {"rule_params": {}}
)


def _not_text(cell: Cell, *, is_code: bool = False) -> str:
    """Return why what Excel holds in a cell is not what was typed, "" when it is."""
    if cell.is_formula:
        return "ô chứa công thức; hãy ghi giá trị."
    if cell.is_error:
        return f"ô có giá trị lỗi {cell.text}; hãy ghi lại."
    if isinstance(cell.value, bool):
        return f"ô chứa giá trị {cell.text} của Excel. {AS_TEXT}"
    if isinstance(cell.value, date | time | timedelta):
        return f"Excel đã đổi ô này thành ngày, giờ. {AS_TEXT}"
    lost = isinstance(cell.value, float) and not cell.value.is_integer() and cell.number_format in ("General", "@")
    if is_code and lost:
        return f"mã “{cell.text}” là số, có thể đã mất số 0 ở cuối. {AS_TEXT}"
    return ""


class _KeyTwice(ValueError):
    """One object states a key twice; the text is the Vietnamese reason."""


def _loads(text: str) -> Any:
    found = json.loads(nfc(text), parse_float=str, parse_constant=_no_constant, object_pairs_hook=_each_key_once)
    if _nesting(found) > MAX_NESTING:
        raise ValueError("nested too deep")
    return found


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of its pairs; JSON alone would let the last of two equal keys win in silence."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _KeyTwice(f"mục “{name[:40]}” ghi hai lần; chỉ để một.")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _nesting(value: object) -> int:
    """Return how deep lists and objects lie in each other, counted without recursion up to the limit."""
    level, inside = 0, [value]
    while inside and level <= MAX_NESTING:
        inside = [
            one
            for each in inside
            if isinstance(each, dict | list)
            for one in (each.values() if isinstance(each, dict) else each)
        ]
        level += 1
    return level
