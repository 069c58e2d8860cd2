"""The numeric examples of the domain text (scoring.md) that no other test holds, by the section they stand in."""

from collections import Counter
from decimal import Decimal

import pytest

from emulation.analysis import SelfGap
from emulation.ranking import RankItem, grade, head_grade, rank
from emulation.scoring import Mark, Node, TotalRow, sample_size, score, total, tree_problems, tree_totals

LATE_HALF = {
    "options": [
        {"code": "on_time", "label": "Đúng hạn", "points": "1"},
        {"code": "late", "label": "Chậm", "points": "0.5"},
        {"code": "none", "label": "Không", "points": "0"},
    ]
}
BREACH = {
    "levels": [
        {"code": "none", "label": "Không vi phạm", "percent": "100"},
        {"code": "light", "label": "Vi phạm nhẹ", "percent": "50"},
        {"code": "serious", "label": "Vi phạm nghiêm trọng", "percent": "0"},
    ]
}
INITIATIVE = {
    "options": [
        {"code": "city", "label": "Cấp thành phố", "points": "3"},
        {"code": "commune", "label": "Cấp xã", "points": "2"},
        {"code": "none", "label": "Không", "points": "0"},
    ]
}
SATISFACTION = {
    "tiers": [
        {"lower": "95", "points": "5"},
        {"lower": "90", "points": "4"},
        {"lower": "80", "points": "2"},
        {"lower": "0", "points": "0"},
    ]
}
DISCIPLINE = {
    "steps": [
        {"code": "warning", "label": "khiển trách", "points": "1"},
        {"code": "reprimand", "label": "cảnh cáo", "points": "2"},
    ]
}
SATISFIED_CASES = {
    "variables": [
        {"code": "tat_ca", "label": "Tổng phản ánh"},
        {"code": "khong_hai_long", "label": "Không hài lòng", "part_of": "tat_ca"},
        {"code": "qua_han", "label": "Quá hạn", "part_of": "tat_ca"},
    ],
    "branches": [{"code": "a", "label": "Điểm", "formula": "toi_da * (tat_ca - khong_hai_long - qua_han) / tat_ca"}],
}
PER_FILE = {
    "options": [
        {"code": "early", "label": "Trước hạn", "points": "2"},
        {"code": "on_time", "label": "Đúng hạn", "points": "1"},
        {"code": "late", "label": "Quá hạn", "points": "0"},
    ]
}
ONE_STOP = {"yes_label": "Có bố trí", "no_label": "Không bố trí", "below_zero": "0.25"}


def at_target(percent):
    """One point from the target on, none below it."""
    return {"input": "percent", "tiers": [{"lower": percent, "points": "1"}, {"lower": "0", "points": "0"}]}


def ratio(part, whole):
    return {"numerator": part, "denominator": whole}


