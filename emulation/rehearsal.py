"""What a changed set would have made of a result that exists: who moves, and through which criteria.

Works on snapshots, with the functions that total, rank and grade; nothing is written. What the old inputs cannot tell
(a new criterion, a rule that asks for other numbers) is left out of the denominator and said.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.applicability import applies
from emulation.enums import LatePolicy, NodeKind, ValueSource
from emulation.ranking import read_veto
from emulation.ranking_snapshots import Card, ranking_snapshot
from emulation.scoring import RuleError, ValueProblem
from emulation.set_spec import EXTRA_CODE, AreaSpec, RowSpec, SetSpec
from emulation.snapshots import recompute_card, text

_RULES = ("tie_order", "rank_style", "index_decimals", "late_policy")
_POINTS = ("bonus_max", "penalty_max", "late_points", "late_points_max")
CHANGES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's index (percent), rank (None: out of the ranking) and grade."""

    index: Decimal
    rank: int | None
    grade_code: str
    grade_name: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One criterion whose points would be others, None where it would not count or did not."""

    code: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One unit before and after; `changes` are its criteria with the largest change of points."""

    unit: str
    block: str
    before: Place
    after: Place
    changes: list[RowChange]

    @property
    def rank_change(self) -> int:
        """Places won (positive) or lost; 0 where a rank is missing."""
        if self.before.rank is None or self.after.rank is None:
            return 0
        return self.before.rank - self.after.rank

    @property
    def places_lost(self) -> int:
        """Places lost, 0 when none."""
        return max(-self.rank_change, 0)

    @property
    def moves(self) -> bool:
        """Whether rank or grade would be another."""
        return self.before.rank != self.after.rank or self.before.grade_name != self.after.grade_name


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Every unit by block and new rank, and what could not be rehearsed, in Vietnamese."""

    units: list[Moved]
    notes: list[str]

    @property
    def rank_moves(self) -> int:
        """How many units would take another rank."""
        return sum(one.before.rank != one.after.rank for one in self.units)

    @property
    def grade_moves(self) -> int:
        """How many units would get another grade."""
        return sum(one.before.grade_name != one.after.grade_name for one in self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the snapshots do not hold: traits by a unit's code, and by scorecard id the points the other set would take
    off for handing in late."""

    traits: Mapping[str, Collection[str]] = field(default_factory=dict)
    late: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One scored row of the other set: its kind, the code of its area, and the rows above it."""

    row: RowSpec
    kind: str
    area: str
    path: tuple[AreaSpec | RowSpec, ...]


def rehearse(ranking: Mapping[str, Any], cards: Sequence[Card], spec: SetSpec, facts: Facts) -> Rehearsal:
    """Return what the ranking of these scorecards would be by another set; see `Facts` for what else that needs.

    A draft may be unfinished; what cannot be rehearsed of it is in the notes.
    """
    leaves = _leaves(spec)
    notes = _notes(cards, leaves)
    again = [_card(card, spec, leaves, facts, notes) for card in cards]
    entries = [entry for block in ranking["blocks"] for entry in block["entries"]]
    vetoes = {entry["scorecard_id"]: _vetoes(entry, spec, notes) for entry in entries}
    after = _entries(ranking_snapshot(ranking["round"], again, vetoes))
    before = _entries(ranking)
    units = [
        Moved(
            unit=entry["unit"]["name"],
            block=block,
            before=_place(before[key][1]),
            after=_place(entry),
            changes=_changes(old, new),
        )
        for (key, (block, entry)), old, new in _with_cards(after, cards, again)
    ]
    return Rehearsal(units, list(dict.fromkeys(notes)))


def _leaves(spec: SetSpec) -> dict[str, _Leaf]:
    paths: dict[str, tuple[AreaSpec | RowSpec, ...]] = {"": ()}
    found = {}
    for placed in spec.nodes():
        row = placed.row
        paths[row.code] = path = (*paths[placed.parent], row)
        if isinstance(row, RowSpec) and not row.children:
            area = path[0].code if placed.kind == NodeKind.CRITERION else EXTRA_CODE
            found[row.code] = _Leaf(row, placed.kind, area, path)
    return found


def _notes(cards: Sequence[Card], leaves: Mapping[str, Any]) -> list[str]:
    known = {row["code"] for card in cards for row in card["rows"]}
    new = [code for code in leaves if code not in known]
    gone = sorted(known - leaves.keys())
    found = []
    if new:
        found.append(f"Tiêu chí {', '.join(new)} chưa có số liệu trong đợt này nên không tính vào mẫu số.")
    if gone:
        found.append(f"Tiêu chí {', '.join(gone)} không còn trong bộ nên bỏ ra.")
    return found


def _card(card: Card, spec: SetSpec, leaves: Mapping[str, _Leaf], facts: Facts, notes: list[str]) -> dict[str, Any]:
    rules = dict(card["criteria_set"]) | {name: getattr(spec, name) for name in _RULES}
    rules |= {name: text(getattr(spec, name)) for name in _POINTS}
    rules |= {
        "tie_order": list(spec.tie_order),
        "bands": [dict(band) for band in spec.bands],
        "head_mapping": dict(spec.head_mapping),
        "veto_conditions": [dict(one) for one in spec.veto_conditions],
    }
    zeroed = card["submitted_at"] is None and _zeroed(card, spec, notes)
    rows = [
        new
        for row in card["rows"]
        if row["code"] in leaves
        and (new := _row(row, leaves[row["code"]], card, facts, notes, zeroed=zeroed)) is not None
    ]
    areas = [{"code": area.code, "name": area.name, "max_points": text(area.max_points)} for area in spec.areas]
    late = facts.late.get(card["scorecard_id"], Decimal(0))
    new = {"criteria_set": rules, "areas": areas, "rows": rows, "late_penalty": text(late)}
    return recompute_card(dict(card) | new)


def _zeroed(card: Card, spec: SetSpec, notes: list[str]) -> bool:
    """Tell whether the other set, unlike the one it was closed by, gives 0 to a scorecard never handed in."""
    if spec.late_policy == card["criteria_set"].get("late_policy", LatePolicy.AS_IS):
        return False
    if spec.late_policy == LatePolicy.AS_IS:
        name = card["unit"]["name"]
        notes.append(f"{name} không nộp phiếu và đã bị tính 0 điểm; số đã nhập không còn nên giữ 0 điểm.")
        return False
    return True


def _row(
    row: Mapping[str, Any], leaf: _Leaf, card: Card, facts: Facts, notes: list[str], *, zeroed: bool
) -> dict[str, Any] | None:
    """Return a row by the other set, None where the old result cannot tell what it would have earned.

    `zeroed`: the scorecard was never handed in, and the other set gives 0 for what the unit declared itself.
    """
    spec, unit = leaf.row, card["unit"]
    new = dict(row) | {
        "area": leaf.area,
        "kind": leaf.kind,
        "max_points": text(spec.max_points),
        "rule_kind": spec.rule_kind,
        "rule_params": dict(spec.rule_params),
    }
    if {one.code for one in leaf.path} & set(card["round"].get("skipped_areas", ())):
        return new
    traits = facts.traits.get(unit["code"], ())
    if not applies(leaf.path, unit=unit["code"], block=card["block"]["code"], traits=traits):
        return new | {"applicable": False}
    if zeroed and spec.source == ValueSource.PERSON and leaf.kind != NodeKind.PENALTY:
        return new | {"value": None, "points": text(Decimal(0)), "applicable": True}
    if row["value"] is None:
        if row["applicable"]:
            return new
        notes.append(f"Tiêu chí {row['code']} nay áp dụng cho {unit['name']} nhưng chưa có số liệu nên không tính.")
        return None
    try:
        scoring.score(spec.rule_kind, spec.rule_params, row["value"], spec.max_points)
    except (ValueProblem, RuleError):
        notes.append(f"Tiêu chí {row['code']}: số liệu cũ không dùng được với cách chấm mới nên bỏ ra ở một số đơn vị.")
        return None
    return new | {"applicable": scoring.counts_in(spec.rule_params, row["value"])}


def _vetoes(entry: Mapping[str, Any], spec: SetSpec, notes: list[str]) -> list[Mapping[str, Any]]:
    kept = []
    for veto in entry.get("set_vetoes", ()):
        try:
            read_veto(veto, [dict(band) for band in spec.bands])
        except RuleError:
            notes.append(f"Khống chế của {entry['unit']['name']} nêu mức xếp loại bộ mới không có nên bỏ ra.")
        else:
            kept.append(veto)
    return kept


def _entries(ranking: Mapping[str, Any]) -> dict[int, tuple[str, Mapping[str, Any]]]:
    return {entry["scorecard_id"]: (block["name"], entry) for block in ranking["blocks"] for entry in block["entries"]}


def _with_cards(
    after: Mapping[int, tuple[str, Mapping[str, Any]]], cards: Sequence[Card], again: Sequence[Card]
) -> list[tuple[tuple[int, tuple[str, Mapping[str, Any]]], Card, Card]]:
    old = {card["scorecard_id"]: card for card in cards}
    new = {card["scorecard_id"]: card for card in again}
    return [((key, entry), old[key], new[key]) for key, entry in after.items()]


def _place(entry: Mapping[str, Any]) -> Place:
    return Place(Decimal(entry["index"]), entry["rank"], entry["grade_code"], entry["grade_name"])


def _changes(old: Card, new: Card) -> list[RowChange]:
    before, after = _counted(old), _counted(new)
    found = [
        RowChange(code, before.get(code), after.get(code))
        for code in {**before, **after}
        if before.get(code) != after.get(code)
    ]
    found.sort(key=lambda one: (-abs((one.before or Decimal(0)) - (one.after or Decimal(0))), one.code))
    return found[:CHANGES_SHOWN]


def _counted(card: Card) -> dict[str, Decimal]:
    return {
        row["code"]: Decimal(row["points"]) for row in card["rows"] if row["applicable"] and row["points"] is not None
    }
