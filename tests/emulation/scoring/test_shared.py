"""What all kinds share: parameters in and out, "không phát sinh", decimals, points below zero, long explanations."""

import json
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.sample_set import SAMPLE_SET
from emulation.scoring import (
    RULES,
    RuleError,
    ValueProblem,
    counts_in,
    input_fields,
    read_rule,
    score,
    validate_rule,
    validate_value,
)
from emulation.scoring.base import sentence
from ninhgiang.canonical import canonical_json
from tests.emulation.scoring.kit import FOUR, LEVELS, OPTIONS, RATE, STEPS, TIERS

# kind, parameters as few as possible, the same with every default written out
WRITTEN = [
    ("yes_no", {}, {"yes_label": "Có", "no_label": "Không"}),
    (
        "yes_no",
        {"yes_label": " Đủ ", "no_label": "Thiếu", "below_zero": "0.25"},
        {"yes_label": "Đủ", "no_label": "Thiếu", "below_zero": "0.25"},
    ),
    ("choice", {"options": OPTIONS}, {"options": OPTIONS}),
    (
        "choice",
        {"options": [*OPTIONS, {"code": "c", "label": "C", "points": "-1"}], "below_zero": 1},
        {"options": [*OPTIONS, {"code": "c", "label": "C", "points": "-1"}], "below_zero": "1"},
    ),
    (
        "tiers",
        {"tiers": TIERS},
        RATE
        | {
            "tiers": [
                {"lower": "90", "closed": False, "upper": "100", "upper_closed": True, "points": "4"},
                {"lower": "70", "closed": True, "upper": "90", "upper_closed": True, "points": "1.5"},
                {"lower": "0", "closed": True, "upper": "70", "upper_closed": False, "points": "0"},
            ]
        },
    ),
    ("proportional", {}, RATE),
    (
        "proportional",
        {"input": "percent", "noun": "a", "numerator_label": "b", "denominator_label": "c", "decimals": 2},
        {"input": "percent", "noun": "a", "numerator_label": "b", "denominator_label": "c", "decimals": 2},
    ),
    ("proportional_floor", {"floor": "80.50"}, RATE | {"floor": "80.5"}),
    ("linear", {"floor": 90, "ceiling": "100"}, RATE | {"floor": "90", "ceiling": "100"}),
    ("against_target", {}, {"target": "unit", "at_target": "50", "noun": "kết quả", "decimals": 0}),
    (
        "against_target",
        {"target": "none", "noun": "tin", "decimals": 2},
        {"target": "none", "noun": "tin", "decimals": 2},
    ),
    ("count_capped", {"per": "0.50"}, {"per": "0.5", "noun": "lần", "count_label": "Số lần"}),
    (
        "count_capped",
        {"per": 1, "noun": "tin", "count_label": "Tin"},
        {"per": "1", "noun": "tin", "count_label": "Tin"},
    ),
    ("deduct", {"step": "1"}, {"step": "1", "noun": "lần", "count_label": "Số lần"}),
    (
        "deduct",
        {"step": "1", "noun": "lỗi", "below_zero": "0.5"},
        {"step": "1", "noun": "lỗi", "count_label": "Số lỗi", "below_zero": "0.5"},
    ),
    ("deduct", {"steps": STEPS}, {"steps": STEPS, "count_label": "Số lỗi"}),
    ("deduct", {"steps": STEPS[:1], "count_label": "L"}, {"steps": STEPS[:1], "count_label": "L"}),
    ("deduct_late", {"step": "0.5"}, {"step": "0.5", "unit": "day", "grace": 0, "late_label": "Số ngày chậm"}),
    (
        "deduct_late",
        {"step": "0.5", "unit": "working_day", "grace": 2},
        {"step": "0.5", "unit": "working_day", "grace": 2, "late_label": "Số ngày làm việc chậm"},
    ),
    (
        "deduct_late",
        {"step": "0.5", "unit": "report", "late_label": "Báo cáo"},
        {"step": "0.5", "unit": "report", "grace": 0, "late_label": "Báo cáo"},
    ),
    ("quality", {"levels": LEVELS}, {"levels": LEVELS}),
    (
        "imported_ratio",
        {"of_max": "20"},
        {
            "of_max": "20",
            "noun": "điểm trên hệ thống nguồn",
            "value_label": "Số điểm trên hệ thống nguồn (thang 20)",
        },
    ),
    ("survey", {}, {"input": "two", "min_answers": 1, "noun": "phiếu hài lòng"}),
    (
        "survey",
        {"input": "five", "min_answers": "286", "noun": "phiếu"},
        {"input": "five", "min_answers": 286, "noun": "phiếu"},
    ),
    ("converted", {"name": "DTI"}, {"by": "index", "name": "DTI", "of_max": "100"}),
    (
        "converted",
        {"by": "rank", "name": "766", "ranks": [{"to": "3", "points": 4}, {"points": "0.50"}]},
        {"by": "rank", "name": "766", "ranks": [{"to": 3, "points": "4"}, {"points": "0.5"}]},
    ),
    ("free", {}, {"step": "0.25"}),
]


