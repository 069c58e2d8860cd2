"""Screens of criteria sets: the list and the whole set with its rules in words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emulation.queries.criteria import criteria_of, get_set_for, sets_with_counts, tree_of
from emulation.ranking import tie_sentence
from emulation.rule_words import describe
from emulation.views.shown import with_rules
from units.rules import SignedInRequest


@require_safe
def set_list(request: SignedInRequest) -> HttpResponse:
    """Danh sách bộ tiêu chí."""
    return render(request, "emulation/set_list.html", {"sets": sets_with_counts(request.user)})


@require_safe
def set_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Một bộ tiêu chí: lĩnh vực, tiêu chí, cách chấm, mức xếp loại."""
    criteria_set = get_set_for(request.user, code)
    areas = tree_of(criteria_of(criteria_set))
    context = {
        "set": criteria_set,
        "areas": [(area, with_rules(area.criteria, describe)) for area in areas],
        "total_points": sum(area.max_points for area in areas),
        "tie_rule": tie_sentence(criteria_set.tie_order, {area.code: area.name for area in areas}),
    }
    return render(request, "emulation/set_detail.html", context)
