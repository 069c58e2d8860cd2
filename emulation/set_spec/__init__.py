"""A criteria set before it is in the database: what an import or the sample gives, and what is wrong with it."""

from .checks import KnownPlaces, draft_problems, place_problems, problems_in, problems_of
from .problem import EXTRA_CODE, MAX_CODE, Problem, SetRefused, code_problem
from .rows import FULL_MARKS, MAX_ROWS, check_rule
from .spec import AreaSpec, Placed, RowSpec, SetSpec

__all__ = [
    "EXTRA_CODE",
    "FULL_MARKS",
    "MAX_CODE",
    "MAX_ROWS",
    "AreaSpec",
    "KnownPlaces",
    "Placed",
    "Problem",
    "RowSpec",
    "SetRefused",
    "SetSpec",
    "check_rule",
    "code_problem",
    "draft_problems",
    "place_problems",
    "problems_in",
    "problems_of",
]
