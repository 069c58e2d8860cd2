"""Writes of criteria sets."""

from .drafts import (
    NOT_A_DRAFT,
    copy_set,
    create_criteria_set,
    delete_draft,
    load_set,
    replace_draft,
    require_editor,
    start_set,
    undeletable_because,
)
from .states import issue_set, withdraw_set
from .stored import spec_of, write_heading, write_rows

__all__ = [
    "NOT_A_DRAFT",
    "copy_set",
    "create_criteria_set",
    "delete_draft",
    "issue_set",
    "load_set",
    "replace_draft",
    "require_editor",
    "spec_of",
    "start_set",
    "undeletable_because",
    "withdraw_set",
    "write_heading",
    "write_rows",
]
