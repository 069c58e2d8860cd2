"""Totals of a scorecard, and values computed from tasks."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from emulation.scoring import RuleError, TotalRow, task_value, total, value_from_facts


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
    assert totals(*rows, index_cap=None).index == Decimal("102.00")


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
