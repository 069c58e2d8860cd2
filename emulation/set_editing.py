"""Changing one row of a criteria set: pure functions from a spec to a spec. Stored by services.criteria.replace_draft.

Codes that other parts of the set name (tie order, vetoes) follow a new code; a row they name cannot be removed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from emulation.scoring.tree import MAX_DEPTH
from emulation.set_spec import AreaSpec, Placed, RowSpec, SetSpec
from ninhgiang.errors import DomainError

type AnyRow = AreaSpec | RowSpec
type Siblings = tuple[Any, ...]
_OF_KIND = {"area": "areas", "bonus": "bonuses", "penalty": "penalties"}
_GRADES = ("bands", "head_mapping", "veto_conditions")


def find_row(spec: SetSpec, code: str) -> Placed | None:
    """Return a row with its kind and parent; None for a code the set does not have."""
    return next((placed for placed in spec.nodes() if placed.row.code == code), None)


def below(row: AnyRow) -> Siblings:
    """Return the rows right below one."""
    return row.criteria if isinstance(row, AreaSpec) else row.children


def has_rule(row: AnyRow) -> bool:
    """Tell whether a row is scored by a rule of its own."""
    return isinstance(row, RowSpec) and bool(row.rule_kind)


def rows_within(placed: Placed) -> list[Placed]:
    """Return a row and every row below it, in printed order."""
    found = [placed]
    for child in below(placed.row):
        found += rows_within(Placed("criterion", placed.row.code, child))
    return found


# marks: whether somebody else changed what a form was made from


def digest_of(placed: Placed) -> str:
    """Return a mark of a row's own content and of where it belongs, its children left out."""
    return _mark((placed.parent, _with_below(placed.row, ())))


def digest_of_tree(placed: Placed) -> str:
    """Return a mark of a row and all that stands below it."""
    return _mark(placed)


def digest_of_heading(spec: SetSpec) -> str:
    """Return a mark of the part common to all rows but grades, heads and vetoes."""
    return _mark(replace(spec, areas=(), bonuses=(), penalties=(), bands=(), head_mapping={}, veto_conditions=()))


def digest_of_grades(spec: SetSpec) -> str:
    """Return a mark of the grades of units and heads and of the vetoes."""
    return _mark([getattr(spec, name) for name in _GRADES])


def _mark(content: object) -> str:
    return sha256(repr(content).encode()).hexdigest()[:16]


# changes


def _with_below(row: AnyRow, rows: Siblings) -> AnyRow:
    return replace(row, criteria=rows) if isinstance(row, AreaSpec) else replace(row, children=rows)


def _among_siblings(rows: Siblings, code: str, change: Callable[[Siblings, int], Siblings]) -> Siblings:
    """Return the rows with `change` applied to the siblings of `code`, wherever they stand."""
    for place, row in enumerate(rows):
        if row.code == code:
            return change(rows, place)
    return tuple(_with_below(row, _among_siblings(below(row), code, change)) for row in rows)


def _everywhere(spec: SetSpec, code: str, change: Callable[[Siblings, int], Siblings]) -> SetSpec:
    if find_row(spec, code) is None:
        raise DomainError(f"Bộ tiêu chí không còn dòng {code}. Người khác có thể vừa bỏ hoặc đổi mã dòng này.")
    return replace(
        spec,
        areas=_among_siblings(spec.areas, code, change),
        bonuses=_among_siblings(spec.bonuses, code, change),
        penalties=_among_siblings(spec.penalties, code, change),
    )


def change_row(spec: SetSpec, code: str, row: AnyRow) -> SetSpec:
    """Return the set with a row's own content replaced; its children stay. A new code must be free (DomainError)."""
    if row.code != code and find_row(spec, code) is not None and find_row(spec, row.code) is not None:
        raise DomainError(f"Mã “{row.code}” đã dùng cho dòng khác.", field="code")
    changed = _everywhere(spec, code, lambda rows, at: (*rows[:at], _with_below(row, below(rows[at])), *rows[at + 1 :]))
    return changed if row.code == code else _renamed(changed, code, row.code)


def _renamed(spec: SetSpec, old: str, new: str) -> SetSpec:
    conditions = tuple({**one, "code": new} if one.get("code") == old else one for one in spec.veto_conditions)
    return replace(
        spec, tie_order=tuple(new if one == old else one for one in spec.tie_order), veto_conditions=conditions
    )


