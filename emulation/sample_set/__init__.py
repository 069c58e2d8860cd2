"""The sample criteria set (bộ tiêu chí mẫu): our own, built from rule kinds seen in real sets; no real document.

Follows scoring.md 2.8; bands and tie order follow emulation.md 13. Shown as a sample on every screen and paper.
"""

from decimal import Decimal

from emulation.set_spec import SetSpec

from .extras import BONUSES, PENALTIES
from .leadership import INSTITUTIONS, LEADERSHIP
from .one_stop import DIGITAL, ONE_STOP
from .organisation import CIVIL_SERVICE, FINANCE, ORGANISATION

SAMPLE_SET = SetSpec(
    code="mau-2026",
    name="Bộ tiêu chí MẪU chấm điểm cải cách hành chính các cơ quan, đơn vị năm 2026",
    year=2026,
    areas=(LEADERSHIP, INSTITUTIONS, ONE_STOP, ORGANISATION, CIVIL_SERVICE, FINANCE, DIGITAL),
    bonuses=BONUSES,
    penalties=PENALTIES,
    bonus_max=Decimal(3),
    penalty_max=Decimal(5),
    bands=(
        {"code": "xuat_sac", "name": "Xuất sắc", "lower": "90"},
        {"code": "tot", "name": "Tốt", "lower": "80"},
        {"code": "kha", "name": "Khá", "lower": "65"},
        {"code": "trung_binh", "name": "Trung bình", "lower": "50"},
        {"code": "yeu", "name": "Yếu", "lower": "0"},
    ),
    tie_order=("III", "I"),
    is_sample=True,
)

__all__ = ["SAMPLE_SET"]
