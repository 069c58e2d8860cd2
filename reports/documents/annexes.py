"""Annexes (phụ lục) as data: a titled table with aligned columns, groups of rows and notes below."""

from typing import Literal, NotRequired, TypedDict

type Align = Literal["left", "center", "right"]


class Column(TypedDict):
    """A column: its heading, how its cells stand, and its share of the width in percent (0: what is left)."""

    title: str
    align: Align
    width: NotRequired[float]


class Annex(TypedDict):
    """One annex. A row of a single cell is the heading of a group and spans the table."""

    title: str
    landscape: bool
    columns: list[Column]
    rows: list[list[str]]
    notes: list[str]


_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(number: int) -> str:
    """Return a number from 1 to 39 in Roman digits."""
    text = ""
    for value, digits in _ROMAN:
        while number >= value:
            text, number = text + digits, number - value
    return text


def label(position: int, count: int) -> str:
    """Return "PHỤ LỤC", with a Roman number when there are two or more (Nghị định 30/2020, mẫu 2.1)."""
    return "PHỤ LỤC" if count == 1 else f"PHỤ LỤC {roman(position)}"
