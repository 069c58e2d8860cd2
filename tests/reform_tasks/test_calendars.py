"""Lịch của tôi: a secret address, events of the person's own due days, nothing for anybody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from reform_tasks.models import CalendarFeed, ProgressReport
from reform_tasks.services import make_calendar_address, set_due_date
from units.models import AuditEntry, User

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def duties(only):
    return only(KT=[date(2026, 4, 30), date(2026, 5, 31)], HCC=[date(2026, 4, 30)])


def fetch(token, **options):
    return Client().get(reverse("reform_tasks:calendar-feed", args=[token]), **options)


def events(token):
    return Calendar.from_ical(fetch(token).content).walk("VEVENT")


def test_the_own_due_days_as_whole_days_with_an_alarm_the_day_before(commune, duties):
    token = make_calendar_address(user=commune.people["cv.kt"])
    answer = fetch(token)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, max-age=900"
    found = events(token)
    assert [(event.decoded("dtstart"), event.decoded("dtend"), str(event["summary"])) for event in found] == [
        (date(2026, 4, 30), date(2026, 5, 1), "Hạn NV 1: Việc 1"),
        (date(2026, 5, 31), date(2026, 6, 1), "Hạn NV 1: Việc 1"),
    ]
    assert str(found[0]["url"]) == f"http://testserver/ky/{duties[0].pk}/"
    (alarm,) = found[0].walk("VALARM")
    rings = datetime(2026, 4, 30) + alarm.decoded("trigger")  # noqa: DTZ001  (a floating day)
    assert (rings, str(alarm["action"])) == (datetime(2026, 4, 29, 8), "DISPLAY")  # noqa: DTZ001


def test_the_bytes_follow_the_standard(commune, duties):
    lines = fetch(make_calendar_address(user=commune.people["cv.kt"])).content.split(b"\r\n")
    assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"")
    assert max(len(line) for line in lines) <= 75
    assert b"VERSION:2.0" in lines
    assert b"DTSTART;VALUE=DATE:20260430" in lines
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in lines


def test_events_keep_their_id_and_count_up_when_they_change(commune, duties, now):
    token = make_calendar_address(user=commune.people["cv.kt"])
    before = events(token)
    assert [event["uid"] for event in before] == [event["uid"] for event in events(token)]
    assert before[0]["uid"] != before[1]["uid"]
    task = duties[0].assignment.task
    type(task).objects.filter(pk=task.pk).update(deadline_kind="on_instruction")
    duties[0].assignment.task.refresh_from_db()
    now.shift(timedelta(hours=1))
    moved = set_due_date(
        actor=commune.people["vhxh"], occurrence=duties[0], due_on=date(2026, 5, 15), reason="Công văn 12"
    )
    after = events(token)
    assert moved.due_on == after[0].decoded("dtstart")
    assert after[0]["uid"] == before[0]["uid"]
    assert after[0]["sequence"] > before[0]["sequence"]
    assert after[1]["sequence"] == before[1]["sequence"]
    assert after[0].decoded("dtstamp") == datetime(2026, 4, 10, 3, tzinfo=UTC)


def test_what_is_done_says_so_and_rings_no_more(commune, duties):
    ProgressReport.objects.create(
        occurrence=duties[0], state="accepted", outcome="done", submitted_at=datetime(2026, 4, 1, tzinfo=UTC)
    )
    first, second = events(make_calendar_address(user=commune.people["tt.kt"]))
    assert (str(first["summary"]), len(first.walk("VALARM"))) == ("Đã xong: Hạn NV 1: Việc 1", 0)
    assert len(second.walk("VALARM")) == 1


def test_who_follows_all_units_reads_one_total_a_day(commune, duties):
    found = events(make_calendar_address(user=commune.people["pct"]))
    assert [(event.decoded("dtstart"), str(event["summary"])) for event in found] == [
        (date(2026, 4, 30), "Hạn 2 kỳ của 2 đơn vị, đã xong 0"),
        (date(2026, 5, 31), "Hạn 1 kỳ của 1 đơn vị, đã xong 0"),
    ]


def test_others_read_an_empty_calendar(commune, duties):
    assert events(make_calendar_address(user=commune.people["quansat"])) == []


@pytest.mark.parametrize("token", ["x", "A" * 43, "a/b", "á"])
def test_a_wrong_address_finds_nothing(db, token):
    answer = Client().get(f"/lich/{token}.ics")
    assert answer.status_code == 404


def test_every_address_costs_the_same_until_it_is_right(commune, duties, django_assert_num_queries):
    make_calendar_address(user=commune.people["cv.kt"])
    for token in ("x", "A" * 43, "A" * 2000):
        with django_assert_num_queries(1):
            assert fetch(token).status_code == 404


def test_nothing_is_told_after_the_account_is_locked_or_the_role_taken(commune, duties):
    person = commune.people["cv.kt"]
    token = make_calendar_address(user=person)
    person.roles.all().delete()
    assert events(token) == []
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert fetch(token).status_code == 404


def test_demo_accounts_have_no_calendar_outside_demo_mode(commune, duties, settings):
    token = make_calendar_address(user=commune.people["cv.kt"])
    settings.DEMO = False
    assert fetch(token).status_code == 404


def test_the_address_is_shown_once_replaced_and_revoked(commune, duties, sign_in):
    client, page = sign_in("cv.kt"), reverse("reform_tasks:my-calendar")
    assert "Tạo địa chỉ lịch" in client.get(page).content.decode()
    made = client.post(reverse("reform_tasks:calendar-make"))
    first = made.context["address"]
    assert first.startswith("http://testserver/lich/")
    assert made.context["webcal"] == first.replace("http://", "webcal://")
    assert first.rsplit("/", 1)[1].removesuffix(".ics") not in client.get(page).content.decode()
    assert CalendarFeed.objects.get().token_hash not in first
    second = client.post(reverse("reform_tasks:calendar-make")).context["address"]
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    assert "10/04/2026" in client.get(page).content.decode()
    assert client.post(reverse("reform_tasks:calendar-revoke")).status_code == 302
    assert Client().get(second).status_code == 404
    assert client.post(reverse("reform_tasks:calendar-revoke")).status_code == 422
    actions = AuditEntry.objects.filter(object_type="reform_tasks.calendarfeed").order_by("pk")
    assert [entry.action for entry in actions] == ["make_calendar_address"] * 2 + ["revoke_calendar_address"]


def test_reading_is_noted_once_an_hour(commune, duties, now, django_assert_num_queries):
    token = make_calendar_address(user=commune.people["cv.kt"])
    fetch(token)
    first = CalendarFeed.objects.get().last_read_at
    now.shift(timedelta(minutes=59))
    fetch(token)
    assert CalendarFeed.objects.get().last_read_at == first
    now.shift(timedelta(minutes=2))
    with django_assert_num_queries(6):  # address, note, roles, occurrences, history, adjustments
        fetch(token)
    assert CalendarFeed.objects.get().last_read_at > first
