"""Wrong parameters are refused: every message, and the parameter it names."""

import pytest

from emulation.scoring import RuleError, validate_rule
from tests.emulation.scoring.kit import FOUR, LEVELS, OPTIONS, STEPS, TIERS

CLOSED = "Tham số “closed” chỉ nhận đúng hoặc sai."
END = "hãy ghi rõ cận nào đóng, cận nào mở."


@pytest.mark.parametrize(
    ("kind", "params", "field", "message"),
    [
        ("dice", {}, "rule_kind", "Không có cách chấm “dice”."),
        ("free", [], "rule_params", "Tham số của cách chấm phải là một đối tượng."),
        ("free", {"b": 1, "a": 1}, "a", "Không có tham số “a” trong cách chấm “free”."),
        ("free", {"no_case_full": "yes"}, "no_case_full", "Tham số “no_case_full” chỉ nhận đúng hoặc sai."),
        (
            "free",
            {"no_case_full": True, "no_case": "full"},
            "no_case",
            "Chỉ nêu một trong hai tham số “no_case” và “no_case_full”.",
        ),
        (
            "free",
            {"no_case": "maybe"},
            "no_case",
            "Tham số “no_case” chỉ nhận một trong các giá trị: “full”, “zero”, “not_applicable”.",
        ),
        ("free", {"step": "0"}, "step", "Tham số “step” phải lớn hơn 0."),
        ("free", {"step": "-1"}, "step", "Tham số “step” phải là một số không âm."),
        ("free", {"step": "0.125"}, "step", "Bước điểm chỉ được có tối đa 2 chữ số thập phân."),
        ("free", {"step": "0.3"}, "step", "Điểm tối đa 4 không chia hết cho bước 0,3."),
        ("free", {"step": "1000000000000"}, "step", "Tham số “step” phải là một số không âm."),
        (
            "yes_no",
            {"below_zero": "4.01"},
            "below_zero",
            "Mức trừ thêm dưới 0 phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        (
            "yes_no",
            {"below_zero": "0.125"},
            "below_zero",
            "Mức trừ thêm dưới 0 phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        ("yes_no", {"yes_label": 1}, "yes_label", "Tham số “yes_label” phải là chữ, không quá 160 ký tự."),
        ("yes_no", {"no_label": " "}, "no_label", "Tham số “no_label” phải là chữ, không quá 160 ký tự."),
        ("choice", {}, "options", "Tham số “options” phải là một danh sách."),
        ("choice", {"options": ["a", "b"]}, "options", "Tham số “options” phải là một danh sách."),
        ("choice", {"options": OPTIONS[:1]}, "options", "Danh sách “options” phải có ít nhất 2 mục."),
        ("choice", {"options": [OPTIONS[0]] * 2}, "options", "Mã lựa chọn “a” bị trùng."),
        (
            "choice",
            {"options": [OPTIONS[1], OPTIONS[1] | {"code": "c"}]},
            "options",
            "Lựa chọn cao nhất phải đạt điểm tối đa 4.",
        ),
        (
            "choice",
            {"options": [*OPTIONS, {"code": "c", "label": "C", "points": "-0.01"}]},
            "options",
            "Điểm của lựa chọn “C” phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        (
            "choice",
            {"options": [*OPTIONS, {"code": "c", "label": "C", "points": "-2"}], "below_zero": 1},
            "options",
            "Điểm của lựa chọn “C” phải từ −1 đến 4, tối đa 2 chữ số thập phân.",
        ),
        (
            "choice",
            {"options": [*OPTIONS, {"code": "c", "label": "C", "points": "1.005"}]},
            "options",
            "Điểm của lựa chọn “C” phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        (
            "choice",
            {"options": [*OPTIONS, {"code": "c", "label": "C"}]},
            "options",
            "Điểm của lựa chọn “C” phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        ("quality", {"levels": [LEVELS[0]] * 2}, "levels", "Mã mức chất lượng “a” bị trùng."),
        ("quality", {"levels": LEVELS[1:]}, "levels", "Mức chất lượng cao nhất phải đạt 100 % điểm tối đa."),
        ("quality", {"levels": LEVELS[:1]}, "levels", "Danh sách “levels” phải có ít nhất 2 mục."),
        ("count_capped", {}, "per", "Tham số “per” phải là một số không âm."),
        ("count_capped", {"per": 0}, "per", "Tham số “per” phải lớn hơn 0."),
        ("deduct", {}, "step", "Cần đúng một trong hai tham số “step” và “steps”."),
        ("deduct", {"step": 1, "steps": STEPS}, "step", "Cần đúng một trong hai tham số “step” và “steps”."),
        ("deduct", {"step": 0}, "step", "Tham số “step” phải lớn hơn 0."),
        ("deduct", {"steps": []}, "steps", "Danh sách “steps” phải có ít nhất 1 mục."),
        ("deduct", {"steps": [STEPS[0]] * 2}, "steps", "Mã các mức trừ bị trùng."),
        ("deduct", {"steps": [STEPS[0] | {"code": "no_case"}]}, "steps", "Mã các mức trừ bị trùng."),
        ("deduct", {"steps": [STEPS[0] | {"points": 0}]}, "steps", "Mức trừ phải lớn hơn 0."),
        ("deduct", {"steps": STEPS, "noun": "x"}, "noun", "Mỗi mức trừ có tên riêng nên không dùng tham số “noun”."),
        (
            "deduct_late",
            {"step": 1, "unit": "x"},
            "unit",
            "Tham số “unit” chỉ nhận một trong các giá trị: “day”, “working_day”, “report”.",
        ),
        ("deduct_late", {"step": 1, "grace": "0.5"}, "grace", "Tham số “grace” phải là số nguyên."),
        ("deduct_late", {"step": 0}, "step", "Tham số “step” phải lớn hơn 0."),
        ("proportional", {"decimals": 4}, "decimals", "Tham số “decimals” chỉ nhận từ 0 đến 3."),
        (
            "proportional",
            {"input": "x"},
            "input",
            "Tham số “input” chỉ nhận một trong các giá trị: “ratio”, “percent”.",
        ),
        ("proportional_floor", {"floor": "100.1"}, "floor", "Tham số “floor” là tỷ lệ phần trăm, không được quá 100."),
        ("linear", {"floor": 90, "ceiling": 90}, "ceiling", "Mức đạt điểm tối đa phải cao hơn mức 0 điểm."),
        ("tiers", {"tiers": TIERS[:1]}, "tiers", "Danh sách “tiers” phải có ít nhất 2 mục."),
        ("tiers", {"tiers": [TIERS[0] | {"closed": 1}, *TIERS[1:]]}, "tiers", CLOSED),
        (
            "tiers",
            {"tiers": [TIERS[0], TIERS[1] | {"points": "4.5"}, TIERS[2]]},
            "tiers",
            "Điểm của mỗi mức phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0], TIERS[1] | {"lower": "101"}, TIERS[2]]},
            "tiers",
            "Tham số “lower” là tỷ lệ phần trăm, không được quá 100.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0], TIERS[0] | {"points": 1}, TIERS[2]]},
            "tiers",
            "Các mức phải xếp từ cao xuống thấp và không chồng lên nhau; xem lại mức bắt đầu từ 90 %.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[1] | {"points": 4}, TIERS[0], TIERS[2]]},
            "tiers",
            "Các mức phải xếp từ cao xuống thấp và không chồng lên nhau; xem lại mức bắt đầu từ 90 %.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0] | {"closed": True}, TIERS[0] | {"points": 1}, TIERS[2]]},
            "tiers",
            "Các mức phải xếp từ cao xuống thấp và không chồng lên nhau; xem lại mức bắt đầu từ 90 %.",
        ),
        (
            "tiers",
            {"tiers": TIERS[:2]},
            "tiers",
            "Các mức phải phủ kín từ 0 đến 100 %: mức cuối phải gồm cả 0 %.",
        ),
        (
            "tiers",
            {"tiers": [*TIERS[:2], TIERS[2] | {"closed": False}]},
            "tiers",
            "Các mức phải phủ kín từ 0 đến 100 %: mức cuối phải gồm cả 0 %.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0] | {"lower": 100}, *TIERS[1:]]},
            "tiers",
            "Không có tỷ lệ nào trên 100 %: mức đầu phải gồm cả 100 %.",
        ),
        ("tiers", {"tiers": [TIERS[0] | {"points": 3}, *TIERS[1:]]}, "tiers", "Mức cao nhất phải đạt điểm tối đa 4."),
        (
            "tiers",
            {"tiers": [TIERS[0], TIERS[1] | {"upper": 89}, TIERS[2]]},
            "tiers",
            "Có khoảng hở hoặc chồng lấn giữa các mức tại 90 %.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0] | {"upper": 99}, *TIERS[1:]]},
            "tiers",
            "Có khoảng hở hoặc chồng lấn giữa các mức tại 100 %.",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0], TIERS[1] | {"upper_closed": False}, TIERS[2]]},
            "tiers",
            f"Tỷ lệ đúng 90 % không thuộc mức nào; {END}",
        ),
        (
            "tiers",
            {"tiers": [*TIERS[:2], TIERS[2] | {"upper_closed": True}]},
            "tiers",
            f"Tỷ lệ đúng 70 % thuộc cả hai mức liền nhau; {END}",
        ),
        (
            "tiers",
            {"tiers": [TIERS[0] | {"upper_closed": False}, *TIERS[1:]]},
            "tiers",
            f"Tỷ lệ đúng 100 % không thuộc mức nào; {END}",
        ),
    ],
)
def test_wrong_parameters_are_named(kind, params, field, message):
    with pytest.raises(RuleError) as problem:
        validate_rule(kind, params, FOUR)
    assert (problem.value.field, problem.value.message, problem.value.position) == (field, message, 0)
