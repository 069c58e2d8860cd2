"""Totals of a scorecard, and values computed from tasks."""

from decimal import Decimal, localcontext
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.scoring import (
    RuleError,
    TotalRow,
    explain_index,
    explain_total,
    task_value,
    total,
    value_from_facts,
)


def row(area, maximum, points, *, kind="criterion", applicable=True):
    return TotalRow(area, kind, Decimal(maximum), applicable, None if points is None else Decimal(points))


def totals(*rows, bonus_max=3, penalty_max=5, **extra):
    return total(rows, bonus_max=Decimal(bonus_max), penalty_max=Decimal(penalty_max), **extra)


def test_what_does_not_apply_leaves_the_denominator():
    result = totals(row("I", "84", "68.32"), row("III", "16", None, applicable=False))
    assert (result.total, result.applicable_max, result.index) == (Decimal("68.32"), Decimal("84.00"), Decimal("81.33"))
    assert list(result.areas) == ["I"]


@pytest.mark.parametrize(
    ("points", "maximum", "index"), [("61.46", "70", "87.80"), ("80.1", "100", "80.10"), ("13.2", "18", "73.33")]
)
def test_index_of_published_results(points, maximum, index):
    assert totals(row("I", maximum, points)).index == Decimal(index)


def test_the_766_groups_of_quang_nam_add_up():
    groups = [("13.2", 18), ("18.4", 20), ("7.7", 12), ("7.6", 10), ("17.6", 18), ("15.6", 22)]
    result = totals(*(row(str(place), maximum, points) for place, (points, maximum) in enumerate(groups)))
    assert (result.total, result.applicable_max) == (Decimal("80.1"), Decimal(100))


def test_missing_counts_zero_but_is_told_apart_from_zero():
    result = totals(row("I", "4", None), row("I", "4", "0"), row("II", "2", "2"))
    assert (result.areas["I"].points, result.areas["I"].missing, result.missing) == (Decimal(0), 1, 1)
    assert (result.total, result.applicable_max, result.index) == (Decimal("2.00"), Decimal("10.00"), Decimal("20.00"))


def test_handing_in_late_costs_points_after_everything_else_and_never_below_zero():
    penalty = row("", "3", "3", kind="penalty")
    result = totals(row("I", "10", "8"), penalty, late=Decimal("0.5"))
    assert (result.late, result.total, result.index) == (Decimal("0.50"), Decimal("4.50"), Decimal("45.00"))
    assert explain_total(result) == "I 8,00 − điểm trừ 3,00 − nộp chậm 0,50 = 4,50 điểm."
    short = totals(row("I", "10", "3.25"), penalty, late=Decimal(2))
    assert (short.late, short.total) == (Decimal("0.25"), Decimal("0.00"))
    assert totals(row("I", "10", "2"), late=Decimal(2)).late == Decimal(2)


def test_bonus_and_penalty_are_capped_and_leave_the_denominator():
    bonus = [row("", "2", "2", kind="bonus"), row("", "2", "2", kind="bonus")]
    penalty = [row("", "3", "3", kind="penalty"), row("", "3", "3", kind="penalty")]
    result = totals(row("I", "100", "80"), *bonus, *penalty)
    assert (result.bonus, result.penalty, result.total, result.applicable_max) == (
        Decimal(3),
        Decimal(5),
        Decimal("78.00"),
        Decimal("100.00"),
    )


def test_an_index_is_never_above_one_hundred():
    rows = (row("I", "100", "99"), row("", "3", "3", kind="bonus"))
    assert (totals(*rows).total, totals(*rows).index) == (Decimal("102.00"), Decimal("100.00"))


def test_penalty_never_takes_the_total_below_zero_and_the_parts_still_add_up():
    result = totals(row("I", "10", "2"), row("", "5", "5", kind="penalty"))
    assert (result.penalty, result.total, result.index) == (Decimal("2.00"), Decimal("0.00"), Decimal("0.00"))


def test_nothing_applicable_gives_index_zero():
    result = totals(row("III", "25", None, applicable=False))
    assert (result.total, result.applicable_max, result.index) == (Decimal(0), Decimal(0), Decimal(0))


COUNTS = {"due": 15, "done": 14, "on_time": 12, "late": 2, "missing": 1}


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("done_share", {"numerator": 14, "denominator": 15}),
        ("on_time_share", {"numerator": 12, "denominator": 15}),
        ("late_count", {"count": 3}),
    ],
)
def test_value_from_facts(fact, value):
    assert value_from_facts(fact, **COUNTS) == value
    assert task_value({"fact": fact}, SimpleNamespace(**COUNTS)) == value
    assert value_from_facts(fact, due=0, done=0, on_time=0, late=0, missing=0) == {"no_case": True}


def test_an_unknown_fact_is_refused():
    with pytest.raises(RuleError):
        value_from_facts("early_share", **COUNTS)


def test_a_section_is_skipped_for_everyone_and_the_rest_is_rescaled():
    rows = (row("I", "70", "61.46"), row("VIII", "30", None), row("VIII", "3", "3", kind="bonus"))
    result = totals(*rows, skipped={"VIII"})
    assert (result.total, result.applicable_max, result.missing) == (Decimal("64.46"), Decimal(70), 0)
    assert (result.skipped, list(result.areas)) == (("VIII",), ["I"])
    assert totals(*rows[:2], skipped=["VIII"]).index == Decimal("87.80")
    assert explain_index(totals(*rows[:2], skipped=("VIII", "IX"))) == (
        "61,46/70 điểm áp dụng = 87,80 %; không tính phần IX, VIII cho mọi đơn vị."
    )


