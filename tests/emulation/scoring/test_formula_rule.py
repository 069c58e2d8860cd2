"""R18: formulas with named variables, chosen branches, separate values of unit and appraiser."""

from decimal import Decimal

import pytest

from emulation.scoring import RuleError, ValueProblem, input_fields, read_rule, score, validate_rule

RATE = {
    "variables": [
        {"code": "x", "label": "Số hồ sơ đúng hạn", "part_of": "y"},
        {"code": "y", "label": "Số hồ sơ đã giải quyết"},
    ],
    "branches": [{"code": "a", "label": "Theo tỷ lệ", "formula": "toi_da * x / y"}],
}
TWO = {
    "variables": [
        {"code": "x", "label": "Số văn bản", "decimals": 0},
        {"code": "y", "label": "Tổng số", "decimals": 0},
        {"code": "gio", "label": "Số giờ", "decimals": 1, "most": "24"},
    ],
    "branches": [
        {"code": "ty_le", "label": "Có phát sinh", "formula": "3 * x / y"},
        {"code": "gio", "label": "Tính theo giờ", "formula": "min(gio / 8; 3)"},
    ],
}
THREE = Decimal(3)


def test_unit_and_appraiser_give_their_own_values_to_one_rule():
    claimed = score("formula", RATE, {"x": 98, "y": 100}, THREE)
    found = score("formula", RATE, {"x": 95, "y": 100}, THREE)
    assert (claimed.points, found.points) == (Decimal("2.94"), Decimal("2.85"))
    assert found.explanation == (
        "Điểm = toi_da × x / y, với x là số hồ sơ đúng hạn = 95, y là số hồ sơ đã giải quyết = 100, toi_da = 3 "
        "→ 2,85/3,00 điểm"
    )


@pytest.mark.parametrize(
    ("value", "points", "text"),
    [
        (
            {"branch": "ty_le", "x": 1, "y": 2},
            "1.50",
            "Có phát sinh = 3 × x / y, với x là số văn bản = 1, y là tổng số = 2 → 1,50/3,00 điểm",
        ),
        (
            {"branch": "gio", "gio": "12.5"},
            "1.56",
            "Tính theo giờ = min(gio / 8; 3), với gio là số giờ = 12,5 → 1,56/3,00 điểm",
        ),
    ],
)
def test_a_branch_is_chosen_and_only_its_variables_are_asked_for(value, points, text):
    result = score("formula", TWO, value, THREE)
    assert (result.points, result.explanation) == (Decimal(points), text)


def test_a_formula_without_variables_in_a_branch_has_no_list():
    params = TWO | {"branches": [*TWO["branches"], {"code": "khong", "label": "Không có", "formula": "1,5"}]}
    assert score("formula", params, {"branch": "khong"}, THREE).explanation == "Không có = 1,5 → 1,50/3,00 điểm"


def test_inputs():
    shown = [(one.name, one.label, one.kind, one.maximum, one.decimals) for one in input_fields("formula", TWO, THREE)]
    assert shown == [
        ("branch", "Cách tính", "choice", None, 0),
        ("x", "Số văn bản", "integer", None, 0),
        ("y", "Tổng số", "integer", None, 0),
        ("gio", "Số giờ", "decimal", Decimal(24), 1),
    ]
    assert input_fields("formula", TWO, THREE)[0].options == (("ty_le", "Có phát sinh"), ("gio", "Tính theo giờ"))
    assert [one.name for one in input_fields("formula", RATE, THREE)] == ["x", "y"]


