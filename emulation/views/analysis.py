"""Screens for the office: where a round lost its points, and what a changed set would make of a result."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from emulation.analysis import losses
from emulation.analysis_workbook import write_analysis
from emulation.models import CriteriaSet, Ranking
from emulation.queries.analysis import rankings_to_rehearse, rehearsal_facts, self_gaps, snapshots_of
from emulation.queries.criteria import get_set_for
from emulation.queries.rankings import get_ranking_for
from emulation.queries.scorecards import difference_text
from emulation.rehearsal import rehearse
from emulation.rules import sees_all
from emulation.services.criteria import spec_of
from emulation.set_differences import differences_of
from emulation.set_spec import draft_problems, problems_of
from emulation.views.shown import grade_tone
from ninhgiang.cells import CONTENT_TYPE
from ninhgiang.errors import Refused
from ninhgiang.points import round_points
from units.models import Unit
from units.rules import SignedInRequest

ROUNDS_OFFERED = 20
WHO_READS = "Chỉ Phòng Văn hóa - Xã hội, Văn phòng HĐND và UBND, lãnh đạo UBND xã xem được phần này."


def _require_reader(request: SignedInRequest, issuer: Unit) -> None:
    if not sees_all(request.user, issuer):
        raise Refused(WHO_READS)


@require_safe
def round_analysis(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Phân tích một đợt: điểm mất theo tiêu chí, tiêu chí không phân loại được, tự chấm so với kết quả."""
    ranking = get_ranking_for(request.user, round_id)
    _require_reader(request, ranking.round.issuer)
    found, table = losses(snapshots_of(ranking.round)), self_gaps(ranking.round)
    if request.GET.get("tep") == "excel":
        names = [one.name for one in table.rounds]
        answer = HttpResponse(write_analysis(ranking.round.name, found, names, table.lines), content_type=CONTENT_TYPE)
        answer["Content-Disposition"] = f'attachment; filename="phan-tich-dot-{ranking.round_id}.xlsx"'
        return answer
    context = {
        "round": ranking.round,
        "losses": [one for one in found if one.lost > 0],
        "all_full": [one for one in found if one.all_full],
        "all_zero": [one for one in found if one.all_zero],
        "table": table,
        "lines": [
            (
                line.unit,
                [(one.name, _signed(gap)) for one, gap in zip(table.rounds, line.gaps, strict=True)],
                _signed(line.mean),
            )
            for line in table.lines
        ],
    }
    return render(request, "emulation/round_analysis.html", context)


def _signed(gap: Decimal | None) -> str:
    """A gap with its sign: "+1,5", "-0,25", "0"; "–" for none."""
    return "–" if gap is None else difference_text(round_points(gap)) or "0"


@require_safe
def set_rehearsal(request: SignedInRequest, code: str) -> HttpResponse:
    """Chạy thử bộ tiêu chí trên một kết quả đã có: ai đổi hạng, đổi loại."""
    criteria_set = get_set_for(request.user, code)
    _require_reader(request, criteria_set.issuer)
    rankings = list(rankings_to_rehearse(criteria_set.issuer)[:ROUNDS_OFFERED])
    chosen = _chosen(request, criteria_set, rankings)
    context = {"set": criteria_set, "rankings": rankings, "chosen": chosen}
    spec = spec_of(criteria_set)
    context["problems"] = problems_of(spec)
    if chosen is not None and not draft_problems(spec):
        result = rehearse(chosen.snapshot, snapshots_of(chosen.round), spec, rehearsal_facts(chosen.round, spec))
        old = chosen.snapshot["criteria_set"]["bands"]
        new = criteria_set.bands
        context["result"] = result
        context["lines"] = [
            (one, grade_tone(one.before.grade_code, old), grade_tone(one.after.grade_code, new))
            for one in sorted(result.units, key=lambda one: (not one.moves, one.block, one.after.rank or 999))
        ]
        context["decimals"] = (chosen.snapshot["criteria_set"].get("index_decimals", 2), criteria_set.index_decimals)
        context["changes"] = differences_of(spec_of(chosen.round.criteria_set), spec)[:30]
    return render(request, "emulation/set_rehearsal.html", context)


def _chosen(request: SignedInRequest, criteria_set: CriteriaSet, rankings: list[Ranking]) -> Ranking | None:
    """Return the ranking asked for, else the latest of the set this one was copied from, else the latest."""
    asked = request.GET.get("dot", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        return get_object_or_404(rankings_to_rehearse(criteria_set.issuer), round_id=int(asked))
    own = (criteria_set.pk, criteria_set.copied_from_id)
    found = [one for one in rankings if one.round.criteria_set_id in own] or rankings
    return found[0] if found else None
