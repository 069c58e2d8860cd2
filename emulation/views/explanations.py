"""Screens of the explanation window: asking, answering, handing in, appraising again; and unlocking a scorecard."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emulation.forms.explanations import AnswersForm, QuestionForm, UnlockForm
from emulation.forms.scorecards import VersionForm, read_seen
from emulation.locks import (
    APPRAISAL,
    EXPLANATION,
    UNIT_PHASES,
    edit_phase,
    locked_because,
    open_rows,
    row_open,
    scorecard_moves,
)
from emulation.models import Scorecard, ScorecardRow
from emulation.queries.appraisal import get_row_to_write
from emulation.queries.scorecards import flagged_rows, get_scorecard_for, mark_row_files, sheet_of
from emulation.queries.shown import sheet_for
from emulation.rules import appraises_row, fills
from emulation.services import explanations as services
from emulation.services import second_appraisal, unlocks
from emulation.services.rows import keep_first_appraisal
from emulation.views.rows import row_place
from emulation.views.scorecards import card_context, reopening_reason
from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal, with_typed
from units.enums import RoleKind
from units.rules import SignedInRequest, holds, require


def _status(request: SignedInRequest) -> int:
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "HEAD", "POST"])
def row_question(request: SignedInRequest, scorecard_id: int, row_id: int) -> HttpResponse:
    """Yêu cầu đơn vị giải trình một tiêu chí, during appraisal 1."""
    row = get_row_to_write(request.user, scorecard_id, row_id)
    card = row.scorecard
    if not appraises_row(request.user, row):
        raise Refused("Chỉ Phòng Văn hóa - Xã hội (thẩm định) mới được yêu cầu giải trình.")
    form = QuestionForm(request.POST or None, initial={"question": row.question, "was": services.digest(row.question)})
    if reason := locked_because(card, APPRAISAL):
        raise with_typed(Refused(reason), form)
    if request.method == "POST" and form.is_valid():
        try:
            services.flag_row(actor=request.user, scorecard_id=card.pk, row_id=row.pk, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            asked = bool(form.cleaned_data["question"])
            messages.success(
                request, f"Đã {'ghi' if asked else 'bỏ'} yêu cầu giải trình tiêu chí {row.criterion.code}."
            )
            return redirect(row_place(request.user, row))
    context = card_context(request, card) | {"row": row, "form": form, "back": row_place(request.user, row)}
    return render(request, "emulation/row_question.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def explanation(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Giải trình của đơn vị: câu hỏi của bên thẩm định, trả lời, minh chứng bổ sung; others read it."""
    card = get_scorecard_for(request.user, scorecard_id)
    rows = flagged_rows(sheet_for(request.user, card))
    if request.method != "POST":
        opened = open_rows(card, EXPLANATION) if _writes(request, card) else frozenset()
        return _explanation_page(request, card, rows, AnswersForm(rows=[row for row in rows if row_open(row, opened)]))
    form = AnswersForm(request.POST, rows=[row for row in rows if f"answer_{row.pk}" in request.POST])
    if not fills(request.user, card):
        raise with_typed(Refused(f"Chỉ người của {card.unit.name} mới được giải trình."), form)
    status = _answered(request, card, form) if form.is_valid() else 422
    if status == 302:
        return redirect("emulation:explanation", card.pk)
    return _explanation_page(request, card, rows, form, status)


def _writes(request: SignedInRequest, card: Scorecard) -> bool:
    return fills(request.user, card) and edit_phase(request.user, card) == EXPLANATION


def _explanation_page(
    request: SignedInRequest, card: Scorecard, rows: list[ScorecardRow], form: AnswersForm, status: int = 200
) -> HttpResponse:
    mark_row_files(request.user, card, rows)
    writable, own = _writes(request, card), fills(request.user, card)
    heads = holds(request.user, RoleKind.UNIT_HEAD, card.unit)
    context = card_context(request, card) | {
        "flagged": rows,
        "form": form,
        "writable": writable,
        "own": own,
        "answered": sum(bool(row.answer_draft if own else row.answer) for row in rows),
        "unsent": [row for row in rows if row.answer != row.answer_draft] if own else [],
        "may_submit": writable and heads,
        "may_withdraw": "withdraw_explanation" in scorecard_moves(request.user, card),
    }
    return render(request, "emulation/explanation.html", context, status=status)


