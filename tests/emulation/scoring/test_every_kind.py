"""What must hold for every one of the sixteen kinds of rules, whatever its parameters."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emulation.scoring import RULES, read_rule, score
from ninhgiang.points import round_points

from .any_rule import Case, cases, value_of

# Which number of which kind can only help, and which can only hurt, all others kept.
HELPS = {
    "imported_ratio": "value",
    "count_capped": "count",
    "survey": "satisfied",
    "formula": "x",
    "free": "points",
    "against_target": "actual",
}
HURTS = {"deduct_late": "late", "converted": "rank", "deduct": "count"}


@given(cases())
def test_points_stay_in_range_with_two_decimals_and_the_result_in_the_sentence(case):
    scored = case.scored()
    lowest = -Decimal(case.params.get("below_zero", 0))
    assert lowest <= scored.points <= case.maximum
    assert scored.points == round_points(scored.points)
    shown = f"→ {scored.points:.2f}/{case.maximum:.2f} điểm".replace(".", ",").replace("-", "−")
    assert scored.explanation.endswith(shown)
    assert len(scored.explanation) <= 480


@given(cases())
def test_a_rule_written_out_and_read_again_is_the_same_rule(case):
    rule = read_rule(case.kind, case.params, case.maximum)
    again = read_rule(case.kind, rule.params(), case.maximum)
    assert again == rule
    assert again.score(case.value) == case.scored()


@given(cases())
def test_what_can_be_reached_holds_what_was_earned(case):
    reachable = read_rule(case.kind, case.params, case.maximum).reachable()
    assert list(reachable) == sorted(set(reachable))
    assert not reachable or case.scored().points in reachable


@pytest.mark.parametrize("kind", RULES)
@given(data=st.data())
def test_every_reachable_number_lies_in_the_range_and_the_maximum_is_one(kind, data):
    case = data.draw(cases((kind,)))
    reachable = read_rule(kind, case.params, case.maximum).reachable()
    if reachable:
        assert reachable[-1] == case.maximum
        assert reachable[0] >= -Decimal(case.params.get("below_zero", 0))
    else:
        assert kind not in ("yes_no", "choice", "quality", "tiers", "deduct", "deduct_late")


@pytest.mark.parametrize("kind", [*HELPS, *HURTS])
@given(data=st.data())
def test_more_of_what_helps_never_earns_less_and_of_what_hurts_never_more(kind, data):
    case = data.draw(cases((kind,)))
    name = HELPS.get(kind) or HURTS[kind]
    assume(name in case.value)  # else the same kind asking for other numbers
    other = data.draw(value_of(kind, case.params, case.maximum))[name]
    low, high = sorted([case.value[name], other], key=Decimal)
    value = case.value | _room(case.value, high)
    less, more = (score(kind, case.params, value | {name: one}, case.maximum).points for one in (low, high))
    assert less <= more if kind in HELPS else less >= more


def _room(value, high):
    """The wholes and leaders a larger part still fits into."""
    wholes = ("answers", "y", "best_actual")
    return {name: max(value[name], int(Decimal(high))) for name in wholes if name in value}


@given(st.integers(0, 300), st.integers(1, 300), st.integers(1, 2500).map(lambda n: Decimal(n) / 100))
def test_a_formula_gives_what_exact_fractions_give(part, whole, maximum):
    part = min(part, whole)
    params = {
        "variables": [{"code": "x", "label": "Đạt", "part_of": "y"}, {"code": "y", "label": "Tổng"}],
        "branches": [{"code": "a", "label": "Tỷ lệ", "formula": "toi_da * (x / y / 3 + x / y * 2 / 3)"}],
    }
    exact = Fraction(maximum) * Fraction(part, whole)
    half_up = Decimal(int(exact * 100 + Fraction(1, 2))) / 100
    assert score("formula", params, {"x": part, "y": whole}, maximum).points == half_up


@given(cases(("quality",)))
def test_a_better_word_never_earns_less(case):
    earned = [Case(case.kind, case.params, case.maximum, {"option": code}).scored().points for code in "abc"]
    assert earned == sorted(earned, reverse=True)
    assert earned[0] == case.maximum
