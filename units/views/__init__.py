"""Screens of the units app."""

from .audit import audit_list
from .home import home
from .jobs import job_detail, job_retry
from .mail import mail_list, mail_resend, mail_test
from .notices import digest_detail, notice_open, notice_settings, notices, notices_read
from .people import (
    person_change,
    person_create,
    person_detail,
    person_list,
    person_lock,
    person_reset,
    person_unlock,
    role_add,
    role_remove,
    unit_list,
)
from .reorganisations import (
    reorganisation_cancel,
    reorganisation_choose,
    reorganisation_confirm,
    reorganisation_create,
    reorganisation_detail,
    reorganisation_list,
)
from .session import password_change, sign_in, sign_out

__all__ = [
    "audit_list",
    "digest_detail",
    "home",
    "job_detail",
    "job_retry",
    "mail_list",
    "mail_resend",
    "mail_test",
    "notice_open",
    "notice_settings",
    "notices",
    "notices_read",
    "password_change",
    "person_change",
    "person_create",
    "person_detail",
    "person_list",
    "person_lock",
    "person_reset",
    "person_unlock",
    "reorganisation_cancel",
    "reorganisation_choose",
    "reorganisation_confirm",
    "reorganisation_create",
    "reorganisation_detail",
    "reorganisation_list",
    "role_add",
    "role_remove",
    "sign_in",
    "sign_out",
    "unit_list",
]
