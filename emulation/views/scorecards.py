"""Screens of a scorecard: the whole of it, its steps, and the page that explains every number."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emulation.enums import RoundState, ScorecardState, ValueSource
from emulation.forms.scorecards import VersionForm
from emulation.gains import gains_of, way_note, way_up
from emulation.late import late_rule_sentence
from emulation.locks import (
    APPRAISAL,
    SELF,
    UNIT_PHASES,
    active_unlocks,
    edit_phase,
    locked_because,
    may_be_unlocked,
    phase_of_round,
    scorecard_moves,
    unlock_words,
)
from emulation.models import Scorecard, ScorecardRow
from emulation.queries.appeals import appeal_panel, vetoes_shown
from emulation.queries.scorecards import (
    Sheet,
    changed_rows,
    flagged_rows,
    get_scorecard_for,
    missing_rows,
    sheet_of,
    total_difference,
    unappraised_rows,
)
from emulation.rules import appraises, appraises_own_unit, fills, sees_ranking
from emulation.scoring import explain_index
from emulation.services import scorecards as services
from emulation.services.rows import accept_unchanged
from emulation.services.vetoes import SETTERS
from emulation.views.shown import card_status
from ninhgiang.vietnamese import clean
from units.enums import RoleKind
from units.queries import history_of
from units.rules import SignedInRequest, holds


def card_context(request: SignedInRequest, card: Scorecard) -> dict[str, Any]:
    """Return what every screen of a scorecard shows: who may do what, its state, why it is locked."""
    phase = edit_phase(request.user, card)
    unlocks = [one for part in UNIT_PHASES for one in active_unlocks(card, part)]
    label, tone = card_status(card)
    is_filler, is_appraiser = fills(request.user, card), appraises(request.user, card)
    reason = ""
    if not phase and (is_filler or is_appraiser):
        reason = locked_because(card, _phase_to_explain(card, is_filler=is_filler))
    return {
        "card": card,
        "round": card.round,
        "phase": phase,
        "unlocks": unlock_words(unlocks),
        "late_rule": late_rule_sentence(card.round.criteria_set),
        "status_label": label,
        "status_tone": tone,
        "locked_because": reason,
        "own_unit": is_appraiser and appraises_own_unit(request.user, card),
        "is_appraiser": is_appraiser,
        "is_filler": is_filler,
    }


def _phase_to_explain(card: Scorecard, *, is_filler: bool) -> str:
    """Return the phase whose lock is to be explained to a person who may write nothing now."""
    phase = phase_of_round(card.round)
    return SELF if is_filler and phase == APPRAISAL else phase


@require_safe
def scorecard_detail(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Phiếu chấm điểm của một đơn vị: từng lĩnh vực, tổng điểm, còn thiếu gì, nộp hoặc thẩm định."""
    card = get_scorecard_for(request.user, scorecard_id)
    services.note_first_opening(actor=request.user, card=card)
    sheet, vetoes = sheet_of(card), vetoes_shown(card)
    context = (
        card_context(request, card)
        | _gains(sheet, vetoed=bool(vetoes))
        | {
            "sheet": sheet,
            "areas": area_lines(sheet),
            "missing": _missing_links(sheet) if card.state == ScorecardState.OPEN else [],
            "waiting": unappraised_rows(sheet) if card.round.state == RoundState.APPRAISAL else [],
            "flagged": flagged_rows(sheet),
            "changed": changed_rows(sheet),
            "total_difference": total_difference(sheet),
            "vetoes": vetoes,
            "may_veto": holds(request.user, SETTERS, card.round.issuer)
            and card.round.state not in (RoundState.DRAFT, RoundState.SELF_SCORING, RoundState.RANKED),
            "appeals": appeal_panel(request.user, card),
            "first_flagged_url": _first_flagged(sheet),
            "index_words": explain_index(sheet.result_totals, card.round.criteria_set.index_decimals),
            "recountable": any(row.criterion.source == ValueSource.TASKS for row in flagged_rows(sheet)),
            "waiting_again": [row for row in flagged_rows(sheet) if row.final_points is None],
            "may_unlock": holds(request.user, RoleKind.LEADER, card.round.issuer)
            and any(may_be_unlocked(card, part) for part in UNIT_PHASES),
            "moves": scorecard_moves(request.user, card),
            "sees_ranking": sees_ranking(request.user, card.round),
            "history": history_of("emulation.scorecard", card.pk),
        }
    )
    return render(request, "emulation/scorecard_detail.html", context)