def add_row(spec: SetSpec, kind: str, parent: str, row: AnyRow) -> SetSpec:
    """Return the set with a row added last below `parent` ("" for areas, bonus and penalty).

    A criterion that had a rule becomes a group, the sum of its children. Raises DomainError for a code in use, or a
    parent that cannot have this row below it (see `parents_for`).
    """
    if find_row(spec, row.code) is not None:
        raise DomainError(f"Mã “{row.code}” đã dùng cho dòng khác.", field="code")
    if kind in _OF_KIND:
        longer: dict[str, Any] = {_OF_KIND[kind]: (*getattr(spec, _OF_KIND[kind]), row)}
        return replace(spec, **longer)
    if why := _unfit(spec, parent, _height(row)):
        raise DomainError(why, field="parent")

    def add(rows: Siblings, at: int) -> Siblings:
        grown = _with_below(rows[at], (*below(rows[at]), row))
        if isinstance(grown, RowSpec):
            grown = replace(grown, rule_kind="", rule_params={}, source="person")
            grown = replace(grown, evidence_required=False, explanation_required=False)
        return (*rows[:at], grown, *rows[at + 1 :])

    return _everywhere(spec, parent, add)


def _unfit(spec: SetSpec, parent: str, height: int) -> str:
    """Return why a criterion of so many levels cannot stand below `parent`, "" when it can."""
    above = find_row(spec, parent)
    if above is None or above.kind not in ("area", "criterion"):
        return f"Bộ tiêu chí không còn dòng “{parent}” để đặt dòng này vào; hãy chọn dòng khác."
    if getattr(above.row, "added", False):
        return f"Tiêu chí bổ sung {parent} không được có dòng con."
    if _depth(spec, parent) + height > MAX_DEPTH:
        return f"Bộ tiêu chí sâu nhất {MAX_DEPTH} cấp nên không thêm được dòng dưới “{parent}”."
    return ""


def _depth(spec: SetSpec, code: str) -> int:
    placed = find_row(spec, code)
    return 0 if placed is None else 1 + (_depth(spec, placed.parent) if placed.parent else 0)


def _height(row: AnyRow) -> int:
    return 1 + max((_height(one) for one in below(row)), default=0)


def parents_for(spec: SetSpec, moving: AnyRow | None = None) -> list[AnyRow]:
    """Return the rows a criterion may stand below: areas and groups not too deep; not the row moved nor those below it.

    A criterion scored by a rule is none of them: it would lose its rule.
    """
    own = codes_within(Placed("criterion", "", moving)) if moving is not None else set()
    height = 1 if moving is None else _height(moving)
    return [
        placed.row
        for placed in spec.nodes()
        if placed.row.code not in own and not has_rule(placed.row) and not _unfit(spec, placed.row.code, height)
    ]


def place_row(spec: SetSpec, code: str, parent: str) -> SetSpec:
    """Return the set with a criterion moved, with all below it, to the end of another row's children.

    Raises DomainError for a row that is gone or a parent that cannot have it; where it stands already, nothing moves.
    """
    placed = find_row(spec, code)
    if placed is None or placed.parent == parent:
        return spec
    if parent in codes_within(placed):
        raise DomainError("Không đặt được một dòng vào trong chính nó.", field="parent")
    return add_row(_without(spec, code), placed.kind, parent, placed.row)


def remove_row(spec: SetSpec, code: str) -> SetSpec:
    """Return the set without a row and what stands below it; DomainError while tie order or a veto names one."""
    placed = find_row(spec, code)
    gone = codes_within(placed) if placed is not None else set()
    if named := gone & set(spec.tie_order):
        raise DomainError(f"Dòng {min(named)} đang nêu trong thứ tự phân định nên chưa bỏ được.")
    if named := gone & {str(one.get("code", "")) for one in spec.veto_conditions}:
        raise DomainError(f"Dòng {min(named)} đang nêu trong trường hợp khống chế nên chưa bỏ được.")
    return _without(spec, code)


def _without(spec: SetSpec, code: str) -> SetSpec:
    return _everywhere(spec, code, lambda rows, at: (*rows[:at], *rows[at + 1 :]))


def codes_within(placed: Placed) -> set[str]:
    """Return the codes of a row and of every row below it."""
    return {one.row.code for one in rows_within(placed)}


def move_row(spec: SetSpec, code: str, by: int) -> SetSpec:
    """Return the set with a row one place up (-1) or down (1) among its siblings; at the end it stays."""

    def move(rows: Siblings, at: int) -> Siblings:
        to = at + by
        if not 0 <= to < len(rows):
            return rows
        order = list(rows)
        order[at], order[to] = order[to], order[at]
        return tuple(order)

    return _everywhere(spec, code, move)


def area_of(spec: SetSpec, code: str) -> str:
    """Return the code of the area a row stands in, its own for an area, "" for bonus, penalty and unknown codes."""
    placed = find_row(spec, code)
    while placed is not None and placed.parent:
        placed = find_row(spec, placed.parent)
    return placed.row.code if placed is not None and placed.kind == "area" else ""


def path_of(spec: SetSpec, code: str) -> Iterable[Placed]:
    """Yield the rows above a code, the nearest first."""
    placed = find_row(spec, code)
    while placed is not None and placed.parent:
        placed = find_row(spec, placed.parent)
        if placed is not None:
            yield placed
