"""What units hold that goes on to their successors: a registry the apps above fill.

``units`` may not import the apps above it, so each of them registers in ``AppConfig.ready``::

    from units import succession
    succession.register(list_duties, move_duties)

`list_duties` names what can go to one successor or another, `move_duties` moves it inside the transaction of the
service that carries a reorganisation out; it writes no audit entry of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .models import Reorganisation, Unit


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing a unit holds: `key` names it in Reorganisation.choices, `count` says how much moves on the day."""

    key: str
    unit: Unit
    title: str
    detail: str = ""
    count: int = 0


type SuccessorOf = Callable[[str], Unit]  # key -> the successor, the old unit itself when the thing stays
type Lister = Callable[[Iterable[Unit], Reorganisation], list[Holding]]
type Mover = Callable[[Reorganisation, Iterable[Unit], SuccessorOf], int]

_estates: dict[Lister, Mover] = {}


def register(lister: Lister, mover: Mover) -> None:
    """Add what an app's units hold; registering the same functions twice is harmless."""
    _estates[lister] = mover


def holdings_of(units: Iterable[Unit], reorganisation: Reorganisation) -> list[Holding]:
    """Return everything the units hold that would move on the day."""
    found = list(units)
    return [holding for lister in _estates for holding in lister(found, reorganisation)]


def move_all(reorganisation: Reorganisation, units: Iterable[Unit], successor_of: SuccessorOf) -> int:
    """Move everything; return how many things moved."""
    found = list(units)
    return sum(mover(reorganisation, found, successor_of) for mover in _estates.values())
