"""The morning's digest at a fixed clock: what it holds, for whom, on which days, never twice."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from ninhgiang import calendar
from reform_tasks.models import Assignment, Occurrence, ProgressReport, ReminderSettings
from reform_tasks.queries.digests import reminds_on
from reform_tasks.services import Draft, return_report, submit_report
from units import digests, services
from units.digests import compose, title_of
from units.enums import DigestGroup, NoticeKind
from units.models import Digest, Mail, Notification, User
from units.services import send_due_digests

pytestmark = pytest.mark.usefixtures("now")

MORNING = "2026-04-13T07:30:00+07:00"  # Monday


def groups(person, day=None):
    """Return {group: [detail of each line]} of a person's digest."""
    sections = compose(User.objects.get(pk=person.pk), day or calendar.today())
    return {section.group: [line.detail for line in section.lines] for section in sections}


def test_a_head_reads_returned_then_overdue_then_due(commune, only, now):
    head, reviewer = commune.people["tt.kt"], commune.people["vhxh"]
    late, sent_back, soon, _later = only(KT=[date(2026, 4, 3), date(2026, 4, 30), date(2026, 4, 14), date(2026, 4, 25)])
    sent = submit_report(actor=head, occurrence=sent_back, draft=Draft("done", "Kết quả"), version=0)
    return_report(actor=reviewer, occurrence=sent_back, version=sent.version, reason="Thiếu số văn bản")
    now.move_to(MORNING)

    assert send_due_digests() > 0

    digest = Digest.objects.get(user=head)
    assert digest.title == "3 việc hôm nay"
    assert [(section["heading"], section["count"]) for section in digest.sections] == [
        ("Bị trả lại, cần làm lại", 1),
        ("Đã quá hạn", 1),
        ("Đến hạn, sắp đến hạn", 1),
    ]
    details = [line["detail"] for section in digest.sections for line in section["lines"]]
    assert details == [
        "Kỳ 2 · hạn thứ Năm, 30/04/2026 · còn 17 ngày · lý do: Thiếu số văn bản",
        "Kỳ 1 · hạn thứ Sáu, 03/04/2026 · quá hạn 10 ngày",
        "Kỳ 3 · hạn thứ Ba, 14/04/2026 · còn 1 ngày",
    ]
    notice = Notification.objects.get(user=head, kind=NoticeKind.DIGEST)
    assert (notice.text, notice.instant) == ("3 việc hôm nay (13/04/2026)", True)
    assert notice.url == reverse("units:digest-detail", args=[digest.pk])
    assert [line["url"] for line in digest.sections[1]["lines"]] == [f"/ky/{late.pk}/"]
    assert soon.pk != late.pk


@pytest.mark.parametrize(
    ("due_on", "named"),
    [
        (date(2026, 4, 13), True),  # today
        (date(2026, 4, 14), True),
        (date(2026, 4, 15), False),
        (date(2026, 4, 16), True),  # 3 days
        (date(2026, 4, 19), False),
        (date(2026, 4, 20), True),  # 7 days
        (date(2026, 4, 21), False),
    ],
)
def test_reminders_come_seven_three_and_one_day_before(due_on, named):
    assert reminds_on(due_on, date(2026, 4, 13), (7, 3, 1)) is named


def test_what_falls_on_days_off_is_named_on_the_last_working_day_before():
    # Friday 24/04 stands for Friday to Sunday, and for Monday 27/04 (Giỗ Tổ Hùng Vương, moved), too.
    friday = date(2026, 4, 24)
    assert calendar.add_working_days(friday, 1) == date(2026, 4, 28)
    named = [day for day in range(24, 31) if reminds_on(date(2026, 4, day), friday, (1,))]
    assert named == [24, 25, 26, 27, 28]


def test_the_issuer_chooses_the_days(commune, only, now):
    only(KT=[date(2026, 4, 15), date(2026, 4, 14)])
    now.move_to(MORNING)
    ReminderSettings.objects.create(issuer=commune.issuer, days_before=[2])
    assert groups(commune.people["tt.kt"]) == {DigestGroup.SOON: ["Kỳ 1 · hạn thứ Tư, 15/04/2026 · còn 2 ngày"]}


