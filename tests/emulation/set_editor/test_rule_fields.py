"""Rules as fields and back, what they refuse in the words of the editor, and an example of each."""

import unicodedata
from decimal import Decimal

import pytest

from emulation import scoring
from emulation.rule_examples import example_of
from emulation.rule_fields import (
    FIELDS,
    RULE_NAMES,
    LineProblem,
    fact_choices,
    read_lines,
    read_params,
    show_params,
    told_problem,
)
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import RULES, RuleError
from tests.emulation.scoring.test_formulas_page import EXAMPLES


def test_every_rule_kind_has_a_name_and_a_field_for_each_parameter():
    assert set(FIELDS) == set(RULE_NAMES) == set(RULES)
    for kind, rule in RULES.items():
        assert {one.name for one in FIELDS[kind]} == set(rule.known), kind


def test_every_list_is_typed_in_columns_for_the_keys_a_rule_reads():
    for kind, rule in RULES.items():
        lists = {one.name: {column.name for column in one.columns} for one in FIELDS[kind] if one.columns}
        ends = {"closed", "upper", "upper_closed"}  # said by "từ" and "trên", and by the line above
        assert lists == {name: set(keys) - ends for name, keys in rule.items.items()}, kind


@pytest.mark.parametrize(
    "change", [lambda text: unicodedata.normalize("NFD", text), lambda text: f"\u200b{text}\ufffe"]
)
def test_texts_of_rules_are_stored_tidy(change):
    tidy = {"noun": "văn bản", "count_label": "Số văn bản", "step": "0,5"}
    assert read_params("deduct", {name: change(text) for name, text in tidy.items()}) == (tidy | {"step": "0.5"}, {})
    lines = "a | Đúng hạn | 2\nb | Chậm | 0"
    typed = {"options": "\n".join(" | ".join(map(change, one.split(" | "))) for one in lines.splitlines())}
    options = [{"code": "a", "label": "Đúng hạn", "points": "2"}, {"code": "b", "label": "Chậm", "points": "0"}]
    assert read_params("choice", typed) == ({"options": options}, {})
    assert read_params("choice", {"options": change("")}) == ({}, {})


SAMPLES = [(row.rule_kind, dict(row.rule_params), row.max_points) for row in SAMPLE_SET.rows()]


@pytest.mark.parametrize(("kind", "params", "most"), SAMPLES)
def test_the_sample_sets_rules_are_typed_as_fields_and_mean_the_same(kind, params, most):
    texts = show_params(kind, params)
    again, problems = read_params(kind, texts)
    assert problems == {}
    assert scoring.read_rule(kind, again, most).params() == scoring.read_rule(kind, params, most).params()
    assert again.get("fact") == params.get("fact")


def test_the_documented_examples_are_typed_as_fields_and_mean_the_same():
    kinds = set()
    for example in EXAMPLES:
        kind, params, most = example["kind"], example["params"], Decimal(example["max"])
        again, problems = read_params(kind, show_params(kind, params))
        assert problems == {}, example
        assert scoring.read_rule(kind, again, most).params() == scoring.read_rule(kind, params, most).params()
        kinds.add(kind)
    assert kinds == set(RULES)