@pytest.mark.parametrize(("kind", "params", "written"), WRITTEN)
def test_parameters_come_back_with_every_default_written_out(kind, params, written):
    rule = read_rule(kind, params, FOUR)
    assert rule.params() == written
    assert read_rule(kind, json.loads(canonical_json(rule.params())), FOUR) == rule


@pytest.mark.parametrize("row", list(SAMPLE_SET.rows()), ids=lambda row: row.code)
def test_parameters_of_the_sample_come_back(row):
    rule = read_rule(row.rule_kind, row.rule_params, row.max_points)
    assert read_rule(row.rule_kind, rule.params(), row.max_points) == rule


def test_every_kind_but_formulas_is_written_out_here():
    assert {kind for kind, _, _ in WRITTEN} == set(RULES) - {"formula"}


@pytest.mark.parametrize(
    ("params", "policy"),
    [
        ({"no_case_full": True}, "full"),
        ({"no_case_full": False}, "zero"),
        *(({"no_case": p}, p) for p in ("full", "zero", "not_applicable")),
    ],
)
def test_the_old_and_the_new_writing_of_no_case(params, policy):
    rule = read_rule("free", params, FOUR)
    assert (rule.no_case, rule.params()) == (policy, {"step": "0.25", "no_case": policy})


@pytest.mark.parametrize("params", [{}, {"no_case": None}, {"no_case_full": None}])
def test_no_case_may_be_unknown_to_a_rule(params):
    assert (read_rule("free", params, FOUR).no_case, input_fields("free", params, FOUR)[-1].name) == ("", "points")


@pytest.mark.parametrize(
    ("params", "points", "applicable", "text", "asked"),
    [
        ({"no_case": "full"}, "4.00", True, "Không phát sinh trong kỳ → 4,00/4,00 điểm", True),
        ({"no_case": "zero"}, "0.00", True, "Không phát sinh trong kỳ → 0,00/4,00 điểm", False),
        (
            {"no_case": "not_applicable"},
            "0.00",
            False,
            "Không phát sinh trong kỳ nên không đánh giá, không tính vào mẫu số",
            True,
        ),
    ],
)
def test_policies_of_no_case(params, points, applicable, text, asked):
    result = score("free", params, {"no_case": True, "points": ""}, FOUR)
    assert (f"{result.points}", result.applicable, result.explanation) == (points, applicable, text)
    flags = [(one.name, one.label, one.kind) for one in input_fields("free", params, FOUR) if one.kind == "flag"]
    assert flags == ([("no_case", "Không phát sinh trong kỳ", "flag")] if asked else [])
    assert counts_in(params, {"no_case": True}) == applicable
    assert counts_in(params, {"points": 1})
    assert counts_in(params, None)
    assert score("free", params, {"no_case": False, "points": 1}, FOUR).applicable


@pytest.mark.parametrize(
    ("params", "value", "message"),
    [
        ({}, {"no_case": True}, "Tiêu chí này không có trường hợp “không phát sinh”."),
        ({"no_case": "full"}, {"no_case": "yes"}, "Tiêu chí này không có trường hợp “không phát sinh”."),
        (
            {"no_case": "full"},
            {"no_case": True, "points": 0},
            "Đã đánh dấu “không phát sinh” nên không nhập số liệu; hãy bỏ một trong hai.",
        ),
    ],
)
def test_wrong_no_case(params, value, message):
    with pytest.raises(ValueProblem) as problem:
        score("free", params, value, FOUR)
    assert (problem.value.field, problem.value.message) == ("no_case", message)


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_a_value_is_an_object(value):
    with pytest.raises(ValueProblem) as problem:
        score("free", {}, value, FOUR)
    assert (problem.value.field, problem.value.message) == ("", "Chưa nhập số liệu.")


