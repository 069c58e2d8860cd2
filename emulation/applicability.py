"""To whom a row of a criteria set applies (R13): one rule for stored criteria and for drafts. Pure."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Protocol


class Limited(Protocol):
    """What limits a row: blocks and units (none: everyone), and a trait units must have ("": none)."""

    @property
    def blocks(self) -> Collection[Hashable]:
        """The blocks named, by id or code."""

    @property
    def units(self) -> Collection[Hashable]:
        """The units named, by id or code."""

    @property
    def requires_trait(self) -> str:
        """A UnitTrait, or ""."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one stored row, by ids."""

    blocks: frozenset[int]
    units: frozenset[int]
    requires_trait: str


def applies(path: Iterable[Limited], *, unit: Hashable, block: Hashable, traits: Collection[str]) -> bool:
    """Tell whether a row applies to a unit: it and each row above it (`path`) ask for what the unit has.

    That is a trait, and being among the blocks and units named, if any are.
    """
    return all(
        (not (one.blocks or one.units) or block in one.blocks or unit in one.units)
        and (not one.requires_trait or one.requires_trait in traits)
        for one in path
    )
