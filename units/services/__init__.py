"""Writes of the units app: audit, notices and jobs for every other app; accounts and sign-in for this one."""

from .audit import record_audit
from .jobs import beat_heart, claim_job, enqueue_job, fail_job, finish_job, perform_job, redeliver_lost_jobs, retry_job
from .notices import notify, open_notice, read_all_notices
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
from .structure import found_commune, found_units

__all__ = [
    "add_role",
    "beat_heart",
    "change_own_password",
    "change_person",
    "claim_job",
    "create_person",
    "enqueue_job",
    "fail_job",
    "finish_job",
    "found_commune",
    "found_units",
    "notify",
    "open_notice",
    "perform_job",
    "read_all_notices",
    "record_audit",
    "record_sign_in",
    "redeliver_lost_jobs",
    "remove_role",
    "reset_password",
    "retry_job",
    "set_person_active",
]
