"""Models of emulation."""

from .awards import AwardCandidate, AwardMultiplier, AwardProposal, BaseSalary
from .criteria import CriteriaSet, Criterion
from .rankings import Ranking, RankingEntry
from .rounds import Round
from .scorecards import RowEvidence, Scorecard, ScorecardRow

__all__ = [
    "AwardCandidate",
    "AwardMultiplier",
    "AwardProposal",
    "BaseSalary",
    "CriteriaSet",
    "Criterion",
    "Ranking",
    "RankingEntry",
    "Round",
    "RowEvidence",
    "Scorecard",
    "ScorecardRow",
]
