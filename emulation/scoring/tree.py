"""A criteria set as a tree of any depth to 5: is it whole, and what a scorecard earns at every node.

Nodes are areas, criteria and components (lĩnh vực > tiêu chí > tiêu chí thành phần), and bonus and penalty rows beside
them. A node without children is scored by its rule; a parent is the sum of its children (scoring.md 2.1, 2.7).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ninhgiang.points import show

from .numbers import decimals_of
from .totals import AreaTotal, TotalRow, Totals, total

MAX_DEPTH = 5
FULL_MARKS = Decimal(100)
_NONE = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Node:
    """One row of a set. `kind` is criterion (at any depth), bonus or penalty; `parent` "" is the top.

    `added` marks a criterion the lower level put into the frame it was given (R21): it does not count when the
    frame's maxima are checked, but it does in the denominator of the units it applies to.
    """

    code: str
    parent: str
    max_points: Decimal
    kind: str = "criterion"
    added: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What a scorecard says of one leaf: whether it applies to the unit, its points (None: not yet scored)."""

    applicable: bool
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class TreeTotals:
    """Totals of the whole, whose `areas` are the top nodes, and of every node by code; missing codes do not apply."""

    whole: Totals
    nodes: dict[str, AreaTotal]


def tree_problems(nodes: Sequence[Node], *, full: Decimal | None = FULL_MARKS) -> list[str]:
    """Return what is wrong with a set's tree, in Vietnamese, each naming the row; empty when it is whole.

    Checked: codes once, parents known, no cycle, depth at most 5, maxima above 0 with two decimals, children add up
    to their parent, top nodes to `full` (None: any sum). Added criteria (R21) stand on top of the frame, as leaves.
    """
    return [message for _, message in tree_problems_by_row(nodes, full=full)]


def tree_problems_by_row(nodes: Sequence[Node], *, full: Decimal | None = FULL_MARKS) -> list[tuple[str, str]]:
    """Return what `tree_problems` does, each with the code of its row ("" for the whole)."""
    codes = [node.code for node in nodes]
    found = [(code, f"Mã “{code}” bị trùng.") for code in sorted({code for code in codes if codes.count(code) > 1})]
    by_code = {node.code: node for node in nodes}
    for node in nodes:
        if node.parent and node.parent not in by_code:
            found.append((node.code, f"Dòng {node.code} thuộc dòng “{node.parent}” không có trong bộ."))
        if not node.max_points.is_finite() or node.max_points <= 0 or decimals_of(node.max_points) > 2:
            why = f"Điểm tối đa của dòng {node.code} phải lớn hơn 0, tối đa 2 chữ số thập phân."
            found.append((node.code, why))
    if found:
        return found
    found = [(node.code, problem) for node in nodes if (problem := _place_problem(node, by_code))]
    return found or _sum_problems(nodes, full)


def _place_problem(node: Node, by_code: Mapping[str, Node]) -> str:
    above = node
    for _ in range(MAX_DEPTH):
        if not above.parent:
            break
        above = by_code[above.parent]
        if above.code == node.code:
            return f"Dòng {node.code} nằm trong chính nó (vòng lặp)."
    else:
        return f"Dòng {node.code} nằm sâu quá {MAX_DEPTH} cấp."
    if node.kind != "criterion" and node.parent:
        return f"Điểm cộng, điểm trừ {node.code} không thuộc dòng nào khác."
    if node.parent and by_code[node.parent].kind != "criterion":
        return f"Dòng {node.code} không thể thuộc điểm cộng hoặc điểm trừ {node.parent}."
    if node.parent and by_code[node.parent].added:
        return f"Tiêu chí bổ sung {node.parent} không được có tiêu chí con."
    return ""


def _sum_problems(nodes: Sequence[Node], full: Decimal | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    frame = [node for node in nodes if node.kind == "criterion" and not node.added]
    for node in frame:
        children = [child.max_points for child in frame if child.parent == node.code]
        added = sum(children, start=_NONE)
        why = ""
        if not children and any(child.parent == node.code for child in nodes):
            why = f"Dòng {node.code} tự chấm điểm nên không thể thêm tiêu chí bổ sung vào trong."
        if children and added != node.max_points:
            sums = f"{show(node.max_points)} nhưng các dòng con cộng lại là {show(added)}"
            why = f"Dòng {node.code} có điểm tối đa {sums}."
        if why:
            found.append((node.code, why))
    whole = sum((node.max_points for node in frame if not node.parent), start=_NONE)
    if full is not None and whole != full:
        found.append(("", f"Các lĩnh vực phải cộng lại đúng {show(full)} điểm; hiện là {show(whole)}."))
    return found


def tree_totals(
    nodes: Sequence[Node],
    marks: Mapping[str, Mark],
    *,
    bonus_max: Decimal,
    penalty_max: Decimal,
    decimals: int = 2,
    skipped: Collection[str] = (),
    late: Decimal = _NONE,
) -> TreeTotals:
    """Return the totals of a scorecard whose set is `nodes` (already whole, see `tree_problems`).

    `marks` holds the leaves by code; a leaf without a mark is not yet scored. `skipped` are nodes of any depth left
    out for every unit (R15); `late` is taken off the whole. The order of nodes and marks never matters.
    """
    by_code = {node.code: node for node in nodes}
    parents = {node.parent for node in nodes}
    rows: list[TotalRow] = []
    below: dict[str, list[TotalRow]] = {}
    for node in nodes:
        if node.code in parents:
            continue
        path = _path(node, by_code)
        mark = marks.get(node.code, Mark(applicable=True, points=None))
        live = mark.applicable and not (node.kind == "criterion" and any(code in skipped for code in path))
        row = TotalRow(path[-1], node.kind, node.max_points, live, mark.points)
        rows.append(row)
        for code in path:
            below.setdefault(code, []).append(row)
    whole = total(rows, bonus_max=bonus_max, penalty_max=penalty_max, decimals=decimals, skipped=skipped, late=late)
    return TreeTotals(whole, {code: one for code, leaves in below.items() if (one := _node_total(leaves)) is not None})


def _path(node: Node, by_code: Mapping[str, Node]) -> list[str]:
    """Return the node's code and those above it, the top last."""
    path = [node.code]
    while node.parent:
        node = by_code[node.parent]
        path.append(node.code)
    return path


def _node_total(leaves: Iterable[TotalRow]) -> AreaTotal | None:
    live = [row for row in leaves if row.applicable]
    if not live:
        return None
    return AreaTotal(
        sum((row.points or _NONE for row in live), start=_NONE),
        sum((row.max_points for row in live), start=_NONE),
        sum(row.points is None for row in live),
    )
