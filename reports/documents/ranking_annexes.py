"""The annexes of the ranking report. Points of one column show two decimals, the index those its criteria set states.

Parts that lift or lower a total (bonus, penalty, handing in late, the floor at 0) stand in columns of their own, so
that the parts of a line add up to its total as printed.
"""

from collections.abc import Sequence

from .annexes import Annex, Column
from .compiled import UNRANKED, Compiled, UnitResult, all_entries, extra_parts
from .phrases import lowered_words, two_places

NOT_APPLICABLE = "–"
_HEADS: dict[str, Column] = {
    "bonus": {"title": "Điểm cộng", "align": "right", "width": 6.5},
    "penalty": {"title": "Điểm trừ", "align": "right", "width": 6.5},
    "late": {"title": "Trừ nộp chậm", "align": "right", "width": 6.5},
    "lifted": {"title": "Bù về 0", "align": "right", "width": 6.5},
}


def ranking_annexes(data: Compiled, period: str) -> list[Annex]:
    """Return annex I the ranking, II the points by area, III how each total and rank came about."""
    return [ranking_annex(data, period), area_annex(data, period), reason_annex(data, period)]


def ranking_annex(data: Compiled, period: str) -> Annex:
    """Return annex I: the ranking of each block, with rules, grades and vetoes below the table."""
    tight = 2 if data["has_heads"] else 0  # one column more: the names of units keep their room
    columns: list[Column] = [
        {"title": "Xếp hạng", "align": "center", "width": 9},
        {"title": "Cơ quan, đơn vị", "align": "left"},
        {"title": "Tổng điểm", "align": "right", "width": 12 - tight},
        {"title": "Điểm tối đa áp dụng", "align": "right", "width": 13 - tight},
        {"title": "Chỉ số (%)", "align": "right", "width": 11},
        {"title": "Xếp loại", "align": "center", "width": 15 - tight},
    ]
    if data["has_heads"]:
        columns.append({"title": "Người đứng đầu", "align": "center", "width": 17})
    marks = veto_marks(data)
    rows: list[list[str]] = []
    for block in data["blocks"]:
        rows.append([block["name"]])
        rows += [_ranking_row(entry, marks, has_heads=data["has_heads"]) for entry in block["entries"]]
    notes = [
        (
            "Ghi chú: Chỉ số = Tổng điểm / Điểm tối đa áp dụng x 100; điểm tối đa áp dụng không tính các "
            "tiêu chí không đánh giá đối với cơ quan, đơn vị."
        ),
        *_skipped(data),
        f"Xếp loại theo chỉ số (%): {data['band_rule']}",
        f"Quy tắc xếp hạng: {data['tie_rule']}.",
        *(f"{marks[one['unit']]} {one['unit']}: {veto_words(one)}" for one in all_entries(data) if one["veto"]),
    ]
    return Annex(
        title=f"Bảng xếp hạng cải cách hành chính {period} theo khối",
        landscape=False,
        columns=columns,
        rows=rows,
        notes=[*notes[:-1], _last(notes[-1])],
    )


def veto_marks(data: Compiled) -> dict[str, str]:
    """Return {unit: mark} of the units a veto touched, in printed order; the mark leads to the note."""
    touched = [entry["unit"] for entry in all_entries(data) if entry["veto"]]
    return {unit: f"({position})" for position, unit in enumerate(touched, start=1)}


def veto_words(entry: UnitResult) -> str:
    """Return the veto on a unit: the first grade, what it does, the reason and the number of the decision."""
    return lowered_words(entry["veto"])


def _skipped(data: Compiled) -> list[str]:
    areas = data["skipped_areas"]
    return [f"Không tính lĩnh vực {', '.join(areas)} đối với mọi cơ quan, đơn vị."] if areas else []


def _last(note: str) -> str:
    """Return the last line of an annex with the mark that ends a paper."""
    return f"{note.rstrip('.')}./."


