"""The outbox of e-mail: what is written, what leaves, what is tried again, what the administrator sees."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from ninhgiang.errors import DomainError
from tests.smtp import SmtpServer
from units import services
from units.enums import MailKind, MailState, NoticeKind
from units.models import AuditEntry, Mail, Notification, User
from units.services.mail import LOST_AFTER, MAX_ATTEMPTS, PAUSES, UNSURE_TEXT

NOW = "2026-04-10T09:00:00+07:00"


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def on(settings):
    """E-mail switched on, delivered into Django's outbox."""
    settings.MAIL_ON = True
    settings.MAIL_HOST = "thu.example"
    settings.MAIL_FROM = "CCHC Ninh Giang <cchc@ninhgiang.example>"
    settings.SITE_URL = "https://cchc.ninhgiang.example"


@pytest.fixture
def smtp(on, settings):
    """A real SMTP server on this machine instead."""
    with SmtpServer() as server:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": server.port, "timeout": 5}}}
        yield server


@pytest.fixture
def person(commune):
    User.objects.filter(username="tt.kt").update(email="tt.kt@ninhgiang.example")
    return User.objects.select_related("unit").get(username="tt.kt")


def write(person, subject="Báo cáo bị trả lại", **options):
    """Put one letter into the outbox."""
    return services.queue_mail(
        person=person, kind=MailKind.RETURNED, subject=subject, intro="Thiếu số văn bản", **options
    )


def state_of(letter):
    letter.refresh_from_db()
    return letter.state, letter.attempts


def test_nothing_is_written_while_email_is_off(person):
    assert write(person) is None
    services.notify(people=[person], text="Trả lại", url="/ky/1/", kind=NoticeKind.RETURNED)
    assert (Mail.objects.count(), Notification.objects.count()) == (0, 1)
    with pytest.raises(DomainError, match="đang tắt"):
        services.send_test_mail(by=person, issuer=person.unit.parent, address="a@b.vn")


def test_returned_work_is_sent_at_once_other_notices_are_not(person, on):
    text = "Báo cáo nhiệm vụ 40 bị trả lại: Thiếu"
    services.notify(people=[person], text=text, url="/ky/1/", kind=NoticeKind.RETURNED)
    services.notify(people=[person], text="Đã công bố xếp hạng", url="/xep-hang/", kind=NoticeKind.INFO)
    assert services.send_due_mail() == 1
    (message,) = mail.outbox
    letter = Mail.objects.get()
    assert (message.to, message.subject) == (["tt.kt@ninhgiang.example"], text)
    assert message.extra_headers["Message-ID"] == letter.message_id
    assert letter.message_id.endswith("@ninhgiang.example>")
    assert "https://cchc.ninhgiang.example/ky/1/" in message.body
    assert 'href="https://cchc.ninhgiang.example/ky/1/"' in message.alternatives[0].content
    assert state_of(letter) == (MailState.SENT, 1)
    assert services.send_due_mail() == 0


@pytest.mark.parametrize("change", [{"email": ""}, {"wants_mail": False}, {"is_active": False}])
def test_who_is_not_written_to(person, on, change):
    User.objects.filter(pk=person.pk).update(**change)
    assert write(User.objects.get(pk=person.pk)) is None


def test_demo_accounts_get_no_letters_outside_demo_mode(person, on, settings):
    settings.DEMO = False
    assert write(person) is None


@pytest.mark.parametrize("change", [{"wants_mail": False}, {"is_active": False}, {"email": ""}])
def test_a_letter_that_waits_is_dropped_when_the_person_may_not_be_written_to_any_more(person, on, change):
    letter = write(person)
    User.objects.filter(pk=person.pk).update(**change)
    assert services.send_due_mail() == 0
    assert (state_of(letter), mail.outbox) == ((MailState.CANCELLED, 0), [])


def test_a_subject_cannot_carry_a_header(person, smtp):
    letter = write(person, subject="Trả lại\r\nBcc: ke@gian.example\n\nxin chào")
    assert letter.subject == "Trả lại Bcc: ke@gian.example xin chào"
    services.send_due_mail()
    assert [message.recipients for message in smtp.messages] == [["tt.kt@ninhgiang.example"]]
    assert smtp.messages[0].parsed["Bcc"] is None