def _gains(sheet: Sheet, *, vetoed: bool) -> dict[str, Any]:
    """Return where points are still to be had: in the unit's own column while it fills in, else in what counts."""
    card = sheet.scorecard
    if card.state != ScorecardState.OPEN and card.index is None:
        return {}
    column = "self" if card.index is None else "result"
    way = way_up(sheet, column)
    return {
        "gains": gains_of(sheet, column),
        "way": way,
        "way_note": way_note(sheet, vetoed=vetoed),
    }


def _missing_links(sheet: Sheet) -> list[tuple[ScorecardRow, str, str]]:
    """Return what is missing with the area in which to mend it."""
    return [(row, reason, sheet.codes[row.criterion_id]) for row, reason in missing_rows(sheet)]


def area_lines(sheet: Sheet) -> list[dict[str, Any]]:
    """Return each area with its points in both columns, for tables."""
    lines = []
    for area in sheet.areas:
        own = sheet.self_totals.areas.get(area.code)
        checked = sheet.appraised_totals.areas.get(area.code)
        lines.append(
            {
                "area": area,
                "own": own.points if own else None,
                "max": own.applicable_max if own else None,
                # A sum of some rows would read like the result: shown once every row is appraised.
                "result": _result_points(sheet, area.code),
                "checked": checked.points if checked and area.checked == len(area.live) else None,
            }
        )
    return lines


def _first_flagged(sheet: Sheet) -> str:
    """Return the address of the first flagged row in the grid, "" without one."""
    for row in flagged_rows(sheet):
        place = reverse("emulation:scorecard-area", args=[sheet.scorecard.pk, sheet.codes[row.criterion_id]])
        return f"{place}#row-{row.pk}"
    return ""


def _result_points(sheet: Sheet, code: str) -> Decimal | None:
    """Return the points an area counts with once the scorecard is appraised."""
    area = sheet.result_totals.areas.get(code)
    return area.points if area and sheet.scorecard.index is not None else None


@require_safe
def scorecard_explain(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Giải trình phiếu: every row, self-score beside appraisal, with explanations and reasons; also for print."""
    card = get_scorecard_for(request.user, scorecard_id)
    sheet = sheet_of(card)
    context = card_context(request, card) | {"sheet": sheet, "areas": area_lines(sheet)}
    return render(request, "emulation/scorecard_explain.html", context)


def _step(
    request: SignedInRequest, scorecard_id: int, service: Callable[..., Any], done: str, **given: Any
) -> HttpResponse:
    """Take one step of a scorecard as the person saw it, then show the scorecard."""
    card = get_scorecard_for(request.user, scorecard_id)
    service(actor=request.user, scorecard_id=card.pk, version=VersionForm(request.POST).seen(), **given)
    messages.success(request, done)
    return redirect("emulation:scorecard-detail", card.pk)


@require_POST
def scorecard_submit(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Nộp phiếu."""
    done = "Đã nộp phiếu. Còn hạn tự chấm thì thủ trưởng đơn vị vẫn rút về sửa được."
    return _step(request, scorecard_id, services.submit_scorecard, done)


@require_POST
def scorecard_withdraw(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Rút phiếu về để sửa."""
    return _step(request, scorecard_id, services.withdraw_scorecard, "Đã rút phiếu về. Nhớ nộp lại trước hạn.")


@require_POST
def scorecard_complete(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Hoàn thành thẩm định."""
    return _step(request, scorecard_id, services.complete_appraisal, "Đã hoàn thành thẩm định phiếu.")


@require_POST
def scorecard_reopen(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Mở lại phiếu để thẩm định lại, with a reason."""
    reason = clean(request.POST.get("reason", ""))[:500]
    return _step(request, scorecard_id, services.reopen_scorecard, "Đã mở lại phiếu.", reason=reason)


@require_POST
def scorecard_recount(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Tính lại các tiêu chí lấy từ nhiệm vụ, during appraisal."""
    card = get_scorecard_for(request.user, scorecard_id)
    services.recount_scorecard(actor=request.user, scorecard_id=card.pk)
    messages.success(request, "Đã tính lại các tiêu chí lấy từ nhiệm vụ.")
    return redirect("emulation:scorecard-detail", card.pk)


@require_POST
def scorecard_accept(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Chấp nhận điểm tự chấm của những tiêu chí chưa thẩm định trong cả phiếu."""
    card = get_scorecard_for(request.user, scorecard_id)
    count = accept_unchanged(actor=request.user, scorecard_id=card.pk)
    messages.success(request, f"Đã chấp nhận điểm tự chấm của {count} tiêu chí.")
    return redirect("emulation:scorecard-detail", card.pk)
