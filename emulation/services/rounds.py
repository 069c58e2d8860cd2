"""The life of a scoring round: created, opened for self-scoring, closed, its dates moved."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from emulation.enums import ROUND_MOVES, NodeKind, RoundState, ScorecardState, SetState, ValueSource
from emulation.models import CriteriaSet, Criterion, Round, Scorecard, ScorecardRow
from emulation.queries.criteria import area_codes, criteria_of, scored_criteria
from emulation.queries.scorecards import totals_of
from emulation.rules import deadline_passed
from ninhgiang.calendar import day_text, today, weekday_day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from units.enums import UNIT_ROLES, NoticeKind, RoleKind
from units.models import User
from units.queries import units_of
from units.rules import require
from units.services import notify, record_audit

from .computed import applies_to, copy_to_appraisal, facts_by_unit, fill_computed, recount

NOT_ANSWERED = "Đơn vị không tự chấm: tính 0 điểm."
NOT_DECLARED = "Không khai: không cộng, không trừ."
_ROW_BATCH = 500


def check_dates(period_start: date, period_end: date, self_score_until: date, appraise_until: date) -> None:
    """Raise DomainError (with the form field) when the dates of a round do not follow each other."""
    if period_end < period_start:
        raise DomainError("Ngày cuối kỳ phải từ ngày đầu kỳ trở đi.", field="period_end")
    if (period_end - period_start).days > 366:
        raise DomainError("Kỳ chấm điểm dài nhất là một năm.", field="period_end")
    if self_score_until < period_start:
        raise DomainError("Hạn tự chấm phải sau ngày đầu kỳ.", field="self_score_until")
    if appraise_until < self_score_until:
        raise DomainError("Hạn thẩm định phải từ hạn tự chấm trở đi.", field="appraise_until")


@transaction.atomic
def create_round(
    *,
    actor: User,
    criteria_set: CriteriaSet,
    name: str,
    period_start: date,
    period_end: date,
    self_score_until: date,
    appraise_until: date,
) -> Round:
    """Create a round in preparation for the issuer of the criteria set.

    Raises Refused for others than the reviewer, DomainError for dates out of order, a draft set or a name in use.
    """
    issuer = criteria_set.issuer
    require(actor, RoleKind.REVIEWER, issuer, doing="tạo đợt chấm điểm")
    check_dates(period_start, period_end, self_score_until, appraise_until)
    if self_score_until < today():
        raise DomainError("Hạn tự chấm đã qua. Hãy chọn ngày từ hôm nay trở đi.", field="self_score_until")
    if criteria_set.state == SetState.DRAFT:
        raise DomainError("Bộ tiêu chí còn là dự thảo, chưa dùng được.", field="criteria_set")
    round_ = Round(
        issuer=issuer,
        criteria_set=criteria_set,
        name=name,
        period_start=period_start,
        period_end=period_end,
        self_score_until=self_score_until,
        appraise_until=appraise_until,
        created_by=actor,
    )
    _insert(round_)
    record_audit(
        actor=actor,
        action="create_round",
        summary=f"Tạo đợt chấm điểm “{name}”",
        target=round_,
        issuer=issuer,
        after={"criteria_set": criteria_set.code, **_dates(round_)},
    )
    return round_


def _insert(round_: Round) -> None:
    try:
        with transaction.atomic():
            round_.save(force_insert=True)
    except IntegrityError:
        raise DomainError("Đã có đợt chấm điểm mang tên này. Hãy đặt tên khác.", field="name") from None


def _dates(round_: Round) -> dict[str, str]:
    names = ("period_start", "period_end", "self_score_until", "appraise_until")
    return {name: getattr(round_, name).isoformat() for name in names}


@transaction.atomic
def change_round_dates(
    *, actor: User, round_id: int, version: int, self_score_until: date, appraise_until: date, reason: str
) -> Round:
    """Move the deadlines of a round that is not ranked yet (gia hạn); needs a reason and tells the units.

    Raises Refused, DomainError (dates out of order, no reason, ranked already) or Stale.
    """
    round_ = Round.objects.select_related("issuer").get(pk=round_id)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="đổi hạn của đợt chấm điểm")
    if round_.state in (RoundState.RANKED, RoundState.PUBLISHED):
        raise DomainError("Đợt đã xếp hạng nên không đổi hạn được nữa.")
    check_dates(round_.period_start, round_.period_end, self_score_until, appraise_until)
    if not reason:
        raise DomainError("Hãy ghi lý do đổi hạn.", field="reason")
    before = _dates(round_)
    updated = Round.objects.filter(pk=round_id, version=version, state=round_.state).update(
        self_score_until=self_score_until, appraise_until=appraise_until, version=F("version") + 1
    )
    if updated != 1:
        raise Stale("Người khác vừa thay đổi đợt này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    round_.refresh_from_db()
    record_audit(
        actor=actor,
        action="change_round_dates",
        summary=f"Đổi hạn: tự chấm đến {day_text(self_score_until)}, thẩm định đến {day_text(appraise_until)}",
        target=round_,
        issuer=round_.issuer,
        before=before,
        after=_dates(round_),
        reason=reason,
    )
    if round_.state == RoundState.SELF_SCORING:
        _tell_units(round_, f"Hạn tự chấm “{round_.name}” đổi thành {weekday_day_text(self_score_until)}.")
    return round_


@transaction.atomic
def open_round(*, actor: User, round_id: int, version: int | None = None) -> Round:
    """Open a round: freeze its criteria set, give every active unit with a block its scorecard, count the tasks.

    Raises Refused for others than the reviewer, DomainError when the deadline is over, no unit has a block, or the
    round is open already. The number of queries does not depend on the number of units.
    """
    round_ = _read(round_id, version)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="mở đợt chấm điểm")
    if deadline_passed(round_):
        raise DomainError("Hạn tự chấm đã qua. Hãy đổi hạn trước khi mở đợt.")
    transition(round_, "open", table=ROUND_MOVES)
    _freeze(round_.criteria_set)
    units = [unit for unit in units_of(round_.issuer) if unit.block is not None]
    if not units:
        raise DomainError("Chưa có đơn vị nào được xếp vào khối nên chưa mở được đợt.")
    Scorecard.objects.bulk_create([Scorecard(round=round_, unit=unit, block=unit.block) for unit in units])
    cards = list(Scorecard.objects.filter(round=round_).select_related("unit"))
    rows = _new_rows(round_, cards)
    ScorecardRow.objects.bulk_create(rows, batch_size=_ROW_BATCH)
    record_audit(
        actor=actor,
        action="open_round",
        summary=f"Mở đợt “{round_.name}” cho {len(cards)} đơn vị tự chấm",
        target=round_,
        issuer=round_.issuer,
        before={"state": RoundState.DRAFT},
        after={"state": round_.state, "units": [unit.code for unit in units]},
    )
    _tell_units(
        round_,
        f"Đợt “{round_.name}” đã mở: tự chấm đến hết {weekday_day_text(round_.self_score_until)}.",
        kind=NoticeKind.TODO,
    )
    return round_


def _read(round_id: int, version: int | None) -> Round:
    """Lock one round with its set; `version` is the one the person decided on (a later one fails as stale)."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("issuer", "criteria_set").get(pk=round_id)
    if version is not None:
        round_.version = version
    return round_


