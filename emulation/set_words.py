"""What a criteria set holds, in plain Vietnamese: grades of heads, vetoes, ties, one row with everything about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from emulation.enums import LatePolicy, NodeKind, RankStyle, ValueSource
from emulation.ranking import band_sentence
from emulation.ranking.ties import tie_key
from emulation.rule_fields import FIELDS, NO_CASE, RULE_NAMES, fact_choices, show_params
from emulation.rule_words import describe
from emulation.scoring import RuleError
from emulation.set_spec import AreaSpec, Placed, RowSpec, SetSpec
from ninhgiang.points import show
from units.enums import UnitTrait

LABELS = {
    "name": "tên",
    "year": "năm",
    "is_sample": "bộ mẫu",
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
    "order": "thứ tự",
    "kind": "loại",
    "max_points": "điểm tối đa",
    "rule": "cách chấm",
    "source": "nguồn số liệu",
    "requires_trait": "chỉ áp dụng cho đơn vị",
    "evidence_required": "cần minh chứng",
    "explanation_required": "cần ghi cách tính",
    "added": "tiêu chí bổ sung",
    "appraiser": "đơn vị thẩm định",
    "blocks": "khối áp dụng",
    "units": "đơn vị áp dụng",
    "guidance": "hướng dẫn",
}
EMPTY = "(trống)"
FIRST_APPRAISER = "Phòng Văn hóa - Xã hội"
_EVERYONE = "mọi đơn vị"
_ENUMS: dict[str, Mapping[str, str]] = {
    "rank_style": dict(RankStyle.choices),
    "late_policy": dict(LatePolicy.choices),
    "kind": dict(NodeKind.choices),
    "source": dict(ValueSource.choices),
    "requires_trait": dict(UnitTrait.choices),
}
_ABSENT = {"requires_trait": _EVERYONE, "blocks": _EVERYONE, "units": _EVERYONE, "appraiser": FIRST_APPRAISER}


# grades, heads, vetoes, ties


def head_sentences(mapping: Mapping[str, Any], bands: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return how the heads of units are graded, one sentence each; empty when a set does not grade them."""
    if not mapping:
        return []
    if mapping.get("by") == "index":
        return [f"Theo chỉ số của đơn vị: {bands_text(mapping.get('bands') or ())}"]
    names = {str(band.get("code")): band.get("name") for band in bands}
    return [
        f"Đơn vị xếp loại {names.get(str(level.get('grade')), level.get('grade'))}: người đứng đầu {level.get('name')}."
        for level in mapping.get("levels") or ()
    ]


def veto_sentences(
    conditions: Iterable[Mapping[str, Any]], bands: Iterable[Mapping[str, Any]], names: Mapping[str, str]
) -> list[str]:
    """Return each veto of a set as one sentence: when, and what follows. `names` are the rows' names by code."""
    grades = {str(band.get("code")): str(band.get("name")) for band in bands}
    return [f"{_when(one, names)}: {_effect(one, grades)}." for one in conditions]


def _when(condition: Mapping[str, Any], names: Mapping[str, str]) -> str:
    code = str(condition.get("code", ""))
    row = f"{code}. {names[code]}" if code in names else code
    below = f"{row} đạt dưới {str(condition.get('percent', '')).replace('.', ',')} % điểm tối đa"
    return {
        "area_below": f"Lĩnh vực {below}",
        "criterion_below": f"Tiêu chí {below}",
        "not_submitted": "Không nộp phiếu tự chấm điểm",
    }.get(str(condition.get("when")), str(condition.get("reason") or "Trường hợp do người thẩm định ghi").rstrip("."))


def _effect(condition: Mapping[str, Any], grades: Mapping[str, str]) -> str:
    grade = str(condition.get("grade", ""))
    return {
        "max_grade": f"xếp loại không quá {grades.get(grade, grade)}",
        "minus_grades": f"hạ {condition.get('steps', '')} bậc xếp loại",
        "out_of_ranking": "không xếp hạng",
        "no_award": "không xét khen thưởng",
    }.get(str(condition.get("effect")), EMPTY)


