"""Appeals (kiến nghị, phúc tra) after publication: filed by the head, decided, reopened after a slip (scoring.md 3.4).

Accepting one writes the row's second appraisal; what is published stays as it is until the leader publishes the next
version, with a decision. Records for others and corrections: appeal_records.py.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from emulation import scoring
from emulation.appeal_rules import (
    DECIDERS,
    appeal_closed_because,
    appeal_moves,
    is_correction,
    moved_on,
    table_of,
)
from emulation.enums import AppealSource, AppealState, ValueSource
from emulation.models import Appeal, AppealNote, Scorecard, ScorecardRow
from ninhgiang.calendar import SpecialDays, add_working_days, local_date
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.points import show
from ninhgiang.states import transition
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import officers_of, people_with
from units.rules import holds, require
from units.services import notify, record_audit

from .computed import counted_now
from .gate import locked_scorecard
from .second_appraisal import FINAL_FIELDS

MAX_TEXT = 2000


@transaction.atomic
def file_appeal(
    *, actor: User, scorecard_id: int, text: str, row_id: int | None = None, wanted_points: Decimal | None = None
) -> Appeal:
    """File an appeal about one row, with the points wanted, or about the whole result.

    Raises Refused (not the head, too early or too late), DomainError (with the field) for no text, a row that is not
    the scorecard's, points outside 0 to the maximum or with more than two decimals, or a second appeal on the same row.
    """
    card = locked_scorecard(scorecard_id)
    require_unit_head(actor, card, doing="gửi kiến nghị")
    if reason := appeal_closed_because(card):
        raise Refused(reason)
    appeal = new_appeal(actor, card, row_id, text, source=AppealSource.UNIT, wanted_points=wanted_points)
    audit(actor, appeal, "file_appeal", f"Gửi kiến nghị {words(appeal)}", reason=text)
    tell_deciders(appeal, f"{card.unit.name} kiến nghị {words(appeal)} (“{card.round.name}”).")
    return appeal


def require_unit_head(actor: User, card: Scorecard, *, doing: str) -> None:
    """Raise Refused unless the person heads the scored unit, saying who else may."""
    if not holds(actor, RoleKind.UNIT_HEAD, card.unit):
        raise Refused(
            f"Chỉ thủ trưởng {card.unit.name} mới được {doing}. Thủ trưởng có thể gọi điện để Văn phòng, "
            "Phòng Văn hóa - Xã hội hoặc lãnh đạo UBND xã ghi nhận hộ."
        )


def new_appeal(
    actor: User,
    card: Scorecard,
    row_id: int | None,
    text: str,
    *,
    source: str,
    wanted_points: Decimal | None = None,
    late_reason: str = "",
) -> Appeal:
    """Check and store an appeal of a unit; part of the act that calls it, which holds the scorecard's lock."""
    check_text(text, "Hãy ghi nội dung kiến nghị.")
    row = row_of_card(card, row_id) if row_id is not None else None
    _check_points(row, wanted_points)
    earlier = card.appeals.exclude(state=AppealState.WITHDRAWN).exclude(source=AppealSource.CORRECTION)
    if earlier.filter(row=row).exists():
        raise DomainError("Đã có kiến nghị về nội dung này; mỗi nội dung chỉ kiến nghị một lần.", field="row_id")
    return Appeal.objects.create(
        scorecard=card,
        row=row,
        text=text,
        source=source,
        wanted_points=wanted_points,
        late_reason=late_reason,
        filed_by=actor,
    )


def check_text(text: str, empty: str, field: str = "text") -> None:
    """Raise DomainError, at the field, for a text that is missing (with the message `empty`) or too long."""
    if not text:
        raise DomainError(empty, field=field)
    if len(text) > MAX_TEXT:
        raise DomainError(f"Nội dung dài nhất {MAX_TEXT} ký tự; hiện có {len(text)}.", field=field)


