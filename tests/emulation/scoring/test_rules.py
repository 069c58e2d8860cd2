"""Each rule kind against the examples of scoring.md 2.2-2.8, its explanation, and what it refuses."""

from decimal import Decimal

import pytest

from emulation.scoring import RULES, RuleError, ValueProblem, input_fields, score, validate_rule, validate_value

CA_MAU_TIERS = {
    "tiers": [
        {"lower": "90", "closed": False, "points": "2"},
        {"lower": "70", "closed": True, "points": "1"},
        {"lower": "0", "closed": True, "points": "0"},
    ]
}
TASK_TIERS = {
    "tiers": [
        {"lower": "100", "points": "4"},
        {"lower": "90", "points": "3"},
        {"lower": "70", "points": "1.5"},
        {"lower": "0", "points": "0"},
    ]
}
IN_TIME = {
    "options": [
        {"code": "on_time", "label": "Đúng hạn", "points": "1"},
        {"code": "late", "label": "Chậm", "points": "0.5"},
        {"code": "none", "label": "Không có", "points": "0"},
    ]
}


def points(kind, params, value, max_points):
    return score(kind, params, value, Decimal(max_points)).points


def ratio(part, whole):
    return {"numerator": part, "denominator": whole}


@pytest.mark.parametrize(("option", "expected"), [("yes", "3.00"), ("no", "0.00")])
def test_yes_no_earns_all_or_nothing(option, expected):
    assert points("yes_no", {}, {"option": option}, "3") == Decimal(expected)


@pytest.mark.parametrize(("option", "expected"), [("on_time", "1.00"), ("late", "0.50"), ("none", "0.00")])
def test_plan_in_time_late_none(option, expected):
    assert points("choice", IN_TIME, {"option": option}, "1") == Decimal(expected)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(91, 100, "2"), (90, 100, "1"), (9, 10, "1"), (901, 1000, "2"), (70, 100, "1"), (699, 1000, "0"), (0, 5, "0")],
)
def test_both_limits_of_ca_mau_fall_into_the_middle_band(part, whole, expected):
    assert points("tiers", CA_MAU_TIERS, ratio(part, whole), "2") == Decimal(expected)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(15, 15, "4"), (14, 15, "3"), (9, 10, "3"), (899, 1000, "1.5"), (7, 10, "1.5"), (2, 3, "0"), (99999, 100000, "3")],
)
def test_share_of_plan_tasks_done(part, whole, expected):
    assert points("tiers", TASK_TIERS, ratio(part, whole), "4") == Decimal(expected)


@pytest.mark.parametrize(
    ("kind", "params", "value", "maximum", "expected"),
    [
        ("proportional", {}, ratio(12, 15), "1.5", "1.20"),
        ("proportional", {}, ratio(1, 3), "4", "1.33"),
        ("proportional", {}, ratio(2, 3), "4", "2.67"),
        ("proportional", {"input": "percent"}, {"percent": "96.5"}, "2", "1.93"),
        ("proportional_floor", {"floor": "80"}, ratio(79, 100), "5", "0.00"),
        ("proportional_floor", {"floor": "80"}, ratio(80, 100), "5", "4.00"),
        ("proportional_floor", {"floor": "80"}, ratio(7999, 10000), "5", "0.00"),
        ("linear", {"floor": "90", "ceiling": "100"}, ratio(97, 100), "8", "5.60"),
        ("linear", {"floor": "90", "ceiling": "100"}, ratio(90, 100), "8", "0.00"),
        ("linear", {"floor": "90", "ceiling": "100"}, ratio(50, 100), "8", "0.00"),
        ("linear", {"floor": "30", "ceiling": "70"}, ratio(9, 10), "5", "5.00"),
        ("imported_ratio", {"of_max": "20"}, {"value": "18.4"}, "4", "3.68"),
        ("imported_ratio", {"of_max": "22"}, {"value": "15.6"}, "2", "1.42"),
        ("count_capped", {"per": "0.5"}, {"count": 3}, "2", "1.50"),
        ("count_capped", {"per": "0.5"}, {"count": 9}, "2", "2.00"),
        ("deduct", {"step": "0.5"}, {"count": 0}, "4", "4.00"),
        ("deduct", {"step": "0.5"}, {"count": 3}, "4", "2.50"),
        ("deduct", {"step": "0.25"}, {"count": 1}, "2", "1.75"),
        ("deduct", {"step": "1"}, {"count": 5}, "4", "0.00"),
        ("free", {"step": "0.5"}, {"points": "1.5"}, "2", "1.50"),
    ],
)
def test_number_rules(kind, params, value, maximum, expected):
    assert points(kind, params, value, maximum) == Decimal(expected)


