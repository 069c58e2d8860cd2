"""The outbox of e-mail: rows written in the caller's transaction, sent by the worker after commit.

queued -> sending -> sent, failed or unsure. A letter is claimed by one conditional UPDATE just before the server is
given it, over a connection that is open already. When the worker dies, or the line breaks, after that moment, nobody
can tell whether the server took it: such a letter becomes "unsure" and is sent again only by the administrator, with
the same Message-ID. What certainly was not taken is tried again with growing pauses. Like the steps of a job these
write no audit entry; what a person decides (send again, test) does.
"""

import logging
import smtplib
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import clean
from units.backends import may_sign_in
from units.enums import MailKind, MailState
from units.models import Mail, Unit, User
from units.rules import issuer_of

from .audit import record_audit

logger = logging.getLogger(__name__)

# Minutes until the next attempt after the 1st, 2nd … one; after the last attempt the letter has failed.
PAUSES = (1, 5, 15, 60, 180, 360)
MAX_ATTEMPTS = len(PAUSES) + 1
BATCH = 100
# No letter takes so long: one that still is being sent has lost its worker.
LOST_AFTER = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
SUBJECT_LIMIT = 200
REFUSED_FOR_GOOD, SERVICE_CLOSING = 500, 421  # RFC 5321 4.2
UNSURE_TEXT = "Kết nối bị đứt khi máy chủ thư đang nhận; có thể người nhận đã nhận được."
MAIL_IS_OFF = "Thư điện tử đang tắt: máy chủ thư chưa được cấu hình (MAIL_HOST, MAIL_FROM)."


def mail_is_on() -> bool:
    """Tell whether a mail server is configured."""
    return bool(settings.MAIL_ON)


def queue_mail(
    *, person: User, kind: str, subject: str, intro: str, sections: Sequence[dict[str, Any]] = ()
) -> Mail | None:
    """Write one letter to the outbox as part of the caller's transaction; it leaves after commit.

    `sections` is a list of {"heading", "lines": [{"title", "detail", "url"}]}. Returns None, and writes nothing, when
    e-mail is off, or the person has no address, a locked account or does not want e-mail.
    """
    issuer = issuer_of(person)
    if not mail_is_on() or issuer is None or not may_be_written_to(person):
        return None
    return _queue(person, issuer, person.email, kind=kind, subject=subject, intro=intro, sections=sections)


def may_be_written_to(person: User) -> bool:
    """Tell whether e-mail goes to this person: an open account with an address, not opted out."""
    return bool(person.email) and person.wants_mail and may_sign_in(person)


def _queue(person: User, issuer: Unit, address: str, *, kind: str, subject: str, intro: str, sections: Any) -> Mail:
    subject = clean(subject)[:SUBJECT_LIMIT]
    context = {"subject": subject, "intro": intro, "sections": sections, "site": settings.SITE_URL, "person": person}
    letter = Mail.objects.create(
        issuer=issuer,
        user=person,
        kind=kind,
        address=address,
        subject=subject,
        text=render_to_string("mail/message.txt", context),
        html=render_to_string("mail/message.html", context),
        message_id=f"<{uuid.uuid4()}@{settings.MAIL_FROM.rpartition('@')[2].strip('<> ')}>",
    )
    _deliver()
    return letter


def _deliver() -> None:
    """Wake the worker after commit; a broker that is down is logged only, beat looks each minute."""
    from units.tasks import send_mail  # tasks import services

    transaction.on_commit(partial(send_mail.apply_async, expires=50), robust=True)


def send_due_mail() -> int:
    """Send the letters whose time has come, over one connection; return how many the server took."""
    if not mail_is_on():
        return 0
    now = timezone.now()
    Mail.objects.filter(state=MailState.SENDING, claimed_at__lt=now - LOST_AFTER).update(
        state=MailState.UNSURE, error=UNSURE_TEXT
    )
    due = Mail.objects.filter(state=MailState.QUEUED, next_try_at__lte=now).select_related("user")
    letters = list(due.order_by("next_try_at", "pk")[:BATCH])
    if not letters:
        return 0
    connection = mail.mailers.default
    sent = 0
    try:
        for letter in letters:
            try:
                connection.open()
            except OSError as error:  # smtplib's errors are OSErrors as well
                logger.warning("mail server not reached: %s", error)
                _postpone(letters, f"Không kết nối được máy chủ thư: {_words(error)}")
                break
            sent += _send(connection, letter)
    finally:
        with suppress(OSError):
            connection.close()
    return sent


def _claim(letter: Mail) -> bool:
    """Take a letter for this worker just before it is handed over; False when another one was faster."""
    mine = Mail.objects.filter(pk=letter.pk, state=MailState.QUEUED)
    wanted = letter.kind == MailKind.TEST or may_be_written_to(letter.user)
    if not wanted:
        mine.update(state=MailState.CANCELLED, error="Người nhận đã tắt thư điện tử hoặc tài khoản đã khóa.")
        return False
    return mine.update(state=MailState.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1, error="") == 1


