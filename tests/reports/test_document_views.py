"""The screens of documents: who reads what, editing, steps, the PDF."""

import pytest
from django.test import Client

from reports import services
from reports.documents.blocks import text_of
from reports.enums import DocumentState
from reports.models import Document
from tests.reports.test_steps import bring
from units.models import Unit

INSIDERS = ("vhxh", "vanphong", "pct")
OTHERS = ("quantri", "ttdv", "quansat", "hoidong1", "tt.kt", "cv.kt", "tt.vhxh", "cv.mn1")


@pytest.fixture
def draft(plan_document, clock):
    """The demo's draft plan, on 28/12/2026."""
    return plan_document


def addresses(document):
    """The pages of one document."""
    return [f"/van-ban/{document.pk}/", f"/van-ban/{document.pk}/pdf"]


def form_of(document, **changes):
    """The edit form as a browser would post it."""
    return {
        "title": document.title,
        "text": text_of(document.body),
        "recipients": "\n".join(f"- {line}" for line in document.recipients),
        "authority": "\n".join(document.authority_lines),
        "signer": document.signer_name,
        "version": document.version,
    } | changes


def test_drafts_are_for_those_who_make_them(sign_in, draft):
    for url in addresses(draft):
        assert {name: sign_in(name).get(url).status_code for name in INSIDERS} == dict.fromkeys(INSIDERS, 200)
        assert {name: sign_in(name).get(url).status_code for name in OTHERS} == dict.fromkeys(OTHERS, 404)


def test_signed_but_not_issued_is_still_inside(commune, sign_in, draft):
    bring(commune, draft, DocumentState.SIGNED)
    for url in addresses(draft):
        assert {name: sign_in(name).get(url).status_code for name in OTHERS} == dict.fromkeys(OTHERS, 404)


def test_issued_documents_are_for_the_whole_commune(commune, sign_in, draft):
    bring(commune, draft, DocumentState.ISSUED)
    for name in (*INSIDERS, *OTHERS):
        client = sign_in(name)
        assert [client.get(url).status_code for url in addresses(draft)] == [200, 200]
        assert draft.title in client.get("/van-ban/").content.decode()


def test_another_communes_people_find_nothing(commune, sign_in, draft):
    bring(commune, draft, DocumentState.ISSUED)
    other = Unit.objects.create(name="UBND xã Khác", short_name="Khác", code="KHAC", kind="committee", is_issuer=True)
    commune.people["vhxh"].roles.update(unit=other)
    client = sign_in("vhxh")
    urls = [*addresses(draft), f"/van-ban/{draft.pk}/sua/"]
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    assert client.post(f"/van-ban/{draft.pk}/buoc/issue").status_code == 404
    assert draft.title not in client.get("/van-ban/").content.decode()


def test_signed_out_people_are_sent_to_sign_in(draft):
    for url in [*addresses(draft), "/van-ban/", f"/van-ban/{draft.pk}/sua/", "/tong-hop/"]:
        assert Client().get(url)["Location"].startswith("/dang-nhap/")


def test_the_page_shows_text_hints_steps_and_the_button_of_the_reader(sign_in, draft):
    page = sign_in("vhxh").get(f"/van-ban/{draft.pk}/").content.decode()
    for text in ("PHÓ CHỦ TỊCH", "Gợi ý soát lỗi", "“phân đấu” → “phấn đấu”", "Xác nhận nội dung", "Sửa dự thảo"):
        assert text in page
    assert "Ký duyệt</button>" not in page
    page = sign_in("pct").get(f"/van-ban/{draft.pk}/").content.decode()
    assert "Xác nhận nội dung</button>" not in page
    assert "Đang chờ Phòng Văn hóa - Xã hội" in page


def test_readers_of_an_issued_document_see_no_inner_history(commune, sign_in, draft):
    bring(commune, draft, DocumentState.ISSUED)
    page = sign_in("tt.kt").get(f"/van-ban/{draft.pk}/").content.decode()
    assert "01/KH-UBND" in page
    assert "Lịch sử" not in page
    assert "Gợi ý soát lỗi" not in page