@pytest.mark.parametrize(
    ("kind", "texts", "field", "words"),
    [
        ("tiers", {"tiers": "từ 90 | 2\nhơn 50 | 1"}, "tiers", "Dòng 2: “hơn 50”"),
        ("choice", {"options": "a | Một"}, "options", "Dòng 1: cần ghi đủ"),
        ("choice", {"options": "a |  | 1"}, "options", "Dòng 1: thiếu nhãn"),
        ("free", {"step": "nửa"}, "step", "không phải số"),
        ("deduct_late", {"step": "1", "grace": "1,5"}, "grace", "số nguyên"),
        ("converted", {"ranks": "ba | 2"}, "ranks", "Dòng 1: “ba”"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_line(kind, texts, field, words):
    _, problems = read_params(kind, texts)
    assert words in problems[field]


def test_open_and_closed_ends_are_words():
    tiers = read_lines("trên 90 | 2\nTừ 70 | 1,5\n>= 50 | 1\n\ntừ 0 % | 0", FIELDS["tiers"][0].columns)
    assert [(one["lower"], one["closed"], one["points"]) for one in tiers] == [
        ("90", False, "2"),
        ("70", True, "1.5"),
        ("50", True, "1"),
        ("0", True, "0"),
    ]
    with pytest.raises(LineProblem):
        read_lines("90 | 2", FIELDS["tiers"][0].columns)
    assert [code for code, _ in fact_choices("free")] == [""]
    assert "on_time_share" in dict(fact_choices("tiers"))


@pytest.mark.parametrize(
    ("kind", "texts", "field", "said"),
    [
        ("proportional_floor", {}, "floor", "Chưa nhập “Sàn (%)”."),
        ("proportional_floor", {"floor": "101"}, "floor", "“Sàn (%)” là tỷ lệ phần trăm, không được quá 100."),
        ("choice", {}, "options", "Chưa nhập “Các mức”."),
        ("choice", {"options": "a | Đủ | 4"}, "options", "“Các mức” phải có ít nhất 2 mục."),
        ("converted", {}, "name", "Chưa nhập “Tên chỉ số”."),
        (
            "deduct",
            {},
            "step",
            "Cần đúng một trong hai mục “Điểm trừ mỗi lỗi” và “Nhiều loại lỗi”.",
        ),
        (
            "converted",
            {"name": "x", "by": "rank", "of_max": "3"},
            "of_max",
            "“Thang của chỉ số” không dùng khi quy đổi theo “Thứ hạng”.",
        ),
        ("formula", {"variables": "x | X"}, "branches", "Chưa nhập “Công thức”."),
        ("deduct_late", {"grace": "1"}, "step", "Chưa nhập “Điểm trừ mỗi đơn vị chậm”."),
        ("imported_ratio", {"of_max": "0"}, "of_max", "“Thang của hệ thống nguồn” phải lớn hơn 0."),
    ],
)
def test_what_a_rule_refuses_is_said_with_the_labels_of_the_editor(kind, texts, field, said):
    params, problems = read_params(kind, texts)
    assert problems == {}
    with pytest.raises(RuleError) as refused:
        scoring.validate_rule(kind, params, Decimal(4))
    assert told_problem(kind, refused.value, texts) == (field, said)


def test_no_refusal_of_an_empty_rule_names_a_parameter():
    for kind in FIELDS:
        try:
            scoring.validate_rule(kind, {}, Decimal(4))
        except RuleError as error:
            field, said = told_problem(kind, error, {})
            assert field in {one.name for one in FIELDS[kind]}
            assert said.startswith(("Chưa nhập “", "Cần đúng một trong hai mục “"))


def test_a_source_the_rule_cannot_use_is_named_in_vietnamese():
    error = RuleError("Cách chấm “tiers” không dùng được số liệu “Tỷ lệ”.", field="fact")
    assert told_problem("tiers", error, {}) == (
        "fact",
        "Cách chấm “Theo khoảng tỷ lệ” không dùng được số liệu “Tỷ lệ”.",
    )
    error = RuleError("Cần nêu điểm khi kỳ không có nhiệm vụ nào đến hạn (no_case_full).", field="no_case_full")
    assert told_problem("tiers", error, {}) == ("no_case", "Cần nêu điểm khi kỳ không có nhiệm vụ nào đến hạn.")


# examples


def test_every_rule_of_the_sample_set_and_of_the_documentation_has_an_example():
    rules = [*SAMPLES, *((one["kind"], one["params"], Decimal(one["max"])) for one in EXAMPLES)]
    assert [kind for kind, params, most in rules if "→" not in example_of(kind, params, most)] == []


@pytest.mark.parametrize(
    ("kind", "params", "said"),
    [
        ("linear", {"floor": "90", "ceiling": "100"}, "19/20 đạt yêu cầu = 95 %"),
        ("deduct_late", {"step": "1", "grace": 3}, "5 ngày chậm, không tính 3"),
        ("survey", {"min_answers": 300}, "270/300 phiếu hài lòng = 90 %"),
        ("free", {"step": "0.5"}, "→ 3,00/4,00 điểm"),
    ],
)
def test_an_example_shows_the_rule_at_work(kind, params, said):
    assert said in example_of(kind, params, Decimal(4))
