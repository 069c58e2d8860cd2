"""Screens of award lists: all lists, drawing one up, one list with its reasons and money."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emulation.award_checks import AwardRule
from emulation.forms.awards import AwardRuleForm, ExclusionForm, VersionForm
from emulation.models import AwardCandidate, AwardProposal
from emulation.queries import awards as queries
from emulation.services import awards as services
from ninhgiang.calendar import local_date, today
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal
from ninhgiang.vietnamese import money_in_words
from units.enums import RoleKind
from units.queries import history_of
from units.rules import SignedInRequest, require, units_where


@require_safe
def award_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách các đề nghị khen thưởng of the commune."""
    if not units_where(request.user, *queries.AWARD_VIEWERS):
        raise Refused("Danh sách khen thưởng dự kiến do Phòng Văn hóa - Xã hội lập, Hội đồng và lãnh đạo xem xét.")
    return render(request, "emulation/award_list.html", {"proposals": queries.visible_proposals(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def award_create(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Lập danh sách đề nghị khen thưởng from a published ranking."""
    ranking = queries.get_ranking_for_award(request.user, round_id)
    require(request.user, RoleKind.REVIEWER, ranking.round.issuer, doing="lập danh sách đề nghị khen thưởng")
    existing = queries.proposal_of(request.user, ranking)
    if existing is not None:
        return redirect("emulation:award-detail", existing.pk)
    published_on = local_date(ranking.published_at) if ranking.published_at else today()
    form = AwardRuleForm(
        request.POST or None,
        criteria_set=ranking.round.criteria_set,
        initial={"decision_on": max(today(), published_on)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            proposal = services.create_award_proposal(actor=request.user, ranking=ranking, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("emulation:award-detail", proposal.pk)
    context = {"form": form, "ranking": ranking, "round": ranking.round}
    return render(request, "emulation/award_create.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def award_detail(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Một danh sách đề nghị: the rule, who is listed with money, who is not and why."""
    return _detail_page(request, queries.get_proposal_for(request.user, proposal_id))


def _detail_page(
    request: SignedInRequest,
    proposal: AwardProposal,
    *,
    problem: str = "",
    failed: tuple[int, ExclusionForm] | None = None,
) -> HttpResponse:
    sheet = queries.sheet_of(proposal)
    criteria_set = proposal.ranking.round.criteria_set
    may_edit = queries.may_edit(request.user, proposal)
    rows = [(one, _exclusion_form(one, proposal, failed)) for one in sheet.listed]
    context: dict[str, Any] = {
        "proposal": proposal,
        "round": proposal.ranking.round,
        "rule": AwardRule(proposal.max_rank, proposal.min_grade_code, criteria_set.bands).sentence(),
        "sheet": sheet,
        "rows": rows,
        "index_decimals": criteria_set.index_decimals,
        "total_in_words": money_in_words(sheet.total),
        "numbers": queries.numbers_on(proposal.decision_on),
        "moves": queries.award_moves(request.user, proposal),
        "may_edit": may_edit,
        "problem": problem,
        "history": history_of("emulation.awardproposal", proposal.pk)[:30],
    }
    return render(request, "emulation/award_detail.html", context, status=422 if problem or failed else 200)


def _exclusion_form(
    candidate: AwardCandidate, proposal: AwardProposal, failed: tuple[int, ExclusionForm] | None
) -> ExclusionForm:
    if failed is not None and failed[0] == candidate.pk:
        return failed[1]
    return ExclusionForm(initial={"version": proposal.version}, auto_id=f"dt{candidate.pk}-%s")


def _version(request: SignedInRequest) -> int:
    """Return the version the form carried; 0 (never current) when it is missing or broken."""
    form = VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else 0


@require_POST
def award_propose(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Trình danh sách to the council and the leaders."""
    proposal = queries.get_proposal_for(request.user, proposal_id)
    try:
        services.propose_awards(actor=request.user, proposal=proposal, version=_version(request))
    except (Refused, Stale):
        raise
    except DomainError as error:
        return _detail_page(request, proposal, problem=error.message)
    messages.success(request, "Đã trình danh sách để Hội đồng Thi đua - Khen thưởng xem xét.")
    return redirect("emulation:award-detail", proposal.pk)


@require_POST
def award_discard(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Bỏ danh sách dự kiến, to draw it up again."""
    proposal = queries.get_proposal_for(request.user, proposal_id)
    round_id = proposal.ranking.round_id
    services.discard_award_proposal(actor=request.user, proposal=proposal, version=_version(request))
    messages.success(request, "Đã bỏ danh sách dự kiến. Có thể lập lại với ngày quyết định hoặc quy tắc khác.")
    return redirect("emulation:award-create", round_id)


@require_POST
def candidate_exclude(request: SignedInRequest, proposal_id: int, candidate_id: int) -> HttpResponse:
    """Đưa một đối tượng ra khỏi danh sách, with a reason."""
    candidate = queries.get_candidate_for(request.user, proposal_id, candidate_id)
    require(request.user, RoleKind.REVIEWER, candidate.proposal.ranking.round.issuer, doing="sửa danh sách khen thưởng")
    form = ExclusionForm(request.POST, auto_id=f"dt{candidate.pk}-%s")
    if not form.is_valid():
        return _detail_page(request, candidate.proposal, failed=(candidate.pk, form))
    try:
        services.exclude_candidate(actor=request.user, candidate=candidate, **form.cleaned_data)
    except (Refused, Stale):
        raise
    except DomainError as error:
        return _detail_page(request, candidate.proposal, problem=error.message)
    messages.success(request, f"Đã đưa {candidate.name} ra khỏi danh sách.")
    return redirect("emulation:award-detail", proposal_id)


@require_POST
def candidate_include(request: SignedInRequest, proposal_id: int, candidate_id: int) -> HttpResponse:
    """Đưa một đối tượng đủ điều kiện trở lại danh sách."""
    candidate = queries.get_candidate_for(request.user, proposal_id, candidate_id)
    try:
        services.include_candidate(actor=request.user, candidate=candidate, version=_version(request))
    except (Refused, Stale):
        raise
    except DomainError as error:
        return _detail_page(request, candidate.proposal, problem=error.message)
    messages.success(request, f"Đã đưa {candidate.name} trở lại danh sách.")
    return redirect("emulation:award-detail", proposal_id)