def test_editing_in_the_browser(sign_in, draft):
    client = sign_in("vhxh")
    url = f"/van-ban/{draft.pk}/sua/"
    assert client.get(url).status_code == 200
    text = text_of(draft.body).replace("phân đấu", "phấn đấu")
    answer = client.post(url, form_of(draft, text=text, authority="TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"))
    assert answer["Location"] == f"/van-ban/{draft.pk}/"
    draft.refresh_from_db()
    assert text_of(draft.body) == text
    assert draft.authority_lines[1] == "KT. CHỦ TỊCH"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Nhập trích yếu"),
        ({"title": "x" * 501}, "dài quá 500"),
        ({"text": "   "}, "Nội dung văn bản không được để trống"),
        ({"recipients": ""}, "Nhập nơi nhận"),
        ({"signer": "Người lạ"}, "Chọn một lãnh đạo"),
        ({"version": "x"}, "Hãy sửa các mục sau"),
    ],
)
def test_bad_input_is_named_beside_the_field_and_kept(sign_in, draft, changes, message):
    typed = {"text": "Nội dung tôi đã gõ./."} | changes
    answer = sign_in("vhxh").post(f"/van-ban/{draft.pk}/sua/", form_of(draft, **typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert typed["text"].strip() in page
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_stale_save_answers_409_keeps_the_text_and_may_be_saved_again(sign_in, draft):
    url = f"/van-ban/{draft.pk}/sua/"
    sign_in("vanphong").post(url, form_of(draft, title="Của Văn phòng"))
    client = sign_in("vhxh")
    answer = client.post(url, form_of(draft, title="Của Phòng"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Của Văn phòng" in page
    assert "Của Phòng" in page
    assert 'name="version" value="2"' in page
    assert client.post(url, form_of(draft, title="Của Phòng", version=2)).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("Của Phòng", 3)


def test_who_may_not_edit(commune, sign_in, draft):
    url = f"/van-ban/{draft.pk}/sua/"
    assert sign_in("pct").get(url).status_code == 403
    assert sign_in("pct").post(url, form_of(draft)).status_code == 403
    assert sign_in("tt.kt").post(url, form_of(draft)).status_code == 404
    bring(commune, draft, DocumentState.SIGNED)
    answer = sign_in("vhxh").post(url, form_of(draft, text="Chữ tôi đã gõ./."))
    assert answer.status_code == 403
    assert "Chữ tôi đã gõ./." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.content_sha256 == services.content_hash(draft)


def step(client, document, name, **data):
    """Post one step."""
    return client.post(f"/van-ban/{document.pk}/buoc/{name}", {"version": document.version} | data)


def test_the_way_in_the_browser(sign_in, draft):
    for name, username, data in (
        ("check_content", "vhxh", {"note": "Đã đối chiếu số liệu"}),
        ("check_form", "vanphong", {}),
        ("sign", "pct", {}),
        ("issue", "vanphong", {"number": "7", "issued_on": "28/12/2026"}),
    ):
        assert step(sign_in(username), draft, name, **data)["Location"] == f"/van-ban/{draft.pk}/"
        draft.refresh_from_db()
    assert (draft.state, draft.number) == (DocumentState.ISSUED, 7)


def test_the_next_number_and_today_are_offered(commune, sign_in, draft):
    bring(commune, draft, DocumentState.SIGNED)
    page = sign_in("vanphong").get(f"/van-ban/{draft.pk}/").content.decode()
    assert 'name="number" value="1"' in page
    assert 'name="issued_on" value="28/12/2026"' in page


def test_wrong_steps(commune, sign_in, draft):
    assert step(sign_in("vhxh"), draft, "nhay-coc").status_code == 404
    assert sign_in("vhxh").get(f"/van-ban/{draft.pk}/buoc/check_content").status_code == 405
    assert step(sign_in("pct"), draft, "check_content").status_code == 403
    assert step(sign_in("vhxh"), draft, "check_content", version=99).status_code == 409
    assert step(sign_in("tt.kt"), draft, "check_content").status_code == 404
    bring(commune, draft, DocumentState.ISSUED)
    answer = step(sign_in("vhxh"), draft, "check_content")
    assert answer.status_code == 422
    assert "không còn thực hiện được ở trạng thái hiện tại" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"number": "", "issued_on": "28/12/2026"}, "Nhập số văn bản."),
        ({"number": "0", "issued_on": "28/12/2026"}, "Số văn bản bắt đầu từ 1."),
        ({"number": "một", "issued_on": "28/12/2026"}, "Số văn bản là một số nguyên."),
        ({"number": "1", "issued_on": "31/02/2026"}, "Không có ngày 31/02/2026"),
        ({"number": "1", "issued_on": "27/12/2026"}, "không được trước ngày ký duyệt"),
    ],
)
def test_bad_number_or_day(commune, sign_in, draft, data, message):
    bring(commune, draft, DocumentState.SIGNED)
    answer = step(sign_in("vanphong"), draft, "issue", **data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert f'value="{data["issued_on"]}"' in page
    draft.refresh_from_db()
    assert draft.state == DocumentState.SIGNED


def test_a_return_without_a_reason_keeps_the_box_open(commune, sign_in, draft):
    bring(commune, draft, DocumentState.CONTENT_CHECKED)
    answer = step(sign_in("vanphong"), draft, "return", note="")
    assert answer.status_code == 422
    assert '<details class="more" open>' in answer.content.decode()


def test_pdf_answers(commune, sign_in, draft):
    client = sign_in("vanphong")
    url = f"/van-ban/{draft.pk}/pdf"
    answer = client.get(url)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Content-Disposition"].startswith('inline; filename="kh-ubnd-2026-du-thao.pdf"')
    assert answer["Cache-Control"] == "private, no-store"
    bring(commune, draft, DocumentState.ISSUED)
    answer = client.get(f"{url}?tai")
    assert answer["Content-Disposition"].startswith('attachment; filename="01-kh-ubnd-2026.pdf"')
    with draft.pdf.open("rb") as stored:
        assert answer.content == stored.read()


def test_a_stored_pdf_that_was_touched_is_not_served(commune, sign_in, draft):
    bring(commune, draft, DocumentState.ISSUED)
    with draft.pdf.storage.open(draft.pdf.name, "ab") as stored:
        stored.write(b" ")
    answer = sign_in("tt.kt").get(f"/van-ban/{draft.pk}/pdf")
    assert answer.status_code == 422
    assert "không còn nguyên vẹn" in answer.content.decode()


def test_list_filters_and_pages(commune, sign_in, draft):
    for number in range(35):
        services.create_draft(
            actor=None,
            issuer=commune.issuer,
            drafter=commune.units["VHXH"],
            kind="report",
            title=f"Báo cáo thứ {number:02d}",
            body=draft.body,
            recipients=draft.recipients,
            authority_lines=draft.authority_lines,
            signer_name=draft.signer_name,
            year=2026,
        )
    client = sign_in("vanphong")
    first = client.get("/van-ban/?loai=report").content.decode()
    assert first.count("Báo cáo thứ") == 30
    older = first.split("truoc=")[1].split('"')[0]
    second = client.get(f"/van-ban/?loai=report&truoc={older}").content.decode()
    assert second.count("Báo cáo thứ") == 5
    assert "Không có văn bản nào khớp bộ lọc" in client.get("/van-ban/?trang-thai=issued").content.decode()
    for odd in ("?truoc=x", "?loai=x&trang-thai=y", "?truoc=00000000-0000-0000-0000-000000000000"):
        assert client.get(f"/van-ban/{odd}").status_code == 200


def test_queries_of_the_list_with_one_and_three_documents(commune, sign_in, draft, django_assert_num_queries):
    client = sign_in("vanphong")
    with django_assert_num_queries(5):
        client.get("/van-ban/")
    for number in range(2):
        copy = Document.objects.get(pk=draft.pk)
        copy.pk, copy.title = None, f"Bản {number}"
        copy.save(force_insert=True)
    with django_assert_num_queries(5):
        client.get("/van-ban/")


@pytest.mark.parametrize(("state", "queries"), [(DocumentState.DRAFT, 7), (DocumentState.SIGNED, 8)])
def test_queries_of_the_page(commune, sign_in, draft, state, queries, django_assert_num_queries):
    bring(commune, draft, state)
    client = sign_in("vanphong")
    with django_assert_num_queries(queries):
        client.get(f"/van-ban/{draft.pk}/")