@pytest.mark.parametrize(
    ("where", "kind", "params", "value", "maximum", "points"),
    [
        ("1.2 Lâm Đồng on time", "tiers", at_target("98"), {"percent": "97.28"}, "1", "0.00"),
        ("1.2 Lâm Đồng digitised", "tiers", at_target("80"), {"percent": "82"}, "1", "1.00"),
        ("1.2 Lâm Đồng re-use", "tiers", at_target("50"), {"percent": "83.76"}, "1", "1.00"),
        ("1.2 Lâm Đồng online", "tiers", at_target("70"), {"percent": "51.79"}, "1", "0.00"),
        ("1.2 Lâm Đồng payment", "tiers", at_target("60"), {"percent": "78.61"}, "1", "1.00"),
        ("2.2 1.1.1", "choice", LATE_HALF, {"option": "late"}, "1", "0.50"),
        ("2.2 1.1.2", "yes_no", {}, {"option": "no"}, "1", "0.00"),
        ("2.2 1.2.1", "yes_no", {}, {"option": "yes"}, "1", "1.00"),
        (
            "2.3 satisfaction with feedback",
            "formula",
            SATISFIED_CASES,
            {"tat_ca": 200, "khong_hai_long": 6, "qua_han": 4},
            "18",
            "17.10",
        ),
        ("2.4 3.1 discipline", "deduct", DISCIPLINE, {"warning": 0, "reprimand": 0}, "3", "3.00"),
        ("2.4 3.1 discipline", "deduct", DISCIPLINE, {"warning": 1, "reprimand": 1}, "3", "0.00"),
        ("2.5 TTHC", "proportional", {}, ratio(9, 10), "10", "9.00"),
        ("2.5 satisfaction", "proportional", {}, ratio(19, 20), "12", "11.40"),
        ("2.4 3.1.1", "yes_no", {}, {"option": "yes"}, "0.5", "0.50"),
        ("2.4 3.2", "count_capped", {"per": "0.5"}, {"count": 3}, "2", "1.50"),
        ("2.4 3.2", "count_capped", {"per": "0.5"}, {"count": 4}, "2", "2.00"),
        ("2.4 2.1", "proportional", {}, ratio(8, 8), "8", "8.00"),
        ("2.4 2.1", "proportional", {}, ratio(7, 8), "8", "7.00"),
        ("2.4 3.2 ethics", "quality", BREACH, {"option": "light"}, "2", "1.00"),
        ("2.4 3.2 ethics", "quality", BREACH, {"option": "serious"}, "2", "0.00"),
        ("2.5 documents", "free", {"no_case": "full"}, {"no_case": True}, "3", "3.00"),
        ("2.5 feedback", "proportional", {"no_case": "full"}, {"no_case": True}, "2", "2.00"),
        ("2.5 one-stop", "yes_no", ONE_STOP, {"option": "no"}, "1", "-0.25"),
        ("2.7 R5", "proportional_floor", {"floor": "80"}, ratio(80, 100), "1", "0.80"),
        ("2.7 R5", "proportional_floor", {"floor": "80"}, ratio(79, 100), "1", "0.00"),
        (
            "2.7 R7 below",
            "against_target",
            {},
            {"actual": 50, "target": 100, "best_actual": 2, "best_target": 1},
            "10",
            "2.50",
        ),
        (
            "2.7 R7 equal",
            "against_target",
            {},
            {"actual": 100, "target": 100, "best_actual": 2, "best_target": 1},
            "10",
            "5.00",
        ),
        (
            "2.7 R7 above",
            "against_target",
            {},
            {"actual": 150, "target": 100, "best_actual": 2, "best_target": 1},
            "10",
            "7.50",
        ),
        (
            "2.7 R7 best",
            "against_target",
            {},
            {"actual": 200, "target": 100, "best_actual": 2, "best_target": 1},
            "10",
            "10.00",
        ),
        ("2.7 R10", "deduct_late", {"step": "0.25", "unit": "report"}, {"late": 1}, "4", "3.75"),
        ("2.7 R19", "free", {"step": "0.5"}, {"points": "1.5"}, "2", "1.50"),
        ("2.8 1.6", "choice", INITIATIVE, {"option": "city"}, "3", "3.00"),
        ("2.8 1.6", "choice", INITIATIVE, {"option": "commune"}, "3", "2.00"),
        ("2.8 1.7", "yes_no", {"no_case": "full"}, {"no_case": True}, "1", "1.00"),
        ("2.8 2.2", "deduct", {"step": "1"}, {"count": 2}, "4", "2.00"),
        ("2.8 3.1", "linear", {"floor": "90", "ceiling": "100"}, ratio(90, 100), "8", "0.00"),
        ("2.8 3.1", "linear", {"floor": "90", "ceiling": "100"}, ratio(95, 100), "8", "4.00"),
        ("2.8 3.1", "linear", {"floor": "90", "ceiling": "100"}, ratio(100, 100), "8", "8.00"),
        ("2.8 3.3", "yes_no", {}, {"option": "yes"}, "3", "3.00"),
        ("2.8 3.5", "tiers", SATISFACTION, ratio(95, 100), "5", "5.00"),
        ("2.8 3.5", "tiers", SATISFACTION, ratio(949, 1000), "5", "4.00"),
        ("2.8 3.5", "tiers", SATISFACTION, ratio(90, 100), "5", "4.00"),
        ("2.8 3.5", "tiers", SATISFACTION, ratio(899, 1000), "5", "2.00"),
        ("2.8 3.5", "tiers", SATISFACTION, ratio(80, 100), "5", "2.00"),
        ("2.8 3.5", "tiers", SATISFACTION, ratio(799, 1000), "5", "0.00"),
        ("2.8 3.6", "imported_ratio", {"of_max": "20"}, {"value": "18.4"}, "4", "3.68"),
        ("2.8 V", "deduct", DISCIPLINE, {"warning": 1, "reprimand": 0}, "4", "3.00"),
        ("2.8 V", "deduct", DISCIPLINE, {"warning": 0, "reprimand": 1}, "4", "2.00"),
        ("6 SIPAS", "converted", {"name": "SIPAS"}, {"index": "93.95"}, "10", "9.40"),
        ("6 NĐ 61", "choice", PER_FILE, {"option": "early"}, "2", "2.00"),
        ("6 NĐ 61", "choice", PER_FILE, {"option": "on_time"}, "2", "1.00"),
        ("6 NĐ 61", "choice", PER_FILE, {"option": "late"}, "2", "0.00"),
        ("6 SIPAS", "converted", {"name": "SIPAS"}, {"index": "92.26"}, "10", "9.23"),
        ("6 SIPAS", "converted", {"name": "SIPAS"}, {"index": "91.87"}, "10", "9.19"),
    ],
)
def test_points(where, kind, params, value, maximum, points):
    assert score(kind, params, value, Decimal(maximum)).points == Decimal(points), where


