"""The live check as pure functions: sums, bands as a picture, the weights of blocks and what applies to nobody."""

from dataclasses import replace
from decimal import Decimal

import pytest

from emulation.sample_set import SAMPLE_SET
from emulation.set_check import Band, check_set, sorted_bands, stretches_of, sums_around
from emulation.set_editing import change_row, find_row
from tests.emulation.small_sets import deep
from units.models import Block, Unit

OFFICES, SCHOOLS = (Block(pk=place, code=f"k{place}", name=f"Khối {place}", position=place) for place in (1, 2))


def unit(code, block, *traits):
    return Unit(pk=hash(code), code=code, name=code, short_name=code, block=block, traits=list(traits))


UNITS = [unit("KT", OFFICES, "procedures", "investment"), unit("TP", OFFICES), unit("TH1", SCHOOLS)]


def with_row(spec, code, **changes):
    return change_row(spec, code, replace(find_row(spec, code).row, **changes))


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("2.1.1.a1", {}, [("Dòng 2.1.1.a", "4/4 điểm"), ("Dòng 2.1.1", "10/10 điểm"), ("Dòng 2.1", "10/10 điểm"),
                          ("Lĩnh vực II", "40/40 điểm"), ("Toàn bộ", "100/100 điểm")]),
        ("2.2", {"max_points": Decimal("29.5")},
         [("Lĩnh vực II", "39,5/40 điểm, còn thiếu 0,5"), ("Toàn bộ", "100/100 điểm")]),
        ("2.2", {"added": True}, [("Lĩnh vực II", "10/40 điểm, còn thiếu 30"), ("Toàn bộ", "100/100 điểm")]),
        ("I", {"max_points": Decimal(61)},
         [("Lĩnh vực I", "60/61 điểm, còn thiếu 1"), ("Toàn bộ", "101/100 điểm, thừa 1")]),
    ],
)  # fmt: skip
def test_the_sums_a_row_has_part_in(code, changes, said):
    assert [(one.label, one.text) for one in sums_around(with_row(deep(), code, **changes), code)] == said


def test_bonus_rows_have_part_in_no_sum():
    assert sums_around(SAMPLE_SET, "C1") == []


# bands


def bands(*ends):
    """Bands named A, B, ... from texts: "80" from 80, ">80" above it."""
    return sorted_bands(
        Band(chr(65 + place), Decimal(end.lstrip(">")), not end.startswith(">")) for place, end in enumerate(ends)
    )


@pytest.mark.parametrize(
    ("ends", "texts", "wrong"),
    [
        (("90", "50", "0"), ["A từ 90 đến 100", "B từ 50 đến dưới 90", "C từ 0 đến dưới 50"], []),
        (("0", ">50"), ["B trên 50 đến 100", "A từ 0 đến 50"], []),
        (("80", ">80", "0"), ["B trên 80 đến 100", "A đúng 80", "C từ 0 đến dưới 80"], []),
        (("100", "0"), ["A đúng 100", "B từ 0 đến dưới 100"], []),
        (("80", "10"), ["A từ 80 đến 100", "B từ 10 đến dưới 80", " từ 0 đến dưới 10"],
         [(1, "Khoảng từ 0 đến dưới 10 chưa thuộc mức nào: mức thấp nhất phải từ 0.")]),
        (("80", ">0"), ["A từ 80 đến 100", "B trên 0 đến dưới 80", " đúng 0"],
         [(1, "Khoảng đúng 0 chưa thuộc mức nào: mức thấp nhất phải từ 0.")]),
        (("80", "80", "0"), ["A từ 80 đến 100", "C từ 0 đến dưới 80"],
         [(1, "“A” và “B” chồng lên nhau: cùng bắt đầu từ 80.")]),
        ((">100", "0"), ["B từ 0 đến 100"], [(0, "“A” không có chỉ số nào: không có chỉ số trên 100.")]),
        ((), [], []),
    ],
)  # fmt: skip
def test_bands_are_parts_of_0_to_100_and_gaps_and_overlaps_are_named(ends, texts, wrong):
    found, misfits = stretches_of(bands(*ends))
    assert [f"{one.name} {one.text}" for one in found] == texts
    assert [(one.place, one.message) for one in misfits] == wrong
    assert sum(one.high - one.low for one in found) in (0, 100)


def test_a_single_number_can_be_seen_in_the_picture():
    found, _ = stretches_of(bands("100", "62,5".replace(",", "."), "0"))
    assert [(one.left, one.length) for one in found] == [("200", "1"), ("125.0", "75.0"), ("0", "125.0")]


# weights


def test_the_weights_are_those_that_apply_to_each_block():
    weights = check_set(SAMPLE_SET, UNITS).weights
    assert [(one.name, one.units, one.least, one.most) for one in weights] == [
        ("Khối 1", 2, Decimal(58), Decimal(100)),
        ("Khối 2", 1, Decimal(58), Decimal(58)),
    ]
    only = with_row(SAMPLE_SET, "I", blocks=("k1",), units=())
    assert check_set(only, UNITS).weights[1].most == Decimal(38)
    named = with_row(SAMPLE_SET, "I", blocks=("k1",), units=("TH1",))
    assert check_set(named, UNITS).weights[1].most == Decimal(58)


def test_a_block_without_applicable_points_is_warned_of_though_the_set_is_whole():
    spec = deep()
    for code in ("I", "II"):
        spec = with_row(spec, code, units=("KT",))
    check = check_set(spec, UNITS)
    assert check.problems == []
    assert check.warnings == [
        "Khối 1: TP không có tiêu chí nào áp dụng (0 điểm).",
        "Khối 2: không có tiêu chí nào áp dụng (0 điểm), nên không chấm và xếp hạng được.",
    ]


def formula(text, **variable):
    return {
        "variables": [{"code": "x", "label": "Số việc"} | variable],
        "branches": [{"code": "a", "label": "Chung", "formula": text}],
    }


def test_a_formula_that_fitted_nothing_tried_is_warned_of_and_one_that_never_can_is_a_problem():
    def check(params):
        row = {"rule_kind": "formula", "rule_params": params, "source": "person"}
        return check_set(with_row(SAMPLE_SET, "1.1", **row), UNITS)

    assert check(formula("x / 100")).warnings == []
    doubtful = check(formula("x * (x - 5) - 7", decimals=0))
    told = "Dòng 1.1: đã thử nhiều số liệu mà công thức “Chung” chưa lần nào cho điểm từ 0 đến 1. Hãy xem lại "
    assert (doubtful.problems, doubtful.warnings) == ([], [f"{told}công thức."])
    never = check(formula("x + 100"))
    assert "kết quả nhỏ nhất có thể có là 100" in never.problems[0]
    assert never.warnings == []


def test_a_row_only_for_units_that_are_gone_is_warned_of():
    spec = with_row(SAMPLE_SET, "1.1", units=("CU",))
    assert check_set(spec, UNITS).warnings == [
        "Dòng 1.1 chỉ áp dụng cho đơn vị đã ngừng hoạt động nên không ai được chấm theo dòng này."
    ]
    assert check_set(with_row(spec, "1.1", units=("CU",), blocks=("k1",)), UNITS).warnings == []
    assert check_set(with_row(spec, "1.1", units=("CU", "KT")), UNITS).warnings == []
