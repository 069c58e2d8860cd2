"""Closing a year's plan for reports, and opening it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ninhgiang.errors import DomainError
from ninhgiang.refusals import show_refusal
from reform_tasks import services
from reform_tasks.forms import CloseForm
from reform_tasks.queries import get_plan_for
from reform_tasks.rules import require_plan_manager
from units.queries import history_of
from units.rules import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def plan_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close an open plan or open a closed one, with a reason."""
    plan = get_plan_for(request.user, pk)
    require_plan_manager(request.user, plan.issuer, doing="khóa sổ kế hoạch")
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        service = services.reopen_plan if plan.closed_at else services.close_plan
        try:
            service(actor=request.user, plan=plan, **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã khóa sổ kế hoạch." if plan.closed_at else "Đã mở lại kế hoạch.")
            return redirect("reform_tasks:plan-detail", pk)
    context = {"plan": plan, "form": form, "history": history_of("reform_tasks.plan", plan.pk)}
    return render(request, "reform_tasks/plan_close.html", context, status=422 if form.errors else 200)
