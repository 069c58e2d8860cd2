"""Writes of reports: compiling, drafts, and the way of a document to its issue."""

from .compile import compile_round, start_compilation
from .documents import content_hash, content_of, create_draft, edit_draft
from .steps import check_content, check_form, issue_document, return_document, sign_document

__all__ = [
    "check_content",
    "check_form",
    "compile_round",
    "content_hash",
    "content_of",
    "create_draft",
    "edit_draft",
    "issue_document",
    "return_document",
    "sign_document",
    "start_compilation",
]