def test_a_typed_text_cannot_carry_markup(person, on):
    write(person, sections=[{"heading": "", "lines": [{"title": "<script>x</script>", "detail": "", "url": ""}]}])
    services.send_due_mail()
    assert "<script>" not in mail.outbox[0].alternatives[0].content
    assert "<script>x</script>" in mail.outbox[0].body


def test_a_letter_arrives_in_vietnamese(person, smtp):
    write(person, subject="Đôn đốc 3 kỳ báo cáo")
    write(person, subject="Thư thứ hai")
    assert services.send_due_mail() == 2
    first, second = smtp.messages
    assert (first.parsed["Subject"], second.parsed["Subject"]) == ("Đôn đốc 3 kỳ báo cáo", "Thư thứ hai")
    assert first.sender == "cchc@ninhgiang.example"
    body = first.parsed.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert body.startswith("Đôn đốc 3 kỳ báo cáo\n\nKính gửi: Trưởng phòng Kinh tế (mẫu)\n\nThiếu số văn bản\n")
    assert smtp.sessions == 1


def test_a_refusal_for_good_is_final_and_the_next_letter_still_leaves(person, smtp):
    smtp.answers = {"RCPT": ["550 5.1.1 Khong co nguoi nay"]}
    bad, good = write(person), write(person)
    assert services.send_due_mail() == 1
    assert (state_of(bad), state_of(good)) == ((MailState.FAILED, 1), (MailState.SENT, 1))
    assert bad.error == "Máy chủ thư từ chối: 550 5.1.1 Khong co nguoi nay"


def test_a_refusal_for_now_is_tried_again_after_a_growing_pause(person, smtp, now):
    smtp.answers = {"RCPT": ["451 4.7.1 Thu lai sau"] * 2}
    letter = write(person)
    for pause in PAUSES[:2]:
        assert services.send_due_mail() == 0
        now.shift(timedelta(minutes=pause, seconds=-1))
        assert services.send_due_mail() == 0
        now.shift(timedelta(seconds=1))
    assert services.send_due_mail() == 1
    assert (state_of(letter), len({message.parsed["Message-ID"] for message in smtp.messages})) == (
        (MailState.SENT, 3),
        1,
    )


def test_a_server_that_closes_the_service_is_asked_again_over_a_new_connection(person, smtp):
    smtp.answers = {"MAIL": ["421 4.3.2 Dong dich vu"]}
    first, second = write(person), write(person)
    assert services.send_due_mail() == 1
    assert (state_of(first), state_of(second), smtp.sessions) == ((MailState.QUEUED, 1), (MailState.SENT, 1), 2)


def test_a_server_out_of_reach_postpones_all_and_fails_in_the_end(person, smtp, now):
    smtp.close()
    letters = [write(person), write(person)]
    for _ in range(MAX_ATTEMPTS):
        assert services.send_due_mail() == 0
        now.shift(timedelta(minutes=max(PAUSES)))
    assert [state_of(letter) for letter in letters] == [(MailState.FAILED, MAX_ATTEMPTS)] * 2
    assert letters[0].error.startswith("Không kết nối được máy chủ thư: ")
    assert services.send_due_mail() == 0


def test_a_line_that_breaks_while_the_server_takes_the_letter_leaves_it_unsure(person, smtp):
    smtp.answers = {"DATA-END": [None]}  # accepted, then the line breaks before the answer
    unsure, sent = write(person), write(person)
    assert services.send_due_mail() == 1
    assert (state_of(unsure), unsure.error) == ((MailState.UNSURE, 1), UNSURE_TEXT)
    assert state_of(sent) == (MailState.SENT, 1)
    assert [message.parsed["Message-ID"] for message in smtp.messages] == [unsure.message_id, sent.message_id]
    assert services.send_due_mail() == 0


