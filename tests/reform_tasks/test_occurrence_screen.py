"""The page of one duty: who sees it, the report form, conflicts, files, review."""

from datetime import date

import pytest
from django.urls import reverse

from reform_tasks.models import Evidence, Occurrence, ProgressReport
from tests.reform_tasks.books import PDF, upload

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def occurrence(duty):
    return duty("KT", "40", date(2026, 3, 31))


def url(name, occurrence):
    return reverse(f"reform_tasks:{name}", args=[occurrence.pk])


def typed(version=0, **fields):
    return {"version": version, "outcome": "done", "result": "Quyết định 12/QĐ-UBND", "note": "Ghi chú"} | fields


def sent(client, occurrence, **fields):
    """Send a report and return it."""
    response = client.post(url("report-submit", occurrence), typed(**fields))
    assert response.status_code == 302
    return ProgressReport.objects.get(occurrence=occurrence)


def test_the_page_shows_the_plans_words_and_the_weekday(sign_in, occurrence):
    page = sign_in("tt.kt").get(url("occurrence-detail", occurrence)).content.decode()

    assert "thứ Ba, 31/03/2026" in page
    assert "Quá hạn 10 ngày" in page
    assert "Hằng quý" in page


SEES = {
    "tt.kt": 200,
    "cv.kt": 200,
    "vhxh": 200,
    "vanphong": 200,
    "pct": 200,
    "tt.ca": 404,
    "cv.mn1": 404,
    "tt.vhxh": 404,
    "quantri": 404,
    "quansat": 404,
    "hoidong1": 404,
    "ttdv": 404,
}
STEPS = (
    "report-save",
    "report-hand",
    "report-submit",
    "report-withdraw",
    "report-accept",
    "report-accept-part",
    "report-return",
    "evidence-upload",
)
MAY = {
    "tt.kt": {"report-save", "report-submit", "evidence-upload", "report-withdraw"},
    "cv.kt": {"report-save", "report-hand", "evidence-upload"},
    "vhxh": {"report-accept", "report-accept-part", "report-return"},
}


@pytest.mark.parametrize(("username", "status"), SEES.items())
def test_who_sees_a_duty(sign_in, occurrence, username, status):
    assert sign_in(username).get(url("occurrence-detail", occurrence)).status_code == status


@pytest.mark.parametrize("username", SEES)
@pytest.mark.parametrize("step", STEPS)
def test_who_may_take_a_step(sign_in, occurrence, username, step):
    if step in ("report-withdraw", "report-accept", "report-accept-part", "report-return"):
        sent(sign_in("tt.kt"), occurrence)
        version = ProgressReport.objects.get().version
    else:
        version = 0

    given = {"version": version, "percent": "50", "missing": "Phụ lục", "reason": "Thiếu phụ lục"}
    part = {f"mot-phan-{name}": value for name, value in given.items()}
    response = sign_in(username).post(url(step, occurrence), typed(version, reason="Thiếu số liệu") | part)

    allowed = 302 if step in MAY.get(username, set()) else 403
    assert response.status_code == (404 if SEES[username] == 404 else allowed)


@pytest.mark.parametrize("step", STEPS)
def test_steps_are_posts(sign_in, occurrence, step):
    assert sign_in("tt.kt").get(url(step, occurrence)).status_code == 405


def test_a_refusal_says_who_can_help(sign_in, occurrence):
    response = sign_in("cv.kt").post(url("report-submit", occurrence), typed())

    assert response.status_code == 403
    assert (
        "Chỉ thủ trưởng Phòng Kinh tế mới được gửi báo cáo. Hãy lưu nháp và báo thủ trưởng đơn vị."
        in response.content.decode()
    )


def test_a_head_reports_and_the_reviewer_accepts(sign_in, occurrence):
    report = sent(sign_in("tt.kt"), occurrence, files=[upload(PDF, "Quyết định 12.pdf")])

    response = sign_in("vhxh").post(url("report-accept", occurrence), {"version": report.version})

    report.refresh_from_db()
    assert response["Location"] == url("occurrence-detail", occurrence)
    assert (report.state, [item.original_name for item in report.evidence.all()]) == (
        "accepted",
        ["Quyết định 12.pdf"],
    )


def test_returning_without_a_reason_shows_the_field_again(sign_in, occurrence):
    report = sent(sign_in("tt.kt"), occurrence)

    response = sign_in("vhxh").post(url("report-return", occurrence), {"version": report.version, "reason": ""})

    assert response.status_code == 422
    assert response.context["return_form"].errors == {"reason": ["Hãy ghi lý do trả lại để đơn vị biết cần sửa gì."]}


def test_a_returned_report_shows_its_reason_to_the_unit(sign_in, occurrence):
    report = sent(sign_in("tt.kt"), occurrence)
    sign_in("vhxh").post(url("report-return", occurrence), {"version": report.version, "reason": "Thiếu phụ lục"})

    page = sign_in("cv.kt").get(url("occurrence-detail", occurrence))

    assert "Thiếu phụ lục" in page.content.decode()
    assert page.context["form"]["result"].value() == "Quyết định 12/QĐ-UBND"


