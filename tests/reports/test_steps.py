"""From draft to issue: who, in which order, what is recorded, and that nothing changes after the signature."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ninhgiang.errors import DomainError, Refused, Stale
from reports import queries, services
from reports.documents.blocks import parse
from reports.enums import DOCUMENT_MOVES, DocumentState, SignStep
from reports.models import Document, SignOff
from reports.rules.access import open_moves
from units.models import AuditEntry, Notification, Role, User

TODAY = date(2026, 12, 28)
VERBS: dict[SignStep, Callable[..., Document]] = {
    SignStep.CHECK_CONTENT: services.check_content,
    SignStep.CHECK_FORM: services.check_form,
    SignStep.RETURN: services.return_document,
    SignStep.SIGN: services.sign_document,
    SignStep.ISSUE: services.issue_document,
}
WAY = {
    DocumentState.CONTENT_CHECKED: ("vhxh", SignStep.CHECK_CONTENT),
    DocumentState.FORM_CHECKED: ("vanphong", SignStep.CHECK_FORM),
    DocumentState.SIGNED: ("pct", SignStep.SIGN),
    DocumentState.ISSUED: ("vanphong", SignStep.ISSUE),
}


def take(commune, document, username, step, **extra):
    """Take one step as a demo person."""
    if step == SignStep.ISSUE:
        extra = {"number": 1, "issued_on": TODAY} | extra
    if step == SignStep.RETURN:
        extra = {"note": "Sửa lại"} | extra
    person = commune.people[username]
    return VERBS[step](actor=person, document=document, version=document.version, **extra)


def bring(commune, document, state):
    """Bring a draft to `state` by the right people."""
    order = list(DocumentState)
    for reached, (username, step) in WAY.items():
        if order.index(reached) <= order.index(document.state):
            continue
        if document.state == state:
            break
        take(commune, document, username, step)
        assert document.state == reached
    return document


@pytest.fixture
def draft(plan_document, clock):
    """The demo's draft plan, on 28/12/2026."""
    return plan_document


def test_the_whole_way(commune, draft):
    bring(commune, draft, DocumentState.ISSUED)
    assert [(step.step, step.actor.username) for step in draft.sign_offs.select_related("actor")] == [
        ("check_content", "vhxh"),
        ("check_form", "vanphong"),
        ("sign", "pct"),
        ("issue", "vanphong"),
    ]
    assert {sign_off.content_sha256 for sign_off in draft.sign_offs.all()} == {draft.content_sha256}
    assert (draft.number, draft.issued_on, draft.year) == (1, TODAY, 2026)
    with draft.pdf.open("rb") as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == draft.pdf_sha256
    actions = AuditEntry.objects.filter(object_type="reports.document", object_id=str(draft.pk)).order_by("id")
    assert [entry.action for entry in actions] == [
        "create_draft",
        "check_content_document",
        "check_form_document",
        "sign_document",
        "issue_document",
    ]


@pytest.mark.parametrize("state", list(DocumentState))
def test_only_the_right_role_takes_each_step(commune, draft, state):
    bring(commune, draft, state)
    allowed = {(step, kind) for (start, step), move in DOCUMENT_MOVES.items() if start == state for kind in move.roles}
    for username in ("vhxh", "vanphong", "pct", "ttdv", "quansat", "quantri", "hoidong1", "tt.kt", "cv.kt", "tt.vhxh"):
        kinds = set(Role.objects.filter(user__username=username).values_list("kind", flat=True))
        for step in SignStep:
            fresh = Document.objects.select_related("issuer").get(pk=draft.pk)
            if any((step, kind) in allowed for kind in kinds):
                assert step in open_moves(commune.people[username], fresh)
                continue
            assert step not in open_moves(commune.people[username], fresh)
            with pytest.raises(DomainError):
                take(commune, fresh, username, step)
    draft.refresh_from_db()
    assert draft.state == state


def test_another_leader_cannot_sign_for_the_one_named(commune, draft):
    bring(commune, draft, DocumentState.FORM_CHECKED)
    other = User.objects.create(username="ct", full_name="Chủ tịch (mẫu)", job_title="Chủ tịch", unit=commune.issuer)
    Role.objects.create(user=other, unit=commune.issuer, kind="leader")
    assert set(open_moves(other, draft)) == {"return"}
    with pytest.raises(Refused, match="trình Nguyễn Đình Khoa ký"):
        services.sign_document(actor=other, document=draft, version=draft.version)


