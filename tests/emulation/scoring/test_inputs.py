"""The inputs a person fills, kind by kind: name, label, kind, maximum, decimals, hint."""

from decimal import Decimal

import pytest

from emulation.scoring import InputField, ValueProblem, input_fields, score
from tests.emulation.scoring.kit import FOUR, OPTIONS, STEPS, TIERS

NAMES = {"numerator_label": "Số hồ sơ đúng hạn", "denominator_label": "Số hồ sơ"}
RATIO = [
    InputField("numerator", "Số đạt yêu cầu", "integer"),
    InputField("denominator", "Tổng số", "integer"),
]
PERCENT = [InputField("percent", "Tỷ lệ (%)", "decimal", maximum=Decimal(100), decimals=2)]


@pytest.mark.parametrize(
    ("kind", "params", "fields"),
    [
        (
            "yes_no",
            {},
            [InputField("option", "Kết quả", "choice", (("yes", "Có (4 điểm)"), ("no", "Không (0 điểm)")))],
        ),
        (
            "choice",
            {"options": OPTIONS},
            [InputField("option", "Kết quả", "choice", (("a", "A (4 điểm)"), ("b", "B (1,5 điểm)")))],
        ),
        (
            "free",
            {},
            [InputField("points", "Điểm", "decimal", maximum=FOUR, decimals=2, hint="Từ 0 đến 4, mỗi bước 0,25.")],
        ),
        ("proportional", {}, RATIO),
        ("proportional", {"input": "percent"}, PERCENT),
        (
            "proportional",
            {"decimals": 3, **NAMES},
            [
                InputField("numerator", "Số hồ sơ đúng hạn", "decimal", decimals=3),
                InputField("denominator", "Số hồ sơ", "decimal", decimals=3),
            ],
        ),
        ("proportional_floor", {"floor": 80, "input": "percent"}, PERCENT),
        ("linear", {"floor": 80, "ceiling": 90}, RATIO),
        ("tiers", {"tiers": TIERS}, RATIO),
        ("count_capped", {"per": 1, "noun": "tin"}, [InputField("count", "Số tin", "integer")]),
        ("count_capped", {"per": 1, "count_label": "Tin"}, [InputField("count", "Tin", "integer")]),
        ("deduct", {"step": 1, "noun": "lỗi"}, [InputField("count", "Số lỗi", "integer")]),
        ("deduct", {"steps": STEPS[:1]}, [InputField("x", "Số lỗi", "integer")]),
        (
            "deduct",
            {"steps": STEPS},
            [
                InputField("x", "Số lỗi (trừ 0,5 điểm mỗi lần)", "integer"),
                InputField("y", "Số lỗi nặng (trừ 2 điểm mỗi lần)", "integer"),
            ],
        ),
    ],
)
def test_inputs(kind, params, fields):
    assert input_fields(kind, params, FOUR) == fields


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("choice", {"options": OPTIONS}),
        ("tiers", {"tiers": TIERS}),
        ("converted", {"by": "rank", "name": "766", "ranks": [{"to": 1, "points": "7.5"}, {"points": 0}]}),
        ("yes_no", {}),
        ("deduct", {"steps": STEPS}),
    ],
)
def test_inputs_without_a_known_maximum(kind, params):
    assert [one.name for one in input_fields(kind, params)] == [
        one.name for one in input_fields(kind, params, _best(params))
    ]


def _best(params):
    ranks = params.get("ranks")
    return Decimal(str(ranks[0]["points"])) if ranks else FOUR


@pytest.mark.parametrize(
    ("kind", "params", "value"),
    [
        ("free", {}, {"points": 4}),
        ("converted", {"name": "DTI"}, {"index": 100}),
        ("imported_ratio", {"of_max": 20}, {"value": 20}),
        ("proportional", {"input": "percent"}, {"percent": 100}),
        ("proportional", {}, {"numerator": 7, "denominator": 7}),
    ],
)
def test_the_most_that_can_be_typed_earns_the_maximum(kind, params, value):
    assert score(kind, params, value, FOUR).points == FOUR


@pytest.mark.parametrize(
    ("kind", "params", "value", "message"),
    [
        ("count_capped", {"per": 1}, {}, "Chưa nhập số lượng."),
        ("count_capped", {"per": 1}, {"count": "x"}, "Số lượng phải là một số; đã nhập “x”."),
        ("imported_ratio", {"of_max": 20}, {}, "Chưa nhập giá trị."),
        (
            "imported_ratio",
            {"of_max": 20},
            {"value": "1.125"},
            "Giá trị chỉ được có tối đa 2 chữ số thập phân; đã nhập 1,125.",
        ),
        ("yes_no", {}, {"option": ""}, "Chưa chọn câu trả lời."),
        ("free", {}, {}, "Chưa nhập điểm."),
        ("proportional", {"input": "percent"}, {}, "Chưa nhập tỷ lệ."),
    ],
)
def test_what_is_missing_or_too_fine_is_named(kind, params, value, message):
    with pytest.raises(ValueProblem) as problem:
        score(kind, params, value, FOUR)
    assert problem.value.message == message
