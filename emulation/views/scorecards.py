"""Screens of a scorecard: the whole of it, its steps, and the page that explains every number."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emulation.enums import RoundState, ScorecardState, ValueSource
from emulation.forms.scorecards import VersionForm, read_seen
from emulation.gains import way_note, way_up
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
from emulation.models import PublishedVersion, Scorecard, ScorecardRow
from emulation.queries.appeals import appeal_panel, vetoes_shown
from emulation.queries.rankings import card_versions, get_version_for
from emulation.queries.scorecards import (
    GroupHead,
    Sheet,
    changed_rows,
    flagged_rows,
    get_scorecard_for,
    missing_rows,
    rows_of,
    total_difference,
    unappraised_rows,
)
from emulation.queries.shown import card_history, named_files, pending_rows, pending_vetoes, sheet_for, version_sheet
from emulation.rules import appraises, appraises_own_unit, fills, sees_ranking
from emulation.scoring import explain_index, explain_total
from emulation.services import scorecards as services
from emulation.services.gate import note_first_opening
from emulation.services.rows import accept_unchanged
from emulation.services.vetoes import SETTERS
from emulation.shortfalls import shortfalls
from emulation.views.appraisal import steps_context
from emulation.views.shown import card_status
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import clean
from units.enums import RoleKind
from units.rules import SignedInRequest, holds

MAX_REASON = 500


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
    note_first_opening(actor=request.user, card=card)
    rows = rows_of(card)
    sheet, vetoes = sheet_for(request.user, card, rows), vetoes_shown(card)
    context = (
        card_context(request, card)
        | result_context(sheet)
        | _gains(sheet, vetoed=bool(vetoes))
        | _work_left(sheet)
        | _allowed(request, card)
        | steps_context(request.user, sheet)
        | {
            "changed": changed_rows(sheet),
            "total_difference": total_difference(sheet),
            "pending": pending_rows(card, rows),
            "vetoes": vetoes,
            "waiting_vetoes": pending_vetoes(card, vetoes),
            "appeals": appeal_panel(request.user, card),
            "history": card_history(request.user, card),
        }
    )
    return render(request, "emulation/scorecard_detail.html", context)


def _work_left(sheet: Sheet) -> dict[str, Any]:
    """Return which rows still wait for somebody: the unit, the appraiser, the second appraisal."""
    card, flagged = sheet.scorecard, flagged_rows(sheet)
    return {
        "missing": missing_rows(sheet) if card.state == ScorecardState.OPEN else [],
        "waiting": unappraised_rows(sheet) if card.round.state == RoundState.APPRAISAL else [],
        "flagged": flagged,
        "first_flagged_url": _first_flagged(sheet),
        "recountable": any(row.criterion.source == ValueSource.TASKS for row in flagged),
        "waiting_again": [row for row in flagged if row.final_points is None],
    }


def _allowed(request: SignedInRequest, card: Scorecard) -> dict[str, Any]:
    """Return what this person may do with the scorecard now."""
    round_ = card.round
    no_vetoes_in = (RoundState.DRAFT, RoundState.SELF_SCORING, RoundState.RANKED)
    return {
        "may_veto": holds(request.user, SETTERS, round_.issuer) and round_.state not in no_vetoes_in,
        "may_unlock": holds(request.user, RoleKind.LEADER, round_.issuer)
        and any(may_be_unlocked(card, part) for part in UNIT_PHASES),
        "moves": scorecard_moves(request.user, card),
        "sees_ranking": sees_ranking(request.user, round_),
    }


def result_context(sheet: Sheet) -> dict[str, Any]:
    """Return what the pages of a scorecard say of its result: areas, sums that add up, the index with its numbers."""
    stated = sheet.stated_totals
    decimals = sheet.scorecard.round.criteria_set.index_decimals
    return {
        "sheet": sheet,
        "areas": area_lines(sheet),
        "stated": stated,
        "index_decimals": decimals,
        "index_words": explain_index(stated, decimals) if stated else "",
        "total_words": explain_total(stated, [area.code for area in sheet.areas]) if stated else "",
        "second": has_second(sheet),
    }


def has_second(sheet: Sheet) -> bool:
    """Tell whether a finished second appraisal, or an appeal in force, gave some row other points to count."""
    finished = sheet.frozen or sheet.scorecard.final_total is not None
    return finished and any(row.final_points is not None for row in sheet.live)


def _gains(sheet: Sheet, *, vetoed: bool) -> dict[str, Any]:
    """Return where points are still to be had: in the unit's own column while it fills in, else in what counts."""
    card = sheet.scorecard
    if card.state != ScorecardState.OPEN and card.index is None:
        return {}
    column = "self" if card.index is None else "result"
    return {
        "gains": shortfalls(sheet, column),
        "way": way_up(sheet, column),
        "way_note": way_note(sheet, vetoed=vetoed),
    }


