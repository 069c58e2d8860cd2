"""Finding the columns of a published result table by their titles, on one heading row or on two."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from emulation.sheets import shown
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
_AREA = re.compile(r"lĩnh vực\s+([^\s.:]{1,20})[.:]?\s*(.*)", re.IGNORECASE)
_AREAS_ABOVE = frozenset({"linh vuc", "cac linh vuc", "diem linh vuc", "diem cac linh vuc", "diem theo linh vuc"})


@dataclass(slots=True)
class Heading:
    """The columns of a table: {name: column}, {column: (area code, name)}, titles not read.

    `last` is the place of the heading's last row among the rows, `width` its columns; `twice` holds {column: title of
    the column that says the same}.
    """

    last: int
    width: int
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
        if below is not None and _is_second(below, units):
            return _read(_joined(titles, below), place + 1)
        return _read(titles, place)
    return None


def _name_of(title: str) -> str | None:
    return _COLUMNS.get(fold(title)) or _VAGUE.get(fold(title))


def _is_known(title: str) -> bool:
    return _name_of(title) is not None or _AREA.fullmatch(title) is not None


def _own(row: Row, column: int) -> str:
    cell = row.cell(column)
    return "" if cell.covered else shown(cell)


def _is_second(row: Row, units: int) -> bool:
    """A second heading row names no unit, and says of some column what it holds."""
    own = [_own(row, column) for column in range(len(row.cells))]
    unit = own[units] if units < len(own) else ""
    return (not unit or _name_of(unit) == "unit_name") and any(_is_known(title) or _code(title) for title in own)


def _code(title: str) -> bool:
    """Say whether a title is an area under a common "Lĩnh vực": "I", "II. Thể chế"."""
    return re.fullmatch(r"[IVX]{1,5}(?:[.:]\s*.*)?", title) is not None


def _joined(above: Sequence[str], row: Row) -> list[str]:
    titles, group = [], ""
    for column in range(max(len(above), len(row.cells))):
        top, own = above[column] if column < len(above) else "", _own(row, column)
        group = top or group
        if own and fold(group) in _AREAS_ABOVE:
            titles.append(own if _AREA.fullmatch(own) else f"Lĩnh vực {own}")
        elif not own or (_is_known(top) and not _is_known(own)):
            titles.append(top)
        else:
            titles.append(own)
    return titles


def _read(titles: Iterable[str], last: int) -> Heading:
    titles = list(titles)
    found = Heading(last, max((place for place, title in enumerate(titles, start=1) if title), default=0))
    for place, title in enumerate(titles):
        name, area = _COLUMNS.get(fold(title)), _AREA.fullmatch(title)
        codes = {code: column for column, (code, _) in found.areas.items()}
        same = found.columns.get(name or "", codes.get(area[1]) if area else None)
        if same is not None:
            found.twice[place] = titles[same]
        elif name:
            found.columns[name] = place
        elif area:
            found.areas[place] = (area[1], clean(area[2]) or f"Lĩnh vực {area[1]}")
        elif fold(title) not in _IGNORED:
            found.unused.append(title)
    _take_vague(found, titles)
    return found


def _take_vague(found: Heading, titles: Sequence[str]) -> None:
    for place, title in enumerate(titles):
        name = _VAGUE.get(fold(title))
        if name and name not in found.columns:
            found.columns[name] = place
            found.unused.remove(title)
