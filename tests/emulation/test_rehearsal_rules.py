"""Every kind of change a draft can hold, rehearsed on scorecards made by hand."""

from dataclasses import replace
from decimal import Decimal

from emulation.rehearsal import Facts, rehearse
from emulation.set_spec import AreaSpec
from emulation.snapshots import with_points
from tests.emulation.cards import card, ranking, spec

CARDS = [
    card(1, {"1": "60", "2": "20", "C": "2", "T": "0"}),
    card(2, {"1": "42", "2": "39", "C": "0", "T": "0"}),
    card(3, {"1": "30", "2": "40", "C": "0", "T": "1"}, block=2),
]


def run(changed, cards=CARDS, **facts):
    found = rehearse(ranking(cards), cards, changed, Facts(**facts))
    return {one.unit: (str(one.after.index), one.after.rank, one.after.grade_name) for one in found.units}, found


def with_area(code, **changes):
    made = spec()
    return replace(made, areas=tuple(replace(one, **changes) if one.code == code else one for one in made.areas))


def with_leaf(code, **changes):
    made = spec()
    area = next(one for one in made.areas if one.criteria[0].code == code)
    return with_area(area.code, criteria=(replace(area.criteria[0], **changes),))


def test_the_same_set_moves_nobody():
    units, found = run(spec())
    assert (found.rank_moves, found.grade_moves, found.notes) == (0, 0, [])
    assert units == {
        "Đơn vị 1": ("82.00", 1, "Tốt"),
        "Đơn vị 2": ("81.00", 2, "Tốt"),
        "Đơn vị 3": ("69.00", 1, "Khá"),
    }


def test_a_heavier_criterion_turns_the_order():
    # Criterion 2 counts by its share: 20/40 and 39/40 of 80 points instead of 40.
    rate = {"of_max": "40"}
    cards = [
        one
        | {
            "rows": [
                row | {"value": {"value": row["value"]["points"]}} if row["code"] == "2" else row for row in one["rows"]
            ]
        }
        for one in CARDS
    ]
    units, found = run(with_leaf("2", rule_kind="imported_ratio", rule_params=rate, max_points=Decimal(80)), cards)
    assert units["Đơn vị 1"] == ("72.86", 2, "Khá")
    assert units["Đơn vị 2"] == ("85.71", 1, "Tốt")
    assert (found.rank_moves, found.grade_moves, found.notes) == (2, 1, [])
    first = found.units[0]
    assert (first.unit, first.rank_change, first.changes[0].code) == ("Đơn vị 2", 1, "2")


def test_points_for_handing_in_late_count():
    units, found = run(replace(spec(), late_points=Decimal(1), late_points_max=Decimal(3)), late={1: Decimal(3)})
    assert units["Đơn vị 1"] == ("79.00", 2, "Khá")
    assert (found.rank_moves, found.grade_moves) == (2, 1)


def test_points_taken_off_before_are_not_kept_under_another_rule():
    cards = [card(1, {"1": "60", "2": "20"}, late="3"), CARDS[1]]
    assert run(spec(), cards)[0]["Đơn vị 1"][0] == "80.00"
    assert run(spec(), cards, late={1: Decimal("1.5")})[0]["Đơn vị 1"][0] == "78.50"


def test_a_scorecard_never_handed_in_counts_zero_where_the_other_set_says_so():
    cards = [CARDS[0] | {"submitted_at": None}, CARDS[1]]
    units, _ = run(replace(spec(), late_policy="zero"), cards)
    assert units["Đơn vị 1"] == ("0.00", 2, "Khá")


def test_as_when_self_scoring_closes_penalties_stay_and_nothing_to_report_counts_zero():
    none_counts_out = {"step": "0.01", "no_case": "not_applicable"}
    late = card(1, {"1": "60", "2": "20", "C": "2", "T": "2"}) | {"submitted_at": None}
    nothing = {"value": {"no_case": True}, "applicable": False, "rule_params": none_counts_out}
    late["rows"] = [row | nothing if row["code"] == "2" else row for row in late["rows"]]
    one, two = spec().areas
    counted = replace(one, criteria=(replace(one.criteria[0], source="tasks"),))
    declared = replace(two, criteria=(replace(two.criteria[0], rule_params=none_counts_out),))
    changed = replace(spec(), areas=(counted, declared), late_policy="zero")

    units, found = run(changed, [late, CARDS[1]])

    assert units["Đơn vị 1"][0] == "58.00"  # 60 counted from tasks, 0 of 40, no bonus, 2 taken off
    assert found.notes == []


def test_what_an_area_left_out_for_everyone_held_is_not_said_to_be_missing():
    without = [one | {"round": one["round"] | {"skipped_areas": ["II"]}} for one in CARDS]
    cards = [
        with_points(
            one
            | {
                "rows": [
                    row | {"applicable": False, "value": None, "points": None} if row["area"] == "II" else row
                    for row in one["rows"]
                ]
            },
            {},
        )
        for one in without
    ]
    units, found = run(spec(), cards)
    assert found.notes == []
    assert units["Đơn vị 1"][0] == "100.00"


def test_what_was_lost_to_the_rule_is_said_to_be_lost():
    gone = [one | {"criteria_set": one["criteria_set"] | {"late_policy": "zero"}} for one in CARDS[:2]]
    cards = [gone[0] | {"submitted_at": None}, gone[1]]
    units, found = run(spec(), cards)
    assert found.notes == ["Đơn vị 1 không nộp phiếu và đã bị tính 0 điểm; số đã nhập không còn nên giữ 0 điểm."]
    assert units["Đơn vị 2"][0] == "81.00"


def test_a_criterion_for_fewer_units_leaves_the_denominator_of_the_others():
    units, found = run(with_leaf("2", units=("U2",)))
    assert units["Đơn vị 1"] == ("100.00", 1, "Xuất sắc")
    assert units["Đơn vị 2"] == ("81.00", 2, "Tốt")
    assert found.notes == []
    assert run(with_leaf("2", blocks=("K1",)))[0]["Đơn vị 3"][0] == "48.33"


def test_a_trait_asked_of_the_area_counts_for_what_stands_in_it():
    changed = with_area("II", requires_trait="has_procedures")
    units, _ = run(changed, traits={"U1": ["has_procedures"], "U2": []})
    assert (units["Đơn vị 1"][0], units["Đơn vị 2"][0]) == ("82.00", "70.00")


def test_a_criterion_for_more_units_has_no_numbers_and_is_said():
    cards = [card(1, {"1": "60", "2": None}), CARDS[1]]
    units, found = run(spec(), cards)
    assert units["Đơn vị 1"][0] == "100.00"
    assert found.notes == ["Tiêu chí 2 nay áp dụng cho Đơn vị 1 nhưng chưa có số liệu nên không tính."]


def test_a_criterion_that_becomes_a_bonus_leaves_the_denominator():
    made = spec()
    changed = replace(
        made, areas=(made.areas[0],), bonuses=(*made.bonuses, made.areas[1].criteria[0]), bonus_max=Decimal(4)
    )
    units, _ = run(changed)
    assert units["Đơn vị 2"] == ("76.67", 2, "Khá")


def test_a_criterion_moved_below_another_area_counts_there():
    made = spec()
    one, two = (area.criteria[0] for area in made.areas)
    whole = AreaSpec(code="I", name="I", max_points=Decimal(100), criteria=(one, two))
    units, found = run(replace(made, areas=(whole,), tie_order=("I",)))
    assert units["Đơn vị 1"][0] == "82.00"
    assert (found.rank_moves, found.notes) == (0, [])
