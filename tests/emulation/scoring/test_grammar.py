"""The language of formulas: what it reads, what it computes, what it refuses and where."""

from decimal import Decimal, getcontext, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.scoring import FormulaProblem, ValueProblem
from emulation.scoring.compute import compute
from emulation.scoring.grammar import MAX_DEPTH, MAX_LENGTH, MAX_TOKENS, Number, names_in, parse, words


def value(text, **numbers):
    return compute(parse(text), {name: Decimal(number) for name, number in numbers.items()})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 5", "2"),
        ("2 * 3 / 4", "1.5"),
        ("-3 + 5", "2"),
        ("5 - -3", "8"),
        ("- (2 + 3)", "-5"),
        ("-2 * 3", "-6"),
        ("0,5 + 0.25", "0.75"),
        ("min(3; 1; 2)", "1"),
        ("max(3; 1; 2)", "3"),
        ("max(1; 3)", "3"),
        ("min(1,5; 2)", "1.5"),
        ("round(1,005; 2)", "1.01"),
        ("round(2,5; 0)", "3"),
        ("round(1 / 3; 6)", "0.333333"),
        ("if(1 < 2; 10; 20)", "10"),
        ("if(2 < 2; 10; 20)", "20"),
        ("if(2 <= 2; 10; 20)", "10"),
        ("if(3 <= 2; 10; 20)", "20"),
        ("if(2 > 2; 10; 20)", "20"),
        ("if(3 > 2; 10; 20)", "10"),
        ("if(2 >= 2; 10; 20)", "10"),
        ("if(1 >= 2; 10; 20)", "20"),
        ("if(2 = 2; 10; 20)", "10"),
        ("if(2 = 3; 10; 20)", "20"),
        ("if(2 != 2; 10; 20)", "20"),
        ("if(2 != 3; 10; 20)", "10"),
        ("if(1 = 1; if(1 = 2; 3; 4); 5)", "4"),
        ("3 × 4 ÷ 6 − 1", "1"),
        ("3·2–1", "5"),
        ("if(2 ≥ 2; if(2 ≤ 1; 1; 2); 3)", "2"),
        ("if(2 ≠ 2; 1; 2)", "2"),
        ("\u00a0 7 \u00a0", "7"),
        ("999999999999", "999999999999"),
        ("0,123456", "0.123456"),
    ],
)
def test_arithmetic(text, result):
    assert value(text) == Decimal(result)


def test_variables():
    assert value("3 * x / y", x=4, y=6) == 2
    assert value("if(y = 0; 0; x / y)", x=4, y=0) == 0
    assert [(one.name, one.position) for one in names_in(parse("a + max(b; -c_1) * if(d < e; 2; a)"))] == [
        ("a", 1),
        ("b", 9),
        ("c_1", 13),
        ("d", 23),
        ("e", 27),
        ("a", 33),
    ]


