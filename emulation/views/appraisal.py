"""Screens of appraisers: the queue of a round's rows by doubt, accepted in bulk or appraised one by one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emulation.enums import RoundState
from emulation.forms.appraisal import (
    ALL,
    DOUBTFUL,
    PROPOSED,
    SEEN,
    QueueFilter,
    QueueRow,
    bind_queue,
    choices_of,
    chosen_of,
    digest,
    posted_ids,
    show_queue,
    take,
)
from emulation.forms.rows import posted_phase, show_row
from emulation.forms.scorecards import seen_text
from emulation.locks import APPRAISAL, APPRAISERS_PHASES, REAPPRAISAL, locked_because, phase_of_round
from emulation.models import Round, Scorecard
from emulation.queries.appraisal import WAITING_IN, Queued, appraises_in, queue_of, queued, rows_in_reach
from emulation.queries.rounds import get_round_for
from emulation.queries.scorecards import Sheet, flagged_rows, row_files, unappraised_rows, waiting_for_named
from emulation.rules import WHO_HELPS
from emulation.services.appraisal import accept_rows
from emulation.services.gate import NO_PHASE
from emulation.services.rows import save_appraisal_rows, save_final_rows
from ninhgiang.errors import DomainError, Refused, Stale
from units.enums import RoleKind
from units.models import User
from units.rules import SignedInRequest, holds

PER_PAGE = 20
LIST_CHANGED = (
    "Danh sách theo bộ lọc đã thay đổi từ khi mở trang nên chưa chấp nhận dòng nào. Hãy xem lại rồi bấm lần nữa."
)


@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_queue(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Hàng đợi thẩm định của một đợt: rows of all units, most doubtful first."""
    round_ = get_round_for(request.user, round_id)
    if not appraises_in(request.user, round_):
        raise Refused(f"Chỉ {WHO_HELPS} hoặc đơn vị được giao thẩm định tiêu chí mới mở được trang này.")
    if request.method != "POST":
        return _page(request, round_, queue_of(request.user, round_))
    phase = posted_phase(request.POST, APPRAISERS_PHASES)
    rows = _posted(request, round_, phase)
    try:
        _require_phase(round_, phase)
        saved, accepted = _take(request, round_, rows, phase)
    except DomainError as error:
        return _page(request, round_, queue_of(request.user, round_), rows, error)
    if any(one.form.has_problem for one in rows):
        return _page(request, round_, queue_of(request.user, round_), rows)
    if saved:
        messages.success(request, f"Đã lưu {saved} dòng thẩm định.")
    if accepted:
        messages.success(request, f"Đã chấp nhận điểm tự chấm của {accepted} dòng.")
    if not saved and not accepted:
        messages.info(request, "Không có dòng nào thay đổi.")
    return redirect(request.get_full_path())


def _posted(request: SignedInRequest, round_: Round, phase: str) -> list[QueueRow]:
    """Return the rows that were on the page, bound to what was typed, in the page's order."""
    ids = posted_ids(request.POST)
    found = rows_in_reach(request.user, round_).filter(pk__in=ids).prefetch_related(row_files())
    known = {row.pk: row for row in found}
    rows = queued(request.user, round_, [known[pk] for pk in ids if pk in known])
    return bind_queue(rows, request.POST, phase or APPRAISAL)


def _require_phase(round_: Round, phase: str) -> None:
    """Raise Refused unless the page was made for the appraisal the round is in."""
    if phase and phase == phase_of_round(round_):
        return
    reason = locked_because(Scorecard(round=round_), phase) if phase else NO_PHASE
    raise Refused(f"{reason} Nội dung bạn vừa nhập vẫn còn ở dưới để chép lại.")


def _phase(round_: Round) -> str:
    return REAPPRAISAL if round_.state == RoundState.REAPPRAISAL else APPRAISAL


def _take(request: SignedInRequest, round_: Round, rows: list[QueueRow], phase: str) -> tuple[int, int]:
    """Save what was typed, then accept the ticked rows unless something typed could not be saved."""
    saved = _save(request, rows, phase)
    if "accept" not in request.POST or any(one.form.has_problem for one in rows):
        return saved, 0
    chosen = chosen_of(rows, request.POST)
    if ALL in request.POST:
        chosen |= _rest(request, round_, {one.form.row.pk for one in rows})
    if not chosen and saved:
        return saved, 0
    return saved, accept_rows(actor=request.user, round_id=round_.pk, chosen=chosen)


