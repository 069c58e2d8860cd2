"""The screens of the import, with every bad file of the office."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse

from ninhgiang.errors import DomainError
from reform_tasks.models import Assignment, Plan, PlanImport, Task
from reform_tasks.services import preview_import
from tests.conftest import PLAN_WORKBOOK
from tests.reform_tasks.books import AREA, HEADING, book, book_of, task, upload
from tests.reform_tasks.docs import docx, table
from units.models import Unit, UnitAlias

UPLOAD = reverse("reform_tasks:import-upload")
QUERIES = 7


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


def page_data(response):
    """Return what a browser would send of the preview's form as the page shows it."""
    forms = response.context["forms"]
    data = {"version": response.context["plan_import"].version, "row": list(forms.rows), "chung-asked": "1"}
    data["noted"] = [problem.key for problem, ticked in forms.noted if ticked]
    for form in (*forms.names, *forms.rows.values(), forms.extra):
        for bound in form:
            value = bound.value()
            if value not in (None, False, []):
                data[bound.html_name] = value if isinstance(value, list) else bound.field.prepare_value(value)
                if bound.name == "due_date":
                    data[bound.html_name] = f"{value:%d/%m/%Y}"
    return data


def post(client, url, button, *, asked=None, **typed):
    """Press a button of the preview after typing over some fields of the page."""
    page = client.get(url, {"sua": asked} if asked else {})
    data = page_data(page) | {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(url, data | {button: "1"}, follow=True)


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
    confirmed = post(reviewer, url, "confirm")

    assert preview.context["open_count"] == 0
    assert "Đã hiểu mọi ô của bảng." in text_of(preview)
    assert [str(message) for message in confirmed.context["messages"]] == [
        "Đã nhập Kế hoạch 14/KH-UBND: 7 lĩnh vực, 48 nhiệm vụ, 421 phân công, 519 kỳ thực hiện."
    ]
    assert confirmed.resolver_match.url_name == "plan-detail"


def test_the_same_file_again_says_that_nothing_changes(reviewer):
    for _ in range(2):
        url = preview_url(reviewer, book(AREA, task()))
        response = post(reviewer, url, "confirm")

    assert [str(message) for message in response.context["messages"]] == [
        "Không có gì thay đổi: Kế hoạch 15/KH-UBND đã có đúng nội dung này."
    ]
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Tệp trống."),
        (
            b"Day la van ban",
            (
                "Tệp này không phải Excel hay Word: nội dung là văn bản thuần (text). "
                "Hãy gửi tệp Excel dạng .xlsx hoặc Word dạng .docx."
            ),
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi gửi lại.",
        ),
        (
            book(AREA)[:-200],
            "Tệp này đã hỏng hoặc không phải Excel, Word. Hãy gửi tệp Excel dạng .xlsx hoặc Word dạng .docx.",
        ),
        (
            docx("Không có bảng"),
            (
                "Không tìm thấy bảng nhiệm vụ nào trong tệp. Bảng cần có các cột “TT”, “Nhiệm vụ”, "
                "“Sản phẩm, kết quả”, "
                "“Cơ quan, đơn vị chủ trì”, “Cơ quan, đơn vị phối hợp”, “Thời gian thực hiện”."
            ),
        ),
        (b"x" * (5 * 1024 * 1024 + 1), "Tệp lớn hơn 5 MB. Hãy bỏ hình ảnh, trang thừa rồi gửi lại."),
    ],
    ids=["empty", "text", "encrypted", "cut", "no table", "too big"],
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


def test_a_file_of_60_megabytes_is_refused_without_reading_it_whole(reviewer):
    class Large(BytesIO):
        """Sixty million zeros that never are in memory; reading too much of them fails."""

        def read(self, size=-1):
            assert 0 <= size <= settings.WORKBOOK_MAX_BYTES + 1
            return bytes(size)

    with pytest.raises(DomainError, match="Tệp lớn hơn 5 MB"):
        preview_import(
            actor=None,
            issuer=Unit.objects.get(is_issuer=True),
            file=Large(),
            file_name="60mb.xlsx",
            number="1/KH-UBND",
            issued_on=date(2026, 1, 14),
        )