def test_a_result_has_twenty_decimals_whatever_the_caller_s_precision():
    with localcontext() as context:
        context.prec = 3
        assert value("1 / 3") == Decimal("0." + "3" * 20)
        assert value("200000000000 / 3") == Decimal("66666666666." + "6" * 20)
    assert getcontext().prec == 28


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 / 3 * 3", "1"),
        ("2 / 21 * 7 + 19 / 21 * 7", "7"),
        ("if(1 / 3 * 3 >= 1; 2; 1)", "2"),
        ("if(1 / 3 + 2 / 3 = 1; 2; 1)", "2"),
        ("if(7 / 9 * 9 != 7; 2; 1)", "1"),
        ("round(1 / 6 * 3; 0)", "1"),
        ("round(0 - 1 / 6 * 3; 0)", "-1"),
        ("round(2 / 3; 4)", "0.6667"),
        ("round(0 - 2 / 3; 4)", "-0.6667"),
        ("round(1,0050 / 3 * 3; 2)", "1.01"),
    ],
)
def test_parts_of_a_whole_are_exact(text, result):
    assert value(text) == Decimal(result)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        (None, 1, "Chưa nhập công thức"),
        ("", 1, "Chưa nhập công thức"),
        ("   ", 1, "Chưa nhập công thức"),
        (7, 1, "Chưa nhập công thức"),
        ("1 +", 4, "Cần một số, một biến hoặc dấu ngoặc nhưng gặp hết công thức"),
        ("* 2", 1, "Cần một số, một biến hoặc dấu ngoặc nhưng gặp “*”"),
        ("1 2", 3, "Không hiểu “2”: thừa phần này"),
        ("1 < 2", 3, "Không hiểu “<”: so sánh chỉ dùng ở vế đầu của if"),
        ("(1 + 2", 7, "Cần dấu “)” nhưng gặp hết công thức"),
        ("(1 2)", 4, "Cần dấu “)” nhưng gặp “2”"),
        ("min(1 > 2)", 7, "Cần dấu “)” nhưng gặp “>”"),
        ("(1 + 2]", 7, "Không hiểu ký tự “]”"),
        ("1 + 2)", 6, "Không hiểu “)”: thừa phần này"),
        ("min(1, 5)", 6, "Không hiểu ký tự “,”; dùng dấu ; để ngăn các giá trị"),
        ("min(1,5)", 1, "Hàm “min” cần từ 2 đến 20 giá trị ngăn bằng dấu ; nhưng có 1"),
        ("if(1 = 1,5,2)", 8, "Không đọc được số “1,5,2”; dùng dấu ; để ngăn các giá trị"),
        ("if(x; 1; 2)", 5, "Vế đầu của if phải là một so sánh (<, <=, >, >=, =, !=)"),
        ("if(1 = 1; 2)", 1, "Hàm “if” cần 3 giá trị ngăn bằng dấu ; nhưng có 2"),
        ("x + if(1 = 1; 2; 3; 4)", 5, "Hàm “if” cần 3 giá trị ngăn bằng dấu ; nhưng có 4"),
        ("round(1; 7)", 1, "Số chữ số của round phải là số nguyên từ 0 đến 6"),
        ("round(1; x)", 1, "Số chữ số của round phải là số nguyên từ 0 đến 6"),
        ("round(1; 1,5)", 1, "Số chữ số của round phải là số nguyên từ 0 đến 6"),
        ("1 + round(1)", 5, "Hàm “round” cần 2 giá trị ngăn bằng dấu ; nhưng có 1"),
        ("eval(1)", 1, "Không có hàm “eval”; chỉ dùng được min, max, round, if"),
        ("__import__(1)", 1, "Không có hàm “__import__”; chỉ dùng được min, max, round, if"),
        ("x.y", 2, "Không hiểu ký tự “.”"),
        ("1e5", 2, "Không hiểu “e5”: thừa phần này"),
        ("x ** 2", 4, "Cần một số, một biến hoặc dấu ngoặc nhưng gặp “*”"),
        ("'x'", 1, "Không hiểu ký tự “'”"),
        ("tổng", 2, "Không hiểu ký tự “ổ”"),
        ("٣", 1, "Không hiểu ký tự “٣”"),
        ("2 + 0,1234567", 5, "Số “0,1234567” có quá 12 chữ số hoặc quá 6 chữ số thập phân"),
        ("1234567890123", 1, "Số “1234567890123” có quá 12 chữ số hoặc quá 6 chữ số thập phân"),
        ("9" * 30, 1, f"Số “{'9' * 20}” có quá 12 chữ số hoặc quá 6 chữ số thập phân"),
        ("1" + "+1" * 249 + " + 11", 201, f"Công thức dài quá {MAX_LENGTH} ký tự"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text, position, message):
    with pytest.raises(FormulaProblem) as problem:
        parse(text)
    if len(str(text)) > MAX_LENGTH:
        position = MAX_LENGTH + 1
    assert problem.value.message == f"{message} (vị trí {position} trong công thức)."
    assert (problem.value.position, problem.value.field) == (position, "formula")


