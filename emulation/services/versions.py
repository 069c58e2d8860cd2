"""Published versions of a ranking: storing one, and what changed from one to the next."""

from typing import Any

from emulation.models import PublishedVersion, Ranking, Scorecard
from ninhgiang.canonical import sha256_of

_TOLD = (
    ("total", "tổng điểm"),
    ("index", "chỉ số"),
    ("rank", "hạng"),
    ("overall_rank", "hạng chung"),
    ("grade_name", "xếp loại"),
    ("head_grade_name", "xếp loại người đứng đầu"),
    ("bonus", "điểm cộng"),
    ("penalty", "điểm trừ"),
    ("late", "trừ nộp chậm"),
)


def store_version(
    ranking: Ranking, *, number: int, reason: str = "", changes: list[str] | None = None
) -> PublishedVersion:
    """Store a signed ranking with its scorecards as a version; raises ValueError for an unsigned one."""
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


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what a new version changes, one Vietnamese sentence for each unit whose line differs."""
    old = {entry["scorecard_id"]: entry for block in before["blocks"] for entry in block["entries"]}
    found = []
    for block in after["blocks"]:
        for new in block["entries"]:
            was = old[new["scorecard_id"]]
            parts = [
                f"{label} {_shown(was[name])} → {_shown(new[name])}"
                for name, label in _TOLD
                if name in was and was[name] != new[name]  # format 1 lacks some
            ]
            parts += _area_changes(was["areas"], new["areas"])
            if was.get("award_allowed", True) != new.get("award_allowed", True):
                parts.append("được xét khen thưởng" if new["award_allowed"] else "không xét khen thưởng")
            if parts:
                found.append(f"{new['unit']['name']}: {'; '.join(parts)}.")
    return found


def _area_changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what of each area's points changed; an area that does not apply has none."""
    found = []
    for code in sorted({*before, *after}):
        was, now = ((areas.get(code) or {}).get("points") for areas in (before, after))
        if was != now:
            found.append(f"lĩnh vực {code} {_points(was)} → {_points(now)}")
    return found


def _points(value: str | None) -> str:
    return "không tính" if value is None else _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return "không xếp hạng"
    text = str(value) or "chưa có"
    return text.replace(".", ",") if text.replace(".", "", 1).isdigit() else text