def row_of_card(card: Scorecard, row_id: int) -> ScorecardRow:
    """Return a row of the scorecard that applies to its unit; DomainError at "row_id" for any other."""
    row = card.rows.select_related("criterion__appraiser").filter(pk=row_id, applicable=True).first()
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
    """Return the day by which an appeal is to be answered: as many working days as the unit had to file it.

    They count from the day it was filed, or opened again.
    """
    days = appeal.scorecard.round.criteria_set.appeal_working_days
    return add_working_days(local_date(appeal.reopened_at or appeal.filed_at), days, special)


def words(appeal: Appeal) -> str:
    """Return what an appeal is about: "về tiêu chí 2.1", "về kết quả chung"."""
    return f"về tiêu chí {appeal.row.criterion.code}" if appeal.row else "về kết quả chung"


def name_of(appeal: Appeal) -> str:
    """Return what it is, for a sentence: "kiến nghị", "đề nghị đính chính"."""
    return "đề nghị đính chính" if is_correction(appeal) else "kiến nghị"


@transaction.atomic
def withdraw_appeal(*, actor: User, appeal_id: int, version: int | None = None) -> Appeal:
    """Take an appeal back while nobody has decided it: the head; a correction those who propose them."""
    appeal = read_appeal(appeal_id, version)
    require_move(actor, appeal, "withdraw")
    transition(appeal, "withdraw", table=table_of(appeal))
    audit(actor, appeal, "withdraw_appeal", f"Rút {name_of(appeal)} {words(appeal)}")
    return appeal


def require_move(actor: User, appeal: Appeal, action: str) -> None:
    """Raise Refused unless the table gives this step to the person; a step that is over is left to `transition`."""
    table = table_of(appeal)
    if (appeal.state, action) not in table or action in appeal_moves(actor, appeal):
        return
    move = table[appeal.state, action]
    if RoleKind.UNIT_HEAD in move.roles:
        require_unit_head(actor, appeal.scorecard, doing="rút kiến nghị")
    doing = {"withdraw": "rút", "reopen": "mở lại"}.get(action, "giải quyết")
    require(actor, move.roles, appeal.scorecard.round.issuer, doing=f"{doing} {name_of(appeal)}")


@transaction.atomic
def decide_appeal(
    *,
    actor: User,
    appeal_id: int,
    accepted: bool,
    answer: str,
    value: Mapping[str, Any] | None = None,
    lower: bool = False,
    version: int | None = None,
    row_version: int | None = None,
) -> Appeal:
    """Decide an appeal with an answer; accepting one about a row takes the value that replaces the appraised one.

    The row's points follow from its rule. An accepted appeal of a unit takes points away only when `lower` says that
    this is meant. `row_version` is the row as the person saw it. Raises Refused for those who do not decide it,
    DomainError (with the field) without an answer or value, ValueProblem for a value the rule cannot take, Stale.
    """
    appeal = read_appeal(appeal_id, version)
    card, action = appeal.scorecard, "accept" if accepted else "reject"
    require_move(actor, appeal, action)
    check_text(answer, "Hãy ghi nội dung trả lời đơn vị.", field="note")
    changes: dict[str, Any] = {"answer": answer, "decided_at": timezone.now(), "decided_by": actor}
    before = None if appeal.row is None else appeal.row.result_points
    if appeal.row is not None and row_version not in (None, appeal.row.version):
        raise Stale(f"Điểm tiêu chí {appeal.row.criterion.code} vừa thay đổi. Hãy mở bản mới nhất rồi giải quyết lại.")
    if accepted and appeal.row is not None and (appeal.state, action) in table_of(appeal):
        changes["replaced"] = _second_points(actor, appeal, value or appeal.wanted_value, answer, lower=lower)
    transition(appeal, action, table=table_of(appeal), **changes)
    word = "Chấp nhận" if accepted else "Không chấp nhận"
    audit(actor, appeal, "decide_appeal", f"{word} {name_of(appeal)} {words(appeal)}", reason=answer, before=before)
    text = f"{word} {name_of(appeal)} {words(appeal)} (“{card.round.name}”): {answer}"
    _tell(appeal, officers_of(card.unit), text, kind=NoticeKind.INFO)
    if is_correction(appeal):
        _tell(appeal, [appeal.filed_by], text, kind=NoticeKind.INFO)
    return appeal


