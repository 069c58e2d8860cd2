"""Ranking: pure functions from indices to ranks, grades and what a veto leaves of them (scoring.md 4). No Django.

What is compared is what is printed: the index rounded to the set's decimals. Equal printed numbers never get different
ranks without a stated reason.

    rank(items, tie_order=, style=, scope=, decimals=)   places inside each block, or over all (places.py)
    read_tie_order(data, area_codes)                     tie order as data: area codes, APPRAISED, ON_TIME, LOST
    tie_sentence(tie_order, names, style=)               the rule to print under the table (ties.py)
    grade(index, bands), validate_bands(bands)           bands with open and closed ends as data (bands.py)
    apply_vetoes(grade, bands, vetoes), vetoes_met(...)  caps, minus n grades, out of ranking, no award (vetoes.py)
    head_grade(index, unit_grade, mapping)               the head's own grade by its own mapping (heads.py)

Everything reads plain JSON (lists and objects with texts), so a stored snapshot gives the same bytes again.
"""

from .bands import Grade, band_sentence, grade, validate_bands
from .heads import head_grade, validate_head_mapping
from .places import SCOPES, STYLES, RankedItem, RankItem, rank
from .ties import APPRAISED, LOST, ON_TIME, TieKey, read_tie_order, tie_sentence
from .vetoes import EFFECTS, Graded, Veto, apply_vetoes, read_veto, validate_condition, vetoes_met

__all__ = [
    "APPRAISED",
    "EFFECTS",
    "LOST",
    "ON_TIME",
    "SCOPES",
    "STYLES",
    "Grade",
    "Graded",
    "RankItem",
    "RankedItem",
    "TieKey",
    "Veto",
    "apply_vetoes",
    "band_sentence",
    "grade",
    "head_grade",
    "rank",
    "read_tie_order",
    "read_veto",
    "tie_sentence",
    "validate_bands",
    "validate_condition",
    "validate_head_mapping",
    "vetoes_met",
]
