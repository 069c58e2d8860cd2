"""Appraisal made light: rows proposed when self-scoring closes, and rows of many units accepted in one act."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import F

from emulation.enums import ValueSource
from emulation.locks import APPRAISAL, assert_open
from emulation.models import Round, Scorecard, ScorecardRow
from emulation.queries.appraisal import previous_marks, weighed
from emulation.queries.scorecards import row_files
from emulation.rules import appraises, appraises_own_unit, appraises_row
from ninhgiang.errors import DomainError, Refused, Stale
from units.models import User
from units.services import record_audit

from .gate import APPRAISERS
from .handed_in import BEING_CHANGED, after_unlocks

NONE_CHOSEN = "Chưa chọn dòng nào để chấp nhận."
SHOWN = 8


def propose_rows(round_: Round, cards: Collection[Scorecard]) -> int:
    """Mark the rows that may be accepted unchanged: computed from tasks, or without any doubt; returns how many.

    A proposal only, part of the act that calls it (closing, handing in again): nothing is accepted here. Cards carry
    their unit and lateness. Constant queries.
    """
    rows = ScorecardRow.objects.filter(scorecard__in=cards, applicable=True, handed_in__isnull=True)
    rows = rows.select_related("criterion", "scorecard__unit").prefetch_related(row_files())
    waiting = [row for row in rows if row.criterion.source == ValueSource.PERSON and row.appraised_points is None]
    computed = [row.pk for row in rows if row.criterion.source == ValueSource.TASKS]
    marks = previous_marks(round_, {card.unit_id for card in cards})
    clear = [row.pk for row, one in weighed(waiting, round_, marks, tell_twins=True) if not one.score]
    return ScorecardRow.objects.filter(pk__in=[*computed, *clear]).update(pre_accepted=True)


@after_unlocks
@transaction.atomic
def accept_rows(*, actor: User, round_id: int, chosen: Mapping[int, int]) -> int:
    """Accept the self-score of the chosen rows {row id: version seen} of one round, all or none; returns how many.

    Rows the person appraised already (same version) are passed over. Raises Refused for rows that are not this
    person's to appraise or closed, Stale naming the rows changed since they were seen, DomainError when none is chosen.
    """
    if not chosen:
        raise DomainError(NONE_CHOSEN)
    round_, cards = _locked_cards(round_id, chosen)
    found = ScorecardRow.objects.filter(pk__in=chosen, scorecard__in=cards).select_related("criterion__appraiser")
    rows = list(found.order_by("scorecard__unit__position", "criterion__position"))
    if len(rows) != len(chosen):
        raise DomainError("Có dòng không thuộc đợt này. Hãy tải lại trang.")
    for row in rows:
        row.scorecard = cards[row.scorecard_id]
        _require_open(actor, row)
    if stale := [row for row in rows if row.version != chosen[row.pk]]:
        raise Stale(
            f"{len(stale)} dòng vừa có người sửa hoặc thẩm định ({_named(stale)}) nên chưa chấp nhận dòng nào. "
            "Trang đã hiện bản mới; hãy xem lại rồi bấm lần nữa."
        )
    rows = [row for row in rows if row.appraised_points is None]
    if not rows:
        return 0
    take_self_scores(actor, rows)
    _audit(actor, round_, rows)
    return len(rows)


def take_self_scores(actor: User, rows: Collection[ScorecardRow]) -> None:
    """Make the self-score of rows their appraised score, unless somebody appraised them; their scorecards are locked.

    The database's twin of `computed.self_score_of`, part of the act that calls it.
    """
    found = ScorecardRow.objects.filter(pk__in=[row.pk for row in rows], appraised_points__isnull=True)
    same = {
        "appraised_points": F("self_points"),
        "appraised_explanation": F("self_explanation"),
        "appraised_by": actor,
        "version": F("version") + 1,
    }
    found.filter(self_zeroed=True).update(appraised_value=None, **same)
    found.filter(self_zeroed=False).update(appraised_value=F("self_value"), **same)


def _locked_cards(round_id: int, chosen: Collection[int]) -> tuple[Round, dict[int, Scorecard]]:
    """Lock the scorecards of the chosen rows in one order, then read their round: every write of a row locks these."""
    wanted = ScorecardRow.objects.filter(pk__in=chosen).values("scorecard")
    locked = Scorecard.objects.select_for_update(of=("self",)).filter(round=round_id, pk__in=wanted)
    cards = {card.pk: card for card in locked.select_related("unit").order_by("pk")}
    round_ = Round.objects.select_related("issuer", "criteria_set").get(pk=round_id)
    for card in cards.values():
        card.round = round_
    return round_, cards


def _require_open(actor: User, row: ScorecardRow) -> None:
    card = row.scorecard
    if not appraises_row(actor, row):
        part = f" hoặc {row.criterion.appraiser.name}" if row.criterion.appraiser else ""
        raise Refused(f"Chỉ {APPRAISERS}{part} mới được thẩm định tiêu chí {row.criterion.code} của {card.unit.name}.")
    assert_open(card, APPRAISAL)
    if not row.applicable or row.criterion.source == ValueSource.TASKS:
        raise DomainError(f"Tiêu chí {row.criterion.code} của {card.unit.name} không thẩm định bằng tay.")
    if row.being_changed:
        raise DomainError(f"{card.unit.short_name} {row.criterion.code}: {BEING_CHANGED}")


def _named(rows: Collection[ScorecardRow]) -> str:
    names = [f"{row.scorecard.unit.short_name} {row.criterion.code}" for row in rows]
    more = f" và {len(names) - SHOWN} dòng khác" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _audit(actor: User, round_: Round, rows: Collection[ScorecardRow]) -> None:
    units: dict[str, dict[str, str]] = {}
    for row in rows:
        units.setdefault(row.scorecard.unit.code, {})[row.criterion.code] = str(row.self_points)
    words = f"Chấp nhận điểm tự chấm của {len(rows)} dòng, {len(units)} đơn vị"
    own = any(appraises(actor, row.scorecard) and appraises_own_unit(actor, row.scorecard) for row in rows)
    record_audit(
        actor=actor,
        action="accept_rows",
        summary=f"{words} (có tự thẩm định)" if own else words,
        target=round_,
        issuer=round_.issuer,
        after=units,
    )
