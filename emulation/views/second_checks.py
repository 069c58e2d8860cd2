"""Screens of the blind second check: the list with the agreement figure, and one drawn row."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emulation.forms.second_checks import bind_check, show_check
from emulation.queries.rounds import get_round_for
from emulation.queries.second_checks import check_list, get_check_for
from emulation.services import second_checks as services
from ninhgiang.errors import DomainError, Refused
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
    round_ = check.row.scorecard.round
    form, status = show_check(check), 200
    if request.method == "POST":
        form, value = bind_check(check, request.POST)
        status = 422
        if not form.has_problem:
            try:
                services.save_second_check(actor=request.user, check_id=check.pk, value=value, note=form.note)
            except Refused:
                raise
            except DomainError as error:
                form.put_error(error)
                status = error.status
            else:
                messages.success(request, "Đã lưu kết quả thẩm định lần hai.")
                return redirect("emulation:second-check-list", round_.pk)
    else:
        services.require_check(request.user, check)
    context = {"check": check, "row": check.row, "form_row": form, "one": form, "round": round_}
    return render(request, "emulation/second_check.html", context, status=status)
