"""Screens of rankings: all published ones, and one ranking by block."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emulation.appeal_rules import appeal_days_text
from emulation.enums import RoundState
from emulation.models import Ranking
from emulation.queries.rankings import (
    RoundSummary,
    alarms_of,
    get_ranking_for,
    summary_of,
    versions_of,
    visible_rankings,
)
from emulation.queries.stability import cards_with_appeals, stability_notes
from emulation.rules import own_units, round_moves, sees_all
from emulation.views.shown import grade_tone
from units.enums import RoleKind
from units.rules import SignedInRequest, holds, units_where


@require_safe
def ranking_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách kết quả xếp hạng."""
    return render(request, "emulation/ranking_list.html", {"rankings": visible_rankings(request.user)})


@require_safe
def ranking(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Bảng xếp hạng của một đợt, theo từng khối và chung."""
    found = get_ranking_for(request.user, round_id)
    context = ranking_context(request, found, summary_of(found))
    round_ = found.round
    published = round_.state == RoundState.PUBLISHED
    versions = versions_of(round_) if published else []
    answers = sees_all(request.user, round_.issuer)
    cards = cards_with_appeals(round_) if published and answers else []
    context |= {
        "moves": round_moves(request.user, round_),
        "versions": versions,
        "appeal_days": appeal_days_text(round_) if round_.appeal_until else "",
        "alarms": alarms_of(versions) if answers else [],
        "stability": stability_notes(found, cards),
        "may_republish": published and holds(request.user, RoleKind.LEADER, round_.issuer) and not round_.practice,
        "may_propose": round_.issuer in units_where(request.user, RoleKind.REVIEWER) and not round_.practice,
        "has_awards": hasattr(found, "award_proposal"),
    }
    return render(request, "emulation/ranking.html", context)


def ranking_context(request: SignedInRequest, found: Ranking, summary: RoundSummary) -> dict[str, Any]:
    """Return what the page of a ranking, or of one published version of it, shows."""
    round_ = found.round
    tones = {band["code"]: grade_tone(band["code"], summary.bands) for band in summary.bands}
    return {
        "ranking": found,
        "round": round_,
        "summary": summary,
        "blocks": [(block, [(one, tones[one.grade_code]) for one in block.entries]) for block in summary.blocks],
        "overall": [(one, tones[one.grade_code]) for one in summary.overall] if len(summary.blocks) > 1 else [],
        "own_ids": {unit.pk for unit in own_units(request.user)},
        "sees_all": sees_all(request.user, round_.issuer),
        "published": round_.state == RoundState.PUBLISHED,
    }
