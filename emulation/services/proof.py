"""Proving results: recomputing what was ranked and published, each night and on demand, with an alarm (rule 6)."""

import logging
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from emulation.appeal_rules import moved_on
from emulation.enums import AppealState
from emulation.models import Appeal, PublishedVersion, Ranking, Scorecard, ScorecardRow, SnapshotCheck
from emulation.ranking_snapshots import broken, differences
from ninhgiang.canonical import canonical_json, sha256_of
from units.enums import NoticeKind, RoleKind

from .rankings import FIELD_NAMES, entry_fields, tell
from .versions import store_version

log = logging.getLogger(__name__)
ALARMED = (RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER, RoleKind.ADMINISTRATOR)
CHECKS_KEPT = 30
_TOTAL_NAMES = {"total": "tổng điểm", "applicable_max": "điểm tối đa áp dụng", "index": "chỉ số"}


def verify_snapshot(ranking: Ranking) -> bool:
    """Tell whether a ranking can be proved, see `ranking_differences`. Writes nothing."""
    return not ranking_differences(ranking)


def ranking_differences(ranking: Ranking) -> list[str]:
    """Return in Vietnamese what of a stored ranking does not agree; empty when it is proved. Five queries.

    Every scorecard's snapshot is recomputed from its own values and rules, the ranking from these; SHA-256, the
    entries' rows and the scorecards' live rows are compared with them.
    """
    cards = list(Scorecard.objects.filter(round=ranking.round_id).order_by("pk"))
    found = differences({"ranking": ranking.snapshot, "scorecards": [card.snapshot for card in cards]})
    torn = [card.pk for card in cards if sha256_of(card.snapshot) != card.sha256]
    found += [f"Phiếu số {pk}: mã kiểm tra không khớp." for pk in torn]
    if sha256_of(ranking.snapshot) != ranking.sha256:
        found.append("Bảng xếp hạng: mã kiểm tra không khớp.")
    try:
        found += [*_total_differences(cards), *_entry_differences(ranking), *_row_differences(ranking, cards)]
    except (
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
    ) as error:  # what a damaged snapshot can make of reading it
        found.append(f"Bảng xếp hạng: {broken(error)}")
    return found


def _total_differences(cards: Iterable[Scorecard]) -> list[str]:
    """Tell where the totals kept beside a scorecard's snapshot, which lists print, are not those it states."""
    found = []
    for card in cards:
        kept = {"total": card.result_total, "applicable_max": card.applicable_max, "index": card.index}
        wrong = [_TOTAL_NAMES[name] for name, value in kept.items() if Decimal(card.snapshot["totals"][name]) != value]
        if wrong:
            found.append(f"Phiếu số {card.pk}: {', '.join(wrong)} đang lưu khác bản chụp.")
    return found


def _entry_differences(ranking: Ranking) -> list[str]:
    entries = [entry for block in ranking.snapshot["blocks"] for entry in block["entries"]]
    stated = {entry["scorecard_id"]: entry_fields(entry) for entry in entries}
    found = []
    for entry in ranking.entries.all():
        mine = stated.pop(entry.scorecard_id, {})
        wrong = [name for name in FIELD_NAMES if mine.get(name) != getattr(entry, name)]
        if wrong:
            found.append(f"Dòng xếp hạng của phiếu số {entry.scorecard_id}: {', '.join(wrong)} không khớp bản chụp.")
    return found + [f"Thiếu dòng xếp hạng của phiếu số {pk}." for pk in stated]


def _row_differences(ranking: Ranking, cards: Iterable[Scorecard]) -> list[str]:
    """Compare what counts of every live row with its snapshot; where an appeal was accepted since, they may differ."""
    rows = ScorecardRow.objects.filter(scorecard__round=ranking.round_id).select_related("criterion").order_by("pk")
    if ranking.published_at is not None:
        accepted = Appeal.objects.filter(
            scorecard__round=ranking.round_id, state=AppealState.ACCEPTED, decided_at__gte=ranking.published_at
        )
        rows = rows.exclude(pk__in=accepted.filter(row__isnull=False).values("row"))
    by_card: dict[int, list[ScorecardRow]] = {}
    for row in rows:
        by_card.setdefault(row.scorecard_id, []).append(row)
    return [
        f"Phiếu số {card.pk}, tiêu chí {row.criterion.code}: điểm đang lưu khác bản chụp."
        for card in cards
        for row in moved_on(card, by_card.get(card.pk, ()))
    ]


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
        if canonical_json(ranking.snapshot) != canonical_json(published.snapshot.get("ranking")):
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

    Run by beat each night and by `verify_snapshots`. A version whose check itself fails does not keep the others from
    theirs; it is left to the log, and raised at the end.
    """
    for ranking in Ranking.objects.filter(published_at__isnull=False, round__published_versions=None):
        store_version(ranking, number=1)
    versions = PublishedVersion.objects.select_related("round__ranking", "round__issuer").order_by("round", "number")
    checks, failed = [], []
    for published in versions.iterator(chunk_size=20):
        try:
            checks.append(check_version(published))
        except Exception as error:
            log.exception("version %s could not be checked", published.pk)
            failed.append(error)
    if failed:
        raise ExceptionGroup("published versions that could not be checked", failed)
    return checks
