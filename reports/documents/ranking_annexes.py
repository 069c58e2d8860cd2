"""The two annexes of the ranking report. Figures of one column all show two decimals, so that they stand in line."""

from .annexes import Annex, Column
from .compiled import UNRANKED, Compiled, UnitResult
from .phrases import two_places

NOT_APPLICABLE = "–"


def ranking_annex(data: Compiled, period: str) -> Annex:
    """Return annex I: the ranking of each block, with the rule below the table."""
    columns: list[Column] = [
        {"title": "Xếp hạng", "align": "center", "width": 9},
        {"title": "Cơ quan, đơn vị", "align": "left"},
        {"title": "Tổng điểm", "align": "right", "width": 12},
        {"title": "Điểm tối đa áp dụng", "align": "right", "width": 13},
        {"title": "Chỉ số (%)", "align": "right", "width": 11},
        {"title": "Xếp loại", "align": "center", "width": 15},
    ]
    rows: list[list[str]] = []
    for block in data["blocks"]:
        rows.append([block["name"]])
        rows += [_ranking_row(entry) for entry in block["entries"]]
    return Annex(
        title=f"Bảng xếp hạng kết quả cải cách hành chính {period} theo khối",
        landscape=False,
        columns=columns,
        rows=rows,
        notes=[
            (
                "Ghi chú: Chỉ số = Tổng điểm / Điểm tối đa áp dụng x 100; điểm tối đa áp dụng không tính các tiêu chí "
                "không đánh giá đối với cơ quan, đơn vị."
            ),
            f"Quy tắc xếp hạng: {data['tie_rule']}./.",
        ],
    )


def _ranking_row(entry: UnitResult) -> list[str]:
    return [
        UNRANKED if entry["rank"] is None else str(entry["rank"]),
        entry["unit"],
        two_places(entry["total"]),
        two_places(entry["applicable_max"]),
        entry["index"].replace(".", ","),
        entry["grade"],
    ]


def area_annex(data: Compiled, period: str) -> Annex:
    """Return annex II: units x areas, on a landscape page."""
    areas = data["areas"]
    titles = [f"{area['code']}. {_short(area['name'])}" for area in areas]
    columns: list[Column] = [
        {"title": "STT", "align": "center", "width": 5},
        {"title": "Cơ quan, đơn vị", "align": "left", "width": 19},
        *(Column(title=title, align="right") for title in titles),
        {"title": "Điểm cộng", "align": "right", "width": 6.5},
        {"title": "Điểm trừ", "align": "right", "width": 6.5},
        {"title": "Tổng điểm", "align": "right", "width": 7},
    ]
    most = ["", "Điểm tối đa của bộ tiêu chí", *(two_places(area["max_points"]) for area in areas), "", "", ""]
    rows: list[list[str]] = [most]
    for block in data["blocks"]:
        rows.append([block["name"]])
        rows += [_area_row(data, entry, position) for position, entry in enumerate(block["entries"], start=1)]
    return Annex(
        title=f"Điểm cải cách hành chính {period} theo lĩnh vực",
        landscape=True,
        columns=columns,
        rows=rows,
        notes=[f"Ghi chú: “{NOT_APPLICABLE}” là lĩnh vực không đánh giá đối với cơ quan, đơn vị./."],
    )


def _short(name: str) -> str:
    """Return the name of an area for a narrow column."""
    return name.capitalize() if name == name.upper() else name


def _area_row(data: Compiled, entry: UnitResult, position: int) -> list[str]:
    cells = [entry["areas"].get(area["code"]) for area in data["areas"]]
    return [
        str(position),
        entry["unit"],
        *(NOT_APPLICABLE if points is None else two_places(points) for points in cells),
        two_places(entry["bonus"]),
        two_places(entry["penalty"]),
        two_places(entry["total"]),
    ]
