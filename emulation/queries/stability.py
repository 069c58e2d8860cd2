"""How firm a published order is: what appeals that wait for an answer would change in it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from emulation.appeal_rules import moved_on
from emulation.enums import AppealState, NodeKind
from emulation.models import Appeal, Ranking, Round, Scorecard, Veto
from emulation.snapshots import veto_data, with_points
from emulation.stability import Claim, stability
from ninhgiang.points import show


def stability_notes(ranking: Ranking, cards: Sequence[Scorecard]) -> list[str]:
    """Return what ranks and grades would become were pending appeals accepted (peers.md 6.14).

    `cards` are the round's scorecards with `appeals__row__criterion` prefetched. What was decided since the result was
    published counts already, as it will in the next version. Inside blocks; one query where points are claimed.
    """
    pending = [(card, appeal) for card in cards for appeal in card.appeals.all() if appeal.state == AppealState.FILED]
    claims = [claim_of(card, appeal) for card, appeal in pending if appeal.row is not None and appeal.row.applicable]
    decided = [_with_decided(card) for card in cards]
    notes = stability(ranking.snapshot, decided, claims, set_vetoes_of(cards)) if claims else []
    return [note.explanation for note in notes] + [
        f"Kiến nghị của {card.unit.name} về toàn bộ kết quả không nêu tiêu chí nên chưa tính được thứ tự mới."
        for card, appeal in pending
        if appeal.row is None
    ]


def _with_decided(card: Scorecard) -> dict[str, Any]:
    """Return the scorecard's snapshot with the points of the appeals accepted since it was taken."""
    accepted = [one.row for one in card.appeals.all() if one.state == AppealState.ACCEPTED and one.row is not None]
    moved = {row.criterion.code: row.result_points for row in moved_on(card, accepted)}
    points = {code: value for code, value in moved.items() if value is not None}
    return with_points(card.snapshot, points) if points else card.snapshot


def claim_of(card: Scorecard, appeal: Appeal) -> Claim:
    """Return what an appeal claims; one that names no points claims the best there is."""
    if appeal.row is None:
        raise ValueError("an appeal about the whole result claims no points")
    criterion, wanted = appeal.row.criterion, appeal.wanted_points
    label = f"kiến nghị của {card.unit.name} về tiêu chí {criterion.code}"
    if wanted is None:
        wanted = Decimal(0) if criterion.kind == NodeKind.PENALTY else appeal.row.max_points
        label += f" (không nêu điểm, tính mức có lợi nhất {show(wanted)} điểm)"
    return Claim(card.pk, label, {criterion.code: min(wanted, appeal.row.max_points)})


def cards_with_appeals(round_: Round) -> list[Scorecard]:
    """Return the round's scorecards with unit and appeals, in four queries, for `stability_notes`."""
    cards = Scorecard.objects.filter(round=round_).select_related("unit")
    return list(cards.prefetch_related("appeals__row__criterion").order_by("pk"))


def set_vetoes_of(cards: Iterable[Scorecard]) -> dict[int, list[dict[str, Any]]]:
    """Return the vetoes in force that people set, as data of a snapshot, by scorecard id. One query."""
    found: dict[int, list[dict[str, Any]]] = {}
    for veto in Veto.objects.filter(scorecard__in=list(cards), lifted_at=None).order_by("set_at", "pk"):
        found.setdefault(veto.scorecard_id, []).append(veto_data(veto))
    return found
