"""Trees of criteria: what is wrong with one, and what a scorecard earns at every node."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.scoring import AreaTotal, Mark, Node, TotalRow, total, tree_problems, tree_totals


def node(code, points, parent="", **more):
    return Node(code, parent, Decimal(points), **more)


# Section 1 of Cà Mau 2013 as far as it is known (scoring.md 2.2), with the rest as one row.
CA_MAU = [
    node("1", 20),
    node("1.1", 5, "1"),
    node("1.1.1", 1, "1.1"),
    node("1.1.2", 1, "1.1"),
    node("1.1.3", 1, "1.1"),
    node("1.1.4", 2, "1.1"),
    node("1.2", 2, "1"),
    node("1.2.1", 1, "1.2"),
    node("1.2.2", 1, "1.2"),
    node("1.3", 13, "1"),
    node("2", 80),
]


def marks(**points):
    return {
        code.replace("_", "."): Mark(applicable=given != "-", points=None if given in ("-", None) else Decimal(given))
        for code, given in ((name[1:], given) for name, given in points.items())
    }


def totals(nodes, given, **more):
    return tree_totals(nodes, given, **({"bonus_max": Decimal(3), "penalty_max": Decimal(5)} | more))


def part(points, applicable_max, missing=0):
    return AreaTotal(Decimal(points), Decimal(applicable_max), missing)


FULL = marks(c1_1_1="0.5", c1_1_2="1", c1_1_3="0", c1_1_4="1", c1_2_1="1", c1_2_2="1", c1_3="10", c2="60")


def test_a_parent_is_the_sum_of_its_children_at_every_depth():
    result = totals(CA_MAU, FULL)
    assert result.nodes == {
        "1": part("14.5", 20),
        "1.1": part("2.5", 5),
        "1.1.1": part("0.5", 1),
        "1.1.2": part(1, 1),
        "1.1.3": part(0, 1),
        "1.1.4": part(1, 2),
        "1.2": part(2, 2),
        "1.2.1": part(1, 1),
        "1.2.2": part(1, 1),
        "1.3": part(10, 13),
        "2": part(60, 80),
    }
    whole = result.whole
    assert (whole.total, whole.applicable_max, whole.index) == (Decimal("74.5"), Decimal(100), Decimal("74.50"))
    assert whole.areas == {"1": part("14.5", 20), "2": part(60, 80)}
    assert (result.nodes["1.1"].index(), result.nodes["1.3"].index(3)) == (Decimal("50.00"), Decimal("76.923"))


def test_what_does_not_apply_leaves_every_node_above():
    result = totals(CA_MAU, FULL | marks(c1_1_4="-", c1_2_1="-", c1_2_2="-"))
    assert result.nodes["1.1"] == part("1.5", 3)
    assert result.nodes["1"] == part("11.5", 16)
    assert "1.2" not in result.nodes
    assert "1.2.1" not in result.nodes
    assert (result.whole.total, result.whole.applicable_max) == (Decimal("71.5"), Decimal(96))


def test_what_is_not_scored_counts_zero_and_is_missing():
    given = {code: mark for code, mark in FULL.items() if code != "1.3"} | marks(c1_1_1=None)
    result = totals(CA_MAU, given)
    assert (result.nodes["1.1"], result.nodes["1"], result.nodes["1.3"]) == (
        part(2, 5, 1),
        part(4, 20, 2),
        part(0, 13, 1),
    )
    assert result.whole.missing == 2


@pytest.mark.parametrize(
    ("skipped", "total_points", "applicable_max", "names"),
    [
        ({"2"}, "14.5", 20, ("2",)),
        ({"1.1"}, "72", 95, ("1.1",)),
        ({"1.1.4", "1.2"}, "71.5", 96, ("1.1.4", "1.2")),
        ({"1", "2"}, "0", 0, ("1", "2")),
    ],
)
def test_nodes_of_any_depth_are_skipped_for_everyone(skipped, total_points, applicable_max, names):
    whole = totals(CA_MAU, FULL, skipped=skipped).whole
    assert (whole.total, whole.applicable_max, whole.skipped) == (Decimal(total_points), Decimal(applicable_max), names)


def test_bonus_and_penalty_stand_beside_the_tree():
    nodes = [*CA_MAU, node("C1", 2, kind="bonus"), node("C2", 2, kind="bonus"), node("T1", 9, kind="penalty")]
    given = FULL | marks(cC1="2", cC2="2", cT1="7")
    result = totals(nodes, given, skipped={"C1"})
    assert (result.whole.bonus, result.whole.penalty, result.whole.total) == (Decimal(3), Decimal(5), Decimal("72.5"))
    assert result.nodes["C1"] == part(2, 2)
    assert result.whole.applicable_max == 100


def test_options_reach_the_whole():
    nodes = [node("1", 3), node("C", 3, kind="bonus")]
    given = {"1": Mark(applicable=True, points=Decimal(2)), "C": Mark(applicable=True, points=Decimal(2))}
    whole = totals(nodes, given, decimals=3).whole
    assert (whole.index, whole.index.as_tuple().exponent) == (Decimal(100), -3)
    late = totals(nodes, given, late=Decimal("0.5")).whole
    assert (late.late, whole.total - late.total) == (Decimal("0.5"), Decimal("0.5"))


def test_added_criteria_stand_on_top_of_the_frame():
    nodes = [*CA_MAU, node("1.4", 5, "1", added=True)]
    assert tree_problems(nodes) == []
    result = totals(nodes, FULL | marks(c1_4="5"))
    assert (result.nodes["1"], result.whole.applicable_max) == (part("19.5", 25), Decimal(105))
    assert result.whole.index == Decimal("75.71")


def test_five_levels_are_the_most():
    deep = [node("1", 100), *(node("1" * n, 100, "1" * (n - 1)) for n in range(2, 6))]
    assert tree_problems(deep) == []
    assert tree_problems([*deep, node("111111", 100, "11111")]) == ["Dòng 111111 nằm sâu quá 5 cấp."]


def test_a_whole_tree_has_no_problem():
    assert tree_problems(CA_MAU) == []
    assert tree_problems([], full=None) == []
    assert tree_problems([node("1", "0.01")], full=None) == []


def changed(code, **changes):
    return [replace(one, **changes) if one.code == code else one for one in CA_MAU]


ROW_MAX = "Điểm tối đa của dòng 1.3 phải lớn hơn 0, tối đa 2 chữ số thập phân."


@pytest.mark.parametrize(
    ("nodes", "problems"),
    [
        ([], ["Các lĩnh vực phải cộng lại đúng 100 điểm; hiện là 0."]),
        ([*CA_MAU, node("2", 80), node("1", 1)], ["Mã “1” bị trùng.", "Mã “2” bị trùng."]),
        (changed("1.1.1", parent="9"), ["Dòng 1.1.1 thuộc dòng “9” không có trong bộ."]),
        (changed("1.3", max_points=Decimal(0)), [ROW_MAX]),
        (changed("1.3", max_points=Decimal(-1)), [ROW_MAX]),
        (changed("1.3", max_points=Decimal("1.005")), [ROW_MAX]),
        (changed("1.3", max_points=Decimal("NaN")), [ROW_MAX]),
        (
            changed("1", parent="1.1"),
            ["Dòng 1 nằm trong chính nó (vòng lặp).", "Dòng 1.1 nằm trong chính nó (vòng lặp)."]
            + [
                f"Dòng {code} nằm sâu quá 5 cấp."
                for code in ("1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.2", "1.2.1", "1.2.2", "1.3")
            ],
        ),
        (changed("2", parent="2"), ["Dòng 2 nằm trong chính nó (vòng lặp)."]),
        ([*CA_MAU, node("C", 1, "1", kind="bonus")], ["Điểm cộng, điểm trừ C không thuộc dòng nào khác."]),
        (
            [*CA_MAU, node("C", 1, kind="bonus"), node("3", 1, "C")],
            ["Dòng 3 không thể thuộc điểm cộng hoặc điểm trừ C."],
        ),
        (
            [*CA_MAU, node("1.4", 5, "1", added=True), node("1.4.1", 5, "1.4", added=True)],
            ["Tiêu chí bổ sung 1.4 không được có tiêu chí con."],
        ),
        (
            [*CA_MAU, node("2.1", 5, "2", added=True)],
            ["Dòng 2 tự chấm điểm nên không thể thêm tiêu chí bổ sung vào trong."],
        ),
        (
            changed("1.1.4", max_points=Decimal(3)),
            ["Dòng 1.1 có điểm tối đa 5 nhưng các dòng con cộng lại là 6."],
        ),
        (changed("2", max_points=Decimal("79.5")), ["Các lĩnh vực phải cộng lại đúng 100 điểm; hiện là 99,5."]),
    ],
)
def test_what_is_wrong_with_a_tree_is_named(nodes, problems):
    assert tree_problems(nodes) == problems


def test_the_sum_of_the_top_may_be_another_or_free():
    small = [one for one in CA_MAU if one.code != "2"]
    assert tree_problems(small) == ["Các lĩnh vực phải cộng lại đúng 100 điểm; hiện là 20."]
    assert tree_problems(small, full=Decimal(20)) == []
    assert tree_problems(small, full=None) == []
    assert tree_problems([*CA_MAU, node("C", 3, kind="bonus"), node("T", 5, kind="penalty")]) == []


@st.composite
def trees(draw):
    """A random tree of criteria, two rows beside it, and marks for the leaves."""
    nodes, leaves = [], []

    def grow(code, parent, depth):
        children = draw(st.integers(0, 3)) if depth < 5 else 0
        place = len(nodes)
        nodes.append(None)
        for number in range(1, children + 1):
            grow(f"{code}.{number}", code, depth + 1)
        below = [one for one in nodes[place + 1 :] if one.parent == code]
        points = sum((one.max_points for one in below), start=Decimal(0)) or draw(
            st.decimals(Decimal("0.25"), 20, places=2)
        )
        nodes[place] = Node(code, parent, points)
        if not children:
            leaves.append(nodes[place])

    for number in range(1, draw(st.integers(1, 3)) + 1):
        grow(str(number), "", 1)
    given = {
        leaf.code: Mark(draw(st.booleans()), draw(st.none() | st.decimals(0, leaf.max_points, places=2)))
        for leaf in leaves
        if draw(st.booleans())
    }
    return nodes, leaves, given


@given(trees(), st.randoms(use_true_random=False))
def test_a_tree_adds_up_at_every_node_in_any_order(tree, random):
    nodes, leaves, given = tree
    assert tree_problems(nodes, full=None) == []
    result = totals(nodes, given)
    assert totals(random.sample(nodes, len(nodes)), given) == result
    for one in nodes:
        children = [
            result.nodes[child.code] for child in nodes if child.parent == one.code and child.code in result.nodes
        ]
        if children:
            mine = result.nodes[one.code]
            assert mine.points == sum(child.points for child in children)
            assert mine.applicable_max == sum(child.applicable_max for child in children)
            assert mine.missing == sum(child.missing for child in children)
            assert 0 <= mine.points <= mine.applicable_max <= one.max_points
    flat = [
        TotalRow(leaf.code.split(".")[0], "criterion", leaf.max_points, mark.applicable, mark.points)
        for leaf in leaves
        for mark in [given.get(leaf.code, Mark(applicable=True, points=None))]
    ]
    assert total(flat, bonus_max=Decimal(3), penalty_max=Decimal(5)) == result.whole
    assert sum((area.points for area in result.whole.areas.values()), start=Decimal(0)) == result.whole.total
