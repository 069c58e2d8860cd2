"""Is a criteria set whole: every check in one list, each problem with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from emulation.ranking import STYLES, read_tie_order, validate_bands, validate_condition, validate_head_mapping
from emulation.scoring import RuleError
from ninhgiang.points import show

from .problem import MAX_POINTS, Problem, is_points, text_problems
from .rows import row_problems, rule_problems, tree_problems
from .spec import Placed, RowSpec, SetSpec

MAX_SET_CODE, MAX_SET_NAME, MAX_SET_BASIS = 40, 300, 2000
FIRST_YEAR, LAST_YEAR = 2000, 2100
_SET_CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlaces:
    """Codes of the blocks and units an issuer has."""

    blocks: frozenset[str]
    units: frozenset[str]


def problems_of(spec: SetSpec) -> list[str]:
    """Return what is wrong with a set, in Vietnamese, each naming the row; empty when it can be issued."""
    return [one.message for one in problems_in(spec)]


def draft_problems(spec: SetSpec) -> list[str]:
    """Return what not even a draft may have, in Vietnamese: see problems_in."""
    return [one.message for one in problems_in(spec, unfinished=True)]


def problems_in(spec: SetSpec, *, unfinished: bool = False) -> list[Problem]:
    """Return what is wrong with a set, each with its place; empty when it can be issued.

    `unfinished`: only what not even a draft may have: codes, names, texts and numbers that cannot be stored, a rule
    that cannot work, bands, vetoes. What is left for a draft to be unfinished in: maxima that do not add up, rows
    without a rule, caps of bonus and penalty. Nothing is issued with any problem.
    """
    rows = row_problems(spec)
    found = [*_heading_problems(spec), *rows]
    if not unfinished and not rows:
        found += tree_problems(spec)
    found += rule_problems(spec, unfinished=unfinished)
    if not unfinished:
        found += _cap_problems(spec)
    return [*found, *_order_and_grade_problems(spec)]


def place_problems(spec: SetSpec, known: KnownPlaces) -> list[Problem]:
    """Return a problem for each block, unit and appraiser a row names that the issuer does not have."""
    found = []
    for placed in spec.nodes():
        row = placed.row
        appraiser = getattr(row, "appraiser", "")
        for name, what, codes, there in (
            ("blocks", "khối", row.blocks, known.blocks),
            ("units", "đơn vị", row.units, known.units),
            ("appraiser", "đơn vị", (appraiser,) if appraiser else (), known.units),
        ):
            found += [
                Problem(f"Tiêu chí {row.code}: không có {what} “{code}”.", row.code, name)
                for code in codes
                if code not in there
            ]
    return found


def _heading_problems(spec: SetSpec) -> list[Problem]:
    found = []
    if not _SET_CODE.fullmatch(spec.code):
        why = f"Mã bộ tiêu chí chỉ gồm chữ không dấu, số, gạch nối; từ 1 đến {MAX_SET_CODE} ký tự."
        found.append(Problem(why, field="code"))
    if not spec.name.strip() or len(spec.name) > MAX_SET_NAME:
        found.append(Problem(f"Bộ tiêu chí phải có tên, không quá {MAX_SET_NAME} ký tự.", field="name"))
    if not FIRST_YEAR <= spec.year <= LAST_YEAR:
        found.append(Problem(f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.", field="year"))
    if len(spec.legal_basis) > MAX_SET_BASIS:
        found.append(Problem(f"Căn cứ không quá {MAX_SET_BASIS} ký tự.", field="legal_basis"))
    found += [
        Problem(f"{what} {_SPAN}", field=name)
        for name, what in _HEADING_POINTS.items()
        if not is_points(getattr(spec, name))
    ]
    texts = ("name", "legal_basis", "bands", "head_mapping", "veto_conditions", "tie_order")
    return [*found, *text_problems("Bộ tiêu chí", "", {name: getattr(spec, name) for name in texts})]


_HEADING_POINTS = {
    "bonus_max": "Điểm cộng nhiều nhất",
    "penalty_max": "Điểm trừ nhiều nhất",
    "late_points": "Điểm trừ mỗi ngày nộp chậm",
    "late_points_max": "Điểm trừ nộp chậm nhiều nhất",
}
_SPAN = f"phải từ 0 đến {show(MAX_POINTS)}, tối đa 2 chữ số thập phân."


def _cap_problems(spec: SetSpec) -> list[Problem]:
    return [
        Problem(f"Mức tối đa của điểm {name} phải lớn hơn 0 khi và chỉ khi có dòng điểm {name}.", field=cap)
        for name, rows, cap in (("cộng", spec.bonuses, "bonus_max"), ("trừ", spec.penalties, "penalty_max"))
        if bool(rows) != (getattr(spec, cap) > 0)
    ]


def _order_and_grade_problems(spec: SetSpec) -> list[Problem]:
    """Check tie order, bands, heads, vetoes, numbers; heads and vetoes name grades, so they wait for right bands."""
    bands = [dict(band) for band in spec.bands]
    areas = {area.code for area in spec.areas}
    found = _told("tie_order", lambda: read_tie_order(spec.tie_order, areas))
    wrong_bands = _told("bands", lambda: validate_bands(bands))
    found += wrong_bands
    if spec.head_mapping and (not wrong_bands or spec.head_mapping.get("by") != "grade"):
        found += _told("head_mapping", lambda: validate_head_mapping(spec.head_mapping, bands))
    kinds = {placed.row.code: _veto_kind(placed) for placed in spec.nodes()}
    for place, condition in enumerate(spec.veto_conditions, start=1):
        check = partial(validate_condition, condition, None if wrong_bands else bands, kinds)
        found += _told("veto_conditions", check, place)
    return [*found, *_number_problems(spec)]


def _told(name: str, check: Callable[[], object], place: int = 0) -> list[Problem]:
    """Return the problem a check raises, at an attribute of the set."""
    try:
        check()
    except RuleError as error:
        return [Problem(error.message, field=name, part=error.field, place=place or error.position)]
    return []


def _veto_kind(placed: Placed) -> str:
    grouped = isinstance(placed.row, RowSpec) and bool(placed.row.children)
    return "group" if grouped else placed.kind


def _number_problems(spec: SetSpec) -> list[Problem]:
    wrong = {
        "rank_style": (spec.rank_style not in STYLES, f"Không có cách đếm hạng “{spec.rank_style}”."),
        "index_decimals": (spec.index_decimals not in (2, 3, 4), "Số lẻ của chỉ số chỉ nhận 2, 3 hoặc 4."),
        "late_points_max": (
            spec.late_points_max < spec.late_points,
            "Điểm trừ nộp chậm phải từ 0, mức trừ nhiều nhất không nhỏ hơn một ngày.",
        ),
        "appeal_working_days": (
            not 1 <= spec.appeal_working_days <= 30,
            "Số ngày làm việc để kiến nghị phải từ 1 đến 30.",
        ),
        "late_policy": (
            spec.late_policy not in ("as_is", "zero"),
            f"Không có cách xử lý phiếu nộp chậm “{spec.late_policy}”.",
        ),
    }
    return [Problem(message, field=name) for name, (is_wrong, message) in wrong.items() if is_wrong]
