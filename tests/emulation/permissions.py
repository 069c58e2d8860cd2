"""Who may read and write what of a round, as data: {state: {label: roles}}; nobody else anything (house rule 12).

A label is an address of scoring, with what is done there after a colon where it does several things.
"""

from tests.emulation.round_walk import PEOPLE

UNIT, SEES_ALL = "head officer", "reviewer leader office"
OWN = f"{UNIT} {SEES_ALL}"

# Who writes what; nobody else anything. A label is an address, with what is done there where it does several things.
WRITES: dict[str, dict[str, str]] = {
    "draft": {
        "round-step:open": "reviewer",
        "round-dates": "reviewer",
        "round-edit": "reviewer",
        "round-drop": "reviewer",
    },
    "open": {
        "round-step:close_self": "reviewer",
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "scorecard-area": UNIT,
        "row-save": UNIT,
        "row-evidence": UNIT,
        "scorecard-submit": "head",
    },
    "submitted": {
        "round-step:close_self": "reviewer",
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "scorecard-withdraw": "head",
    },
    "appraisal": {
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "scorecard-lock": "leader",
        "scorecard-area": "reviewer",
        "scorecard-area:accept": "reviewer",
        "scorecard-accept": "reviewer",
        "scorecard-recount": "reviewer",
        "row-save": "reviewer",
        "row-question": "reviewer",
        "appraisal-queue": "reviewer",
        "appraisal-queue:accept": "reviewer",
        "veto-create": "reviewer leader",
    },
    "accepted": {
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "scorecard-area": "reviewer",
        "scorecard-recount": "reviewer",
        "scorecard-complete": "reviewer",
        "row-save": "reviewer",
        "row-question": "reviewer",
        "appraisal-queue": "reviewer",
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "appraised": {
        "round-step:ask_explanation": "reviewer",
        "round-dates": "reviewer",
        "scorecard-reopen": "reviewer",
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "explanation": {
        "round-step:close_explanation": "reviewer",
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "explanation": UNIT,
        "explanation:submit": "head",
        "row-evidence": UNIT,
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "explained": {
        "round-step:close_explanation": "reviewer",
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "explanation-withdraw": "head",
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "reappraisal": {
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "scorecard-area": "reviewer",
        "row-save": "reviewer",
        "appraisal-queue": "reviewer",
        "second-keep": "reviewer",
        "second-recount": "reviewer",
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "kept": {
        "round-dates": "reviewer",
        "scorecard-unlock": "leader",
        "scorecard-area": "reviewer",
        "row-save": "reviewer",
        "appraisal-queue": "reviewer",
        "second-recount": "reviewer",
        "second-complete": "reviewer",
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "final": {
        "round-step:rank": "reviewer",
        "round-dates": "reviewer",
        "second-reopen": "reviewer",
        "second-check": "reviewer",
        "veto-create": "reviewer leader",
    },
    "ranked": {
        "round-step:reopen_reappraisal": "reviewer leader",
        "round-step:publish": "leader",
        "second-check": "reviewer",
    },
    "published": {
        "version-create": "leader",
        "veto-create": "reviewer leader",
        "veto-lift": "reviewer leader",
        "appeal-create": "head",
        "appeal-record": SEES_ALL,
        "appeal-detail": "reviewer leader",
        "appeal-withdraw": "head",
        "appeal-confirm": "head",
        "appeal-note": OWN,
        "correction-create": "reviewer office",
    },
    "appeals over": {
        "version-create": "leader",
        "veto-create": "reviewer leader",
        "veto-lift": "reviewer leader",
        "appeal-record": "reviewer leader",
        "appeal-reopen": "reviewer leader",
        "correction-create": "reviewer office",
    },
    "nothing waits": {
        "veto-create": "reviewer leader",
        "appeal-record": "reviewer leader",
        "appeal-reopen": "reviewer leader",
        "correction-create": "reviewer office",
        "round-archive": "reviewer leader",
    },
}
# In these nothing of the round itself moved on from the state before: only those who take part are tried.
SUBSTATES = frozenset(
    {"submitted", "accepted", "appraised", "explained", "kept", "final", "appeals over", "nothing waits"}
)
# A result without a second appraisal is sent back in test_cycle.py, an archived round restored in test_round_upkeep.py.
NEVER = frozenset({"round-step:reopen_appraisal", "round-restore"})

ROUND_PAGES = {"round-detail": SEES_ALL, "round-dates": "reviewer", "appraisal-queue": "reviewer"}
ROUND_PAGES |= {"second-check-list": SEES_ALL}
CARD_PAGES = dict.fromkeys(
    ("scorecard-detail", "scorecard-area", "scorecard-explain", "row-explain", "explanation"), OWN
)
UNITS = "head officer other_head other_officer"
RUNNING = ROUND_PAGES | CARD_PAGES | {"round-detail": f"{UNITS} {SEES_ALL}", "scorecard-unlock": "leader"}
APPRAISED = RUNNING | {"veto-create": "reviewer leader"}
RANKED = RUNNING | {"ranking": SEES_ALL, "round-analysis": SEES_ALL, "version-create": "leader"}
# Who reads what, in each state of a round.
READS: dict[str, dict[str, str]] = {
    "draft": ROUND_PAGES | {"round-edit": "reviewer"},
    "open": RUNNING | {"row-evidence": UNIT},
    "appraisal": APPRAISED | {"row-question": "reviewer", "row-evidence": "reviewer"},
    "explanation": APPRAISED | {"row-evidence": UNIT, "second-check": "reviewer"},
    "reappraisal": APPRAISED | {"second-check": "reviewer", "row-evidence": "reviewer"},
    "ranked": RANKED | {"second-check": "reviewer"},
    "published": RANKED
    | dict.fromkeys(("round-detail", "ranking", "ranking-version"), " ".join(PEOPLE))
    | {
        "veto-create": "reviewer leader",
        "appeal-create": "head",
        "appeal-record": SEES_ALL,
        "appeal-detail": OWN,
        "correction-create": "reviewer office",
        "version-explain": OWN,
        "version-row": OWN,
    },
}