def _freeze(criteria_set: CriteriaSet) -> None:
    if criteria_set.state == SetState.FROZEN:
        return
    frozen = CriteriaSet.objects.filter(pk=criteria_set.pk, state=SetState.ISSUED, version=criteria_set.version)
    if frozen.update(state=SetState.FROZEN) != 1:
        raise Stale("Bộ tiêu chí vừa được thay đổi. Hãy xem lại bộ tiêu chí rồi mở đợt.")


def _new_rows(round_: Round, cards: Iterable[Scorecard]) -> list[ScorecardRow]:
    nodes = criteria_of(round_.criteria_set)
    parents = {node.pk: node for node in nodes}
    scored = scored_criteria(nodes)
    facts = facts_by_unit(round_, [card.unit for card in cards])
    rows = []
    for card in cards:
        for criterion in scored:
            row = ScorecardRow(
                scorecard=card,
                criterion=criterion,
                max_points=criterion.max_points,
                applicable=applies_to(criterion, card.unit, parents),
            )
            if row.applicable and criterion.source == ValueSource.TASKS:
                fill_computed(row, criterion, round_, facts[card.unit_id])
            rows.append(row)
    return rows


def _tell_units(round_: Round, text: str, kind: str = NoticeKind.INFO) -> None:
    units = [card.unit_id for card in round_.scorecards.all()]
    people = User.objects.filter(roles__unit__in=units, roles__kind__in=UNIT_ROLES, is_active=True).distinct()
    notify(people=people, text=text, url=reverse("emulation:round-detail", args=[round_.pk]), kind=kind)


