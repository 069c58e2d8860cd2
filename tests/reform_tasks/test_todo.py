"""What the tasks put on people's home pages."""

from datetime import date

import pytest

from reform_tasks.services import Draft, return_report, submit_report
from reform_tasks.todo import figures, leader_items, reviewer_items, unit_items

pytestmark = pytest.mark.usefixtures("now")


def lines(items):
    return [(item.title, item.count, item.tone) for item in items]


def test_a_unit_sees_returned_then_overdue_then_soon(commune, duty, now):
    head, reviewer = commune.people["tt.kt"], commune.people["vhxh"]
    occurrence = duty("KT", "40", date(2026, 3, 31))
    sent = submit_report(actor=head, occurrence=occurrence, draft=Draft("done", "Kết quả"), version=0)
    return_report(actor=reviewer, occurrence=occurrence, version=sent.version, reason="Thiếu")
    now.move_to("2026-04-25T08:00:00+07:00")

    for username in ("tt.kt", "cv.kt"):
        assert lines(unit_items(commune.people[username])) == [
            ("Sửa và gửi lại báo cáo bị trả lại", 1, "bad"),
            ("Báo cáo các kỳ đã quá hạn", 8, "bad"),
            ("Báo cáo các kỳ đến hạn trong 7 ngày", 1, "warn"),
        ]


def test_people_without_a_unit_role_have_no_unit_items(commune, plan):
    assert unit_items(commune.people["pct"]) == []


def test_the_reviewer_is_asked_for_the_years_plan(commune):
    assert lines(reviewer_items(commune.people["vhxh"])) == [("Nhập phụ lục kế hoạch", None, "warn")]
    assert reviewer_items(commune.people["tt.kt"]) == []


def test_the_reviewer_sees_waiting_reports(commune, duty):
    draft = Draft("done", "Kết quả")
    submit_report(actor=commune.people["tt.kt"], occurrence=duty("KT", "2"), draft=draft, version=0)

    (item,) = reviewer_items(commune.people["vhxh"])

    assert (item.title, item.count, item.detail) == (
        "Thẩm định báo cáo tiến độ",
        1,
        "1 báo cáo chờ, cũ nhất gửi 10/04/2026",
    )


def test_the_leader_sees_what_is_late_and_where(commune, plan):
    (item,) = leader_items(commune.people["pct"])

    assert (item.count, item.detail.split(";")[0]) == (item.count, f"{item.count} kỳ quá hạn ở 14 đơn vị")
    assert leader_items(commune.people["vhxh"]) == []


def test_figures_are_of_the_own_unit_or_of_all(commune, plan):
    own, everybody = figures(commune.people["tt.kt"]), figures(commune.people["pct"])

    assert [stat.label for stat in own] == ["Kỳ thực hiện đã xong năm 2026", "Kỳ quá hạn"]
    assert everybody[0].value == "0/519"
    assert figures(commune.people["quansat"]) == []


@pytest.mark.parametrize(
    ("provider", "username", "queries"),
    [(unit_items, "tt.kt", 2), (reviewer_items, "vhxh", 3), (leader_items, "pct", 2), (figures, "pct", 2)],
)
def test_providers_take_constant_queries(commune, plan, provider, username, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        provider(commune.people[username])
