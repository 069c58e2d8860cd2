"""Shared reads of emulation; everything starts from what the person may see."""

from .criteria import get_set_for, visible_sets
from .rankings import RoundSummary, SummaryBlock, SummaryEntry, get_ranking_for, round_summary, visible_rankings
from .rounds import get_round_for, visible_rounds
from .scorecards import get_row_for, get_scorecard_for, sheet_of, visible_scorecards

__all__ = [
    "RoundSummary",
    "SummaryBlock",
    "SummaryEntry",
    "get_ranking_for",
    "get_round_for",
    "get_row_for",
    "get_scorecard_for",
    "get_set_for",
    "round_summary",
    "sheet_of",
    "visible_rankings",
    "visible_rounds",
    "visible_scorecards",
    "visible_sets",
]
