"""What differs between two criteria sets: shown beside the set a copy came from, kept when a draft is replaced."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from emulation.rule_fields import FIELDS
from emulation.set_spec import Placed, RowSpec, SetSpec
from emulation.set_words import (
    EMPTY,
    LABELS,
    area_names,
    bands_text,
    head_sentences,
    row_names,
    row_values,
    rule_parts,
    rule_text,
    ties_text,
    value_text,
    veto_sentences,
)

_SKIPPED = frozenset({"code", "areas", "bonuses", "penalties", "decision_number"})
_LISTED = ("bands", "tie_order", "head_mapping", "veto_conditions")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `code` "" is the set's heading; `what` is "added", "removed" or "changed".

    `field` is a key of set_words.LABELS, or the label of one parameter of a rule; "" for a whole row.
    """

    code: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        """The change in Vietnamese."""
        place = f"Dòng {self.code}" if self.code else "Bộ tiêu chí"
        label = LABELS.get(self.field, self.field)
        what = f" {label}" if label else " mới"
        if self.what == "added":
            return f"{place}: thêm{what} “{self.after}”."
        if self.what == "removed":
            return f"{place}: bỏ{what if label else ''} “{self.before}”."
        return f"{place}: {label} từ “{self.before or EMPTY}” thành “{self.after or EMPTY}”."


def differences_of(before: SetSpec, after: SetSpec, places: Mapping[str, str] | None = None) -> list[Change]:
    """Return what differs: the heading, rows in the order of the later set, removed rows, then what changed its place.

    `places` are the names of blocks and units by code; without them their codes stand.
    """
    known = places or {}
    old, new = _by_code(before), _by_code(after)
    found = _heading_changes(before, after)
    for code, placed in new.items():
        if code in old:
            found += _row_changes(old[code], placed, known)
        else:
            found.append(Change(code, "added", after=placed.row.name))
    found += [Change(code, "removed", before=placed.row.name) for code, placed in old.items() if code not in new]
    return found + _moves(before, after)


def _by_code(spec: SetSpec) -> dict[str, Placed]:
    return {placed.row.code: placed for placed in spec.nodes()}


def _heading_changes(before: SetSpec, after: SetSpec) -> list[Change]:
    names = {one.name for one in fields(SetSpec)} - _SKIPPED - set(_LISTED)
    found = [
        Change("", "changed", name, value_text(name, old, {}), value_text(name, new, {}))
        for name in LABELS
        if name in names and (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    texts = (
        ("bands", bands_text(before.bands), bands_text(after.bands)),
        ("tie_order", _ties(before), _ties(after)),
        ("head_mapping", " ".join(_heads(before)), " ".join(_heads(after))),
    )
    found += [Change("", "changed", name, old, new) for name, old, new in texts if old != new]
    old_vetoes, new_vetoes = _vetoes(before), _vetoes(after)
    found += [Change("", "removed", "veto_conditions", before=one) for one in old_vetoes if one not in new_vetoes]
    return found + [Change("", "added", "veto_conditions", after=one) for one in new_vetoes if one not in old_vetoes]


def _ties(spec: SetSpec) -> str:
    return ties_text(spec.tie_order, area_names(spec))


def _heads(spec: SetSpec) -> list[str]:
    return head_sentences(spec.head_mapping, spec.bands)


def _vetoes(spec: SetSpec) -> list[str]:
    return veto_sentences(spec.veto_conditions, spec.bands, row_names(spec))


def _row_changes(before: Placed, after: Placed, places: Mapping[str, str]) -> list[Change]:
    code, old, new = after.row.code, row_values(before, places), row_values(after, places)
    rules = _rule_changes(code, before.row, after.row)
    if rules:  # the source is part of the rule's sentence
        old.pop("source", None)
        new.pop("source", None)
    told = [
        Change(code, "changed", name, old.get(name, ""), new.get(name, ""))
        for name in LABELS
        if old.get(name, EMPTY) != new.get(name, EMPTY)
    ]
    return [*told, *rules]


def _rule_changes(code: str, before: object, after: object) -> list[Change]:
    if not isinstance(before, RowSpec) or not isinstance(after, RowSpec):
        return []
    if (before.rule_kind, before.rule_params) == (after.rule_kind, after.rule_params):
        return []
    was, now = rule_parts(before), rule_parts(after)
    changed = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    lists = {one.label for one in FIELDS.get(after.rule_kind, ()) if one.columns}
    if before.rule_kind != after.rule_kind or not lists.isdisjoint(changed):
        return [Change(code, "changed", "rule", rule_text(before), rule_text(after))]
    return [Change(code, "changed", name, was.get(name, ""), now.get(name, "")) for name in changed]


def _moves(before: SetSpec, after: SetSpec) -> list[Change]:
    old, new = _siblings(before), _siblings(after)
    found = []
    for group, codes in new.items():
        was = old.get(group, [])
        both = [code for code in codes if code in set(was)]
        staying = _longest_rising([was.index(code) for code in both])
        found += [
            Change(code, "changed", "order", _place(was, code), _place(codes, code))
            for place, code in enumerate(both)
            if place not in staying
        ]
    return found


def _siblings(spec: SetSpec) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for placed in spec.nodes():
        groups.setdefault((placed.kind, placed.parent), []).append(placed.row.code)
    return groups


def _place(codes: list[str], code: str) -> str:
    at = codes.index(code)
    return f"sau dòng {codes[at - 1]}" if at else "đứng đầu"


def _longest_rising(numbers: Iterable[int]) -> set[int]:
    """Return the places of a longest rising part: what need not be moved to put the rest in order."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tops, number)
        tops[at : at + 1] = [number]
        last[at : at + 1] = [place]
        before.append(last[at - 1] if at else -1)
    found, place = set(), last[-1] if last else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found
