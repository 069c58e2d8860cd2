"""What the page of a duty shows beside the report: extensions, hindrances, calls, and the steps open to the reader."""

from typing import Any

from django.forms import Form

from ninhgiang import calendar
from ninhgiang.states import moves_from
from reform_tasks.enums import (
    EXTENSION_MOVES,
    HINDRANCE_MOVES,
    OPEN_HINDRANCES,
    PHONE_MOVES,
    ExtensionState,
    PhoneState,
    ReportState,
)
from reform_tasks.forms import (
    ExtensionDecisionForm,
    ExtensionForm,
    HindranceEndForm,
    HindranceForm,
    HindranceReviewForm,
    PhoneForm,
)
from reform_tasks.models import Occurrence, ProgressReport
from reform_tasks.queries import library_of
from reform_tasks.results import document_text, quantity_text
from reform_tasks.rules import acts_for, report_roles
from units.enums import RoleKind
from units.models import User
from units.rules import holds

type Posted = dict[str, Form]


def request_parts(
    user: User, occurrence: Occurrence, report: ProgressReport | None, *, closed: bool, posted: Posted
) -> dict[str, Any]:
    """Return the context of the three panels. A refused form is shown as posted even where a fresh one would not be."""
    roles = report_roles(user, occurrence)
    heads = acts_for(user, RoleKind.UNIT_HEAD, occurrence.assignment.unit)
    state = report.state if report else ReportState.DRAFT
    may_ask = heads and not closed and state != ReportState.SUBMITTED and occurrence.due_on is not None
    may_call = (
        holds(user, RoleKind.OFFICE, occurrence.assignment.task.plan.issuer)
        and not closed
        and state not in (ReportState.SUBMITTED, ReportState.ACCEPTED)
    )
    return {
        **_extensions(occurrence, roles, may_ask=may_ask, posted=posted),
        **_hindrances(occurrence, roles, may_ask=may_ask, posted=posted),
        **_calls(occurrence, roles, may_call=may_call, posted=posted),
    }


def _extensions(occurrence: Occurrence, roles: set[str], *, may_ask: bool, posted: Posted) -> dict[str, Any]:
    found = list(occurrence.extensions.select_related("asked_by", "decided_by"))
    pending = next((one for one in found if one.state == ExtensionState.PENDING), None)
    moves = moves_from(EXTENSION_MOVES, pending.state, roles) if pending else {}
    form, decision = posted.get("extension_form"), posted.get("extension_decision_form")
    if form is None and may_ask and pending is None:
        late = occurrence.due_on is not None and occurrence.due_on < calendar.today()
        form = ExtensionForm(late=late)
    if decision is None and pending is not None and "grant" in moves:
        initial = {"item": pending.pk, "version": pending.version, "until": pending.asked_until}
        decision = ExtensionDecisionForm(initial=initial)
    return {
        "extensions": found,
        "pending_extension": pending,
        "extension_moves": moves,
        "extension_form": form,
        "extension_decision_form": decision,
    }


def _hindrances(occurrence: Occurrence, roles: set[str], *, may_ask: bool, posted: Posted) -> dict[str, Any]:
    found = list(occurrence.hindrances.select_related("claimed_by", "reviewed_by", "ended_by", "help_file"))
    open_one = next((one for one in found if one.state in OPEN_HINDRANCES), None)
    moves = moves_from(HINDRANCE_MOVES, open_one.state, roles) if open_one else {}
    form, review, end = (posted.get(f"hindrance_{name}") for name in ("form", "review_form", "end_form"))
    if form is None and may_ask and open_one is None:
        form = HindranceForm(library=library_of(occurrence.assignment.unit))
    if open_one is not None:
        item = {"item": open_one.pk, "version": open_one.version}
        if review is None and "accept" in moves:
            review = HindranceReviewForm(initial=item)
        if end is None and "end" in moves:
            end = HindranceEndForm(initial=item | {"ended_on": calendar.today()})
    return {
        "hindrances": found,
        "open_hindrance": open_one,
        "hindrance_moves": moves,
        "hindrance_form": form,
        "hindrance_review_form": review,
        "hindrance_end_form": end,
    }


def _calls(occurrence: Occurrence, roles: set[str], *, may_call: bool, posted: Posted) -> dict[str, Any]:
    found = list(occurrence.phone_entries.select_related("typed_by", "decided_by"))
    pending = next((one for one in found if one.state == PhoneState.PENDING), None)
    form = posted.get("phone_form")
    if form is None and may_call and pending is None:
        form = PhoneForm(task=occurrence.assignment.task, initial={"called_on": calendar.today()})
    return {
        "calls": found,
        "pending_call": pending,
        "pending_call_document": document_text(pending) if pending else "",
        "pending_call_quantity": quantity_text(pending) if pending else "",
        "confirmed_call": next((one for one in found if one.state == PhoneState.CONFIRMED), None),
        "call_moves": moves_from(PHONE_MOVES, pending.state, roles) if pending else {},
        "phone_form": form,
    }