def _second_points(
    actor: User, appeal: Appeal, value: Mapping[str, Any] | None, answer: str, *, lower: bool
) -> dict[str, Any]:
    """Write the value found right as the row's second appraisal; returns what stood there, for reopening."""
    row = _fresh_row(appeal)
    criterion = row.criterion
    if not row.applicable:
        raise DomainError(
            f"Theo bộ tiêu chí sửa đổi, tiêu chí {criterion.code} không còn áp dụng cho {row.scorecard.unit.name} nên "
            "không có điểm để sửa. Hãy trả lời không chấp nhận và nêu lý do này."
        )
    if value is None:
        raise DomainError("Chấp nhận thì phải nhập số liệu được công nhận.")
    scored = scoring.score(criterion.rule_kind, criterion.rule_params, value, row.max_points)
    now = row.result_points or Decimal(0)
    if scored.points < now and not lower and not is_correction(appeal):
        raise DomainError(
            f"Theo số liệu này tiêu chí còn {show(scored.points)} điểm, thấp hơn {show(now)} điểm đang có. Nếu đúng là "
            "phải giảm, hãy đánh dấu “Vẫn giảm điểm” rồi bấm lại.",
            field="lower",
        )
    replaced = {
        "value": row.final_value,
        "points": None if row.final_points is None else str(row.final_points),
        "explanation": row.final_explanation,
        "reason": row.final_reason,
        "by": row.final_by_id,
        "facts": row.facts,
    }
    if criterion.source == ValueSource.TASKS:
        counted = counted_now(row)
        if counted.self_value == dict(value):
            row.facts = counted.facts
    row.final_value, row.final_points, row.final_explanation = dict(value), scored.points, scored.explanation
    row.final_reason, row.final_by = answer, actor
    _save_final(row)
    appeal.row = row
    return replaced


def _fresh_row(appeal: Appeal) -> ScorecardRow:
    """Return the row an appeal is about as it stands now, under the scorecard's lock."""
    row = ScorecardRow.objects.select_related("criterion__appraiser").get(pk=appeal.row_id or 0)
    row.scorecard = appeal.scorecard
    return row


def _save_final(row: ScorecardRow) -> None:
    row.version += 1
    row.save(update_fields=(*FINAL_FIELDS, "facts", "version"))


@transaction.atomic
def reopen_appeal(*, actor: User, appeal_id: int, reason: str, version: int | None = None) -> Appeal:
    """Open a withdrawn or decided appeal again, as after a slip of the hand; needs a reason.

    What an accepted one wrote into its row is taken back, unless a version was published with it. The earlier answer
    stays readable among the opinions. Raises Refused, DomainError or Stale.
    """
    appeal = read_appeal(appeal_id, version)
    require_move(actor, appeal, "reopen")
    check_text(reason, "Hãy ghi lý do mở lại.", field="reason")
    _require_alone(appeal)
    was, earlier = appeal.get_state_display(), appeal.answer
    if appeal.state == AppealState.ACCEPTED and appeal.row is not None:
        _put_back(appeal)
    transition(
        appeal,
        "reopen",
        table=table_of(appeal),
        answer="",
        decided_at=None,
        decided_by=None,
        replaced=None,
        reopened_at=timezone.now(),
    )
    told = f"Mở lại (trước đó: {was.lower()}). Lý do: {reason}" + (f"\nTrả lời trước đó: {earlier}" if earlier else "")
    AppealNote.objects.create(appeal=appeal, text=told, written_by=actor)
    audit(actor, appeal, "reopen_appeal", f"Mở lại {name_of(appeal)} {words(appeal)}", reason=reason)
    text = f"Mở lại {name_of(appeal)} {words(appeal)} (“{appeal.scorecard.round.name}”): {reason}"
    _tell(appeal, officers_of(appeal.scorecard.unit), text, kind=NoticeKind.INFO)
    tell_deciders(appeal, text, but=actor)
    return appeal


