"""Formulas that can never give points are told before anybody answers; those that can are let through."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.scoring import FormulaProblem, RuleError, ValueProblem, check_formula, doubtful_branches, read_rule
from tests.emulation.scoring.kit import FOUR, RATE

ONE = Decimal(1)


def formula(text, most=ONE, names="xy", **changes):
    """A rule of one formula; `changes` are further keys of its variables by name."""
    used = [name for name in names if name in text.replace("max", "").replace("if(", "")]
    variables = [{"code": name, "label": f"Số {name}"} | changes.get(name, {}) for name in used or names[:1]]
    branch = {"code": "a", "label": "Chung", "formula": text if used else f"{text} + 0 * {names[0]}"}
    return read_rule("formula", {"variables": variables, "branches": [branch]}, most)


def refusal(rule):
    with pytest.raises(RuleError) as refused:
        check_formula(rule)
    return refused.value


@pytest.mark.parametrize(
    ("text", "divisor", "position"),
    [
        ("x / 0", "0", 3),
        ("x / (2 - 2)", "2 − 2", 3),
        ("1 + x / (y - y)", "y − y", 7),
        ("x / ((x + y) - (x + y))", "x + y − (x + y)", 3),
        ("x / (0 * y)", "0 × y", 3),
        ("x / min(0; y)", "min(0; y)", 3),
        ("x / (toi_da - 1)", "toi_da − 1", 3),
        ("x / round(0,4; 0)", "round(0,4; 0)", 3),
        ("x / -(1 - 1)", "−(1 − 1)", 3),
        ("if(toi_da = 1; x / 0; x)", "0", 18),
        ("if(x / 0 > 1; 1; 0)", "0", 6),
        ("if(x > 5; x / 0; x)", "0", 13),
    ],
)
def test_a_division_by_what_is_always_zero_is_refused_at_its_sign(text, divisor, position):
    problem = refusal(formula(text))
    assert problem.message == (
        f"Công thức “Chung” luôn chia cho 0: “{divisor}” bằng 0 (vị trí {position} trong công thức)."
    )
    assert (problem.field, problem.position) == ("formula", position)


@pytest.mark.parametrize(
    "text",
    [
        "x / y",
        "if(y = 0; 0; x / y)",
        "x / (y - 2)",
        "if(toi_da > 1; x / (toi_da - 1); x)",
        "if(1 > 2; x / 0; x)",
        "if(toi_da != 1; x / 0; x)",
        "if(y <= 0; x; x / max(y; 1))",
    ],
)
def test_a_division_that_may_be_or_is_guarded_passes(text):
    check_formula(formula(text))


NEVER = "Công thức “Chung” không bao giờ cho điểm từ 0 đến 1: "


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x + 100", "kết quả nhỏ nhất có thể có là 100."),
        ("max(x; 1,5)", "kết quả nhỏ nhất có thể có là 1,5."),
        ("toi_da + 1 / 3 + x", "kết quả nhỏ nhất có thể có là 1,3333."),
        ("if(x > 3; 2; 4)", "kết quả nhỏ nhất có thể có là 2."),
        ("round(x + 1,5; 0)", "kết quả nhỏ nhất có thể có là 2."),
        ("-1 - x", "kết quả lớn nhất có thể có là −1."),
        ("0 - (x + 1) * 2", "kết quả lớn nhất có thể có là −2."),
        ("min(x; 0) - 0,5", "kết quả lớn nhất có thể có là −0,5."),
    ],
)
def test_a_result_that_is_never_in_range_is_refused(text, why):
    problem = refusal(formula(text))
    assert (problem.message, problem.field) == (NEVER + why, "formula")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-((x - 5) / y) - 1", {"x": 0, "y": 5}),
        ("(x + 5) / y - 1", {"x": 0, "y": 5}),
        ("1 - 5 / (x - 8)", {"x": 13}),
        ("1 - 5 / -(0 - x)", {"x": 5}),
        ("-5 / (0 - x)", {"x": 5}),
        ("-x * -x", {"x": 1}),
        ("toi_da", {"x": 0}),
        ("0 - x", {"x": 0}),
    ],
)
def test_what_some_answer_gives_points_for_is_let_through(text, value):
    rule = formula(text)
    rule.score(value)
    check_formula(rule)


def test_the_most_of_a_variable_counts():
    assert "nhỏ nhất có thể có là 10." in refusal(formula("100 / x", x={"most": "10"})).message
    check_formula(formula("100 / x", x={"most": "100"}))
    assert "lớn nhất có thể có là −1." in refusal(formula("x - 11", x={"most": "10"})).message
    check_formula(formula("x - 11", x={"most": "11"}))


TEN = {"most": "10"}  # x from 0 to 10


def refused(text):
    """Whether a formula of x from 0 to 10 is refused."""
    try:
        check_formula(formula(text, x=TEN))
    except RuleError:
        return True
    return False


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        *((one, True) for one in ("x < 11", "x <= 10", "11 > x", "10 >= x", "x >= 0", "0 <= x", "x > -1")),
        *((one, True) for one in ("2 = 2", "x != 11", "11 != x", "toi_da = 1")),
        *((one, False) for one in ("x < 0", "x > 10", "0 > x", "11 <= x", "x >= 11", "x <= -1")),
        *((one, False) for one in ("x = 11", "11 = x", "2 != 2", "x = -1")),
        *((one, None) for one in ("x < 10", "x <= 9", "x <= 0", "x > 0", "x >= 1", "x >= 10", "x < 1")),
        *((one, None) for one in ("x = 10", "x = 0", "x != 10", "0 != x", "x = 5", "x > 9")),
    ],
)
def test_a_condition_is_followed_on_its_one_side_only_where_it_is_certain(condition, held):
    then, otherwise = refused(f"if({condition}; x / 0; x / 10)"), refused(f"if({condition}; x / 10; x / 0)")
    assert (then, otherwise) == (held is not False, held is not True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("20 / x", "nhỏ nhất có thể có là 2."),
        ("-20 / x", "lớn nhất có thể có là −2."),
        ("20 / (x - 20)", "lớn nhất có thể có là −1."),
        ("-30 / (x - 20)", "nhỏ nhất có thể có là 1,5."),
        ("20 / (x - 10)", "lớn nhất có thể có là −2."),
        ("-20 / (x - 10)", "nhỏ nhất có thể có là 2."),
        ("30 / (x + 2)", "nhỏ nhất có thể có là 2,5."),
        ("(x - 30) / (x + 2)", "lớn nhất có thể có là −1,6667."),
        ("(x - 30) / (0 - x - 2)", "nhỏ nhất có thể có là 1,6667."),
        ("(x - 20) / x", "lớn nhất có thể có là −1."),
        ("(20 - x) / x + 0,5", "nhỏ nhất có thể có là 1,5."),
        ("5 / (x + 0,5) - 11", "lớn nhất có thể có là −1."),
        ("0 - 2 - x * x", "lớn nhất có thể có là −2."),
        ("min(x; 3) + 2", "nhỏ nhất có thể có là 2."),
        ("max(x; 3)", "nhỏ nhất có thể có là 3."),
        ("0 - max(x; 3)", "lớn nhất có thể có là −3."),
    ],
)
def test_the_limits_of_variables_go_through_every_operation(text, why):
    assert refusal(formula(text, x=TEN)).message.endswith(why)


@pytest.mark.parametrize("text", ["(x - 5) / x", "5 / (x - 5)", "x * (x - 10)", "(x - 2) * (x - 3)", "max(x; 3) - 3"])
def test_what_may_be_of_any_sign_is_let_through(text):
    check_formula(formula(text, x=TEN))


def test_a_small_number_over_a_smaller_one_may_be_large():
    check_formula(formula("x / y - 0,5", x={"most": "1"}, y=TEN))
    check_formula(formula("1 - x / y", x={"most": "1"}, y=TEN))


def test_a_key_nobody_reads_in_a_list_is_refused_with_the_items_number():
    params = {**RATE, "tiers": [{"lower": "90", "points": "4"}, {"lower": "0", "close": False, "points": "0"}]}
    rule = read_rule("tiers", params, FOUR)
    with pytest.raises(RuleError) as refused_:
        rule.check_items(params)
    problem = refused_.value
    assert (problem.field, problem.position) == ("tiers", 2)
    assert problem.message.startswith("Danh sách “tiers”, mục 2: không có “close”; chỉ dùng “")
    rule.check_items({**params, "tiers": params["tiers"][:1]})
    rule.check_items({})


def test_the_branch_that_can_never_score_is_named_among_others():
    branches = [
        {"code": "a", "label": "Đúng", "formula": "x / 100"},
        {"code": "b", "label": "Sai", "formula": "x + 2"},
    ]
    rule = read_rule("formula", {"variables": [{"code": "x", "label": "X"}], "branches": branches}, ONE)
    assert refusal(rule).message.startswith("Công thức “Sai” không bao giờ")


def chained(**part_of):
    variables = [
        {"code": name, "label": name} | ({"part_of": whole} if whole else {}) for name, whole in part_of.items()
    ]
    branch = {"code": "a", "label": "Chung", "formula": " + ".join(part_of)}
    return read_rule("formula", {"variables": variables, "branches": [branch]}, ONE)


def test_variables_that_are_part_of_each_other_in_a_circle_are_refused():
    for circle, told in (
        (chained(x="y", y="x"), "“x” → “y” → “x”"),
        (chained(x="y", y="z", z="x"), "“x” → “y” → “z” → “x”"),
        (chained(a="x", x="y", y="x"), "“x” → “y” → “x”"),
    ):
        problem = refusal(circle)
        assert problem.message == f"Các biến nêu nhau vòng tròn ở phần “không quá biến”: {told}."
        assert problem.field == "variables"
    check_formula(chained(x="y", y="z", z=""))
    check_formula(chained(x="z", y="z", z=""))


@pytest.mark.parametrize(
    ("rule", "doubtful"),
    [
        (formula("x / y"), False),
        (formula("x - y"), False),
        (formula("y - x"), False),
        (formula("x - 4999,5"), False),
        (formula("x - 4999,5", x={"decimals": 1}), False),
        (formula("x - 5000"), False),
        (formula("2 - y / x", x={"part_of": "y"}), False),
        (formula("x / y - 1,5", x={"part_of": "y"}), True),
        (formula("x * (x - 5) - 7"), True),
    ],
)
def test_a_formula_no_answer_tried_fits_is_doubtful(rule, doubtful):
    check_formula(rule)
    assert [one.label for one in doubtful_branches(rule)] == (["Chung"] if doubtful else [])


def test_only_the_doubtful_branch_is_named():
    branches = [
        {"code": "a", "label": "Đúng", "formula": "x / 100"},
        {"code": "b", "label": "Ngờ", "formula": "x * (x - 5) - 7"},
    ]
    rule = read_rule("formula", {"variables": [{"code": "x", "label": "X"}], "branches": branches}, ONE)
    assert [one.label for one in doubtful_branches(rule)] == ["Ngờ"]


numbers = st.integers(0, 9).map(str) | st.sampled_from(["0,5", "toi_da", "x", "y"])
CALLS = ("round({0}; 1)", "min({0}; {1})", "max({0}; {1})", "-({0})")
IFS = tuple(f"if({{0}} {sign} {{1}}; {{0}}; {{1}})" for sign in ("<", "<=", ">", ">=", "=", "!="))
formulas = st.recursive(
    numbers,
    lambda inside: st.builds(
        lambda form, one, two: form.format(one, two),
        st.sampled_from([f"({{0}}) {sign} ({{1}})" for sign in "+-*/"] + [*CALLS, *IFS]),
        inside,
        inside,
    ),
    max_leaves=6,
)


@given(text=formulas, x=st.integers(0, 12), y=st.integers(0, 12), most=st.integers(1, 3))
def test_no_formula_that_gives_points_is_refused_for_its_range(text, x, y, most):
    rule = formula(f"{text} + 0 * (x + y)", Decimal(most))
    try:
        rule.score({"x": x, "y": y})
    except ValueProblem:
        return
    try:
        check_formula(rule)
    except FormulaProblem:  # a division by zero in a branch this answer does not reach
        assert "if(" in text
