"""Ranks inside blocks, ties, grades."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.ranking import RankItem, grade, rank, validate_bands
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import RuleError

BANDS = [dict(band) for band in SAMPLE_SET.bands]


def item(name, index, group="khối 1", **sub_scores):
    return RankItem(name, group, name, Decimal(index), {code: Decimal(points) for code, points in sub_scores.items()})


def places(items, **options):
    return [(one.key, one.rank, one.shared) for one in rank(items, **options)]


def test_equal_indices_share_a_rank_and_the_next_rank_counts_the_sharers():
    items = [item("C", "80"), item("A", "85.42"), item("B", "85.42")]
    assert places(items) == [("A", 1, True), ("B", 1, True), ("C", 3, False)]


def test_dense_style_counts_places_not_units():
    items = [item("C", "80"), item("A", "85.42"), item("B", "85.42")]
    assert places(items, style="dense") == [("A", 1, True), ("B", 1, True), ("C", 2, False)]


def test_what_prints_equal_ranks_equal():
    assert places([item("A", "83.038"), item("B", "83.044")]) == [("A", 1, True), ("B", 1, True)]
    assert places([item("A", "83.034"), item("B", "83.038")]) == [("B", 1, False), ("A", 2, False)]


def test_each_block_is_ranked_on_its_own():
    items = [item("A", "70"), item("B", "90"), item("C", "60", "khối 2")]
    assert places(items) == [("B", 1, False), ("A", 2, False), ("C", 1, False)]


def test_a_tie_is_broken_in_the_stated_order_and_says_so():
    items = [item("A", "85", III="20", I="19"), item("B", "85", III="22.5", I="15"), item("C", "85", III="20", I="18")]
    ranked = rank(items, tie_order=("III", "I"), tie_names={"III": "Thủ tục hành chính", "I": "Chỉ đạo, điều hành"})
    assert [(one.key, one.rank, one.shared) for one in ranked] == [("B", 1, False), ("A", 2, False), ("C", 3, False)]
    assert ranked[0].explanation == (
        "Chỉ số 85,00 %, hạng 1 trong 3 đơn vị của khối; bằng chỉ số nên so tiếp Thủ tục hành chính: 22,50 > 20,00."
    )
    assert ranked[1].explanation == (
        "Chỉ số 85,00 %, hạng 2 trong 3 đơn vị của khối; bằng chỉ số nên so tiếp "
        "Thủ tục hành chính: 22,50 > 20,00; Chỉ đạo, điều hành: 19,00 > 18,00."
    )


def test_an_area_that_one_of_the_equals_lacks_breaks_no_tie():
    items = [item("A", "85", I="18"), item("B", "85", III="25", I="17")]
    assert places(items, tie_order=("III", "I")) == [("A", 1, False), ("B", 2, False)]


def test_a_shared_rank_is_explained():
    ranked = rank([item("Phòng Kinh tế", "85", III="20"), item("Văn phòng", "85", III="20")], tie_order=("III",))
    assert ranked[0].explanation == (
        "Chỉ số 85,00 %, hạng 1 trong 2 đơn vị của khối; đồng hạng với Văn phòng vì không còn căn cứ nào để phân định."
    )


def test_a_rank_without_a_tie_is_explained():
    assert rank([item("A", "91.25")])[0].explanation == "Chỉ số 91,25 %, hạng 1 trong 1 đơn vị của khối."


def test_nothing_to_rank_gives_nothing():
    assert rank([]) == []


def test_an_unknown_style_is_an_error():
    with pytest.raises(ValueError, match="unknown ranking style"):
        rank([], style="olympic")


INDEX = st.sampled_from([Decimal(70), Decimal("80.5"), Decimal("80.50"), Decimal("80.504"), Decimal(90), Decimal(100)])
ITEMS = st.lists(
    st.tuples(INDEX, st.sampled_from("xy"), st.sampled_from([None, Decimal(1), Decimal(2)])), max_size=9
).map(
    lambda rows: [
        RankItem(place, group, f"Đơn vị {place}", index, {} if sub is None else {"III": sub})
        for place, (index, group, sub) in enumerate(rows)
    ]
)


@given(ITEMS, st.randoms(use_true_random=False), st.sampled_from(["competition", "dense"]))
def test_the_order_of_the_input_changes_nothing(items, random, style):
    shuffled = random.sample(items, len(items))
    assert rank(shuffled, tie_order=("III",), style=style) == rank(items, tie_order=("III",), style=style)


@given(ITEMS)
def test_without_tie_breaks_a_rank_is_one_plus_the_number_of_better_units(items):
    shown = {one.key: one.index.quantize(Decimal("0.01")) for one in items}
    group = {one.key: one.group for one in items}
    for one in rank(items):
        peers = [key for key in shown if group[key] == one.group]
        assert one.rank == 1 + sum(shown[key] > shown[one.key] for key in peers)
        assert one.shared == (sum(shown[key] == shown[one.key] for key in peers) > 1)


@given(ITEMS)
def test_explanations_fit_the_column(items):
    long = [RankItem(one.key, one.group, one.name * 30, one.index, one.sub_scores) for one in items]
    assert all(len(one.explanation) <= 500 for one in rank(long, tie_order=("III",), tie_names={"III": "x" * 400}))


@pytest.mark.parametrize(
    ("index", "name"),
    [
        ("100", "Xuất sắc"),
        ("90", "Xuất sắc"),
        ("89.99", "Tốt"),
        ("89.995", "Xuất sắc"),
        ("80", "Tốt"),
        ("79.99", "Khá"),
        ("65", "Khá"),
        ("64.99", "Trung bình"),
        ("50", "Trung bình"),
        ("49.99", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_grades_of_the_sample_set(index, name):
    assert grade(Decimal(index), BANDS).name == name


@pytest.mark.parametrize(
    ("bands", "index", "name"),
    [
        ([("Tốt", "90"), ("Khá", "0")], "89.45", "Khá"),
        ([("Tốt", "90"), ("Khá", "0")], "96.86", "Tốt"),
        ([("Tốt", "80"), ("Khá", "60"), ("Trung bình", "0")], "82.71", "Tốt"),
        ([("Xuất sắc", "90"), ("Tốt", "80"), ("Khá", "70"), ("Trung bình", "50"), ("Yếu", "0")], "83.61", "Tốt"),
        ([("Xuất sắc", "90"), ("Tốt", "80"), ("Khá", "70"), ("Trung bình", "50"), ("Yếu", "0")], "90.96", "Xuất sắc"),
    ],
)
def test_bands_of_other_places_are_only_data(bands, index, name):
    assert (
        grade(Decimal(index), [{"code": str(n), "name": one, "lower": low} for n, (one, low) in enumerate(bands)]).name
        == name
    )


@pytest.mark.parametrize(
    "bands",
    [
        [],
        "x",
        [("a", "A", "90"), ("b", "B", "50")],
        [("a", "A", "50"), ("b", "B", "90"), ("c", "C", "0")],
        [("a", "A", "90"), ("b", "B", "90"), ("c", "C", "0")],
        [("a", "A", "90"), ("a", "B", "0")],
        [("a", "A", "90"), ("b", "A", "0")],
        [("a", "A", "101"), ("b", "B", "0")],
        [("a", "A", "x"), ("b", "B", "0")],
        [("a", "", "50"), ("b", "B", "0")],
    ],
)
def test_bands_that_do_not_cover_once_are_refused(bands):
    read = bands
    if isinstance(bands, list):
        read = [{"code": code, "name": name, "lower": lower} for code, name, lower in bands]
    with pytest.raises(RuleError):
        validate_bands(read)


def test_a_comparison_that_had_to_wait_parts_the_rest():
    items = [item("A", "85", III="20", I="18"), item("B", "85", III="25", I="18"), item("C", "85", I="19")]
    ranked = rank(items, tie_order=("III", "I"), tie_names={"III": "Thủ tục", "I": "Chỉ đạo"})
    assert [(one.key, one.rank, one.shared) for one in ranked] == [("C", 1, False), ("B", 2, False), ("A", 3, False)]
    assert ranked[2].explanation == (
        "Chỉ số 85,00 %, hạng 3 trong 3 đơn vị của khối; bằng chỉ số nên so tiếp Chỉ đạo: 19,00 > 18,00; "
        "Thủ tục: 25,00 > 20,00."
    )
