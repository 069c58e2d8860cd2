"""Would the order change: what pending appeals would make of a result were they accepted (peers.md 6.14).

Pure, on snapshots: the scorecards are totalled, graded, vetoed and ranked again by the functions that made the result,
so caps of bonus and penalty, vetoes and every tie order count as they will count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulation.ranking_snapshots import Card, Outcome, SetVetoes, outcomes
from emulation.snapshots import with_points

ALL = "tất cả kiến nghị"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one appeal asks for: the points its criteria (by code) would count on one scorecard."""

    scorecard_id: int
    label: str
    points: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Move:
    """One unit that would come out with another rank or grade."""

    unit: str
    before: Outcome
    after: Outcome

    def sentence(self) -> str:
        """Return the move in Vietnamese: "Phòng Kinh tế từ hạng 2 thành hạng 1, xếp loại Tốt thành Xuất sắc"."""
        parts = []
        if self.before.rank != self.after.rank:
            parts.append(f"từ {_place(self.before.rank)} thành {_place(self.after.rank)}")
        if self.before.grade_name != self.after.grade_name:
            parts.append(f"xếp loại từ {self.before.grade_name} thành {self.after.grade_name}")
        return f"{self.unit} {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class StabilityNote:
    """What one appeal (or all together) would change; `moves` is empty when the result stands."""

    label: str
    moves: tuple[Move, ...]

    @property
    def explanation(self) -> str:
        """The note in one Vietnamese sentence."""
        if not self.moves:
            return f"Thứ tự, xếp loại không đổi nếu chấp nhận {self.label}."
        told = "; ".join(move.sentence() for move in self.moves)
        return f"Kết quả sẽ đổi nếu chấp nhận {self.label}: {told}."


def stability(
    ranking: Mapping[str, Any], cards: Sequence[Card], claims: Iterable[Claim], vetoes: SetVetoes | None = None
) -> list[StabilityNote]:
    """Return one note for each claim in the given order, and one for all together when there are several.

    `ranking` and `cards` are snapshots of one result; `vetoes` those people set on it by scorecard id, as they stand
    now (None: as the ranking states them). Two claims on one criterion: together the later one holds.
    """
    claims = list(claims)

    def made(some: Sequence[Claim]) -> dict[int, Outcome]:
        return outcomes(ranking, [_with(card, some) for card in cards], vetoes)

    before = made([])
    notes = [_note(claim.label, cards, before, made([claim])) for claim in claims]
    if len(claims) > 1:
        notes.append(_note(ALL, cards, before, made(claims)))
    return notes


def _note(
    label: str, cards: Sequence[Card], before: Mapping[int, Outcome], after: Mapping[int, Outcome]
) -> StabilityNote:
    moved = [card for card in cards if before[card["scorecard_id"]] != after[card["scorecard_id"]]]
    found = [Move(one["unit"]["name"], before[one["scorecard_id"]], after[one["scorecard_id"]]) for one in moved]
    return StabilityNote(label, tuple(sorted(found, key=_order)))


def _with(card: Card, claims: Sequence[Claim]) -> Card:
    points: dict[str, Decimal] = {}
    for claim in claims:
        if claim.scorecard_id == card["scorecard_id"]:
            points |= claim.points
    return with_points(dict(card), points) if points else card


def _order(move: Move) -> tuple[bool, int, str]:
    return move.before.rank is None, move.before.rank or 0, move.unit


def _place(rank: int | None) -> str:
    return "không xếp hạng" if rank is None else f"hạng {rank}"
