"""Screens of what is decided about results: vetoes, versions of a published ranking. Appeals: appeals.py."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.forms.decisions import NewVersionForm, VetoForm
from emulation.queries.appeals import get_veto_for
from emulation.queries.criteria import amending_sets
from emulation.queries.rankings import get_ranking_for, get_version_for, summary_of
from emulation.queries.scorecards import get_scorecard_for
from emulation.services import publication, vetoes
from emulation.views.rankings import ranking_context
from emulation.views.scorecards import card_context
from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from ninhgiang.vietnamese import clean
from units.enums import RoleKind
from units.rules import SignedInRequest, require


def _status(request: SignedInRequest) -> int:
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "HEAD", "POST"])
def veto_create(request: SignedInRequest, scorecard_id: int) -> HttpResponse:
    """Ghi trường hợp khống chế đối với một đơn vị."""
    card = get_scorecard_for(request.user, scorecard_id)
    require(request.user, vetoes.SETTERS, card.round.issuer, doing="ghi trường hợp khống chế")
    form = VetoForm(request.POST or None, card=card)
    try:
        vetoes.require_moment(card)
        if request.method == "POST" and form.is_valid():
            vetoes.set_veto(actor=request.user, scorecard_id=card.pk, **form.service_data())
            messages.success(request, "Đã ghi trường hợp khống chế và báo cho đơn vị.")
            return redirect("emulation:scorecard-detail", card.pk)
    except DomainError as error:
        show_refusal(form, error)
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
    form = NewVersionForm(request.POST or None, round_=found.round, initial={"version": found.round.version})
    if request.method == "POST" and form.is_valid():
        try:
            made = publication.publish_new_version(actor=request.user, round_id=round_id, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, f"Đã công bố bản {made.number}.")
            return redirect("emulation:ranking", round_id)
    context = {"round": found.round, "form": form, "ranking": found, "amending": amending_sets(found.round)}
    return render(request, "emulation/version_create.html", context, status=_status(request))
