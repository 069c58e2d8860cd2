"""Changes of one row as pure functions, what differs between two sets in words, and a set as plain data and back."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.sample_set import SAMPLE_SET
from emulation.set_data import set_data, set_from
from emulation.set_differences import differences_of
from emulation.set_editing import (
    add_row,
    change_row,
    digest_of,
    digest_of_tree,
    find_row,
    move_row,
    parents_for,
    place_row,
    remove_row,
)
from emulation.set_spec import RowSpec
from emulation.set_words import row_record
from ninhgiang.errors import DomainError
from tests.emulation.small_sets import deep


def codes(spec):
    return [placed.row.code for placed in spec.nodes()]


@given(st.sampled_from([row.code for row in SAMPLE_SET.rows()]), st.sampled_from([-1, 1]))
def test_moving_there_and_back_changes_nothing(code, by):
    moved = move_row(SAMPLE_SET, code, by)
    assert sorted(codes(moved)) == sorted(codes(SAMPLE_SET))
    if moved != SAMPLE_SET:
        assert move_row(moved, code, -by) == SAMPLE_SET


def test_a_row_is_changed_added_and_removed_where_it_stands():
    leaf = next(iter(SAMPLE_SET.rows()))
    changed = change_row(SAMPLE_SET, leaf.code, replace(leaf, name="Tên mới"))
    assert find_row(changed, leaf.code).row.name == "Tên mới"
    assert codes(changed) == codes(SAMPLE_SET)
    child = RowSpec(code="x.1", name="Con", max_points=Decimal(1), rule_kind="free")
    grown = add_row(SAMPLE_SET, "criterion", leaf.code, child)
    assert find_row(grown, "x.1").parent == leaf.code
    assert find_row(grown, leaf.code).row.rule_kind == ""
    assert codes(remove_row(grown, "x.1")) == codes(SAMPLE_SET)
    with pytest.raises(DomainError, match="đã dùng"):
        add_row(SAMPLE_SET, "criterion", leaf.code, replace(child, code=leaf.code))
    with pytest.raises(DomainError, match="không còn dòng"):
        change_row(SAMPLE_SET, "không có", replace(leaf, code="mới"))


def test_the_tree_is_five_deep_at_most():
    spec, parent = SAMPLE_SET, SAMPLE_SET.areas[0].criteria[0].code
    while find_row(spec, parent).row.children:
        parent = find_row(spec, parent).row.children[0].code

    def child(depth):
        return RowSpec(code=f"sau{depth}", name="Sâu", max_points=Decimal(1), rule_kind="free")

    for depth in range(3):
        spec, parent = add_row(spec, "criterion", parent, child(depth)), child(depth).code
    with pytest.raises(DomainError, match="sâu nhất 5 cấp"):
        add_row(spec, "criterion", parent, child(9))


def test_a_new_code_is_followed_by_the_tie_order_and_a_named_row_stays():
    area = SAMPLE_SET.areas[0]
    spec = replace(SAMPLE_SET, tie_order=(area.code,))
    renamed = change_row(spec, area.code, replace(area, code="Z"))
    assert renamed.tie_order == ("Z",)
    assert renamed.areas[0].criteria == area.criteria
    with pytest.raises(DomainError, match="thứ tự phân định"):
        remove_row(spec, area.code)
    veto = ({"when": "criterion_below", "code": area.criteria[0].code, "percent": "10", "effect": "no_award"},)
    with pytest.raises(DomainError, match="khống chế"):
        remove_row(replace(SAMPLE_SET, tie_order=(), veto_conditions=veto), area.code)


# below another row


def test_a_row_is_placed_below_another_with_all_that_stands_below_it():
    moved = place_row(SAMPLE_SET, "2.1", "I")
    assert [one.code for one in moved.areas[0].criteria][-1] == "2.1"
    assert [one.code for one in moved.areas[1].criteria] == ["2.2"]
    assert place_row(SAMPLE_SET, "2.1", "II") == SAMPLE_SET
    group = place_row(deep(), "2.1.1.a", "2.1")
    assert [one.row.code for one in group.nodes()][-5:] == ["2.1.1.b", "2.1.1.a", "2.1.1.a1", "2.1.1.a2", "2.2"]


@pytest.mark.parametrize(
    ("code", "parent", "why"),
    [
        ("2.1", "2.1.1", "trong chính nó"),
        ("1.1", "2.1.1.a1", "sâu nhất 5 cấp"),
        ("2.1", "I", ""),
        ("1.1", "khong-co", "không còn dòng"),
    ],
)
def test_where_a_row_cannot_stand(code, parent, why):
    if not why:
        assert find_row(place_row(deep(), code, parent), code).parent == parent
        return
    with pytest.raises(DomainError, match=why) as refused:
        place_row(deep(), code, parent)
    assert refused.value.field == "parent"


def test_offered_as_parents_are_areas_and_groups_that_lose_nothing():
    offered = [one.code for one in parents_for(deep())]
    assert offered == ["I", "II", "2.1", "2.1.1", "2.1.1.a"]
    assert [one.code for one in parents_for(deep(), find_row(deep(), "2.1.1").row)] == ["I", "II", "2.1"]


def test_a_criterion_beyond_the_frame_takes_no_rows():
    spec = change_row(deep(), "2.2", replace(find_row(deep(), "2.2").row, rule_kind="", rule_params={}, added=True))
    with pytest.raises(DomainError, match=r"Tiêu chí bổ sung 2\.2 không được có dòng con"):
        add_row(spec, "criterion", "2.2", RowSpec(code="2.2.1", name="Con", max_points=Decimal(1)))
    assert "2.2" not in {one.code for one in parents_for(spec)}


# marks


def test_the_mark_of_a_row_sees_its_own_content_and_place_that_of_a_tree_all_below():
    spec = deep()
    area, leaf = find_row(spec, "II"), find_row(spec, "2.2")
    renamed = change_row(spec, "2.2", replace(leaf.row, name="Khác"))
    assert digest_of(find_row(renamed, "II")) == digest_of(area)
    assert digest_of_tree(find_row(renamed, "II")) != digest_of_tree(area)
    assert digest_of(find_row(renamed, "2.2")) != digest_of(leaf)
    assert digest_of(find_row(place_row(spec, "2.2", "I"), "2.2")) != digest_of(leaf)


# differences in words


def sentences(before, after, places=None):
    return [one.sentence for one in differences_of(before, after, places)]


def changed(code, **changes):
    return change_row(SAMPLE_SET, code, replace(find_row(SAMPLE_SET, code).row, **changes))


TIES = (
    "điểm lĩnh vực III. Cải cách thủ tục hành chính; điểm lĩnh vực I. Công tác chỉ đạo, điều hành cải cách hành chính"
)
BANDS = "Xuất sắc: từ 90; Tốt: từ 80 đến dưới 90; Khá: từ 65 đến dưới 80; Trung bình: từ 50 đến dưới 65; Yếu: dưới 50."
TWO_BANDS = (
    {"code": "a", "name": "Đạt", "lower": "50", "closed": False},
    {"code": "b", "name": "Không", "lower": "0"},
)
LEVELS = {"by": "grade", "levels": [{"grade": "tot", "code": "ht", "name": "Hoàn thành tốt"}]}


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        (
            {"rank_style": "dense"},
            "cách đếm hạng từ “Hạng sau tính cả số đơn vị đồng hạng (1, 1, 3)”",
            "Hạng sau liền kề (1, 1, 2)",
        ),
        (
            {"late_policy": "zero"},
            "xử lý phiếu nộp chậm từ “Chốt theo dữ liệu đang có; tiêu chí bỏ trống tính 0 điểm”",
            "Đơn vị không nộp phiếu: các tiêu chí đơn vị tự khai tính 0 điểm",
        ),
        (
            {"tie_order": ("II", "@lost")},
            f"thứ tự phân định từ “{TIES}”",
            "điểm lĩnh vực II. Cải cách thể chế; số tiêu chí bị mất điểm",
        ),
        ({"bands": TWO_BANDS}, f"mức xếp loại từ “{BANDS}”", "Đạt: trên 50; Không: đến 50."),
        (
            {"head_mapping": LEVELS},
            "xếp loại người đứng đầu từ “(trống)”",
            "Đơn vị xếp loại Tốt: người đứng đầu Hoàn thành tốt.",
        ),
    ],
)
def test_changes_of_the_heading_are_told_in_words(changes, before, after):
    assert sentences(SAMPLE_SET, replace(SAMPLE_SET, **changes)) == [f"Bộ tiêu chí: {before} thành “{after}”."]


def test_each_veto_that_comes_or_goes_is_told():
    late = {"when": "not_submitted", "effect": "max_grade", "grade": "kha"}
    with_it = replace(SAMPLE_SET, veto_conditions=(late,))
    said = "trường hợp khống chế “Không nộp phiếu tự chấm điểm: xếp loại không quá Khá.”."
    assert sentences(SAMPLE_SET, with_it) == [f"Bộ tiêu chí: thêm {said}"]
    assert sentences(with_it, SAMPLE_SET) == [f"Bộ tiêu chí: bỏ {said}"]


POSTED = "Niêm yết đầy đủ, kịp thời: 3 điểm; Còn thiếu hoặc chậm cập nhật: 0 điểm."
THREE = "Có cả hai quy chế: 2 điểm; Có một quy chế: 1 điểm; Không có: 0 điểm."


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("1.1", {"requires_trait": "procedures"},
         "chỉ áp dụng cho đơn vị từ “mọi đơn vị” thành “Có giải quyết thủ tục hành chính”"),
        ("1.1", {"blocks": ("khoi-1",)}, "khối áp dụng từ “mọi đơn vị” thành “Khối phòng”"),
        ("1.1", {"appraiser": "CA"}, "đơn vị thẩm định từ “Phòng Văn hóa - Xã hội” thành “Công an xã”"),
        ("1.3", {"rule_params": dict(find_row(SAMPLE_SET, "1.3").row.rule_params, floor="85")},
         "Sàn (%) từ “80” thành “85”"),
        ("3.3", {"rule_kind": "free", "rule_params": {}},
         f"cách chấm từ “{POSTED}” thành “Chấm trực tiếp từ 0 đến 3 điểm, mỗi bước 0,25.”"),
        ("6.2", {"rule_params": {"options": find_row(SAMPLE_SET, "6.2").row.rule_params["options"][::2]}},
         f"cách chấm từ “{THREE}” thành “Có cả hai quy chế: 2 điểm; Không có: 0 điểm.”"),
        ("7.6", {"rule_params": dict(find_row(SAMPLE_SET, "7.6").row.rule_params, numerator_label="Số hồ sơ")},
         "Tên tử số từ “Số hồ sơ công việc xử lý trên mạng” thành “Số hồ sơ”"),
        ("1.1", {"evidence_required": False}, "cần minh chứng từ “có” thành “không”"),
    ],
)  # fmt: skip
def test_changes_of_a_row_are_told_in_words(code, changes, said):
    names = {"khoi-1": "Khối phòng", "CA": "Công an xã"}
    assert sentences(SAMPLE_SET, changed(code, **changes), names) == [f"Dòng {code}: {said}."]


def test_a_change_of_order_is_told_once_for_each_row_that_moved():
    moved = move_row(move_row(SAMPLE_SET, "1.1", 1), "1.1", 1)
    assert sentences(SAMPLE_SET, moved) == ["Dòng 1.1: thứ tự từ “đứng đầu” thành “sau dòng 1.3”."]
    assert sentences(SAMPLE_SET, move_row(SAMPLE_SET, "II", -1)) in (
        ["Dòng I: thứ tự từ “đứng đầu” thành “sau dòng II”."],
        ["Dòng II: thứ tự từ “sau dòng I” thành “đứng đầu”."],
    )
    assert sentences(SAMPLE_SET, place_row(SAMPLE_SET, "2.1", "I")) == ["Dòng 2.1: thuộc dòng từ “II” thành “I”."]


@given(st.permutations(range(6)))
def test_moved_rows_taken_out_leave_the_others_in_order(order):
    row = next(iter(SAMPLE_SET.rows()))
    rows = [replace(row, code=f"d{number}") for number in range(6)]
    spec = replace(SAMPLE_SET, bonuses=tuple(rows), bonus_max=Decimal(6))
    after = replace(spec, bonuses=tuple(rows[number] for number in order))
    moved = {one.code for one in differences_of(spec, after)}
    left = [one.code for one in after.bonuses if one.code not in moved]
    assert left == sorted(left)
    assert bool(moved) == (list(order) != sorted(order))


def test_the_record_of_a_row_leaves_nothing_out():
    assert row_record(find_row(SAMPLE_SET, "1.3"), {}).split("; ") == [
        "Tiêu chí 1.3 “Tỷ lệ nhiệm vụ được giao hoàn thành đúng thời hạn”: thuộc dòng I",
        "điểm tối đa 5",
        "nguồn số liệu Tính từ nhiệm vụ",
        "hướng dẫn Điểm bằng tỷ lệ nhân điểm tối đa",
        "dưới 80 % không tính điểm. Hệ thống tính từ ngày nộp báo cáo.",
        "cách chấm Tỷ lệ nhân điểm tối đa, dưới sàn 0 điểm (Sàn (%): 80",
        "Đơn vị đếm: nhiệm vụ đúng hạn",
        "Tên tử số: Số nhiệm vụ hoàn thành đúng hạn",
        "Tên mẫu số: Số nhiệm vụ đến hạn trong kỳ",
        "không phát sinh: Không phát sinh: tính điểm tối đa",
        "nguồn số liệu: Tính từ nhiệm vụ: tỷ lệ nhiệm vụ hoàn thành đúng hạn)",
    ]


# data


@pytest.mark.parametrize("spec", [SAMPLE_SET, deep()], ids=["sample", "deep"])
def test_a_set_is_carried_as_json_without_loss(spec):
    assert set_from(json.loads(json.dumps(set_data(spec)))) == spec