def _require_alone(appeal: Appeal) -> None:
    """Raise DomainError while another one about the same waits or was accepted later: that one is to be worked with."""
    same = appeal.scorecard.appeals.filter(row=appeal.row).exclude(pk=appeal.pk)
    if is_correction(appeal):
        waiting = same.filter(state=AppealState.FILED, source=AppealSource.CORRECTION)
    else:
        waiting = same.filter(state=AppealState.FILED).exclude(source=AppealSource.CORRECTION)
    if waiting.exists():
        raise DomainError("Nội dung này đã có kiến nghị khác đang chờ giải quyết, không mở lại kiến nghị cũ.")
    accepted = same.filter(state=AppealState.ACCEPTED)
    if appeal.state == AppealState.ACCEPTED and accepted.filter(decided_at__gt=appeal.decided_at).exists():
        raise DomainError("Tiêu chí này đã có quyết định sau đó. Muốn sửa tiếp, hãy ghi đề nghị đính chính.")


def _put_back(appeal: Appeal) -> None:
    """Give the row back what stood there before the appeal was accepted, unless it was published as accepted."""
    card, row, before = appeal.scorecard, _fresh_row(appeal), appeal.replaced
    unpublished = bool(moved_on(card, [row]))
    if before is not None:
        row.final_value, row.final_reason = before["value"], before["reason"]
        row.final_points = None if before["points"] is None else Decimal(before["points"])
        row.final_explanation, row.final_by_id, row.facts = before["explanation"], before["by"], before["facts"]
    if before is None or not (unpublished or not moved_on(card, [row])):
        raise DomainError(
            "Kết quả đã công bố theo kiến nghị này nên không mở lại được. Muốn sửa tiếp, hãy ghi đề nghị đính chính."
        )
    _save_final(row)
    appeal.row = row


def read_appeal(appeal_id: int, version: int | None) -> Appeal:
    """Lock the scorecard of an appeal (Scorecard before Row), then read the appeal as it is now."""
    card = locked_scorecard(Appeal.objects.values_list("scorecard_id", flat=True).get(pk=appeal_id))
    appeal = (
        Appeal.objects.select_for_update(of=("self",)).select_related("row__criterion__appraiser").get(pk=appeal_id)
    )
    appeal.scorecard = card
    if version is not None:
        appeal.version = version
    return appeal


def tell_deciders(appeal: Appeal, text: str, *, but: User | None = None) -> None:
    """Leave a thing to do for those who decide, and ask the criterion's named appraiser for an opinion."""
    issuer = appeal.scorecard.round.issuer
    kinds = (RoleKind.LEADER,) if is_correction(appeal) else DECIDERS
    people = {person.pk: person for kind in kinds for person in people_with(kind, issuer)}
    _tell(appeal, [one for one in people.values() if one != but], text, kind=NoticeKind.TODO)
    named = appeal.row.criterion.appraiser if appeal.row else None
    if named is not None and named != appeal.scorecard.unit:
        asked = f"{text} Đơn vị bạn thẩm định tiêu chí này: hãy ghi ý kiến."
        _tell(appeal, officers_of(named), asked, kind=NoticeKind.TODO)


def _tell(appeal: Appeal, people: list[User], text: str, *, kind: str) -> None:
    notify(people=people, text=text[:300], url=reverse("emulation:appeal-detail", args=[appeal.pk]), kind=kind)


def audit(
    actor: User, appeal: Appeal, action: str, summary: str, *, reason: str = "", before: Decimal | None = None
) -> None:
    """Write the audit entry of an act on an appeal, into the history of its scorecard."""
    card, row = appeal.scorecard, appeal.row
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before={} if before is None else {"points": str(before)},
        after={
            "state": appeal.state,
            "wanted": None if appeal.wanted_points is None else str(appeal.wanted_points),
            "points": None if row is None or row.final_points is None else str(row.final_points),
        },
        reason=reason,
    )