def _send(connection: Any, letter: Mail) -> bool:
    """Hand one letter to the server and write the outcome; return whether the server took it."""
    if not _claim(letter):
        return False
    letter.attempts += 1
    try:
        message = EmailMultiAlternatives(
            letter.subject,
            letter.text,
            settings.MAIL_FROM,
            [letter.address],
            headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(letter.html, "text/html")
        connection.send_messages([message])
    except ValueError as error:  # an address or a header nobody can send
        _settle(letter, MailState.FAILED, f"Địa chỉ hoặc tiêu đề không hợp lệ: {_words(error)}")
    except smtplib.SMTPServerDisconnected:
        _settle(letter, MailState.UNSURE, UNSURE_TEXT)
        _drop(connection)
    except smtplib.SMTPException as error:
        _refused(letter, error, connection)
    except OSError as error:
        logger.warning("mail %s: connection broke: %s", letter.pk, error)
        _settle(letter, MailState.UNSURE, UNSURE_TEXT)
        _drop(connection)
    else:
        _settle(letter, MailState.SENT, "", sent_at=timezone.now())
        return True
    return False


def _drop(connection: Any) -> None:
    """Forget a broken connection, so that the next letter opens a new one."""
    with suppress(OSError):
        connection.close()


def _refused(letter: Mail, error: smtplib.SMTPException, connection: Any) -> None:
    """The server said no: for good (5xx) the letter has failed, for now (4xx) it is tried again."""
    code = _code(error)
    if code is not None and code >= REFUSED_FOR_GOOD:
        _settle(letter, MailState.FAILED, f"Máy chủ thư từ chối: {_words(error)}")
    else:
        _retry_later(letter, f"Máy chủ thư tạm từ chối: {_words(error)}", MailState.SENDING)
    if code == SERVICE_CLOSING:
        _drop(connection)


def _code(error: Exception) -> int | None:
    """Return the answer code of the server; None when there is none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(int(code) for code, _ in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else None


def _words(error: Exception) -> str:
    """Return what the server or the system said, as one line without control characters."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said: Any = next(iter(error.recipients.values()))[1]
    elif isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
    else:
        said = str(error)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    code = _code(error)
    return clean(f"{code} {text}" if code else text)[:200] or type(error).__name__


def _postpone(letters: Sequence[Mail], error: str) -> None:
    """The server cannot be reached: count an attempt of every letter that still waits."""
    for letter in letters:
        letter.attempts += 1
        if Mail.objects.filter(pk=letter.pk, state=MailState.QUEUED).update(attempts=F("attempts") + 1):
            _retry_later(letter, error, MailState.QUEUED)


def _retry_later(letter: Mail, error: str, state: str) -> None:
    """Put a letter back with a growing pause; it has failed after MAX_ATTEMPTS."""
    if letter.attempts >= MAX_ATTEMPTS:
        fields: dict[str, Any] = {"state": MailState.FAILED}
    else:
        pause = timedelta(minutes=PAUSES[letter.attempts - 1])
        fields = {"state": MailState.QUEUED, "next_try_at": timezone.now() + pause}
    Mail.objects.filter(pk=letter.pk, state=state).update(error=error[:300], **fields)


def _settle(letter: Mail, state: str, error: str, **fields: Any) -> None:
    """Write the outcome of the attempt under way."""
    Mail.objects.filter(pk=letter.pk, state=MailState.SENDING).update(state=state, error=error[:300], **fields)


@transaction.atomic
def resend_mail(*, by: User, letter: Mail) -> None:
    """Send a failed or unsure letter again ("Gửi lại"), with its old Message-ID and its attempts counted from zero.

    Raises DomainError when e-mail is off or the letter is in neither state.
    """
    if not mail_is_on():
        raise DomainError(MAIL_IS_OFF)
    moved = Mail.objects.filter(pk=letter.pk, state__in=(MailState.FAILED, MailState.UNSURE)).update(
        state=MailState.QUEUED, attempts=0, error="", next_try_at=timezone.now()
    )
    if not moved:
        raise DomainError("Thư này không ở trạng thái gửi lại được. Hãy tải lại trang.")
    record_audit(
        actor=by,
        action="resend_mail",
        summary=f"Gửi lại thư cho {letter.user.username}: {letter.subject}",
        target=letter,
        issuer=letter.issuer,
        before={"state": letter.state, "error": letter.error},
        after={"state": MailState.QUEUED},
    )
    _deliver()


@transaction.atomic
def send_test_mail(*, by: User, issuer: Unit, address: str) -> Mail:
    """Write a test letter to `address`; the list of letters shows what became of it. DomainError when e-mail is off."""
    if not mail_is_on():
        raise DomainError(MAIL_IS_OFF, field="address")
    letter = _queue(
        by,
        issuer,
        address,
        kind=MailKind.TEST,
        subject="Thư thử của hệ thống CCHC và Thi đua",
        intro="Nếu bạn đọc được thư này thì máy chủ thư đã được cấu hình đúng.",
        sections=[],
    )
    record_audit(
        actor=by,
        action="send_test_mail",
        summary=f"Gửi thư thử đến {address}",
        target=letter,
        issuer=issuer,
        after={"address": address},
    )
    return letter
