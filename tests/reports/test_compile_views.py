"""The screens of compiling: start, follow, open what was made."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from emulation.models import Round
from ninhgiang.cells import CONTENT_TYPE
from units.models import Job, Unit

INSIDERS = ("vhxh", "vanphong", "pct")
OTHERS = ("quantri", "ttdv", "quansat", "hoidong1", "tt.kt", "cv.kt")


def test_home_lists_published_rounds_and_starts_for_the_office_only(sign_in, published):
    button = f'action="/tong-hop/dot/{published.pk}/"'
    assert button in sign_in("vanphong").get("/tong-hop/").content.decode()
    for name in ("vhxh", "pct"):
        page = sign_in(name).get("/tong-hop/").content.decode()
        assert published.name in page
        assert button not in page
    for name in OTHERS:
        answer = sign_in(name).get("/tong-hop/")
        assert answer.status_code == 403
        assert "mới được xem tổng hợp kết quả" in answer.content.decode()


def test_home_says_what_is_not_published_yet(sign_in, opened):
    page = sign_in("vanphong").get("/tong-hop/").content.decode()
    assert "Chưa có đợt chấm điểm nào được công bố" in page
    assert f"{opened.name}: đơn vị tự chấm, chưa tổng hợp được." in page


def test_home_waits_for_no_practice_round(sign_in, opened):
    Round.objects.filter(pk=opened.pk).update(practice=True)
    assert opened.name not in sign_in("vanphong").get("/tong-hop/").content.decode()


def test_starting_leads_to_the_progress_page(sign_in, published):
    answer = sign_in("vanphong").post(f"/tong-hop/dot/{published.pk}/")
    job = Job.objects.get(kind="compile_results")
    assert answer["Location"] == f"/tien-trinh/{job.pk}/"
    page = sign_in("vanphong").get("/tong-hop/").content.decode()
    assert f"/tien-trinh/{job.pk}/" in page


def test_who_may_not_start(sign_in, published):
    url = f"/tong-hop/dot/{published.pk}/"
    assert sign_in("vanphong").get(url).status_code == 405
    assert {name: sign_in(name).post(url).status_code for name in ("vhxh", "pct")} == {"vhxh": 403, "pct": 403}
    assert {name: sign_in(name).post(url).status_code for name in OTHERS} == dict.fromkeys(OTHERS, 404)
    assert sign_in("vanphong").post("/tong-hop/dot/9999/").status_code == 404


def test_an_unpublished_round_is_refused_on_the_screen(sign_in, opened):
    answer = sign_in("vanphong").post(f"/tong-hop/dot/{opened.pk}/")
    assert answer.status_code == 422
    assert "chưa được lãnh đạo công bố" in answer.content.decode()


def test_result_page_links_report_and_file(sign_in, compilation, report):
    page = sign_in("vanphong").get(f"/tong-hop/{compilation.pk}/").content.decode()
    assert f"/van-ban/{report.pk}/" in page
    assert f"/tong-hop/tep/{compilation.exports.get().pk}" in page
    assert compilation.sha256 in page
    assert "Kết quả chấm theo bộ tiêu chí mẫu." in page


def test_the_file_downloads_as_a_workbook(sign_in, compilation):
    answer = sign_in("vanphong").get(f"/tong-hop/tep/{compilation.exports.get().pk}")
    assert answer["Content-Type"] == CONTENT_TYPE
    assert answer["Content-Disposition"].startswith('attachment; filename="tong hop ket qua 2026')
    assert load_workbook(BytesIO(answer.content)).sheetnames[0] == "Tổng hợp"


@pytest.mark.parametrize("name", [*INSIDERS, *OTHERS])
def test_result_and_file_are_for_those_who_make_documents(sign_in, compilation, name):
    expected = 200 if name in INSIDERS else 404
    client = sign_in(name)
    urls = [f"/tong-hop/{compilation.pk}/", f"/tong-hop/tep/{compilation.exports.get().pk}"]
    assert [client.get(url).status_code for url in urls] == [expected, expected]


def test_another_communes_office_finds_nothing(commune, sign_in, published, compilation):
    other = Unit.objects.create(name="UBND xã Khác", short_name="Khác", code="KHAC", kind="committee", is_issuer=True)
    commune.people["vanphong"].roles.update(unit=other)
    client = sign_in("vanphong")
    urls = [f"/tong-hop/{compilation.pk}/", f"/tong-hop/tep/{compilation.exports.get().pk}"]
    assert [client.get(url).status_code for url in urls] == [404, 404]
    assert client.post(f"/tong-hop/dot/{published.pk}/").status_code == 404
    assert published.name not in client.get("/tong-hop/").content.decode()


def test_queries_of_the_home_do_not_grow(commune, sign_in, compilation, published, django_assert_num_queries):
    from reports.services import compile_round

    from .conftest import job_for

    client = sign_in("vanphong")
    with django_assert_num_queries(10):
        client.get("/tong-hop/")
    Job.objects.update(state="done")
    for number in range(2):
        job = job_for(commune, published)
        Job.objects.filter(pk=job.pk).update(params_hash=f"{number}", state="done")
        compile_round(job=job, step=lambda done, total, message: None)
    with django_assert_num_queries(10):
        client.get("/tong-hop/")
