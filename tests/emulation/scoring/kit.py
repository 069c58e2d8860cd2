"""Parameters the tests of scoring share."""

from decimal import Decimal

FOUR = Decimal(4)
OPTIONS = [{"code": "a", "label": "A", "points": "4"}, {"code": "b", "label": "B", "points": "1.5"}]
LEVELS = [
    {"code": "a", "label": "Hoàn thành xuất sắc", "percent": "100"},
    {"code": "b", "label": "Hoàn thành tốt", "percent": "75"},
    {"code": "c", "label": "Hoàn thành", "percent": "50"},
    {"code": "d", "label": "Vi phạm", "percent": "0"},
]
TIERS = [
    {"lower": "90", "closed": False, "points": "4"},
    {"lower": "70", "points": "1.5"},
    {"lower": "0", "points": "0"},
]
RATE = {
    "input": "ratio",
    "noun": "đạt yêu cầu",
    "numerator_label": "Số đạt yêu cầu",
    "denominator_label": "Tổng số",
    "decimals": 0,
}
STEPS = [{"code": "x", "label": "lỗi", "points": "0.5"}, {"code": "y", "label": "lỗi nặng", "points": "2"}]
