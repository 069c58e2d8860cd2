"""Đôn đốc by hand: who is told, preview before sending, the log, and not twice within a day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ninhgiang.errors import DomainError, Refused
from reform_tasks.models import Occurrence, ProgressReport, Reminder, ReminderItem, ReminderSettings
from reform_tasks.queries.reminders import plan_reminded, reminded_of
from reform_tasks.services import change_reminder_settings, send_reminder
from units.enums import NoticeKind
from units.models import AuditEntry, Mail, Notification, User

pytestmark = pytest.mark.usefixtures("now")
TEXT = "Đề nghị báo cáo ngay"


@pytest.fixture
def duties(only):
    """Two overdue occurrences of KT, one of HCC."""
    return only(KT=[date(2026, 4, 3), date(2026, 4, 4)], HCC=[date(2026, 4, 9)])


def remind(commune, occurrences, **options):
    ids = [occurrence.pk for occurrence in occurrences]
    return send_reminder(actor=commune.people["vhxh"], issuer=commune.issuer, occurrences=ids, text=TEXT, **options)


def test_each_person_gets_one_notice_about_all_their_duties(commune, duties):
    reminder = remind(commune, duties)
    told = Notification.objects.filter(kind=NoticeKind.REMINDER).order_by("user__username")
    assert [(notice.user.username, notice.text, notice.url) for notice in told] == [
        ("cv.hcc", "Phòng Văn hóa - Xã hội đôn đốc nhiệm vụ 2 (Kỳ 1): Đề nghị báo cáo ngay", f"/ky/{duties[2].pk}/"),
        ("cv.kt", "Phòng Văn hóa - Xã hội đôn đốc 2 kỳ báo cáo: Đề nghị báo cáo ngay", f"/don-doc/{reminder.pk}/"),
        ("tt.hcc", "Phòng Văn hóa - Xã hội đôn đốc nhiệm vụ 2 (Kỳ 1): Đề nghị báo cáo ngay", f"/ky/{duties[2].pk}/"),
        ("tt.kt", "Phòng Văn hóa - Xã hội đôn đốc 2 kỳ báo cáo: Đề nghị báo cáo ngay", f"/don-doc/{reminder.pk}/"),
    ]
    assert all(notice.instant for notice in told)
    entry = AuditEntry.objects.get(action="send_reminder")
    assert (entry.summary, entry.reason) == ("Đôn đốc 3 kỳ của 2 đơn vị, 4 người nhận", TEXT)


def test_the_log_says_how_often_and_when_last(commune, duties, now):
    first = duties[0]
    remind(commune, [first])
    now.shift(timedelta(days=1, seconds=1))
    remind(commune, duties[:2])
    found = reminded_of([duty.pk for duty in duties])
    assert {pk: log.words for pk, log in found.items()} == {
        first.pk: "Đã đôn đốc 2 lần, gần nhất 09:00 11/04/2026",
        duties[1].pk: "Đã đôn đốc 1 lần, gần nhất 09:00 11/04/2026",
    }
    assert plan_reminded(first.assignment.task.plan).words == "Đã đôn đốc 2 lần, gần nhất 09:00 11/04/2026"


def test_not_twice_within_a_day_without_a_second_thought(commune, duties, now):
    remind(commune, duties[:1])
    now.shift(timedelta(hours=23, minutes=59))
    with pytest.raises(DomainError, match="1 kỳ đã được đôn đốc trong vòng một ngày") as refused:
        remind(commune, duties)
    assert refused.value.field == "again"
    assert Reminder.objects.count() == 1
    remind(commune, duties, again=True)
    now.shift(timedelta(days=1))
    remind(commune, duties)
    assert Reminder.objects.count() == 3


@pytest.mark.parametrize(("state", "outcome"), [("submitted", "done"), ("accepted", "done")])
def test_what_is_done_or_sent_is_left_out(commune, duties, state, outcome):
    ProgressReport.objects.create(occurrence=duties[0], state=state, outcome=outcome, submitted_at=timezone.now())
    remind(commune, duties)
    assert set(ReminderItem.objects.values_list("occurrence", flat=True)) == {duties[1].pk, duties[2].pk}
    with pytest.raises(DomainError, match="ít nhất một kỳ"):
        remind(commune, duties[:1])


def test_another_communes_duties_are_unknown(commune, duties):
    Occurrence.objects.filter(pk=duties[0].pk).update(withdrawn_at=timezone.now())
    with pytest.raises(DomainError, match="ít nhất một kỳ"):
        remind(commune, duties[:1])


def test_a_unit_with_nobody_to_tell_is_named(commune, duties):
    User.objects.filter(username__in=("tt.hcc", "cv.hcc")).update(is_active=False)
    with pytest.raises(DomainError, match=commune.units["HCC"].short_name):
        remind(commune, duties)
    assert not Notification.objects.filter(kind=NoticeKind.REMINDER).exists()


@pytest.mark.parametrize("username", ["tt.kt", "pct", "vanphong", "quantri"])
def test_only_the_reviewer_reminds(commune, duties, username, sign_in):
    with pytest.raises(Refused):
        send_reminder(actor=commune.people[username], issuer=commune.issuer, occurrences=[duties[0].pk], text=TEXT)
    assert sign_in(username).get(reverse("reform_tasks:reminder-create")).status_code == 403


def test_choose_preview_then_send(commune, duties, sign_in, settings):
    settings.MAIL_ON, settings.MAIL_FROM = True, "cchc@ninhgiang.example"
    User.objects.filter(username="tt.kt").update(email="tt.kt@ninhgiang.example")
    client, url = sign_in("vhxh"), reverse("reform_tasks:reminder-create")
    ids = [duty.pk for duty in duties[:2]]

    offered = client.get(url).context["offered"]
    assert [(unit.code, len(rows)) for unit, rows in offered] == [("KT", 2), ("HCC", 1)]

    form = client.post(url, {"ky": ids})
    assert [row.duty.occurrence.pk for row in form.context["draft"].rows] == ids

    empty = client.post(url, {"ky": ids, "buoc": "xem", "text": "  "})
    assert (empty.status_code, empty.context["form"].errors["text"]) == (422, ["Hãy ghi nội dung đôn đốc."])

    preview = client.post(url, {"ky": ids, "buoc": "xem", "text": TEXT})
    assert [message.person.username for message in preview.context["told"]] == ["tt.kt", "cv.kt"]
    assert "Gửi đôn đốc tới 2 người" in preview.content.decode()
    assert "tt.kt@ninhgiang.example" in preview.content.decode()
    assert Reminder.objects.count() == 0

    back = client.post(url, {"ky": ids, "buoc": "sua", "text": TEXT})
    assert (back.status_code, back.context["form"]["text"].value()) == (200, TEXT)

    sent = client.post(url, {"ky": ids, "buoc": "gui", "text": TEXT})
    reminder = Reminder.objects.get()
    assert sent["Location"] == reverse("reform_tasks:reminder-detail", args=[reminder.pk])
    assert [letter.address for letter in Mail.objects.all()] == ["tt.kt@ninhgiang.example"]

    again = client.post(url, {"ky": ids, "buoc": "gui", "text": TEXT})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["again"])
    assert again.context["form"]["text"].value() == TEXT
    assert "Đã đôn đốc 1 lần" in sign_in("tt.kt").get(f"/ky/{ids[0]}/").content.decode()


@pytest.mark.parametrize("ids", [["x"], ["9" * 30], ["-1"], ["٣"], []])
def test_wrong_ids_show_the_list_to_choose_from(sign_in, duties, ids):
    page = sign_in("vhxh").post(reverse("reform_tasks:reminder-create"), {"ky": ids, "buoc": "xem", "text": TEXT})
    assert (page.status_code, len(page.context["offered"])) == (422, 2)


def test_a_unit_reads_its_own_part_of_a_reminder(commune, duties, sign_in):
    url = reverse("reform_tasks:reminder-detail", args=[remind(commune, duties).pk])
    shown = {
        name: [row["item"].occurrence_id for row in sign_in(name).get(url).context["rows"]]
        for name in ("tt.kt", "cv.hcc", "pct", "vhxh")
    }
    every = [duty.pk for duty in duties]
    assert shown == {"tt.kt": every[:2], "cv.hcc": every[2:], "pct": every, "vhxh": every}
    assert sign_in("tt.tyt").get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_takes_constant_queries(commune, duties, sign_in, count, django_assert_num_queries):
    for _ in range(count):
        remind(commune, duties, again=True)
    client = sign_in("vhxh")
    with django_assert_num_queries(9):
        assert len(client.get(reverse("reform_tasks:reminder-list")).context["rows"]) == count


def test_the_log_of_one_plan(commune, duties, sign_in):
    plan = duties[0].assignment.task.plan
    remind(commune, duties)
    client, url = sign_in("pct"), reverse("reform_tasks:reminder-list")
    assert len(client.get(url, {"ke_hoach": plan.pk}).context["rows"]) == 1
    assert client.get(url, {"ke_hoach": plan.pk + 1}).context["rows"] == []
    assert len(client.get(url, {"ke_hoach": "x"}).context["rows"]) == 1
    assert sign_in("tt.kt").get(url).status_code == 403


@pytest.mark.parametrize(
    ("typed", "status", "stored"),
    [
        ("10, 5 1", 302, [10, 5, 1]),
        ("1,1,2", 302, [2, 1]),
        ("0", 422, None),
        ("61", 422, None),
        ("hai", 422, None),
        ("", 422, None),
        ("1 2 3 4 5 6 7", 422, None),
    ],
)
def test_the_days_of_the_reminders(commune, sign_in, typed, status, stored):
    url = reverse("reform_tasks:reminder-settings")
    assert sign_in("vhxh").post(url, {"days_before": typed, "version": 0}).status_code == status
    found = ReminderSettings.objects.first()
    assert (found.days_before if found else None) == stored


def test_a_stale_change_of_the_days_is_refused(commune, sign_in):
    client, url = sign_in("vhxh"), reverse("reform_tasks:reminder-settings")
    change_reminder_settings(actor=commune.people["vhxh"], issuer=commune.issuer, days_before=[5], version=0)
    assert client.post(url, {"days_before": "3", "version": 0}).status_code == 409
    assert client.post(url, {"days_before": "3", "version": 1}).status_code == 302
    assert sign_in("tt.kt").get(url).status_code == 403
