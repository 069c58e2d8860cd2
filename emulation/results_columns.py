"""Finding the columns of a published result table by their titles, on one heading row or on two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from emulation.sheets import shown
from ninhgiang.points import number_in
from ninhgiang.vietnamese import clean, fold
from reform_tasks.workbook.grid import Row

HEADING_WITHIN = 15  # the heading is one of the first so many rows
_TITLES = {
    "unit_name": ("Đơn vị", "Tên đơn vị", "Cơ quan, đơn vị", "Tên cơ quan, đơn vị"),
    "block_name": ("Khối", "Khối thi đua", "Nhóm"),
    "bonus": ("Điểm cộng", "Điểm thưởng"),
    "penalty": ("Điểm trừ", "Điểm phạt"),
    "total": ("Tổng điểm", "Tổng", "Tổng số điểm", "Tổng điểm đạt được"),
    "applicable_max": ("Điểm tối đa", "Tổng điểm tối đa", "Điểm tối đa áp dụng"),
    "index": ("Chỉ số", "Chỉ số (%)", "Chỉ số CCHC", "Chỉ số cải cách hành chính"),
    "rank": ("Hạng", "Xếp hạng", "Thứ hạng", "Xếp thứ"),
    "grade": ("Xếp loại", "Mức xếp loại"),
}
# Titles that may mean something else beside a clearer one: they count only when no other column is this one.
_VAGUE_TITLES = {
    "unit_name": ("Cơ quan", "Tên cơ quan", "Xã, phường", "Tên xã, phường", "Xã, phường, đặc khu"),
    "block_name": ("Cụm", "Khối, cụm"),
    "total": ("Điểm", "Tổng số", "Tổng cộng", "Điểm đạt được"),
    "applicable_max": ("Thang điểm", "Điểm chuẩn"),
    "index": ("Giá trị chỉ số",),
    "rank": ("Vị thứ", "Thứ tự xếp hạng"),
    "grade": ("Phân loại",),
}
_COLUMNS = {fold(title): name for name, titles in _TITLES.items() for title in titles}
_VAGUE = {fold(title): name for name, titles in _VAGUE_TITLES.items() for title in titles}
_IGNORED = frozenset({"", "stt", "tt", "so tt", "ghi chu"})
_AREA = re.compile(r"lĩnh vực\s+(.+)", re.IGNORECASE)
# I, IV.2, 3, 2.1; a single letter only with a mark after it, or alone: "Y tế" is a name, "B. Thể chế" has a code.
_NUMERAL = r"(?:[IVX]{1,6}|[0-9]{1,3})(?:\.[0-9]{1,3})*|[A-ZĐ](?=\s*(?:[.:)–—-]|$))"
_CODED = re.compile(rf"({_NUMERAL})(?!\w)[\s.:)–—-]*(.*)")
_AREAS_ABOVE = frozenset(
    {
        "linh vuc",
        "cac linh vuc",
        "diem linh vuc",
        "diem cac linh vuc",
        "diem theo linh vuc",
        "diem tung linh vuc",
        "diem theo tung linh vuc",
        "diem theo cac linh vuc",
    }
)
_SUMS = frozenset({"cong", "tong", "tong cong", "tong so"})


@dataclass(slots=True)
class Heading:
    """The columns of a table: {name: column}, {column: (area code, name)}, titles not read.

    `last` is the place of the heading's last row among the rows, `width` its columns up to the last title, `cells` how
    many cells its rows have, empty ones included; `twice` holds {column: title of the column that says the same}.
    """

    last: int
    width: int
    cells: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    areas: dict[int, tuple[str, str]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    twice: dict[int, str] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """How many columns are understood."""
        return len(self.columns) + len(self.areas)

    @property
    def has_results(self) -> bool:
        """Whether any column gives points or an index."""
        return bool(self.areas) or not {"total", "index"}.isdisjoint(self.columns)


def find_heading(rows: Sequence[Row]) -> Heading | None:
    """Return the heading of a table: the first row that names the units, joined with a second one below it."""
    for place, row in enumerate(rows):
        if row.number > HEADING_WITHIN:
            return None
        titles = [shown(cell) for cell in row.cells]
        units = next((column for column, title in enumerate(titles) if _name_of(title) == "unit_name"), None)
        if units is None:
            continue
        below = rows[place + 1] if place + 1 < len(rows) else None
        if below is not None and _is_second(titles, below, units):
            return _read(_joined(titles, below), place + 1)
        return _read(titles, place)
    return None


def _area_of(title: str) -> tuple[str, str] | None:
    """Return (code, name) of a column of one area, None for another column.

    Only a numeral is a code; else the code is "" and the name the whole title: "Lĩnh vực cải cách thể chế".
    """
    area = _AREA.fullmatch(title)
    if area is None:
        return None
    coded = _CODED.fullmatch(area[1])
    if coded is None:
        return "", title
    return coded[1], clean(coded[2]) or f"Lĩnh vực {coded[1]}"


def _name_of(title: str) -> str | None:
    return _COLUMNS.get(fold(title)) or _VAGUE.get(fold(title))


def _is_known(title: str) -> bool:
    return _name_of(title) is not None or _area_of(title) is not None


def _own(row: Row, column: int) -> str:
    cell = row.cell(column)
    return "" if cell.covered else shown(cell)


def _is_second(above: Sequence[str], row: Row, units: int) -> bool:
    """A second heading row names no unit, and says of some column what it holds."""
    own = [_own(row, column) for column in range(len(row.cells))]
    unit = own[units] if units < len(own) else ""
    if unit and _name_of(unit) != "unit_name":
        return False
    return any(_is_known(title) or _code(title) for title in own) or _names_areas(above, own)


def _code(title: str) -> bool:
    """Say whether a title is an area under a common "Lĩnh vực": "I", "II. Thể chế"."""
    return re.fullmatch(r"[IVX]{1,5}(?:[.:]\s*.*)?", title) is not None


def _names_areas(above: Sequence[str], own: Sequence[str]) -> bool:
    """Say whether a row names areas under their common title: words there, and no number anywhere."""
    groups = _groups(above, len(own))
    words = [title for group, title in zip(groups, own, strict=True) if title and fold(group) in _AREAS_ABOVE]
    named = bool(words) and all(any(letter.isalpha() for letter in title) for title in words)
    return named and all(number_in(title) is None for title in own)


def _groups(above: Sequence[str], width: int) -> list[str]:
    """Return for each column the title over it: its own, or the one it lies under to the left."""
    found: list[str] = []
    for column in range(width):
        top = above[column] if column < len(above) else ""
        found.append(top or (found[-1] if found else ""))
    return found


def _joined(above: Sequence[str], row: Row) -> list[str]:
    width = max(len(above), len(row.cells))
    titles = []
    for column, group in enumerate(_groups(above, width)):
        top, own = above[column] if column < len(above) else "", _own(row, column)
        if own and fold(group) in _AREAS_ABOVE:
            titles.append(_below_areas(group, own))
        elif not own or (_is_known(top) and not _is_known(own)):
            titles.append(top)
        else:
            titles.append(own)
    return titles


def _below_areas(group: str, own: str) -> str:
    """Return the title of a column under the common title of the areas: an area, unless it says something else."""
    if fold(own) in _SUMS:
        return f"{group}: {own}"  # the areas' own sum, beside a total that counts bonus and penalty
    return own if _is_known(own) else f"Lĩnh vực {own}"


def _read(titles: Sequence[str], last: int) -> Heading:
    found = Heading(last, max((place for place, title in enumerate(titles, start=1) if title), default=0), len(titles))
    seen: dict[str, int] = {}
    for place, title in enumerate(titles):
        name, area = _COLUMNS.get(fold(title)), _area_of(title)
        key = name or (area and (area[0] or fold(title))) or ""
        if key and key in seen:
            found.twice[place] = titles[seen[key]]
        elif name:
            found.columns[name] = place
        elif area:
            found.areas[place] = area
        elif fold(title) not in _IGNORED:
            found.unused.append(title)
        if key:
            seen.setdefault(key, place)
    _number_areas(found.areas)
    _take_vague(found, titles)
    return found


def _number_areas(areas: dict[int, tuple[str, str]]) -> None:
    """Give areas without a code their number in the order of the columns, or the next that is free."""
    taken = {code for code, _ in areas.values()}
    for order, (column, (code, name)) in enumerate(areas.items(), start=1):
        if not code:
            free = next(str(number) for number in count(order) if str(number) not in taken)
            taken.add(free)
            areas[column] = (free, name)


def _take_vague(found: Heading, titles: Sequence[str]) -> None:
    for place, title in enumerate(titles):
        name = _VAGUE.get(fold(title))
        if name and name not in found.columns:
            found.columns[name] = place
            found.unused.remove(title)
