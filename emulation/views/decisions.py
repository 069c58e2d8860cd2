"""Screens of what is decided about results: vetoes, appeals, versions of a published ranking."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.enums import APPEAL_MOVES, AppealState
from emulation.forms.decisions import AppealForm, NewVersionForm, VetoForm
from emulation.forms.rows import RowForm, bind_row, show_row
from emulation.forms.scorecards import VersionForm
from emulation.locks import REAPPRAISAL
from emulation.models import Appeal
from emulation.queries.appeals import get_appeal_for, get_veto_for, visible_appeals
from emulation.queries.rankings import get_ranking_for, get_version_for, summary_of
from emulation.queries.scorecards import get_row_for, get_scorecard_for, mark_row_files, sheet_of
from emulation.rules import own_units, sees_all
from emulation.scoring import ValueProblem
from emulation.services import appeals, publication, vetoes
from emulation.services.scorecards import require_head
from emulation.views.rankings import ranking_context
from emulation.views.scorecards import card_context
from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal
from ninhgiang.states import moves_from
from ninhgiang.vietnamese import clean
from units.enums import RoleKind
from units.queries import special_days_of
from units.rules import SignedInRequest, issuer_of, kinds_at, require

APPEAL_TONES = {
    AppealState.FILED: "warn",
    AppealState.ACCEPTED: "ok",
    AppealState.REJECTED: "bad",
    AppealState.WITHDRAWN: "neutral",
}


def _status(request: SignedInRequest) -> int:
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "HEAD", "POST"])
def veto_create(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Ghi trường hợp khống chế đối với một đơn vị."""
    card = get_scorecard_for(request.user, scorecard_id)
    require(request.user, vetoes.SETTERS, card.round.issuer, doing="ghi trường hợp khống chế")
    form = VetoForm(request.POST or None, card=card)
    if request.method == "POST" and form.is_valid():
        try:
            vetoes.set_veto(actor=request.user, scorecard_id=card.pk, **form.service_data())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã ghi trường hợp khống chế và báo cho đơn vị.")
            return redirect("emulation:scorecard-detail", card.pk)
    conditions = [one for one in card.round.criteria_set.veto_conditions if one.get("when") == "manual"]
    context = card_context(request, card) | {"form": form, "conditions": conditions}
    return render(request, "emulation/veto_create.html", context, status=_status(request))


@require_POST
def veto_lift(request: SignedInRequest, scorecard_id: int, veto_id: int) -> HttpResponse:
    """Bỏ một trường hợp khống chế, with a reason."""
    veto = get_veto_for(request.user, scorecard_id, veto_id)
    vetoes.lift_veto(actor=request.user, veto_id=veto.pk, reason=clean(request.POST.get("reason", ""))[:300])
    messages.success(request, "Đã bỏ trường hợp khống chế.")
    return redirect("emulation:scorecard-detail", scorecard_id)


