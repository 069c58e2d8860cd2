"""Appeals written down for somebody else, opinions about them, and the office's own corrections (đính chính)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from emulation import scoring
from emulation.appeal_rules import (
    CORRECTORS,
    DECIDERS,
    RECORDERS,
    appeal_closed_because,
    appeals_over,
    may_confirm,
    may_note,
)
from emulation.enums import AppealSource, AppealState, RoundState
from emulation.models import Appeal, AppealNote, Scorecard
from ninhgiang.errors import DomainError, Refused, Stale
from units.enums import NoticeKind, RoleKind
from units.models import User
from units.queries import officers_of, people_with
from units.rules import require
from units.services import notify

from .appeals import (
    audit,
    check_text,
    name_of,
    new_appeal,
    read_appeal,
    require_unit_head,
    row_of_card,
    tell_deciders,
    words,
)
from .gate import locked_scorecard

ON_BEHALF = (AppealSource.PHONE, AppealSource.PAPER)


@transaction.atomic
def record_appeal(
    *,
    actor: User,
    scorecard_id: int,
    source: str,
    text: str,
    row_id: int | None = None,
    wanted_points: Decimal | None = None,
    late_reason: str = "",
) -> Appeal:
    """Write down an appeal for a head who phoned or sent a letter; what was phoned in the head confirms afterwards.

    Once the last day is over it takes a reason, and somebody who decides appeals. Raises Refused, DomainError as
    `appeals.file_appeal`.
    """
    card = locked_scorecard(scorecard_id)
    require_recording(actor, card)
    if source not in ON_BEHALF:
        raise DomainError("Hãy chọn cách đơn vị gửi kiến nghị.", field="source")
    late = appeals_over(card.round)
    if late:
        check_text(late_reason, "Hạn kiến nghị đã hết: hãy ghi lý do vẫn nhận.", field="late_reason")
    appeal = new_appeal(
        actor,
        card,
        row_id,
        text,
        source=source,
        wanted_points=wanted_points,
        late_reason=late_reason if late else "",
    )
    how = "qua điện thoại" if source == AppealSource.PHONE else "theo văn bản"
    summary = f"Ghi nhận {how} kiến nghị {words(appeal)}{' (sau hạn)' if late else ''}"
    audit(actor, appeal, "record_appeal", summary, reason=late_reason if late else text)
    tell_deciders(
        appeal, f"{card.unit.name} kiến nghị {words(appeal)} (“{card.round.name}”), ghi nhận {how}.", but=actor
    )
    ask = " Hãy xem và xác nhận." if source == AppealSource.PHONE else ""
    notify(
        people=people_with(RoleKind.UNIT_HEAD, card.unit),
        text=f"Đã ghi nhận {how} kiến nghị {words(appeal)} của đơn vị (“{card.round.name}”).{ask}",
        url=reverse("emulation:appeal-detail", args=[appeal.pk]),
        kind=NoticeKind.TODO if ask else NoticeKind.INFO,
    )
    return appeal


def require_recording(actor: User, card: Scorecard) -> None:
    """Raise Refused unless the person may write down an appeal of this unit now."""
    require(actor, RECORDERS, card.round.issuer, doing="ghi nhận kiến nghị hộ đơn vị")
    if appeals_over(card.round):
        require(actor, DECIDERS, card.round.issuer, doing="ghi nhận kiến nghị sau hạn")
    elif reason := appeal_closed_because(card):
        raise Refused(reason)


@transaction.atomic
def confirm_appeal(*, actor: User, appeal_id: int, version: int | None = None) -> Appeal:
    """Confirm that what was recorded by phone is what was said: by the head; once."""
    appeal = read_appeal(appeal_id, version)
    if not may_confirm(actor, appeal):
        require_unit_head(actor, appeal.scorecard, doing="xác nhận kiến nghị")
        raise DomainError("Kiến nghị này không còn chờ xác nhận.")
    mine = Appeal.objects.filter(pk=appeal.pk, version=appeal.version)
    changes = {"confirmed_at": timezone.now(), "confirmed_by": actor}
    if mine.update(version=F("version") + 1, **changes) != 1:
        raise Stale("Người khác vừa thay đổi kiến nghị này. Hãy tải lại trang để xem bản mới nhất.")
    appeal.refresh_from_db(fields=("confirmed_at", "confirmed_by", "version"))
    audit(actor, appeal, "confirm_appeal", f"Xác nhận kiến nghị {words(appeal)} đã ghi nhận qua điện thoại")
    return appeal


@transaction.atomic
def propose_correction(
    *, actor: User, scorecard_id: int, row_id: int, text: str, value: Mapping[str, Any] | None
) -> Appeal:
    """Propose to correct one published row: the value that is right and why; the leader decides, at any time.

    Raises Refused (who may not), DomainError (not published, no reason, nothing would change, one waits already),
    ValueProblem for a value the rule does not take.
    """
    card = locked_scorecard(scorecard_id)
    require(actor, CORRECTORS, card.round.issuer, doing="đề nghị đính chính")
    if card.round.state != RoundState.PUBLISHED:
        raise DomainError("Kết quả chưa công bố thì chưa cần đính chính: hãy trả lại để thẩm định lại.")
    row = row_of_card(card, row_id)
    check_text(text, "Hãy ghi lý do, căn cứ đính chính.")
    if not value:
        raise DomainError("Hãy nhập số liệu đúng.")
    scored = scoring.score(row.criterion.rule_kind, row.criterion.rule_params, value, row.max_points)
    if dict(value) == row.result_value:
        raise DomainError("Số liệu vừa nhập đúng như số liệu đang có nên không có gì để đính chính.")
    if card.appeals.filter(row=row, source=AppealSource.CORRECTION, state=AppealState.FILED).exists():
        raise DomainError("Tiêu chí này đã có đề nghị đính chính đang chờ lãnh đạo quyết định.")
    appeal = Appeal.objects.create(
        scorecard=card,
        row=row,
        source=AppealSource.CORRECTION,
        text=text,
        wanted_value=dict(value),
        wanted_points=scored.points,
        filed_by=actor,
    )
    audit(actor, appeal, "propose_correction", f"Đề nghị đính chính tiêu chí {row.criterion.code}", reason=text)
    said = f"Đề nghị đính chính tiêu chí {row.criterion.code} của {card.unit.name} (“{card.round.name}”)."
    tell_deciders(appeal, said, but=actor)
    notify(
        people=officers_of(card.unit), text=said, url=reverse("emulation:appeal-detail", args=[appeal.pk]),
        kind=NoticeKind.INFO,
    )  # fmt: skip
    return appeal


@transaction.atomic
def note_appeal(*, actor: User, appeal_id: int, text: str) -> AppealNote:
    """Add an opinion to an appeal that is not decided: the unit, those who answer for it, the named appraiser."""
    appeal = read_appeal(appeal_id, None)
    if appeal.state != AppealState.FILED:
        raise Refused("Kiến nghị không còn chờ giải quyết nên không ghi thêm ý kiến.")
    if not may_note(actor, appeal):
        raise Refused(
            "Chỉ đơn vị kiến nghị, bên thẩm định tiêu chí, Văn phòng và lãnh đạo UBND xã mới ghi được ý kiến."
        )
    check_text(text, "Hãy ghi ý kiến.")
    note = AppealNote.objects.create(appeal=appeal, text=text, written_by=actor)
    audit(actor, appeal, "note_appeal", f"Ghi ý kiến về {name_of(appeal)} {words(appeal)}", reason=text)
    others = {one.pk: one for one in people_with(RoleKind.REVIEWER, appeal.scorecard.round.issuer)}
    others |= {one.pk: one for one in officers_of(appeal.scorecard.unit)}
    others.pop(actor.pk, None)
    notify(
        people=list(others.values()),
        text=f"Có ý kiến mới về {name_of(appeal)} {words(appeal)} của {appeal.scorecard.unit.name}.",
        url=reverse("emulation:appeal-detail", args=[appeal.pk]),
        kind=NoticeKind.INFO,
    )
    return note
