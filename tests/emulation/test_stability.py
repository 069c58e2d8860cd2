"""What pending appeals would change, told by the functions that make the result."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from emulation.stability import Claim, stability
from tests.emulation.cards import card, ranking


def claim(number, label=None, **points):
    """`_1="50"` claims 50 points for criterion 1."""
    wanted = {code.removeprefix("_"): Decimal(one) for code, one in points.items()}
    return Claim(number, label or f"kiến nghị của Đơn vị {number}", wanted)


def told(cards, *claims, vetoes=None):
    return [note.explanation for note in stability(ranking(cards, vetoes), cards, claims)]


THREE = [card(1, {"1": "55", "2": "37"}), card(2, {"1": "50", "2": "36"}), card(3, {"1": "50", "2": "32"})]


def test_everyone_who_moves_is_named_with_rank_and_grade():
    assert told(THREE, claim(3, _2="38")) == [
        (
            "Kết quả sẽ đổi nếu chấp nhận kiến nghị của Đơn vị 3: Đơn vị 2 từ hạng 2 thành hạng 3; "
            "Đơn vị 3 từ hạng 3 thành hạng 2."
        )
    ]
    assert told(THREE, claim(2, _2="40")) == [
        "Kết quả sẽ đổi nếu chấp nhận kiến nghị của Đơn vị 2: Đơn vị 2 xếp loại từ Tốt thành Xuất sắc."
    ]


def test_an_appeal_that_changes_nothing_says_so():
    assert told(THREE, claim(3, _2="33")) == ["Thứ tự, xếp loại không đổi nếu chấp nhận kiến nghị của Đơn vị 3."]
    assert told(THREE) == []


def test_several_are_tried_alone_and_together():
    notes = told(THREE, claim(3, "K1", _2="35"), claim(3, "K2", _1="52"))
    assert notes == [
        "Thứ tự, xếp loại không đổi nếu chấp nhận K1.",
        "Thứ tự, xếp loại không đổi nếu chấp nhận K2.",
        (
            "Kết quả sẽ đổi nếu chấp nhận tất cả kiến nghị: Đơn vị 2 từ hạng 2 thành hạng 3; "
            "Đơn vị 3 từ hạng 3 thành hạng 2."
        ),
    ]


def test_a_penalty_taken_back_lifts():
    cards = [card(1, {"1": "50", "2": "36"}), card(2, {"1": "50", "2": "37", "T": "3"})]
    assert told(cards, claim(2, _T="0")) == [
        (
            "Kết quả sẽ đổi nếu chấp nhận kiến nghị của Đơn vị 2: Đơn vị 1 từ hạng 1 thành hạng 2; "
            "Đơn vị 2 từ hạng 2 thành hạng 1."
        )
    ]


def test_bonus_above_its_cap_changes_nothing():
    cards = [card(1, {"1": "50", "2": "36"}), card(2, {"1": "50", "2": "32", "C": "3"})]
    assert told(cards, claim(2, _C="5")) == ["Thứ tự, xếp loại không đổi nếu chấp nhận kiến nghị của Đơn vị 2."]


def test_a_veto_of_the_set_that_would_no_longer_be_met_is_lifted():
    veto = {"when": "area_below", "code": "II", "percent": "50", "effect": "out_of_ranking", "reason": "điểm liệt"}
    cards = [card(number, {"1": "50", "2": two}, veto_conditions=[veto]) for number, two in ((1, "36"), (2, "10"))]
    assert told(cards, claim(2, _2="38")) == [
        (
            "Kết quả sẽ đổi nếu chấp nhận kiến nghị của Đơn vị 2: Đơn vị 1 từ hạng 1 thành hạng 2; "
            "Đơn vị 2 từ không xếp hạng thành hạng 1, xếp loại từ Khá thành Tốt."
        )
    ]


def test_a_veto_set_by_a_person_stays():
    veto = {"effect": "out_of_ranking", "reason": "kỷ luật", "decision_number": "9/QĐ-UBND"}
    assert told(THREE, claim(3, _2="40"), vetoes={3: [veto]}) == [
        "Kết quả sẽ đổi nếu chấp nhận kiến nghị của Đơn vị 3: Đơn vị 3 xếp loại từ Tốt thành Xuất sắc."
    ]


def test_a_criterion_that_did_not_apply_counts_with_its_maximum():
    cards = [card(1, {"1": "50", "2": "36"}), card(2, {"1": "52", "2": None})]
    assert told(cards, claim(2, _2="30")) == [
        (
            "Kết quả sẽ đổi nếu chấp nhận kiến nghị của Đơn vị 2: Đơn vị 2 từ hạng 1 thành hạng 2; "
            "Đơn vị 1 từ hạng 2 thành hạng 1."
        )
    ]


points = st.integers(0, 40).map(str)
scorecards = st.lists(
    st.fixed_dictionaries({"1": points, "2": points, "C": st.just("1"), "T": st.sampled_from("0268")}),
    min_size=1,
    max_size=5,
)


@given(scorecards, st.data())
def test_the_note_is_the_ranking_that_would_be_made(given_points, data):
    cards = [card(number, one, tie_order=["II", "@lost"]) for number, one in enumerate(given_points, start=1)]
    number = data.draw(st.integers(1, len(cards)))
    code = data.draw(st.sampled_from(["1", "2", "C", "T"]))
    wanted = data.draw(st.integers(0, 5))
    changed = [one | {code: str(wanted)} if place == number else one for place, one in enumerate(given_points, start=1)]
    made = [card(place, one, tie_order=["II", "@lost"]) for place, one in enumerate(changed, start=1)]

    [note] = stability(ranking(cards), cards, [Claim(number, "K", {code: Decimal(wanted)})])

    before, after = places(ranking(cards)), places(ranking(made))
    moved = {unit for unit in before if before[unit] != after[unit]}
    assert {move.unit for move in note.moves} == moved
    assert {move.unit: (move.after.rank, move.after.grade_name) for move in note.moves} == {
        unit: after[unit] for unit in moved
    }


def places(snapshot):
    entries = [entry for block in snapshot["blocks"] for entry in block["entries"]]
    return {entry["unit"]["name"]: (entry["rank"], entry["grade_name"]) for entry in entries}