@require_safe
def appeal_list(request: SignedInRequest) -> HttpResponse:
    """Kiến nghị về kết quả: của mọi đơn vị, hoặc của đơn vị mình."""
    issuer = issuer_of(request.user)
    if issuer is None or not (sees_all(request.user, issuer) or own_units(request.user)):
        raise Refused("Trang này dành cho đơn vị được chấm điểm, Phòng VHXH, Văn phòng và lãnh đạo UBND xã.")
    special = special_days_of(issuer.pk)
    lines = [
        (one, APPEAL_TONES[AppealState(one.state)], appeals.answer_due(one, special))
        for one in visible_appeals(request.user)
    ]
    return render(request, "emulation/appeal_list.html", {"lines": lines, "sees_all": sees_all(request.user, issuer)})


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_create(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Kiến nghị về kết quả, by the head of the unit."""
    card = get_scorecard_for(request.user, scorecard_id)
    require_head(request.user, card, doing="gửi kiến nghị")
    if reason := appeals.appeal_closed_because(card):
        raise Refused(reason)
    rows = sheet_of(card).live
    form = AppealForm(request.POST or None, rows=rows, initial={"row_id": request.GET.get("dong", "")})
    if request.method == "POST" and form.is_valid():
        try:
            appeal = appeals.file_appeal(actor=request.user, scorecard_id=card.pk, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã gửi kiến nghị. Kết quả giải quyết được báo cho đơn vị.")
            return redirect("emulation:appeal-detail", appeal.pk)
    context = card_context(request, card) | {"form": form}
    return render(request, "emulation/appeal_create.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_detail(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Một kiến nghị: nội dung, kết quả đã công bố, giải quyết."""
    appeal = get_appeal_for(request.user, appeal_id)
    card = appeal.scorecard
    kinds = kinds_at(request.user, card.unit) | kinds_at(request.user, card.round.issuer)
    moves = moves_from(APPEAL_MOVES, appeal.state, kinds)
    row = get_row_for(request.user, card.pk, appeal.row_id) if appeal.row_id else None
    if row is not None:
        mark_row_files(request.user, card, [row])
    form = _row_form(request, row)
    problem = ""
    if request.method == "POST":
        problem = _decide(request, appeal, form)
        if not problem:
            return redirect("emulation:appeal-detail", appeal.pk)
    context = card_context(request, card) | {
        "appeal": appeal,
        "tone": APPEAL_TONES[AppealState(appeal.state)],
        "due": appeals.answer_due(appeal, special_days_of(card.round.issuer_id)),
        "row": row,
        "one": form,
        "moves": moves,
        "problem": problem,
        "answer": request.POST.get("answer", ""),
    }
    return render(request, "emulation/appeal_detail.html", context, status=_status(request))


def _row_form(request: SignedInRequest, row: Any) -> RowForm | None:
    if row is None:
        return None
    return bind_row(row, REAPPRAISAL, request.POST) if request.method == "POST" else show_row(row, REAPPRAISAL)


def _decide(request: SignedInRequest, appeal: Appeal, form: RowForm | None) -> str:
    """Decide as posted; returns what is wrong, "" when it was decided. Refused and Stale are raised."""
    accepted = "accept" in request.POST
    if accepted and form is not None and form.has_problem:
        return "Số liệu chưa đúng, hãy sửa ở dưới."
    value = form.entry.value if form is not None and form.entry is not None else None
    try:
        appeals.decide_appeal(
            actor=request.user,
            appeal_id=appeal.pk,
            accepted=accepted,
            answer=clean(request.POST.get("answer", ""))[: appeals.MAX_TEXT],
            value=value if accepted else None,
            version=VersionForm(request.POST).seen(),
        )
    except ValueProblem as error:
        if form is not None:
            form.put_error(error)
        return error.message
    except DomainError as error:
        if error.status != 422:
            raise
        return error.message
    messages.success(request, "Đã giải quyết kiến nghị và báo cho đơn vị.")
    return ""


@require_POST
def appeal_withdraw(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Rút kiến nghị."""
    appeal = get_appeal_for(request.user, appeal_id)
    appeals.withdraw_appeal(actor=request.user, appeal_id=appeal.pk, version=VersionForm(request.POST).seen())
    messages.success(request, "Đã rút kiến nghị.")
    return redirect("emulation:appeal-detail", appeal.pk)


@require_safe
def ranking_version(request: SignedInRequest, round_id: int, number: int) -> HttpResponse:
    """Một bản đã công bố của bảng xếp hạng, as it was."""
    version = get_version_for(request.user, round_id, number)
    found = get_ranking_for(request.user, round_id)
    context = ranking_context(request, found, summary_of(found, version)) | {"version": version, "moves": {}}
    return render(request, "emulation/ranking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version_create(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Công bố bản mới của kết quả, by the leader's decision."""
    found = get_ranking_for(request.user, round_id)
    require(request.user, RoleKind.LEADER, found.round.issuer, doing="công bố bản mới")
    form = NewVersionForm(request.POST or None, initial={"version": found.round.version})
    if request.method == "POST" and form.is_valid():
        try:
            made = publication.publish_new_version(actor=request.user, round_id=round_id, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã công bố bản {made.number}.")
            return redirect("emulation:ranking", round_id)
    context = {"round": found.round, "form": form, "ranking": found}
    return render(request, "emulation/version_create.html", context, status=_status(request))
