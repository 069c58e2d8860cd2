"""R7, R16, R17, R20: a target with the leader as 100 %, surveys, a system's value, another ranking."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.scoring import RuleError, ValueProblem, input_fields, leader_of, sample_size, score, validate_rule

FOUR = Decimal(4)


def against(actual, target=100, best=150, best_target=100, **params):
    value = {"actual": actual, "target": target, "best_actual": best, "best_target": best_target}
    return score("against_target", params, value, FOUR)


@pytest.mark.parametrize(
    ("actual", "points"),
    [(0, "0.00"), (50, "1.00"), (99, "1.98"), (100, "2.00"), (101, "2.04"), (125, "3.00"), (150, "4.00")],
)
def test_the_four_cases_of_a_target(actual, points):
    assert against(actual).points == Decimal(points)


def test_targets_differ_between_units():
    assert against(60, 50, 300, 100).points == Decimal("2.20")
    assert against(150, 50, 300, 100).points == Decimal("4.00")


def test_reaching_the_target_as_the_best_earns_its_share():
    assert against(100, best=100).points == Decimal("2.00")
    assert against(100, best=100, at_target="60").points == Decimal("2.40")
    assert against(100, best=100, at_target="100").points == Decimal("4.00")


@pytest.mark.parametrize(
    ("actual", "text"),
    [
        (
            80,
            "80/100 tin = 80 % chỉ tiêu, đạt chỉ tiêu được 50 % điểm tối đa → 1,60/4,00 điểm",
        ),
        (120, "120/100 tin = 120 % chỉ tiêu, đơn vị dẫn đầu 150 % → 2,80/4,00 điểm"),
    ],
)
def test_a_target_is_explained(actual, text):
    assert against(actual, noun="tin").explanation == text


def test_a_rate_just_below_the_target_is_not_printed_as_reaching_it():
    result = against(99999, 100000, 100000, 100000)
    assert result.explanation.startswith("99999/100000 kết quả = 99,999 % chỉ tiêu")
    result = against(100001, 100000, 200001, 100000)
    assert result.explanation == ("100001/100000 kết quả = 100,001 % chỉ tiêu, đơn vị dẫn đầu 200 % → 2,00/4,00 điểm")
    leader = against(100001, 100000, 100001, 100000)
    assert leader.explanation.endswith("chỉ tiêu, đơn vị dẫn đầu 100,001 % → 4,00/4,00 điểm")


def test_without_a_target_the_leader_is_the_measure():
    params = {"target": "none", "noun": "sáng kiến", "decimals": 1}
    result = score("against_target", params, {"actual": "1.5", "best_actual": 2}, FOUR)
    assert (result.points, result.explanation) == (
        Decimal("3.00"),
        "1,5 sáng kiến, đơn vị dẫn đầu 2: 75 % → 3,00/4,00 điểm",
    )
    assert [(one.name, one.label, one.kind, one.decimals) for one in input_fields("against_target", params, FOUR)] == [
        ("actual", "Thực hiện", "decimal", 1),
        ("best_actual", "Thực hiện của đơn vị dẫn đầu", "decimal", 1),
    ]
    assert [(one.name, one.label, one.kind, one.decimals) for one in input_fields("against_target", {}, FOUR)] == [
        ("actual", "Thực hiện", "integer", 0),
        ("target", "Chỉ tiêu", "integer", 0),
        ("best_actual", "Thực hiện của đơn vị dẫn đầu", "integer", 0),
        ("best_target", "Chỉ tiêu của đơn vị dẫn đầu", "integer", 0),
    ]


@pytest.mark.parametrize(
    ("params", "value", "field", "message"),
    [
        ({}, (1, 0, 1, 1), "target", "Chỉ tiêu phải lớn hơn 0."),
        ({}, (1, 1, 1, 0), "best_target", "Chỉ tiêu phải lớn hơn 0."),
        ({}, (3, 2, 4, 3), "best_actual", "Đơn vị dẫn đầu không thể có kết quả thấp hơn đơn vị này."),
        ({}, ("", 2, 4, 3), "actual", "Chưa nhập thực hiện."),
        ({}, (1, 2, "x", 3), "best_actual", "Thực hiện của đơn vị dẫn đầu phải là một số; đã nhập “x”."),
        ({}, (1, "1.5", 3, 3), "target", "Chỉ tiêu phải là số nguyên; đã nhập 1,5."),
        ({"target": "none"}, (0, None, 0, None), "best_actual", "Kết quả của đơn vị dẫn đầu phải lớn hơn 0."),
        (
            {"target": "none"},
            (2, None, 1, None),
            "best_actual",
            "Đơn vị dẫn đầu không thể có kết quả thấp hơn đơn vị này.",
        ),
    ],
)
def test_wrong_results_against_a_target(params, value, field, message):
    names = ("actual", "target", "best_actual", "best_target")
    with pytest.raises(ValueProblem) as problem:
        score("against_target", params, dict(zip(names, value, strict=True)), FOUR)
    assert (problem.value.field, problem.value.message) == (field, message)


RESULT = st.tuples(st.integers(0, 60), st.integers(1, 40))


@given(st.lists(RESULT, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_leader_of_a_block_scores_best_and_everyone_can_be_scored(results, random):
    pairs = [(Decimal(actual), Decimal(target)) for actual, target in results]
    leader = leader_of(pairs)
    assert leader_of(random.sample(pairs, len(pairs))) == leader
    points = [against(int(one), int(goal), int(leader[0]), int(leader[1])).points for one, goal in pairs]
    by_ratio = sorted(zip((one / goal for one, goal in pairs), points, strict=True))
    assert [point for _, point in by_ratio] == sorted(points)
    assert all(0 <= point <= FOUR for point in points)


def test_a_leader_needs_a_result():
    assert leader_of([]) is None
    assert leader_of([(Decimal(1), Decimal(2)), (Decimal(2), Decimal(4))]) == (Decimal(2), Decimal(4))
    assert leader_of([(Decimal(2), Decimal(4)), (Decimal(1), Decimal(2))]) == (Decimal(2), Decimal(4))
    assert leader_of([(Decimal(1), Decimal(2)), (Decimal(3), Decimal(5))]) == (Decimal(3), Decimal(5))
    assert leader_of([(Decimal(3), Decimal(5)), (Decimal(1), Decimal(2))]) == (Decimal(3), Decimal(5))


@pytest.mark.parametrize(
    ("population", "error", "size"),
    [(1000, 5, 286), (500, 5, 223), (1, 5, 1), (400, 5, 200), (10000, 10, 100), (100, 5, 80)],
)
def test_sample_sizes(population, error, size):
    assert sample_size(population, Decimal(error)) == size
    assert sample_size(1000) == 286
    assert sample_size(1000, Decimal("0.5")) == 976


@pytest.mark.parametrize(("population", "error"), [(0, 5), (10, 0)])
def test_no_sample_of_nothing(population, error):
    with pytest.raises(ValueError, match=f"no sample of {population} at {error} %"):
        sample_size(population, Decimal(error))


FIVE = {"very_satisfied": 60, "satisfied": 30, "neutral": 5, "dissatisfied": 3, "very_dissatisfied": 2}


@pytest.mark.parametrize(
    ("params", "value", "maximum", "points", "text"),
    [
        ({"input": "five"}, FIVE, "30", "27.00", "90/100 phiếu hài lòng = 90 % → 27,00/30,00 điểm"),
        ({}, {"satisfied": 45, "answers": 50}, "35", "31.50", "45/50 phiếu hài lòng = 90 % → 31,50/35,00 điểm"),
        (
            {"min_answers": 50, "noun": "phiếu đạt"},
            {"satisfied": 50, "answers": 50},
            "31.5",
            "31.50",
            "50/50 phiếu đạt = 100 % → 31,50/31,50 điểm",
        ),
    ],
)
def test_surveys(params, value, maximum, points, text):
    result = score("survey", params, value, Decimal(maximum))
    assert (result.points, result.explanation) == (Decimal(points), text)


def test_survey_inputs():
    assert [(one.name, one.label, one.kind) for one in input_fields("survey", {"input": "five"}, FOUR)] == [
        ("very_satisfied", "Số phiếu “Rất hài lòng”", "integer"),
        ("satisfied", "Số phiếu “Hài lòng”", "integer"),
        ("neutral", "Số phiếu “Bình thường”", "integer"),
        ("dissatisfied", "Số phiếu “Không hài lòng”", "integer"),
        ("very_dissatisfied", "Số phiếu “Rất không hài lòng”", "integer"),
    ]
    assert [(one.name, one.label, one.kind) for one in input_fields("survey", {}, FOUR)] == [
        ("satisfied", "Số phiếu hài lòng, rất hài lòng", "integer"),
        ("answers", "Số phiếu trả lời", "integer"),
    ]


TOO_FEW = (
    "Cần ít nhất {} phiếu trả lời; mới có {}. Nếu không tổ chức khảo sát, hãy bỏ phần này khỏi đợt cho mọi đơn vị."
)


@pytest.mark.parametrize(
    ("params", "value", "field", "message"),
    [
        ({}, {"satisfied": 0, "answers": 0}, "answers", TOO_FEW.format(1, 0)),
        ({"min_answers": 286}, {"satisfied": 285, "answers": 285}, "answers", TOO_FEW.format(286, 285)),
        ({"input": "five"}, dict.fromkeys(FIVE, 0), "very_satisfied", TOO_FEW.format(1, 0)),
        ({"input": "five"}, FIVE | {"neutral": ""}, "neutral", "Chưa nhập số phiếu “Bình thường”."),
        (
            {},
            {"satisfied": 6, "answers": 5},
            "satisfied",
            "Số phiếu hài lòng (6) không được lớn hơn số phiếu trả lời (5).",
        ),
        ({}, {"answers": 5}, "satisfied", "Chưa nhập số phiếu hài lòng, rất hài lòng."),
        ({}, {"satisfied": 5}, "answers", "Chưa nhập số phiếu trả lời."),
    ],
)
def test_wrong_surveys(params, value, field, message):
    with pytest.raises(ValueProblem) as problem:
        score("survey", params, value, FOUR)
    assert (problem.value.field, problem.value.message) == (field, message)


RANKS = {"by": "rank", "name": "766", "ranks": [{"to": 1, "points": 4}, {"to": 10, "points": "2.5"}, {"points": "0.5"}]}


@pytest.mark.parametrize(
    ("rank", "points", "text"),
    [
        (1, "4.00", "766 hạng 1, mức hạng 1 → 4,00/4,00 điểm"),
        (2, "2.50", "766 hạng 2, mức hạng 2 đến 10 → 2,50/4,00 điểm"),
        (10, "2.50", "766 hạng 10, mức hạng 2 đến 10 → 2,50/4,00 điểm"),
        (11, "0.50", "766 hạng 11, mức từ hạng 11 → 0,50/4,00 điểm"),
        (126, "0.50", "766 hạng 126, mức từ hạng 11 → 0,50/4,00 điểm"),
    ],
)
def test_a_rank_is_converted(rank, points, text):
    result = score("converted", RANKS, {"rank": rank}, FOUR)
    assert (result.points, result.explanation) == (Decimal(points), text)


def test_an_index_is_converted():
    result = score("converted", {"name": "DTI", "of_max": "1"}, {"index": "0.835"}, FOUR)
    assert (result.points, result.explanation) == (Decimal("3.34"), "Chỉ số DTI 0,835/1 → 3,34/4,00 điểm")
    [one] = input_fields("converted", {"name": "DTI", "of_max": "1"}, FOUR)
    assert (one.name, one.label, one.kind, one.maximum, one.decimals) == ("index", "Chỉ số DTI", "decimal", 1, 3)
    [one] = input_fields("converted", RANKS, FOUR)
    assert (one.name, one.label, one.kind) == ("rank", "Thứ hạng 766", "integer")


@pytest.mark.parametrize(
    ("params", "value", "field", "message"),
    [
        ({"name": "DTI"}, {"index": "100.1"}, "index", "Chỉ số DTI tối đa là 100; đã nhập 100,1."),
        (
            {"name": "DTI"},
            {"index": "1.0005"},
            "index",
            "Chỉ số DTI chỉ được có tối đa 3 chữ số thập phân; đã nhập 1,0005.",
        ),
        (RANKS, {"rank": 0}, "rank", "Thứ hạng phải từ 1 trở lên."),
        (RANKS, {}, "rank", "Chưa nhập thứ hạng 766."),
    ],
)
def test_wrong_results_of_another_ranking(params, value, field, message):
    with pytest.raises(ValueProblem) as problem:
        score("converted", params, value, FOUR)
    assert (problem.value.field, problem.value.message) == (field, message)


def ranks(*steps):
    return {"by": "rank", "name": "766", "ranks": [dict(step) for step in steps]}


ORDER = "Các nhóm hạng phải xếp từ tốt đến kém, hạng tăng dần, điểm không tăng."


@pytest.mark.parametrize(
    ("kind", "params", "field", "message"),
    [
        ("converted", {}, "name", "Tham số “name” phải là chữ, không quá 160 ký tự."),
        ("converted", {"name": "A", "by": "x"}, "by", "Tham số “by” chỉ nhận một trong các giá trị: “index”, “rank”."),
        ("converted", {"name": "A", "ranks": []}, "ranks", "Tham số “ranks” không dùng khi quy đổi theo “index”."),
        ("converted", RANKS | {"of_max": 5}, "of_max", "Tham số “of_max” không dùng khi quy đổi theo “rank”."),
        ("converted", {"name": "A", "of_max": "0"}, "of_max", "Tham số “of_max” phải lớn hơn 0."),
        ("converted", ranks({"points": 4}), "ranks", "Danh sách “ranks” phải có ít nhất 2 mục."),
        (
            "converted",
            ranks({"to": 3, "points": 4}, {"to": 9, "points": 0}),
            "ranks",
            "Nhóm hạng cuối gồm mọi hạng còn lại nên không ghi “to”.",
        ),
        ("converted", ranks({"points": 4}, {"points": 0}), "to", "Tham số “to” phải là một số không âm."),
        ("converted", ranks({"to": "1.5", "points": 4}, {"points": 0}), "to", "Tham số “to” phải là số nguyên."),
        ("converted", ranks({"to": 0, "points": 4}, {"points": 0}), "ranks", ORDER),
        ("converted", ranks({"to": 3, "points": 4}, {"to": 3, "points": 2}, {"points": 0}), "ranks", ORDER),
        ("converted", ranks({"to": 3, "points": 4}, {"to": 2, "points": 2}, {"points": 0}), "ranks", ORDER),
        ("converted", ranks({"to": 3, "points": 2}, {"to": 5, "points": 4}, {"points": 0}), "ranks", ORDER),
        ("converted", ranks({"to": 3, "points": 4}, {"to": 5, "points": 1}, {"points": 2}), "ranks", ORDER),
        (
            "converted",
            ranks({"to": 3, "points": 3}, {"points": 0}),
            "ranks",
            "Nhóm hạng đầu phải đạt điểm tối đa 4.",
        ),
        (
            "converted",
            ranks({"to": 3, "points": 5}, {"points": 0}),
            "points",
            "Điểm của mỗi nhóm hạng phải từ 0 đến 4, tối đa 2 chữ số thập phân.",
        ),
        ("survey", {"min_answers": 0}, "min_answers", "Số phiếu tối thiểu phải từ 1 trở lên."),
        ("survey", {"input": "six"}, "input", "Tham số “input” chỉ nhận một trong các giá trị: “two”, “five”."),
        (
            "against_target",
            {"at_target": "101"},
            "at_target",
            "Tham số “at_target” là tỷ lệ phần trăm, không được quá 100.",
        ),
        (
            "against_target",
            {"target": "x"},
            "target",
            "Tham số “target” chỉ nhận một trong các giá trị: “unit”, “none”.",
        ),
        (
            "against_target",
            {"target": "none", "at_target": 50},
            "at_target",
            "Không có chỉ tiêu nên không dùng tham số “at_target”.",
        ),
        ("against_target", {"decimals": 4}, "decimals", "Tham số “decimals” chỉ nhận từ 0 đến 3."),
        ("imported_ratio", {"of_max": 0}, "of_max", "Tham số “of_max” phải lớn hơn 0."),
    ],
)
def test_wrong_rules(kind, params, field, message):
    with pytest.raises(RuleError) as problem:
        validate_rule(kind, params, FOUR)
    assert (problem.value.field, problem.value.message) == (field, message)


def test_the_last_ranks_may_earn_as_much_as_the_ones_before():
    validate_rule("converted", ranks({"to": 1, "points": 4}, {"to": 2, "points": 4}, {"points": 4}), FOUR)
    validate_rule("against_target", {"decimals": 3}, FOUR)
    validate_rule("survey", {"min_answers": 1}, FOUR)


@pytest.mark.parametrize(
    ("value", "of_max", "maximum", "points"),
    [
        ("13.2", "18", "18", "13.20"),
        ("18.4", "20", "20", "18.40"),
        ("7.7", "12", "12", "7.70"),
        ("7.6", "10", "5", "3.80"),
        ("17.6", "18", "4", "3.91"),
        ("15.6", "22", "22", "15.60"),
        ("0", "22", "22", "0.00"),
        ("22", "22", "7", "7.00"),
    ],
)
def test_groups_of_766(value, of_max, maximum, points):
    assert score("imported_ratio", {"of_max": of_max}, {"value": value}, Decimal(maximum)).points == Decimal(points)


def test_an_imported_value_has_its_label():
    [one] = input_fields("imported_ratio", {"of_max": "20", "noun": "điểm 766"}, FOUR)
    assert (one.name, one.label, one.kind, one.maximum, one.decimals) == (
        "value",
        "Số điểm 766 (thang 20)",
        "decimal",
        20,
        2,
    )
    [one] = input_fields("imported_ratio", {"of_max": "20", "value_label": "Điểm nhóm"}, FOUR)
    assert one.label == "Điểm nhóm"
