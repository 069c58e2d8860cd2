"""What a person has to do and the figures shown on the home page: a registry the apps above fill.

``units`` may not import the apps above it, so each of them registers its providers in ``AppConfig.ready``::

    from units import todo
    todo.register(my_work_items)        # (user) -> list[TodoItem]
    todo.register_card(my_figures)      # (user) -> list[Stat]

A provider must answer with a constant number of queries and return an empty list for people it does not concern.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from units.models import User

# Tones are those of the badges: "info", "ok", "wait", "warn", "bad", "neutral".
_LAST_DAY = date.max
_SOON = 3  # days


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing to do: ``title`` is what (an order, in Vietnamese), ``detail`` why, ``url`` where it is done.

    ``due_on`` is a day in Vietnam; ``count`` how many things stand behind the line; lower ``order`` comes first
    among items with equal due dates (items with a due date come before items without). ``returned`` work, which
    somebody sent back and waits for, comes before everything.
    """

    title: str
    detail: str
    url: str
    tone: str = "info"
    due_on: date | None = None
    count: int | None = None
    order: int = 100
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure of the home page; ``value`` is already written the Vietnamese way ("8,5")."""

    label: str
    value: str
    url: str = ""


TodoProvider = Callable[["User"], list[TodoItem]]
StatProvider = Callable[["User"], list[Stat]]

_todo: list[TodoProvider] = []
_cards: list[StatProvider] = []


def register(provider: TodoProvider) -> TodoProvider:
    """Add a provider of things to do; registering the same function twice is harmless. Usable as a decorator."""
    if provider not in _todo:
        _todo.append(provider)
    return provider


def register_card(provider: StatProvider) -> StatProvider:
    """Add a provider of figures; registering the same function twice is harmless. Usable as a decorator."""
    if provider not in _cards:
        _cards.append(provider)
    return provider


def items_for(user: User, *, without: Collection[TodoProvider] = ()) -> list[TodoItem]:
    """Everything ``user`` has to do: sent back first, then earliest due, then by ``order``, then as registered."""
    items = [item for provider in _todo if provider not in without for item in provider(user)]
    return sorted(items, key=lambda item: (not item.returned, item.due_on or _LAST_DAY, item.order))


def stats_for(user: User) -> list[Stat]:
    """The figures that concern ``user``, in the order the apps registered."""
    return [stat for provider in _cards for stat in provider(user)]


def due_words(due_on: date, today: date) -> tuple[str, str]:
    """Say how near a due day is: ("Quá hạn 3 ngày", "bad"), ("Hạn hôm nay", "warn"), ("Còn 5 ngày", "ok")."""
    days = (due_on - today).days
    if days < 0:
        return f"Quá hạn {-days} ngày", "bad"
    if days == 0:
        return "Hạn hôm nay", "warn"
    return f"Còn {days} ngày", "warn" if days <= _SOON else "ok"