def test_points_are_rounded_half_up_once():
    assert points(
        "proportional",
        {},
        ratio(1, 200),
        "1",
    ) == Decimal("0.01")
    assert points("proportional", {}, ratio(201, 200 * 2), "2") == Decimal("1.01")


def test_discipline_takes_one_or_two_points_each():
    steps = [
        {"code": "khien_trach", "label": "khiển trách", "points": "1"},
        {"code": "canh_cao", "label": "cảnh cáo", "points": "2"},
    ]
    result = score("deduct", {"steps": steps}, {"khien_trach": 1, "canh_cao": 1}, Decimal(4))
    assert result.points == Decimal("1.00")
    assert result.explanation == "4 điểm − 1 khiển trách × 1 điểm − 1 cảnh cáo × 2 điểm = 1 → 1,00/4,00 điểm"
    assert score("deduct", {"steps": steps}, {"khien_trach": 0, "canh_cao": 0}, Decimal(4)).explanation == (
        "Không có lỗi bị trừ điểm → 4,00/4,00 điểm"
    )


@pytest.mark.parametrize(
    ("kind", "params", "value", "maximum", "text"),
    [
        (
            "proportional",
            {"noun": "văn bản đúng hạn"},
            ratio(12, 15),
            "1.5",
            "12/15 văn bản đúng hạn = 80 % → 1,20/1,50 điểm",
        ),
        (
            "proportional_floor",
            {"floor": "80", "noun": "nhiệm vụ đúng hạn"},
            ratio(11, 15),
            "5",
            "11/15 nhiệm vụ đúng hạn = 73,33 %, dưới mức 80 % → 0,00/5,00 điểm",
        ),
        (
            "linear",
            {"floor": "90", "ceiling": "100", "noun": "hồ sơ đúng hạn"},
            ratio(970, 1000),
            "8",
            "970/1000 hồ sơ đúng hạn = 97 %, thang từ 90 % (0 điểm) đến 100 % (8 điểm) → 5,60/8,00 điểm",
        ),
        (
            "tiers",
            TASK_TIERS,
            ratio(14, 15),
            "4",
            "14/15 đạt yêu cầu = 93,33 %, mức từ 90 % đến dưới 100 % → 3,00/4,00 điểm",
        ),
        ("tiers", TASK_TIERS, ratio(3, 3), "4", "3/3 đạt yêu cầu = 100 %, mức đạt 100 % → 4,00/4,00 điểm"),
        ("tiers", CA_MAU_TIERS, ratio(9, 10), "2", "9/10 đạt yêu cầu = 90 %, mức từ 70 % đến 90 % → 1,00/2,00 điểm"),
        ("tiers", CA_MAU_TIERS, ratio(19, 20), "2", "19/20 đạt yêu cầu = 95 %, mức trên 90 % → 2,00/2,00 điểm"),
        ("tiers", CA_MAU_TIERS, ratio(1, 2), "2", "1/2 đạt yêu cầu = 50 %, mức dưới 70 % → 0,00/2,00 điểm"),
        (
            "count_capped",
            {"per": "0.5", "noun": "tin, bài"},
            {"count": 5},
            "2",
            "5 tin, bài × 0,5 điểm = 2,5, tính tối đa 2 → 2,00/2,00 điểm",
        ),
        (
            "deduct",
            {"step": "0.5", "noun": "báo cáo chậm"},
            {"count": 2},
            "4",
            "4 điểm − 2 báo cáo chậm × 0,5 điểm = 3 → 3,00/4,00 điểm",
        ),
        (
            "deduct",
            {"step": "1", "noun": "văn bản bị trả lại"},
            {"count": 5},
            "4",
            "4 điểm − 5 văn bản bị trả lại × 1 điểm = −1, tính bằng 0 → 0,00/4,00 điểm",
        ),
        (
            "imported_ratio",
            {"of_max": "20", "noun": "điểm nhóm tiến độ"},
            {"value": "17.6"},
            "4",
            "17,6/20 điểm nhóm tiến độ = 88 % → 3,52/4,00 điểm",
        ),
        ("choice", IN_TIME, {"option": "late"}, "1", "Chậm → 0,50/1,00 điểm"),
        ("yes_no", {}, {"option": "yes"}, "3", "Có → 3,00/3,00 điểm"),
        ("free", {}, {"points": "1.5"}, "2", "Chấm trực tiếp → 1,50/2,00 điểm"),
        (
            "proportional",
            {"input": "percent", "noun": "hài lòng"},
            {"percent": "96.5"},
            "2",
            "96,5 % hài lòng → 1,93/2,00 điểm",
        ),
    ],
)
def test_explanation_shows_inputs_and_result(kind, params, value, maximum, text):
    assert score(kind, params, value, Decimal(maximum)).explanation == text