def test_limits_are_reached_but_not_passed():
    assert value("1" + " " * (MAX_LENGTH - 1)) == 1
    assert value("1" + "+1" * (MAX_TOKENS // 2 - 1) + "") == MAX_TOKENS // 2
    with pytest.raises(FormulaProblem) as problem:
        parse("1" + "+1" * (MAX_TOKENS // 2))
    assert problem.value.message == f"Công thức có quá {MAX_TOKENS} thành phần (vị trí 201 trong công thức)."
    assert value("-1" + "+1" * (MAX_TOKENS // 2 - 1)) == MAX_TOKENS // 2 - 2
    deep = MAX_DEPTH - 1
    assert value("(" * deep + "1" + ")" * deep) == 1
    with pytest.raises(FormulaProblem) as problem:
        parse("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH)
    assert problem.value.message == f"Công thức lồng nhau quá 20 lớp (vị trí {MAX_DEPTH + 1} trong công thức)."
    assert value("-" * deep + "1") == (-1) ** deep
    with pytest.raises(FormulaProblem) as problem:
        parse("-" * MAX_DEPTH + "1")
    assert problem.value.message == f"Công thức lồng nhau quá 20 lớp (vị trí {MAX_DEPTH} trong công thức)."
    many = " + ".join(f"({one})" for one in range(30))
    assert value(many) == sum(range(30))
    assert value("+".join("-1" for _ in range(40))) == -40
    assert value(f"max({'; '.join(str(one) for one in range(20))})") == 19
    with pytest.raises(FormulaProblem):
        parse(f"max({'; '.join(str(one) for one in range(21))})")


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("x / y", "y", "Công thức chia cho 0: “y” bằng 0 (vị trí 3 trong công thức). Hãy kiểm tra số liệu đã nhập."),
        (
            "1 + x / (y - 0)",
            "",
            "Công thức chia cho 0: “y − 0” bằng 0 (vị trí 7 trong công thức). Hãy kiểm tra số liệu đã nhập.",
        ),
        ("1 / 0", "", "Công thức chia cho 0: “0” bằng 0 (vị trí 3 trong công thức). Hãy kiểm tra số liệu đã nhập."),
        ("x * 999999999999", "", "Kết quả của công thức quá lớn (vị trí 3 trong công thức)."),
        ("-999999999999 - x", "", "Kết quả của công thức quá lớn (vị trí 15 trong công thức)."),
        ("x / 0,000001 * 999999", "", "Kết quả của công thức quá lớn (vị trí 14 trong công thức)."),
        ("x * 999999 / 0,000001", "", "Kết quả của công thức quá lớn (vị trí 12 trong công thức)."),
    ],
)
def test_what_cannot_be_computed_is_named_with_its_place(text, field, message):
    with pytest.raises(ValueProblem) as problem:
        value(text, x=5, y=0)
    assert (problem.value.field, problem.value.message) == (field, message)


def test_the_largest_number_is_still_a_number():
    assert value("999999999999 * x", x=1) == 999999999999
    assert value("999999999999 / x", x=1) == 999999999999


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3*x/(y-1)", "3 × x / (y − 1)"),
        ("(a+b)*c", "(a + b) × c"),
        ("a+(b*c)", "a + b × c"),
        ("a-(b-c)", "a − (b − c)"),
        ("a/(b*c)", "a / (b × c)"),
        ("-(a+b)", "−(a + b)"),
        ("-a*b", "−a × b"),
        ("if(a>=0,50;min(1;a);round(b;2))", "if(a ≥ 0,5; min(1; a); round(b; 2))"),
        ("if(a<=b;1;2)+if(a!=b;1;2)", "if(a ≤ b; 1; 2) + if(a ≠ b; 1; 2)"),
        ("if(a<b;1;2)+if(a=b;1;2)+if(a>b+1;1;2)", "if(a < b; 1; 2) + if(a = b; 1; 2) + if(a > b + 1; 1; 2)"),
    ],
)
def test_a_formula_is_written_as_it_was_understood(text, written):
    assert words(parse(text)) == written


LEAF = st.sampled_from(["x", "y", "1", "0,5", "12"])


def _grown(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda one: f"({one[0]}) {one[1]} ({one[2]})"),
        inner.map(lambda one: f"-({one})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda one: f"{one[0]}({one[1]}; {one[2]})"),
        st.tuples(inner, st.sampled_from(["<", "<=", "=", "!="]), inner, inner, inner).map(
            lambda one: f"if({one[0]} {one[1]} {one[2]}; {one[3]}; {one[4]})"
        ),
    )


FORMULAS = st.recursive(LEAF, _grown, max_leaves=6)


@given(FORMULAS, st.integers(0, 50), st.integers(0, 50))
def test_writing_and_reading_again_gives_the_same_result(text, x, y):
    again = words(parse(text))
    assert words(parse(again)) == again

    def outcome(formula):
        try:
            return value(formula, x=x, y=y)
        except ValueProblem as problem:
            return problem.field

    assert outcome(again) == outcome(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text):
    place = 1
    try:
        parse(text)
    except FormulaProblem as problem:
        place = problem.position
    assert 1 <= place <= len(text) + 1


@given(st.text(alphabet="0123456789xy+-*/();<>=., minaxroudf", max_size=40))
def test_formula_like_text_is_read_or_refused(text):
    try:
        node = parse(text)
    except FormulaProblem:
        return
    assert words(parse(words(node))) == words(node)


def test_a_number_is_kept_exactly():
    assert parse("0.10") == Number(Decimal("0.10"))


@pytest.mark.parametrize(
    ("before", "depth"), [("(1) + (1) + ", 20), ("-1 + -1 + -1 + ", 20), ("(((1) + ", 18), ("(((-1 + ", 17)]
)
def test_what_was_closed_before_gives_no_more_depth(before, depth):
    open_before = before.count("(") - before.count(")")

    def nested(levels):
        return before + "(" * levels + "1" + ")" * (levels + open_before)

    parse(nested(depth - 1))
    with pytest.raises(FormulaProblem) as problem:
        parse(nested(depth))
    assert problem.value.message.startswith("Công thức lồng nhau quá 20 lớp")
