"""A workbook sent in: what it changes is shown first, stored on agreement, and not over a colleague's work unseen."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from emulation.models import CriteriaSet
from emulation.services.criteria import issue_set
from emulation.set_editing import find_row
from ninhgiang.calendar import today
from tests.emulation.set_editor.kit import colleague, now, page, renamed

IMPORT = "emulation:set-import"


def file_of(client, *cells, code="cchc-2027"):
    """The draft's own workbook with cells (sheet, address, value) changed."""
    book = load_workbook(BytesIO(client.get(reverse("emulation:set-download", args=[code])).content))
    for sheet, address, value in cells:
        book[sheet][address] = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(client, data):
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile("bo.xlsx", data)})


def agree(client, preview):
    return client.post(reverse(IMPORT), {"set": preview.context["signed"]})


RENAMED = ("Tiêu chí", "D3", "Ban hành kế hoạch sớm")


def test_a_file_is_shown_first_and_stored_on_agreement(draft, client):
    preview = send(client, file_of(client, RENAMED))
    assert preview.status_code == 200
    assert [one.sentence for one in preview.context["changes"]] == [
        f"Dòng 1.1: tên từ “{find_row(now(draft), '1.1').row.name}” thành “Ban hành kế hoạch sớm”."
    ]
    assert find_row(now(draft), "1.1").row.name != "Ban hành kế hoạch sớm"
    assert agree(client, preview)["Location"] == page("set-detail")
    assert find_row(now(draft), "1.1").row.name == "Ban hành kế hoạch sớm"
    again = send(client, file_of(client))
    assert (again.context["changes"], "giống hệt" in again.text) == ([], True)
    version = CriteriaSet.objects.get(pk=draft.pk).version
    agree(client, again)
    assert CriteriaSet.objects.get(pk=draft.pk).version == version


def test_a_new_code_is_a_new_draft(draft, client):
    preview = send(client, file_of(client, ("Bộ tiêu chí", "B2", "cchc-2029")))
    assert preview.context["replaces"] is None
    assert not CriteriaSet.objects.filter(code="cchc-2029").exists()
    assert agree(client, preview).status_code == 302
    assert CriteriaSet.objects.get(code="cchc-2029").state == "draft"


def test_a_colleagues_edit_after_the_preview_is_not_lost(draft, client, commune):
    preview = send(client, file_of(client, RENAMED))
    colleague(commune, draft, renamed(now(draft), "2.1", "Tên của người khác"))
    answer = agree(client, preview)
    assert answer.status_code == 409
    old = find_row(now(draft), "1.1").row.name
    assert [one.sentence for one in answer.context["theirs"]] == [
        "Dòng 2.1: tên từ “Tham mưu, soạn thảo văn bản đúng thời hạn được giao” thành “Tên của người khác”."
    ]
    assert [one.sentence for one in answer.context["changes"]] == [
        f"Dòng 1.1: tên từ “{old}” thành “Ban hành kế hoạch sớm”.",
        "Dòng 2.1: tên từ “Tên của người khác” thành “Tham mưu, soạn thảo văn bản đúng thời hạn được giao”.",
    ]
    assert find_row(now(draft), "1.1").row.name == old
    assert agree(client, answer).status_code == 302
    assert find_row(now(draft), "1.1").row.name == "Ban hành kế hoạch sớm"


def test_a_draft_that_came_or_went_after_the_preview_is_told(draft, client):
    new = send(client, file_of(client, ("Bộ tiêu chí", "B2", "cchc-2029")))
    agree(client, new)
    answer = agree(client, new)
    assert (answer.status_code, "nay đã có dự thảo" in answer.text) == (409, True)
    preview = send(client, file_of(client, RENAMED))
    draft.delete()
    answer = agree(client, preview)
    assert (answer.status_code, "Dự thảo cũ không còn" in answer.text) == (409, True)
    assert agree(client, answer).status_code == 302


def test_a_preview_that_was_changed_is_refused(draft, client):
    preview = send(client, file_of(client, RENAMED))
    content, signature = preview.context["signed"].rsplit(":", 1)
    for forged in ("x", f"{content[::-1]}:{signature}", f"{content}:{signature.swapcase()}"):
        answer = client.post(reverse(IMPORT), {"set": forged})
        assert answer.status_code == 422
        assert "Hãy gửi lại tệp" in answer.text
    assert CriteriaSet.objects.get(pk=draft.pk).version == draft.version


def test_an_issued_set_is_not_replaced_before_or_after_the_preview(draft, client, commune):
    data = file_of(client, RENAMED)
    preview = send(client, data)
    issue_set(actor=commune.people["pct"], criteria_set=draft, decision_number="7/QĐ-UBND", decision_on=today())
    for answer in (send(client, data), agree(client, preview)):
        assert answer.status_code == 422
        assert "đã ban hành" in answer.text


def test_an_unfinished_draft_comes_back_and_the_preview_says_what_is_left(draft, client):
    preview = send(client, file_of(client, ("Tiêu chí", "E11", "7")))
    assert preview.status_code == 200
    assert "Tiêu chí!E10: Dòng II có điểm tối đa 8 nhưng các dòng con cộng lại là 11." in preview.context["problems"]
    assert agree(client, preview).status_code == 302
    again = send(client, file_of(client))
    assert (again.context["changes"], len(again.context["problems"])) == ([], len(preview.context["problems"]))


def test_what_not_even_a_draft_may_hold_is_refused_with_its_cell(draft, client):
    answer = send(
        client, file_of(client, ("Tiêu chí", "E3", "9"), ("Tiêu chí", "J4", "XX; YY"), ("Tiêu chí", "L5", "ZZ"))
    )
    assert answer.status_code == 422
    assert [(one.place, one.message) for one in answer.context["problems"]] == [
        ("Tiêu chí!G3", "Tiêu chí 1.1: Lựa chọn cao nhất phải đạt điểm tối đa 9."),
        ("Tiêu chí!J4", "Tiêu chí 1.2: không có khối “XX”."),
        ("Tiêu chí!J4", "Tiêu chí 1.2: không có khối “YY”."),
        ("Tiêu chí!L5", "Tiêu chí 1.3: không có đơn vị “ZZ”."),
    ]


def test_the_sample_mark_of_a_file_is_stored_so_that_the_same_file_changes_nothing(draft, client):
    data = file_of(client, ("Bộ tiêu chí", "B5", "có"))
    agree(client, send(client, data))
    assert CriteriaSet.objects.get(pk=draft.pk).is_sample
    assert send(client, data).context["changes"] == []