def test_a_letter_whose_worker_died_is_never_sent_again_by_itself(person, smtp, now):
    letter = write(person)
    Mail.objects.filter(pk=letter.pk).update(state=MailState.SENDING)
    Mail.objects.filter(pk=letter.pk).update(claimed_at=Mail.objects.get().created_at, attempts=1)
    now.shift(LOST_AFTER)
    assert (services.send_due_mail(), state_of(letter)) == (0, (MailState.SENDING, 1))
    now.shift(timedelta(seconds=1))
    assert (services.send_due_mail(), state_of(letter)) == (0, (MailState.UNSURE, 1))
    services.resend_mail(by=person, letter=letter)
    assert services.send_due_mail() == 1
    assert [message.parsed["Message-ID"] for message in smtp.messages] == [letter.message_id]


def test_an_address_nobody_can_write_to_fails_at_once(person, smtp):
    letter = write(person)
    Mail.objects.filter(pk=letter.pk).update(address="hai@dia.example, khac@dia.example")
    assert services.send_due_mail() == 0
    assert (state_of(letter), smtp.messages) == ((MailState.FAILED, 1), [])


def test_the_administrator_sees_what_failed_and_sends_it_again(sign_in, person, on):
    letter = write(person)
    Mail.objects.filter(pk=letter.pk).update(state=MailState.FAILED, error="Máy chủ thư từ chối: 550", attempts=1)
    client = sign_in("quantri")
    page = client.get(reverse("units:mail-list"))
    assert [(row.pk, tone) for row, tone in page.context["rows"]] == [(letter.pk, "bad")]
    assert "Máy chủ thư từ chối: 550" in page.content.decode()
    assert ("Xem thư điện tử bị lỗi", 1) in [
        (r["item"].title, r["item"].count) for r in client.get("/").context["items"]
    ]
    assert client.post(reverse("units:mail-resend", args=[letter.pk])).status_code == 302
    assert state_of(letter) == (MailState.QUEUED, 0)
    assert AuditEntry.objects.filter(action="resend_mail").count() == 1
    assert client.post(reverse("units:mail-resend", args=[letter.pk])).status_code == 422
    assert client.get(reverse("units:mail-list"), {"loai": "failed"}).context["rows"] == []


def test_the_page_says_clearly_that_email_is_off(sign_in):
    page = sign_in("quantri").get(reverse("units:mail-list")).content.decode()
    assert "Thư điện tử đang tắt" in page
    assert "Gửi thư thử" not in page
    assert sign_in("tt.kt").get(reverse("units:mail-list")).status_code == 403


@pytest.mark.parametrize(
    ("address", "status", "error"),
    [
        ("a@ninhgiang.example", 302, None),
        ("", 422, "Nhập địa chỉ nhận thư thử."),
        ("a@b.vn\nBcc: x@y.vn", 422, "Địa chỉ thư điện tử không hợp lệ."),
    ],
)
def test_the_test_letter(sign_in, commune, on, address, status, error):
    answer = sign_in("quantri").post(reverse("units:mail-test"), {"address": address})
    assert answer.status_code == status
    assert list(Mail.objects.values_list("address", flat=True)) == ([address] if status == 302 else [])
    if error:
        assert answer.context["form"].errors["address"] == [error]
    services.send_due_mail()
    assert [message.to for message in mail.outbox] == ([[address]] if status == 302 else [])


def test_a_person_turns_email_off_and_on(sign_in, person, on):
    client, url = sign_in("tt.kt"), reverse("units:notice-settings")
    assert "Đang bật" in client.get(url).content.decode()
    for value, wanted in (("0", False), ("0", False), ("1", True)):
        assert client.post(url, {"nhan_thu": value})["Location"] == url
        assert User.objects.get(pk=person.pk).wants_mail is wanted
    assert AuditEntry.objects.filter(action="choose_mail").count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_constant_queries(sign_in, person, on, count, django_assert_num_queries):
    for _ in range(count):
        write(person)
    client = sign_in("quantri")
    with django_assert_num_queries(6):  # session, person, roles, letters, counts, bell
        assert len(client.get(reverse("units:mail-list")).context["rows"]) == count


def test_smtp_errors_are_os_errors():
    """`send_due_mail` rests on it when the connection is opened."""
    assert issubclass(smtplib.SMTPException, OSError)
