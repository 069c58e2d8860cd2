"""Scoring rules in words."""

from decimal import Decimal

import pytest

from emulation.rule_words import describe
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import RuleError


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
