"""Scoring rules in words."""

from decimal import Decimal

import pytest

from emulation.rule_words import describe
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import RuleError

LATE = "Từ 4 điểm, trừ 0,5 điểm mỗi báo cáo chậm hoặc thiếu, 1 báo cáo chậm hoặc thiếu đầu không trừ, "
LATE += "không trừ quá 0."
TARGET = (
    "Đạt đúng chỉ tiêu tin, bài: 50 % điểm tối đa 4; dưới chỉ tiêu tính theo tỷ lệ; trên chỉ tiêu tính thêm theo "
    "tỷ lệ, đơn vị dẫn đầu được điểm tối đa."
)


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        ("yes_no", {}, "Có: 4 điểm; Không: 0 điểm."),
        ("proportional", {"noun": "hồ sơ"}, "Tỷ lệ hồ sơ nhân điểm tối đa 4."),
        (
            "proportional_floor",
            {"noun": "hồ sơ", "floor": "80", "no_case_full": True},
            "Tỷ lệ hồ sơ nhân điểm tối đa 4; tỷ lệ dưới 80 %: 0 điểm; không phát sinh: tính điểm tối đa.",
        ),
        (
            "linear",
            {"noun": "hồ sơ", "floor": "90", "ceiling": "100"},
            "Tỷ lệ hồ sơ từ 90 % trở xuống: 0 điểm; từ 100 % trở lên: 4 điểm; ở giữa tính theo tỷ lệ thẳng.",
        ),
        ("count_capped", {"per": "0.5", "noun": "tin"}, "Mỗi tin được 0,5 điểm, tối đa 4 điểm."),
        ("deduct", {"step": "0.5", "noun": "lỗi"}, "Từ 4 điểm, trừ 0,5 điểm mỗi lỗi, không trừ quá 0."),
        ("imported_ratio", {"of_max": "20", "noun": "điểm 766"}, "Điểm 766 chia 20, nhân điểm tối đa 4."),
        (
            "proportional",
            {"noun": "hồ sơ", "no_case": "zero"},
            "Tỷ lệ hồ sơ nhân điểm tối đa 4; không phát sinh: 0 điểm.",
        ),
        (
            "free",
            {"step": "0.5", "no_case": "not_applicable"},
            "Chấm trực tiếp từ 0 đến 4 điểm, mỗi bước 0,5; không phát sinh: không đánh giá, không tính vào mẫu số.",
        ),
        ("yes_no", {"below_zero": "0.25"}, "Có: 4 điểm; Không: −0,25 điểm."),
        ("deduct", {"step": "1", "below_zero": "0.25"}, "Từ 4 điểm, trừ 1 điểm mỗi lần, không trừ quá −0,25."),
        (
            "quality",
            {"levels": [{"code": "a", "label": "Tốt", "percent": 100}, {"code": "b", "label": "Đạt", "percent": 50}]},
            "Theo mức chất lượng, trên điểm tối đa 4: Tốt: 100 %; Đạt: 50 %.",
        ),
        ("deduct_late", {"step": "0.5"}, "Từ 4 điểm, trừ 0,5 điểm mỗi ngày chậm, không trừ quá 0."),
        (
            "deduct_late",
            {"step": "0.5", "unit": "report", "grace": 1},
            LATE,
        ),
        ("survey", {}, "Tỷ lệ phiếu hài lòng nhân điểm tối đa 4."),
        ("survey", {"min_answers": 286}, "Tỷ lệ phiếu hài lòng nhân điểm tối đa 4; cần ít nhất 286 phiếu."),
        ("converted", {"name": "SIPAS"}, "Chỉ số SIPAS chia 100, nhân điểm tối đa 4."),
        (
            "converted",
            {"by": "rank", "name": "766", "ranks": [{"to": 3, "points": 4}, {"points": 0}]},
            "Theo thứ hạng 766: hạng 1 đến 3: 4 điểm; từ hạng 4: 0 điểm.",
        ),
        (
            "against_target",
            {"noun": "tin, bài"},
            TARGET,
        ),
        (
            "against_target",
            {"target": "none", "noun": "sáng kiến"},
            "Số sáng kiến chia cho số của đơn vị dẫn đầu, nhân điểm tối đa 4.",
        ),
        (
            "formula",
            {
                "variables": [{"code": "x", "label": "Số A"}, {"code": "y", "label": "Số B"}],
                "branches": [{"code": "a", "label": "Một", "formula": "4*x/y"}],
            },
            "Điểm = 4 × x / y, trong đó x là số A; y là số B.",
        ),
        (
            "formula",
            {
                "variables": [{"code": "x", "label": "Số A"}],
                "branches": [
                    {"code": "a", "label": "Một", "formula": "x"},
                    {"code": "b", "label": "Hai", "formula": "x/2"},
                ],
            },
            "Chọn một cách tính: Một: x; Hai: x / 2, trong đó x là số A.",
        ),
        ("free", {"step": "0.5"}, "Chấm trực tiếp từ 0 đến 4 điểm, mỗi bước 0,5."),
    ],
)
def test_each_kind_in_words(kind, params, words):
    assert describe(kind, params, Decimal(4)) == words


def test_tiers_and_facts_in_words():
    tiers = [{"lower": "90", "closed": False, "points": "2"}, {"lower": "0", "points": "0"}]
    words = describe("tiers", {"noun": "nhiệm vụ", "tiers": tiers, "fact": "done_share"}, Decimal(2))
    assert words == (
        "Tỷ lệ nhiệm vụ: trên 90 %: 2 điểm; từ 0 % đến 90 %: 0 điểm. "
        "Số liệu: tỷ lệ nhiệm vụ đã hoàn thành, hệ thống tính từ nhiệm vụ."
    )


def test_every_row_of_the_sample_can_be_said():
    for row in SAMPLE_SET.rows():
        assert describe(row.rule_kind, row.rule_params, row.max_points).endswith(".")


def test_a_broken_rule_is_refused():
    with pytest.raises(RuleError):
        describe("linear", {}, Decimal(4))
