"""Screens of rows: the grid of one area, saving one row from the grid, explaining a row, its evidence."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.enums import EvidencePhase
from emulation.forms.rows import AreaForm, RowForm, bind_area, bind_row, posted_phase, show_area, show_row
from emulation.forms.scorecards import RowEvidenceForm
from emulation.locks import (
    APPRAISAL,
    APPRAISERS_PHASES,
    EXPLANATION,
    REAPPRAISAL,
    SELF,
    UNIT_PHASES,
    edit_phase,
    locked_because,
    open_rows,
    phases_of,
    row_open,
)
from emulation.models import Scorecard, ScorecardRow
from emulation.queries.appraisal import get_row_to_write, previous_marks
from emulation.queries.rankings import card_versions
from emulation.queries.scorecards import (
    AreaSheet,
    Sheet,
    flagged_rows,
    get_scorecard_for,
    mark_row_files,
    points_text,
    rows_of,
    sheet_of,
    total_difference,
)
from emulation.queries.shown import files_of, pending_rows, seen_by, sheet_for
from emulation.rules import appraises, appraises_row, fills, sees_all
from emulation.services import rows as services
from emulation.services.evidence import library_unit, set_appraisal_evidence, set_row_evidence, unit_phase
from emulation.services.gate import note_first_opening, require_part_in
from emulation.services.handed_in import BEING_CHANGED
from emulation.traces import traces_of
from emulation.views.scorecards import card_context, heads_shown, shown_version
from ninhgiang.calendar import now_local
from ninhgiang.errors import DomainError, Refused, Stale
from units.models import User
from units.rules import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_area(request: SignedInRequest, scorecard_id: int, code: str) -> HttpResponse:
    """Một lĩnh vực của phiếu: tự chấm hoặc thẩm định từng tiêu chí."""
    card = get_scorecard_for(request.user, scorecard_id)
    note_first_opening(actor=request.user, card=card)
    sheet = sheet_for(request.user, card)
    area = sheet.area(code)
    if request.method != "POST":
        phase = edit_phase(request.user, card)
        return _area_page(request, sheet, area, show_area(area.rows, phase, _opened(card, phase)))
    phase = posted_phase(request.POST, _SAVERS)
    form = bind_area(area.rows, phase, request.POST, _opened(card, phase))
    try:
        require_part_in(request.user, card, phase)
        count = _save_area(request, card, code, form)
    except Refused as refused:
        if not (fills(request.user, card) or appraises(request.user, card)):
            raise
        form.refused = refused.message
        return _area_page(request, sheet, area, form)
    if form.problems or form.changed:
        sheet = sheet_for(request.user, card)
        return _area_page(request, sheet, sheet.area(code), form)
    if count or "next" not in request.POST:
        messages.success(request, f"Đã lưu {count} tiêu chí." if count else "Mọi thay đổi đã được lưu.")
    return redirect(_next_place(request, sheet, code))


def _opened(card: Scorecard, phase: str) -> frozenset[int] | None:
    """Return the rows open in a phase; None for all, and for none: the grid keeps the text, the service refuses."""
    return None if not phase or locked_because(card, phase) else open_rows(card, phase)


_SAVERS = {
    SELF: (services.save_self_rows, services.save_self_row),
    APPRAISAL: (services.save_appraisal_rows, services.save_appraisal_row),
    REAPPRAISAL: (services.save_final_rows, services.save_final_row),
}


def _save_area(request: SignedInRequest, card: Scorecard, code: str, form: AreaForm) -> int:
    """Save what was touched; with the button "accept the rest" also accept the untouched rows. Returns how many.

    Rows that are not as they stood on the page are not accepted: the form then says so and shows them as they are.
    """
    saved = _SAVERS[form.phase][0](actor=request.user, scorecard_id=card.pk, entries=form.entries)
    form.take(saved, {row.pk: row for row in seen_by(request.user, card, rows_of(card))})
    count = len(saved.changed)
    if "accept" in request.POST and form.phase == APPRAISAL and not form.problems:
        try:
            count += services.accept_unchanged(actor=request.user, scorecard_id=card.pk, area_code=code, seen=form.seen)
        except Stale as stale:
            form.changed = stale.message
    return count


def _next_place(request: SignedInRequest, sheet: Sheet, code: str) -> str:
    """Return where to go after saving: the next area that applies, or the whole scorecard after the last."""
    here = reverse("emulation:scorecard-area", args=[sheet.scorecard.pk, code])
    if "next" not in request.POST:
        return here
    codes = [area.code for area in sheet.areas]
    later = [area.code for area in sheet.areas[codes.index(code) + 1 :] if area.applies]
    if later:
        return reverse("emulation:scorecard-area", args=[sheet.scorecard.pk, later[0]])
    return reverse("emulation:scorecard-detail", args=[sheet.scorecard.pk])


def _area_page(request: SignedInRequest, sheet: Sheet, area: AreaSheet, form: AreaForm) -> HttpResponse:
    card = sheet.scorecard
    mark_row_files(request.user, card, area.rows)
    if form.phase in APPRAISERS_PHASES:
        marks = previous_marks(card.round, [card.unit_id])
        for one in form.rows:
            one.previous = marks.get((card.unit_id, one.row.criterion.code))
    posted = posted_phase(request.POST, _SAVERS) if request.method == "POST" else form.phase
    context = card_context(request, card) | {
        "sheet": sheet,
        "area": area,
        "form": form,
        "phase": "" if form.refused else form.phase,
        "page_phase": posted,
        "writing": form.phase in _SAVERS and not form.refused,
        "appraising": form.phase in APPRAISERS_PHASES,
        "totals": totals_shown(sheet, area.code, form.phase),
    }
    for one in form.rows:
        one.heads = heads_shown(sheet, one.row, _column(form.phase, sheet))
    return render(request, "emulation/scorecard_area.html", context, status=form.status)


def _column(phase: str, sheet: Sheet) -> str:
    """Return the column whose sums the grid shows: of the phase being written, else of what counts."""
    read_only = "self" if sheet.stated_totals is None else "result"
    return {SELF: "self", APPRAISAL: "appraised", REAPPRAISAL: "result"}.get(phase, read_only)


def totals_shown(sheet: Sheet, code: str, phase: str) -> dict[str, str]:
    """Return the running totals of the grid, ready to be shown: those of the bar, and of each group of the area."""
    column = _column(phase, sheet)
    if phase == REAPPRAISAL:
        totals, left = sheet.result_totals, sum(row.final_points is None for row in flagged_rows(sheet))
    elif phase == APPRAISAL:
        totals, left = sheet.appraised_totals, sum(row.appraised_points is None for row in sheet.live)
    else:
        totals = sheet.self_totals
        left = sum(row.self_points is None for one in sheet.areas for row in one.required)
    area = totals.areas.get(code)
    verb = {APPRAISAL: "thẩm định", REAPPRAISAL: "thẩm định lần 2"}.get(phase, "chấm")
    return {
        "area": f"{points_text(area.points)}/{points_text(area.applicable_max)}" if area else "",
        "total": points_text(totals.total),
        "max": points_text(totals.applicable_max),
        "index": points_text(totals.index),
        "difference": _difference_words(sheet) if phase in APPRAISERS_PHASES else "",
        "left": f"Còn {left} tiêu chí chưa {verb}" if left else f"Đã {verb} hết các tiêu chí",
        **{
            f"group-{head.code}": head.text(column)
            for row in sheet.area(code).rows
            for head in sheet.heads.get(row.criterion_id, ())
        },
    }


def _difference_words(sheet: Sheet) -> str:
    text = total_difference(sheet)
    return f"{text} so với tự chấm" if text else "Chưa khác tự chấm"


@require_POST
def row_save(request: SignedInRequest, scorecard_id: int, row_id: int) -> HttpResponse:
    """Lưu một dòng từ lưới chấm (static/js/score-grid.js); answers JSON whatever happens."""
    row = get_row_to_write(request.user, scorecard_id, row_id)
    phase = posted_phase(request.POST, _SAVERS)
    form = bind_row(row, phase or SELF, request.POST, _opened(row.scorecard, phase))
    seq = request.POST.get("seq", "")[:12]
    try:
        require_part_in(request.user, row.scorecard, phase)
        if form.entry is not None:
            _SAVERS[phase][1](actor=request.user, scorecard_id=scorecard_id, entry=form.entry)
        elif reason := locked_because(row.scorecard, phase):
            raise Refused(reason)
        elif form.waits_for_unit:
            raise Refused(BEING_CHANGED)
        elif not form.opened:
            raise Refused(services.ROW_LOCKED)
    except Stale as stale:
        return _conflict_answer(form, stale, seq)
    except DomainError as error:
        form.put_error(error)
        return JsonResponse(_problems(form, error.message, seq), status=error.status)
    if form.has_problem:
        return JsonResponse(_problems(form, "Chưa lưu: số liệu chưa đúng.", seq), status=422)
    answer = _saved_answer(row, phase, seq)
    if not sees_all(request.user, row.scorecard.round.issuer) and not fills(request.user, row.scorecard):
        answer["totals"] = {}  # who appraises some rows for another unit is not told its total
    return JsonResponse(answer)


def _problems(form: RowForm, message: str, seq: str) -> dict[str, Any]:
    fields = {cell.name: cell.error for cell in form.cells if cell.error}
    if form.note_error:
        fields[f"{form.prefix}-note"] = form.note_error
    return {"message": form.error or message, "fields": fields, "seq": seq}


def _conflict_answer(form: RowForm, stale: Stale, seq: str) -> JsonResponse:
    fresh = ScorecardRow.objects.select_related("criterion").get(pk=form.row.pk)
    theirs = show_row(fresh, form.phase)
    answer = {
        "message": stale.message,
        "theirs": stale.theirs,
        "mine": stale.mine,
        "version": theirs.version,
        "was": theirs.was,
        "inputs": {cell.name: cell.text for cell in theirs.cells} | {f"{theirs.prefix}-note": theirs.note},
        "seq": seq,
    }
    return JsonResponse(answer, status=409)


def _saved_answer(row: ScorecardRow, phase: str, seq: str) -> dict[str, Any]:
    sheet = sheet_of(row.scorecard)
    fresh = next(one for one in sheet.rows if one.pk == row.pk)
    shown = show_row(fresh, phase)
    return {
        "version": shown.version,
        "was": shown.was,
        "seq": seq,
        "saved_at": f"{now_local():%H:%M}",
        "points": points_text(shown.points),
        "explanation": shown.explanation,
        "totals": totals_shown(sheet, sheet.codes[fresh.criterion_id], phase),
    }


@require_safe
def row_explain(request: SignedInRequest, scorecard_id: int, row_id: int, number: int | None = None) -> HttpResponse:
    """Vì sao được số điểm này: cách chấm, số liệu, phép tính, minh chứng, nhiệm vụ đã tính.

    With `number` as the published version of that number holds it.
    """
    card = get_scorecard_for(request.user, scorecard_id)
    live = rows_of(card)
    version, sheet = shown_version(request, card, number, live)
    row = next((one for one in sheet.rows if one.pk == row_id), None)
    if row is None:
        raise Http404
    files, gone = files_of(request.user, card, row)
    context = card_context(request, card) | {
        "row": row,
        "rule": show_row(row, "").rule,
        "traces": traces_of(row),
        "files": files,
        "gone": gone,
        "area": sheet.area(sheet.codes[row.criterion_id]),
        "version": version,
        "versions": card_versions(card),
        "pending": [one for one in pending_rows(card, live) if one.row.pk == row_id],
    }
    return render(request, "emulation/row_explain.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def row_evidence(request: SignedInRequest, scorecard_id: int, row_id: int) -> HttpResponse:
    """Minh chứng của một dòng: chọn từ kho tài liệu, tải tệp mới; của đơn vị, hoặc của bên thẩm định."""
    row = get_row_to_write(request.user, scorecard_id, row_id)
    card = row.scorecard
    phase = _evidence_phase(request, row)
    unit = card.unit if phase in UNIT_PHASES else library_unit(request.user, row)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    mark_row_files(request.user, card, [row])
    form = RowEvidenceForm(*posted, unit=unit, row=row, phase=phase)
    if reason := _no_evidence_because(request.user, row, phase):
        raise Refused(reason, mine=form.typed())
    if request.method == "POST" and form.is_valid() and _save_evidence(request, row, form, phase):
        return redirect(_evidence_back(request, row, phase))
    context = {"round": card.round, "card": card, "row": row, "form": form, "unit": unit, "phase": phase}
    context |= {"back": _evidence_back(request, row, phase), "appraising": phase not in UNIT_PHASES}
    return render(request, "emulation/row_evidence.html", context, status=_status(request))


def _evidence_back(request: SignedInRequest, row: ScorecardRow, phase: str) -> str:
    if phase == EXPLANATION:
        return reverse("emulation:explanation", args=[row.scorecard_id]) + f"#h-{row.pk}"
    return row_place(request.user, row)


def _evidence_phase(request: SignedInRequest, row: ScorecardRow) -> str:
    """Return the step the page was posted for, or the first in which the person may attach files to the row now.

    Refused for a post that does not say; the step to explain where none is open.
    """
    card, user = row.scorecard, request.user
    if request.method == "POST":
        phase = posted_phase(request.POST, EvidencePhase)
        require_part_in(user, card, phase)
        return phase
    open_now = (phase for phase in phases_of(user, card) if not _no_evidence_because(user, row, phase))
    return next(open_now, edit_phase(user, card) or unit_phase(card))


def _no_evidence_because(user: User, row: ScorecardRow, phase: str) -> str:
    """Return why the person may attach no file to the row in this step now, "" when they may."""
    card = row.scorecard
    if reason := locked_because(card, phase):
        return reason
    if phase not in phases_of(user, card) or (phase in APPRAISERS_PHASES and not appraises_row(user, row)):
        return f"Chỉ người của {card.unit.name} và người thẩm định mới gắn được tài liệu vào tiêu chí này."
    return "" if row_open(row, open_rows(card, phase)) else services.ROW_LOCKED


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _save_evidence(request: SignedInRequest, row: ScorecardRow, form: RowEvidenceForm, phase: str) -> bool:
    """Save the choice; False when a file was refused (the message is then on the form)."""
    data = form.cleaned_data
    service = set_row_evidence if phase in UNIT_PHASES else set_appraisal_evidence
    try:
        service(
            actor=request.user,
            scorecard_id=row.scorecard_id,
            row_id=row.pk,
            phase=phase,
            seen=form.seen(),
            evidence=form.chosen_files(),
            pages=data["pages"],
            uploads=data["uploads"],
        )
    except Refused as refused:
        refused.mine = form.typed()
        raise
    except DomainError as error:
        place = {"files": "uploads", "evidence": "evidence"}.get(error.field)
        form.add_error(place, error.message)
        return False
    messages.success(request, f"Đã cập nhật tài liệu của tiêu chí {row.criterion.code}.")
    return True


def row_place(user: User, row: ScorecardRow) -> str:
    """Return where a person works on a row: the grid of its area; the queue for who appraises some rows only."""
    card = row.scorecard
    if not (fills(user, card) or sees_all(user, card.round.issuer)):
        return reverse("emulation:appraisal-queue", args=[card.round_id]) + f"#row-{row.pk}"
    code = sheet_of(card).codes[row.criterion_id]
    return reverse("emulation:scorecard-area", args=[card.pk, code]) + f"#row-{row.pk}"
