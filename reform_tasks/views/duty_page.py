"""The page of one duty, shown by every step on it: the forms given are shown as posted, the others fresh."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from ninhgiang.states import moves_from
from reform_tasks.deadlines import rule_from_json
from reform_tasks.enums import (
    EDITABLE_REPORT_STATES,
    FINAL_OUTCOMES,
    REPORT_MOVES,
    DeadlineKind,
    PhoneState,
    ReportState,
)
from reform_tasks.forms import DueDateForm, HandBackForm, PartForm, ReportForm, ReturnForm, report_initial
from reform_tasks.linked import stakes_of
from reform_tasks.models import Occurrence, PhoneEntry, ProgressReport
from reform_tasks.queries import duty_of, library_of, report_of, siblings_of
from reform_tasks.queries.evidence import uses_of
from reform_tasks.queries.reminders import reminded_of
from reform_tasks.queries.schedules import day_off_note
from reform_tasks.results import document_text, flags, quantity_text
from reform_tasks.rules import closed_reason, may_draft, may_manage_plans, report_roles
from reform_tasks.services import part_words
from units.queries import history_of, name_on
from units.rules import SignedInRequest

from .duty_requests import request_parts
from .tones import report_tone, status_tone

# Steps whose reason stays in sight while the report is worked on again.
_SENT_BACK = ("return_report", "accept_part")


def report_form(occurrence: Occurrence, *args: Any, **kwargs: Any) -> ReportForm:
    """Return the report form of a duty, with its unit's library and its task's kind of result.

    `used` (among kwargs) are the files of the stored report with their pages and remarks.
    """
    assignment = occurrence.assignment
    return ReportForm(*args, library=library_of(assignment.unit), task=assignment.task, **kwargs)


def after_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go back to the queue when the step was taken there, else to the duty."""
    if request.POST.get("next") == "queue":
        return redirect("reform_tasks:review-queue")
    return redirect("reform_tasks:occurrence-detail", pk)


def take_step(
    request: SignedInRequest,
    occurrence: Occurrence,
    form: forms.Form,
    service: Callable[..., Any],
    done: str,
    *,
    slot: str,
) -> HttpResponse:
    """Run a service with a form's content; when either refuses, show the page again with the form in its `slot`."""
    if form.is_valid():
        try:
            service(actor=request.user, occurrence=occurrence, **form.cleaned_data)
        except Stale as error:
            mine = {str(field.label): str(field.value() or "") for field in form.visible_fields()}
            raise Stale(error.message, theirs=error.theirs, mine=error.mine or mine) from error
        except DomainError as error:
            show_refusal(form, error)
    if form.errors:
        return duty_page(request, occurrence, status=422, **{slot: form})  # type: ignore[arg-type]
    messages.success(request, done)
    return after_step(request, occurrence.pk)


def duty_page(
    request: SignedInRequest,
    occurrence: Occurrence,
    *,
    form: ReportForm | None = None,
    stale: Stale | None = None,
    status: int = 200,
    **posted: Any,
) -> HttpResponse:
    """Render the duty's page; `posted` are the refused forms of its smaller steps, by their names below."""
    report = report_of(occurrence)
    closed = closed_reason(occurrence, report)
    duty = duty_of(occurrence, calendar.today())
    history = list(history_of("reform_tasks.occurrence", occurrence.pk))
    context: dict[str, Any] = {
        "occurrence": occurrence,
        "duty": duty,
        "tone": status_tone(duty.status),
        "task": occurrence.assignment.task,
        "unit": occurrence.assignment.unit,
        "closed": closed,
        "day_off": day_off_note(occurrence),
        "unit_then": name_on(occurrence.assignment.unit, occurrence.due_on or calendar.today()),
        "stale": stale,
        "siblings": siblings_of(occurrence),
        "stakes": stakes_of([occurrence]).get(occurrence.pk, []) if not closed else [],
        "reminded": reminded_of([occurrence.pk]).get(occurrence.pk),
        "may_remind": may_manage_plans(request.user, occurrence.assignment.task.plan.issuer),
        "history": history,
        "sent_back": [entry for entry in history if entry.action in _SENT_BACK],
        "from_queue": request.GET.get("tu") == "hang-cho" or request.POST.get("next") == "queue",
        **_report_parts(request, occurrence, report, closed, form, posted),
        **request_parts(request.user, occurrence, report, closed=bool(closed), posted=posted),
        "due_form": _due_form(request, occurrence, posted),
    }
    context["flags"] = _flags(occurrence, report, context["calls"])
    return render(request, "reform_tasks/occurrence_detail.html", context, status=status)


def _report_parts(
    request: SignedInRequest,
    occurrence: Occurrence,
    report: ProgressReport | None,
    closed: str,
    form: ReportForm | None,
    posted: dict[str, forms.Form],
) -> dict[str, Any]:
    """Return what the report's panels show: the report, its form or its text, the steps open to the reader."""
    state = report.state if report else ReportState.DRAFT
    moves = {} if closed else moves_from(REPORT_MOVES, state, report_roles(request.user, occurrence))
    if report is not None and report.outcome in FINAL_OUTCOMES:
        moves.pop("continue", None)
    uses = uses_of(report, occurrence, request.user)
    drafting = not closed and may_draft(request.user, occurrence) and state in EDITABLE_REPORT_STATES
    if drafting and form is None:
        form = report_form(occurrence, initial=report_initial(report, uses), used=uses)
    version = {"version": report.version if report else 0}
    return {
        "report": report,
        "report_tone": report_tone(report),
        "report_document": document_text(report) if report else "",
        "report_quantity": quantity_text(report) if report else "",
        "parts": [(part, part_words(part)) for part in report.parts.all()] if report else [],
        "uses": uses,
        "form": form if drafting else None,
        "moves": moves,
        "return_form": posted.get("return_form") or ReturnForm(initial=version),
        "part_form": posted.get("part_form") or PartForm(initial=version, report=report),
        "hand_back_form": posted.get("hand_back_form") or HandBackForm(initial=version, auto_id="id_back_%s"),
    }


def _flags(occurrence: Occurrence, report: ProgressReport | None, calls: list[PhoneEntry]) -> list[str]:
    """Return what the reviewer should look at in a sent report."""
    if report is None or report.submitted_at is None or report.state in EDITABLE_REPORT_STATES:
        return []
    sent_on = calendar.local_date(report.submitted_at)
    told = any(one.state == PhoneState.CONFIRMED and one.called_at == report.submitted_at for one in calls)
    return flags(report, occurrence.assignment.task, due_on=occurrence.due_on, submitted_on=sent_on, as_told=told)


def _due_form(request: SignedInRequest, occurrence: Occurrence, posted: dict[str, forms.Form]) -> forms.Form | None:
    """Return the form that sets the day of an instruction, None for who may not."""
    task = occurrence.assignment.task
    if task.deadline_kind != DeadlineKind.ON_INSTRUCTION or not may_manage_plans(request.user, task.plan.issuer):
        return None
    return posted.get("due_form") or DueDateForm(
        initial={"due_on": occurrence.due_on}, rule=rule_from_json(task.deadline_rule)
    )
