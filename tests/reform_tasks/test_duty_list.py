"""The list behind every number, and the board: the same rules in SQL and in Python, exactly as many rows, search."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from ninhgiang import calendar
from reform_tasks.enums import DutyStatus, ReportState, Verdict
from reform_tasks.models import Occurrence, ProgressReport, Task
from reform_tasks.queries import DutyFilter, duty_status, listed, status_of, task_facts_for
from reform_tasks.queries.standing import counted_by, status_on, verdict_on
from reform_tasks.services import Draft, submit_report

pytestmark = pytest.mark.usefixtures("now")
LIST = reverse("reform_tasks:duty-list")
BOARD = reverse("reform_tasks:progress")
EXPORT = reverse("reform_tasks:duty-export")
TODAY = date(2026, 4, 10)


@pytest.fixture
def messy(plan, commune):
    """Every fifth occurrence in another state: reported early, on the day, late, in each state; some stand still."""
    sender, checker = commune.people["tt.kt"], commune.people["vhxh"]
    states = [
        (ReportState.ACCEPTED, "done"),
        (ReportState.ACCEPTED, "not_arisen"),
        (ReportState.ACCEPTED, "partial"),
        (ReportState.SUBMITTED, "done"),
        (ReportState.RETURNED, "done"),
        (ReportState.DRAFT, ""),
        (ReportState.PARTLY, "done"),
    ]
    reports = []
    for place, occurrence in enumerate(Occurrence.objects.filter(due_on__isnull=False).order_by("pk")):
        if place % 5 == 4:
            Occurrence.objects.filter(pk=occurrence.pk).update(paused_on=TODAY if place % 10 == 4 else None)
            continue
        state, outcome = states[place % len(states)]
        sent_on = min(occurrence.due_on + timedelta(days=place % 3 - 1), TODAY)
        sent = None if state == ReportState.DRAFT else calendar.end_of_day(sent_on) - timedelta(hours=place % 24)
        reports.append(
            ProgressReport(
                occurrence=occurrence,
                state=state,
                outcome=outcome,
                submitted_at=sent,
                submitted_by=sender if sent else None,
                reviewed_by=checker,
                review_reason="Thiếu" if state in (ReportState.RETURNED, ReportState.PARTLY) else "",
                document_on=min(occurrence.due_on + timedelta(days=1), TODAY) if place % 11 == 0 else None,
            )
        )
    ProgressReport.objects.bulk_create(reports)
    return plan


def live(plan):
    return Occurrence.objects.live().filter(assignment__task__plan=plan)


def test_the_status_in_sql_is_the_status_of_the_page(messy):
    found = list(live(messy).annotate(status=status_on(TODAY)).select_related("report"))

    assert len(found) == 519
    assert [one.status for one in found] == [status_of(one, TODAY).value for one in found]
    assert {one.status for one in found} == set(DutyStatus.values)


def test_the_verdicts_in_sql_are_the_facts_of_the_scores(messy, commune):
    told = {"on_time": Verdict.ON_TIME.value, "late": Verdict.LATE.value, "missing": Verdict.MISSING.value}
    for day in (TODAY, date(2026, 3, 31), date(2026, 2, 16)):
        facts = task_facts_for(commune.units.values(), date(2026, 1, 1), day - timedelta(days=1), day)
        found = live(messy).filter(counted_by(day)).annotate(verdict=verdict_on(day))

        assert {one.pk: one.verdict for one in found} == {
            item["occurrence"]: told[item["verdict"]] for unit in facts.values() for item in unit.items
        }


def test_a_past_day_knows_nothing_of_later_submissions(messy):
    past = date(2026, 2, 16)
    for one in live(messy).annotate(status=status_on(past)).select_related("report"):
        report = getattr(one, "report", None)
        sent = report and report.submitted_at and calendar.local_date(report.submitted_at) <= past
        signed = report is None or report.document_on is None or report.document_on <= past
        known = report is not None and sent and (signed or report.state != ReportState.ACCEPTED)
        if report is not None and report.state not in (ReportState.ACCEPTED, ReportState.SUBMITTED):
            known = True
        state = report.state if known else None
        wanted = duty_status(
            due_on=one.due_on,
            state=state,
            outcome=report.outcome if known else "",
            today=past,
            paused=one.paused_on is not None,
        )
        assert one.status == wanted.value


def links_of(page):
    """Return (number, address) of every number of the board that opens the list."""
    found = re.findall(rf'<a class="[^"]*" href="({re.escape(LIST)}[^"]*)">(?:<span[^>]*>)?([0-9/]+)', page)
    found += re.findall(rf'<a href="({re.escape(LIST)}[^"]*)">([0-9]+) ', page)
    return [(int(number.split("/")[-1]), unescape(url)) for url, number in found]


def test_every_number_of_the_board_opens_exactly_that_many_rows(sign_in, commune, messy):
    client = sign_in("vhxh")
    for query in ("", "?ky=quy-2", "?ky=den-ngay&ngay=31/03/2026"):
        page = client.get(BOARD + query)
        links = links_of(page.content.decode())
        links = [link for link in links if "don_vi=KT" in link[1] or "don_vi" not in link[1]]
        assert len(links) > 20

        for number, url in links:
            assert (url, client.get(url).context["total"]) == (url, number)
        board = page.context["board"]
        cells = [cell for row in board.rows for _, cell in row.cells]
        assert sum(cell.total for cell in cells) == board.total.total == sum(cell.total for _, cell in board.totals)


def test_the_board_counts_a_period_and_a_day(sign_in, messy):
    client = sign_in("pct")

    def total(query):
        cell = client.get(BOARD + query).context["board"].total
        return cell.total, cell.done, cell.overdue, cell.soon, cell.waiting

    quarter = live(messy).filter(due_on__range=(date(2026, 1, 1), date(2026, 3, 31))).count()
    assert total("?ky=quy-1")[0] == quarter
    assert total("?ky=den-ngay&ngay=31/03/2026")[0] == quarter
    assert total("?ngay=16/02/2026")[1] < total("")[1]
    assert total("?ky=bay-ba") == total("")


WRONG_DAYS = {"31/02/2026": "Không có ngày", "hôm qua": "Không đọc được", "11/04/2026": "một ngày đã qua"}


def test_a_day_that_cannot_be_is_told_at_its_field(sign_in, plan):
    client = sign_in("vhxh")
    for typed, message in WRONG_DAYS.items():
        page = client.get(BOARD, {"ngay": typed})

        assert (page.status_code, page.context["asked"].day) == (200, TODAY)
        assert message in page.context["asked"].error
        assert f'value="{typed}"' in page.content.decode()


def numbers(client, query):
    rows = client.get(f"{LIST}?{query}").context["rows"]
    return [(row["task"].number, row["occurrence"].assignment.unit.code) for row in rows]


FILTERED = {
    "don_vi=KT&linh_vuc=VI&tinh_trang=qua-han": ["38", "38", "38", "39", "40"],
    "q=ngan+sach&ky=quy-2&don_vi=KT": ["40"],
    "q=NGÂN+SÁCH&ky=quy-2&don_vi=KT": ["40"],
    "q=40&ky=quy-2&don_vi=KT": ["40"],
    "khoi=khong-co": [],
    "linh_vuc=XX": [],
    "tinh_trang=bay-ba": [],
    "can_bo=1e9": [],
    "ky=quy-9": [],
    "ly_do=la": [],
}


def test_the_list_is_filtered_by_the_address(sign_in, plan):
    client = sign_in("vhxh")

    assert {query: [number for number, _ in numbers(client, query)] for query in FILTERED} == FILTERED


def test_words_of_the_product_are_found_and_signs_mean_nothing(sign_in, plan):
    task = Task.objects.get(number="40")
    task.product, task.search_text = "100% _đạt", "40 100 dat"
    task.save()
    client = sign_in("tt.kt")

    assert {number for number, _ in numbers(client, "q=100%25+đạt")} == {"40"}
    assert len(numbers(client, "q=%25")) == len(numbers(client, ""))


def test_people_of_a_unit_see_only_its_duties(sign_in, plan):
    own, asked_for_other = sign_in("cv.kt").get(LIST), sign_in("cv.kt").get(f"{LIST}?don_vi=CA")

    assert {row["occurrence"].assignment.unit.code for row in own.context["rows"]} == {"KT"}
    assert (own.context["total"], asked_for_other.context["total"]) == (34, 0)
    assert sign_in("vhxh").get(LIST).context["total"] == 519


@pytest.mark.parametrize("url", [LIST, EXPORT])
def test_who_follows_no_duty_is_told_who_does(sign_in, plan, url):
    statuses = {name: sign_in(name).get(url).status_code for name in ("quantri", "quansat", "hoidong1", "ttdv")}

    assert set(statuses.values()) == {403}


def test_the_list_is_paged_sorted_and_counted(sign_in, plan):
    client = sign_in("vhxh")
    first, last = client.get(LIST), client.get(f"{LIST}?trang=11")
    beyond = client.get(f"{LIST}?trang=bay-ba")

    assert (len(first.context["rows"]), len(last.context["rows"]), len(beyond.context["rows"])) == (50, 19, 50)
    assert next(chip["count"] for chip in first.context["counts"]) == 519
    assert sum(chip["count"] for chip in first.context["counts"][1:]) == 519
    by_unit = numbers(client, "xep=don-vi&tinh_trang=qua-han")
    assert by_unit[0][1] == "VP"


def test_the_current_list_goes_to_excel_as_text(sign_in, plan, commune, duty):
    submit_report(
        actor=commune.people["tt.kt"], occurrence=duty("KT", "40"), draft=Draft("done", '=HYPERLINK("x")'), version=0
    )
    answer = sign_in("vhxh").get(f"{EXPORT}?don_vi=KT&q=40&ky=quy-1")

    sheet = load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert answer["Content-Disposition"] == 'attachment; filename="nhiem-vu-2026-20260410.xlsx"'
    assert len(rows) == 1
    assert rows[0][1] == "40"
    assert rows[0][8] == "Chờ thẩm định"
    assert rows[0][11] == '=HYPERLINK("x")'
    assert sheet.cell(6, 12).data_type == "s"
    assert sheet["A3"].value == "1 kỳ thực hiện; đơn vị: KT; kỳ: Quý I; tìm: 40; tính đến 10/04/2026"


def test_a_list_too_long_for_one_file_is_refused(sign_in, plan, monkeypatch):
    monkeypatch.setattr("reform_tasks.views.duties.MAX_EXPORT", 518)

    answer = sign_in("vhxh").get(EXPORT)

    assert answer.status_code == 422
    assert "Danh sách có 519 dòng" in answer.content.decode()


def test_withdrawn_occurrences_are_in_no_list(commune, plan):
    wanted = DutyFilter(day=TODAY, plan=plan)
    Occurrence.objects.filter(assignment__unit__code="KT").update(withdrawn_at=timezone.now())

    assert listed(commune.people["vhxh"], wanted).count() == 519 - 34


def more_tasks(plan, count):
    """Give every unit that leads a first task of an area `count` more tasks like it."""
    from reform_tasks.models import Assignment

    for area in plan.areas.all():
        pattern = area.tasks.first()
        leads = list(pattern.assignments.filter(part="lead"))
        for extra in range(count):
            task = Task.objects.create(
                plan=plan,
                area=area,
                number=f"{area.numeral}.{count}.{extra}",
                title="Nhiệm vụ thêm",
                lead_text="x",
                deadline_text="x",
                deadline_kind="fixed",
                position=900,
            )
            for lead in leads:
                assignment = Assignment.objects.create(task=task, unit=lead.unit, part="lead")
                Occurrence.objects.create(assignment=assignment, label="Quý I", due_on=date(2026, 3, 31), position=1)


LATE = reverse("reform_tasks:lateness")
UNIT = "/don-vi/{unit}/"
MY_WORK = reverse("reform_tasks:my-work")
QUERIES = [
    (BOARD, "vhxh", 8),
    (LIST, "vhxh", 12),
    (f"{LIST}?don_vi=KT&tinh_trang=qua-han&q=ke+hoach&xep=don-vi", "vhxh", 12),
    (LATE, "pct", 12),
    (UNIT, "vhxh", 13),
    (MY_WORK, "tt.kt", 6),
    (LIST, "tt.kt", 12),
]


def test_the_queries_stay_the_same_when_tasks_double(sign_in, plan, commune, django_assert_num_queries):
    """One more task in each area, then as many again and three times as many."""
    clients = {name: sign_in(name) for name in ("vhxh", "pct", "tt.kt")}
    kt = commune.units["KT"].pk
    for extra in (1, 3):
        more_tasks(plan, extra)
        for url, name, queries in QUERIES:
            with django_assert_num_queries(queries):
                assert clients[name].get(url.format(unit=kt)).status_code == 200
