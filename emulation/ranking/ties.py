"""What equal indices are compared by, as data, and the sentence that says so under the table (scoring.md 4.2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from emulation.scoring.numbers import points_text
from emulation.scoring.params import RuleError
from ninhgiang.points import show

# Sub-scores that are not an area's points. A code with "@" never clashes with an area's.
APPRAISED = "@appraised"
ON_TIME = "@on_time"
LOST = "@lost"
_NAMES = {
    APPRAISED: "điểm thẩm định không kể điểm cộng, điểm trừ",
    ON_TIME: "tỷ lệ nhiệm vụ đúng hạn",
    LOST: "số tiêu chí bị mất điểm",
}


@dataclass(frozen=True, slots=True)
class TieKey:
    """One comparison: the code of a sub-score, what it is called, and whether the smaller number is better."""

    code: str
    label: str

    @property
    def fewer_is_better(self) -> bool:
        """Whether the unit with the smaller number goes first."""
        return self.code == LOST

    def sorting(self, number: Decimal) -> Decimal:
        """Return the number to sort by, larger first."""
        return -number if self.fewer_is_better else number

    def text(self, number: Decimal) -> str:
        """Return the number as it is printed in a reason: points and rates with two decimals, counts as they are."""
        return show(number) if self.code == LOST else points_text(number)


def tie_key(code: str, names: Mapping[str, str] | None = None) -> TieKey:
    """Return the comparison a code stands for; areas are called by `names`, else by their code."""
    return TieKey(code, _NAMES.get(code) or (names or {}).get(code, code))


def read_tie_order(data: object, area_codes: Collection[str]) -> tuple[str, ...]:
    """Return a tie order read from JSON, or raise RuleError naming the entry that is unknown or stands twice."""
    if not isinstance(data, list | tuple):
        raise RuleError("Thứ tự phân định phải là một danh sách.", field="tie_order")
    for place, code in enumerate(data):
        if code not in _NAMES and code not in area_codes:
            raise RuleError(f"Thứ tự phân định nêu lĩnh vực “{code}” không có.", field="tie_order")
        if code in data[:place]:
            raise RuleError(f"Thứ tự phân định nêu “{code}” hai lần.", field="tie_order")
    return tuple(data)


def tie_sentence(tie_order: Sequence[str], names: Mapping[str, str], *, style: str = "competition") -> str:
    """Return the rule for equal indices in Vietnamese, to be printed under the table.

    `names` holds the areas' names by code; `style` is how the rank after a shared one counts.
    """
    after = {
        "competition": "hạng tiếp theo tính cả số đơn vị đồng hạng (1, 1, 3)",
        "dense": "hạng tiếp theo là số liền sau (1, 1, 2)",
    }[style]
    equal = f"xếp đồng hạng; {after}."
    if not tie_order:
        return f"Đơn vị bằng chỉ số được {equal}"
    special = any(code in _NAMES for code in tie_order)
    order = "; ".join(_spoken(code, names, special=special) for code in tie_order)
    what = "theo thứ tự" if special else "điểm lĩnh vực theo thứ tự"
    return f"Đơn vị bằng chỉ số được so tiếp {what}: {order}. Nếu vẫn bằng nhau thì {equal}"


def _spoken(code: str, names: Mapping[str, str], *, special: bool) -> str:
    if code == LOST:
        return f"{_NAMES[code]} ít hơn xếp trên"
    if code in _NAMES:
        return f"{_NAMES[code]} cao hơn xếp trên"
    name = f"{code}. {names[code]}" if code in names else code
    return f"điểm lĩnh vực {name}" if special else name