def test_everything_wrong_is_settled_on_the_page(reviewer):
    rows = (task(lead="Phòng Tài chính", deadline="Sớm nhất có thể"), ["", "Xen giữa"], task(1, deadline="31/11/2026"))
    url = preview_url(reviewer, book(AREA, *rows))

    refused = post(reviewer, url, "confirm")
    page = reviewer.get(url)
    saved = post(reviewer, url, "save", ten1__means="KT", r3__due_kind="fixed", r3__due_date="1/6/2026")
    again = reviewer.get(url)
    post(reviewer, url, "note_all", r5__number="2", r5__deadline="30/11/2026")
    done = post(reviewer, url, "confirm")

    assert (refused.status_code, refused.context["refusal"]) == (
        422,
        "Còn 5 ô chưa được giải quyết; chưa nhập kế hoạch.",
    )
    assert [problem.address for problem in page.context["preview"].open_problems] == [
        "Phụ lục, ô D3",
        "Phụ lục, ô F3",
        "Phụ lục, ô B4",
        "Phụ lục, ô A5",
        "Phụ lục, ô F5",
    ]
    assert (list(page.context["forms"].rows), len(page.context["forms"].names)) == ([3, 5], 1)
    assert [str(message) for message in saved.context["messages"]] == ["Đã lưu; còn 3 chỗ cần giải quyết."]
    assert list(again.context["forms"].rows) == [5]
    assert done.resolver_match.url_name == "plan-detail"
    assert list(Task.objects.values_list("number", "deadline_text")) == [
        ("1", "Sớm nhất có thể"),
        ("2", "30/11/2026"),
    ]
    assert list(Assignment.objects.values_list("unit__code", flat=True)) == ["KT", "KT"]
    assert UnitAlias.objects.get(folded="phong tai chinh").unit.code == "KT"


def test_a_row_asked_for_is_opened_and_stays_as_read_when_nothing_is_typed(reviewer):
    url = preview_url(reviewer, book(AREA, task(), task(2)))

    opened = reviewer.get(url, {"sua": "4"})
    saved = post(reviewer, url, "save", asked=4)
    strange = [reviewer.get(url, {"sua": value}).status_code for value in ("99", "x", "-1", "9" * 30, "²")]

    assert list(opened.context["forms"].rows) == [4]
    assert 'name="r4-title"' in text_of(opened)
    assert PlanImport.objects.get().decisions == {}
    assert [str(message) for message in saved.context["messages"]] == ["Đã lưu; còn 0 chỗ cần giải quyết."]
    assert strange == [200] * 5


def test_what_was_typed_stays_on_the_page_when_something_is_wrong(reviewer):
    url = preview_url(reviewer, book(AREA, task(lead="Phòng Tài chính", deadline="Sớm nhất có thể")))

    response = post(
        reviewer,
        url,
        "save",
        ten1__means="KT",
        r3__title="Đang gõ dở",
        r3__due_kind="fixed",
        r3__due_date="31/02/2026",
    )

    assert response.status_code == 422
    form = response.context["forms"].rows[3]
    assert form.errors == {
        "due_date": ["Không có ngày 31/02/2026 trong lịch. Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."]
    }
    assert (form["title"].value(), form["due_date"].value()) == ("Đang gõ dở", "31/02/2026")
    assert response.context["forms"].names[0]["means"].value() == "KT"
    assert PlanImport.objects.get().decisions == {}


def test_a_refusal_of_the_service_stands_in_its_row(reviewer):
    url = preview_url(reviewer, book(AREA, task(deadline="Sớm nhất có thể")))

    response = post(reviewer, url, "save", r3__due_kind="fixed", r3__due_date="01/01/2026")

    assert (response.status_code, response.context["forms"].rows[3].non_field_errors()) == (
        422,
        ["Hạn không được trước ngày ban hành kế hoạch (14/01/2026)."],
    )


def test_somebody_elses_change_is_told_and_typing_is_kept(reviewer, sign_in):
    url = preview_url(reviewer, book(AREA, task(deadline="Sớm nhất có thể")))
    mine = page_data(reviewer.get(url)) | {"r3-title": "Của tôi", "r3-due_kind": "continuous"}
    post(sign_in("vhxh"), url, "save", r3__title="Của người khác")

    stale = reviewer.post(url, mine | {"save": "1"})
    again = reviewer.post(url, mine | {"save": "1", "version": stale.context["plan_import"].version}, follow=True)

    assert (stale.status_code, stale.context["forms"].rows[3]["title"].value()) == (409, "Của tôi")
    assert again.context["preview"].rows[0].title == "Của tôi"


