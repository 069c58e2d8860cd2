"""Would the order change if pending appeals were accepted."""

from decimal import Decimal

import pytest

from emulation.ranking import Appeal, Move, RankItem, StabilityNote, stability


def item(name, index, group="khối 1", **sub_scores):
    return RankItem(name, group, name, Decimal(index), {code: Decimal(points) for code, points in sub_scores.items()})


def appeal(name, index, label=None, **sub_scores):
    scores = {code: Decimal(points) for code, points in sub_scores.items()}
    return Appeal(name, label or f"kiến nghị của {name}", Decimal(index), scores)


ITEMS = [item("A", "90"), item("B", "85"), item("C", "80"), item("D", "60", "khối 2")]


def test_an_appeal_that_changes_the_order_names_everyone_who_moves():
    [note] = stability(ITEMS, [appeal("C", "86")])
    assert note == StabilityNote(
        "kiến nghị của C",
        (Move("B", "B", 2, 3), Move("C", "C", 3, 2)),
        "Thứ tự sẽ đổi nếu chấp nhận kiến nghị của C: B từ hạng 2 thành hạng 3; C từ hạng 3 thành hạng 2.",
    )


def test_an_appeal_that_changes_nothing_says_so():
    [note] = stability(ITEMS, [appeal("C", "84")])
    assert note == StabilityNote("kiến nghị của C", (), "Thứ tự không đổi nếu chấp nhận kiến nghị của C.")
    assert stability(ITEMS, []) == []
    assert stability(ITEMS, [appeal("X", "99")])[0].moves == ()
    assert stability([*ITEMS, RankItem("E", "khối 1", "E", Decimal(70), out="x")], [appeal("E", "99")])[0].moves == ()


def test_several_appeals_are_tried_alone_and_together():
    notes = stability(ITEMS, [appeal("B", "88", "K1"), appeal("B", "87.5", "K2"), appeal("C", "84", "K3")])
    assert [(one.label, one.moves) for one in notes[:3]] == [("K1", ()), ("K2", ()), ("K3", ())]
    assert notes[3] == StabilityNote(
        "tất cả kiến nghị",
        (Move("A", "A", 1, 2), Move("B", "B", 2, 1)),
        "Thứ tự sẽ đổi nếu chấp nhận tất cả kiến nghị: A từ hạng 1 thành hạng 2; B từ hạng 2 thành hạng 1.",
    )
    assert len(notes) == 4


def test_gains_never_pass_one_hundred_or_lower_an_index():
    items = [item("A", "99.5"), item("B", "99"), item("C", "100")]
    [first, second, both] = stability(items, [appeal("A", "99.9"), appeal("A", "99.9")])
    assert (first.moves, second.moves) == ((), ())
    assert [(move.unit, move.after) for move in both.moves] == [("A", 1)]
    over = [item("A", "103"), item("B", "102")]
    assert stability(over, [appeal("B", "104")])[0].moves == ()
    assert stability(over, [appeal("A", "101")])[0].moves == ()


def test_sub_scores_change_too():
    items = [item("A", "90", III="20", I="5"), item("B", "90", III="19", I="5")]
    [note] = stability(items, [appeal("B", "90", III="20.5")], tie_order=("III",))
    assert note.moves == (Move("A", "A", 1, 2), Move("B", "B", 2, 1))
    [one, two, both] = stability(
        items, [appeal("B", "90", III="19.5"), appeal("B", "90", III="19.75")], tie_order=("III", "I")
    )
    assert (one.moves, two.moves) == ((), ())
    assert both.moves == (Move("A", "A", 1, 2), Move("B", "B", 2, 1))
    [note] = stability([item("A", "90"), item("B", "90", II="1")], [appeal("A", "90", II="2")], tie_order=("II",))
    assert note.moves == (Move("B", "B", 1, 2),)


@pytest.mark.parametrize("style", ["competition", "dense"])
def test_the_way_of_ranking_is_kept(style):
    [note] = stability(ITEMS[:3], [appeal("B", "90")], style=style)
    moves = (Move("B", "B", 2, 1),) + ((Move("C", "C", 3, 2),) if style == "dense" else ())
    assert note.moves == moves


def test_moves_are_listed_by_rank_then_name():
    items = [item("B", "80"), item("A", "80"), item("C", "70"), item("D", "60")]
    [note] = stability(items, [appeal("D", "90")])
    assert [(move.unit, move.before, move.after) for move in note.moves] == [
        ("A", 1, 2),
        ("B", 1, 2),
        ("C", 3, 4),
        ("D", 4, 1),
    ]


def test_a_sub_score_the_unit_did_not_have_counts_from_zero():
    items = [item("A", "90"), item("B", "90", II="2.5")]
    [note] = stability(items, [appeal("A", "90", II="2")], tie_order=("II",))
    assert {move.unit: move.after for move in note.moves} == {"A": 2}


def test_units_of_one_name_are_listed_by_key():
    items = [RankItem(key, "x", "Trường", Decimal(50)) for key in (2, 1, 3)] + [item("Z", "10", "x")]
    [note] = stability(items, [appeal("Z", "90")])
    assert [move.unit for move in note.moves] == [1, 2, 3, "Z"]
