"""The open interface to values: readings of tasks and other systems, and what each rule kind takes."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from emulation.scoring import (
    RULES,
    FigureSource,
    Reading,
    RuleError,
    Source,
    TaskSource,
    score,
    shape_problem,
    value_from_reading,
)
from emulation.scoring.facts import _INPUTS, SHAPES

COUNTS = SimpleNamespace(due=15, done=14, on_time=12, late=2, missing=1)
IDLE = SimpleNamespace(due=0, done=0, on_time=0, late=0, missing=0)
TASKS = TaskSource({"vp": COUNTS, "kt": IDLE}, as_of="2026-11-20")


@pytest.mark.parametrize(
    ("fact", "shape", "numbers"),
    [
        ("done_share", "ratio", {"numerator": 14, "denominator": 15}),
        ("on_time_share", "ratio", {"numerator": 12, "denominator": 15}),
        ("late_count", "count", {"count": 3}),
    ],
)
def test_tasks_are_read_with_their_origin_and_day(fact, shape, numbers):
    origin = "Tính từ {} nhiệm vụ đến hạn trong kỳ"
    assert TASKS.read(fact, "vp") == Reading(fact, shape, numbers, origin=origin.format(15), as_of="2026-11-20")
    nothing = Reading(fact, shape, {}, none_in_period=True, origin=origin.format(0), as_of="2026-11-20")
    assert TASKS.read(fact, "kt") == nothing
    assert TASKS.read(fact, "new") is None


def test_a_source_names_itself_and_its_facts():
    sources: list[Source] = [TASKS, FigureSource({"766.tien_do": "Nhóm tiến độ 766"}, [])]
    assert [one.name for one in sources] == ["tasks", "figures"]
    assert TASKS.facts() == {
        "done_share": "Tỷ lệ nhiệm vụ đã hoàn thành",
        "on_time_share": "Tỷ lệ nhiệm vụ hoàn thành đúng hạn",
        "late_count": "Số nhiệm vụ chậm hoặc chưa báo cáo",
    }
    assert sources[1].facts() == {"766.tien_do": "Nhóm tiến độ 766"}
    assert TaskSource({"vp": COUNTS}).read("done_share", "vp").as_of == ""


def test_the_newest_figure_counts_whatever_the_order():
    old = Reading("766", "number", {"number": "17.6"}, as_of="2026-06-30")
    new = Reading("766", "number", {"number": "18.4"}, as_of="2026-09-30")
    other = Reading("sipas", "number", {"number": "92.67"}, as_of="2026-12-01")
    labels = {"766": "766", "sipas": "SIPAS"}
    for order in ([("vp", old), ("vp", new), ("vp", other)], [("vp", new), ("vp", other), ("vp", old)]):
        source = FigureSource(labels, order)
        assert (source.read("766", "vp"), source.read("sipas", "vp"), source.read("766", "kt")) == (new, other, None)
    same_day = Reading("766", "number", {"number": "1"}, as_of="2026-09-30")
    assert FigureSource(labels, [("vp", new), ("vp", same_day)]).read("766", "vp") == new


@pytest.mark.parametrize("source", [TASKS, FigureSource({"766": "766"}, [])])
def test_an_unknown_key_is_refused(source):
    with pytest.raises(RuleError) as problem:
        source.read("x", "vp")
    assert (problem.value.field, problem.value.message[:15]) == ("fact", "Không có số liệ")


def test_the_message_of_an_unknown_figure():
    with pytest.raises(RuleError) as problem:
        FigureSource({}, []).read("x", "vp")
    assert problem.value.message == "Không có số liệu “x”."


@pytest.mark.parametrize(
    ("reading", "kind", "value"),
    [
        (TASKS.read("done_share", "vp"), "tiers", {"numerator": 14, "denominator": 15}),
        (TASKS.read("done_share", "vp"), "survey", {"satisfied": 14, "answers": 15}),
        (TASKS.read("late_count", "vp"), "deduct_late", {"late": 3}),
        (TASKS.read("late_count", "vp"), "deduct", {"count": 3}),
        (TASKS.read("late_count", "vp"), "count_capped", {"count": 3}),
        (Reading("766", "number", {"number": "18.4"}), "imported_ratio", {"value": "18.4"}),
        (Reading("766", "number", {"number": "18.4"}), "converted", {"index": "18.4"}),
        (Reading("766", "number", {"number": "18.4"}), "linear", {"percent": "18.4"}),
        (Reading("766", "number", {"number": "1.5"}), "free", {"points": "1.5"}),
        (TASKS.read("done_share", "kt"), "tiers", {"no_case": True}),
    ],
)
def test_a_reading_becomes_the_value_of_a_rule(reading, kind, value):
    assert value_from_reading(reading, kind) == value


def test_a_reading_that_does_not_fit_is_refused():
    assert shape_problem("ratio", "tiers") == ""
    message = "Cách chấm “yes_no” không nhận số liệu dạng “ratio”."
    assert shape_problem("ratio", "yes_no") == message
    assert shape_problem("picture", "tiers") == "Cách chấm “tiers” không nhận số liệu dạng “picture”."
    with pytest.raises(RuleError) as problem:
        value_from_reading(TASKS.read("done_share", "vp"), "yes_no")
    assert (problem.value.field, problem.value.message) == ("fact", message)


def test_readings_score_end_to_end():
    value = value_from_reading(TASKS.read("on_time_share", "vp"), "proportional_floor")
    params = {"floor": "80", "noun": "nhiệm vụ đúng hạn"}
    assert score("proportional_floor", params, value, Decimal(5)).explanation == (
        "12/15 nhiệm vụ đúng hạn = 80 % → 4,00/5,00 điểm"
    )


def test_shapes_name_only_known_kinds():
    assert set(_INPUTS) == set(SHAPES)
    assert all(set(kinds) <= set(RULES) for kinds in _INPUTS.values())
    assert all(len(names) == len(SHAPES[shape]) for shape, kinds in _INPUTS.items() for names in kinds.values())
