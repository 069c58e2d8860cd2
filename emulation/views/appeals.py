"""Screens of appeals: filed by a head, written down for one, corrected by the office, decided, opened again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.appeal_rules import (
    CORRECTORS,
    appeal_closed_because,
    appeal_moves,
    appeals_over,
    is_correction,
    may_confirm,
    may_note,
)
from emulation.enums import AppealState, RoundState
from emulation.forms.decisions import AppealForm, DecisionForm, RecordForm, WordsForm
from emulation.forms.rows import RowForm, bind_value, show_value
from emulation.forms.scorecards import VersionForm
from emulation.models import Appeal, Scorecard
from emulation.queries.appeals import AppealedRow, appealed_row, get_appeal_for, visible_appeals
from emulation.queries.scorecards import (
    get_row_for,
    get_scorecard_for,
    mark_row_files,
    sheet_of,
    value_text,
    visible_scorecards,
)
from emulation.rules import own_units, sees_all
from emulation.scoring import ValueProblem
from emulation.services import appeal_records as records
from emulation.services import appeals as services
from emulation.services.computed import counted_now, counted_to
from ninhgiang.errors import DomainError, Refused
from ninhgiang.refusals import show_refusal, with_typed
from units.queries import special_days_of
from units.rules import SignedInRequest, issuer_of, require

TONES = {
    AppealState.FILED: "warn",
    AppealState.ACCEPTED: "ok",
    AppealState.REJECTED: "bad",
    AppealState.WITHDRAWN: "neutral",
}


@require_safe
def appeal_list(request: SignedInRequest) -> HttpResponse:
    """Kiến nghị về kết quả: của mọi đơn vị, của đơn vị mình, về tiêu chí đơn vị mình thẩm định."""
    issuer = issuer_of(request.user)
    if issuer is None or not (sees_all(request.user, issuer) or own_units(request.user)):
        raise Refused("Trang này dành cho đơn vị được chấm điểm, Phòng VHXH, Văn phòng và lãnh đạo UBND xã.")
    special = special_days_of(issuer.pk)
    lines = [
        (one, TONES[AppealState(one.state)], None if is_correction(one) else services.answer_due(one, special))
        for one in visible_appeals(request.user).defer("scorecard__snapshot")
    ]
    return render(request, "emulation/appeal_list.html", {"lines": lines, "sees_all": sees_all(request.user, issuer)})


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_create(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Kiến nghị về kết quả, by the head of the unit."""
    card = get_scorecard_for(request.user, scorecard_id)
    form = AppealForm(request.POST or None, rows=sheet_of(card).live, initial={"row_id": request.GET.get("dong", "")})
    try:
        services.require_unit_head(request.user, card, doing="gửi kiến nghị")
        if reason := appeal_closed_because(card):
            raise Refused(reason)
        if request.method == "POST" and form.is_valid():
            appeal = services.file_appeal(actor=request.user, scorecard_id=card.pk, **form.cleaned_data)
            messages.success(request, "Đã gửi kiến nghị. Kết quả giải quyết được báo cho đơn vị.")
            return redirect("emulation:appeal-detail", appeal.pk)
    except DomainError as error:
        show_refusal(form, error)
    context = {"card": card, "round": card.round, "form": form}
    return render(request, "emulation/appeal_create.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_record(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Ghi nhận kiến nghị hộ thủ trưởng đơn vị: qua điện thoại, theo văn bản; sau hạn phải có lý do."""
    card = get_scorecard_for(request.user, scorecard_id)
    late = appeals_over(card.round)
    initial = {"row_id": request.GET.get("dong", "")}
    form = RecordForm(request.POST or None, rows=sheet_of(card).live, late=late, initial=initial)
    try:
        records.require_recording(request.user, card)
        if request.method == "POST" and form.is_valid():
            appeal = records.record_appeal(actor=request.user, scorecard_id=card.pk, **form.cleaned_data)
            messages.success(request, "Đã ghi nhận kiến nghị và báo cho đơn vị.")
            return redirect("emulation:appeal-detail", appeal.pk)
    except DomainError as error:
        show_refusal(form, error)
    context = {"card": card, "round": card.round, "form": form, "late": late}
    return render(request, "emulation/appeal_record.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def correction_create(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Đề nghị đính chính một điểm đã công bố: choose the row ("dong"), then the value that is right and why."""
    card = get_scorecard_for(request.user, scorecard_id)
    require(request.user, CORRECTORS, card.round.issuer, doing="đề nghị đính chính")
    if card.round.state != RoundState.PUBLISHED:
        raise Refused("Kết quả chưa công bố thì chưa cần đính chính: hãy trả lại để thẩm định lại.")
    form = WordsForm(request.POST or None, label="Lý do, căn cứ", missing="Hãy ghi lý do, căn cứ đính chính.")
    wanted = request.GET.get("dong", "")
    row = get_row_for(request.user, card.pk, int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    one = None
    if row is not None:
        mark_row_files(request.user, card, [row])
        one = bind_value(row, request.POST) if request.method == "POST" else show_value(row, row.result_value)
        if request.method == "POST" and form.is_valid() and (made := _proposed(request, card, one, form)):
            messages.success(request, "Đã trình lãnh đạo UBND xã quyết định đính chính.")
            return redirect("emulation:appeal-detail", made.pk)
    context = {"card": card, "round": card.round, "rows": sheet_of(card).live, "row": row, "one": one, "form": form}
    return render(request, "emulation/correction_create.html", context, status=422 if form.is_bound else 200)


def _proposed(request: SignedInRequest, card: Scorecard, one: RowForm, form: WordsForm) -> Appeal | None:
    """Propose the correction; None when a message is on the form or its row."""
    if one.has_problem:
        return None
    value = one.entry.value if one.entry else None
    try:
        return records.propose_correction(
            actor=request.user,
            scorecard_id=card.pk,
            row_id=one.row.pk,
            text=form.cleaned_data["text"],
            value=value,
        )
    except ValueProblem as problem:
        one.put_error(problem)
    except DomainError as error:
        show_refusal(form, error)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_detail(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Một kiến nghị: nội dung, kết quả đã công bố, ý kiến, giải quyết."""
    appeal = get_appeal_for(request.user, appeal_id)
    found = appealed_row(request.user, appeal)
    if request.method != "POST":
        return _page(request, appeal, found)
    form = DecisionForm(request.POST, appeal=appeal)
    one = bind_value(found.row, request.POST) if found else None
    try:
        _require_undecided(request, appeal)
    except Refused as refused:
        raise _with_value(with_typed(refused, form), one) from None
    if form.is_valid() and _decided(request, appeal, form, one):
        messages.success(request, f"Đã giải quyết {services.name_of(appeal)} và báo cho đơn vị.")
        return redirect("emulation:appeal-detail", appeal.pk)
    return _page(request, appeal, found, form=form, one=one)


def _require_undecided(request: SignedInRequest, appeal: Appeal) -> None:
    services.require_move(request.user, appeal, "accept")
    if appeal.state != AppealState.FILED:
        name = services.name_of(appeal).capitalize()
        raise Refused(f"{name} này không còn chờ giải quyết ({appeal.get_state_display().lower()}).")


def _with_value(error: DomainError, one: RowForm | None) -> DomainError:
    """Add the typed value to a refusal that shows what was typed."""
    if one is not None and one.entry is not None:
        error.mine["Số liệu"] = value_text(one.row, one.entry.value)
    return error


def _decided(request: SignedInRequest, appeal: Appeal, form: DecisionForm, one: RowForm | None) -> bool:
    """Decide as posted; False when what is wrong stands on the form or its row. Refused and Stale are raised."""
    accepted = "accept" in request.POST
    if accepted and one is not None and one.has_problem:
        return False
    entry, data = one.entry if one else None, form.cleaned_data
    try:
        services.decide_appeal(
            actor=request.user,
            appeal_id=appeal.pk,
            accepted=accepted,
            answer=data["answer"],
            value=entry.value if accepted and entry else None,
            lower=data["lower"],
            version=data["version"],
            row_version=entry.version if accepted and entry else None,
        )
    except ValueProblem as problem:
        if one is None:
            raise
        one.put_error(problem)
        return False
    except DomainError as error:
        try:
            show_refusal(form, error, beside="answer")
        except DomainError as refusal:
            raise _with_value(refusal, one) from None
        return False
    return True


def _page(
    request: SignedInRequest,
    appeal: Appeal,
    found: AppealedRow | None,
    *,
    form: DecisionForm | None = None,
    one: RowForm | None = None,
    reopening: WordsForm | None = None,
    noting: WordsForm | None = None,
) -> HttpResponse:
    card, posted = appeal.scorecard, any((form, reopening, noting))
    counted = counted_now(found.row) if found and found.row.criterion.source == "tasks" else None
    if found and one is None:
        value = counted.self_value if counted and counted.applicable else found.row.result_value
        one = show_value(found.row, appeal.wanted_value or value)
    context: dict[str, Any] = {
        "card": card,
        "round": card.round,
        "appeal": appeal,
        "correction": is_correction(appeal),
        "tone": TONES[AppealState(appeal.state)],
        "due": services.answer_due(appeal, special_days_of(card.round.issuer_id)),
        "found": found,
        "row": found.row if found else None,
        "one": one,
        "counted": counted if counted and counted.applicable else None,
        "counted_to": counted_to(counted) if counted else "",
        "wanted_text": value_text(found.row, appeal.wanted_value) if found and appeal.wanted_value else "",
        "moves": appeal_moves(request.user, appeal),
        "form": form or DecisionForm(appeal=appeal),
        "reopening": reopening or reopening_form(None),
        "noting": noting or noting_form(None),
        "notes": appeal.notes.select_related("written_by__unit"),
        "may_confirm": may_confirm(request.user, appeal),
        "may_note": may_note(request.user, appeal),
        "sees_card": visible_scorecards(request.user).filter(pk=card.pk).exists(),
    }
    return render(request, "emulation/appeal_detail.html", context, status=422 if posted else 200)


def reopening_form(data: Any) -> WordsForm:
    """Return the form that asks why an appeal is opened again."""
    return WordsForm(data, prefix="mo-lai", label="Lý do mở lại", missing="Hãy ghi lý do mở lại.")


def noting_form(data: Any) -> WordsForm:
    """Return the form of an opinion."""
    return WordsForm(data, prefix="y-kien", label="Ý kiến của bạn", missing="Hãy ghi ý kiến.")


@require_POST
def appeal_withdraw(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Rút kiến nghị."""
    appeal = get_appeal_for(request.user, appeal_id)
    services.withdraw_appeal(actor=request.user, appeal_id=appeal.pk, version=VersionForm(request.POST).seen())
    messages.success(request, f"Đã rút {services.name_of(appeal)}.")
    return redirect("emulation:appeal-detail", appeal.pk)


@require_POST
def appeal_confirm(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Xác nhận kiến nghị đã ghi nhận qua điện thoại, by the head."""
    appeal = get_appeal_for(request.user, appeal_id)
    records.confirm_appeal(actor=request.user, appeal_id=appeal.pk, version=VersionForm(request.POST).seen())
    messages.success(request, "Đã xác nhận kiến nghị.")
    return redirect("emulation:appeal-detail", appeal.pk)


@require_POST
def appeal_reopen(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Mở lại một kiến nghị đã rút hoặc đã giải quyết nhầm, with a reason."""
    appeal = get_appeal_for(request.user, appeal_id)
    form, seen = reopening_form(request.POST), VersionForm(request.POST).seen()
    if form.is_valid():
        reason = form.cleaned_data["text"]
        try:
            services.reopen_appeal(actor=request.user, appeal_id=appeal.pk, reason=reason, version=seen)
        except DomainError as error:
            show_refusal(form, error, beside="text")
        else:
            messages.success(request, f"Đã mở lại {services.name_of(appeal)}.")
            return redirect("emulation:appeal-detail", appeal.pk)
    return _page(request, appeal, appealed_row(request.user, appeal), reopening=form)


@require_POST
def appeal_note(request: SignedInRequest, appeal_id: int) -> HttpResponse:
    """Ghi ý kiến về một kiến nghị."""
    appeal = get_appeal_for(request.user, appeal_id)
    form = noting_form(request.POST)
    if form.is_valid():
        try:
            records.note_appeal(actor=request.user, appeal_id=appeal.pk, text=form.cleaned_data["text"])
        except DomainError as error:
            show_refusal(form, error, beside="text")
        else:
            messages.success(request, "Đã ghi ý kiến.")
            return redirect("emulation:appeal-detail", appeal.pk)
    return _page(request, appeal, appealed_row(request.user, appeal), noting=form)