def bands_text(bands: Iterable[Mapping[str, Any]]) -> str:
    """Return bands as one sentence; bands that are not whole as they are written."""
    listed = [dict(one) for one in bands]
    try:
        return band_sentence(listed)
    except RuleError:
        ends = [
            f"{one.get('name')}: {'trên' if one.get('closed') is False else 'từ'} {one.get('lower')}" for one in listed
        ]
        return f"{'; '.join(ends)}."


def ties_text(order: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the order in which equal units are compared, as a list of what is compared."""
    areas = {code: f"điểm lĩnh vực {code}. {name}" for code, name in names.items()}
    return "; ".join(tie_key(code, areas).label for code in order)


# rows


def rule_text(row: RowSpec) -> str:
    """Return a row's rule as one sentence; a rule that does not work yet with all that is written of it."""
    if not row.rule_kind:
        return ""
    try:
        return describe(row.rule_kind, row.rule_params, row.max_points)
    except RuleError:
        return rule_fields_text(row)


def rule_fields_text(row: RowSpec) -> str:
    """Return a row's rule with every parameter as it is typed in the editor: nothing is left out."""
    if not row.rule_kind:
        return ""
    parts = [f"{label}: {text}" for label, text in rule_parts(row).items()]
    name = RULE_NAMES.get(row.rule_kind, row.rule_kind)
    return f"{name} ({'; '.join(parts)})" if parts else name


def rule_parts(row: RowSpec) -> dict[str, str]:
    """Return {label of a field: its text} of a row's rule, empty ones left out, lists with " / " between lines."""
    texts = show_params(row.rule_kind, row.rule_params)
    shown = {
        one.label: dict(one.choices).get(texts[one.name], " / ".join(texts[one.name].splitlines()))
        for one in FIELDS.get(row.rule_kind, ())
    }
    shown["không phát sinh"] = dict(NO_CASE)[texts["no_case"]] if texts["no_case"] in dict(NO_CASE[1:]) else ""
    shown["nguồn số liệu"] = dict(fact_choices(row.rule_kind)).get(texts["fact"], "") if texts["fact"] else ""
    return {label: text for label, text in shown.items() if text}


def value_text(name: str, value: Any, places: Mapping[str, str]) -> str:
    """Return one value of a row or a heading as people read it; `places` are the names of blocks and units by code."""
    if value in ("", (), None) and name in _ABSENT:
        return _ABSENT[name]
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Decimal):
        return show(value)
    if name in _ENUMS:
        return _ENUMS[name].get(str(value), str(value))
    if name in ("blocks", "units"):
        return ", ".join(places.get(code, code) for code in value)
    if name == "appraiser":
        return places.get(value, value)
    return str(value) if value not in ("", None) else EMPTY


def row_values(placed: Placed, places: Mapping[str, str]) -> dict[str, str]:
    """Return {name of a field (a key of LABELS): its text} of one row, its rule left out."""
    skipped = ("code", "children", "criteria", "rule_kind", "rule_params")
    given = {one.name: getattr(placed.row, one.name) for one in fields(placed.row) if one.name not in skipped}
    given |= {"kind": placed.kind, "parent": placed.parent}
    return {name: value_text(name, value, places) for name, value in given.items()}


def row_record(placed: Placed, places: Mapping[str, str]) -> str:
    """Return everything about a row as one line, to be kept in the log when the row is taken out."""
    row, values = placed.row, row_values(placed, places)
    plain = {**_ABSENT, **dict.fromkeys(LABELS, EMPTY)} | _ABSENT
    said = [
        f"{LABELS[name]} {values[name]}"
        for name in LABELS
        if name in values and name not in ("name", "kind") and values[name] not in (plain[name], "không")
    ]
    rule = rule_fields_text(row) if isinstance(row, RowSpec) else ""
    what = f"{values['kind']} {row.code} “{row.name}”: {'; '.join(said)}"
    return f"{what}; cách chấm {rule}" if rule else what


def row_names(spec: SetSpec) -> dict[str, str]:
    """Return the names of a set's rows by code."""
    return {placed.row.code: placed.row.name for placed in spec.nodes()}


def area_names(spec: SetSpec) -> dict[str, str]:
    """Return the names of a set's areas by code."""
    return {area.code: area.name for area in spec.areas if isinstance(area, AreaSpec)}
