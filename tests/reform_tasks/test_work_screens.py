"""My work, the review queue, the board, the plan's pages: contents, access, constant queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reform_tasks.enums import DutyStatus
from reform_tasks.models import Assignment, Occurrence, ProgressReport
from reform_tasks.services import Draft, accept_report, return_report, submit_report

pytestmark = pytest.mark.usefixtures("now")
MY_WORK = reverse("reform_tasks:my-work")
QUEUE = reverse("reform_tasks:review-queue")
BOARD = reverse("reform_tasks:progress")
PLANS = reverse("reform_tasks:plan-list")


def queued(page):
    """The reports on a page of the queue, in order."""
    return [one.report for one in page.context["reports"]]


@pytest.fixture
def report(commune, duty):
    """Return a function sending a report; it may be checked as well."""

    def of(unit, number, due_on=None, *, outcome="done", then=""):
        occurrence = duty(unit, number, due_on)
        head, reviewer = commune.people[f"tt.{unit.lower()}"], commune.people["vhxh"]
        sent = submit_report(actor=head, occurrence=occurrence, draft=Draft(outcome, "Kết quả"), version=0)
        if then == "accept":
            return accept_report(actor=reviewer, occurrence=occurrence, version=sent.version)
        if then == "return":
            return return_report(actor=reviewer, occurrence=occurrence, version=sent.version, reason="Thiếu số liệu")
        return sent

    return of


def groups_of(response):
    """Return {heading: task numbers}; days of one status are joined."""
    found = {}
    for section, _ in response.context["sections"]:
        numbers = [row.now.occurrence.assignment.task.number for row in section.rows]
        found.setdefault(section.key.value, []).extend(numbers)
    return found


def headings(response):
    return [section.title for section, _ in response.context["sections"]]


def test_my_work_stands_by_what_presses_and_by_day(sign_in, plan, now):
    client = sign_in("tt.kt")

    assert groups_of(client.get(MY_WORK)) == {
        "qua-han": ["38", "2", "4", "5", "17", "39", "40"],
        "trong-ky": ["38", "38", "4", "5", "17", "38", "40"],
        "theo-chi-dao": ["18"],
        "ky-sau": ["38", "4", "5", "17", "40", "10", "42"],
    }


def test_the_coming_days_are_named(sign_in, plan, now):
    now.move_to("2026-06-29T08:00:00+07:00")
    tomorrow = headings(sign_in("tt.kt").get(MY_WORK))[1]
    now.shift(86_400)
    today = headings(sign_in("tt.kt").get(MY_WORK))[1]

    assert (tomorrow, today) == ("Ngày mai, thứ Ba, 30/06/2026", "Hôm nay, thứ Ba, 30/06/2026")


def test_a_recurring_task_counts_what_stands_behind_its_row(sign_in, plan):
    section, _ = sign_in("tt.kt").get(MY_WORK).context["sections"][0]
    monthly = next(row for row in section.rows if row.now.occurrence.assignment.task.number == "38")

    assert (monthly.now.occurrence.due_on, len(monthly.others), section.count) == (date(2026, 1, 31), 2, 9)


def test_returned_work_stands_first_with_its_reason(sign_in, report):
    report("KT", "40", date(2026, 3, 31), then="return")

    response = sign_in("tt.kt").get(MY_WORK)

    assert next(iter(groups_of(response).items())) == ("tra-lai", ["40"])
    assert "Thiếu số liệu" in response.content.decode()


def test_what_is_named_to_me_comes_first_and_the_unit_is_one_switch_away(sign_in, plan, duty, commune):
    Assignment.objects.filter(pk=duty("KT", "40").assignment_id).update(officer=commune.people["cv.kt"])
    client = sign_in("cv.kt")

    mine, unit = client.get(MY_WORK), client.get(f"{MY_WORK}?cua=don-vi")
    head = sign_in("tt.kt")

    assert groups_of(mine) == {"qua-han": ["40"], "trong-ky": ["40"], "ky-sau": ["40"]}
    assert (mine.context["mine_count"], mine.context["whole_count"]) == (4, 34)
    assert groups_of(unit) == groups_of(head.get(MY_WORK))
    assert groups_of(head.get(f"{MY_WORK}?cua=toi")) == {}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=giai+ngan&loai=qua-han", ["38"]),
        ("q=GIẢI+NGÂN&loai=qua-han", ["38"]),
        ("q=40&loai=qua-han", ["40"]),
        ("q=không+có", []),
        ("loai=theo-chi-dao", ["18"]),
    ],
)
def test_my_work_is_filtered_by_the_address(sign_in, plan, query, numbers):
    groups = groups_of(sign_in("tt.kt").get(f"{MY_WORK}?{query}"))

    assert [number for rows in groups.values() for number in rows] == numbers


def test_my_work_without_a_plan_says_what_to_do(sign_in):
    page = sign_in("tt.kt").get(MY_WORK).content.decode()

    assert "Đơn vị chưa được giao chủ trì nhiệm vụ nào." in page


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (MY_WORK, {"tt.kt", "cv.kt", "tt.vhxh"}),
        (QUEUE, {"vhxh", "vanphong", "pct"}),
        (BOARD, {"vhxh", "vanphong", "pct"}),
        (PLANS, {"tt.kt", "cv.kt", "tt.vhxh", "vhxh", "vanphong", "pct", "quantri", "quansat", "hoidong1", "ttdv"}),
    ],
)
def test_who_opens_which_page(sign_in, plan, url, allowed):
    people = ["tt.kt", "cv.kt", "tt.vhxh", "vhxh", "vanphong", "pct", "quantri", "quansat", "hoidong1", "ttdv"]

    assert {name for name in people if sign_in(name).get(url).status_code == 200} == allowed


def test_the_queue_is_oldest_first_and_accepts_in_place(sign_in, now, report):
    first = report("KT", "40", date(2026, 3, 31))
    now.shift(3600)
    second = report("CA", "2")
    client = sign_in("vhxh")

    before = queued(client.get(QUEUE))
    response = client.post(
        reverse("reform_tasks:report-accept", args=[first.occurrence_id]), {"version": first.version, "next": "queue"}
    )

    assert before == [first, second]
    assert response["Location"] == QUEUE
    assert queued(client.get(QUEUE)) == [second]


def test_the_queue_is_filtered_and_paged(sign_in, now, commune, report, monkeypatch):
    monkeypatch.setattr("reform_tasks.views.work.PER_PAGE", 2)
    sent = []
    for unit in ("KT", "CA", "QS"):
        now.shift(60)
        sent.append(report(unit, "2"))
    client = sign_in("vhxh")

    first = client.get(QUEUE)
    second = client.get(QUEUE + first.context["next_url"])
    filtered = client.get(f"{QUEUE}?don_vi=CA")

    assert (queued(first), queued(second)) == (sent[:2], sent[2:])
    assert (queued(filtered), filtered.context["total"]) == ([sent[1]], 3)


def test_the_queue_says_what_to_look_at_before_accepting(sign_in, commune, duty, keep_file):
    occurrence = duty("KT", "40", date(2026, 3, 31))
    file = keep_file(name="bao-cao.pdf")
    draft = Draft(
        "done",
        document_number="12/BC-KT",
        document_on=date(2026, 3, 30),
        document_title="Báo cáo",
        evidence=(file.pk,),
        pages={file.pk: "2-3"},
    )
    sent = submit_report(actor=commune.people["tt.kt"], occurrence=occurrence, draft=draft, version=0)
    Occurrence.objects.filter(pk=occurrence.pk).update(
        planned_on=date(2026, 3, 20), due_on=date(2026, 3, 27), extended_to=date(2026, 3, 27)
    )

    answer = sign_in("vhxh").get(QUEUE)
    one, page = answer.context["reports"][0], answer.content.decode()

    assert (one.report, one.document) == (sent, "12/BC-KT ngày 30/03/2026, “Báo cáo”")
    assert one.flags == ["Văn bản ký ngày 30/03/2026, sau hạn 27/03/2026 3 ngày."]
    assert ("#page=2" in page, "bao-cao.pdf, trang 2-3" in page, "Gia hạn đến 27/03/2026" in page) == (True, True, True)


def test_the_queue_asks_the_same_queries_for_one_and_three(
    sign_in, commune, duty, keep_file, django_assert_num_queries
):
    client = sign_in("vhxh")

    def send(unit):
        file = keep_file(name=f"{unit}.pdf", unit=unit)
        draft = Draft("done", "Kết quả", evidence=(file.pk,))
        submit_report(actor=commune.people[f"tt.{unit.lower()}"], occurrence=duty(unit, "2"), draft=draft, version=0)

    send("KT")
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE)
    send("CA")
    send("QS")
    with django_assert_num_queries(len(one)):
        client.get(QUEUE)


def test_a_reader_without_the_reviewers_role_sees_no_buttons(sign_in, report):
    report("KT", "2")

    page = sign_in("vanphong").get(QUEUE).content.decode()

    assert ("Phòng Kinh tế" in page, "chap-nhan" in page) == (True, False)


def test_the_board_counts_by_unit_and_area(sign_in, report):
    report("KT", "40", date(2026, 3, 31), then="accept")
    report("KT", "38", date(2026, 1, 31))
    board = sign_in("pct").get(BOARD).context["board"]

    row = next(row for row in board.rows if row.unit.code == "KT")
    finance = next(cell for area, cell in row.cells if area.numeral == "VI")
    assert (finance.total, finance.done, finance.overdue, finance.open, finance.tone) == (19, 1, 3, 15, "bad")
    assert (board.total.total, board.total.done) == (519, 1)
    assert sum(cell.total for _, cell in board.totals) == 519


def test_board_and_lists_call_the_same_duties_overdue(sign_in, report, plan, commune):
    report("KT", "40", date(2026, 3, 31), then="accept")
    report("KT", "38", date(2026, 1, 31))
    report("KT", "39", then="return")
    report("KT", "4", date(2026, 3, 31), outcome="partial", then="accept")
    client = sign_in("vhxh")

    board = client.get(BOARD).context["board"]
    plan_page = client.get(reverse("reform_tasks:plan-detail", args=[plan.pk])).context

    row_counts = {}
    for _, rows in plan_page["areas"]:
        for row in rows:
            for status, count in row.counts.items():
                row_counts[status] = row_counts.get(status, 0) + count
    assert row_counts[DutyStatus.OVERDUE] == board.total.overdue
    assert row_counts[DutyStatus.DONE] == board.total.done
    assert (row_counts[DutyStatus.WAITING], sum(row_counts.values())) == (1, 519)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("don_vi=KT&linh_vuc=VI&tinh_trang=qua-han", ["38", "39", "40"]),
        ("q=ngan+sach", ["40", "42"]),
        ("linh_vuc=IV&q=quy+che", ["30"]),
        ("don_vi=QS&linh_vuc=VII", ["43", "45", "46", "48"]),
        ("linh_vuc=XX", []),
        ("tinh_trang=bay-ba", []),
    ],
)
def test_a_plan_is_filtered_by_the_address(sign_in, plan, query, numbers):
    areas = sign_in("vhxh").get(f"/ke-hoach/{plan.pk}/?{query}").context["areas"]

    assert [row.task.number for _, rows in areas for row in rows] == numbers


def test_progress_of_other_units_is_not_shown_to_a_unit(sign_in, plan, report):
    report("CA", "2", then="accept")
    report("KT", "2", then="accept")

    def done(username):
        areas = sign_in(username).get(f"/ke-hoach/{plan.pk}/?q=2").context["areas"]
        (row,) = [row for _, rows in areas for row in rows if row.task.number == "2"]
        return row.done, row.total

    assert {name: done(name) for name in ("vhxh", "tt.kt", "tt.qs", "quansat", "quantri")} == {
        "vhxh": (2, 14),
        "tt.kt": (1, 1),
        "tt.qs": (0, 1),
        "quansat": (0, 0),
        "quantri": (0, 0),
    }


def test_a_task_shows_only_the_units_the_reader_may_see(sign_in, plan):
    url = reverse("reform_tasks:task-detail", args=[plan.pk, "2"])

    shown = {name: len(sign_in(name).get(url).context["by_unit"]) for name in ("vhxh", "tt.kt", "quansat")}

    assert shown == {"vhxh": 14, "tt.kt": 1, "quansat": 0}


def test_another_communes_people_find_nothing(plan, client, commune):
    from units.models import Role, Unit, User

    other = Unit.objects.create(code="XA2", name="UBND xã khác", short_name="Xã khác", kind="committee", is_issuer=True)
    stranger = User.objects.create(username="la", full_name="Người xã khác", unit=other, must_change_password=False)
    Role.objects.create(user=stranger, unit=other, kind="reviewer")
    client.force_login(stranger, backend="units.backends.OfficeBackend")

    duty = Occurrence.objects.first()
    urls = [f"/ke-hoach/{plan.pk}/", f"/ke-hoach/{plan.pk}/nhiem-vu/2/", f"/ky/{duty.pk}/"]
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    assert client.get(BOARD).context["plan"] is None
    assert list(client.get(PLANS).context["plans"]) == []


def test_lead_units_are_named_on_the_task(sign_in, plan):
    url = reverse("reform_tasks:task-leads", args=[plan.pk, "8"])
    reviewer = sign_in("vhxh")

    nothing = reviewer.post(url, {"version": 1})
    named = reviewer.post(url, {"version": 1, "units": ["KT", "TYT"]})
    stale = reviewer.post(url, {"version": 1, "units": ["CA"]})
    other = sign_in("tt.kt").post(url, {"version": 2, "units": ["CA"]})
    closed = reviewer.post(reverse("reform_tasks:task-leads", args=[plan.pk, "1"]), {"version": 1, "units": ["CA"]})

    statuses = [response.status_code for response in (nothing, named, stale, other, closed)]
    assert statuses == [422, 302, 409, 403, 403]
    found = Occurrence.objects.filter(assignment__task__number="8").order_by("assignment__unit__position")
    assert [(item.assignment.unit.code, item.due_on) for item in found] == [("KT", None), ("TYT", None)]


PAGES = [
    (MY_WORK, "tt.kt", 6),
    (QUEUE, "vhxh", 11),
    (BOARD, "vhxh", 8),
    (PLANS, "vhxh", 5),
    ("/ke-hoach/{plan}/", "vhxh", 14),
    ("/ke-hoach/{plan}/nhiem-vu/2/", "vhxh", 16),
]


@pytest.mark.parametrize(("url", "username", "queries"), PAGES)
def test_the_number_of_queries_is_constant(sign_in, plan, report, url, username, queries, django_assert_num_queries):
    client, url = sign_in(username), url.format(plan=plan.pk)
    report("KT", "2")
    with django_assert_num_queries(queries):
        client.get(url)

    report("KT", "39")
    report("CA", "2")
    assert ProgressReport.objects.count() == 3
    with django_assert_num_queries(queries):
        client.get(url)
