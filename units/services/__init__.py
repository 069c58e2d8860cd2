"""Writes of the units app: audit, notices, digests, mail and jobs for every other app; accounts for this one."""

from .audit import record_audit
from .digests import send_digest, send_due_digests
from .jobs import beat_heart, claim_job, enqueue_job, fail_job, finish_job, perform_job, redeliver_lost_jobs, retry_job
from .mail import (
    mail_is_on,
    may_be_written_to,
    queue_mail,
    resend_mail,
    send_due_mail,
    send_test_mail,
)
from .notices import choose_mail, notice_text, notify, open_notice, read_all_notices
from .people import (
    add_role,
    change_own_password,
    change_person,
    create_person,
    record_sign_in,
    remove_role,
    reset_password,
    set_person_active,
)
from .reorganisations import (
    apply_due_reorganisations,
    cancel_reorganisation,
    choose_successors,
    confirm_reorganisation,
    draft_reorganisation,
)
from .structure import found_commune, found_units

__all__ = [
    "add_role",
    "apply_due_reorganisations",
    "beat_heart",
    "cancel_reorganisation",
    "change_own_password",
    "change_person",
    "choose_mail",
    "choose_successors",
    "claim_job",
    "confirm_reorganisation",
    "create_person",
    "draft_reorganisation",
    "enqueue_job",
    "fail_job",
    "finish_job",
    "found_commune",
    "found_units",
    "mail_is_on",
    "may_be_written_to",
    "notice_text",
    "notify",
    "open_notice",
    "perform_job",
    "queue_mail",
    "read_all_notices",
    "record_audit",
    "record_sign_in",
    "redeliver_lost_jobs",
    "remove_role",
    "resend_mail",
    "reset_password",
    "retry_job",
    "send_digest",
    "send_due_digests",
    "send_due_mail",
    "send_test_mail",
    "set_person_active",
]
