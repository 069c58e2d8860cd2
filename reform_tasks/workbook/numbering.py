"""Numbers that Word writes itself: "1.", "II.", counted as Word counts them from numbering.xml."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass
class Numbering:
    """The lists of a document with their running counts."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)  # (list id, level)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Element | None) -> "Numbering":
        """Return the lists of numbering.xml; an empty one without it."""
        if root is None:
            return cls()
        shapes = {shape.get(f"{W}abstractNumId", ""): shape for shape in root.iter(f"{W}abstractNum")}
        found = cls()
        for number in root.iter(f"{W}num"):
            link = number.find(f"{W}abstractNumId")
            shape = shapes.get(link.get(f"{W}val", "")) if link is not None else None
            for level in shape.iter(f"{W}lvl") if shape is not None else ():
                found.levels[number.get(f"{W}numId", ""), whole(level.get(f"{W}ilvl"))] = _Level(
                    _value(level, "numFmt") or "decimal", _value(level, "lvlText"), whole(_value(level, "start"), 1)
                )
        return found

    def label(self, paragraph: Element) -> str:
        """Return the number Word shows before a paragraph and count it; "" when it has none or a bullet."""
        mark = paragraph.find(f"{W}pPr/{W}numPr")
        if mark is None:
            return ""
        list_id, level = _value(mark, "numId"), whole(_value(mark, "ilvl"))
        shape = self.levels.get((list_id, level))
        if shape is None or shape.form in {"bullet", "none"}:
            return ""
        key = (list_id, level)
        self.counts[key] = self.counts.get(key, shape.start - 1) + 1
        for deeper in range(level + 1, 9):
            self.counts.pop((list_id, deeper), None)
        text = shape.text or f"%{level + 1}"
        for upper in range(level + 1):
            one = self.levels.get((list_id, upper), shape)
            text = text.replace(f"%{upper + 1}", _written(self.counts.get((list_id, upper), one.start), one.form))
        return text


def _value(parent: Element, name: str) -> str:
    child = parent.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val", "")


def whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


def _written(number: int, form: str) -> str:
    if form.endswith("Roman") and 0 < number < 50:
        roman, rest = "", number
        for value, letters in _ROMAN:
            while rest >= value:
                roman, rest = roman + letters, rest - value
        return roman if form == "upperRoman" else roman.lower()
    if form.endswith("Letter") and 0 < number <= 26:
        return chr((64 if form == "upperLetter" else 96) + number)
    return str(number)
