"""How doubtful a self-scored row is, so that an appraiser sees first what needs a person (peers.md 6, lines 6 and 9).

Pure: facts of one row in, a score and its reasons in Vietnamese out. A row without any doubt may be proposed for
acceptance (`may_be_proposed`); nothing counts before a person accepted it.
"""

from dataclasses import dataclass
from decimal import Decimal

from ninhgiang.points import show

# What each cause for doubt weighs; a row's score is the sum. The order of size is what matters: first what would take
# the points away (no proof, broken proof), then what only a person can judge, then what is merely unusual.
WEIGHTS: dict[str, int] = {
    "inconsistent": 60,
    "broken_file": 50,
    "no_evidence": 40,
    "odd_file": 30,
    "free_full": 25,
    "says_none": 25,
    "claimed_none": 25,
    "no_explanation": 20,
    "jump": 20,
    "bonus": 15,
    "judged": 10,
    "late": 10,
    "unanswered": 10,
    "not_declared": 5,
}
# What the filter of the queue calls each cause.
LABELS: dict[str, str] = {
    "inconsistent": "Điểm không khớp số liệu",
    "broken_file": "Minh chứng có lỗi",
    "no_evidence": "Thiếu minh chứng",
    "odd_file": "Minh chứng cần xem",
    "free_full": "Chấm tự do, đạt tối đa",
    "says_none": "Ghi chú nói chưa có",
    "claimed_none": "Không phát sinh nhưng được điểm",
    "no_explanation": "Thiếu giải trình",
    "jump": "Khác xa kỳ trước",
    "bonus": "Khai điểm cộng",
    "judged": "Cần người đánh giá",
    "late": "Nộp muộn hoặc không nộp",
    "unanswered": "Đơn vị không chấm",
    "not_declared": "Điểm trừ tự khai",
}
# A change of this share of the maximum against the previous round is a jump.
JUMP = Decimal("0.30")
# Rules whose points rest on a person's judgement, so never proposed.
JUDGED_RULES = frozenset({"free", "quality"})
# Beginnings of a note that says that there is nothing to score; matched on the lower-cased text.
NONE_WORDS = ("không có", "chưa có", "không thực hiện", "chưa thực hiện", "không phát sinh", "chưa phát sinh")


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is known of one row that applies to its unit. Points are those of the self column.

    `kind` is criterion, bonus or penalty; `answered`: the unit gave a value; `consistent`: scoring the value again
    gives the same points; `marked_none`: the value itself says "không phát sinh". `broken` and `odd` are remarks on its
    files (tones "bad" and "warn"). `previous` and `previous_max` are the mark of the round before, None without one.
    """

    rule_kind: str
    kind: str
    points: Decimal
    max_points: Decimal
    answered: bool = True
    consistent: bool = True
    marked_none: bool = False
    note: str = ""
    evidence_required: bool = False
    explanation_required: bool = False
    files: int = 0
    broken: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    previous: Decimal | None = None
    previous_max: Decimal | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause for doubt: its code in WEIGHTS and what the appraiser reads."""

    code: str
    text: str

    @property
    def weight(self) -> int:
        """What it adds to the row's score."""
        return WEIGHTS[self.code]


@dataclass(frozen=True, slots=True)
class Doubt:
    """The score (sum of weights, 0: none) and its reasons, heaviest first."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the reasons."""
        return frozenset(reason.code for reason in self.reasons)


def doubt(facts: RowFacts) -> Doubt:
    """Return how doubtful a row is and why; each cause counts once, however many files show it."""
    reasons = [*_of_answer(facts), *_of_proof(facts), *_of_points(facts)]
    reasons.sort(key=lambda reason: (-reason.weight, reason.code))
    return Doubt(sum(reason.weight for reason in reasons), tuple(reasons))


def may_be_proposed(facts: RowFacts) -> bool:
    """Tell whether a row may be proposed for acceptance: nothing about it is doubtful."""
    return doubt(facts).score == 0


def _of_answer(facts: RowFacts) -> list[Reason]:
    found = []
    if not facts.consistent:
        found.append(Reason("inconsistent", "Điểm tự chấm không khớp với số liệu đã khai."))
    if not facts.answered and facts.kind == "criterion":
        found.append(Reason("unanswered", "Đơn vị không tự chấm tiêu chí này."))
    if not facts.answered and facts.kind == "penalty":
        found.append(Reason("not_declared", "Đơn vị không khai điểm trừ: đối chiếu với nguồn khác."))
    if facts.kind == "bonus" and facts.points > 0:
        found.append(Reason("bonus", f"Đơn vị đề nghị cộng {show(facts.points)} điểm."))
    if facts.late:
        found.append(Reason("late", "Phiếu nộp muộn hoặc không nộp."))
    return found


def _of_proof(facts: RowFacts) -> list[Reason]:
    found = []
    if facts.broken:
        found.append(Reason("broken_file", " ".join(facts.broken)))
    if facts.odd:
        found.append(Reason("odd_file", " ".join(facts.odd)))
    if facts.points > 0 and facts.evidence_required and not facts.files and not facts.marked_none:
        found.append(Reason("no_evidence", "Tiêu chí cần minh chứng nhưng không có tệp nào."))
    if facts.answered and facts.explanation_required and not facts.note.strip():
        found.append(Reason("no_explanation", "Tiêu chí cần giải trình cách tính nhưng không có ghi chú."))
    if facts.points > 0 and facts.marked_none:
        found.append(Reason("claimed_none", "Khai không phát sinh nên được điểm: đối chiếu với nguồn khác."))
    elif facts.points > 0 and facts.note.strip().lower().startswith(NONE_WORDS):
        found.append(Reason("says_none", "Ghi chú nói chưa có hoặc không có nhưng vẫn tự chấm điểm."))
    return found


def _of_points(facts: RowFacts) -> list[Reason]:
    found = []
    if facts.answered and facts.rule_kind in JUDGED_RULES:
        if facts.rule_kind == "free" and facts.points == facts.max_points > 0:
            found.append(Reason("free_full", "Tự cho điểm tối đa ở tiêu chí chấm tự do."))
        else:
            found.append(Reason("judged", "Điểm do người đánh giá, không suy ra từ số liệu."))
    if facts.answered and facts.previous is not None and facts.previous_max:
        # points * previous_max against previous * max: shares compared without dividing.
        change = facts.points * facts.previous_max - facts.previous * facts.max_points
        if abs(change) >= JUMP * facts.max_points * facts.previous_max > 0:
            before = f"{show(facts.previous)}/{show(facts.previous_max)}"
            now = f"{show(facts.points)}/{show(facts.max_points)}"
            found.append(Reason("jump", f"Kỳ trước {before} điểm, kỳ này {now} điểm."))
    return found