def test_a_named_officer_reads_the_own_duties_the_head_all(commune, only, now):
    (occurrence,) = only(KT=[date(2026, 4, 3)])
    now.move_to(MORNING)
    other = User.objects.create(username="cv2.kt", full_name="Công chức 2", unit=commune.units["KT"])
    other.roles.create(unit=commune.units["KT"], kind="unit_staff")
    Assignment.objects.filter(pk=occurrence.assignment_id).update(officer=other)
    people = ("tt.kt", "cv2.kt", "cv.kt")
    found = [list(groups(User.objects.get(username=name))) for name in people]
    assert found == [[DigestGroup.OVERDUE], [DigestGroup.OVERDUE], []]


def test_what_is_done_sent_or_stopped_is_not_named(commune, only, now):
    done, sent, paused = only(KT=[date(2026, 4, 3), date(2026, 4, 4), date(2026, 4, 5)])
    moment = timezone.now()
    ProgressReport.objects.create(occurrence=done, state="accepted", outcome="done", submitted_at=moment)
    ProgressReport.objects.create(occurrence=sent, state="submitted", outcome="done", submitted_at=moment)
    Occurrence.objects.filter(pk=paused.pk).update(paused_on=date(2026, 4, 1))
    now.move_to(MORNING)
    assert groups(commune.people["tt.kt"]) == {}


def test_the_reviewer_reads_what_waits_and_no_line_is_said_twice(commune, only):
    (occurrence,) = only(KT=[date(2026, 4, 30)])
    submit_report(actor=commune.people["tt.kt"], occurrence=occurrence, draft=Draft("done", "Kết quả"), version=0)
    sections = compose(commune.people["vhxh"], calendar.today())
    titles = {section.group: [line.title for line in section.lines] for section in sections}
    assert list(titles) == [DigestGroup.WAITING, DigestGroup.NEWS]
    assert "Thẩm định báo cáo tiến độ" in titles[DigestGroup.WAITING]
    assert titles[DigestGroup.NEWS] == ["Phòng Kinh tế gửi báo cáo nhiệm vụ 1 (Kỳ 1)"]
    assert title_of(sections) == f"{len(titles[DigestGroup.WAITING])} việc hôm nay"
    assert not Notification.objects.filter(user=commune.people["vhxh"], instant=True).exists()


def test_quiet_notices_are_told_once(commune, only, now):
    only()
    services.notify(people=[commune.people["tt.kt"]], text="Đã công bố xếp hạng", url="/xep-hang/")
    now.move_to(MORNING)
    send_due_digests()
    digest = Digest.objects.get(user=commune.people["tt.kt"])
    assert (digest.title, digest.told.count()) == ("1 tin mới", 1)
    now.move_to("2026-04-14T07:30:00+07:00")
    send_due_digests()
    assert Digest.objects.get(user=commune.people["tt.kt"], day=date(2026, 4, 14)).sections == []


def test_the_leader_reads_weekly_who_is_late_and_why(commune, only, now):
    drafted, *_ = only(KT=[date(2026, 4, 3), date(2026, 4, 4)], HCC=[date(2026, 4, 10)])
    ProgressReport.objects.create(occurrence=drafted, state="draft")
    now.move_to(MORNING)
    sections = compose(commune.people["pct"], calendar.today())
    assert title_of(sections) == "2 đơn vị có việc quá hạn"
    lines = [(line.title, line.detail) for line in sections[0].lines]
    assert lines == [
        (
            "Phòng Kinh tế: 2 kỳ quá hạn",
            "Trưởng phòng Kinh tế (mẫu) · hạn sớm nhất 03/04/2026 · 1 đang soạn báo cáo, 1 chưa bắt đầu",
        ),
        (f"{commune.units['HCC'].name}: 1 kỳ quá hạn", lines[1][1]),
    ]
    assert sections[0].lines[0].url.endswith("?don_vi=KT&tinh_trang=qua-han")
    assert groups(commune.people["pct"], date(2026, 4, 14)) == {}


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("2026-04-13T07:29:59+07:00", False),
        ("2026-04-13T07:30:00+07:00", True),
        ("2026-04-13T21:00:00+07:00", True),  # after a day without power
        ("2026-04-12T08:00:00+07:00", False),  # Sunday
        ("2026-04-30T08:00:00+07:00", False),  # Ngày Giải phóng miền Nam
    ],
)
def test_only_from_half_past_seven_on_working_days(commune, only, now, moment, sent):
    only(KT=[date(2026, 4, 3)])
    now.move_to(moment)
    assert (send_due_digests() > 0) is sent
    assert Digest.objects.exists() is sent


