"""The audit list: who reads it, what is hidden from whom, filters and pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.urls import reverse

from units.audit_words import OBJECT_WORDS, changes
from units.models import AuditEntry
from units.services import record_audit

URL = reverse("units:audit-list")
VN = ZoneInfo("Asia/Ho_Chi_Minh")


def write(commune, summary, object_type="units.user", at=None, **more):
    return AuditEntry.objects.create(
        issuer=commune.issuer,
        actor=commune.people["vhxh"],
        actor_name="Chuyên viên",
        action="x",
        summary=summary,
        object_type=object_type,
        object_id="1",
        at=at or datetime(2026, 11, 5, 8, tzinfo=VN),
        **more,
    )


def listed(page):
    return [row["entry"].summary for row in page.context["rows"]]


@pytest.mark.parametrize(
    ("username", "status"),
    [("quantri", 200), ("pct", 200), ("vanphong", 200), ("vhxh", 403), ("tt.kt", 403), ("cv.kt", 403)]
    + [("ttdv", 403), ("hoidong1", 403), ("quansat", 403)],
)
def test_who_reads_it(sign_in, username, status):
    assert sign_in(username).get(URL).status_code == status


def test_the_administrator_sees_nothing_of_the_scores(sign_in, commune):
    write(commune, "Thẩm định 8,5 điểm", "emulation.scorecardrow")
    assert "Thẩm định 8,5 điểm" in listed(sign_in("pct").get(URL))
    assert "Thẩm định 8,5 điểm" not in listed(sign_in("quantri").get(URL))


def test_filters_by_object_and_vietnamese_day(sign_in, commune):
    write(commune, "Đêm trước", at=datetime(2026, 11, 4, 23, 59, tzinfo=VN))
    write(commune, "Đầu ngày", at=datetime(2026, 11, 5, 0, 0, tzinfo=VN))
    write(commune, "Cuối ngày", at=datetime(2026, 11, 5, 23, 59, 59, tzinfo=VN))
    write(commune, "Hôm sau", at=datetime(2026, 11, 6, 0, 0, tzinfo=VN))
    write(commune, "Kế hoạch", "reform_tasks.plan", at=datetime(2026, 11, 5, 9, tzinfo=VN))
    client = sign_in("vanphong")
    day = {"tu": "05/11/2026", "den": "5/11/2026"}
    assert listed(client.get(URL, day)) == ["Kế hoạch", "Cuối ngày", "Đầu ngày"]
    assert listed(client.get(URL, day | {"loai": "reform_tasks.plan"})) == ["Kế hoạch"]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"tu": "2026"}, "tu"), ({"tu": "06/11/2026", "den": "05/11/2026"}, "den"), ({"loai": "x"}, "loai")],
)
def test_a_wrong_filter_is_told(sign_in, query, field):
    page = sign_in("pct").get(URL, query)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_pages_keep_the_filter(sign_in, commune):
    for number in range(65):
        write(commune, f"Mục {number}", "reform_tasks.plan")
    client, url, seen = sign_in("pct"), f"{URL}?loai=reform_tasks.plan", []
    while url:
        page = client.get(url)
        seen += listed(page)
        url = page.context["older"]
    assert seen == [f"Mục {number}" for number in reversed(range(65))]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(sign_in, commune, django_assert_num_queries, count):
    for number in range(count):
        write(commune, f"Mục {number}", unit=commune.units["KT"])
    client = sign_in("pct")
    with django_assert_num_queries(5):  # session, person, roles, entries, unread notices
        client.get(URL)


def test_changes_are_shown_in_words(sign_in, commune):
    write(commune, "Sửa", before={"job_title": "Cũ", "is_active": True}, after={"job_title": "Mới", "is_active": False})
    page = sign_in("pct").get(URL)
    assert page.context["rows"][0]["changes"] == [("đang mở", "có", "không"), ("chức vụ", "Cũ", "Mới")]
    assert changes({}, {"units": ["KT", "VP"], "total": {"points": "8,5"}}) == [
        ("tổng", "", "điểm: 8,5"),
        ("đơn vị", "", "KT, VP"),
    ]


def test_every_entry_says_who_and_on_what(commune):
    person = commune.people["pct"]
    entry = record_audit(actor=person, action="x", summary="dài " * 100, target=person, issuer=commune.issuer)
    assert (entry.actor_name, entry.object_type, entry.object_id, len(entry.summary)) == (
        "Nguyễn Đình Khoa",
        "units.user",
        str(person.pk),
        300,
    )
    assert record_audit(actor=None, action="x", summary="x", target=person, issuer=None).actor_name == "Hệ thống"


def test_the_words_name_models_that_exist():
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert set(OBJECT_WORDS) - labels == set()


def test_lists_are_parted_by_what_does_not_stand_inside_them():
    assert changes({}, {"units": ["KT", "CA"]}) == [("đơn vị", "", "KT, CA")]
    told = ["Dòng 1: điểm từ “1,5” thành “2”.", "Dòng 2: thêm mới “Hai”."]
    assert changes({}, {"changes": told}) == [("thay đổi", "", "; ".join(told))]