@pytest.mark.parametrize(
    ("points", "maximum", "index"),
    [
        ("61.46", "70", "87.80"),  # Nam Định 2020, appraised part only
        ("68.32", "84", "81.33"),  # Thanh Hóa 2023
        ("80.1", "100", "80.10"),  # 766, Quảng Nam
        ("97.685", "100", "97.69"),
        ("55.59", "79", "70.37"),  # Vĩnh Linh at 6 months 2023: 23,41 points lost
    ],
)
def test_indices(points, maximum, index):
    row = TotalRow("I", "criterion", Decimal(maximum), applicable=True, points=Decimal(points))
    assert total([row], bonus_max=Decimal(0), penalty_max=Decimal(0)).index == Decimal(index)


@pytest.mark.parametrize("survey", ["30", "35", "31.5", "36.5"])
def test_a_set_without_its_survey_is_rescaled_to_one_hundred(survey):
    rest = Decimal(100) - Decimal(survey)
    nodes = [Node("1", "", rest), Node("8", "", Decimal(survey))]
    assert tree_problems(nodes) == []
    marks = {"1": Mark(applicable=True, points=rest)}
    result = tree_totals(nodes, marks, bonus_max=Decimal(0), penalty_max=Decimal(0), skipped={"8"}).whole
    assert (result.total, result.applicable_max, result.index) == (rest, rest, Decimal(100))


def test_the_synthetic_set_has_one_hundred_points():
    areas = {"I": 20, "II": 8, "III": 25, "IV": 7, "V": 12, "VI": 8, "VII": 20}
    first = {"1.1": 1, "1.2": 4, "1.3": 5, "1.4": 4, "1.5": 2, "1.6": 3, "1.7": 1}
    third = {"3.1": 8, "3.2": 2, "3.3": 3, "3.4": 3, "3.5": 5, "3.6": 4}
    nodes = [Node(code, "", Decimal(points)) for code, points in areas.items()]
    nodes += [Node(code, "I", Decimal(points)) for code, points in first.items()]
    nodes += [Node(code, "III", Decimal(points)) for code, points in third.items()]
    assert tree_problems(nodes) == []


def test_a_criterion_of_two_parts_is_their_sum():
    nodes = [Node("1", "", Decimal(3)), Node("1.1", "1", Decimal(1)), Node("1.2", "1", Decimal(2))]
    assert tree_problems(nodes, full=None) == []
    marks = {"1.1": Mark(applicable=True, points=Decimal(1)), "1.2": Mark(applicable=True, points=Decimal(0))}
    assert tree_totals(nodes, marks, bonus_max=Decimal(0), penalty_max=Decimal(0)).nodes["1"].points == Decimal("1.00")


def test_parts_of_a_set_and_its_bonus_up_to_five():
    parts = [("I", "criterion", "36.5"), ("II", "criterion", "25"), ("", "bonus", "5"), ("", "bonus", "2")]
    rows = [TotalRow(area, kind, Decimal(most), applicable=True, points=Decimal(most)) for area, kind, most in parts]
    result = total(rows, bonus_max=Decimal(5), penalty_max=Decimal(0))
    assert (result.total, result.bonus, result.applicable_max) == (Decimal("66.50"), Decimal(5), Decimal("61.50"))


@pytest.mark.parametrize(("claimed", "given", "gap"), [("64.75", "62.62", "2.13"), ("65.17", "61.46", "3.71")])
def test_the_mean_drop_from_self_score_to_appraised_score(claimed, given, gap):
    assert SelfGap("Nam Định 2020", [Decimal(claimed) - Decimal(given)]).mean == Decimal(gap)


BANDS = {
    "Huế": [("Xuất sắc", 90), ("Tốt", 80), ("Khá", 70), ("Trung bình", 50), ("Yếu", 0)],
    "Huế 2017": [("Xuất sắc", ">90"), ("Tốt", 76), ("Khá", 0)],
    "cả nước": [("trên 80", ">80"), ("còn lại", 0)],
    "Bắc Kạn": [("Tốt", 85), ("Khá", 65), ("Trung bình", 0)],
    "Quảng Nam": [("Tốt", 90), ("Khá", 70), ("Trung bình", 0)],
    "Quảng Trị": [("Tốt", 80), ("Khá", 0)],
    "Nam Định": [("Nhóm I", 90), ("Nhóm II", 80), ("Nhóm III", 70), ("Nhóm IV", 0)],
    "Bình Thuận": [("Tốt", 80), ("Khá", 65), ("Trung bình", 0)],
    "Hải Phòng": [("Xuất sắc", 93), ("Tốt", 0)],
    "Thanh tra": [("A", 40), ("B", 30), ("C", 0)],
}


