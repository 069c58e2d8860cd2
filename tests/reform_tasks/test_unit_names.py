"""Whom a cell of the plan names."""

import pytest

from reform_tasks.unit_names import LATER, NOBODY, Directory, Resolved, UnitName, resolve_units, suggest_units

UNITS = (
    UnitName(1, "Văn phòng HĐND và UBND", "Văn phòng", "VP", "division", ("VP HĐND&UBND xã",)),
    UnitName(2, "Phòng Văn hóa - Xã hội", "P. VH-XH", "VHXH", "division"),
    UnitName(3, "Phòng Kinh tế", "P. Kinh tế", "KT", "division"),
    UnitName(4, "Trung tâm Phục vụ hành chính công", "TT PVHCC", "PVHCC", "division"),
    UnitName(5, "Công an xã", "Công an", "CA", "armed_forces"),
    UnitName(6, "Trạm Y tế xã", "Trạm Y tế", "TYT", "health"),
    UnitName(7, "Trường Mầm non Ninh Giang", "MN Ninh Giang", "MN", "school"),
    UnitName(8, "Trường Tiểu học Ninh Giang", "TH Ninh Giang", "TH", "school"),
)
ALL = tuple(unit.id for unit in UNITS)


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("", Resolved()),
        ("Phòng Kinh tế", Resolved((3,))),
        ("PHÒNG  KINH TẾ xã", Resolved((3,))),
        ("phòng Văn hoá – Xã hội", Resolved((2,))),
        ("P. VH-XH", Resolved((2,))),
        ("VHXH", Resolved((2,))),
        ("Văn phòng HĐND và UBND", Resolved((1,))),
        ("Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã", Resolved((1,))),
        ("VP HĐND & UBND", Resolved((1,))),
        ("Trung tâm PVHCC", Resolved((4,))),
        ("Trạm Y tế", Resolved((6,))),
        ("Công an", Resolved((5,))),
        ("Phòng Kinh tế; Phòng Văn hóa - Xã hội; Văn phòng HĐND và UBND", Resolved((3, 2, 1))),
        ("Phòng Kinh tế, Công an xã", Resolved((3, 5))),
        ("Phòng Kinh tế và Công an xã", Resolved((3, 5))),
        ("Văn phòng HĐND và UBND và Công an xã", Resolved((1, 5))),
        ("- Phòng Kinh tế\n- Công an xã.", Resolved((3, 5))),
        ("Phòng Kinh tế; P. Kinh tế", Resolved((3,))),
        ("TTPVHCC", Resolved((4,))),
        ("TT-PVHCC", Resolved((4,))),
        ("TTPVHCC xã", Resolved((4,))),
        ("Phòng Kinh tế/Công an xã", Resolved((3, 5))),
        ("P. VH-XH - Công an xã", Resolved((2, 5))),
        ("Phòng Kinh tế + TYT", Resolved((3, 6))),
        ("Các cơ quan, đơn vị", Resolved(ALL, all_units=True)),
        ("các cơ quan,đơn vị thuộc xã", Resolved(ALL, all_units=True)),
        ("Tất cả các cơ quan, đơn vị", Resolved(ALL, all_units=True)),
        ("Các trường học", Resolved((7, 8), all_schools=True)),
        ("Các trường học; Trạm Y tế xã", Resolved((7, 8, 6), all_schools=True)),
        ("Phòng Kinh tế, các cơ quan, đơn vị", Resolved((3, 1, 2, 4, 5, 6, 7, 8), all_units=True)),
        ("Đơn vị được kiểm tra", Resolved(named_later="Đơn vị được kiểm tra")),
        ("Các cơ quan, đơn vị có liên quan", Resolved(named_later="Các cơ quan, đơn vị có liên quan")),
        ("Phòng Kinh tế; các đơn vị liên quan", Resolved((3,), named_later="các đơn vị liên quan")),
        ("Phòng Kin tế", Resolved(unknown=("Phòng Kin tế",))),
        ("Phòng Kinh tế, Sở Nội vụ, Công an xã", Resolved((3, 5), unknown=("Sở Nội vụ",))),
        ("Sở Tài chính và Đầu tư", Resolved(unknown=("Sở Tài chính và Đầu tư",))),
        ("Sở Nội vụ, Sở Y tế", Resolved(unknown=("Sở Nội vụ", "Sở Y tế"))),
    ],
)
def test_names_are_resolved(text: str, resolved: Resolved) -> None:
    assert resolve_units(text, UNITS) == resolved


def test_what_a_person_said_of_a_name_counts_first() -> None:
    taught = {"phong kinh te": 5, "to cong tac": LATER, "so noi vu": NOBODY}
    directory = Directory(UNITS, taught)
    assert [directory.resolve(text) for text in ("Phòng Kinh tế", "Tổ công tác, Trạm Y tế", "Sở Nội vụ; TYT")] == [
        Resolved((5,)),
        Resolved((6,), named_later="Tổ công tác"),
        Resolved((6,)),
    ]


def test_a_name_two_units_share_is_not_guessed() -> None:
    units = (UnitName(1, "Trường A", "Trường", "A", "school"), UnitName(2, "Trường B", "Trường", "B", "school"))
    assert resolve_units("Trường", units) == Resolved(unknown=("Trường",))
    assert resolve_units("Trường B", units) == Resolved((2,))


@pytest.mark.parametrize(
    ("name", "suggested"),
    [("Phòng Kin tế", [3]), ("Trường mầm non", [7]), ("Sở Giao thông vận tải", [])],
)
def test_suggestions_for_unknown_names(name: str, suggested: list[int]) -> None:
    assert suggest_units(name, UNITS, 1) == suggested
