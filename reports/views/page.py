"""What the page of one document shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from ninhgiang import calendar
from reports import queries
from reports.enums import DOCUMENT_MOVES, DocumentState, SignStep
from reports.forms import IssueForm, ReturnForm, StepForm
from reports.models import Document, SignOff
from reports.pdf.sheet import sheet_of
from reports.rules.access import is_signer, may_edit, may_read_drafts, open_moves
from reports.rules.lint import lint
from units.enums import RoleKind
from units.models import User
from units.queries import history_of

TONES = {
    DocumentState.DRAFT: "neutral",
    DocumentState.CONTENT_CHECKED: "wait",
    DocumentState.FORM_CHECKED: "wait",
    DocumentState.SIGNED: "wait",
    DocumentState.ISSUED: "ok",
}
_WAY = (
    (DocumentState.DRAFT, "Soạn dự thảo", ""),
    (DocumentState.CONTENT_CHECKED, "Kiểm tra nội dung", SignStep.CHECK_CONTENT),
    (DocumentState.FORM_CHECKED, "Kiểm tra thể thức", SignStep.CHECK_FORM),
    (DocumentState.SIGNED, "Ký duyệt", SignStep.SIGN),
    (DocumentState.ISSUED, "Cấp số, phát hành", SignStep.ISSUE),
)


@dataclass(frozen=True, slots=True)
class Action:
    """One step the person may take: its form and how its button looks."""

    step: str
    label: str
    form: forms.Form
    is_return: bool
    confirm: str


def step_form(step: str, document: Document, data: Mapping[str, Any] | None = None) -> forms.Form:
    """Return the form of a step, empty or bound; field ids carry the step, a page may show two forms."""
    options: dict[str, Any] = {"auto_id": f"id_{step}_%s", "initial": {"version": document.version}}
    if step == SignStep.ISSUE:
        today = calendar.today()
        options["initial"] |= {
            "number": queries.next_number(document.issuer, document.kind, today.year),
            "issued_on": today,
        }
        return IssueForm(data, **options)
    return (ReturnForm if step == SignStep.RETURN else StepForm)(data, **options)


def document_page(user: User, document: Document, failed: tuple[str, forms.Form] | None = None) -> dict[str, Any]:
    """Return the template's context; `failed` is the step just tried and its form with errors."""
    insider = may_read_drafts(user, document.issuer)
    sign_offs = queries.sign_offs_of(document) if insider else []
    actions = _actions(user, document, failed)
    lost = failed is not None and failed[0] not in {action.step for action in actions}
    return {
        "document": document,
        "problem": _first_error(failed[1]) if failed and lost else "",
        "sheet": sheet_of(document),
        "replaced_by": queries.replaced_by(document.compilation) if insider else None,
        "tone": TONES[DocumentState(document.state)],
        "insider": insider,
        "may_edit": may_edit(user, document),
        "actions": actions,
        "waits_for": _waits_for(user, document),
        "steps": _steps(document, sign_offs),
        "sign_offs": list(reversed(sign_offs)),
        "findings": lint(document) if insider and document.state != DocumentState.ISSUED else [],
        "history": history_of("reports.document", document.pk)[:20] if insider else [],
    }


def _first_error(form: forms.Form) -> str:
    """Return the first message of a form that is not on the page any more."""
    return str(next((errors[0] for errors in form.errors.values()), ""))


def _actions(user: User, document: Document, failed: tuple[str, forms.Form] | None) -> list[Action]:
    actions = []
    for step, move in open_moves(user, document).items():
        form = failed[1] if failed and failed[0] == step else step_form(step, document)
        confirm = "Ký duyệt văn bản này? Sau khi ký, nội dung không thay đổi được nữa." if step == SignStep.SIGN else ""
        actions.append(Action(step, move.label, form, step == SignStep.RETURN, confirm))
    return sorted(actions, key=lambda action: action.is_return)


def _waits_for(user: User, document: Document) -> str:
    """Say whose turn it is when it is not this person's; "" at the end of the way."""
    moves = [m for (state, step), m in DOCUMENT_MOVES.items() if state == document.state and step != SignStep.RETURN]
    if not moves or (document.state == DocumentState.FORM_CHECKED and is_signer(user, document)):
        return ""
    if document.state == DocumentState.FORM_CHECKED:
        return f"Đang chờ {document.signer_name} ký duyệt."
    if set(open_moves(user, document)) - {SignStep.RETURN.value}:
        return ""
    who = " hoặc ".join(RoleKind(kind).label for kind in sorted(moves[0].roles))
    return f"Đang chờ {who}: {moves[0].label.lower()}."


def _steps(document: Document, sign_offs: list[SignOff]) -> list[dict[str, str]]:
    """Return the way of the document for _components/steps.html, with who did what when since the last return."""
    order = [state for state, _label, _step in _WAY]
    reached = order.index(DocumentState(document.state))
    last: dict[str, SignOff] = {}
    for taken in sign_offs:
        if taken.step == SignStep.RETURN:
            last = {}
        last[taken.step] = taken
    steps = []
    for position, (_state, label, step) in enumerate(_WAY):
        done = position <= reached
        now = position == reached + 1
        sign_off = last.get(step)
        note = f"{sign_off.actor.full_name}, {calendar.moment_text(sign_off.at)}" if done and sign_off else ""
        steps.append({"label": label, "note": note, "state": "done" if done else "now" if now else "todo"})
    return steps
