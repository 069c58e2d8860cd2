"""The units a commune normally has after the two-level reform, as data: for the demo and for a new installation.

Law on organising local government 2025 and Nghị định 150/2025/NĐ-CP: Văn phòng HĐND và UBND, Phòng Kinh tế, Phòng
Văn hóa - Xã hội, Trung tâm Phục vụ hành chính công; the public-service, health, school and armed units beside them.
"""

from dataclasses import dataclass

from units.enums import UnitKind, UnitTrait


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """Khối: `code` is a slug."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """Một đơn vị: `aliases` are other names people write for it; `officer` is what its staff are called."""

    code: str
    name: str
    short_name: str
    kind: str
    block: str
    head_title: str
    aliases: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    officer: str = "Công chức"


_OFFICES, _SERVICES, _FORCES = "khoi-1", "khoi-2", "khoi-3"

BLOCKS = (
    BlockPlan(_OFFICES, "Khối phòng, đơn vị hành chính"),
    BlockPlan(_SERVICES, "Khối đơn vị sự nghiệp, trường học"),
    BlockPlan(_FORCES, "Khối lực lượng vũ trang"),
)

_PROCEDURES = (UnitTrait.PROCEDURES.value,)

OFFICES = (
    UnitPlan(
        "VP",
        "Văn phòng HĐND và UBND",
        "Văn phòng",
        UnitKind.DIVISION,
        _OFFICES,
        "Chánh Văn phòng",
        ("VP HĐND&UBND", "VP HĐND và UBND", "Văn phòng HĐND-UBND", "Văn phòng UBND", "Văn phòng UBND xã")
        + ("Văn phòng Hội đồng nhân dân và Ủy ban nhân dân", "Văn phòng HĐND và UBND xã"),
        _PROCEDURES,
    ),
    UnitPlan(
        "KT",
        "Phòng Kinh tế",
        "Phòng Kinh tế",
        UnitKind.DIVISION,
        _OFFICES,
        "Trưởng phòng",
        ("P. Kinh tế", "P.KT", "Phòng KT", "Phòng Kinh tế xã"),
        (UnitTrait.PROCEDURES.value, UnitTrait.INVESTMENT.value),
    ),
    UnitPlan(
        "VHXH",
        "Phòng Văn hóa - Xã hội",
        "Phòng VHXH",
        UnitKind.DIVISION,
        _OFFICES,
        "Trưởng phòng",
        ("P. VH-XH", "Phòng VH-XH", "P.VHXH", "Phòng Văn hóa và Xã hội", "Phòng Văn hóa Xã hội", "Phòng Văn hóa"),
        _PROCEDURES,
    ),
    UnitPlan(
        "HCC",
        "Trung tâm Phục vụ hành chính công",
        "Trung tâm PVHCC",
        UnitKind.DIVISION,
        _OFFICES,
        "Giám đốc",
        ("TT PVHCC", "TTPVHCC", "TTHCC", "Trung tâm HCC", "Trung tâm Hành chính công", "TT Phục vụ hành chính công")
        + ("Trung tâm Phục vụ hành chính công xã",),
        _PROCEDURES,
    ),
)
SERVICES = (
    UnitPlan(
        "DVSNC",
        "Trung tâm Dịch vụ sự nghiệp công",
        "Trung tâm DVSNC",
        UnitKind.PUBLIC_SERVICE,
        _SERVICES,
        "Giám đốc",
        ("TTDVSNC", "TT DVSNC", "Trung tâm Cung ứng dịch vụ sự nghiệp công", "Trung tâm Dịch vụ sự nghiệp công xã")
        + ("TT Dịch vụ sự nghiệp công",),
        officer="Viên chức",
    ),
)
FORCES = (
    UnitPlan(
        "CA",
        "Công an xã",
        "Công an xã",
        UnitKind.ARMED_FORCES,
        _FORCES,
        "Trưởng Công an xã",
        ("Công an", "CA xã", "CAX"),
        _PROCEDURES,
        officer="Cán bộ",
    ),
    UnitPlan(
        "QS",
        "Ban Chỉ huy Quân sự xã",
        "Ban CHQS xã",
        UnitKind.ARMED_FORCES,
        _FORCES,
        "Chỉ huy trưởng",
        ("BCHQS xã", "BCH Quân sự xã", "BCH QS xã", "Ban CHQS", "Ban Chỉ huy Quân sự", "Quân sự xã"),
        officer="Cán bộ",
    ),
)
HEALTH = (
    UnitPlan(
        "TYT",
        "Trạm Y tế xã",
        "Trạm Y tế",
        UnitKind.HEALTH,
        _SERVICES,
        "Trưởng trạm",
        ("TYT xã", "TYT", "Trạm Y tế cấp xã"),
        officer="Viên chức",
    ),
)


def school(code: str, name: str, *aliases: str) -> UnitPlan:
    """Return the plan of one school; its short name drops the word "Trường"."""
    short = name.removeprefix("Trường ")
    return UnitPlan(code, name, short, UnitKind.SCHOOL, _SERVICES, "Hiệu trưởng", aliases, officer="Viên chức")


STANDARD_UNITS = (*OFFICES, *SERVICES, *FORCES, *HEALTH)
