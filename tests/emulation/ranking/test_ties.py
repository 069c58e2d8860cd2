"""Tie orders as data, sub-scores that are not areas, the sentence under the table, overall ranking."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.ranking import APPRAISED, LOST, ON_TIME, RankItem, rank, read_tie_order, tie_sentence
from emulation.scoring import RuleError

NAMES = {"III": "Thủ tục hành chính", "I": "Chỉ đạo, điều hành"}


def item(name, index, group="khối 1", out="", **sub_scores):
    scores = {code.replace("at_", "@"): Decimal(points) for code, points in sub_scores.items()}
    return RankItem(name, group, name, Decimal(index), scores, out)


def places(items, **way):
    return [(one.key, one.rank, one.shared) for one in rank(items, **way)]


def test_codes_of_sub_scores():
    assert (APPRAISED, ON_TIME, LOST) == ("@appraised", "@on_time", "@lost")


@pytest.mark.parametrize(
    ("code", "low", "high", "first", "reason"),
    [
        ("appraised", "80", "82", "B", "điểm thẩm định không kể điểm cộng, điểm trừ: 82,00 > 80,00"),
        ("on_time", "93.33", "100", "B", "tỷ lệ nhiệm vụ đúng hạn: 100,00 > 93,33"),
        ("lost", "3", "10", "A", "số tiêu chí bị mất điểm: 3 < 10"),
    ],
)
def test_sub_scores_that_are_not_areas(code, low, high, first, reason):
    items = [item("A", "85", **{f"at_{code}": low}), item("B", "85", **{f"at_{code}": high})]
    ranked = rank(items, tie_order=(f"@{code}",))
    assert ranked[0].key == first
    assert ranked[0].explanation == (
        f"Chỉ số 85,00 %, hạng 1 trong 2 đơn vị của khối; bằng chỉ số nên so tiếp {reason}."
    )


def test_the_orders_are_tried_one_after_the_other():
    items = [
        item("A", "85", at_appraised="80", III="20", at_lost="4"),
        item("B", "85", at_appraised="80", III="20", at_lost="2"),
        item("C", "85", at_appraised="80", III="21", at_lost="9"),
        item("D", "85", at_appraised="81", III="1", at_lost="9"),
        item("E", "85", at_appraised="80", III="20", at_lost="2"),
    ]
    order = (APPRAISED, "III", LOST)
    assert places(items, tie_order=order) == [
        ("D", 1, False),
        ("C", 2, False),
        ("B", 3, True),
        ("E", 3, True),
        ("A", 5, False),
    ]
    assert [one[1] for one in places(items, tie_order=order, style="dense")] == [1, 2, 3, 3, 4]


def test_sub_scores_are_compared_as_printed():
    items = [item("A", "85", III="20.001"), item("B", "85", III="20.004")]
    assert places(items, tie_order=("III",)) == [("A", 1, True), ("B", 1, True)]


def test_decimals_compared_are_data():
    items = [item("A", "83.034"), item("B", "83.038"), item("C", "83.0384")]
    assert places(items) == [("B", 1, True), ("C", 1, True), ("A", 3, False)]
    assert places(items, decimals=1) == [("A", 1, True), ("B", 1, True), ("C", 1, True)]
    ranked = rank(items, decimals=3)
    assert [(one.key, one.rank) for one in ranked] == [("B", 1), ("C", 1), ("A", 3)]
    assert ranked[2].explanation == "Chỉ số 83,034 %, hạng 3 trong 3 đơn vị của khối."


def test_all_blocks_may_be_ranked_together():
    items = [item("A", "70"), item("B", "90"), item("C", "80", "khối 2")]
    ranked = rank(items, scope="overall")
    assert [(one.key, one.group, one.rank) for one in ranked] == [
        ("B", "khối 1", 1),
        ("C", "khối 2", 2),
        ("A", "khối 1", 3),
    ]
    assert ranked[0].explanation == "Chỉ số 90,00 %, hạng 1 trong 3 đơn vị được xếp hạng chung."


def test_a_unit_out_of_the_ranking_takes_no_place():
    items = [item("A", "99", out="số liệu không trung thực"), item("B", "90"), item("C", "80")]
    assert places(items) == [("B", 1, False), ("C", 2, False)]
    assert rank(items)[0].explanation == "Chỉ số 90,00 %, hạng 1 trong 2 đơn vị của khối."


def test_unknown_ways_are_errors():
    with pytest.raises(ValueError, match=r"^unknown ranking style: olympic$"):
        rank([], style="olympic")
    with pytest.raises(ValueError, match=r"^unknown ranking scope: world$"):
        rank([], scope="world")


def test_thirty_equal_units_are_all_first():
    items = [item(f"Trường {number:02}", "50") for number in range(30)]
    ranked = rank(items)
    assert {(one.rank, one.shared) for one in ranked} == {(1, True)}
    assert ranked[0].explanation == (
        "Chỉ số 50,00 %, hạng 1 trong 30 đơn vị của khối; đồng hạng với Trường 01, Trường 02, Trường 03 và 26 đơn vị "
        "khác vì không còn căn cứ nào để phân định."
    )


@pytest.mark.parametrize(("count", "end"), [(3, "B, C"), (4, "B, C, D"), (5, "B, C, D và 1 đơn vị khác")])
def test_at_most_three_equals_are_named(count, end):
    ranked = rank([item(name, "50") for name in "ABCDE"[:count]])
    assert f"đồng hạng với {end} vì không còn căn cứ nào để phân định." in ranked[0].explanation


def test_long_reasons_and_names_are_cut():
    names = {"III": "L" * 300}
    ranked = rank(
        [item("A" * 60, "5", III=1), item("B" * 60, "5", III=1), item("C", "5", III=2)],
        tie_order=("III",),
        tie_names=names,
    )
    assert ranked[1].explanation == (
        "Chỉ số 5,00 %, hạng 2 trong 3 đơn vị của khối"
        + f"; bằng chỉ số nên so tiếp {'L' * 300}"[:200]
        + f"; đồng hạng với {'B' * 45} vì không còn căn cứ nào để phân định."
    )


def test_order_of_groups_names_and_keys():
    items = [
        RankItem(2, "b", "X", Decimal(5)),
        RankItem(1, "b", "X", Decimal(5)),
        RankItem(3, "a", "Z", Decimal(1)),
        RankItem(4, "a", "Y", Decimal(1)),
    ]
    assert [one.key for one in rank(items)] == [4, 3, 1, 2]


BY_AREAS = (
    "Đơn vị bằng chỉ số được so tiếp điểm lĩnh vực theo thứ tự: III. Thủ tục hành chính; I. Chỉ đạo, điều hành; X. Nếu "
    "vẫn bằng nhau thì xếp đồng hạng; hạng tiếp theo tính cả số đơn vị đồng hạng (1, 1, 3)."
)
BY_ALL = (
    "Đơn vị bằng chỉ số được so tiếp theo thứ tự: điểm thẩm định không kể điểm cộng, điểm trừ cao hơn xếp trên; điểm "
    "lĩnh vực III. Thủ tục hành chính; tỷ lệ nhiệm vụ đúng hạn cao hơn xếp trên; số tiêu chí bị mất điểm ít hơn xếp "
    "trên. Nếu vẫn bằng nhau thì xếp đồng hạng; hạng tiếp theo là số liền sau (1, 1, 2)."
)


@pytest.mark.parametrize(
    ("order", "style", "text"),
    [
        (
            (),
            "competition",
            "Đơn vị bằng chỉ số được xếp đồng hạng; hạng tiếp theo tính cả số đơn vị đồng hạng (1, 1, 3).",
        ),
        ((), "dense", "Đơn vị bằng chỉ số được xếp đồng hạng; hạng tiếp theo là số liền sau (1, 1, 2)."),
        (
            ("III", "I", "X"),
            "competition",
            BY_AREAS,
        ),
        (
            (APPRAISED, "III", ON_TIME, LOST),
            "dense",
            BY_ALL,
        ),
    ],
)
def test_the_rule_under_the_table(order, style, text):
    assert tie_sentence(order, NAMES, style=style) == text
    if style == "competition":
        assert tie_sentence(order, NAMES) == text


def test_a_tie_order_is_read_from_json():
    assert read_tie_order(["III", "@lost", "I"], NAMES) == ("III", "@lost", "I")
    assert read_tie_order((), NAMES) == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("III", "Thứ tự phân định phải là một danh sách."),
        (None, "Thứ tự phân định phải là một danh sách."),
        (["III", "IX"], "Thứ tự phân định nêu lĩnh vực “IX” không có."),
        (["@size"], "Thứ tự phân định nêu lĩnh vực “@size” không có."),
        (["III", "@lost", "III"], "Thứ tự phân định nêu “III” hai lần."),
    ],
)
def test_a_wrong_tie_order_is_refused(data, message):
    with pytest.raises(RuleError) as problem:
        read_tie_order(data, NAMES)
    assert (problem.value.field, problem.value.message) == ("tie_order", message)


SCORES = st.fixed_dictionaries({}, optional={code: st.integers(0, 2).map(Decimal) for code in ("III", "@lost")})
ITEMS = st.lists(
    st.tuples(st.sampled_from([Decimal(70), Decimal("70.004"), Decimal(90)]), SCORES), min_size=1, max_size=7
).map(lambda rows: [RankItem(place, "x", f"Đ{place}", index, scores) for place, (index, scores) in enumerate(rows)])


@given(ITEMS, st.sampled_from(["competition", "dense"]), st.randoms(use_true_random=False))
def test_ranks_follow_the_printed_index_and_equal_everything_shares(items, style, random):
    way = {"tie_order": ("III", "@lost"), "style": style}
    ranked = rank(items, **way)
    assert rank(random.sample(items, len(items)), **way) == ranked
    place = {one.key: one.rank for one in ranked}
    for one in items:
        for other in items:
            if one.index.quantize(Decimal("0.01")) > other.index.quantize(Decimal("0.01")):
                assert place[one.key] < place[other.key]
            if (one.index, one.sub_scores) == (other.index, other.sub_scores):
                assert place[one.key] == place[other.key]
    taken = sorted(place.values())
    assert taken[0] == 1
    if style == "dense":
        assert sorted(set(taken)) == list(range(1, len(set(taken)) + 1))
    else:
        assert all(number == taken.index(number) + 1 for number in taken)
    assert all(one.shared == (taken.count(one.rank) > 1) for one in ranked)


def test_an_order_in_which_all_are_equal_is_passed_over():
    items = [item("A", "85", III="20", I="4"), item("B", "85", III="20", I="5")]
    ranked = rank(items, tie_order=("III", "I"))
    assert [(one.key, one.rank) for one in ranked] == [("B", 1), ("A", 2)]
    assert ranked[0].explanation == (
        "Chỉ số 85,00 %, hạng 1 trong 2 đơn vị của khối; bằng chỉ số nên so tiếp I: 5,00 > 4,00."
    )


def test_groups_of_mixed_kinds_are_ordered_by_their_text():
    items = [RankItem("A", 10, "A", Decimal(1)), RankItem("B", "2", "B", Decimal(1)), RankItem("C", 3, "C", Decimal(1))]
    assert [one.group for one in rank(items)] == [10, "2", 3]