def test_never_twice_and_a_cut_off_run_is_finished(commune, only, now):
    only(KT=[date(2026, 4, 3)])
    now.move_to(MORNING)
    head, officer = commune.people["tt.kt"], commune.people["cv.kt"]
    assert services.send_digest(person=head, day=calendar.today()) is True  # then the worker died
    assert services.send_digest(person=head, day=calendar.today()) is False
    assert send_due_digests() > 0
    assert send_due_digests() == 0
    counts = [Notification.objects.filter(user=person, kind=NoticeKind.DIGEST).count() for person in (head, officer)]
    assert counts == [1, 1]


def test_one_persons_trouble_keeps_nobody_waiting(commune, only, now, caplog):
    only(KT=[date(2026, 4, 3)])
    now.move_to(MORNING)

    def broken(user, day):
        if user.username == "cv.kt":
            raise ValueError("a broken row")
        return []

    digests.register(broken)
    try:
        send_due_digests()
        found = set(Digest.objects.filter(user__unit__code="KT").values_list("user__username", flat=True))
        assert (found, "a broken row" in caplog.text) == ({"tt.kt"}, True)
    finally:
        digests._providers.pop(broken)
    send_due_digests()
    assert Digest.objects.filter(user__username="cv.kt").count() == 1


def test_nothing_is_sent_when_there_is_nothing(commune, only, now):
    only()
    now.move_to(MORNING)
    User.objects.exclude(username__in=("tt.kt", "cv.kt")).update(is_active=False)
    assert send_due_digests() == 0
    assert (Notification.objects.filter(kind="digest").count(), Digest.objects.count()) == (0, 2)


def test_locked_people_and_people_without_a_role_get_none(commune, only, now):
    only(KT=[date(2026, 4, 3)])
    now.move_to(MORNING)
    User.objects.filter(username="tt.kt").update(is_active=False)
    commune.people["cv.kt"].roles.all().delete()
    send_due_digests()
    assert not Digest.objects.filter(user__username__in=("tt.kt", "cv.kt")).exists()


def test_the_letter_holds_the_same_lines(commune, only, now, settings):
    settings.MAIL_ON, settings.MAIL_FROM, settings.SITE_URL = True, "cchc@ninhgiang.example", "https://cchc.example"
    (late,) = only(KT=[date(2026, 4, 3)])
    User.objects.filter(username="tt.kt").update(email="tt.kt@ninhgiang.example")
    now.move_to(MORNING)
    send_due_digests()
    letter = Mail.objects.get()
    assert (letter.subject, letter.address, letter.kind) == ("1 việc hôm nay", "tt.kt@ninhgiang.example", "digest")
    assert f"https://cchc.example/ky/{late.pk}/" in letter.text
    assert "Kỳ 1 · hạn thứ Sáu, 03/04/2026 · quá hạn 10 ngày" in letter.text


def test_the_page_of_a_digest_is_its_owners(commune, only, now, sign_in):
    only(KT=[date(2026, 4, 3)])
    now.move_to(MORNING)
    send_due_digests()
    url = reverse("units:digest-detail", args=[Digest.objects.get(user=commune.people["tt.kt"]).pk])
    page = sign_in("tt.kt").get(url)
    assert page.status_code == 200
    assert "1 việc hôm nay" in page.content.decode()
    assert sign_in("cv.kt").get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_digest_takes_constant_queries(commune, only, now, count, django_assert_num_queries):
    only(KT=[date(2026, 4, number) for number in range(1, count + 1)])
    now.move_to(MORNING)
    person = User.objects.get(username="tt.kt")
    with django_assert_num_queries(12):
        assert sum(section.count for section in compose(person, calendar.today())) == count