@transaction.atomic
def close_self_scoring(*, actor: User, round_id: int, reason: str = "", version: int | None = None) -> Round:
    """Close self-scoring and start the appraisal.

    Tasks are counted a last time. A unit that did not submit is closed as it is: what it left open counts 0. Closing
    before the deadline while somebody has not submitted needs a reason. Raises Refused, DomainError or Stale.
    """
    round_ = _read(round_id, version)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="đóng giai đoạn tự chấm")
    transition(round_, "close_self", table=ROUND_MOVES)
    cards = list(Scorecard.objects.select_for_update(of=("self",)).filter(round=round_).select_related("unit"))
    late = [card for card in cards if card.state == ScorecardState.OPEN]
    if late and not deadline_passed(round_) and not reason:
        raise DomainError(
            f"Còn {len(late)} đơn vị chưa nộp và chưa hết hạn tự chấm. Muốn đóng sớm phải ghi lý do.", field="reason"
        )
    for card in cards:
        card.round = round_
    _settle(round_, cards)
    record_audit(
        actor=actor,
        action="close_self_scoring",
        summary=f"Đóng tự chấm “{round_.name}”: {len(cards) - len(late)}/{len(cards)} đơn vị đã nộp",
        target=round_,
        issuer=round_.issuer,
        reason=reason,
        before={"state": RoundState.SELF_SCORING},
        after={"state": round_.state, "not_submitted": [card.unit.code for card in late]},
    )
    _tell_units(round_, f"Giai đoạn tự chấm “{round_.name}” đã đóng; Phòng VHXH bắt đầu thẩm định.")
    return round_


def _settle(round_: Round, cards: list[Scorecard]) -> None:
    """Count tasks again, set open rows to 0, accept computed rows, total every scorecard; constant queries."""
    nodes: list[Criterion] = criteria_of(round_.criteria_set)
    rows_by_card: dict[int, list[ScorecardRow]] = {card.pk: [] for card in cards}
    for row in ScorecardRow.objects.filter(scorecard__in=cards).select_related("criterion"):
        rows_by_card[row.scorecard_id].append(row)
    computed = recount(cards, rows_by_card, {node.pk: node for node in nodes})
    for row in computed:
        copy_to_appraisal(row)
    ScorecardRow.objects.bulk_update(
        computed, ("appraised_value", "appraised_points", "appraised_explanation"), batch_size=_ROW_BATCH
    )
    empty = ScorecardRow.objects.filter(scorecard__in=cards, applicable=True, self_points__isnull=True)
    asked = empty.filter(criterion__kind=NodeKind.CRITERION)
    asked.update(self_points=Decimal(0), self_explanation=NOT_ANSWERED, version=F("version") + 1)
    empty.update(self_points=Decimal(0), self_explanation=NOT_DECLARED, version=F("version") + 1)
    codes = area_codes(nodes)
    changes: dict[str, Any] = {}
    for card in cards:
        totals = totals_of(rows_by_card[card.pk], codes, round_.criteria_set, column="self_points")
        card.self_total, card.applicable_max = totals.total, totals.applicable_max
        card.state = ScorecardState.SUBMITTED
        card.version += 1
        changes[card.unit.code] = str(totals.total)
    Scorecard.objects.bulk_update(cards, ("state", "self_total", "applicable_max", "version"))
