"""The leader's page and the page of a unit: why things are late, heads' figures equal to the facts, who opens what."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from reform_tasks.models import ExtensionRequest, Occurrence
from reform_tasks.queries import task_facts_for
from reform_tasks.services import Draft, accept_report, return_report, save_report, submit_report

pytestmark = pytest.mark.usefixtures("now")
LATE = reverse("reform_tasks:lateness")
TODAY = date(2026, 4, 10)


@pytest.fixture
def year(commune, plan, duty, now):
    """Phòng Kinh tế: one on time, one five days late, one returned twice, one being written, one asked for later."""
    head, reviewer = commune.people["tt.kt"], commune.people["vhxh"]

    def send(occurrence, at, version=0):
        now.move_to(f"{at}T09:00:00+07:00")
        return submit_report(actor=head, occurrence=occurrence, draft=Draft("done", "Kết quả"), version=version)

    for number, due_on, at in (("38", date(2026, 1, 31), "2026-01-30"), ("2", date(2026, 2, 15), "2026-02-20")):
        report = send(duty("KT", number, due_on), at)
        accept_report(actor=reviewer, occurrence=report.occurrence, version=report.version)
    back = duty("KT", "40", date(2026, 3, 31))
    version = 0
    for at in ("2026-03-30", "2026-04-01"):
        report = send(back, at, version)
        report = return_report(actor=reviewer, occurrence=back, version=report.version, reason="Thiếu")
        version = report.version
    save_report(actor=head, occurrence=duty("KT", "39"), draft=Draft("done", "Nháp"), version=0)
    ExtensionRequest.objects.create(
        occurrence=duty("KT", "4", date(2026, 3, 31)),
        due_before=date(2026, 3, 31),
        asked_until=date(2026, 4, 30),
        reason="Chờ số liệu",
        asked_by=head,
        asked_at="2026-03-30T09:00:00+07:00",
    )
    Occurrence.objects.filter(pk=duty("KT", "17", date(2026, 3, 31)).pk).update(paused_on=date(2026, 3, 20))
    send(duty("KT", "5", date(2026, 3, 31)), "2026-04-02")
    now.move_to("2026-04-10T09:00:00+07:00")
    return plan


def line_of(lines, code="KT"):
    return next(line for line in lines if line.unit.code == code)


def test_each_late_duty_has_one_reason(sign_in, year):
    page = sign_in("pct").get(LATE)

    line = line_of(page.context["late"])
    assert dict(line.cells) == {
        "chua-bat-dau": 2,
        "dang-soan": 1,
        "bi-tra-lai": 1,
        "mot-phan": 0,
        "cho-gia-han": 1,
        "cho-vuong-mac": 0,
    }
    assert (line.total, line.paused) == (5, 1)
    returned = [times for duty, _, times in page.context["duties"] if times]
    assert returned in ([2], [])


def test_heads_answer_for_what_the_scores_count(sign_in, year, commune):
    heads = sign_in("pct").get(LATE).context["heads"]

    facts = task_facts_for(commune.units.values(), date.min, TODAY - timedelta(days=1), TODAY)
    figures = {line.unit.pk: (line.due, line.done, line.on_time, line.late, line.missing) for line in heads}
    assert figures == {pk: (f.due, f.done, f.on_time, f.late, f.missing) for pk, f in facts.items() if f.due}
    kt = line_of(heads)
    # Late: task 2 five days, task 5 sent two days after; not sent, to today: 38 (28/02, 31/03), 4, 39, 40 (31/03).
    assert (kt.due, kt.on_time, kt.late, kt.missing, kt.waiting) == (8, 1, 1, 6, 1)
    assert kt.late_days == 5 + 2 + 41 + 4 * 10
    assert [head.username for head in kt.heads] == ["tt.kt"]


def test_every_number_opens_exactly_that_many_rows(sign_in, year):
    client = sign_in("pct")
    page = client.get(LATE).content.decode()

    links = re.findall(r'<a href="(/nhiem-vu/[^"]*don_vi=KT[^"]*)">(?:<strong>)?([0-9]+)', page)
    assert len(links) == 10
    for url, number in links:
        assert (url, client.get(unescape(url)).context["total"]) == (url, int(number))


def test_who_opens_the_pages(sign_in, plan, commune):
    people = ("vhxh", "vanphong", "pct", "tt.kt", "cv.kt", "tt.ca", "quansat", "quantri", "hoidong1")
    unit = reverse("reform_tasks:unit-page", args=[commune.units["KT"].pk])
    pages = {"late": LATE, "unit": unit, "units": reverse("reform_tasks:unit-pages")}
    opened = {page: {name: sign_in(name).get(url).status_code for name in people} for page, url in pages.items()}

    readers = {"vhxh": 200, "vanphong": 200, "pct": 200}
    nobody = dict.fromkeys(("quansat", "quantri", "hoidong1"), 403)
    assert opened["late"] == readers | nobody | {"tt.kt": 403, "cv.kt": 403, "tt.ca": 403}
    assert opened["unit"] == readers | nobody | {"tt.kt": 200, "cv.kt": 200, "tt.ca": 403}
    assert opened["units"] == readers | nobody | {"tt.kt": 200, "cv.kt": 200, "tt.ca": 200}


def test_the_page_of_a_unit(sign_in, year, commune, duty):
    duty("KT", "40").assignment.__class__.objects.filter(unit__code="KT", task__number="40").update(
        officer=commune.people["cv.kt"]
    )
    page = sign_in("cv.kt").get(reverse("reform_tasks:unit-page", args=[commune.units["KT"].pk]))

    context = page.context
    assert (context["done"], context["total"], context["overdue"]) == (2, 34, 5)
    assert [duty.occurrence.assignment.task.number for duty in context["late"]] == ["38", "4", "38", "39", "40"]
    assert [(member.person.username, member.open, member.overdue) for member in context["members"]] == [
        ("tt.kt", 0, 0),
        ("cv.kt", 4, 1),
    ]
    assert [report.occurrence.assignment.task.number for report, _ in context["reports"]] == ["5", "40", "2", "38"]
    assert "/don-vi/" in page.content.decode()


def test_without_a_plan_the_pages_say_so(sign_in, commune):
    client = sign_in("vhxh")
    urls = [LATE, reverse("reform_tasks:unit-page", args=[commune.units["KT"].pk]), reverse("reform_tasks:duty-list")]

    pages = [client.get(url) for url in urls]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert client.get(reverse("reform_tasks:duty-export")).status_code == 422