def _answered(request: SignedInRequest, card: Scorecard, form: AnswersForm) -> int:
    """Save the answers, and hand them in when that button was pressed; returns 302, or the status of the page again."""
    send = "submit" in request.POST
    service = services.submit_explanation if send else services.save_answers
    try:
        service(actor=request.user, scorecard_id=card.pk, answers=form.answers())
    except services.AnswersConflict as conflict:
        form.put_conflict(conflict)
        return conflict.status
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return error.status
    messages.success(request, "Đã gửi giải trình tới Phòng Văn hóa - Xã hội." if send else "Đã lưu giải trình.")
    return 302


@require_POST
def explanation_withdraw(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Rút giải trình về để sửa."""
    card = get_scorecard_for(request.user, scorecard_id)
    seen = VersionForm(request.POST).seen()
    services.withdraw_explanation(actor=request.user, scorecard_id=card.pk, version=seen)
    messages.success(request, "Đã rút giải trình về. Nhớ gửi lại trước hạn.")
    return redirect("emulation:explanation", card.pk)


@require_POST
def second_keep(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Giữ nguyên điểm lần 1 của các tiêu chí chưa thẩm định lần 2."""
    card = get_scorecard_for(request.user, scorecard_id)
    count = keep_first_appraisal(actor=request.user, scorecard_id=card.pk)
    messages.success(request, f"Đã giữ nguyên điểm lần 1 của {count} tiêu chí.")
    return redirect("emulation:scorecard-detail", card.pk)


@require_POST
def second_recount(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Tính lại từ nhiệm vụ các tiêu chí cần giải trình, as their appraisal 2."""
    card = get_scorecard_for(request.user, scorecard_id)
    count = second_appraisal.recount_flagged(actor=request.user, scorecard_id=card.pk)
    messages.success(request, f"Đã tính lại {count} tiêu chí từ nhiệm vụ.")
    return redirect("emulation:scorecard-detail", card.pk)


@require_POST
def second_complete(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Hoàn thành thẩm định lần 2."""
    card = get_scorecard_for(request.user, scorecard_id)
    version, seen = VersionForm(request.POST).seen(), read_seen(request.POST)
    second_appraisal.complete_second_appraisal(actor=request.user, scorecard_id=card.pk, version=version, seen=seen)
    messages.success(request, "Đã hoàn thành thẩm định lần 2.")
    return redirect("emulation:scorecard-detail", card.pk)


@require_POST
def second_reopen(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Mở lại phiếu để thẩm định lại lần 2, with a reason."""
    card = get_scorecard_for(request.user, scorecard_id)
    seen, reason = VersionForm(request.POST).seen(), reopening_reason(request)
    second_appraisal.reopen_second_appraisal(actor=request.user, scorecard_id=card.pk, reason=reason, version=seen)
    messages.success(request, "Đã mở lại phiếu.")
    return redirect("emulation:scorecard-detail", card.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_unlock(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Mở khóa phiếu cho đơn vị đến một thời điểm, by the leader."""
    card = get_scorecard_for(request.user, scorecard_id)
    require(request.user, RoleKind.LEADER, card.round.issuer, doing="mở khóa phiếu")
    rows = sheet_of(card).live
    form = UnlockForm(request.POST or None, card=card, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            unlocks.unlock_scorecard(actor=request.user, scorecard_id=card.pk, **form.service_data())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã mở khóa và báo cho {card.unit.name}.")
            return redirect("emulation:scorecard-detail", card.pk)
    context = card_context(request, card) | {"form": form}
    return render(request, "emulation/scorecard_unlock.html", context, status=_status(request))


@require_POST
def scorecard_lock(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Khóa lại phiếu trước giờ."""
    card = get_scorecard_for(request.user, scorecard_id)
    count = sum(unlocks.lock_again(actor=request.user, scorecard_id=card.pk, phase=one) for one in UNIT_PHASES)
    messages.success(request, "Đã khóa lại phiếu." if count else "Phiếu đã khóa từ trước.")
    return redirect("emulation:scorecard-detail", card.pk)