def test_the_columns_and_the_table_are_chosen_on_the_page(reviewer):
    rows = [["Việc", "Ai làm", "Bao giờ", "Số"], ["CHỈ ĐẠO", "", "", "I"], ["Ban hành", "Phòng Kinh tế", "Quý I", 1]]
    url = preview_url(reviewer, book_of(Một=rows, Hai=[HEADING, AREA, task()]))
    first = reviewer.get(url)
    columns = {"bang-c0": "title", "bang-c1": "lead", "bang-c2": "deadline", "bang-c3": "number"}
    base = {"read": "1", "bang-version": "1", "bang-table": "Một", "bang-first_row": "2"}

    other = reviewer.post(url, base, follow=True)
    double = reviewer.post(url, base | columns | {"bang-c3": "title", "bang-version": "2"})
    chosen = reviewer.post(url, base | columns | {"bang-version": "2"}, follow=True)

    assert (first.context["preview"].appendix.sheet, other.context["preview"].appendix.sheet) == ("Hai", "Một")
    assert (double.status_code, double.context["layout"].errors) == (
        422,
        {"c3": ["Cột khác đã là “Nhiệm vụ”; hãy chọn một trong hai."]},
    )
    assert [row.title for row in chosen.context["preview"].rows] == ["Ban hành"]
    assert post(reviewer, url, "confirm").resolver_match.url_name == "plan-detail"


def test_areas_notes_and_numbering_are_settled_on_the_page(reviewer):
    rows = [HEADING, task(), ["II", "THỂ CHẾ"], task(), ["Ghi chú: gửi trước ngày 25"]]
    url = preview_url(reviewer, book_of(Một=rows))

    post(reviewer, url, "save", chung__numeral="I", chung__name="CHỈ ĐẠO", chung__before="2", chung__by_area="on")
    half = post(reviewer, url, "save", chung__numeral="IX")
    done = post(reviewer, url, "confirm", chung__notes="Ghi chú đã sửa")

    assert half.context["forms"].extra.errors == {"name": ["Lĩnh vực thêm vào cần có cả số và tên."]}
    assert done.resolver_match.url_name == "plan-detail"
    assert list(Task.objects.values_list("number", flat=True)) == ["I.1", "II.1"]
    assert "Ghi chú đã sửa" in text_of(done)


def test_a_word_file_is_imported_through_the_screens(reviewer):
    rows = [("I", "CHỈ ĐẠO", "", "", "", ""), tuple(task(deadline="30/2/2026"))]
    url = preview_url(reviewer, docx("Phụ lục", table(tuple(HEADING), *rows)))

    page = reviewer.get(url)
    post(reviewer, url, "confirm", r3__deadline="28/2/2026")

    assert [problem.address for problem in page.context["preview"].open_problems] == ["Bảng 1, dòng 3, cột 6"]
    assert "Không có ngày 30/02/2026 trong lịch." in text_of(page)
    assert Task.objects.get().deadline_text == "28/2/2026"


def test_a_preview_of_an_older_program_leads_to_a_new_upload(reviewer):
    url = preview_url(reviewer, book(AREA, task()))
    PlanImport.objects.update(parsed={"year": 2026, "appendix": {}})

    response = reviewer.get(url, follow=True)

    assert response.resolver_match.url_name == "import-upload"
    assert [str(message) for message in response.context["messages"]] == [
        "Bản xem trước này đã quá cũ để mở lại. Hãy tải tệp phụ lục lên lần nữa."
    ]


def test_the_preview_page_takes_the_same_queries_for_one_row_and_three(reviewer, django_assert_num_queries):
    for tasks in (1, 3):
        url = preview_url(reviewer, book(AREA, *(task(number) for number in range(1, tasks + 1))))
        reviewer.get(url)
        with django_assert_num_queries(QUERIES):
            reviewer.get(url)


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
