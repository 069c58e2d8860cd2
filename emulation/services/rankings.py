"""Ranking a round and sending the ranking back; publication.py publishes it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation.enums import ROUND_MOVES, RoundState, ScorecardState
from emulation.leaders import leader_problems
from emulation.models import Ranking, RankingEntry, Round, Scorecard, ScorecardRow
from emulation.queries.stability import set_vetoes_of
from emulation.ranking_snapshots import ranking_snapshot
from emulation.rules import has_explained
from emulation.snapshots import round_data
from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError
from ninhgiang.states import transition
from units.enums import UNIT_ROLES, NoticeKind, RoleKind
from units.models import User
from units.rules import require
from units.services import notify, record_audit

SETTLED = frozenset({ScorecardState.APPRAISED, ScorecardState.FINAL})
ALL_ISSUER_ROLES = (RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.COUNCIL, RoleKind.PUBLICIST, RoleKind.OBSERVER)


def _read(round_id: int, version: int | None) -> Round:
    round_ = Round.objects.select_for_update(of=("self",)).select_related("issuer", "criteria_set").get(pk=round_id)
    if version is not None:
        round_.version = version
    return round_


def ranked_cards(round_: Round) -> list[Scorecard]:
    """Lock and return the round's scorecards in the order of their ids."""
    cards = Scorecard.objects.select_for_update(of=("self",)).filter(round=round_).select_related("unit")
    return list(cards.order_by("pk"))


@transaction.atomic
def rank_round(*, actor: User, round_id: int, version: int | None = None) -> Ranking:
    """Rank the units of a round inside their blocks and lay the result before the leader.

    Needs every scorecard appraised, no row left that waits for an explanation, and one leading unit in each block where
    a rule compares with it. A ranking that was sent back is replaced. Raises Refused, DomainError (naming the units
    still waiting) or Stale.
    """
    round_ = _read(round_id, version)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="xếp hạng")
    before = round_.state
    transition(round_, "rank", table=ROUND_MOVES)
    cards = ranked_cards(round_)
    waiting = [card.unit.name for card in cards if card.state not in SETTLED]
    if waiting or not cards:
        names = ", ".join(waiting[:5]) + (" …" if len(waiting) > 5 else "")
        raise DomainError(f"Còn {len(waiting)} phiếu chưa hoàn thành thẩm định: {names}.")
    _require_nothing_to_explain(cards)
    require_one_leader(cards, "Hãy thẩm định lại các phiếu đó rồi xếp hạng.")
    snapshot = ranking_snapshot(round_data(round_), [card.snapshot for card in cards], set_vetoes_of(cards))
    ranking, _ = Ranking.objects.update_or_create(
        round=round_,
        defaults={"snapshot": snapshot, "sha256": sha256_of(snapshot), "ranked_at": timezone.now(), "ranked_by": actor},
    )
    write_entries(ranking)
    record_audit(
        actor=actor,
        action="rank_round",
        summary=f"Xếp hạng {len(cards)} đơn vị{' (chấm thử)' if round_.practice else ', trình lãnh đạo công bố'}",
        target=round_,
        issuer=round_.issuer,
        before={"state": before},
        after={"state": round_.state, "sha256": ranking.sha256},
    )
    if not round_.practice:
        tell(round_, (RoleKind.LEADER,), f"Kết quả “{round_.name}” đã xếp hạng, chờ công bố.", kind=NoticeKind.TODO)
    return ranking


def _require_nothing_to_explain(cards: list[Scorecard]) -> None:
    """Raise DomainError while a flagged row was never sent to its unit (appraisal 1 only)."""
    first_only = [card.pk for card in cards if card.state == ScorecardState.APPRAISED]
    waiting = ScorecardRow.objects.filter(scorecard__in=first_only, flagged=True, applicable=True)
    names = sorted({row.scorecard.unit.name for row in waiting.select_related("scorecard__unit")})
    if names:
        raise DomainError(
            f"Còn tiêu chí đánh dấu cần giải trình ở {', '.join(names[:5])}. Hãy gửi yêu cầu giải trình, hoặc mở lại "
            "phiếu và bỏ đánh dấu."
        )


