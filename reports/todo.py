"""What the people who make documents find on their home page."""

from collections import defaultdict

from django.urls import reverse

from reports.enums import DocumentState
from reports.models import Document
from reports.queries import of_results_in_force, rounds_to_compile
from reports.rules.access import is_signer, may_read_drafts
from units.enums import RoleKind
from units.models import Unit, User
from units.rules import issuer_of, kinds_at
from units.todo import TodoItem

_SHOWN = 5
# (role kind, state) -> what to do about a document in that state
_DUTIES = {
    (RoleKind.REVIEWER, DocumentState.DRAFT): "Kiểm tra nội dung dự thảo",
    (RoleKind.OFFICE, DocumentState.CONTENT_CHECKED): "Kiểm tra thể thức, trình ký",
    (RoleKind.OFFICE, DocumentState.SIGNED): "Cấp số và phát hành văn bản",
    (RoleKind.LEADER, DocumentState.FORM_CHECKED): "Ký duyệt văn bản",
}


def document_duties(user: User) -> list[TodoItem]:
    """Return the documents that wait for this person, and for Văn phòng the rounds not compiled yet (two queries)."""
    issuer = issuer_of(user)
    if issuer is None or not may_read_drafts(user, issuer):
        return []
    held = kinds_at(user, issuer)
    duties = {state: text for (kind, state), text in _DUTIES.items() if kind in held}
    items = _documents(user, issuer, duties)
    if RoleKind.OFFICE in held:
        items += _rounds(issuer)
    return items


def _documents(user: User, issuer: Unit, duties: dict[DocumentState, str]) -> list[TodoItem]:
    waiting = defaultdict(list)
    documents = Document.objects.filter(issuer=issuer, state__in=list(duties)).defer("body", "annexes")
    for document in of_results_in_force(documents):
        if document.state != DocumentState.FORM_CHECKED or is_signer(user, document):
            waiting[DocumentState(document.state)].append(document)
    items = []
    for state, found in waiting.items():
        if len(found) > _SHOWN:
            url = f"{reverse('reports:document-list')}?trang-thai={state.value}"
            items.append(TodoItem(duties[state], "Mở danh sách văn bản", url, "wait", count=len(found)))
            continue
        for document in found:
            url = reverse("reports:document-detail", args=[document.pk])
            items.append(TodoItem(duties[state], f"{document.get_kind_display()}: {document.title}", url, "wait"))
    return items


def _rounds(issuer: Unit) -> list[TodoItem]:
    url = reverse("reports:compile-home")
    rounds = rounds_to_compile(issuer)[:_SHOWN]
    return [TodoItem("Tổng hợp kết quả đã công bố", round_.name, url, "wait") for round_ in rounds]