def test_a_return_needs_a_reason_and_goes_back_to_the_draft(commune, draft):
    bring(commune, draft, DocumentState.FORM_CHECKED)
    with pytest.raises(DomainError, match="Ghi lý do"):
        take(commune, draft, "pct", SignStep.RETURN, note=" ")
    take(commune, draft, "pct", SignStep.RETURN, note="Bổ sung căn cứ")
    assert draft.state == DocumentState.DRAFT
    assert SignOff.objects.get(step="return").note == "Bổ sung căn cứ"
    (notice,) = Notification.objects.filter(user=commune.people["vhxh"], kind="returned")
    assert notice.url == f"/van-ban/{draft.pk}/"
    bring(commune, draft, DocumentState.ISSUED)


def test_the_next_person_is_told(commune, draft):
    def told(username):
        return set(Notification.objects.filter(user__username=username).values_list("text", flat=True))

    name = f"Kế hoạch “{draft.title}”"
    take(commune, draft, "vhxh", SignStep.CHECK_CONTENT)
    assert f"Cần kiểm tra thể thức: {name}" in told("vanphong")
    take(commune, draft, "vanphong", SignStep.CHECK_FORM)
    assert f"Trình ký: {name}" in told("pct")
    take(commune, draft, "pct", SignStep.SIGN)
    assert f"Đã ký, cần cấp số và phát hành: {name}" in told("vanphong")
    take(commune, draft, "vanphong", SignStep.ISSUE)
    for username in ("tt.kt", "tt.mn1", "ttdv", "quansat", "vhxh"):
        assert f"Đã phát hành số 01/KH-UBND: {name}" in told(username)
    assert told("cv.kt") == set()


def test_nobody_confirms_a_version_he_has_not_seen(commune, draft):
    seen = draft.version
    values = edit_values(draft) | {"title": "Tiêu đề khác"}
    services.edit_draft(actor=commune.people["vanphong"], document=draft, version=seen, **values)
    with pytest.raises(Stale):
        services.check_content(actor=commune.people["vhxh"], document=draft, version=seen)


def test_two_people_at_once_take_a_step_once(commune, draft):
    first, second = (Document.objects.select_related("issuer").get(pk=draft.pk) for _ in range(2))
    take(commune, first, "vhxh", SignStep.CHECK_CONTENT)
    with pytest.raises(Stale):
        take(commune, second, "vhxh", SignStep.CHECK_CONTENT)
    assert SignOff.objects.count() == 1


def edit_values(document):
    """What edit_draft takes, unchanged."""
    return {
        "title": document.title,
        "body": document.body,
        "recipients": document.recipients,
        "authority_lines": document.authority_lines,
        "signer_name": document.signer_name,
    }


def test_editing_writes_version_and_audit(commune, draft):
    values = edit_values(draft) | {"body": parse("Nội dung mới./.")}
    services.edit_draft(actor=commune.people["vhxh"], document=draft, version=1, **values)
    assert (draft.version, draft.body) == (2, [{"type": "lead", "text": "Nội dung mới./."}])
    entry = AuditEntry.objects.get(action="edit_draft")
    assert entry.before["content_sha256"] != entry.after["content_sha256"] == services.content_hash(draft)


def test_a_stale_edit_shows_both_texts_and_writes_nothing(commune, draft):
    services.edit_draft(
        actor=commune.people["vanphong"], document=draft, version=1, **edit_values(draft) | {"title": "Của Văn phòng"}
    )
    with pytest.raises(Stale) as error:
        services.edit_draft(
            actor=commune.people["vhxh"], document=draft, version=1, **edit_values(draft) | {"title": "Của Phòng"}
        )
    assert (error.value.theirs["Trích yếu"], error.value.mine["Trích yếu"]) == ("Của Văn phòng", "Của Phòng")
    draft.refresh_from_db()
    assert draft.title == "Của Văn phòng"


@pytest.mark.parametrize("state", [state for state in DocumentState if state != DocumentState.DRAFT])
def test_only_a_draft_is_edited(commune, draft, state):
    bring(commune, draft, state)
    with pytest.raises(Refused):
        services.edit_draft(
            actor=commune.people["vhxh"], document=draft, version=draft.version, **edit_values(draft) | {"title": "X"}
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Khác"},
        {"body": []},
        {"annexes": [1]},
        {"recipients": []},
        {"authority_lines": []},
        {"signer_name": "Khác"},
        {"content_sha256": "0" * 64},
        {"state": "draft"},
    ],
)
def test_the_database_itself_refuses_to_change_a_signed_document(commune, draft, changes):
    bring(commune, draft, DocumentState.SIGNED)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Document.objects.filter(pk=draft.pk).update(**changes)


