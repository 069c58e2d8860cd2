"""Models of emulation."""

from .appeals import Appeal, AppealNote
from .awards import AwardCandidate, AwardMultiplier, AwardProposal, BaseSalary
from .criteria import CriteriaSet, Criterion
from .history import PastResult, PastRound
from .rankings import PublishedVersion, Ranking, RankingEntry, SnapshotCheck
from .rounds import Round, Unlock
from .scorecards import RowEvidence, Scorecard, ScorecardRow, SecondCheck, Veto

__all__ = [
    "Appeal",
    "AppealNote",
    "AwardCandidate",
    "AwardMultiplier",
    "AwardProposal",
    "BaseSalary",
    "CriteriaSet",
    "Criterion",
    "PastResult",
    "PastRound",
    "PublishedVersion",
    "Ranking",
    "RankingEntry",
    "Round",
    "RowEvidence",
    "Scorecard",
    "ScorecardRow",
    "SecondCheck",
    "SnapshotCheck",
    "Unlock",
    "Veto",
]