def test_printed_rate_never_hides_a_limit():
    result = score("tiers", TASK_TIERS, ratio(89996, 100000), Decimal(4))
    assert result.explanation == "89996/100000 đạt yêu cầu = 89,996 %, mức từ 70 % đến dưới 90 % → 1,50/4,00 điểm"


def test_no_case_gives_full_points_only_where_the_rule_says_so():
    assert points("proportional", {"no_case_full": True}, {"no_case": True}, "3") == Decimal("3.00")
    assert points("proportional", {"no_case_full": False}, {"no_case": True}, "3") == Decimal("0.00")
    assert score("proportional", {"no_case_full": True}, {"no_case": True}, Decimal(2)).explanation == (
        "Không phát sinh trong kỳ → 2,00/2,00 điểm"
    )
    with pytest.raises(ValueProblem) as problem:
        score("proportional", {}, {"no_case": True}, Decimal(3))
    assert problem.value.field == "no_case"


@pytest.mark.parametrize(
    ("kind", "params", "value", "field", "message"),
    [
        ("proportional", {}, ratio(16, 15), "numerator", "Số đạt yêu cầu (16) không được lớn hơn tổng số (15)."),
        ("proportional", {}, ratio("1.5", 15), "numerator", "Số đạt yêu cầu phải là số nguyên; đã nhập 1,5."),
        ("proportional", {}, ratio(-1, 15), "numerator", "Số đạt yêu cầu không được là số âm; đã nhập -1."),
        ("proportional", {}, ratio(0, 0), "denominator", "Tổng số phải lớn hơn 0."),
        (
            "proportional",
            {"no_case_full": True},
            ratio(0, 0),
            "denominator",
            "Tổng số phải lớn hơn 0. Nếu không phát sinh, hãy đánh dấu “Không phát sinh trong kỳ”.",
        ),
        ("proportional", {}, {"numerator": 1}, "denominator", "Chưa nhập tổng số."),
        ("proportional", {}, ratio("1.234,5", 15), "numerator", "Số đạt yêu cầu phải là một số; đã nhập “1.234,5”."),
        ("proportional", {}, ratio("1e3", 15), "numerator", "Số đạt yêu cầu phải là một số; đã nhập “1e3”."),
        ("proportional", {}, ratio("NaN", 15), "numerator", "Số đạt yêu cầu phải là một số; đã nhập “NaN”."),
        ("proportional", {}, ratio(1.5, 15), "numerator", "Số đạt yêu cầu phải là một số; đã nhập “1.5”."),
        ("proportional", {}, ratio(True, 15), "numerator", "Số đạt yêu cầu phải là một số; đã nhập “True”."),
        ("proportional", {}, ratio("٣", 15), "numerator", "Số đạt yêu cầu phải là một số; đã nhập “٣”."),
        ("proportional", {}, ratio(1, "9" * 20), "denominator", "Tổng số quá lớn; hãy kiểm tra lại."),
        (
            "proportional",
            {"input": "percent"},
            {"percent": "100.5"},
            "percent",
            "Tỷ lệ không được quá 100 %; đã nhập 100,5 %.",
        ),
        ("free", {}, {"points": "5"}, "points", "Điểm tối đa là 4; đã nhập 5."),
        ("free", {}, {"points": "1.005"}, "points", "Điểm chỉ được có tối đa 2 chữ số thập phân; đã nhập 1,005."),
        ("free", {}, {"points": "1.1"}, "points", "Điểm phải chia hết cho 0,25; đã nhập 1,1."),
        ("imported_ratio", {"of_max": "20"}, {"value": "21"}, "value", "Giá trị tối đa là 20; đã nhập 21."),
        (
            "choice",
            {"options": [*IN_TIME["options"], {"code": "x", "label": "X", "points": "4"}]},
            {"option": "?"},
            "option",
            "Câu trả lời không có trong danh sách; hãy chọn lại.",
        ),
        ("yes_no", {}, {}, "option", "Chưa chọn câu trả lời."),
        ("deduct", {"step": "1"}, {"count": ""}, "count", "Chưa nhập số lần."),
        (
            "proportional",
            {"no_case_full": True},
            {"no_case": True, "numerator": 3},
            "no_case",
            "Đã đánh dấu “không phát sinh” nên không nhập số liệu; hãy bỏ một trong hai.",
        ),
    ],
)
def test_wrong_values_are_named_with_their_field(kind, params, value, field, message):
    with pytest.raises(ValueProblem) as problem:
        validate_value(kind, params, value, Decimal(4))
    assert (problem.value.field, problem.value.message) == (field, message)


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_a_value_that_is_not_an_object_is_refused(value):
    with pytest.raises(ValueProblem):
        score("proportional", {}, value, Decimal(4))


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("unknown", {}),
        ("proportional", {"floor": "80"}),
        ("proportional", {"no_case_full": "yes"}),
        ("proportional", {"input": "words"}),
        ("proportional", {"noun": "x" * 161}),
        ("proportional_floor", {}),
        ("proportional_floor", {"floor": "101"}),
        ("linear", {"floor": "90", "ceiling": "90"}),
        ("count_capped", {"per": "0"}),
        ("deduct", {}),
        ("deduct", {"step": "1", "steps": []}),
        ("deduct", {"steps": [{"code": "a", "label": "A", "points": "1"}] * 2}),
        ("imported_ratio", {"of_max": "0"}),
        ("free", {"step": "0"}),
        ("free", {"step": "0.3"}),
        ("choice", {"options": [{"code": "a", "label": "A", "points": "4"}]}),
        (
            "choice",
            {"options": [{"code": "a", "label": "A", "points": "5"}, {"code": "b", "label": "B", "points": "4"}]},
        ),
        (
            "choice",
            {"options": [{"code": "a", "label": "A", "points": "3"}, {"code": "b", "label": "B", "points": "0"}]},
        ),
        (
            "choice",
            {"options": [{"code": "a", "label": "A", "points": "4"}, {"code": "a", "label": "B", "points": "0"}]},
        ),
        ("choice", {"options": "yes"}),
        ("tiers", {"tiers": [{"lower": "90", "points": "4"}, {"lower": "70", "points": "1"}]}),
        ("tiers", {"tiers": [{"lower": "90", "points": "4"}, {"lower": "0", "closed": False, "points": "0"}]}),
        (
            "tiers",
            {"tiers": [{"lower": "70", "points": "4"}, {"lower": "90", "points": "1"}, {"lower": "0", "points": "0"}]},
        ),
        (
            "tiers",
            {"tiers": [{"lower": "90", "points": "4"}, {"lower": "90", "points": "1"}, {"lower": "0", "points": "0"}]},
        ),
        ("tiers", {"tiers": [{"lower": "90", "points": "3"}, {"lower": "0", "points": "0"}]}),
        ("tiers", {"tiers": [{"lower": "100", "closed": False, "points": "4"}, {"lower": "0", "points": "0"}]}),
        (
            "tiers",
            {"tiers": [{"lower": "90", "upper": "100", "points": "4"}, {"lower": "0", "upper": "85", "points": "0"}]},
        ),
        (
            "tiers",
            {"tiers": [{"lower": "90", "upper": "100", "points": "4"}, {"lower": "0", "upper": "95", "points": "0"}]},
        ),
    ],
)
def test_wrong_rules_are_refused(kind, params):
    with pytest.raises(RuleError):
        validate_rule(kind, params, Decimal(4))