@pytest.mark.parametrize(("decimals", "index"), [(1, "81.3"), (2, "81.33"), (3, "81.333"), (4, "81.3333")])
def test_decimals_of_the_index_are_data(decimals, index):
    result = totals(row("I", "84", "68.32"), decimals=decimals)
    assert f"{result.index}" == index
    assert explain_index(result, decimals) == f"68,32/84 điểm áp dụng = {index.replace('.', ',')} %."
    assert f"{totals(row('I', '4', '4'), row('', '3', '3', kind='bonus'), decimals=decimals).index}" == (
        "100." + "0" * decimals
    )
    assert f"{totals(decimals=decimals).index}" == "0." + "0" * decimals


def test_points_below_zero_lift_the_total_to_zero_and_say_so():
    result = totals(row("I", "4", "-0.25"), row("II", "1", "0"), row("", "2", "1", kind="penalty"))
    assert (result.total, result.lifted, result.penalty) == (Decimal("0.00"), Decimal("0.25"), Decimal("0.00"))
    assert result.index == Decimal("0.00")
    assert explain_total(result) == "I −0,25 + II 0,00 + 0,25 (tổng không dưới 0) = 0,00 điểm."
    result = totals(row("I", "4", "-0.25"), row("II", "1", "1"))
    assert (result.total, result.lifted) == (Decimal("0.75"), Decimal("0.00"))


def test_sentences_of_a_total():
    rows = (row("II", "10", "7"), row("I", "20", "18.5"), row("", "3", "1", kind="bonus"))
    penalty = row("", "5", "0.5", kind="penalty")
    assert explain_total(totals(*rows, penalty)) == "I 18,50 + II 7,00 + điểm cộng 1,00 − điểm trừ 0,50 = 26,00 điểm."
    assert explain_total(totals(*rows[:2])) == "I 18,50 + II 7,00 = 25,50 điểm."
    assert explain_total(totals(*rows[:2]), ["II", "I"]) == "II 7,00 + I 18,50 = 25,50 điểm."
    assert explain_total(totals(*rows[:2]), ["II"]) == "II 7,00 + I 18,50 = 25,50 điểm."
    assert explain_total(totals()) == "0 = 0,00 điểm."
    assert explain_index(totals()) == "Không có tiêu chí nào áp dụng cho đơn vị nên chỉ số bằng 0."
    assert explain_index(totals(row("I", "4", "4"), rows[2])) == "5,00/4 điểm áp dụng = 125,00 %, tính tối đa 100,00 %."
    fine = totals(row("I", "4", "1.333"), row("II", "4", "1.5"))
    assert explain_total(fine) == "I 1,333 + II 1,500 = 2,833 điểm."
    assert explain_index(fine) == "2,833/8 điểm áp dụng = 35,41 %."


def test_totals_carry_two_decimals_at_least():
    result = totals(row("I", "4", "1"), row("", "2", "1", kind="bonus"), row("", "2", "1", kind="penalty"))
    assert [f"{one}" for one in (result.bonus, result.penalty, result.total, result.lifted)] == ["1.00"] * 3 + ["0.00"]


@given(st.decimals(0, 50, places=2), st.decimals(Decimal("0.01"), 50, places=2), st.integers(1, 9))
def test_scaling_points_and_maximum_alike_keeps_the_index(points, maximum, times):
    points = min(points, maximum)
    once = totals(row("I", maximum, points)).index
    assert totals(*[row("I", maximum, points)] * times).index == once
    assert 0 <= once <= 100


def test_the_callers_precision_does_not_matter():
    rows = (row("I", "1234.56", "1111.11"), row("II", "777.77", "666.66"))
    expected = totals(*rows)
    with localcontext() as context:
        context.prec = 4
        assert totals(*rows) == expected


def test_a_task_count_feeds_the_rule_for_what_is_late():
    assert task_value({"fact": "late_count"}, SimpleNamespace(**COUNTS), "deduct_late") == {"late": 3}
    assert task_value({"fact": "late_count"}, SimpleNamespace(**COUNTS), "deduct") == {"count": 3}
    nothing = SimpleNamespace(due=0, done=0, on_time=0, late=0, missing=0)
    assert task_value({"fact": "late_count"}, nothing, "deduct_late") == {"no_case": True}


def test_sentences_keep_the_decimals_of_the_points():
    rows = (row("I", "4", "-1.125"), row("", "1", "0.125", kind="bonus"), row("", "1", "1", kind="penalty"))
    assert explain_total(totals(*rows)) == "I −1,125 + điểm cộng 0,125 + 1,000 (tổng không dưới 0) = 0,000 điểm."
    rows = (row("I", "4", "1.125"), row("", "1", "0.125", kind="bonus"), row("", "1", "0.125", kind="penalty"))
    assert explain_total(totals(*rows)) == "I 1,125 + điểm cộng 0,125 − điểm trừ 0,125 = 1,125 điểm."
    capped = totals(row("I", "4", "4"), row("", "3", "3", kind="bonus"), decimals=3)
    assert explain_index(capped, 3) == "7,00/4 điểm áp dụng = 175,000 %, tính tối đa 100,000 %."
    assert f"{totals(row('I', '3', '1')).areas['I'].index()}" == "33.33"