def _ranking_row(entry: UnitResult, marks: dict[str, str], *, has_heads: bool) -> list[str]:
    mark = marks.get(entry["unit"])
    return [
        UNRANKED if entry["rank"] is None else str(entry["rank"]),
        entry["unit"],
        two_places(entry["total"]),
        two_places(entry["applicable_max"]),
        entry["index"].replace(".", ","),
        f"{entry['grade']} {mark}" if mark else entry["grade"],
        *([entry["head_grade"]] if has_heads else []),
    ]


def area_annex(data: Compiled, period: str) -> Annex:
    """Return annex II: units x areas, on a landscape page."""
    areas, extras = data["areas"], extra_parts(data)
    titles = [f"{area['code']}. {_short(area['name'])}" for area in areas]
    columns: list[Column] = [
        {"title": "STT", "align": "center", "width": 5},
        {"title": "Cơ quan, đơn vị", "align": "left", "width": 19},
        *(Column(title=title, align="right") for title in titles),
        *(_HEADS[name] for name in extras),
        {"title": "Tổng điểm", "align": "right", "width": 7},
    ]
    most = ["", "Điểm tối đa của bộ tiêu chí", *(two_places(area["max_points"]) for area in areas)]
    rows: list[list[str]] = [[*most, *[""] * (len(extras) + 1)]]
    for block in data["blocks"]:
        rows.append([block["name"]])
        rows += [_area_row(data, entry, position, extras) for position, entry in enumerate(block["entries"], start=1)]
    notes = [
        f"Ghi chú: “{NOT_APPLICABLE}” là lĩnh vực không đánh giá đối với cơ quan, đơn vị.",
        *_skipped(data),
        *(["“Bù về 0”: phần cộng thêm để tổng điểm không dưới 0."] if "lifted" in extras else []),
    ]
    return Annex(
        title=f"Điểm cải cách hành chính {period} theo lĩnh vực",
        landscape=True,
        columns=columns,
        rows=rows,
        notes=[*notes[:-1], _last(notes[-1])],
    )


def _short(name: str) -> str:
    """Return the name of an area for a narrow column."""
    return name.capitalize() if name == name.upper() else name


def _area_row(data: Compiled, entry: UnitResult, position: int, extras: Sequence[str]) -> list[str]:
    cells = [entry["areas"].get(area["code"]) for area in data["areas"]]
    return [
        str(position),
        entry["unit"],
        *(NOT_APPLICABLE if points is None else two_places(points) for points in cells),
        *(two_places(entry[name]) for name in extras),  # type: ignore[literal-required]
        two_places(entry["total"]),
    ]


def reason_annex(data: Compiled, period: str) -> Annex:
    """Return annex III: the sum of each unit and why it stands where it stands, as the ranking itself explains it."""
    columns: list[Column] = [
        {"title": "STT", "align": "center", "width": 5},
        {"title": "Cơ quan, đơn vị", "align": "left", "width": 21},
        {"title": "Tổng điểm", "align": "left", "width": 32},
        {"title": "Chỉ số, thứ hạng, xếp loại", "align": "left"},
    ]
    rows: list[list[str]] = []
    for block in data["blocks"]:
        rows.append([block["name"]])
        rows += [
            [str(position), entry["unit"], entry["sum_words"], reasons(entry)]
            for position, entry in enumerate(block["entries"], start=1)
        ]
    return Annex(
        title=f"Giải thích kết quả xếp hạng {period}",
        landscape=True,
        columns=columns,
        rows=rows,
        notes=["Ghi chú: điểm từng lĩnh vực như tại Phụ lục II; quy tắc xếp hạng, xếp loại tại Phụ lục I./."],
    )


def reasons(entry: UnitResult) -> str:
    """Return why a unit has its rank, its grade after a veto and its head's grade; each sentence once."""
    told = [entry["explanation"], entry["veto"], entry["head_explanation"]]
    return " ".join(lowered_words(text) for text in dict.fromkeys(told) if text)
