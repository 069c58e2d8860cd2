"""Publishing a ranking, publishing it anew when something was decided since, and proving what was published.

A published version is never changed. What is decided afterwards (an accepted appeal, a veto) shows only in the next
version, which says what changed and why (scoring.md 3.2: re-opened only by decision).
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from emulation.appeal_rules import moved_on
from emulation.enums import ROUND_MOVES, RoundState
from emulation.models import PublishedVersion, Ranking, Round, Scorecard, ScorecardRow, SnapshotCheck
from emulation.queries.scorecards import sheet_of
from emulation.ranking_snapshots import differences, ranking_snapshot
from emulation.snapshots import card_snapshot
from ninhgiang.calendar import add_working_days, day_text, today
from ninhgiang.canonical import canonical_json, sha256_of
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import special_days_of
from units.rules import require
from units.services import record_audit

from .rankings import ALL_ISSUER_ROLES, FIELD_NAMES, entry_fields, ranked_cards, set_vetoes_of, tell, write_entries
from .rounds import read_round

ALARMED = (RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER, RoleKind.ADMINISTRATOR)
CHECKS_KEPT = 30
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
    *, actor: User, round_id: int, decision_number: str, decision_on: date, version: int | None = None
) -> Ranking:
    """Publish a ranking with the number and date of the leader's decision; from then on nothing of it changes.

    Writes version 1 with all it is recomputed from, and the last day for appeals. Refuses a practice round, and a
    ranking that does not recompute to the same bytes. Raises Refused, DomainError (with field) or Stale.
    """
    round_ = read_round(round_id, version)
    require(actor, RoleKind.LEADER, round_.issuer, doing="công bố kết quả")
    _check_decision(round_, decision_number, decision_on)
    last_day = add_working_days(today(), round_.criteria_set.appeal_working_days, special_days_of(round_.issuer_id))
    transition(round_, "publish", table=ROUND_MOVES, appeal_until=last_day)
    ranking = Ranking.objects.select_for_update(of=("self",)).get(round=round_)
    if not verify_snapshot(ranking):
        raise DomainError("Kết quả tính lại không khớp bản đã xếp hạng. Hãy trả lại để xếp hạng lại trước khi công bố.")
    _sign(ranking, actor, decision_number, decision_on)
    _store_version(ranking, number=1)
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
        f"Đã công bố kết quả xếp hạng “{round_.name}”. Kiến nghị đến hết ngày {day_text(last_day)}.",
        units=True,
    )
    return ranking


def _sign(ranking: Ranking, actor: User, number: str, on: date) -> None:
    ranking.decision_number, ranking.decision_on = number, on
    ranking.published_at, ranking.published_by = timezone.now(), actor
    ranking.save(update_fields=("decision_number", "decision_on", "published_at", "published_by"))


def _store_version(
    ranking: Ranking, *, number: int, reason: str = "", changes: list[str] | None = None
) -> PublishedVersion:
    if ranking.decision_on is None or ranking.published_at is None or ranking.published_by is None:
        raise ValueError("a version is stored of a signed ranking only")
    cards = Scorecard.objects.filter(round=ranking.round_id).order_by("pk")
    snapshot = {"ranking": ranking.snapshot, "scorecards": [card.snapshot for card in cards]}
    return PublishedVersion.objects.create(
        round_id=ranking.round_id,
        number=number,
        snapshot=snapshot,
        sha256=sha256_of(snapshot),
        decision_number=ranking.decision_number,
        decision_on=ranking.decision_on,
        published_at=ranking.published_at,
        published_by=ranking.published_by,
        reason=reason,
        changes=changes or [],
    )


@transaction.atomic
def publish_new_version(
    *, actor: User, round_id: int, reason: str, decision_number: str, decision_on: date, version: int | None = None
) -> PublishedVersion:
    """Publish a result anew, with what was decided since: accepted appeals, vetoes set or lifted.

    Only scorecards of which a row moved on are made again; every other number stays the byte it was. Raises Refused
    (leader only), DomainError (not published, no reason, nothing changed) or Stale.
    """
    round_ = read_round(round_id, version)
    require(actor, RoleKind.LEADER, round_.issuer, doing="công bố bản mới")
    if round_.state != RoundState.PUBLISHED:
        raise DomainError("Kết quả chưa công bố lần đầu nên chưa có bản mới.")
    _check_decision(round_, decision_number, decision_on)
    if not reason:
        raise DomainError("Hãy ghi lý do công bố bản mới.", field="reason")
    ranking = Ranking.objects.select_for_update(of=("self",)).get(round=round_)
    last = round_.published_versions.order_by("-number").first() or _store_version(ranking, number=1)
    if Round.objects.filter(pk=round_.pk, version=round_.version).update(version=F("version") + 1) != 1:
        raise Stale("Người khác vừa thay đổi đợt này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    before = ranking.snapshot
    cards = ranked_cards(round_)
    _make_again(round_, cards)
    after = ranking_snapshot(before["round"], [card.snapshot for card in cards], set_vetoes_of(cards))
    if canonical_json(after) == canonical_json(before):
        raise DomainError(NOTHING_NEW)
    ranking.snapshot, ranking.sha256 = after, sha256_of(after)
    ranking.ranked_at, ranking.ranked_by = timezone.now(), actor
    ranking.save(update_fields=("snapshot", "sha256", "ranked_at", "ranked_by"))
    write_entries(ranking)
    _sign(ranking, actor, decision_number, decision_on)
    made = _store_version(ranking, number=last.number + 1, reason=reason, changes=changes_between(before, after))
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


def _make_again(round_: Round, cards: list[Scorecard]) -> None:
    """Take new snapshots of the scorecards that moved on: a row's result is no longer what its snapshot says.

    Asked of the rows, which the locks of `cards` hold still, and not of when something was decided: what was decided
    just before the last version and stored just after it is not lost.
    """
    rows: dict[int, list[ScorecardRow]] = {card.pk: [] for card in cards}
    for row in ScorecardRow.objects.filter(scorecard__in=cards, applicable=True):
        rows[row.scorecard_id].append(row)
    for card in cards:
        if not moved_on(card, rows[card.pk]):
            continue
        card.round = round_
        sheet = sheet_of(Scorecard.objects.select_related("round__criteria_set", "unit", "block").get(pk=card.pk))
        totals, snapshot = sheet.result_totals, card_snapshot(sheet)
        card.snapshot, card.sha256 = snapshot, sha256_of(snapshot)
        card.final_total, card.applicable_max, card.index = totals.total, totals.applicable_max, totals.index
        card.save(update_fields=("snapshot", "sha256", "final_total", "applicable_max", "index"))


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what a new version changes, one Vietnamese sentence for each unit whose line differs."""
    old = {entry["scorecard_id"]: entry for block in before["blocks"] for entry in block["entries"]}
    found = []
    for block in after["blocks"]:
        for new in block["entries"]:
            was = old[new["scorecard_id"]]
            parts = [
                f"{label} {_shown(was.get(name))} → {_shown(new.get(name))}"
                for name, label in (
                    ("total", "tổng điểm"),
                    ("index", "chỉ số"),
                    ("rank", "hạng"),
                    ("grade_name", "xếp loại"),
                )
                if was.get(name) != new.get(name)
            ]
            if was.get("award_allowed", True) != new.get("award_allowed", True):
                parts.append("được xét khen thưởng" if new["award_allowed"] else "không xét khen thưởng")
            if parts:
                found.append(f"{new['unit']['name']}: {'; '.join(parts)}.")
    return found


