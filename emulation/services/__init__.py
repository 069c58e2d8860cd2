"""Writes of emulation; each is one act of the office, keyword-only, in one transaction, with one audit entry."""

from .closing import close_self_scoring
from .evidence import set_row_evidence
from .proof import verify_snapshot
from .publication import publish_new_version, publish_ranking
from .rankings import rank_round, reopen_appraisal
from .rounds import change_round_dates, create_round, open_round
from .rows import (
    RowEntry,
    Saved,
    accept_unchanged,
    save_appraisal_row,
    save_appraisal_rows,
    save_self_row,
    save_self_rows,
)
from .scorecards import complete_appraisal, recount_scorecard, reopen_scorecard, submit_scorecard, withdraw_scorecard

__all__ = [
    "RowEntry",
    "Saved",
    "accept_unchanged",
    "change_round_dates",
    "close_self_scoring",
    "complete_appraisal",
    "create_round",
    "open_round",
    "publish_new_version",
    "publish_ranking",
    "rank_round",
    "recount_scorecard",
    "reopen_appraisal",
    "reopen_scorecard",
    "save_appraisal_row",
    "save_appraisal_rows",
    "save_self_row",
    "save_self_rows",
    "set_row_evidence",
    "submit_scorecard",
    "verify_snapshot",
    "withdraw_scorecard",
]
