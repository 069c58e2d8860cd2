"""Screens of scoring rounds: list, create, one round with its progress, its steps and its dates."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from emulation.enums import ROUND_MOVES, RoundKind, RoundState, ScorecardState
from emulation.forms.rounds import STEP_FORMS, DatesForm, RoundForm, made_current
from emulation.late import late_rule_sentence
from emulation.locks import deadline_passed, explanation_passed
from emulation.models import Round, Scorecard
from emulation.queries.appraisal import WAITING_IN, appraises_in, rows_for
from emulation.queries.rounds import (
    flagged_units,
    get_round_for,
    own_cards,
    progress_of,
    rounds_with_counts,
    visible_rounds,
)
from emulation.rules import round_moves, sees_all, sees_ranking
from emulation.services import closing, explanations, publication
from emulation.services import rankings as ranking_services
from emulation.services import rounds as services
from emulation.services.round_upkeep import ARCHIVERS, unfinished_because
from emulation.views.shown import ROUND_TONES, card_status, round_steps
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from ninhgiang.states import Move
from units.enums import RoleKind
from units.queries import history_of
from units.rules import SignedInRequest, issuer_of, require, units_where

STEPS: dict[str, Callable[..., Any]] = {
    "open": services.open_round,
    "close_self": closing.close_self_scoring,
    "ask_explanation": explanations.ask_explanation,
    "close_explanation": explanations.close_explanation,
    "rank": ranking_services.rank_round,
    "reopen_appraisal": ranking_services.reopen_appraisal,
    "reopen_reappraisal": ranking_services.reopen_appraisal,
    "publish": publication.publish_ranking,
}
DONE = {
    "open": "Đã mở đợt. Các đơn vị đã được thông báo để tự chấm.",
    "close_self": "Đã đóng tự chấm. Có thể bắt đầu thẩm định.",
    "ask_explanation": "Đã gửi yêu cầu giải trình tới các đơn vị.",
    "close_explanation": "Đã đóng giải trình. Có thể thẩm định lần 2.",
    "rank": "Đã xếp hạng và trình lãnh đạo công bố.",
    "reopen_appraisal": "Đã trả lại để thẩm định lại.",
    "reopen_reappraisal": "Đã trả lại để thẩm định lại lần 2.",
    "publish": "Đã công bố kết quả.",
}
RANKED_FOR_PRACTICE = "Đã xếp hạng thử. Kết quả chấm thử không công bố và không dùng vào việc nào."

DATES_CHANGED = "Người khác vừa thay đổi đợt này nên chưa lưu. Ngày đang lưu: "


@require_safe
def round_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách đợt chấm điểm."""
    issuer = issuer_of(request.user)
    archived = "luu_tru" in request.GET
    context = {
        "rounds": [
            (one, ROUND_TONES[RoundState(one.state)]) for one in rounds_with_counts(request.user, archived=archived)
        ],
        "archived": archived,
        "archived_count": visible_rounds(request.user).filter(archived_at__isnull=False).count(),
        "may_create": bool(units_where(request.user, RoleKind.REVIEWER)),
        "sees_all": issuer is not None and sees_all(request.user, issuer),
    }
    return render(request, "emulation/round_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def round_create(request: SignedInRequest) -> HttpResponse:
    """Tạo đợt chấm điểm."""
    issuer = issuer_of(request.user)
    if issuer is None:
        raise Http404
    require(request.user, RoleKind.REVIEWER, issuer, doing="tạo đợt chấm điểm")
    kind = request.GET.get("loai", "")
    kind = kind if kind in RoundKind.values else RoundKind.YEARLY
    form = RoundForm(request.POST or None, user=request.user, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            round_ = services.create_round(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã tạo đợt. Kiểm tra lại rồi mở cho các đơn vị tự chấm.")
            return redirect("emulation:round-detail", round_.pk)
    return render(
        request,
        "emulation/round_create.html",
        {"form": form, "kinds": RoundKind, "chosen": kind},
        status=_status(request),
    )


def _status(request: SignedInRequest) -> int:
    """A form shown again after a post was not accepted."""
    return 422 if request.method == "POST" else 200


@require_safe
def round_detail(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Một đợt: các bước, tiến độ từng đơn vị, việc làm tiếp theo."""
    round_ = get_round_for(request.user, round_id)
    all_seen = sees_all(request.user, round_.issuer)
    cards = list(progress_of(round_)) if all_seen else own_cards(request.user, round_)
    context = {
        "round": round_,
        "tone": ROUND_TONES[RoundState(round_.state)],
        "steps": round_steps(round_),
        "sees_all": all_seen,
        "blocks": _by_block(cards),
        "counts": _counts(cards),
        "moves": _moves(request, round_),
        "not_ready": _not_ready(cards),
        "may_move_dates": _may_move_dates(request, round_),
        "may_edit": round_.state == RoundState.DRAFT and round_.issuer in units_where(request.user, RoleKind.REVIEWER),
        "may_archive": round_.archived_at is None and _may_archive(request, round_) and not unfinished_because(round_),
        "may_restore": round_.archived_at is not None and _may_archive(request, round_),
        "sees_ranking": sees_ranking(request.user, round_),
        "overdue": _overdue(round_),
        "queue": _queue(request, round_),
        "second_checks": bool(all_seen and round_.sample_percent and round_.state not in _BEFORE_DRAW),
        "history": history_of("emulation.round", round_.pk) if all_seen else [],
    }
    return render(request, "emulation/round_detail.html", context)


_BEFORE_DRAW = (RoundState.DRAFT, RoundState.SELF_SCORING)


def _moves(request: SignedInRequest, round_: Round) -> dict[str, Move]:
    """Return the steps open to the person; those that would find nothing to do are left out."""
    moves = round_moves(request.user, round_)
    if "ask_explanation" in moves:
        moves.pop("rank" if flagged_units(round_) else "ask_explanation", None)
    return moves


def _queue(request: SignedInRequest, round_: Round) -> int | None:
    """Return how many rows wait for this person's appraisal; None for people who appraise nothing here."""
    if RoundState(round_.state) not in WAITING_IN or not appraises_in(request.user, round_):
        return None
    return rows_for(request.user, round_).count()


def _may_archive(request: SignedInRequest, round_: Round) -> bool:
    return round_.issuer in units_where(request.user, *ARCHIVERS)


def _may_move_dates(request: SignedInRequest, round_: Round) -> bool:
    done = round_.state in (RoundState.DRAFT, RoundState.RANKED, RoundState.PUBLISHED)
    return not done and round_.issuer in units_where(request.user, RoleKind.REVIEWER)


def _overdue(round_: Round) -> str:
    if round_.state == RoundState.SELF_SCORING and deadline_passed(round_):
        return "Đã hết hạn tự chấm. Đóng tự chấm để thẩm định, hoặc gia hạn cho các đơn vị."
    if round_.state == RoundState.APPRAISAL and today() > round_.appraise_until:
        return "Đã quá hạn thẩm định lần 1."
    if round_.state == RoundState.EXPLANATION and explanation_passed(round_):
        return "Đã hết hạn giải trình. Đóng giải trình để thẩm định lần 2, hoặc gia hạn."
    if round_.state == RoundState.REAPPRAISAL and round_.reappraise_until and today() > round_.reappraise_until:
        return "Đã quá hạn thẩm định lần 2."
    return ""


def _by_block(cards: list[Scorecard]) -> dict[str, list[tuple[Scorecard, str, str]]]:
    blocks: dict[str, list[tuple[Scorecard, str, str]]] = {}
    for card in cards:
        blocks.setdefault(card.block.name, []).append((card, *card_status(card)))
    return blocks


def _counts(cards: list[Scorecard]) -> dict[str, int]:
    return {
        "all": len(cards),
        "handed_in": sum(card.submitted_at is not None for card in cards),
        "appraised": sum(card.appraised_total is not None for card in cards),
    }


def _not_ready(cards: list[Scorecard]) -> list[str]:
    """Return the steps for which something is still missing, to be shown less loudly."""
    steps = []
    if any(card.submitted_at is None for card in cards):
        steps.append("close_self")
    if any(card.state not in ranking_services.SETTLED for card in cards):
        steps += ["rank", "ask_explanation"]
    if any(card.state == ScorecardState.EXPLAINING for card in cards):
        steps.append("close_explanation")
    return steps


@require_http_methods(["GET", "HEAD", "POST"])
def round_step(request: SignedInRequest, round_id: int, action: str) -> HttpResponse:
    """Một bước của đợt: says what will happen, asks for what the step needs, then does it."""
    round_ = get_round_for(request.user, round_id)
    move = round_moves(request.user, round_).get(action)
    if action not in STEPS:
        raise Http404
    if move is None:
        _refuse_step(request, round_, action)
    form = STEP_FORMS[action](request.POST or None, initial={"version": round_.version})
    if request.method == "POST" and form.is_valid():
        try:
            STEPS[action](actor=request.user, round_id=round_.pk, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, RANKED_FOR_PRACTICE if action == "rank" and round_.practice else DONE[action])
            return redirect(_after(action, round_))
    context = {"round": round_, "move": move, "action": action, "form": form, "waiting": _waiting(round_, action)}
    context["late_rule"] = late_rule_sentence(round_.criteria_set)
    return render(request, "emulation/round_step.html", context, status=_status(request))


def _refuse_step(request: SignedInRequest, round_: Round, action: str) -> None:
    """Say why a step is not open: the wrong person (403) or the wrong moment (422)."""
    roles = {role for (_, name), move in ROUND_MOVES.items() if name == action for role in move.roles}
    require(request.user, roles, round_.issuer, doing="làm việc này")
    if action == "publish" and round_.practice:
        raise DomainError("Đợt chấm thử không công bố. Muốn lấy kết quả, hãy tạo đợt chính thức.")
    raise DomainError(f"Đợt đang ở bước “{round_.state_label}” nên chưa làm được việc này.")


def _after(action: str, round_: Round) -> str:
    name = "emulation:ranking" if action in ("rank", "publish") else "emulation:round-detail"
    return reverse(name, args=[round_.pk])


def _waiting(round_: Round, action: str) -> list[str]:
    """Return the units that are not ready for the step, to be shown before it is taken."""
    if action == "close_self":
        return [card.unit.name for card in progress_of(round_) if card.submitted_at is None]
    if action == "rank":
        return [card.unit.name for card in progress_of(round_) if card.state not in ranking_services.SETTLED]
    if action == "ask_explanation":
        return list(flagged_units(round_))
    if action == "close_explanation":
        return [card.unit.name for card in progress_of(round_) if card.state == ScorecardState.EXPLAINING]
    return []


@require_http_methods(["GET", "HEAD", "POST"])
def round_dates(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Đổi hạn của một đợt (gia hạn)."""
    round_ = get_round_for(request.user, round_id)
    require(request.user, RoleKind.REVIEWER, round_.issuer, doing="đổi hạn của đợt chấm điểm")
    form, status = DatesForm(request.POST or None, round_=round_), _status(request)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_round_dates(actor=request.user, round_id=round_.pk, **form.cleaned_data)
        except Stale as stale:  # what was typed stays, over the dates as they are now
            round_, status = get_round_for(request.user, round_id), stale.status
            form = DatesForm(made_current(form, round_.version), round_=round_)
            form.add_error(None, DATES_CHANGED + services.dates_words(round_) + ".")
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã đổi hạn và báo cho các đơn vị.")
            return redirect("emulation:round-detail", round_.pk)
    return render(request, "emulation/round_dates.html", {"form": form, "round": round_}, status=status)
