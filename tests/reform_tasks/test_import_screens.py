"""The screens of the import, with every bad file of the office."""

import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from reform_tasks.models import Assignment, Plan, PlanImport
from tests.conftest import PLAN_WORKBOOK
from tests.reform_tasks.books import AREA, book, task, upload

UPLOAD = reverse("reform_tasks:import-upload")


@pytest.fixture
def reviewer(sign_in):
    return sign_in("vhxh")


def send(client, content, **fields):
    data = {"file": upload(content), "number": "15/KH-UBND", "issued_on": "14/01/2026", "year": ""} | fields
    return client.post(UPLOAD, data)


def preview_url(client, content, **fields):
    response = send(client, content, **fields)
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"]


def text_of(response):
    return response.content.decode()


def many_empty_rows():
    """An appendix with one task above 100,000 formatted empty rows."""
    content = book(AREA, task())
    out = BytesIO()
    empty = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(4, 100_004))
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", empty.encode() + b"</sheetData>")
            target.writestr(name, data)
    return out.getvalue()


def test_a_reviewer_imports_the_real_plan_through_the_screens(reviewer):
    url = preview_url(reviewer, PLAN_WORKBOOK.read_bytes(), number="14/KH-UBND")
    preview = reviewer.get(url)
    confirmed = reviewer.post(url, {"confirm": "1"}, follow=True)

    assert preview.context["open_count"] == 0
    assert "Đã hiểu mọi ô của bảng." in text_of(preview)
    assert [str(message) for message in confirmed.context["messages"]] == [
        "Đã nhập Kế hoạch 14/KH-UBND: 7 lĩnh vực, 48 nhiệm vụ, 421 phân công, 519 kỳ thực hiện."
    ]
    assert confirmed.resolver_match.url_name == "plan-detail"


def test_the_same_file_again_says_that_nothing_changes(reviewer):
    for _ in range(2):
        url = preview_url(reviewer, book(AREA, task()))
        response = reviewer.post(url, {"confirm": "1"}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Không có gì thay đổi: Kế hoạch 15/KH-UBND đã có đúng nội dung này."
    ]
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Tệp trống."),
        (b"Day la van ban", "Tệp này không phải bảng tính Excel hoặc đã hỏng. Hãy gửi tệp Excel dạng .xlsx."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
            "Tệp được đặt mật khẩu hoặc là dạng .xls cũ. Hãy bỏ mật khẩu, lưu lại dạng .xlsx rồi gửi lại.",
        ),
        (book(AREA)[:-200], "Tệp này không phải bảng tính Excel hoặc đã hỏng. Hãy gửi tệp Excel dạng .xlsx."),
        (book(AREA), "Bảng ở trang “Phụ lục” không có nhiệm vụ nào dưới dòng tiêu đề."),
        (b"x" * (5 * 1024 * 1024 + 1), "Tệp lớn hơn 5 MB. Hãy bỏ hình ảnh, trang thừa rồi gửi lại."),
    ],
    ids=["empty", "text", "encrypted", "cut", "no task", "too big"],
)
def test_a_bad_file_gets_its_message_beside_the_file(reviewer, content, message):
    response = send(reviewer, content)

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [message]}
    assert response.context["form"]["number"].value() == "15/KH-UBND"
    assert PlanImport.objects.count() == 0


def test_a_hundred_thousand_empty_rows_do_no_harm(reviewer):
    url = preview_url(reviewer, many_empty_rows())

    assert len(reviewer.get(url).context["preview"].rows) == 1


def test_fields_are_checked_and_kept(reviewer):
    response = send(reviewer, book(AREA, task()), number="mười bốn", issued_on="30/02/2026", year="hai nghìn")

    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["issued_on", "number", "year"]
    assert response.context["form"]["issued_on"].value() == "30/02/2026"


def test_an_unknown_unit_is_decided_on_the_page(reviewer):
    url = preview_url(reviewer, book(AREA, task(lead="Phòng Tài chính", deadline="Sớm nhất có thể")))
    data = {"D3-units": ["KT"], "F3-kind": "fixed", "F3-date": "1/6/2026", "F3-period": ""}

    refused = reviewer.post(url, {"confirm": "1"})
    decided = reviewer.post(url, data | {"decide": "1"}, follow=True)
    again = reviewer.get(url)
    reviewer.post(url, data | {"confirm": "1"})

    assert (refused.status_code, refused.context["refusal"]) == (
        422,
        "Còn 2 ô chưa được giải quyết; chưa nhập kế hoạch.",
    )
    assert [str(message) for message in decided.context["messages"]] == ["Đã ghi nhận; còn 0 ô cần giải quyết."]
    assert next(form.initial for form in again.context["forms"]) == {"units": ["KT"], "later": False}
    assert 'value="01/06/2026"' in text_of(again)
    assert list(Assignment.objects.values_list("unit__code", flat=True)) == ["KT"]


def test_a_wrong_decision_is_refused_beside_its_inputs_and_the_others_stay(reviewer):
    url = preview_url(reviewer, book(AREA, task(lead="Phòng Tài chính", deadline="Sớm nhất có thể")))

    response = reviewer.post(url, {"D3-units": ["KT"], "F3-kind": "fixed", "F3-date": "31/02/2026", "decide": "1"})

    assert response.status_code == 422
    assert [form.errors for form in response.context["forms"]] == [
        {},
        {"date": ["Không có ngày 31/02/2026 trong lịch. Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."]},
    ]
    assert PlanImport.objects.get().decisions == {"D3": {"units": ["KT"], "later": False}}


def test_errors_of_the_file_show_their_cells_and_no_confirm_button(reviewer):
    url = preview_url(reviewer, book(AREA, task(), task(1)))

    page = text_of(reviewer.get(url))

    assert "<strong>Phụ lục, ô A4</strong>: Số thứ tự 1 đã có ở ô A3." in page
    assert 'name="confirm"' not in page


def test_spreadsheet_text_is_shown_as_text(reviewer):
    url = preview_url(reviewer, book(AREA, task(title="<script>alert(1)</script>")))

    assert "<script>alert(1)</script>" not in text_of(reviewer.get(url))


@pytest.mark.parametrize("username", ["tt.kt", "cv.vhxh", "pct", "vanphong", "quantri", "quansat"])
def test_only_the_reviewer_imports(sign_in, reviewer, username):
    url = preview_url(reviewer, book(AREA, task()))
    other = sign_in(username)

    statuses = [other.get(UPLOAD).status_code, other.get(url).status_code, other.post(url, {"confirm": 1}).status_code]

    assert statuses == [403, 403, 403]
    assert Plan.objects.count() == 0
