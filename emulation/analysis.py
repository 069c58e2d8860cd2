"""What the results of a round say of its criteria and its self-scoring; from snapshots, nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ninhgiang.points import percent


@dataclass(frozen=True, slots=True)
class CriterionLoss:
    """One criterion over all units it applies to: points lost, of how many, and how many units lost nothing or all."""

    code: str
    area: str
    name: str
    units: int
    possible: Decimal
    earned: Decimal
    full: int
    zero: int

    @property
    def lost(self) -> Decimal:
        """Points lost by all units together."""
        return self.possible - self.earned

    @property
    def lost_share(self) -> Decimal:
        """Points lost in percent of what could be earned."""
        return percent(self.lost, self.possible) if self.possible else Decimal(0)

    @property
    def all_full(self) -> bool:
        """Whether every unit earned the maximum: the criterion tells nobody apart."""
        return self.units > 1 and self.full == self.units

    @property
    def all_zero(self) -> bool:
        """Whether no unit earned anything."""
        return self.units > 1 and self.zero == self.units


def losses(cards: Iterable[Mapping[str, Any]]) -> list[CriterionLoss]:
    """Return every criterion (bonus and penalty left out), most points lost first, equal ones by code."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for card in cards:
        for row in card["rows"]:
            if row["kind"] == "criterion" and row["applicable"] and row["points"] is not None:
                found.setdefault(row["code"], []).append(row)
    return sorted((_loss(rows) for rows in found.values()), key=lambda one: (-one.lost, one.code))


def _loss(rows: list[Mapping[str, Any]]) -> CriterionLoss:
    points = [Decimal(row["points"]) for row in rows]
    maxima = [Decimal(row["max_points"]) for row in rows]
    return CriterionLoss(
        code=rows[0]["code"],
        area=rows[0]["area"],
        name=rows[0]["name"],
        units=len(rows),
        possible=sum(maxima, start=Decimal(0)),
        earned=sum(points, start=Decimal(0)),
        full=sum(one >= most for one, most in zip(points, maxima, strict=True)),
        zero=sum(one <= 0 for one in points),
    )


@dataclass(frozen=True, slots=True)
class SelfGap:
    """How far a unit's self-score lay above (positive) or below what it got, by round; None where it had none."""

    unit: str
    gaps: list[Decimal | None]

    @property
    def mean(self) -> Decimal | None:
        """The mean of the rounds it took part in."""
        known = [gap for gap in self.gaps if gap is not None]
        return sum(known, start=Decimal(0)) / len(known) if known else None