def test_points_below_zero_only_where_the_set_says_so():
    below = {"below_zero": "0.25"}
    assert score("yes_no", below, {"option": "no"}, FOUR).explanation == "Không → −0,25/4,00 điểm"
    assert score("yes_no", below, {"option": "yes"}, FOUR).points == 4
    deduct = score("deduct", {"step": "3", **below}, {"count": 2}, FOUR)
    assert deduct.explanation == "4 điểm − 2 lần × 3 điểm = −2, tính bằng −0,25 → −0,25/4,00 điểm"
    deduct = score("deduct", {"step": "1", "below_zero": "1"}, {"count": 5}, FOUR)
    assert (deduct.points, deduct.explanation) == (Decimal("-1.00"), "4 điểm − 5 lần × 1 điểm = −1 → −1,00/4,00 điểm")
    options = {"options": [*OPTIONS, {"code": "c", "label": "C", "points": "-0.25"}], **below}
    assert score("choice", options, {"option": "c"}, FOUR).points == Decimal("-0.25")
    assert input_fields("choice", options, FOUR)[0].options[-1] == ("c", "C (−0,25 điểm)")
    assert input_fields("yes_no", {}, FOUR)[0].options == (("yes", "Có (4 điểm)"), ("no", "Không (0 điểm)"))


@pytest.mark.parametrize(
    ("value", "points", "text"),
    [
        (0, "4.00", "0 ngày chậm, không tính 2: 4 điểm − 0 ngày chậm × 0,5 điểm = 4 → 4,00/4,00 điểm"),
        (2, "4.00", "2 ngày chậm, không tính 2: 4 điểm − 0 ngày chậm × 0,5 điểm = 4 → 4,00/4,00 điểm"),
        (5, "2.50", "5 ngày chậm, không tính 2: 4 điểm − 3 ngày chậm × 0,5 điểm = 2,5 → 2,50/4,00 điểm"),
        (10, "0.00", "10 ngày chậm, không tính 2: 4 điểm − 8 ngày chậm × 0,5 điểm = 0 → 0,00/4,00 điểm"),
        (
            11,
            "0.00",
            "11 ngày chậm, không tính 2: 4 điểm − 9 ngày chậm × 0,5 điểm = −0,5, tính bằng 0 → 0,00/4,00 điểm",
        ),
    ],
)
def test_days_late_after_the_grace(value, points, text):
    result = score("deduct_late", {"step": "0.5", "grace": 2}, {"late": value}, FOUR)
    assert (f"{result.points}", result.explanation) == (points, text)


@pytest.mark.parametrize(
    ("unit", "label", "noun"),
    [
        ("day", "Số ngày chậm", "ngày chậm"),
        ("working_day", "Số ngày làm việc chậm", "ngày làm việc chậm"),
        ("report", "Số báo cáo chậm hoặc thiếu", "báo cáo chậm hoặc thiếu"),
    ],
)
def test_what_is_late(unit, label, noun):
    params = {"step": "0.25", "unit": unit}
    [one] = input_fields("deduct_late", params, FOUR)
    assert (one.name, one.label, one.kind) == ("late", label, "integer")
    text = f"4 điểm − 1 {noun} × 0,25 điểm = 3,75 → 3,75/4,00 điểm"
    assert score("deduct_late", params, {"late": 1}, FOUR).explanation == text
    with pytest.raises(ValueProblem) as problem:
        score("deduct_late", params, {}, FOUR)
    assert (problem.value.field, problem.value.message) == ("late", f"Chưa nhập {label[0].lower()}{label[1:]}.")