def require_one_leader(cards: list[Scorecard], advice: str) -> None:
    """Raise DomainError, ending with `advice`, while scorecards of a block count with different leading units (R7)."""
    if problems := leader_problems(card.snapshot for card in cards):
        more = f" Còn {len(problems) - 3} chỗ khác." if len(problems) > 3 else ""
        raise DomainError(f"{' '.join(problems[:3])}{more} {advice}")


def write_entries(ranking: Ranking) -> None:
    """Make the entries' rows say what the ranking's snapshot says; rows stay the same rows, awards point at them."""
    known = {entry.unit_id: entry for entry in ranking.entries.all()}
    new: list[RankingEntry] = []
    changed: list[RankingEntry] = []
    for block in ranking.snapshot["blocks"]:
        for data in block["entries"]:
            entry = known.pop(data["unit"]["id"], None) or RankingEntry(ranking=ranking, unit_id=data["unit"]["id"])
            entry.scorecard_id, entry.block_id = data["scorecard_id"], block["id"]
            for name, value in entry_fields(data).items():
                setattr(entry, name, value)
            (new if entry.pk is None else changed).append(entry)
    RankingEntry.objects.bulk_create(new)
    RankingEntry.objects.bulk_update(changed, ("scorecard", "block", *FIELD_NAMES))
    RankingEntry.objects.filter(pk__in=[entry.pk for entry in known.values()]).delete()


def entry_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of an entry's row from its part of a snapshot; format 1 lacks the later ones."""
    numbers = {name: Decimal(data[name]) for name in ("total", "applicable_max", "index")}
    return numbers | {name: data.get(name, default) for name, default in _PLAIN.items()}


_PLAIN: dict[str, Any] = {
    "rank": None,
    "shared": False,
    "overall_rank": None,
    "grade_code": "",
    "grade_name": "",
    "original_grade_code": "",
    "original_grade_name": "",
    "award_allowed": True,
    "veto_explanation": "",
    "head_grade_code": "",
    "head_grade_name": "",
    "head_explanation": "",
    "explanation": "",
}
FIELD_NAMES = ("total", "applicable_max", "index", *_PLAIN)


@transaction.atomic
def reopen_appraisal(*, actor: User, round_id: int, reason: str, version: int | None = None) -> Round:
    """Send an unpublished ranking back to the appraisal it came from; needs a reason.

    The ranking stays until it is made again.
    """
    round_ = _read(round_id, version)
    require(actor, (RoleKind.REVIEWER, RoleKind.LEADER), round_.issuer, doing="trả lại để thẩm định lại")
    if not reason:
        raise DomainError("Hãy ghi lý do trả lại.", field="reason")
    transition(round_, "reopen_reappraisal" if has_explained(round_) else "reopen_appraisal", table=ROUND_MOVES)
    record_audit(
        actor=actor,
        action="reopen_appraisal",
        summary="Trả lại kết quả để thẩm định lại",
        target=round_,
        issuer=round_.issuer,
        before={"state": RoundState.RANKED},
        after={"state": round_.state},
        reason=reason,
    )
    text = f"Kết quả “{round_.name}” bị trả lại: {reason}"[:300]
    page = reverse("emulation:round-detail", args=[round_.pk])  # the ranking's own page is closed again
    tell(round_, (RoleKind.REVIEWER,), text, kind=NoticeKind.RETURNED, page=page)
    return round_


def tell(
    round_: Round,
    kinds: tuple[str, ...],
    text: str,
    *,
    kind: str = NoticeKind.INFO,
    units: bool = False,
    page: str = "",
) -> None:
    """Tell people of the issuer, and of the scored units, something about a ranking; leads to its page or `page`."""
    people = User.objects.filter(is_active=True, roles__kind__in=kinds, roles__unit=round_.issuer)
    if units:
        ids = [card.unit_id for card in round_.scorecards.all()]
        people = people | User.objects.filter(is_active=True, roles__kind__in=UNIT_ROLES, roles__unit__in=ids)
    notify(people=people.distinct(), text=text, url=page or reverse("emulation:ranking", args=[round_.pk]), kind=kind)