@pytest.mark.parametrize(
    ("place", "index", "name"),
    [
        ("Huế", "97.685", "Xuất sắc"),
        ("Huế", "87.187", "Tốt"),
        ("Huế", "80.696", "Tốt"),
        ("Huế", "79.455", "Khá"),
        ("Huế", "73.475", "Khá"),
        ("Huế 2017", "90", "Tốt"),
        ("Huế 2017", "90.001", "Xuất sắc"),
        ("cả nước", "88.37", "trên 80"),
        ("cả nước", "96.17", "trên 80"),
        ("cả nước", "80", "còn lại"),
        ("Bắc Kạn", "86.70", "Tốt"),
        ("Bắc Kạn", "81.99", "Khá"),
        ("Bắc Kạn", "70.06", "Khá"),
        ("Bắc Kạn", "68.01", "Khá"),
        ("Quảng Nam", "89.45", "Khá"),
        ("Quảng Nam", "96.86", "Tốt"),
        ("Quảng Trị", "82.71", "Tốt"),
        ("Nam Định", "90", "Nhóm I"),
        ("Nam Định", "89.99", "Nhóm II"),
        ("Nam Định", "80", "Nhóm II"),
        ("Nam Định", "70", "Nhóm III"),
        ("Bình Thuận", "69.37", "Khá"),
        ("Hải Phòng", "93", "Xuất sắc"),
        ("Hải Phòng", "92.99", "Tốt"),
        ("Thanh tra", "46", "A"),
    ],
)
def test_published_grades(place, index, name):
    assert grade(Decimal(index), bands_of(BANDS[place]), decimals=3).name == name


def bands_of(named):
    """Bands from (name, lower end); ">90" does not hold its own end."""
    return [
        {"code": str(n), "name": one, "lower": str(low).removeprefix(">"), "closed": not str(low).startswith(">")}
        for n, (one, low) in enumerate(named)
    ]


@pytest.mark.parametrize(
    ("place", "counts"),
    [("Khánh Hòa 2020", (29, 11, 4, 0)), ("Khánh Hòa 2021", (30, 13, 1, 0))],
)
def test_units_by_grade(place, counts):
    bands = bands_of([("Tốt", 80), ("Khá", 70), ("Trung bình", 50), ("Yếu", 0)])
    ends = (Decimal(80), Decimal(70), Decimal(50), Decimal(0))
    indices = [end + n % 10 for end, count in zip(ends, counts, strict=True) for n in range(count)]
    found = Counter(grade(index, bands).name for index in indices)
    assert (sum(found.values()), tuple(found[one["name"]] for one in bands)) == (44, counts), place


@pytest.mark.parametrize(
    ("indices", "units", "heads"),
    [
        # 2023: every district "Khá", yet 10 heads "hoàn thành xuất sắc" and 8 "tốt".
        (["89.45"] * 10 + ["82"] * 8, {"Khá": 18}, {"xuất sắc": 10, "tốt": 8}),
        # 2024: sở 14 and 6; districts 4, 9 and 5.
        (["91"] * 14 + ["84"] * 6, {"Tốt": 14, "Khá": 6}, {"xuất sắc": 14, "tốt": 6}),
        (["90"] * 4 + ["83"] * 9 + ["75"] * 5, {"Tốt": 4, "Khá": 14}, {"xuất sắc": 4, "tốt": 9, "hoàn thành": 5}),
    ],
)
def test_heads_are_graded_by_a_mapping_of_their_own(indices, units, heads):
    bands = bands_of(BANDS["Quảng Nam"])
    mapping = {"by": "index", "bands": bands_of([("xuất sắc", 85), ("tốt", 80), ("hoàn thành", 50), ("không", 0)])}
    graded = [(Decimal(index), grade(Decimal(index), bands)) for index in indices]
    assert Counter(one.name for _, one in graded) == units
    assert Counter(head_grade(index, one, mapping, bands)[0].name for index, one in graded) == heads


def places(*indices, **way):
    return [one.rank for one in rank([RankItem(n, "", f"{n}", Decimal(one)) for n, one in enumerate(indices)], **way)]


def test_published_ties():
    assert places("85.42", "85.42", "80") == [1, 1, 3]
    assert places("85.42", "85.42", "80", style="dense") == [1, 1, 2]
    assert places("83.038", "83.034", decimals=3) == [1, 2]
    assert places("83.038", "83.044", decimals=2) == [1, 1]


def test_sample_sizes():
    assert (sample_size(1000), sample_size(500)) == (286, 223)