def test_a_report_without_an_outcome_is_not_sent_and_keeps_the_text(sign_in, occurrence):
    response = sign_in("tt.kt").post(url("report-submit", occurrence), typed(outcome=""))

    assert response.status_code == 422
    assert response.context["form"].errors == {"outcome": ["Hãy chọn tình hình thực hiện trước khi gửi."]}
    assert response.context["form"]["result"].value() == "Quyết định 12/QĐ-UBND"
    assert ProgressReport.objects.count() == 0


def test_a_stale_save_answers_409_shows_both_and_keeps_the_text(sign_in, occurrence):
    sign_in("cv.kt").post(url("report-save", occurrence), typed(result="Bản của cán bộ"))

    response = sign_in("tt.kt").post(url("report-save", occurrence), typed(result="Bản của trưởng"))

    page = response.content.decode()
    assert response.status_code == 409
    assert ("Của người khác" in page, "Bạn đã nhập" in page, "Bản của cán bộ" in page) == (True, True, True)
    assert response.context["form"]["result"].value() == "Bản của trưởng"
    assert ProgressReport.objects.get().result == "Bản của cán bộ"


def test_after_a_conflict_ones_own_version_can_be_saved(sign_in, occurrence):
    sign_in("cv.kt").post(url("report-save", occurrence), typed(result="Bản của cán bộ"))
    head = sign_in("tt.kt")
    conflict = head.post(url("report-save", occurrence), typed(result="Bản của trưởng"))

    version = conflict.context["form"]["version"].value()
    response = head.post(url("report-save", occurrence), typed(version, result="Bản của trưởng"))

    assert response.status_code == 302
    assert ProgressReport.objects.get().result == "Bản của trưởng"


def test_files_of_a_stale_save_are_not_lost(sign_in, occurrence):
    sign_in("cv.kt").post(url("report-save", occurrence), typed())

    response = sign_in("tt.kt").post(url("report-save", occurrence), typed(files=[upload(PDF, "kèm.pdf")]))

    assert response.status_code == 409
    assert [line.item.original_name for line in response.context["form"].chosen()] == ["kèm.pdf"]


def test_a_save_after_the_report_was_sent_shows_what_was_typed(sign_in, occurrence):
    head = sign_in("tt.kt")
    head.post(url("report-save", occurrence), typed())
    sent(head, occurrence, version=1)

    response = sign_in("cv.kt").post(url("report-save", occurrence), typed(1, result="Chậm một bước"))

    assert (response.status_code, response.context["form"]) == (409, None)
    assert "Chậm một bước" in response.content.decode()


def test_a_fake_pdf_is_refused_beside_the_files_and_the_text_stays(sign_in, occurrence):
    files = [upload(PDF, "thật.pdf"), upload(b"MZ\x90\x00" + b"\x00" * 60, "giả.pdf")]

    response = sign_in("cv.kt").post(url("evidence-upload", occurrence), typed(files=files))

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"files": ["Tệp 'giả.pdf' không phải PDF thật: nội dung là một chương trình Windows (exe)."]}
    assert form["result"].value() == "Quyết định 12/QĐ-UBND"
    assert [line.item.original_name for line in form.chosen()] == ["thật.pdf"]
    assert ProgressReport.objects.count() == 0


def test_a_file_is_chosen_from_the_units_library(sign_in, occurrence, duty):
    officer = sign_in("cv.kt")
    officer.post(url("evidence-upload", occurrence), typed(files=[upload(PDF, "chung.pdf")]))
    other = duty("KT", "18")

    officer.post(url("report-save", other), typed(evidence=[str(Evidence.objects.get().pk)]))

    assert ProgressReport.objects.get(occurrence=other).evidence.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": "x"},
        {"version": "-1", "outcome": "done"},
        {"version": "0", "outcome": "khác"},
        {"version": "0", "evidence": ["không phải id"]},
        {"version": "0", "result": "x" * 5001},
    ],
)
def test_garbage_gets_422(sign_in, occurrence, data):
    assert sign_in("tt.kt").post(url("report-save", occurrence), data).status_code == 422


def test_the_reviewer_sets_the_day_of_an_instruction(sign_in, duty):
    waiting = duty("VHXH", "31")
    reviewer = sign_in("vhxh")

    wrong = reviewer.post(url("due-date", waiting), {"due_on": "31/02/2026", "reason": "CV 5"})
    right = reviewer.post(url("due-date", waiting), {"due_on": "30/6/2026", "reason": "Công văn 5/UBND"})
    other = sign_in("tt.vhxh").post(url("due-date", waiting), {"due_on": "30/6/2026", "reason": "CV"})

    assert (wrong.status_code, right.status_code, other.status_code) == (422, 302, 403)
    assert wrong.context["due_form"]["due_on"].value() == "31/02/2026"
    assert Occurrence.objects.get(pk=waiting.pk).due_on == date(2026, 6, 30)


def test_the_number_of_queries_is_constant(sign_in, occurrence, duty, django_assert_num_queries):
    head = sign_in("tt.kt")
    head.post(url("evidence-upload", occurrence), typed(files=[upload(PDF + b"1", "1.pdf")]))
    with django_assert_num_queries(25):
        head.get(url("occurrence-detail", occurrence))

    files = [upload(PDF + b"2", "2.pdf"), upload(PDF + b"3", "3.pdf")]
    head.post(url("evidence-upload", occurrence), typed(1, files=files))
    with django_assert_num_queries(25):
        head.get(url("occurrence-detail", occurrence))
