"""Ranking a round, sending it back, publishing it; and proving a ranking by recomputing it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation.enums import ROUND_MOVES, RoundState, ScorecardState
from emulation.models import Ranking, RankingEntry, Round, Scorecard, ScorecardRow
from emulation.rules import has_explained
from emulation.snapshots import ranking_snapshot, recompute_card
from ninhgiang.calendar import day_text, today
from ninhgiang.canonical import canonical_json, sha256_of
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


def _cards(round_: Round) -> list[Scorecard]:
    cards = Scorecard.objects.select_for_update(of=("self",)).filter(round=round_).select_related("unit")
    return list(cards.order_by("pk"))


@transaction.atomic
def rank_round(*, actor: User, round_id: int, version: int | None = None) -> Ranking:
    """Rank the units of a round inside their blocks and lay the result before the leader.

    Needs every scorecard appraised, and no row left that waits for an explanation. A ranking that was sent back is
    replaced. Raises Refused, DomainError (naming the units still waiting) or Stale.
    """
    round_ = _read(round_id, version)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="xếp hạng")
    before = round_.state
    transition(round_, "rank", table=ROUND_MOVES)
    cards = _cards(round_)
    waiting = [card.unit.name for card in cards if card.state not in SETTLED]
    if waiting or not cards:
        names = ", ".join(waiting[:5]) + (" …" if len(waiting) > 5 else "")
        raise DomainError(f"Còn {len(waiting)} phiếu chưa hoàn thành thẩm định: {names}.")
    _require_nothing_to_explain(cards)
    snapshot = ranking_snapshot(round_, [card.snapshot for card in cards])
    ranking, _ = Ranking.objects.update_or_create(
        round=round_,
        defaults={"snapshot": snapshot, "sha256": sha256_of(snapshot), "ranked_at": timezone.now(), "ranked_by": actor},
    )
    ranking.entries.all().delete()
    RankingEntry.objects.bulk_create(_entries(ranking, snapshot))
    record_audit(
        actor=actor,
        action="rank_round",
        summary=f"Xếp hạng {len(cards)} đơn vị, trình lãnh đạo công bố",
        target=round_,
        issuer=round_.issuer,
        before={"state": before},
        after={"state": round_.state, "sha256": ranking.sha256},
    )
    _tell(round_, (RoleKind.LEADER,), f"Kết quả “{round_.name}” đã xếp hạng, chờ công bố.", kind=NoticeKind.TODO)
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


def _entries(ranking: Ranking, snapshot: dict[str, Any]) -> list[RankingEntry]:
    return [
        RankingEntry(
            ranking=ranking,
            scorecard_id=entry["scorecard_id"],
            unit_id=entry["unit"]["id"],
            block_id=block["id"],
            **_entry_fields(entry),
        )
        for block in snapshot["blocks"]
        for entry in block["entries"]
    ]


def _entry_fields(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "total": Decimal(entry["total"]),
        "applicable_max": Decimal(entry["applicable_max"]),
        "index": Decimal(entry["index"]),
        "rank": entry["rank"],
        "shared": entry["shared"],
        "grade_code": entry["grade_code"],
        "grade_name": entry["grade_name"],
        "explanation": entry["explanation"],
    }


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
    _tell(round_, (RoleKind.REVIEWER,), f"Kết quả “{round_.name}” bị trả lại: {reason}"[:300], kind=NoticeKind.RETURNED)
    return round_


@transaction.atomic
def publish_ranking(
    *, actor: User, round_id: int, decision_number: str, decision_on: date, version: int | None = None
) -> Ranking:
    """Publish a ranking with the number and date of the leader's decision; from then on nothing of it changes.

    Refuses a ranking that does not recompute to the same bytes. Raises Refused, DomainError (with field) or Stale.
    """
    round_ = _read(round_id, version)
    require(actor, RoleKind.LEADER, round_.issuer, doing="công bố kết quả")
    if round_.practice:
        raise DomainError(
            "Đợt chấm thử không công bố và không dùng cho kết quả nào. Muốn lấy kết quả, hãy tạo đợt chính thức.",
            field="decision_number",
        )
    if not decision_number:
        raise DomainError("Hãy nhập số quyết định.", field="decision_number")
    if decision_on > today():
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decision_on")
    if decision_on < round_.period_start:
        raise DomainError("Ngày quyết định không được trước kỳ chấm điểm.", field="decision_on")
    transition(round_, "publish", table=ROUND_MOVES)
    ranking = Ranking.objects.select_for_update(of=("self",)).get(round=round_)
    if not verify_snapshot(ranking):
        raise DomainError("Kết quả tính lại không khớp bản đã xếp hạng. Hãy trả lại để xếp hạng lại trước khi công bố.")
    ranking.decision_number, ranking.decision_on = decision_number, decision_on
    ranking.published_at, ranking.published_by = timezone.now(), actor
    ranking.save(update_fields=("decision_number", "decision_on", "published_at", "published_by"))
    record_audit(
        actor=actor,
        action="publish_ranking",
        summary=f"Công bố kết quả theo Quyết định số {decision_number} ngày {day_text(decision_on)}",
        target=round_,
        issuer=round_.issuer,
        before={"state": RoundState.RANKED},
        after={"state": round_.state, "sha256": ranking.sha256},
    )
    _tell(round_, ALL_ISSUER_ROLES, f"Đã công bố kết quả xếp hạng “{round_.name}”.", units=True)
    return ranking


def _tell(
    round_: Round, kinds: tuple[str, ...], text: str, *, kind: str = NoticeKind.INFO, units: bool = False
) -> None:
    people = User.objects.filter(is_active=True, roles__kind__in=kinds, roles__unit=round_.issuer)
    if units:
        ids = [card.unit_id for card in round_.scorecards.all()]
        people = people | User.objects.filter(is_active=True, roles__kind__in=UNIT_ROLES, roles__unit__in=ids)
    notify(people=people.distinct(), text=text, url=reverse("emulation:ranking", args=[round_.pk]), kind=kind)


def verify_snapshot(ranking: Ranking) -> bool:
    """Tell whether a ranking can be proved: recomputing points, totals and ranks from inputs gives the same bytes.

    Every scorecard's snapshot is recomputed from its own values and rules, the ranking from these; SHA-256 and the
    entries' rows are compared too. Four queries; writes nothing.
    """
    round_ = Round.objects.select_related("criteria_set").get(pk=ranking.round_id)
    cards = list(Scorecard.objects.filter(round=round_).order_by("pk"))
    recomputed = [recompute_card(card.snapshot) for card in cards]
    for card, again in zip(cards, recomputed, strict=True):
        if canonical_json(card.snapshot) != canonical_json(again) or sha256_of(again) != card.sha256:
            return False
    ranked_again = ranking_snapshot(round_, recomputed)
    if canonical_json(ranked_again) != canonical_json(ranking.snapshot) or sha256_of(ranked_again) != ranking.sha256:
        return False
    stored = {
        entry.scorecard_id: {name: getattr(entry, name) for name in _FIELD_NAMES} for entry in ranking.entries.all()
    }
    stated = {
        entry["scorecard_id"]: _entry_fields(entry)
        for block in ranking.snapshot["blocks"]
        for entry in block["entries"]
    }
    return stored == stated


_FIELD_NAMES = ("total", "applicable_max", "index", "rank", "shared", "grade_code", "grade_name", "explanation")
