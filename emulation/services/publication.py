"""Publishing a ranking, and publishing it anew when something was decided since; proof.py proves what was published.

A published version is never changed. What is decided afterwards (an accepted appeal, a veto) shows only in the next
version, which says what changed and why (scoring.md 3.2: re-opened only by decision).
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from emulation.appeal_rules import appeal_days_text, moved_on
from emulation.enums import ROUND_MOVES, RoundState
from emulation.models import CriteriaSet, PublishedVersion, Ranking, Round, Scorecard, ScorecardRow
from emulation.queries.scorecards import sheet_of
from emulation.queries.stability import set_vetoes_of
from emulation.ranking_snapshots import ranking_snapshot
from emulation.snapshots import card_snapshot
from ninhgiang.calendar import add_working_days, day_text, today
from ninhgiang.canonical import canonical_json, sha256_of
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from units.enums import RoleKind
from units.models import User
from units.queries import special_days_of
from units.rules import require
from units.services import record_audit

from .amendments import amend
from .proof import ranking_differences
from .rankings import ALL_ISSUER_ROLES, ranked_cards, require_one_leader, tell, write_entries
from .rounds import read_round
from .versions import changes_between, store_version

_TOTALS = ("self_total", "appraised_total", "final_total", "applicable_max", "index")
MOST_READING_DAYS = 30  # how long after publication the days for appeals may begin
NOTHING_NEW = (
    "Từ bản trước chưa có điểm tiêu chí hay trường hợp khống chế nào thay đổi nên kết quả không đổi. Kiến nghị về "
    "kết quả chung được chấp nhận không tự sửa điểm: hãy đính chính tiêu chí, hoặc ghi, bỏ trường hợp khống chế trước."
)


def _check_decision(round_: Round, number: str, on: date) -> None:
    if round_.practice:
        raise DomainError(
            "Đợt chấm thử không công bố và không dùng cho kết quả nào. Muốn lấy kết quả, hãy tạo đợt chính thức.",
            field="decision_number",
        )
    if not number:
        raise DomainError("Hãy nhập số quyết định.", field="decision_number")
    if on > today():
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decision_on")
    if on < round_.period_start:
        raise DomainError("Ngày quyết định không được trước kỳ chấm điểm.", field="decision_on")


@transaction.atomic
def publish_ranking(
    *,
    actor: User,
    round_id: int,
    decision_number: str,
    decision_on: date,
    appeals_from: date | None = None,
    version: int | None = None,
) -> Ranking:
    """Publish a ranking with the number and date of the leader's decision; from then on nothing of it changes.

    Writes version 1 with all it is recomputed from, and between which days units may appeal. Refuses a practice round,
    and a ranking that does not recompute to the same bytes. Raises Refused, DomainError (with field) or Stale.
    """
    round_ = read_round(round_id, version)
    require(actor, RoleKind.LEADER, round_.issuer, doing="công bố kết quả")
    _check_decision(round_, decision_number, decision_on)
    first_day, last_day = _appeal_days(round_, appeals_from)
    transition(round_, "publish", table=ROUND_MOVES, appeal_from=first_day, appeal_until=last_day)
    ranking = Ranking.objects.select_for_update(of=("self",)).get(round=round_)
    if ranking_differences(ranking):
        raise DomainError("Kết quả tính lại không khớp bản đã xếp hạng. Hãy trả lại để xếp hạng lại trước khi công bố.")
    _sign(ranking, actor, decision_number, decision_on)
    store_version(ranking, number=1)
    record_audit(
        actor=actor,
        action="publish_ranking",
        summary=f"Công bố kết quả theo Quyết định số {decision_number} ngày {day_text(decision_on)}",
        target=round_,
        issuer=round_.issuer,
        before={"state": RoundState.RANKED},
        after={"state": round_.state, "sha256": ranking.sha256},
    )
    tell(
        round_,
        ALL_ISSUER_ROLES,
        f"Đã công bố kết quả xếp hạng “{round_.name}”. Kiến nghị {appeal_days_text(round_)}.",
        units=True,
    )
    return ranking


def _appeal_days(round_: Round, first: date | None) -> tuple[date | None, date]:
    """Return between which days units may appeal: the working days of the set after today, or from a later day on."""
    count, special = round_.criteria_set.appeal_working_days, special_days_of(round_.issuer_id)
    if first is None or first == today():
        return None, add_working_days(today(), count, special)
    if first < today():
        raise DomainError("Ngày bắt đầu nhận kiến nghị không được trước hôm nay.", field="appeals_from")
    if first > today() + timedelta(days=MOST_READING_DAYS):
        why = f"Ngày bắt đầu nhận kiến nghị không được sau ngày công bố quá {MOST_READING_DAYS} ngày."
        raise DomainError(why, field="appeals_from")
    return first, add_working_days(first - timedelta(days=1), count, special)


def _sign(ranking: Ranking, actor: User, number: str, on: date) -> None:
    ranking.decision_number, ranking.decision_on = number, on
    ranking.published_at, ranking.published_by = timezone.now(), actor
    ranking.save(update_fields=("decision_number", "decision_on", "published_at", "published_by"))


@transaction.atomic
def publish_new_version(
    *,
    actor: User,
    round_id: int,
    reason: str,
    decision_number: str,
    decision_on: date,
    criteria_set: CriteriaSet | None = None,
    version: int | None = None,
) -> PublishedVersion:
    """Publish a result anew, with what was decided since: accepted appeals and corrections, vetoes set or lifted.

    Only scorecards of which a row moved on are made again; every other number stays the byte it was. With an amended
    `criteria_set` all are, by its rules (services.amendments). Raises Refused (leader only), DomainError (not
    published, no reason, nothing changed, a set that does not fit) or Stale.
    """
    round_ = read_round(round_id, version)
    require(actor, RoleKind.LEADER, round_.issuer, doing="công bố bản mới")
    if round_.state != RoundState.PUBLISHED:
        raise DomainError("Kết quả chưa công bố lần đầu nên chưa có bản mới.")
    _check_decision(round_, decision_number, decision_on)
    if not reason:
        raise DomainError("Hãy ghi lý do công bố bản mới.", field="reason")
    ranking = Ranking.objects.select_for_update(of=("self",)).get(round=round_)
    last = round_.published_versions.order_by("-number").first() or store_version(ranking, number=1)
    if Round.objects.filter(pk=round_.pk, version=round_.version).update(version=F("version") + 1) != 1:
        raise Stale("Người khác vừa thay đổi đợt này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    before = ranking.snapshot
    cards = ranked_cards(round_)
    amended = criteria_set is not None and criteria_set != round_.criteria_set
    rule_changes = amend(round_, cards, criteria_set) if criteria_set is not None and amended else []
    _make_again(round_, cards, every=amended)
    require_one_leader(cards, "Hãy đính chính các phiếu đó rồi công bố bản mới.")
    after = ranking_snapshot(before["round"], [card.snapshot for card in cards], set_vetoes_of(cards))
    if canonical_json(after) == canonical_json(before):
        raise DomainError(NOTHING_NEW)
    ranking.snapshot, ranking.sha256 = after, sha256_of(after)
    ranking.ranked_at, ranking.ranked_by = timezone.now(), actor
    ranking.save(update_fields=("snapshot", "sha256", "ranked_at", "ranked_by"))
    write_entries(ranking)
    _sign(ranking, actor, decision_number, decision_on)
    made = store_version(
        ranking, number=last.number + 1, reason=reason, changes=[*rule_changes, *changes_between(before, after)]
    )
    record_audit(
        actor=actor,
        action="publish_new_version",
        summary=f"Công bố bản {made.number} theo Quyết định số {decision_number} ngày {day_text(decision_on)}",
        target=round_,
        issuer=round_.issuer,
        before={"version": last.number, "sha256": last.sha256},
        after={"version": made.number, "sha256": made.sha256, "changes": made.changes},
        reason=reason,
    )
    tell(round_, ALL_ISSUER_ROLES, f"Kết quả “{round_.name}” có bản {made.number} thay bản {last.number}.", units=True)
    return made


def _make_again(round_: Round, cards: list[Scorecard], *, every: bool = False) -> None:
    """Take new snapshots of the scorecards that moved on (or `every`): a row's result is not what its snapshot says.

    Asked of the rows, which the locks of `cards` hold still, and not of when something was decided: what was decided
    just before the last version and stored just after it is not lost.
    """
    rows: dict[int, list[ScorecardRow]] = {card.pk: [] for card in cards}
    for row in ScorecardRow.objects.filter(scorecard__in=cards).select_related("criterion"):
        rows[row.scorecard_id].append(row)
    for card in cards:
        if not every and not moved_on(card, rows[card.pk]):
            continue
        card.round = round_
        sheet = sheet_of(Scorecard.objects.select_related("round__criteria_set", "unit", "block").get(pk=card.pk))
        totals, snapshot = sheet.result_totals, card_snapshot(sheet)
        card.snapshot, card.sha256 = snapshot, sha256_of(snapshot)
        card.self_total, card.appraised_total = sheet.self_totals.total, sheet.appraised_totals.total
        card.final_total, card.applicable_max, card.index = totals.total, totals.applicable_max, totals.index
        card.save(update_fields=("snapshot", "sha256", *_TOTALS))
