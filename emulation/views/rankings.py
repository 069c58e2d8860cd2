"""Screens of rankings: all published ones, and one ranking by block."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emulation.enums import RoundState
from emulation.queries.rankings import get_ranking_for, summary_of, visible_rankings
from emulation.rules import own_units, round_moves, sees_all
from emulation.views.shown import grade_tone
from units.enums import RoleKind
from units.rules import SignedInRequest, units_where


@require_safe
def ranking_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách kết quả xếp hạng."""
    return render(request, "emulation/ranking_list.html", {"rankings": visible_rankings(request.user)})


@require_safe
def ranking(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Bảng xếp hạng của một đợt, theo từng khối."""
    found = get_ranking_for(request.user, round_id)
    summary = summary_of(found)
    round_ = found.round
    tones = {band["code"]: grade_tone(band["code"], summary.bands) for band in summary.bands}
    context = {
        "ranking": found,
        "round": round_,
        "summary": summary,
        "blocks": [(block, [(one, tones[one.grade_code]) for one in block.entries]) for block in summary.blocks],
        "own_ids": {unit.pk for unit in own_units(request.user)},
        "sees_all": sees_all(request.user, round_.issuer),
        "moves": round_moves(request.user, round_),
        "published": round_.state == RoundState.PUBLISHED,
        "may_propose": round_.issuer in units_where(request.user, RoleKind.REVIEWER),
        "has_awards": hasattr(found, "award_proposal"),
    }
    return render(request, "emulation/ranking.html", context)
