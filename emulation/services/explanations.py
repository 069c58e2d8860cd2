"""The explanation window: rows flagged with a question, answered by the unit (scoring.md 3.2).

Only flagged rows, only once; what follows is in second_appraisal.py.
"""

import hashlib
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from emulation.enums import ROUND_MOVES, SCORECARD_MOVES, LockPhase, RoundState, ScorecardState
from emulation.locks import (
    APPRAISAL,
    EXPLANATION,
    assert_open,
    explanation_passed,
    locked_because,
    open_rows,
    row_open,
)
from emulation.models import Round, Scorecard, ScorecardRow
from emulation.queries.scorecards import flagged_rows, sheet_of
from emulation.rules import appraises_row
from ninhgiang.calendar import weekday_day_text
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.states import transition
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import officers_of, people_with
from units.rules import require
from units.services import notify, record_audit

from .gate import locked_scorecard, open_for_appraisal, open_for_unit
from .rounds import read_round, tell_units
from .rows import NOT_YOURS, ROW_LOCKED
from .scorecards import require_head
from .second_appraisal import FINAL_FIELDS, clear_final

MAX_ANSWER = 2000
UNLOCKED_NOT_WITHDRAWN = (
    "Hạn giải trình đã hết nên không rút về được nữa. Phần đang được mở khóa thì sửa ngay trên trang giải trình rồi "
    "gửi lại."
)
QUESTION = "Nội dung cần đơn vị giải trình"
QUESTION_CHANGED = (
    "Người khác vừa sửa yêu cầu giải trình tiêu chí {code} của {unit} từ khi bạn mở trang nên chưa ghi. "
    "Hãy so sánh hai bản rồi mở lại trang để ghi bản cần giữ."
)


