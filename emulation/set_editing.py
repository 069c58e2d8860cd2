"""Changing one row of a criteria set: pure functions from a spec to a spec. Stored by services.criteria.replace_draft.

Codes that other parts of the set name (tie order, vetoes) follow a new code; a row they name cannot be removed.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from emulation.scoring.tree import MAX_DEPTH
from emulation.set_spec import AreaSpec, Placed, RowSpec, SetSpec
from ninhgiang.errors import DomainError

type AnyRow = AreaSpec | RowSpec
type Siblings = tuple[Any, ...]
_OF_KIND = {"area": "areas", "bonus": "bonuses", "penalty": "penalties"}


def find_row(spec: SetSpec, code: str) -> Placed | None:
    """Return a row with its kind and parent; None for a code the set does not have."""
    return next((placed for placed in spec.nodes() if placed.row.code == code), None)


def digest_of(row: AnyRow | None) -> str:
    """Return a mark of a row's own content (its children left out), to see whether somebody else changed it."""
    own = None if row is None else _without_children(row)
    return sha256(repr(own).encode()).hexdigest()[:16]


def digest_of_heading(spec: SetSpec) -> str:
    """Return a mark of everything but the rows."""
    return sha256(repr(replace(spec, areas=(), bonuses=(), penalties=())).encode()).hexdigest()[:16]


def _without_children(row: AnyRow) -> AnyRow:
    return replace(row, criteria=()) if isinstance(row, AreaSpec) else replace(row, children=())


def _below(row: AnyRow) -> Siblings:
    return row.criteria if isinstance(row, AreaSpec) else row.children


def _with_below(row: AnyRow, below: Siblings) -> AnyRow:
    return replace(row, criteria=below) if isinstance(row, AreaSpec) else replace(row, children=below)


def _among_siblings(rows: Siblings, code: str, change: Callable[[Siblings, int], Siblings]) -> Siblings:
    """Return the rows with `change` applied to the siblings of `code`, wherever they stand."""
    for place, row in enumerate(rows):
        if row.code == code:
            return change(rows, place)
    return tuple(_with_below(row, _among_siblings(_below(row), code, change)) for row in rows)


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
    changed = _everywhere(
        spec, code, lambda rows, at: (*rows[:at], _with_below(row, _below(rows[at])), *rows[at + 1 :])
    )
    return changed if row.code == code else _renamed(changed, code, row.code)


def _renamed(spec: SetSpec, old: str, new: str) -> SetSpec:
    conditions = tuple({**one, "code": new} if one.get("code") == old else one for one in spec.veto_conditions)
    return replace(
        spec, tie_order=tuple(new if one == old else one for one in spec.tie_order), veto_conditions=conditions
    )


def add_row(spec: SetSpec, kind: str, parent: str, row: AnyRow) -> SetSpec:
    """Return the set with a row added last below `parent` ("" for areas, bonus and penalty).

    A criterion that had a rule becomes a group, the sum of its children. Raises DomainError for a code in use, an
    unknown parent or a tree deeper than five.
    """
    if find_row(spec, row.code) is not None:
        raise DomainError(f"Mã “{row.code}” đã dùng cho dòng khác.", field="code")
    if kind in _OF_KIND:
        longer: dict[str, Any] = {_OF_KIND[kind]: (*getattr(spec, _OF_KIND[kind]), row)}
        return replace(spec, **longer)
    above = find_row(spec, parent)
    if above is None or above.kind not in ("area", "criterion"):
        raise DomainError(f"Không thêm được dòng dưới “{parent}”.")
    if _depth(spec, parent) >= MAX_DEPTH:
        raise DomainError(f"Bộ tiêu chí sâu nhất {MAX_DEPTH} cấp nên không thêm được dòng dưới “{parent}”.")

    def add(rows: Siblings, at: int) -> Siblings:
        grown = _with_below(rows[at], (*_below(rows[at]), row))
        if isinstance(grown, RowSpec):
            grown = replace(grown, rule_kind="", rule_params={}, source="person")
            grown = replace(grown, evidence_required=False, explanation_required=False)
        return (*rows[:at], grown, *rows[at + 1 :])

    return _everywhere(spec, parent, add)


def _depth(spec: SetSpec, code: str) -> int:
    placed = find_row(spec, code)
    return 0 if placed is None else 1 + (_depth(spec, placed.parent) if placed.parent else 0)


def remove_row(spec: SetSpec, code: str) -> SetSpec:
    """Return the set without a row and what stands below it; DomainError while tie order or a veto names one."""
    gone = _codes_below(find_row(spec, code))
    if named := gone & set(spec.tie_order):
        raise DomainError(f"Dòng {min(named)} đang nêu trong thứ tự phân định nên chưa bỏ được.")
    if named := gone & {str(one.get("code", "")) for one in spec.veto_conditions}:
        raise DomainError(f"Dòng {min(named)} đang nêu trong trường hợp khống chế nên chưa bỏ được.")
    return _everywhere(spec, code, lambda rows, at: (*rows[:at], *rows[at + 1 :]))


def _codes_below(placed: Placed | None) -> set[str]:
    if placed is None:
        return set()
    below = (Placed("criterion", placed.row.code, row) for row in _below(placed.row))
    return {placed.row.code}.union(*(_codes_below(one) for one in below))


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