@pytest.mark.parametrize("maximum", ["0", "-1", "1.005"])
def test_a_maximum_must_be_above_zero_with_two_decimals(maximum):
    with pytest.raises(RuleError):
        validate_rule("yes_no", {}, Decimal(maximum))


def test_tiers_with_agreeing_upper_ends_are_accepted():
    tiers = [{"lower": "90", "upper": "100", "points": "4"}, {"lower": "0", "upper": "90", "points": "0"}]
    validate_rule("tiers", {"tiers": tiers}, Decimal(4))
    value = {"numerator": 9, "denominator": 10}
    assert score("tiers", {"tiers": tiers}, value, Decimal(4)).points == Decimal("4.00")


def test_input_fields_say_what_to_type():
    shown = [
        (one.name, one.label, one.kind) for one in input_fields("proportional", {"no_case_full": True}, Decimal(2))
    ]
    assert shown == [
        ("numerator", "Số đạt yêu cầu", "integer"),
        ("denominator", "Tổng số", "integer"),
        ("no_case", "Không phát sinh trong kỳ", "flag"),
    ]
    [choice] = input_fields("choice", IN_TIME)
    assert choice.options == (
        ("on_time", "Đúng hạn (1 điểm)"),
        ("late", "Chậm (0,5 điểm)"),
        ("none", "Không có (0 điểm)"),
    )
    [free] = input_fields("free", {"step": "0.5"}, Decimal(3))
    assert (free.maximum, free.hint) == (Decimal(3), "Từ 0 đến 3, mỗi bước 0,5.")
    [step] = input_fields("deduct", {"step": "1"})
    assert (step.name, step.label, step.kind) == ("count", "Số lần", "integer")


def test_every_kind_is_registered_under_its_own_name():
    assert list(RULES) == [
        "yes_no",
        "choice",
        "tiers",
        "proportional",
        "proportional_floor",
        "linear",
        "against_target",
        "count_capped",
        "deduct",
        "deduct_late",
        "quality",
        "imported_ratio",
        "survey",
        "converted",
        "formula",
        "free",
    ]