@pytest.mark.parametrize(
    ("params", "value", "field", "message"),
    [
        (
            RATE,
            {"x": 16, "y": 15},
            "x",
            "Số hồ sơ đúng hạn (16) không được lớn hơn số hồ sơ đã giải quyết (15).",
        ),
        (
            RATE,
            {"x": 0, "y": 0},
            "y",
            "Công thức chia cho 0: “y” bằng 0 (vị trí 12 trong công thức). Hãy kiểm tra số liệu đã nhập.",
        ),
        (RATE, {"x": 1}, "y", "Chưa nhập số hồ sơ đã giải quyết."),
        (RATE, {"x": "1.5", "y": 2}, "x", "Số hồ sơ đúng hạn phải là số nguyên; đã nhập 1,5."),
        (RATE, {"x": "x", "y": 2}, "x", "Số hồ sơ đúng hạn phải là một số; đã nhập “x”."),
        (TWO, {"x": 1, "y": 2}, "branch", "Chưa chọn cách tính."),
        (TWO, {"branch": "", "x": 1, "y": 2}, "branch", "Chưa chọn cách tính."),
        (TWO, {"branch": "b", "x": 1, "y": 2}, "branch", "Cách tính không có trong danh sách; hãy chọn lại."),
        (TWO, {"branch": "gio", "gio": "24.1"}, "gio", "Số giờ tối đa là 24; đã nhập 24,1."),
        (TWO, {"branch": "gio", "gio": "1.25"}, "gio", "Số giờ chỉ được có tối đa 1 chữ số thập phân; đã nhập 1,25."),
        (
            TWO,
            {"branch": "ty_le", "x": 4, "y": 3},
            "x",
            "Kết quả 4 không nằm trong khoảng từ 0 đến 3 điểm; hãy kiểm tra lại số liệu (x = 4, y = 3).",
        ),
        (
            RATE | {"branches": [{"code": "a", "label": "A", "formula": "x / 3 - y"}]},
            {"x": 1, "y": 2},
            "x",
            "Kết quả −1,6667 không nằm trong khoảng từ 0 đến 3 điểm; hãy kiểm tra lại số liệu (x = 1, y = 2).",
        ),
    ],
)
def test_wrong_values_are_refused_with_cause_and_place(params, value, field, message):
    with pytest.raises(ValueProblem) as problem:
        score("formula", params, value, THREE)
    assert (problem.value.field, problem.value.message) == (field, message)


def test_the_ends_of_the_range_are_in_it():
    assert score("formula", RATE, {"x": 0, "y": 1}, THREE).points == 0
    assert score("formula", RATE, {"x": 7, "y": 7}, THREE).points == 3
    assert score("formula", TWO, {"branch": "gio", "gio": 24}, THREE).points == 3


def test_a_whole_that_the_branch_does_not_use_is_asked_for_to_check_its_part():
    params = RATE | {"branches": [{"code": "a", "label": "A", "formula": "min(x; 3)"}]}
    assert score("formula", params, {"x": 1, "y": 1}, THREE).points == 1
    with pytest.raises(ValueProblem) as problem:
        score("formula", params, {"x": 1}, THREE)
    assert problem.value.field == "y"


def test_a_chain_of_parts_is_checked_whole():
    chain = {
        "variables": [
            {"code": "a", "label": "A", "part_of": "b"},
            {"code": "b", "label": "B", "part_of": "c"},
            {"code": "c", "label": "C"},
        ],
        "branches": [{"code": "m", "label": "M", "formula": "min(a; 3)"}],
    }
    assert score("formula", chain, {"a": 1, "b": 2, "c": 2}, THREE).points == 1
    with pytest.raises(ValueProblem) as problem:
        score("formula", chain, {"a": 1, "b": 3, "c": 2}, THREE)
    assert (problem.value.field, problem.value.message) == ("b", "B (3) không được lớn hơn c (2).")


def variable(**changes):
    return {"variables": [{"code": "x", "label": "X"} | changes], "branches": [branch()]}


def branch(formula="x", code="a"):
    return {"code": code, "label": "A", "formula": formula}


BAD_NAME = (
    "Tên biến “{}” không dùng được: chỉ gồm chữ thường không dấu, số và “_”, bắt đầu bằng chữ, không quá 20 ký tự, "
)
BAD_NAME += "không trùng tên hàm hay tên riêng của hệ thống."


