"""Names of the sheets, rows and columns of a criteria set's workbook, and what kind of value each holds."""

from collections.abc import Mapping

from emulation.enums import LatePolicy, NodeKind, RankStyle, ValueSource
from emulation.rule_fields import RULE_NAMES
from units.enums import UnitTrait

HEADING, ROWS, BANDS, HEADS, VETOES = "Bộ tiêu chí", "Tiêu chí", "Xếp loại", "Người đứng đầu", "Khống chế"
SHEETS = (HEADING, ROWS, BANDS, HEADS, VETOES)
ITEM, CONTENT = "Mục", "Nội dung"
YES, NO = "có", "không"

FIELDS = {
    "Mã": "code",
    "Tên": "name",
    "Năm": "year",
    "Bộ mẫu": "is_sample",
    "Căn cứ": "legal_basis",
    "Điểm cộng nhiều nhất": "bonus_max",
    "Điểm trừ nhiều nhất": "penalty_max",
    "Thứ tự phân định": "tie_order",
    "Cách đếm hạng": "rank_style",
    "Số lẻ của chỉ số": "index_decimals",
    "Phiếu không nộp đúng hạn": "late_policy",
    "Điểm trừ mỗi ngày nộp chậm": "late_points",
    "Điểm trừ nộp chậm nhiều nhất": "late_points_max",
    "Số ngày làm việc để kiến nghị": "appeal_working_days",
}
COLUMNS = {
    "Mã": "code",
    "Thuộc dòng": "parent",
    "Loại": "kind",
    "Tên": "name",
    "Điểm tối đa": "max_points",
    "Cách chấm": "rule_kind",
    "Tham số": "rule_params",
    "Nguồn số liệu": "source",
    "Điều kiện áp dụng": "requires_trait",
    "Khối áp dụng": "blocks",
    "Đơn vị áp dụng": "units",
    "Đơn vị thẩm định": "appraiser",
    "Cần minh chứng": "evidence_required",
    "Cần ghi cách tính": "explanation_required",
    "Tiêu chí bổ sung": "added",
    "Căn cứ": "legal_basis",
    "Hướng dẫn": "guidance",
}
# Columns that say how a row is scored: an area, which is the sum of its criteria, has none of them.
SCORING_COLUMNS = (
    "rule_kind",
    "rule_params",
    "source",
    "appraiser",
    "evidence_required",
    "explanation_required",
    "added",
)
CHOICES: dict[str, Mapping[str, str]] = {
    "kind": {one.value: str(one.label) for one in NodeKind},
    "rule_kind": RULE_NAMES,
    "source": {one.value: str(one.label) for one in ValueSource},
    "requires_trait": {one.value: str(one.label) for one in UnitTrait},
    "rank_style": {one.value: str(one.label) for one in RankStyle},
    "late_policy": {one.value: str(one.label) for one in LatePolicy},
}
# What an empty cell means, for the choices that may be left out.
EMPTY_CHOICE = {"requires_trait": "", "source": ValueSource.PERSON.value, "rule_kind": ""}
FLAGS = frozenset({"evidence_required", "explanation_required", "added", "is_sample"})
LISTS = frozenset({"blocks", "units", "tie_order"})
NUMBERS = frozenset({"max_points", "bonus_max", "penalty_max", "late_points", "late_points_max"})
WHOLE = frozenset({"year", "index_decimals", "appeal_working_days"})
CODES = frozenset({"code", "parent", "appraiser", *LISTS})
LINES = frozenset({"guidance"})  # line breaks are kept; so they are in the heading's own legal basis
