"""Rounds before they open and after they are finished: changed or dropped in preparation, archived at the end."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from emulation.appeal_rules import moved_on
from emulation.enums import AppealState, RoundKind, RoundState
from emulation.models import Appeal, CriteriaSet, Round, Scorecard, ScorecardRow
from emulation.queries.shown import pending_vetoes
from emulation.round_dates import RoundDates
from ninhgiang.calendar import today, weekday_day_text
from ninhgiang.errors import DomainError, Stale
from units.enums import RoleKind
from units.models import User
from units.rules import require
from units.services import record_audit

from .rounds import RoundPlan, plan_data, read_round, save_named

ARCHIVERS = (RoleKind.REVIEWER, RoleKind.LEADER)
CHANGED = "Người khác vừa thay đổi đợt này. Hãy xem bản mới nhất rồi làm lại."
OPENED = "Đợt đã mở nên không sửa hoặc bỏ được nữa; hạn của các bước chưa qua vẫn đổi được."


def _in_preparation(actor: User, round_id: int, version: int, *, doing: str) -> Round:
    """Return the locked round; Refused for others than the reviewer, DomainError once opened, Stale when changed."""
    round_ = read_round(round_id, None)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing=doing)
    if round_.state != RoundState.DRAFT:
        raise DomainError(OPENED)
    if round_.version != version:
        raise Stale(CHANGED)
    return round_


@transaction.atomic
def change_round(
    *,
    actor: User,
    round_id: int,
    version: int,
    criteria_set: CriteriaSet,
    name: str,
    kind: str = RoundKind.QUARTERLY,
    practice: bool = False,
    skipped_areas: Sequence[str] = (),
    sample_percent: int = 0,
    **dates: date | None,
) -> Round:
    """Change everything about a round in preparation; the same is refused as when it is created, and Stale."""
    round_ = _in_preparation(actor, round_id, version, doing="sửa đợt chấm điểm")
    if criteria_set.issuer_id != round_.issuer_id:
        raise DomainError("Bộ tiêu chí này không dùng được.", field="criteria_set")
    plan = RoundPlan(
        criteria_set=criteria_set,
        name=name,
        kind=kind,
        practice=practice,
        skipped_areas=skipped_areas,
        sample_percent=sample_percent,
    )
    given = RoundDates(**dates)  # type: ignore[arg-type]
    plan.check(given)
    before = plan_data(round_)
    plan.write(round_, given)
    after = plan_data(round_)
    if after == before:
        return round_
    round_.version += 1
    save_named(round_)
    changed = sorted(name for name in after if after[name] != before[name])
    record_audit(
        actor=actor,
        action="change_round",
        summary=f"Sửa đợt chấm điểm “{round_.name}” khi chuẩn bị",
        target=round_,
        issuer=round_.issuer,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return round_


@transaction.atomic
def drop_round(*, actor: User, round_id: int, version: int, reason: str) -> str:
    """Drop a round in preparation, with a reason; what it was stays in the log. Returns its name.

    Raises Refused, DomainError once opened or without a reason, Stale.
    """
    round_ = _in_preparation(actor, round_id, version, doing="bỏ đợt chấm điểm")
    if not reason:
        raise DomainError("Hãy ghi lý do bỏ đợt.", field="reason")
    record_audit(
        actor=actor,
        action="drop_round",
        summary=f"Bỏ đợt chấm điểm “{round_.name}” khi chưa mở",
        target=round_,
        issuer=round_.issuer,
        before=plan_data(round_),
        reason=reason,
    )
    Round.objects.filter(pk=round_.pk).delete()
    return round_.name


def unfinished_because(round_: Round) -> str:
    """Return why a round cannot be archived yet, "" when it can; five queries for a published one.

    One more for each unit with a case of veto.
    """
    if round_.practice and round_.state == RoundState.RANKED:
        return ""
    if round_.state != RoundState.PUBLISHED:
        return "Đợt chưa công bố kết quả nên chưa lưu trữ được."
    if round_.appeal_until is not None and today() <= round_.appeal_until:
        return f"Còn hạn kiến nghị đến hết {weekday_day_text(round_.appeal_until)}."
    appeals = Appeal.objects.filter(scorecard__round=round_)
    if waiting := appeals.filter(state=AppealState.FILED).count():
        return f"Còn {waiting} kiến nghị chờ giải quyết."
    if units := _waiting_for_version(round_):
        return f"Kết quả của {', '.join(units)} đã thay đổi sau bản đã công bố mà chưa công bố bản mới."
    return ""


def _waiting_for_version(round_: Round) -> list[str]:
    """Return the names of units about which something was decided that is not in the published result yet.

    Asked of the results themselves: what was accepted without moving a point waits for nothing.
    """
    decided = Q(appeals__state=AppealState.ACCEPTED) | Q(vetoes__isnull=False)
    found = Scorecard.objects.filter(decided, round=round_).distinct().select_related("round", "unit")
    rows = Prefetch("rows", ScorecardRow.objects.select_related("criterion"))
    cards = found.order_by("unit__position").prefetch_related(rows, "vetoes")
    return [
        card.unit.name for card in cards if moved_on(card, card.rows.all()) or pending_vetoes(card, card.vetoes.all())
    ]


@transaction.atomic
def archive_round(*, actor: User, round_id: int, version: int | None = None) -> Round:
    """Take a finished round off the working lists; it stays published and readable. By reviewer or leader.

    Raises Refused, DomainError while something is left to do, Stale.
    """
    round_ = read_round(round_id, version)
    require(actor, ARCHIVERS, round_.issuer, doing="lưu trữ đợt chấm điểm")
    if reason := unfinished_because(round_):
        raise DomainError(reason)
    return _set_archived(actor, round_, archived=True, action="archive_round", summary=f"Lưu trữ đợt “{round_.name}”")


@transaction.atomic
def restore_round(*, actor: User, round_id: int, version: int | None = None) -> Round:
    """Put an archived round back on the working lists. By reviewer or leader. Raises Refused or Stale."""
    round_ = read_round(round_id, version)
    require(actor, ARCHIVERS, round_.issuer, doing="đưa đợt chấm điểm ra khỏi lưu trữ")
    summary = f"Đưa đợt “{round_.name}” ra khỏi lưu trữ"
    return _set_archived(actor, round_, archived=False, action="restore_round", summary=summary)


def _set_archived(actor: User, round_: Round, *, archived: bool, action: str, summary: str) -> Round:
    if (round_.archived_at is not None) == archived:
        return round_
    values = {"archived_at": timezone.now(), "archived_by": actor} if archived else dict.fromkeys(_ARCHIVED)
    seen = Round.objects.filter(pk=round_.pk, version=round_.version)
    if seen.update(version=F("version") + 1, **values) != 1:
        raise Stale(CHANGED)
    round_.refresh_from_db()
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=round_,
        issuer=round_.issuer,
        before={"archived": not archived},
        after={"archived": archived},
    )
    return round_


_ARCHIVED = ("archived_at", "archived_by")
