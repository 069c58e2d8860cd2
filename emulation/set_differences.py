"""What differs between two criteria sets: shown beside the set a copy came from, kept when a draft is replaced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from emulation.set_spec import SetSpec
from ninhgiang.points import show

LABELS = {
    "name": "tên",
    "year": "năm",
    "legal_basis": "căn cứ",
    "bonus_max": "điểm cộng nhiều nhất",
    "penalty_max": "điểm trừ nhiều nhất",
    "bands": "mức xếp loại",
    "tie_order": "thứ tự phân định",
    "rank_style": "cách đếm hạng",
    "head_mapping": "xếp loại người đứng đầu",
    "veto_conditions": "trường hợp khống chế",
    "index_decimals": "số lẻ của chỉ số",
    "late_policy": "xử lý phiếu nộp chậm",
    "late_points": "điểm trừ mỗi ngày nộp chậm",
    "late_points_max": "điểm trừ nộp chậm nhiều nhất",
    "appeal_working_days": "số ngày làm việc để kiến nghị",
    "parent": "thuộc dòng",
    "kind": "loại",
    "max_points": "điểm tối đa",
    "rule_kind": "cách chấm",
    "rule_params": "tham số cách chấm",
    "source": "nguồn số liệu",
    "requires_trait": "điều kiện áp dụng",
    "evidence_required": "cần minh chứng",
    "explanation_required": "cần ghi cách tính",
    "added": "tiêu chí bổ sung",
    "appraiser": "đơn vị thẩm định",
    "blocks": "khối áp dụng",
    "units": "đơn vị áp dụng",
    "guidance": "hướng dẫn",
}
_SKIPPED = frozenset({"code", "areas", "bonuses", "penalties", "is_sample", "decision_number"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `code` "" is the set's heading; `what` is "added", "removed" or "changed"."""

    code: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        """The change in Vietnamese."""
        place = f"Dòng {self.code}" if self.code else "Bộ tiêu chí"
        if self.what == "added":
            return f"{place}: thêm mới “{self.after}”."
        if self.what == "removed":
            return f"{place}: bỏ “{self.before}”."
        return f"{place}: {LABELS[self.field]} từ “{self.before}” thành “{self.after}”."


def differences_of(before: SetSpec, after: SetSpec) -> list[Change]:
    """Return what differs, the heading first, then rows in the order of the later set, removed rows last."""
    heading = {one.name for one in fields(SetSpec)} - _SKIPPED
    found = _changed(
        "", {name: getattr(before, name) for name in heading}, {name: getattr(after, name) for name in heading}
    )
    old, new = _rows(before), _rows(after)
    for code, row in new.items():
        found += _changed(code, old[code], row) if code in old else [Change(code, "added", after=row["name"])]
    found += [Change(code, "removed", before=row["name"]) for code, row in old.items() if code not in new]
    return found


def _rows(spec: SetSpec) -> dict[str, dict[str, Any]]:
    rows = {}
    for placed in spec.nodes():
        names = [one.name for one in fields(placed.row) if one.name not in ("code", "children", "criteria")]
        rows[placed.row.code] = {
            **{name: getattr(placed.row, name) for name in names},
            "kind": placed.kind,
            "parent": placed.parent,
        }
    return rows


def _changed(code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    order = list(LABELS)
    names = sorted({*before, *after}, key=order.index)
    return [
        Change(code, "changed", name, _text(before.get(name)), _text(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Decimal):
        return show(value)
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or "(trống)"
    if isinstance(value, Mapping | tuple | list):
        return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True) if value else "(trống)"
    return str(value) if value not in ("", None) else "(trống)"


def _plain(value: Mapping[str, Any] | tuple[Any, ...] | list[Any]) -> Any:
    return (
        dict(value) if isinstance(value, Mapping) else [dict(one) if isinstance(one, Mapping) else one for one in value]
    )