@pytest.mark.parametrize(
    "changes", [{"number": 2}, {"issued_on": date(2026, 12, 1)}, {"pdf_sha256": "0"}, {"state": "signed"}, {"year": 1}]
)
def test_an_issued_document_cannot_change_at_all(commune, draft, changes):
    bring(commune, draft, DocumentState.ISSUED)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Document.objects.filter(pk=draft.pk).update(**changes)


def test_a_document_without_signer_or_recipients_goes_nowhere(commune, draft):
    Document.objects.filter(pk=draft.pk).update(recipients=[], signer_name="")
    draft.refresh_from_db()
    with pytest.raises(DomainError, match="nơi nhận, họ tên người ký"):
        take(commune, draft, "vhxh", SignStep.CHECK_CONTENT)


# numbers


def another(commune, draft, state=DocumentState.SIGNED):
    """A second plan of the same series, brought to `state`."""
    copy = services.create_draft(
        actor=None,
        issuer=commune.issuer,
        drafter=commune.units["VHXH"],
        kind="plan",
        year=2026,
        **edit_values(draft) | {"title": "Kế hoạch khác"},
    )
    return bring(commune, copy, state)


def test_numbers_follow_each_other_and_start_again_each_year(commune, draft, clock):
    assert queries.next_number(commune.issuer, "plan", 2026) == 1
    bring(commune, draft, DocumentState.ISSUED)
    assert queries.next_number(commune.issuer, "plan", 2026) == 2
    assert queries.next_number(commune.issuer, "report", 2026) == 1
    assert queries.next_number(commune.issuer, "plan", 2027) == 1
    later = another(commune, draft)
    clock.move_to(datetime(2027, 1, 4, 2, 0, tzinfo=UTC))
    take(commune, later, "vanphong", SignStep.ISSUE, number=1, issued_on=date(2027, 1, 4))
    assert (later.year, later.number) == (2027, 1)


def test_a_number_is_given_once(commune, draft):
    bring(commune, draft, DocumentState.ISSUED)
    second = another(commune, draft)
    with pytest.raises(DomainError, match=r"Số 01 đã được cấp.*tiếp theo trong sổ là 02") as error:
        take(commune, second, "vanphong", SignStep.ISSUE, number=1)
    assert error.value.field == "number"
    second.refresh_from_db()
    assert (second.state, second.number, second.pdf.name) == (DocumentState.SIGNED, None, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=second.pk).update(number=1)


def test_numbers_grow_with_the_days(commune, draft, clock):
    clock.move_to(datetime(2026, 12, 20, 5, 0, tzinfo=UTC))
    second = another(commune, draft)
    clock.move_to(datetime(2026, 12, 28, 5, 0, tzinfo=UTC))
    bring(commune, draft, DocumentState.SIGNED)
    take(commune, draft, "vanphong", SignStep.ISSUE, number=5)
    for number, day in ((6, date(2026, 12, 27)), (4, date(2026, 12, 29))):
        clock.move_to(datetime(2026, 12, 29, 5, 0, tzinfo=UTC))
        with pytest.raises(DomainError, match="không theo thứ tự"):
            take(commune, second, "vanphong", SignStep.ISSUE, number=number, issued_on=day)
    take(commune, second, "vanphong", SignStep.ISSUE, number=4, issued_on=date(2026, 12, 27))


@pytest.mark.parametrize(
    ("day", "message"),
    [(date(2026, 12, 27), "trước ngày ký duyệt .28/12/2026."), (date(2026, 12, 29), "không được sau hôm nay")],
)
def test_the_day_is_neither_before_the_signature_nor_in_the_future(commune, draft, day, message):
    bring(commune, draft, DocumentState.SIGNED)
    with pytest.raises(DomainError, match=message) as error:
        take(commune, draft, "vanphong", SignStep.ISSUE, issued_on=day)
    assert error.value.field == "issued_on"


def test_the_signing_day_is_a_day_in_vietnam(commune, draft, clock):
    clock.move_to(datetime(2026, 12, 28, 18, 0, tzinfo=UTC))  # 01:00 on 29/12 in Ninh Giang
    bring(commune, draft, DocumentState.SIGNED)
    assert queries.signed_on(draft) == date(2026, 12, 29)
    with pytest.raises(DomainError, match="29/12/2026"):
        take(commune, draft, "vanphong", SignStep.ISSUE, issued_on=date(2026, 12, 28))
