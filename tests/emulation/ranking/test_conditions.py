"""The conditions a set states for its vetoes are checked before anybody is scored by them."""

import pytest

from emulation.ranking import validate_condition
from emulation.scoring import RuleError
from tests.emulation.ranking.test_grades import FIVE

ROWS = {"I": "area", "1.1": "criterion", "C1": "bonus"}
BELOW = {"when": "area_below", "code": "I", "percent": "50", "effect": "minus_grades", "steps": 1}


def without(name, given=BELOW):
    return {key: value for key, value in given.items() if key != name}


@pytest.mark.parametrize(
    "condition",
    [
        BELOW,
        BELOW | {"reason": "Cải cách thể chế yếu", "decision_number": "5/QĐ-UBND"},
        BELOW | {"when": "criterion_below", "code": "1.1", "effect": "no_award", "steps": None},
        {"when": "not_submitted", "effect": "max_grade", "grade": "tb", "code": "", "percent": None},
        {"when": "manual", "effect": "out_of_ranking"},
    ],
)
def test_what_can_be_met_and_read_passes(condition):
    validate_condition(condition, FIVE, ROWS)


@pytest.mark.parametrize(
    ("condition", "field", "message"),
    [
        (without("when"), "when", "Trường hợp khống chế không có điều kiện “None”."),
        (BELOW | {"when": "sometimes"}, "when", "Trường hợp khống chế không có điều kiện “sometimes”."),
        (without("effect"), "effect", "Chưa nêu hệ quả của trường hợp khống chế."),
        (BELOW | {"zeal": 1, "colour": 1}, "colour", "Trường hợp khống chế này không dùng mục “colour”."),
        (BELOW | {"grade": "tb"}, "grade", "Trường hợp khống chế này không dùng mục “grade”."),
        (
            {"when": "manual", "effect": "no_award", "code": "I"},
            "code",
            "Trường hợp khống chế này không dùng mục “code”.",
        ),
        (
            {"when": "not_submitted", "effect": "no_award", "percent": 0},
            "percent",
            "Trường hợp khống chế này không dùng mục “percent”.",
        ),
        (
            BELOW | {"percent": "101"},
            "percent",
            "Tham số “percent” là tỷ lệ phần trăm, không được quá 100.",
        ),
        (without("percent"), "percent", "Tham số “percent” phải là một số không âm."),
        (without("code"), "code", "Tham số “code” phải là chữ, không quá 160 ký tự."),
        (BELOW | {"code": "IX"}, "code", "Trường hợp khống chế nêu dòng “IX” không có."),
        (
            BELOW | {"code": "1.1"},
            "code",
            "Trường hợp lĩnh vực dưới ngưỡng phải nêu mã một lĩnh vực; dòng “1.1” thì không phải.",
        ),
        (
            BELOW | {"when": "criterion_below", "code": "C1"},
            "code",
            "Trường hợp tiêu chí dưới ngưỡng phải nêu mã một tiêu chí được chấm điểm; dòng “C1” thì không phải.",
        ),
        (BELOW | {"steps": 5}, "steps", "Số bậc bị hạ phải từ 1 đến 4."),
        (BELOW | {"reason": "x" * 301}, "reason", "Phải nêu lý do của trường hợp khống chế, không quá 300 ký tự."),
    ],
)
def test_what_cannot_is_refused_at_its_field(condition, field, message):
    with pytest.raises(RuleError) as problem:
        validate_condition(condition, FIVE, ROWS)
    assert (problem.value.field, problem.value.message) == (field, message)


def test_without_right_bands_only_what_needs_no_grade_is_checked():
    validate_condition({"when": "manual", "effect": "max_grade", "grade": "no such grade"}, None, ROWS)
    with pytest.raises(RuleError, match="không có"):
        validate_condition(BELOW | {"code": "IX"}, None, ROWS)
