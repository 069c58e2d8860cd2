"""Who meets the rule of an award list, condition by condition (emulation.md 13); reads only what it is given."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from emulation.models import RankingEntry
from ninhgiang.calendar import day_text, local_date
from ninhgiang.points import show_fixed
from units.models import Unit, User

NO_HEAD = "(chưa xác định người đứng đầu)"


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: what it is, what was found, what is asked, whether it holds. Stored as JSON on the candidate."""

    label: str
    value: str
    threshold: str
    ok: bool


@dataclass(frozen=True, slots=True)
class AwardRule:
    """The rule printed on the list: place in the block at most `max_rank`, grade at least `min_grade_code`."""

    max_rank: int
    min_grade_code: str
    bands: Sequence[dict[str, Any]]  # highest first

    def grade_place(self, code: str) -> int | None:
        """Return how far from the top a grade stands (0 is the best); None when the set has no such grade."""
        codes = [band["code"] for band in self.bands]
        return codes.index(code) if code in codes else None

    @property
    def min_grade_name(self) -> str:
        """The name of the lowest grade that still qualifies."""
        return next(str(band["name"]) for band in self.bands if band["code"] == self.min_grade_code)

    def sentence(self) -> str:
        """Return the rule in one Vietnamese sentence, as printed above the list."""
        place = "đứng thứ nhất" if self.max_rank == 1 else f"đứng từ hạng 1 đến hạng {self.max_rank}"
        return (
            f"Đề nghị tặng giấy khen cho đơn vị {place} trong khối và xếp loại từ {self.min_grade_name} trở lên, "
            "cùng người đứng đầu đơn vị đó."
        )


def _rank_words(entry: RankingEntry) -> str:
    if entry.rank is None:
        return "không xếp hạng"
    return f"hạng {entry.rank}{' (đồng hạng)' if entry.shared else ''}"


def unit_checks(entry: RankingEntry, rule: AwardRule) -> list[Check]:
    """Return the conditions on a unit: published, place in its block, grade, and its vetoes when it has any."""
    ranking = entry.ranking
    number = f", số {ranking.decision_number}" if ranking.decision_number else ""
    published = f"ngày {day_text(local_date(ranking.published_at))}{number}" if ranking.published_at else "chưa công bố"
    place, lowest = rule.grade_place(entry.grade_code), rule.grade_place(rule.min_grade_code)
    return [
        Check("Kết quả xếp hạng đã công bố", published, "đã công bố", ranking.published_at is not None),
        Check(
            "Thứ hạng trong khối",
            f"{_rank_words(entry)} – {entry.block.name}",
            f"không quá hạng {rule.max_rank}",
            entry.rank is not None and entry.rank <= rule.max_rank,
        ),
        Check(
            "Xếp loại",
            f"{entry.grade_name} ({show_fixed(entry.index, ranking.round.criteria_set.index_decimals)} %)",
            f"từ {rule.min_grade_name} trở lên",
            place is not None and lowest is not None and place <= lowest,
        ),
        *_veto_checks(entry),
    ]


def _veto_checks(entry: RankingEntry) -> list[Check]:
    """Return the condition a veto puts on an award; nothing for a unit without one, to keep the list short."""
    if not entry.veto_explanation:
        return []
    name = "Không thuộc trường hợp không xét khen thưởng"
    return [Check(name, entry.veto_explanation, "được xét khen thưởng", entry.award_allowed)]


def find_head(unit: Unit, heads: Sequence[User]) -> tuple[User | None, Check]:
    """Return the head among the people holding the role at the unit, and the condition that says how sure that is.

    Several people may hold the role (a deputy who submits for the unit); then the one whose job title is the
    unit's head title is taken, and without such a one nobody: a name on an award list is never guessed.
    """
    found = list(heads)
    if len(found) > 1:
        titled = [person for person in found if unit.head_title and person.job_title == unit.head_title]
        found = titled if len(titled) == 1 else found
    if len(found) == 1:
        value, ok = found[0].full_name, True
    elif found:
        value, ok = f"có {len(found)} tài khoản thủ trưởng, chưa rõ ai là người đứng đầu", False
    else:
        value, ok = "đơn vị chưa có tài khoản thủ trưởng", False
    return (found[0] if ok else None), Check("Người đứng đầu đơn vị", value, "xác định được một người", ok)


def as_json(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """Return the conditions as stored in AwardCandidate.checks."""
    return [asdict(check) for check in checks]
