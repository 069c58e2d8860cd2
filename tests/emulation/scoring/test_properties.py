"""What must hold for every rule, value and scorecard."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from emulation.sample_set import SAMPLE_SET
from emulation.scoring import TotalRow, input_fields, score, total

ROWS = list(SAMPLE_SET.rows())
RATES = [row for row in ROWS if row.rule_kind in {"tiers", "proportional", "proportional_floor", "linear"}]
COUNTS = [row for row in ROWS if row.rule_kind in {"count_capped", "deduct"} and "steps" not in row.rule_params]


@st.composite
def filled(draw, row):
    """A value somebody could type for a row of the sample set."""
    fields = input_fields(row.rule_kind, row.rule_params, row.max_points)
    if fields[-1].kind == "flag":
        if draw(st.booleans()):
            return {"no_case": True}
        fields = fields[:-1]
    value = {}
    for one in fields:
        if one.kind == "choice":
            value[one.name] = draw(st.sampled_from([code for code, _ in one.options]))
        elif one.name == "denominator":
            value[one.name] = draw(st.integers(value["numerator"] or 1, 10_000))
        elif one.maximum is not None:
            value[one.name] = str(draw(st.decimals(0, one.maximum, places=one.decimals)))
        else:
            value[one.name] = draw(st.integers(0, 5_000))
    return value


@given(st.data(), st.sampled_from(ROWS))
def test_points_stay_between_zero_and_the_maximum_and_are_explained(data, row):
    result = score(row.rule_kind, row.rule_params, data.draw(filled(row)), row.max_points)
    assert Decimal(0) <= result.points <= row.max_points
    assert result.points == result.points.quantize(Decimal("0.01"))
    shown = f"{result.points:.2f}/{row.max_points:.2f} điểm".replace(".", ",")
    assert result.explanation.endswith(f"→ {shown}")
    assert len(result.explanation) <= 500


@given(st.sampled_from(RATES), st.integers(1, 500), st.data())
def test_a_better_rate_never_earns_less(row, whole, data):
    low = data.draw(st.integers(0, whole))
    high = data.draw(st.integers(low, whole))

    def earned(part):
        value = {"numerator": part, "denominator": whole}
        return score(row.rule_kind, row.rule_params, value, row.max_points).points

    assert earned(low) <= earned(high)


@given(st.sampled_from(RATES), st.integers(0, 300), st.integers(1, 300), st.integers(2, 40))
def test_the_same_rate_earns_the_same(row, part, whole, times):
    part = min(part, whole)
    one = {"numerator": part, "denominator": whole}
    many = {"numerator": part * times, "denominator": whole * times}
    assert (
        score(row.rule_kind, row.rule_params, one, row.max_points).points
        == score(row.rule_kind, row.rule_params, many, row.max_points).points
    )


@given(st.sampled_from(COUNTS), st.integers(0, 50))
def test_more_occurrences_move_points_one_way(row, count):
    now, then = (
        score(row.rule_kind, row.rule_params, {"count": number}, row.max_points).points for number in (count, count + 1)
    )
    assert now <= then if row.rule_kind == "count_capped" else now >= then


@st.composite
def scorecard_rows(draw):
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        maximum = draw(st.decimals(Decimal("0.25"), Decimal(25), places=2))
        rows.append(
            TotalRow(
                draw(st.sampled_from(["I", "II", "III"])),
                draw(st.sampled_from(["criterion", "criterion", "criterion", "bonus", "penalty"])),
                maximum,
                draw(st.booleans()),
                draw(st.none() | st.decimals(0, maximum, places=2)),
            )
        )
    return rows


@given(scorecard_rows(), st.randoms(use_true_random=False))
def test_totals_do_not_depend_on_the_order_of_rows_and_the_parts_add_up(rows, random):
    result = total(rows, bonus_max=Decimal(3), penalty_max=Decimal(5))
    shuffled = random.sample(rows, len(rows))
    assert total(shuffled, bonus_max=Decimal(3), penalty_max=Decimal(5)) == result
    parts = sum((area.points for area in result.areas.values()), start=Decimal(0))
    assert parts + result.bonus - result.penalty == result.total
    assert Decimal(0) <= result.index <= Decimal(100)
    assert result.total >= 0
    assert result.applicable_max == sum(row.max_points for row in rows if row.applicable and row.kind == "criterion")
