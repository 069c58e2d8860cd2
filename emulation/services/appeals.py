"""Appeals (kiến nghị, phúc tra) after publication: filed by the head, decided once (scoring.md 3.4).

Accepting one writes the row's second appraisal; what is published stays as it is until the leader publishes the next
version, with a decision.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation import scoring
from emulation.enums import APPEAL_MOVES, AppealState, RoundState
from emulation.models import Appeal, Scorecard, ScorecardRow
from ninhgiang.calendar import SpecialDays, add_working_days, local_date, today, weekday_day_text
from ninhgiang.errors import DomainError, Refused
from ninhgiang.points import show
from ninhgiang.states import transition
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import officers_of, people_with
from units.rules import require
from units.services import notify, record_audit

from .gate import locked_scorecard
from .scorecards import require_head

DECIDERS = (RoleKind.REVIEWER, RoleKind.LEADER)
MAX_TEXT = 2000


def appeal_closed_because(card: Scorecard) -> str:
    """Return why no appeal can be filed now, "" when one can."""
    round_ = card.round
    if round_.state != RoundState.PUBLISHED or round_.appeal_until is None:
        return "Chỉ kiến nghị được sau khi kết quả đã công bố."
    if today() > round_.appeal_until:
        return f"Hạn kiến nghị đã hết vào cuối ngày {weekday_day_text(round_.appeal_until)}."
    return ""


@transaction.atomic
def file_appeal(
    *, actor: User, scorecard_id: int, text: str, row_id: int | None = None, wanted_points: Decimal | None = None
) -> Appeal:
    """File an appeal about one row, with the points wanted, or about the whole result.

    Raises Refused (not the head, too early or too late), DomainError (with the field) for no text, a row that is not
    the scorecard's, points outside 0 to the maximum or with more than two decimals, or a second appeal on the same row.
    """
    card = locked_scorecard(scorecard_id)
    require_head(actor, card, doing="gửi kiến nghị")
    if reason := appeal_closed_because(card):
        raise Refused(reason)
    if not text:
        raise DomainError("Hãy ghi nội dung kiến nghị.", field="text")
    if len(text) > MAX_TEXT:
        raise DomainError(f"Nội dung dài nhất {MAX_TEXT} ký tự; hiện có {len(text)}.", field="text")
    row = _row(card, row_id) if row_id is not None else None
    _check_points(row, wanted_points)
    if card.appeals.exclude(state=AppealState.WITHDRAWN).filter(row=row).exists():
        raise DomainError("Đã có kiến nghị về nội dung này; mỗi nội dung chỉ kiến nghị một lần.", field="row_id")
    appeal = Appeal.objects.create(scorecard=card, row=row, text=text, wanted_points=wanted_points, filed_by=actor)
    _audit(actor, appeal, "file_appeal", f"Gửi kiến nghị {words(appeal)}", reason=text)
    for kind in DECIDERS:
        notify(
            people=people_with(kind, card.round.issuer),
            text=f"{card.unit.name} kiến nghị {words(appeal)} (“{card.round.name}”)."[:300],
            url=reverse("emulation:appeal-detail", args=[appeal.pk]),
            kind=NoticeKind.TODO,
        )
    return appeal


def _row(card: Scorecard, row_id: int) -> ScorecardRow:
    row = card.rows.select_related("criterion").filter(pk=row_id, applicable=True).first()
    if row is None:
        raise DomainError("Tiêu chí này không có trên phiếu của đơn vị.", field="row_id")
    return row


def _check_points(row: ScorecardRow | None, points: Decimal | None) -> None:
    if points is None:
        return
    if row is None:
        raise DomainError("Chọn tiêu chí thì mới nêu được điểm đề nghị.", field="wanted_points")
    if scoring.decimals_of(points) > 2:
        raise DomainError("Điểm đề nghị có tối đa 2 chữ số thập phân.", field="wanted_points")
    if not 0 <= points <= row.max_points:
        raise DomainError(f"Điểm đề nghị phải từ 0 đến {show(row.max_points)}.", field="wanted_points")


def answer_due(appeal: Appeal, special: SpecialDays) -> date:
    """Return the day by which an appeal is to be answered: as many working days as the unit had to file it."""
    days = appeal.scorecard.round.criteria_set.appeal_working_days
    return add_working_days(local_date(appeal.filed_at), days, special)


def words(appeal: Appeal) -> str:
    """Return what an appeal is about: "về tiêu chí 2.1", "về kết quả chung"."""
    return f"về tiêu chí {appeal.row.criterion.code}" if appeal.row else "về kết quả chung"


@transaction.atomic
def withdraw_appeal(*, actor: User, appeal_id: int, version: int | None = None) -> Appeal:
    """Take an appeal back while nobody has decided it."""
    appeal = _read(appeal_id, version)
    require_head(actor, appeal.scorecard, doing="rút kiến nghị")
    transition(appeal, "withdraw", table=APPEAL_MOVES)
    _audit(actor, appeal, "withdraw_appeal", f"Rút kiến nghị {words(appeal)}")
    return appeal


@transaction.atomic
def decide_appeal(
    *,
    actor: User,
    appeal_id: int,
    accepted: bool,
    answer: str,
    value: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Appeal:
    """Decide an appeal with an answer; accepting one about a row takes the value that replaces the appraised one.

    The row's points follow from its rule. Raises Refused for others than reviewer and leader, DomainError (with the
    field) without an answer or value, ValueProblem for a value the rule cannot take, Stale.
    """
    appeal = _read(appeal_id, version)
    card = appeal.scorecard
    require(actor, DECIDERS, card.round.issuer, doing="giải quyết kiến nghị")
    if not answer:
        raise DomainError("Hãy ghi nội dung trả lời đơn vị.", field="note")
    if accepted and appeal.row is not None:
        _second_points(actor, appeal.row, value, answer)
    transition(
        appeal,
        "accept" if accepted else "reject",
        table=APPEAL_MOVES,
        answer=answer,
        decided_at=timezone.now(),
        decided_by=actor,
    )
    word = "Chấp nhận" if accepted else "Không chấp nhận"
    _audit(actor, appeal, "decide_appeal", f"{word} kiến nghị {words(appeal)}", reason=answer)
    notify(
        people=officers_of(card.unit),
        text=f"{word} kiến nghị {words(appeal)} (“{card.round.name}”): {answer}"[:300],
        url=reverse("emulation:appeal-detail", args=[appeal.pk]),
        kind=NoticeKind.INFO,
    )
    return appeal


def _second_points(actor: User, row: ScorecardRow, value: Mapping[str, Any] | None, answer: str) -> None:
    criterion = row.criterion
    if value is None:
        raise DomainError("Chấp nhận thì phải nhập số liệu được công nhận.")
    scored = scoring.score(criterion.rule_kind, criterion.rule_params, value, row.max_points)
    row.final_value, row.final_points, row.final_explanation = dict(value), scored.points, scored.explanation
    row.final_reason, row.final_by = answer, actor
    row.version += 1
    row.save(update_fields=("final_value", "final_points", "final_explanation", "final_reason", "final_by", "version"))


def _read(appeal_id: int, version: int | None) -> Appeal:
    appeal = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("scorecard__round__issuer", "scorecard__unit", "row__criterion")
        .get(pk=appeal_id)
    )
    if version is not None:
        appeal.version = version
    return appeal


def _audit(actor: User, appeal: Appeal, action: str, summary: str, *, reason: str = "") -> None:
    card, row = appeal.scorecard, appeal.row
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        after={
            "state": appeal.state,
            "wanted": None if appeal.wanted_points is None else str(appeal.wanted_points),
            "points": None if row is None or row.final_points is None else str(row.final_points),
        },
        reason=reason,
    )