def _shown(value: Any) -> str:
    if value is None:
        return "không xếp hạng"
    text = str(value)
    return text.replace(".", ",") if text.replace(".", "", 1).isdigit() else text


def verify_snapshot(ranking: Ranking) -> bool:
    """Tell whether a ranking can be proved: recomputing points, totals and ranks from inputs gives the same bytes.

    Every scorecard's snapshot is recomputed from its own values and rules, the ranking from these; SHA-256 and the
    entries' rows are compared too. Writes nothing.
    """
    return not ranking_differences(ranking)


def ranking_differences(ranking: Ranking) -> list[str]:
    """Return in Vietnamese what of a stored ranking, its scorecards and its rows does not agree. Two queries."""
    cards = list(Scorecard.objects.filter(round=ranking.round_id).order_by("pk"))
    found = differences({"ranking": ranking.snapshot, "scorecards": [card.snapshot for card in cards]})
    torn = [card.pk for card in cards if sha256_of(card.snapshot) != card.sha256]
    found += [f"Phiếu số {pk}: mã kiểm tra không khớp." for pk in torn]
    if sha256_of(ranking.snapshot) != ranking.sha256:
        found.append("Bảng xếp hạng: mã kiểm tra không khớp.")
    entries = [entry for block in ranking.snapshot["blocks"] for entry in block["entries"]]
    stated = {entry["scorecard_id"]: entry_fields(entry) for entry in entries}
    for entry in ranking.entries.all():
        mine = stated.pop(entry.scorecard_id, {})
        wrong = [name for name in FIELD_NAMES if mine.get(name) != getattr(entry, name)]
        if wrong:
            found.append(f"Dòng xếp hạng của phiếu số {entry.scorecard_id}: {', '.join(wrong)} không khớp bản chụp.")
    found += [f"Thiếu dòng xếp hạng của phiếu số {pk}." for pk in stated]
    return found


@transaction.atomic
def check_version(published: PublishedVersion) -> SnapshotCheck:
    """Recompute one published version and keep the answer; the newest one is compared with the live rows as well.

    A difference raises an alarm: a notice to everyone who answers for results, and a red line on the ranking's page.
    """
    found = differences(published.snapshot)
    if sha256_of(published.snapshot) != published.sha256:
        found.append("Mã kiểm tra SHA-256 của bản công bố không khớp nội dung.")
    newest = published.round.published_versions.order_by("-number").values_list("number", flat=True).first()
    if published.number == newest:
        ranking = published.round.ranking
        if canonical_json(ranking.snapshot) != canonical_json(published.snapshot["ranking"]):
            found.append("Bảng xếp hạng đang hiển thị khác bản đã công bố.")
        found += [one for one in ranking_differences(ranking) if one not in found]
    was_ok = published.checks.values_list("ok", flat=True).first()
    check = SnapshotCheck.objects.create(
        version=published, checked_at=timezone.now(), ok=not found, differences=found[:50]
    )
    old = list(published.checks.values_list("pk", flat=True)[CHECKS_KEPT:])
    SnapshotCheck.objects.filter(pk__in=old).delete()
    if found and was_ok is not False:
        round_ = published.round
        tell(
            round_,
            ALARMED,
            f"CẢNH BÁO: kết quả “{round_.name}” bản {published.number} tính lại không khớp. {found[0]}"[:300],
            kind=NoticeKind.TODO,
        )
    return check


def check_published_versions() -> list[SnapshotCheck]:
    """Recompute every published version; results published before versions were kept get their version 1 first.

    Run by beat each night and by `verify_snapshots`.
    """
    for ranking in Ranking.objects.filter(published_at__isnull=False, round__published_versions=None):
        _store_version(ranking, number=1)
    versions = PublishedVersion.objects.select_related("round__ranking", "round__issuer").order_by("round", "number")
    return [check_version(published) for published in versions.iterator(chunk_size=20)]
