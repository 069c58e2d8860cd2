"""State machines as data: one table per noun, one function that moves a row by a conditional UPDATE.

A table maps (state, action) to a Move. Services call `transition`; templates ask `moves_from` which
buttons to show. The caller has already checked who is acting (rules.py); the table repeats the role
kinds so that screens and the permission matrix read one source.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F

from .errors import DomainError, Stale


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step: the state it leads to, the role kinds that may take it, the button's Vietnamese label."""

    to: str
    roles: frozenset[str]
    label: str


type Table = dict[tuple[str, str], Move]


def moves_from(table: Table, state: str, roles: Collection[str]) -> dict[str, Move]:
    """Return {action: Move} for the actions open in `state` to somebody holding any of `roles`."""
    held = set(roles)
    return {action: move for (start, action), move in table.items() if start == state and move.roles & held}


def transition(row: models.Model, action: str, *, table: Table, **changes: Any) -> None:
    """Move `row` (with integer `version` and text `state`) by `action`, writing `changes` in the same UPDATE.

    Raises DomainError when the table has no such step from the state the row was read in, and Stale when
    another person moved or edited the row since it was read. On success `row` carries the new values.
    """
    move = table.get((row.state, action))  # type: ignore[attr-defined]
    if move is None:
        raise DomainError("Việc này không còn thực hiện được ở trạng thái hiện tại. Hãy tải lại trang.")
    updated = (
        type(row)
        ._default_manager.filter(pk=row.pk, state=row.state, version=row.version)  # type: ignore[attr-defined]
        .update(state=move.to, version=F("version") + 1, **changes)
    )
    if updated != 1:
        raise Stale("Người khác vừa thay đổi mục này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    row.refresh_from_db()