def heads_shown(sheet: Sheet, row: ScorecardRow, column: str) -> list[tuple[GroupHead, str]]:
    """Return the headings of the groups that begin with a row, each with its sum in one column."""
    return [(head, head.text(column)) for head in sheet.heads.get(row.criterion_id, ())]


def area_lines(sheet: Sheet) -> list[dict[str, Any]]:
    """Return each area with its points in every column, for tables."""
    lines = []
    for area in sheet.areas:
        own = sheet.self_totals.areas.get(area.code)
        checked = sheet.appraised_totals.areas.get(area.code)
        counted = sheet.stated_totals.areas.get(area.code) if sheet.stated_totals else None
        basis = counted or own
        column = "result" if sheet.stated_totals else "self"
        lines.append(
            {
                "area": area,
                "own": own.points if own else None,
                "max": basis.applicable_max if basis else None,
                "result": counted.points if counted else None,
                "share": basis.index(sheet.scorecard.round.criteria_set.index_decimals) if basis else None,
                # A sum of some rows would read like the result: shown once every row is appraised.
                "checked": checked.points if checked and area.checked == len(area.live) else None,
                "rows": [(row, named_files(row), heads_shown(sheet, row, column)) for row in area.rows],
            }
        )
    return lines


def _first_flagged(sheet: Sheet) -> str:
    """Return the address of the first flagged row in the grid, "" without one."""
    for row in flagged_rows(sheet):
        place = reverse("emulation:scorecard-area", args=[sheet.scorecard.pk, sheet.codes[row.criterion_id]])
        return f"{place}#row-{row.pk}"
    return ""


@require_safe
def scorecard_explain(request: SignedInRequest, scorecard_id: int, number: int | None = None) -> HttpResponse:
    """Giải trình phiếu: every row, self-score beside appraisal, with explanations and reasons; also for print.

    With `number` as the published version of that number holds it.
    """
    card = get_scorecard_for(request.user, scorecard_id)
    rows = rows_of(card)
    version, sheet = shown_version(request, card, number, rows)
    context = (
        card_context(request, card)
        | result_context(sheet)
        | {"version": version, "versions": card_versions(card), "pending": pending_rows(card, rows)}
    )
    return render(request, "emulation/scorecard_explain.html", context)


def shown_version(
    request: SignedInRequest, card: Scorecard, number: int | None, rows: list[ScorecardRow]
) -> tuple[PublishedVersion | None, Sheet]:
    """Return the published version asked for and its sheet; without a number None and what is in force."""
    if number is None:
        return None, sheet_for(request.user, card, rows)
    version = get_version_for(request.user, card.round_id, number)
    return version, version_sheet(card, version, rows)


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
    return _step(request, scorecard_id, services.submit_scorecard, done, seen=read_seen(request.POST))


@require_POST
def scorecard_withdraw(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Rút phiếu về để sửa."""
    return _step(request, scorecard_id, services.withdraw_scorecard, "Đã rút phiếu về. Nhớ nộp lại trước hạn.")


@require_POST
def scorecard_complete(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Hoàn thành thẩm định."""
    done = "Đã hoàn thành thẩm định phiếu."
    return _step(request, scorecard_id, services.complete_appraisal, done, seen=read_seen(request.POST))


def reopening_reason(request: SignedInRequest) -> str:
    """Return the reason typed for appraising again; DomainError with the text when it is longer than is kept."""
    reason = clean(request.POST.get("reason", ""))
    if len(reason) > MAX_REASON:
        why = f"Lý do thẩm định lại dài nhất {MAX_REASON} ký tự; hiện có {len(reason)}. Hãy rút gọn rồi bấm lần nữa."
        raise DomainError(why, field="reason", mine={"Lý do thẩm định lại": reason})
    return reason


@require_POST
def scorecard_reopen(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Mở lại phiếu để thẩm định lại, with a reason."""
    reason = reopening_reason(request)
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
    count = accept_unchanged(actor=request.user, scorecard_id=card.pk, seen=read_seen(request.POST))
    messages.success(request, f"Đã chấp nhận điểm tự chấm của {count} tiêu chí.")
    return redirect("emulation:scorecard-detail", card.pk)