def _save(request: SignedInRequest, rows: list[QueueRow], phase: str) -> int:
    service = save_final_rows if phase == REAPPRAISAL else save_appraisal_rows
    by_card: dict[int, list[QueueRow]] = {}
    for one in rows:
        if one.form.entry is not None:
            by_card.setdefault(one.form.row.scorecard_id, []).append(one)
    count = 0
    for card_id, group in by_card.items():
        entries = [one.form.entry for one in group if one.form.entry is not None]
        try:
            saved = service(actor=request.user, scorecard_id=card_id, entries=entries)
        except Refused as refused:  # this scorecard was closed meanwhile; the others are saved
            for one in group:
                one.form.error = refused.message
            continue
        take(group, saved)
        count += len(saved.changed)
    return count


def _rest(request: SignedInRequest, round_: Round, shown: set[int]) -> dict[int, int]:
    """Return the filter's rows that were not on the page, if they are still those the page was made with.

    Rows another unit is named for are taken one by one only.
    """
    wanted = QueueFilter.read(request.GET)
    queue = [one for one in queue_of(request.user, round_) if wanted.picks(one) and not one.others]
    rest = [one for one in queue if one.row.pk not in shown]
    if digest(rest) != request.POST.get(SEEN, ""):
        raise Stale(LIST_CHANGED)
    return {one.row.pk: one.row.version for one in rest}


def _page(
    request: SignedInRequest,
    round_: Round,
    queue: list[Queued],
    posted: list[QueueRow] | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    """Show one page of the queue, or the posted rows again with what is wrong with them."""
    wanted = QueueFilter.read(request.GET)
    passing = [one for one in queue if wanted.picks(one)]
    page = Paginator(passing, PER_PAGE).get_page(request.GET.get("trang"))
    page_phase = _phase(round_) if posted is None else posted_phase(request.POST, APPRAISERS_PHASES)
    phase = page_phase or APPRAISAL
    rows = show_queue(page, phase) if posted is None else _fresh(posted, error)
    shown = {one.form.row.pk for one in rows}
    beyond = [one for one in passing if one.row.pk not in shown and not one.others]
    proposed = sum(one.proposed for one in queue)
    context: dict[str, Any] = {
        "round": round_,
        "rows": rows,
        "page": page,
        "wanted": wanted,
        "total": len(queue),
        "passing": len(passing),
        "beyond": len(beyond),
        "seen": digest(beyond),
        "switch": [("", "Tất cả", len(queue)), (DOUBTFUL, "Cần xem", len(queue) - proposed)]
        + [(PROPOSED, "Đề nghị chấp nhận", proposed)],
        "pages": _query(request.GET, "trang"),
        "undoubted": _query(request.GET, "trang", "nghi"),
        "is_reviewer": holds(request.user, RoleKind.REVIEWER, round_.issuer),
        "open": RoundState(round_.state) in WAITING_IN,
        "error": error,
        "phase": phase,
        "page_phase": page_phase,
        "appraising": True,
        **choices_of(queue),
    }
    return render(request, "emulation/appraisal_queue.html", context, status=_status(rows, posted, error))


def _fresh(posted: list[QueueRow], error: DomainError | None) -> list[QueueRow]:
    """After a conflict of the bulk act show the rows' stored version, so that the next press means what is shown."""
    if isinstance(error, Stale):
        for one in posted:
            if one.form.touched:
                one.form.version = one.form.row.version
            else:
                one.form = show_row(one.form.row, one.form.phase)
    return posted


def _status(rows: list[QueueRow], posted: list[QueueRow] | None, error: DomainError | None) -> int:
    if posted is None:
        return 200
    if error is not None:
        return error.status
    bad = [one.form for one in rows if one.form.has_problem]
    return 409 if bad and all(form.stale for form in bad) else 422


def _query(get: QueryDict, *without: str) -> str:
    kept = QueryDict(mutable=True)
    for name in ("don_vi", "linh_vuc", "tieu_chi", "nghi", "trang"):
        if name not in without and get.get(name):
            kept[name] = str(get[name])
    return kept.urlencode()


def steps_context(user: User, sheet: Sheet) -> dict[str, Any]:
    """Return what steps on a whole scorecard need: the rows as shown, how many can be taken over, who has others."""
    card = sheet.scorecard
    if card.round.state == RoundState.REAPPRAISAL:
        waiting = [row for row in flagged_rows(sheet) if row.final_points is None]
    else:
        waiting = [row for row in unappraised_rows(sheet) if not row.being_changed]
    named = waiting_for_named(user, card, waiting)
    acceptable = len(waiting) - sum(len(rows) for rows in named.values())
    unsent = [row for row in sheet.live if row.being_changed]
    return {"seen": seen_text(sheet.live), "named": named, "acceptable": acceptable, "unsent": unsent}
