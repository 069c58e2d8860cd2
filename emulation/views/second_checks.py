"""Screens of the blind second check: the list with the agreement figure, and one drawn row."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emulation.forms.rows import RowForm
from emulation.forms.second_checks import bind_check, show_check
from emulation.models import SecondCheck
from emulation.queries.rounds import get_round_for
from emulation.queries.second_checks import check_list, get_check_for
from emulation.services import second_checks as services
from ninhgiang.errors import DomainError
from units.rules import SignedInRequest


@require_safe
def second_check_list(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Thẩm định độc lập lần hai của một đợt: dòng cần làm, mức thống nhất."""
    round_ = get_round_for(request.user, round_id)
    context = {
        "round": round_,
        "list": check_list(request.user, round_),
        "open": round_.state in services.OPEN_IN,
    }
    return render(request, "emulation/second_check_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def second_check(request: SignedInRequest, check_id: int) -> HttpResponse:
    """Một dòng được rút: tự thẩm định, không thấy điểm lần một."""
    check = get_check_for(request.user, check_id)
    services.require_shown(request.user, check)
    form, status = show_check(check), 200
    if request.method != "POST":
        services.require_check(request.user, check)
    else:
        form, value = bind_check(check, request.POST)
        problem = None if form.has_problem else _save(request, check, form, value)
        if problem is None and not form.has_problem:
            messages.success(request, "Đã lưu kết quả thẩm định lần hai.")
            return redirect("emulation:second-check-list", check.row.scorecard.round_id)
        status = problem.status if problem else 422
    context = {"row": check.row, "one": form, "round": check.row.scorecard.round, "closed": status == 403}
    return render(request, "emulation/second_check.html", context, status=status)


def _save(request: SignedInRequest, check: SecondCheck, form: RowForm, value: dict[str, Any]) -> DomainError | None:
    """Save the check; a refusal is put on the form and returned, so that what was typed stays on the page."""
    try:
        services.save_second_check(actor=request.user, check_id=check.pk, value=value, note=form.note)
    except DomainError as error:
        form.put_error(error)
        return error
    return None
