"""How doubtful a row is: each cause on its own, and what holds for all rows."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.doubt import JUMP, LABELS, NONE_WORDS, WEIGHTS, RowFacts, doubt, may_be_proposed

CLEAR = RowFacts(rule_kind="proportional", kind="criterion", points=Decimal("1.5"), max_points=Decimal(2))

CAUSES = [
    ({"consistent": False}, "inconsistent"),
    ({"answered": False, "points": Decimal(0)}, "unanswered"),
    ({"answered": False, "kind": "penalty", "points": Decimal(0)}, "not_declared"),
    ({"kind": "bonus"}, "bonus"),
    ({"late": True}, "late"),
    ({"broken": ("Tệp bị sửa sau chữ ký số của A.",)}, "broken_file"),
    ({"odd": ("Tệp này cũng có trong kho của Trường B.",)}, "odd_file"),
    ({"evidence_required": True}, "no_evidence"),
    ({"explanation_required": True, "note": "  \n"}, "no_explanation"),
    ({"note": "Chưa có văn bản"}, "says_none"),
    ({"marked_none": True}, "claimed_none"),
    ({"marked_none": True, "evidence_required": True, "note": "Không phát sinh"}, "claimed_none"),
    ({"rule_kind": "free", "points": Decimal(2)}, "free_full"),
    ({"rule_kind": "free"}, "judged"),
    ({"rule_kind": "quality", "points": Decimal(2)}, "judged"),
    ({"previous": Decimal("0.9"), "previous_max": Decimal(2)}, "jump"),
]


def test_a_row_without_a_cause_may_be_proposed():
    assert doubt(CLEAR).score == 0
    assert doubt(CLEAR).reasons == ()
    assert may_be_proposed(CLEAR)


@pytest.mark.parametrize(("changes", "code"), CAUSES, ids=[code + str(i) for i, (_, code) in enumerate(CAUSES)])
def test_each_cause_alone_counts_once_with_its_weight(changes, code):
    found = doubt(replace(CLEAR, **changes))
    assert found.codes == {code}
    assert found.score == WEIGHTS[code]
    assert not may_be_proposed(replace(CLEAR, **changes))


def test_every_weight_has_a_cause_and_a_label():
    assert {code for _, code in CAUSES} == set(WEIGHTS) == set(LABELS)
    assert all(weight > 0 for weight in WEIGHTS.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence_required": True, "files": 1},
        {"evidence_required": True, "points": Decimal(0)},  # nothing is claimed
        {"evidence_required": True, "marked_none": True, "points": Decimal(0)},
        {"explanation_required": True, "note": "Tính theo sổ văn bản"},
        {"note": "Không có văn bản trễ", "points": Decimal(0)},
        {"answered": False, "kind": "bonus", "points": Decimal(0)},
        {"previous": Decimal("0.92"), "previous_max": Decimal(2)},  # 29 % of the maximum
        {"previous": Decimal(0), "previous_max": Decimal(0)},
    ],
)
def test_what_is_no_cause(changes):
    assert doubt(replace(CLEAR, **changes)).reasons == ()


def test_heaviest_reason_first_and_the_numbers_are_in_it():
    facts = replace(CLEAR, late=True, evidence_required=True, previous=Decimal("0.5"), previous_max=Decimal(1))
    found = doubt(replace(facts, points=Decimal(2)))
    assert [reason.code for reason in found.reasons] == ["no_evidence", "jump", "late"]
    assert found.reasons[1].text == "Kỳ trước 0,5/1 điểm, kỳ này 2/2 điểm."


points = st.decimals(min_value=0, max_value=20, places=2)
rows = st.builds(
    RowFacts,
    rule_kind=st.sampled_from(["free", "quality", "proportional", "yes_no"]),
    kind=st.sampled_from(["criterion", "bonus", "penalty"]),
    points=points,
    max_points=st.decimals(min_value=Decimal("0.01"), max_value=20, places=2),
    answered=st.booleans(),
    consistent=st.booleans(),
    marked_none=st.booleans(),
    note=st.sampled_from(["", "Đủ hồ sơ", *NONE_WORDS]),
    evidence_required=st.booleans(),
    explanation_required=st.booleans(),
    files=st.integers(0, 3),
    broken=st.lists(st.just("Hỏng."), max_size=2).map(tuple),
    odd=st.lists(st.just("Lạ."), max_size=2).map(tuple),
    previous=st.none() | points,
    previous_max=st.none() | points,
    late=st.booleans(),
)


@given(rows)
def test_the_score_is_the_sum_of_different_reasons_heaviest_first(facts):
    found = doubt(facts)
    codes = [reason.code for reason in found.reasons]
    assert len(codes) == len(set(codes))
    assert found.score == sum(WEIGHTS[code] for code in codes)
    assert [reason.weight for reason in found.reasons] == sorted((WEIGHTS[c] for c in codes), reverse=True)
    assert may_be_proposed(facts) == (not codes)


@given(rows)
def test_more_to_notice_never_lowers_the_doubt(facts):
    worse = replace(facts, consistent=False, late=True, broken=(*facts.broken, "Hỏng."), odd=(*facts.odd, "Lạ."))
    assert doubt(worse).score >= doubt(facts).score
    assert doubt(replace(facts, files=facts.files + 1)).score <= doubt(facts).score


@given(points, points, st.decimals(min_value=Decimal("0.01"), max_value=20, places=2))
def test_a_jump_looks_the_same_both_ways(one, other, top):
    up = replace(CLEAR, points=one, max_points=top, previous=other, previous_max=top)
    down = replace(CLEAR, points=other, max_points=top, previous=one, previous_max=top)
    assert ("jump" in doubt(up).codes) == ("jump" in doubt(down).codes) == (abs(one - other) >= JUMP * top)
