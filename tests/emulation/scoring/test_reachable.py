"""The only points an answer can earn, where a rule gives but a few: what the advice to a unit is made from."""

from decimal import Decimal

import pytest

from emulation.scoring import VERSION, VERSIONS, RuleError, engine, read_rule
from tests.emulation.scoring.kit import FOUR, LEVELS, OPTIONS, RATE, STEPS, TIERS

RANKS = [{"to": 1, "points": "4"}, {"to": 5, "points": "2.5"}, {"points": "0"}]


def points_of(kind, maximum=FOUR, **params):
    return [str(one.normalize()) for one in read_rule(kind, params, maximum).reachable()]


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("yes_no", {}, ["0", "4"]),
        ("choice", {"options": OPTIONS}, ["1.5", "4"]),
        ("quality", {"levels": LEVELS}, ["0", "2", "3", "4"]),
        ("free", {"step": "1"}, ["0", "1", "2", "3", "4"]),
        ("tiers", RATE | {"tiers": TIERS}, ["0", "1.5", "4"]),
        ("count_capped", {"per": "1.5", "noun": "tin"}, ["0", "1.5", "3", "4"]),
        ("deduct_late", {"step": "1.5"}, ["0", "1", "2.5", "4"]),
        ("deduct", {"steps": STEPS}, ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4"]),
        ("deduct", {"steps": STEPS[1:], "below_zero": "1"}, ["-1", "0", "2", "4"]),
        ("converted", {"name": "PAR", "by": "rank", "ranks": RANKS}, ["0", "2.5", "4"]),
    ],
)
def test_what_an_answer_can_earn(kind, params, expected):
    assert points_of(kind, **params) == expected


def test_from_a_floor_on_every_hundredth_and_below_it_nothing():
    found = points_of("proportional_floor", Decimal("0.05"), **RATE, floor="60")
    assert found == ["0", "0.03", "0.04", "0.05"]
    assert points_of("proportional_floor", Decimal(10), **RATE, floor="0.1") == []
    assert len(points_of("proportional_floor", Decimal(10), **RATE, floor="10")) == 902


@pytest.mark.parametrize(
    ("kind", "params"),
    [("proportional", RATE), ("free", {"step": "0.01"}), ("deduct", {"steps": [STEPS[0] | {"points": "0.01"}]})],
)
def test_where_almost_any_number_can_be_earned_none_is_named(kind, params):
    assert points_of(kind, Decimal(20), **params) == []


def test_bands_that_pay_less_for_more_are_said_in_words():
    rising = read_rule("tiers", RATE | {"tiers": TIERS}, FOUR)
    falling = [{"lower": "90", "points": "4"}, {"lower": "70", "points": "1"}, {"lower": "0", "points": "1.5"}]
    assert rising.backwards() == ""
    assert read_rule("tiers", RATE | {"tiers": falling}, FOUR).backwards() == (
        "từ 70 % đến dưới 90 %: 1 điểm; dưới 70 %: 1,5 điểm"
    )
    level = [{"lower": "90", "points": "4"}, {"lower": "70", "points": "1"}, {"lower": "0", "points": "1"}]
    assert read_rule("tiers", RATE | {"tiers": level}, FOUR).backwards() == ""


def test_a_result_is_proved_by_the_rules_of_its_own_version_only():
    assert engine(VERSION) is VERSIONS[VERSION]
    for version in (VERSION + 1, str(VERSION), None, [1]):
        with pytest.raises(RuleError) as problem:
            engine(version)
        assert problem.value.field == "rules_version"
        assert problem.value.message == f"Không có cách tính phiên bản “{version}”."