def digest(text: str) -> str:
    """Return what stands on a page for a text it was made with, to tell whether the text is still the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def flag_row(*, actor: User, scorecard_id: int, row_id: int, question: str, was: str | None = None) -> ScorecardRow:
    """Ask the unit to explain one row; an empty question takes the request back. Only during appraisal 1.

    By whoever appraises the row, as the unit its criterion names too. `was` is the digest of the question the person
    saw, None: not asked. Raises Refused (not an appraiser, closed), DomainError for a row that does not apply or is not
    the scorecard's, Stale with both texts when somebody else asked meanwhile.
    """
    card = open_for_appraisal(actor, scorecard_id, APPRAISAL, part=True)
    row = card.rows.select_related("criterion").filter(pk=row_id, applicable=True).first()
    if row is None:
        raise DomainError("Tiêu chí này không áp dụng cho đơn vị nên không có gì để giải trình.")
    row.scorecard = card
    if not appraises_row(actor, row):
        raise Refused(NOT_YOURS)
    if (row.flagged, row.question) == (bool(question), question):
        return row
    before = row.question
    if was is not None and was != digest(before):
        where = {"code": row.criterion.code, "unit": card.unit.name}
        raise Stale(QUESTION_CHANGED.format(**where), theirs={QUESTION: before}, mine={QUESTION: question})
    row.flagged, row.question = bool(question), question
    row.save(update_fields=("flagged", "question"))
    record_audit(
        actor=actor,
        action="flag_row",
        summary=f"{'Yêu cầu giải trình' if question else 'Bỏ yêu cầu giải trình'} tiêu chí {row.criterion.code}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={row.criterion.code: before},
        after={row.criterion.code: question},
    )
    return row


@transaction.atomic
def ask_explanation(*, actor: User, round_id: int, version: int | None = None) -> Round:
    """Send every flagged row to its unit and open the explanation window of the round.

    Needs appraisal 1 of every scorecard finished, at least one flagged row, and an explanation day that is not over.
    Raises Refused, DomainError or Stale.
    """
    round_ = read_round(round_id, version)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="gửi yêu cầu giải trình")
    if explanation_passed(round_):
        raise DomainError("Chưa đặt hạn giải trình, hoặc hạn đã qua. Bấm “Đổi hạn” để đặt hạn giải trình.")
    transition(round_, "ask_explanation", table=ROUND_MOVES)
    cards = list(Scorecard.objects.select_for_update(of=("self",)).filter(round=round_).select_related("unit"))
    waiting = [card.unit.name for card in cards if card.state != ScorecardState.APPRAISED]
    if waiting:
        raise DomainError(f"Còn {len(waiting)} phiếu chưa thẩm định xong lần 1: {', '.join(waiting[:5])}.")
    flagged = ScorecardRow.objects.filter(scorecard__in=cards, flagged=True, applicable=True)
    asked = set(flagged.values_list("scorecard_id", flat=True))
    if not asked:
        raise DomainError("Chưa có tiêu chí nào được đánh dấu cần giải trình; có thể xếp hạng ngay.")
    Scorecard.objects.filter(pk__in=asked, state=ScorecardState.APPRAISED).update(
        state=ScorecardState.EXPLAINING, version=F("version") + 1
    )
    record_audit(
        actor=actor,
        action="ask_explanation",
        summary=f"Gửi yêu cầu giải trình tới {len(asked)} đơn vị",
        target=round_,
        issuer=round_.issuer,
        before={"state": RoundState.APPRAISAL},
        after={"state": round_.state, "units": [card.unit.code for card in cards if card.pk in asked]},
    )
    until = weekday_day_text(round_.explain_until) if round_.explain_until else ""
    for card in cards:
        if card.pk in asked:
            notify(
                people=officers_of(card.unit),
                text=f"Cần giải trình phiếu “{round_.name}” đến hết {until}.",
                url=reverse("emulation:explanation", args=[card.pk]),
                kind=NoticeKind.TODO,
            )
    return round_


class AnswersConflict(Stale):
    """A colleague wrote explanations meanwhile; `stored` holds {row id: what stands there now}."""

    def __init__(self, rows: list[ScorecardRow], typed: Mapping[int, str]) -> None:
        super().__init__(
            f"Người khác vừa sửa giải trình tiêu chí {_codes(rows)}. Hãy so sánh hai bản.",
            theirs={f"Giải trình tiêu chí {row.criterion.code}": row.answer_draft for row in rows},
            mine={f"Giải trình tiêu chí {row.criterion.code}": typed[row.pk] for row in rows},
        )
        self.stored = {row.pk: row.answer_draft for row in rows}


def _codes(rows: Iterable[ScorecardRow]) -> str:
    return ", ".join(row.criterion.code for row in rows)


@transaction.atomic
def save_answers(*, actor: User, scorecard_id: int, answers: Mapping[int, tuple[int, str]]) -> int:
    """Save explanations of flagged rows: {row id: (version seen, text)}; returns how many changed. All or nothing.

    What is saved is a draft: it counts, and others read it, once the head sends it. Raises Refused (not of the unit,
    closed), DomainError for a row that is not asked about or a text too long, AnswersConflict when a colleague wrote
    meanwhile.
    """
    card = open_for_unit(actor, scorecard_id, EXPLANATION)
    changed = _write_drafts(card, answers)
    if changed:
        record_audit(
            actor=actor,
            action="save_answers",
            summary=f"Ghi giải trình tiêu chí {_codes(changed)}",
            target=card,
            issuer=card.round.issuer,
            unit=card.unit,
            before={row.criterion.code: before for row, before in changed.items()},
            after={row.criterion.code: row.answer_draft for row in changed},
        )
    return len(changed)


def _write_drafts(card: Scorecard, answers: Mapping[int, tuple[int, str]]) -> dict[ScorecardRow, str]:
    """Write what differs; returns each row written with its draft before. Part of the act that calls it."""
    opened = open_rows(card, EXPLANATION)
    rows = {row.pk: row for row in card.rows.select_related("criterion").filter(pk__in=answers)}
    for row_id, (_, text) in answers.items():
        row = rows.get(row_id)
        if row is None or (text != row.answer_draft and not row_open(row, opened)):
            raise DomainError(ROW_LOCKED, field=f"answer_{row_id}")
        if len(text) > MAX_ANSWER:
            raise DomainError(f"Giải trình dài nhất {MAX_ANSWER} ký tự; hiện có {len(text)}.", field=f"answer_{row_id}")
    typed = {row_id: text for row_id, (_, text) in answers.items() if text != rows[row_id].answer_draft}
    if stale := [rows[row_id] for row_id in typed if rows[row_id].version != answers[row_id][0]]:
        raise AnswersConflict(stale, typed)
    written = {}
    for row_id, text in typed.items():
        row = rows[row_id]
        written[row] = row.answer_draft
        row.answer_draft, row.version = text, row.version + 1
    ScorecardRow.objects.bulk_update(written, ("answer_draft", "version"))
    return written


@transaction.atomic
def submit_explanation(
    *,
    actor: User,
    scorecard_id: int,
    answers: Mapping[int, tuple[int, str]] | None = None,
    version: int | None = None,
) -> Scorecard:
    """Hand the explanations of a scorecard in, saving `answers` with it, all or nothing; by the head only.

    Every row that is open needs an answer. Sent again after an unlock, a changed explanation takes its row's appraisal
    2 away. Raises Refused (not the head, closed), DomainError naming the rows without an answer, AnswersConflict.
    """
    card = locked_scorecard(scorecard_id)
    require_head(actor, card, doing="gửi giải trình")
    assert_open(card, EXPLANATION)
    _write_drafts(card, answers or {})
    opened = open_rows(card, EXPLANATION)
    rows = [row for row in flagged_rows(sheet_of(card)) if row_open(row, opened)]
    if empty := [row for row in rows if not row.answer_draft]:
        raise DomainError(f"Còn {len(empty)} tiêu chí chưa giải trình: {_codes(empty)}.")
    sent = [row for row in rows if row.answer != row.answer_draft]
    before = {"state": card.state} | {row.criterion.code: row.answer for row in sent}
    for row in sent:
        row.answer, row.version = row.answer_draft, row.version + 1
        clear_final(row)
    ScorecardRow.objects.bulk_update(sent, ("answer", "version", *FINAL_FIELDS))
    if version is not None:
        card.version = version
    if card.state == ScorecardState.EXPLAINING:
        transition(card, "explain", table=SCORECARD_MOVES, explained_at=timezone.now(), explained_by=actor)
    else:  # unlocked after the window: it is handed in again
        card.explained_at, card.explained_by = timezone.now(), actor
        card.save(update_fields=("explained_at", "explained_by"))
    card.unlocks.filter(phase=LockPhase.EXPLANATION, closed_at=None).update(closed_at=timezone.now())
    record_audit(
        actor=actor,
        action="submit_explanation",
        summary="Gửi giải trình",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before=before,
        after={"state": card.state} | {row.criterion.code: row.answer for row in sent},
    )
    notify(
        people=people_with(RoleKind.REVIEWER, card.round.issuer),
        text=f"{card.unit.name} đã gửi giải trình “{card.round.name}”.",
        url=reverse("emulation:scorecard-detail", args=[card.pk]),
    )
    return card


@transaction.atomic
def withdraw_explanation(*, actor: User, scorecard_id: int, version: int | None = None) -> Scorecard:
    """Take explanations back for correction while the explanation window is open; they count once sent again."""
    card = locked_scorecard(scorecard_id)
    require_head(actor, card, doing="rút giải trình")
    if card.round.state != RoundState.EXPLANATION or explanation_passed(card.round):
        raise Refused(locked_because(card, EXPLANATION) or UNLOCKED_NOT_WITHDRAWN)
    if version is not None:
        card.version = version
    transition(card, "withdraw_explanation", table=SCORECARD_MOVES, explained_at=None, explained_by=None)
    card.rows.filter(flagged=True).update(answer="", version=F("version") + 1)
    record_audit(
        actor=actor,
        action="withdraw_explanation",
        summary="Rút giải trình về để sửa",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={"state": ScorecardState.EXPLAINED},
        after={"state": card.state},
    )
    return card


@transaction.atomic
def close_explanation(*, actor: User | None, round_id: int, reason: str = "", version: int | None = None) -> Round:
    """Close the explanation window and start appraisal 2; `actor` None is the clock, after the day only.

    A unit whose head did not send goes on without answers, whatever was typed. Closing before the day while somebody
    has not answered needs a reason. Raises Refused, DomainError or Stale.
    """
    round_ = read_round(round_id, version)
    if actor is not None:
        require(actor, RoleKind.REVIEWER, round_.issuer, doing="đóng giai đoạn giải trình")
    elif not explanation_passed(round_):
        raise DomainError("Chưa hết hạn giải trình.")
    transition(round_, "close_explanation", table=ROUND_MOVES)
    cards = Scorecard.objects.filter(round=round_, state=ScorecardState.EXPLAINING)
    late = list(cards.select_for_update(of=("self",)).values_list("unit__code", flat=True))
    if late and not explanation_passed(round_) and not reason:
        raise DomainError(
            f"Còn {len(late)} đơn vị chưa giải trình và chưa hết hạn. Muốn đóng sớm phải ghi lý do.", field="reason"
        )
    cards.update(state=ScorecardState.EXPLAINED, version=F("version") + 1)
    record_audit(
        actor=actor,
        action="close_explanation",
        summary=f"Đóng giải trình “{round_.name}”" + (f": {len(late)} đơn vị không giải trình" if late else ""),
        target=round_,
        issuer=round_.issuer,
        reason=reason,
        before={"state": RoundState.EXPLANATION},
        after={"state": round_.state, "not_answered": late},
    )
    tell_units(round_, f"Giai đoạn giải trình “{round_.name}” đã đóng; Phòng VHXH thẩm định lần 2.")
    return round_
