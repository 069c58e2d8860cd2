"""What the screens of the editor have in common: the draft as one request sees it, saving, a colleague's change."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from emulation.enums import SetState
from emulation.models import CriteriaSet
from emulation.queries.criteria import get_set_for, place_names
from emulation.services.criteria import NOT_A_DRAFT, replace_draft, spec_of
from emulation.set_differences import differences_of
from emulation.set_editing import area_of
from emulation.set_spec import SetRefused, SetSpec
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal
from units.enums import RoleKind
from units.models import Unit
from units.queries import units_of
from units.rules import SignedInRequest, require

BUSY = "Người khác vừa lưu một chỗ khác của bộ tiêu chí này trong lúc bạn bấm. Hãy bấm “Lưu” lần nữa."


@dataclass(frozen=True)
class Draft:
    """The set being edited. `closed` says why nothing can be stored any more, "" while it is a draft."""

    stored: CriteriaSet
    spec: SetSpec
    closed: str = ""

    @cached_property
    def units(self) -> list[Unit]:
        """The issuer's active units with their blocks."""
        return list(units_of(self.stored.issuer))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of blocks and units by code."""
        return place_names(self.stored.issuer)

    def changed_to(self, made: SetSpec) -> list[str]:
        """Return what another form of the set changes, in sentences."""
        return [one.sentence for one in differences_of(self.spec, made, self.names)]


def draft_for(request: SignedInRequest, code: str, *, keeps_typed: bool = False) -> Draft:
    """Return the draft for its editor; Http404 for strangers, Refused for others and for a set that is issued.

    `keeps_typed`: a page with typed text shows that the set is issued meanwhile itself (`closed`), and keeps the text.
    """
    found = get_set_for(request.user, code)
    require(request.user, RoleKind.REVIEWER, found.issuer, doing="sửa bộ tiêu chí")
    closed = "" if found.state == SetState.DRAFT else NOT_A_DRAFT
    if closed and not (keeps_typed and request.method == "POST"):
        raise Refused(closed)
    return Draft(found, spec_of(found), closed)


def save(request: SignedInRequest, draft: Draft, made: SetSpec, done: str, *, at: str = "") -> HttpResponse:
    """Store the set and go back to the tree, to the row `at`; raises what replace_draft raises."""
    changed = replace_draft(
        actor=request.user, criteria_set=draft.stored, spec=made, version=draft.stored.version, unfinished=True
    )
    messages.success(request, done if changed else "Không có gì thay đổi.")
    return redirect(tree_url(draft.stored.code, made, at))


def tree_url(code: str, spec: SetSpec, at: str = "") -> str:
    """Return the address of the tree with the area of a row open and the row in sight."""
    url = reverse("emulation:set-edit", args=[code])
    if not at:
        return url
    return f"{url}?{urlencode({'mo': area_of(spec, at) or 'cong-tru'})}#dong-{at}"


def show_problems(form: forms.Form, error: DomainError, row: str = "") -> None:
    """Put what a service refused beside the fields of the form: of the row with this code, or of the heading ("")."""
    if not isinstance(error, SetRefused):
        show_refusal(form, error)
        return
    for one in error.problems:
        names = (f"p_{one.part}", one.field) if one.row == row else ()
        form.add_error(next((name for name in names if name in form.fields), None), one.message)


@dataclass
class Outcome:
    """How a posted form went: the answer when it is stored, else the status and what to say above the form."""

    answer: HttpResponse | None = None
    status: int = 200
    conflict: list[str] | None = None
    blocked: str = ""


def store(
    request: SignedInRequest, draft: Draft, made: SetSpec, done: str, *, mark: str | None, at: str = ""
) -> Outcome:
    """Store a form's set unless a colleague changed what it was made from: `mark` is of that as it is now.

    In that case nothing is stored and the outcome says what the form would change; sent again, it is a decision. A form
    made from nothing has no mark.
    """
    if mark is not None and request.POST.get("was") != mark and (conflict := draft.changed_to(made)):
        return Outcome(status=409, conflict=conflict)
    try:
        return Outcome(save(request, draft, made, done, at=at))
    except Stale:
        return Outcome(status=409, blocked=BUSY)


def page(draft: Draft, outcome: Outcome, **context: Any) -> dict[str, Any]:
    """Return the context every page of the editor has."""
    blocked = outcome.blocked or draft.closed
    return {"set": draft.stored, "conflict": outcome.conflict, "blocked": blocked, **context}
