"""Closing self-scoring: by the reviewer, or by the clock once its day is over."""

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from emulation.enums import ROUND_MOVES, LatePolicy, NodeKind, RoundState, ScorecardState, ValueSource
from emulation.late import NOT_ANSWERED, NOT_DECLARED, NOT_SUBMITTED, handed_in_late, late_penalty
from emulation.locks import deadline_passed
from emulation.models import Criterion, Round, Scorecard, ScorecardRow
from emulation.queries.criteria import criteria_with_places
from emulation.queries.scorecards import totals_of
from ninhgiang.errors import DomainError
from ninhgiang.states import transition
from units.enums import RoleKind
from units.models import User
from units.queries import special_days_of
from units.rules import require
from units.services import record_audit

from .appraisal import propose_rows
from .computed import copy_to_appraisal, recount
from .handed_in import take_back_all
from .rounds import ROW_BATCH, read_round, tell_units
from .second_checks import draw_second_checks

_CLOSED_FIELDS = ("state", "self_total", "applicable_max", "submitted_late", "late_penalty", "version")


@transaction.atomic
def close_self_scoring(*, actor: User | None, round_id: int, reason: str = "", version: int | None = None) -> Round:
    """Close self-scoring and start the appraisal; `actor` None is the clock (services.clock), after the deadline only.

    Tasks are counted a last time. A unit that did not submit is closed by the set's rule (LatePolicy): as it is, what
    it left open counting 0, or with 0 for all it declared itself. Closing before the deadline while somebody has not
    submitted needs a reason. Raises Refused, DomainError or Stale.
    """
    round_ = read_round(round_id, version)
    if actor is not None:
        require(actor, RoleKind.REVIEWER, round_.issuer, doing="đóng giai đoạn tự chấm")
    elif not deadline_passed(round_):
        raise DomainError("Chưa hết hạn tự chấm.")
    transition(round_, "close_self", table=ROUND_MOVES)
    cards = list(Scorecard.objects.select_for_update(of=("self",)).filter(round=round_).select_related("unit"))
    late = [card for card in cards if card.state == ScorecardState.OPEN]
    if late and not deadline_passed(round_) and not reason:
        raise DomainError(
            f"Còn {len(late)} đơn vị chưa nộp và chưa hết hạn tự chấm. Muốn đóng sớm phải ghi lý do.", field="reason"
        )
    take_back_all(scorecard__in=cards)
    for card in cards:
        card.round = round_
    _settle(round_, cards, {card.pk for card in late})
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
    tell_units(round_, f"Giai đoạn tự chấm “{round_.name}” đã đóng; Phòng VHXH bắt đầu thẩm định.")
    return round_


def _settle(round_: Round, cards: list[Scorecard], late: Collection[int]) -> None:
    """Count tasks again, set open rows to 0, accept computed rows, total every scorecard; constant queries.

    `late` are the scorecards nobody submitted.
    """
    nodes: list[Criterion] = criteria_with_places(round_.criteria_set)
    rows_by_card = _rows_by_card(cards)
    computed = recount(cards, rows_by_card, {node.pk: node for node in nodes})
    for row in computed:
        copy_to_appraisal(row)
    ScorecardRow.objects.bulk_update(
        computed, ("appraised_value", "appraised_points", "appraised_explanation"), batch_size=ROW_BATCH
    )
    empty = ScorecardRow.objects.filter(scorecard__in=cards, applicable=True, self_points__isnull=True)
    asked = empty.filter(criterion__kind=NodeKind.CRITERION)
    asked.update(self_points=Decimal(0), self_explanation=NOT_ANSWERED, version=F("version") + 1)
    empty.update(self_points=Decimal(0), self_explanation=NOT_DECLARED, version=F("version") + 1)
    if round_.criteria_set.late_policy == LatePolicy.ZERO:
        declared = ScorecardRow.objects.filter(
            scorecard__in=late, applicable=True, criterion__source=ValueSource.PERSON
        )
        declared.exclude(criterion__kind=NodeKind.PENALTY).update(
            self_points=Decimal(0), self_explanation=NOT_SUBMITTED, self_zeroed=True, version=F("version") + 1
        )
    rows_by_card = _rows_by_card(cards)
    special = special_days_of(round_.issuer_id)
    for card in cards:
        totals = totals_of(rows_by_card[card.pk], nodes, round_, column="self").whole
        card.self_total, card.applicable_max = totals.total, totals.applicable_max
        card.state = ScorecardState.SUBMITTED
        card.version += 1
        card.submitted_late, card.late_penalty = handed_in_late(card), late_penalty(card, special)
    Scorecard.objects.bulk_update(cards, _CLOSED_FIELDS)
    propose_rows(round_, cards)
    draw_second_checks(round_, nodes)


def _rows_by_card(cards: list[Scorecard]) -> dict[int, list[ScorecardRow]]:
    rows: dict[int, list[ScorecardRow]] = {card.pk: [] for card in cards}
    for row in ScorecardRow.objects.filter(scorecard__in=cards).select_related("criterion"):
        rows[row.scorecard_id].append(row)
    return rows
