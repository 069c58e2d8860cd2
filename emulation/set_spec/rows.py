"""Checks of single rows: code, name, texts, points, place in the tree, and the rule they are scored by."""

from __future__ import annotations

from decimal import Decimal

from emulation import scoring
from emulation.rule_fields import RULE_NAMES
from emulation.scoring import Formula, RuleError, Tiers
from ninhgiang.points import show

from .problem import MAX_NAME, MAX_POINTS, Problem, code_problem, is_points, text_problems
from .spec import RowSpec, SetSpec

FULL_MARKS = Decimal(100)
MAX_ROWS = 1000


def row_problems(spec: SetSpec) -> list[Problem]:
    found: list[Problem] = []
    depths: dict[str, int] = {}
    for placed in spec.nodes():
        row = placed.row
        if why := code_problem(row.code):
            found.append(Problem(why, row.code, "code"))
        if row.code in depths:
            found.append(Problem(f"Mã “{row.code}” bị trùng.", row.code, "code"))
        depths[row.code] = depths.get(placed.parent, 0) + 1 if placed.parent else 1
        if depths[row.code] == scoring.MAX_DEPTH + 1:
            found.append(Problem(f"Dòng {row.code} nằm sâu quá {scoring.MAX_DEPTH} cấp.", row.code, "parent"))
        if not row.name.strip() or len(row.name) > MAX_NAME:
            why = f"Dòng “{row.code}” phải có tên, không quá {MAX_NAME} ký tự."
            found.append(Problem(why, row.code, "name"))
        if not is_points(row.max_points) or not row.max_points:
            span = f"phải lớn hơn 0, không quá {show(MAX_POINTS)}, tối đa 2 chữ số thập phân."
            found.append(Problem(f"Điểm tối đa của dòng {row.code} {span}", row.code, "max_points"))
        texts = {name: getattr(row, name, "") for name in ("name", "legal_basis", "guidance", "rule_params")}
        found += text_problems(f"Dòng {row.code}", row.code, texts)
    if len(depths) > MAX_ROWS:
        found.append(Problem(f"Bộ tiêu chí có hơn {MAX_ROWS} dòng."))
    return found


def tree_problems(spec: SetSpec) -> list[Problem]:
    nodes = [
        scoring.Node(
            placed.row.code,
            placed.parent,
            placed.row.max_points,
            "criterion" if placed.kind == "area" else placed.kind,
            added=getattr(placed.row, "added", False),
        )
        for placed in spec.nodes()
    ]
    empty = [
        Problem(f"Lĩnh vực {area.code} chưa có tiêu chí nào.", area.code) for area in spec.areas if not area.criteria
    ]
    sums = scoring.tree_problems_by_row(nodes, full=FULL_MARKS)
    return [*empty, *(Problem(message, code, "max_points" if code else "") for code, message in sums)]


def rule_problems(spec: SetSpec, *, unfinished: bool) -> list[Problem]:
    found = []
    for placed in spec.nodes():
        row = placed.row
        if not isinstance(row, RowSpec):
            continue
        if row.children:
            if row.rule_kind:
                why = f"Tiêu chí {row.code}: có tiêu chí con nên không được có cách chấm riêng."
                found.append(Problem(why, row.code, "rule_kind"))
            continue
        if not is_points(row.max_points) or not row.max_points or (unfinished and not row.rule_kind):
            continue
        try:
            check_rule(row, placed.kind)
        except RuleError as error:
            field = error.field if error.field in ("rule_kind", "max_points") else "rule_params"
            part = error.field if field == "rule_params" else ""
            place = 0 if part == "formula" else error.position  # inside a formula it is no number in a list
            found.append(Problem(f"Tiêu chí {row.code}: {error.message}", row.code, field, part, place))
    return found


def check_rule(row: RowSpec, kind: str = "criterion") -> None:
    """Raise RuleError (naming the parameter) when a row's rule, maximum, source and kind do not go together.

    Refused as well is what can be scored, so that old scores are read, but that no new set should have: a key nobody
    reads, a formula that never gives points.
    """
    if not row.rule_kind:
        raise RuleError("Chưa có cách chấm.", field="rule_kind")
    rule = scoring.read_rule(row.rule_kind, row.rule_params, row.max_points)
    rule.check_items(row.rule_params)
    if isinstance(rule, Formula):
        scoring.check_formula(rule)
    if kind != "criterion" and rule.lowest < 0:
        raise RuleError("Điểm cộng, điểm trừ không được xuống dưới 0.", field="below_zero")
    if kind == "penalty" and rule.no_case == "full":
        raise RuleError("Không phát sinh thì không bị trừ điểm; hãy chọn 0 điểm khi không phát sinh.", field="no_case")
    if kind != "penalty" and isinstance(rule, Tiers) and (bands := rule.backwards()):
        way_out = "Nếu tỷ lệ thấp mới tốt, hãy chấm theo tỷ lệ ngược lại, ví dụ đúng hạn thay cho quá hạn."
        raise RuleError(f"Tỷ lệ cao hơn lại được ít điểm hơn ({bands}). {way_out}", field="tiers")
    _check_source(row)


def _check_source(row: RowSpec) -> None:
    fact = row.rule_params.get("fact")
    if row.source == "person" and fact is None:
        return
    if row.source != "tasks" or not isinstance(fact, str) or fact not in scoring.FACTS:
        raise RuleError("Nguồn tính từ nhiệm vụ phải nêu đúng một số liệu nhiệm vụ (fact).", field="fact")
    label, kinds = scoring.FACTS[fact]
    if row.rule_kind not in kinds or row.rule_params.get("input") == "percent" or "steps" in row.rule_params:
        name = RULE_NAMES[row.rule_kind]
        raise RuleError(f"Cách chấm “{name}” không dùng được số liệu “{label}”.", field="fact")
    if row.rule_params.get("no_case_full") is None and row.rule_params.get("no_case") is None:
        raise RuleError("Cần nêu điểm khi kỳ không có nhiệm vụ nào đến hạn (no_case_full).", field="no_case_full")