@pytest.mark.parametrize(("option", "points"), [("a", "4.00"), ("b", "3.00"), ("c", "2.00"), ("d", "0.00")])
def test_quality_words(option, points):
    result = score("quality", {"levels": LEVELS}, {"option": option}, FOUR)
    assert result.points == Decimal(points)
    [field] = input_fields("quality", {"levels": LEVELS}, FOUR)
    assert (field.name, field.label, field.kind) == ("option", "Mức chất lượng", "choice")
    assert field.options == (
        ("a", "Hoàn thành xuất sắc (100 %)"),
        ("b", "Hoàn thành tốt (75 %)"),
        ("c", "Hoàn thành (50 %)"),
        ("d", "Vi phạm (0 %)"),
    )


def test_unforeseen_tasks_of_phu_tho():
    given = [score("quality", {"levels": LEVELS}, {"option": one}, Decimal(2)).points for one in "abc"]
    assert given == [Decimal("2.00"), Decimal("1.50"), Decimal("1.00")]


@pytest.mark.parametrize("maximum", ["0", "-1", "1.005", "NaN", "Infinity"])
def test_a_maximum_is_above_zero_with_two_decimals(maximum):
    with pytest.raises(RuleError) as problem:
        validate_rule("free", {}, Decimal(maximum))
    assert (problem.value.field, problem.value.message) == (
        "max_points",
        "Điểm tối đa phải lớn hơn 0, tối đa 2 chữ số thập phân.",
    )


def test_limits_of_parameters_can_be_reached():
    for kind, params in (
        ("yes_no", {"yes_label": "x" * 160, "below_zero": "4"}),
        ("free", {"step": "4"}),
        ("free", {"step": "0.01"}),
        ("proportional_floor", {"floor": "100"}),
        ("linear", {"floor": "0", "ceiling": "100"}),
        ("linear", {"floor": "99.99", "ceiling": "100"}),
        ("count_capped", {"per": "999999999999"}),
        ("tiers", {"tiers": [{"lower": 100, "points": 4}, {"lower": 0, "points": 0}]}),
        ("tiers", {"tiers": [{"lower": 0, "closed": False, "points": 4}, {"lower": 0, "points": 0}]}),
    ):
        validate_rule(kind, params, FOUR)
    long_noun = "n" * 160
    assert input_fields("count_capped", {"per": 1, "noun": long_noun}, FOUR)[0].label == f"Số {long_noun}"[:160]
    assert input_fields("deduct", {"step": 1, "noun": long_noun}, FOUR)[0].label == f"Số {long_noun}"[:160]


def test_a_band_may_hold_zero_alone():
    params = {"tiers": [{"lower": 0, "closed": False, "points": 4}, {"lower": 0, "points": 1}]}
    assert score("tiers", params, {"numerator": 0, "denominator": 9}, FOUR).explanation == (
        "0/9 đạt yêu cầu = 0 %, mức từ 0 % đến 0 % → 1,00/4,00 điểm"
    )
    assert score("tiers", params, {"numerator": 1, "denominator": 9}, FOUR).points == 4


@pytest.mark.parametrize(("decimals", "points"), [(2, "1.33"), (3, "1.333"), (4, "1.3333")])
def test_decimals_of_points_are_data(decimals, points):
    result = score("proportional", {}, {"numerator": 1, "denominator": 3}, FOUR, decimals=decimals)
    shown_points, whole = points.replace(".", ","), "4," + "0" * decimals
    assert (f"{result.points}", result.explanation) == (
        points,
        f"1/3 đạt yêu cầu = 33,33 % → {shown_points}/{whole} điểm",
    )
    none = score("free", {"no_case": "zero"}, {"no_case": True}, FOUR, decimals=decimals)
    assert (f"{none.points}", none.explanation) == (
        "0." + "0" * decimals,
        f"Không phát sinh trong kỳ → 0,{'0' * decimals}/{whole} điểm",
    )


@pytest.mark.parametrize("decimals", [1, 5])
def test_other_numbers_of_decimals_are_refused(decimals):
    with pytest.raises(RuleError) as problem:
        score("free", {}, {"points": 1}, FOUR, decimals=decimals)
    assert (problem.value.field, problem.value.message) == (
        "decimals",
        "Số chữ số thập phân của điểm chỉ nhận 2, 3 hoặc 4.",
    )