@pytest.mark.parametrize(
    ("params", "field", "position", "message"),
    [
        ({}, "variables", 0, "Tham số “variables” phải là một danh sách."),
        ({"variables": []}, "variables", 0, "Danh sách “variables” phải có ít nhất 1 mục."),
        (
            {"variables": [{"code": f"x{n}", "label": "X"} for n in range(13)], "branches": [branch()]},
            "variables",
            0,
            "Một cách chấm có nhiều nhất 12 biến.",
        ),
        ({"variables": RATE["variables"]}, "branches", 0, "Tham số “branches” phải là một danh sách."),
        (
            variable() | {"branches": [branch(code=str(n)) for n in range(9)]},
            "branches",
            0,
            "Một cách chấm có nhiều nhất 8 công thức.",
        ),
        (variable() | {"branches": [branch(), branch()]}, "branches", 0, "Mã công thức “a” bị trùng."),
        (
            {"variables": [{"code": "x", "label": "X"}] * 2, "branches": [branch()]},
            "variables",
            0,
            "Biến “x” bị trùng.",
        ),
        (
            {"variables": [{"code": "x", "label": "X"}, {"code": "y", "label": "Y"}], "branches": [branch()]},
            "variables",
            0,
            "Biến “y” không dùng trong công thức nào.",
        ),
        (variable(part_of="z"), "variables", 0, "Biến “x” nêu biến “z” không có trong danh sách."),
        (variable(part_of="x"), "variables", 0, "Biến “x” nêu biến “x” không có trong danh sách."),
        (variable(decimals=4), "decimals", 0, "Tham số “decimals” chỉ nhận từ 0 đến 3."),
        (variable(decimals="0.5"), "decimals", 0, "Tham số “decimals” phải là số nguyên."),
        (variable(most="-1"), "most", 0, "Tham số “most” phải là một số không âm."),
        (variable(label=""), "label", 0, "Tham số “label” phải là chữ, không quá 160 ký tự."),
        *((variable(code=name), "variables", 0, BAD_NAME.format(name)) for name in ("X", "1x", "số", "min", "toi_da")),
        *((variable(code=name), "variables", 0, BAD_NAME.format(name)) for name in ("branch", "no_case", "x" * 21)),
        (
            variable() | {"branches": [branch("x + zz")]},
            "formula",
            5,
            "Công thức “A” dùng biến “zz” chưa khai báo (vị trí 5 trong công thức).",
        ),
        (
            variable() | {"branches": [branch("x +")]},
            "formula",
            4,
            "Cần một số, một biến hoặc dấu ngoặc nhưng gặp hết công thức (vị trí 4 trong công thức).",
        ),
        (
            variable() | {"branches": [{"code": "a", "label": "A"}]},
            "formula",
            1,
            "Chưa nhập công thức (vị trí 1 trong công thức).",
        ),
        (variable() | {"extra": 1}, "extra", 0, "Không có tham số “extra” trong cách chấm “formula”."),
    ],
)
def test_wrong_formulas_are_refused_with_cause_and_place(params, field, position, message):
    with pytest.raises(RuleError) as problem:
        validate_rule("formula", params, THREE)
    assert (problem.value.field, problem.value.position, problem.value.message) == (field, position, message)


def test_limits_of_variables_and_branches_can_be_reached():
    names = [f"x{n}" for n in range(12)]
    params = {
        "variables": [{"code": name, "label": name, "decimals": 3} for name in names],
        "branches": [branch(" + ".join(names), code=str(n)) for n in range(8)],
    }
    validate_rule("formula", params, THREE)
    assert len("x" * 20) == 20
    validate_rule("formula", variable(code="x" * 20) | {"branches": [branch("x" * 20)]}, THREE)


@pytest.mark.parametrize("params", [RATE, TWO])
def test_params_come_back(params):
    rule = read_rule("formula", params, THREE)
    assert read_rule("formula", rule.params(), THREE) == rule
    assert rule.params()["branches"] == params["branches"]


def test_params_write_out_what_is_stated():
    assert read_rule("formula", RATE, THREE).params()["variables"] == [
        {"code": "x", "label": "Số hồ sơ đúng hạn", "decimals": 0, "part_of": "y"},
        {"code": "y", "label": "Số hồ sơ đã giải quyết", "decimals": 0},
    ]
    assert read_rule("formula", TWO, THREE).params()["variables"][2] == {
        "code": "gio",
        "label": "Số giờ",
        "decimals": 1,
        "most": "24",
    }


def _many(label_length, formula):
    variables = [{"code": f"v{place}", "label": f"Số {'a' * label_length} {place}"} for place in range(8)]
    return {"variables": variables, "branches": [{"code": "a", "label": "Tổng", "formula": formula}]}


SUM = " + ".join(f"v{place}" for place in range(8))
VALUE = {f"v{place}": place + 1 for place in range(8)}
NUMBERS = ", ".join(f"v{place} = {place + 1}" for place in range(8))


def test_a_long_explanation_keeps_every_number():
    told = score("formula", _many(80, SUM), VALUE, Decimal(50)).explanation
    assert told == f"Điểm = {SUM}, với {NUMBERS} → 36,00/50,00 điểm"


def test_an_explanation_of_a_very_long_formula_keeps_every_number():
    longer = f"{SUM} + 0 * ({' + '.join(['v0'] * 80)})"
    told = score("formula", _many(80, longer), VALUE, Decimal(50)).explanation
    assert told == f"Điểm, với {NUMBERS} → 36,00/50,00 điểm"