def test_a_long_explanation_keeps_its_result():
    labels = [{"code": f"c{n}", "label": f"{n} " + "lỗi" * 50, "points": "0.5"} for n in range(5)]
    result = score("deduct", {"steps": labels}, {one["code"]: 1 for one in labels}, FOUR)
    assert len(result.explanation) == 480
    assert result.explanation.endswith("… → 1,50/4,00 điểm")
    options = [{"code": "a", "label": "A" * 160, "points": "4"}, OPTIONS[1]]
    assert score("choice", {"options": options}, {"option": "a"}, FOUR).explanation == f"{'A' * 160} → 4,00/4,00 điểm"


def test_an_explanation_that_just_fits_is_whole():
    assert sentence("x" * 476, "→ 1") == "x" * 476 + " → 1"
    assert sentence("x" * 477, "→ 1") == "x" * 475 + "… → 1"


def test_the_callers_precision_does_not_matter():
    value = {"numerator": 66667, "denominator": 99999}
    expected = score("proportional", {}, value, Decimal("1234.56"))
    with localcontext() as context:
        context.prec = 4
        assert score("proportional", {}, value, Decimal("1234.56")) == expected


@pytest.mark.parametrize(
    ("kind", "params", "value", "message"),
    [
        ("free", {"step": "0.5"}, {"points": "0.75"}, "Điểm phải chia hết cho 0,5; đã nhập 0,75."),
        ("choice", {"options": OPTIONS}, {"option": "z"}, "Câu trả lời không có trong danh sách; hãy chọn lại."),
        (
            "tiers",
            {"tiers": TIERS},
            {"numerator": 2, "denominator": 1},
            "Số đạt yêu cầu (2) không được lớn hơn tổng số (1).",
        ),
        (
            "converted",
            {"by": "rank", "name": "A", "ranks": [{"to": 3, "points": 7}, {"points": 0}]},
            {"rank": 0},
            "Thứ hạng phải từ 1 trở lên.",
        ),
    ],
)
def test_a_value_can_be_checked_without_a_maximum(kind, params, value, message):
    with pytest.raises(ValueProblem) as problem:
        validate_value(kind, params, value)
    assert problem.value.message == message


def test_inputs_can_be_asked_for_without_a_maximum():
    assert input_fields("free", {"step": "0.25"})[0].maximum == 25000
    assert input_fields("free", {})[0].maximum == 100000
    assert [one.name for one in input_fields("tiers", {"tiers": TIERS})] == ["numerator", "denominator"]
    validate_value("free", {}, {"points": "99999"})


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_days_late_never_earn_more(one, more):
    params = {"step": "0.25", "grace": 3}
    now, then = (score("deduct_late", params, {"late": late}, FOUR).points for late in (one, one + more))
    assert 0 <= then <= now <= FOUR


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 100))
def test_surveys_are_monotone_and_stay_in_range(satisfied, answers, more):
    answers = max(answers, satisfied + more)
    now, then = (
        score("survey", {}, {"satisfied": one, "answers": answers}, FOUR).points
        for one in (satisfied, satisfied + more)
    )
    assert 0 <= now <= then <= FOUR


BOUNDS = st.lists(
    st.tuples(st.decimals(0, 100, places=1), st.booleans()), min_size=1, max_size=5, unique_by=lambda one: one[0]
)


@given(BOUNDS, st.integers(0, 1000))
def test_every_percentage_lies_in_exactly_one_band(bounds, permille):
    bounds = [(low, closed) for low, closed in sorted(bounds, reverse=True) if 0 < low < 100]
    lows = [*bounds, (Decimal(0), True)]
    tiers = [
        {"lower": str(low), "closed": closed, "points": str(Decimal(4) - place / Decimal(2))}
        for place, (low, closed) in enumerate(lows)
    ]
    if len(tiers) < 2:
        return
    rule = read_rule("tiers", {"tiers": tiers}, FOUR)
    written = rule.params()["tiers"]
    rate = Decimal(permille) / 10
    inside = [
        band
        for band in written
        if (rate > Decimal(band["lower"]) or (band["closed"] and rate == Decimal(band["lower"])))
        and (rate < Decimal(band["upper"]) or (band["upper_closed"] and rate == Decimal(band["upper"])))
    ]
    [band] = inside
    points = score("tiers", {"tiers": written}, {"numerator": permille, "denominator": 1000}, FOUR).points
    assert points == Decimal(band["points"])
