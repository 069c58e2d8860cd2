"""Grades by bands, what vetoes leave of them, and the head's own grade."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulation.ranking import (
    Grade,
    Veto,
    apply_vetoes,
    band_sentence,
    grade,
    head_grade,
    read_veto,
    validate_bands,
    validate_head_mapping,
    vetoes_met,
)
from emulation.scoring import AreaTotal, RuleError

FIVE = [
    {"code": "xs", "name": "Xuất sắc", "lower": "90"},
    {"code": "tot", "name": "Tốt", "lower": "80"},
    {"code": "kha", "name": "Khá", "lower": "70"},
    {"code": "tb", "name": "Trung bình", "lower": "50"},
    {"code": "yeu", "name": "Yếu", "lower": "0"},
]
TAY_NINH = [
    {"code": "tot", "name": "Tốt", "lower": "80", "closed": False, "upper": "100", "upper_closed": True},
    {"code": "kha", "name": "Khá", "lower": "65", "upper": "80", "upper_closed": True},
    {"code": "tb", "name": "Trung bình", "lower": "60", "upper": "65", "upper_closed": False},
    {"code": "kem", "name": "Kém", "lower": "0"},
]
GRADES = {band["code"]: grade(Decimal(band["lower"]), FIVE) for band in FIVE}


@pytest.mark.parametrize(
    ("index", "code"),
    [
        ("99.28", "tot"),
        ("80.01", "tot"),
        ("80", "kha"),
        ("76.61", "kha"),
        ("63.40", "tb"),
        ("55.27", "kem"),
        ("0", "kem"),
    ],
)
def test_open_and_closed_ends(index, code):
    assert grade(Decimal(index), TAY_NINH).code == code


@pytest.mark.parametrize(
    ("index", "name"),
    [
        ("90.96", "Xuất sắc"),
        ("83.61", "Tốt"),
        ("80.1", "Tốt"),
        ("83.8", "Tốt"),
        ("90.29", "Xuất sắc"),
        ("69.37", "Trung bình"),
    ],
)
def test_published_results_of_766(index, name):
    assert grade(Decimal(index), FIVE).name == name


def test_grades_compare_what_is_printed():
    assert grade(Decimal("89.995"), FIVE).code == "xs"
    assert grade(Decimal("89.995"), FIVE, decimals=3).code == "tot"
    assert grade(Decimal("89.95"), FIVE, decimals=1).code == "xs"
    assert grade(Decimal("80.004"), TAY_NINH).code == "kha"
    assert grade(Decimal(102), FIVE).code == "xs"
    assert grade(Decimal(0), FIVE) == Grade("yeu", "Yếu", Decimal(0), closed=True)
    with pytest.raises(ValueError, match=r"^index below 0: -1$"):
        grade(Decimal(-1), FIVE)


def test_bands_in_words():
    assert band_sentence(FIVE) == (
        "Xuất sắc: từ 90; Tốt: từ 80 đến dưới 90; Khá: từ 70 đến dưới 80; Trung bình: từ 50 đến dưới 70; Yếu: dưới 50."
    )
    assert band_sentence(TAY_NINH) == "Tốt: trên 80; Khá: từ 65 đến 80; Trung bình: từ 60 đến dưới 65; Kém: dưới 60."
    assert (
        band_sentence([{"code": "a", "name": "A", "lower": 50, "closed": False}, FIVE[4]]) == "A: trên 50; Yếu: đến 50."
    )
    assert band_sentence([FIVE[4]]) == "Yếu: từ 0."
    middle = {"code": "b", "name": "B", "lower": "50.5", "closed": False}
    assert band_sentence([FIVE[0], middle, FIVE[4]]) == "Xuất sắc: từ 90; B: trên 50,5 đến dưới 90; Yếu: đến 50,5."


def bands(place, **changes):
    return [band | changes if number == place else band for number, band in enumerate(FIVE)]


END = "hãy ghi rõ cận nào đóng, cận nào mở."
ORDER = "Các mức xếp loại phải xếp từ cao xuống thấp, cận dưới không trùng nhau."
LAST = "Mức xếp loại cuối cùng phải bắt đầu từ 0 để phủ kín từ 0 đến 100."


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        (None, "bands", "Bộ tiêu chí chưa có mức xếp loại nào."),
        ([], "bands", "Bộ tiêu chí chưa có mức xếp loại nào."),
        (["x"], "bands", "Bộ tiêu chí chưa có mức xếp loại nào."),
        (bands(1, code="xs"), "bands", "Mã hoặc tên mức xếp loại bị trùng."),
        (bands(1, name="Khá"), "bands", "Mã hoặc tên mức xếp loại bị trùng."),
        (bands(1, lower="90"), "bands", ORDER),
        (bands(1, lower="95"), "bands", ORDER),
        (bands(1, lower="90", closed=False), "bands", ORDER),
        (FIVE[:4], "bands", LAST),
        (bands(4, closed=False), "bands", LAST),
        (
            bands(0, lower="100", closed=False),
            "bands",
            "Không có chỉ số nào trên 100: mức xếp loại đầu phải gồm cả 100.",
        ),
        (bands(0, lower="100.5"), "lower", "Tham số “lower” là tỷ lệ phần trăm, không được quá 100."),
        (bands(0, lower="x"), "lower", "Tham số “lower” phải là một số không âm."),
        (bands(0, closed="no"), "closed", "Tham số “closed” chỉ nhận đúng hoặc sai."),
        (bands(0, name=""), "name", "Tham số “name” phải là chữ, không quá 160 ký tự."),
        (bands(0, code=None), "code", "Tham số “code” phải là chữ, không quá 160 ký tự."),
        (bands(1, upper="89"), "bands", "Có khoảng hở hoặc chồng lấn giữa các mức xếp loại tại 90."),
        (bands(0, upper="99"), "bands", "Có khoảng hở hoặc chồng lấn giữa các mức xếp loại tại 100."),
        (bands(1, upper_closed=True), "bands", f"Chỉ số đúng 90 thuộc cả hai mức liền nhau; {END}"),
        (bands(0, upper_closed=False), "bands", f"Chỉ số đúng 100 không thuộc mức nào; {END}"),
        (
            [TAY_NINH[0], TAY_NINH[1] | {"upper_closed": False}, *TAY_NINH[2:]],
            "bands",
            f"Chỉ số đúng 80 không thuộc mức nào; {END}",
        ),
    ],
)
def test_wrong_bands_are_named(data, field, message):
    with pytest.raises(RuleError) as problem:
        validate_bands(data)
    assert (problem.value.field, problem.value.message) == (field, message)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (bands(1, lower="90"), 2),
        (bands(3, lower="70", closed=True), 4),
        (FIVE[:4], 4),
        (bands(4, closed=False), 5),
        (bands(0, lower="100", closed=False), 1),
        (bands(3, name=""), 4),
        (bands(1, upper="89"), 2),
        (bands(2, upper_closed=True), 3),
        (bands(4, colour="red"), 5),
        (bands(2, code="x" * 31), 3),
    ],
)
def test_the_place_of_a_wrong_band_is_told(data, place):
    with pytest.raises(RuleError) as problem:
        validate_bands(data)
    assert problem.value.position == place


LONG_CODE = f"Mã mức xếp loại “{'x' * 31}” dài quá 30 ký tự."
LONG_NAME = f"Tên mức xếp loại “{'x' * 61}” dài quá 60 ký tự."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": 1, "colour": 1}, "có mục lạ “colour”."),
        ({"code": "x" * 31}, LONG_CODE),
        ({"name": "x" * 61}, LONG_NAME),
    ],
)
def test_what_a_grade_cannot_store_is_refused(changes, message):
    levels = [level | changes if place == 1 else level for place, level in enumerate(LEVELS["levels"])]
    for check, field in (
        (lambda: validate_bands(bands(1, **changes)), "bands"),
        (lambda: validate_head_mapping(LEVELS | {"levels": levels}, FIVE), "levels"),
    ):
        with pytest.raises(RuleError) as problem:
            check()
        assert problem.value.message.endswith(message)
        assert (problem.value.field, problem.value.position) == (field, 2)


def test_a_grade_as_long_as_is_stored_passes():
    validate_bands(bands(1, code="x" * 30, name="y" * 60))


@pytest.mark.parametrize(
    ("changes", "name"), [({"levels": [], "zeal": 1}, "levels"), ({"by": "grade", "colour": 1}, "bands")]
)
def test_a_mapping_says_nothing_nobody_reads(changes, name):
    with pytest.raises(RuleError) as problem:
        validate_head_mapping(HEADS | changes, FIVE)
    assert problem.value.field == name
    assert problem.value.message == f"Xếp loại người đứng đầu có mục lạ “{name}”."


def test_bands_may_end_at_one_hundred_or_part_a_limit():
    validate_bands([{"code": "a", "name": "A", "lower": 100}, FIVE[4]])
    validate_bands([{"code": "a", "name": "A", "lower": 0, "closed": False}, FIVE[4]])


CAP = Veto("max_grade", "bị kỷ luật vì nhũng nhiễu", grade="kha", decision_number="12/QĐ-UBND")
DOWN = Veto("minus_grades", "nộp phiếu chậm", steps=1)
DOWN_TWO = Veto("minus_grades", "số liệu sai", steps=2)
OUT = Veto("out_of_ranking", "không nộp phiếu")
NO_AWARD = Veto("no_award", "có đơn tố cáo đúng")


TWICE_DOWN = (
    "Xếp loại Xuất sắc → Trung bình: hạ bậc xếp loại 1 bậc vì nộp phiếu chậm; hạ bậc xếp loại 2 bậc vì số liệu sai."
)


@pytest.mark.parametrize(
    ("original", "vetoes", "final", "text"),
    [
        ("xs", [], "xs", "Xếp loại Xuất sắc."),
        (
            "xs",
            [CAP],
            "kha",
            "Xếp loại Xuất sắc → Khá: xếp loại không quá Khá vì bị kỷ luật vì nhũng nhiễu (Quyết định số 12/QĐ-UBND).",
        ),
        (
            "tb",
            [CAP],
            "tb",
            "Xếp loại Trung bình: xếp loại không quá Khá vì bị kỷ luật vì nhũng nhiễu (Quyết định số 12/QĐ-UBND).",
        ),
        ("xs", [DOWN], "tot", "Xếp loại Xuất sắc → Tốt: hạ bậc xếp loại 1 bậc vì nộp phiếu chậm."),
        (
            "xs",
            [DOWN, DOWN_TWO],
            "tb",
            TWICE_DOWN,
        ),
        ("tb", [DOWN_TWO], "yeu", "Xếp loại Trung bình → Yếu: hạ bậc xếp loại 2 bậc vì số liệu sai."),
        ("yeu", [DOWN], "yeu", "Xếp loại Yếu: hạ bậc xếp loại 1 bậc vì nộp phiếu chậm."),
        (
            "tot",
            [OUT, NO_AWARD],
            "tot",
            "Xếp loại Tốt: không xếp hạng vì không nộp phiếu; không xét khen thưởng vì có đơn tố cáo đúng.",
        ),
    ],
)
def test_what_vetoes_leave(original, vetoes, final, text):
    result = apply_vetoes(GRADES[original], FIVE, vetoes)
    assert (result.original.code, result.final.code, result.explanation) == (original, final, text)
    assert result.lowered == (original != final)
    assert (result.ranked, result.award_allowed) == (OUT not in vetoes, NO_AWARD not in vetoes)


def test_the_lowest_of_caps_and_steps_holds():
    low = Veto("max_grade", "điểm liệt", grade="tb")
    assert apply_vetoes(GRADES["xs"], FIVE, [CAP, low]).final.code == "tb"
    assert apply_vetoes(GRADES["xs"], FIVE, [CAP, DOWN]).final.code == "kha"
    assert apply_vetoes(GRADES["kha"], FIVE, [CAP, DOWN]).final.code == "tb"


VETOES = st.lists(
    st.sampled_from([CAP, DOWN, DOWN_TWO, OUT, NO_AWARD, Veto("max_grade", "a", grade="tot"), Veto("no_award", "b")]),
    max_size=5,
)


@given(VETOES, st.sampled_from(sorted(GRADES)), st.randoms(use_true_random=False))
def test_vetoes_never_raise_a_grade_and_their_order_never_matters(vetoes, code, random):
    codes = [band["code"] for band in FIVE]
    result = apply_vetoes(GRADES[code], FIVE, vetoes)
    assert apply_vetoes(GRADES[code], FIVE, random.sample(vetoes, len(vetoes))) == result
    assert codes.index(result.final.code) >= codes.index(code)
    one_more = apply_vetoes(GRADES[code], FIVE, [*vetoes, DOWN])
    assert codes.index(one_more.final.code) >= codes.index(result.final.code)


@pytest.mark.parametrize(
    ("data", "veto"),
    [
        (
            {"effect": "max_grade", "grade": "kha", "reason": CAP.reason, "decision_number": " 12/QĐ-UBND "},
            CAP,
        ),
        ({"effect": "minus_grades", "steps": "2", "reason": "số liệu sai", "decision_number": ""}, DOWN_TWO),
        ({"effect": "minus_grades", "steps": 4, "reason": "x"}, Veto("minus_grades", "x", steps=4)),
        ({"effect": "out_of_ranking", "reason": "không nộp phiếu"}, OUT),
        ({"effect": "no_award", "reason": "có đơn tố cáo đúng"}, NO_AWARD),
        ({"effect": "no_award", "reason": "x" * 300}, Veto("no_award", "x" * 300)),
    ],
)
def test_vetoes_are_read_from_json(data, veto):
    assert read_veto(data, FIVE) == veto


REASON = "Phải nêu lý do của trường hợp khống chế, không quá 300 ký tự."
EFFECTS = "“max_grade”, “minus_grades”, “out_of_ranking”, “no_award”"


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "effect", "Chưa nêu hệ quả của trường hợp khống chế."),
        ({"effect": "x"}, "effect", f"Tham số “effect” chỉ nhận một trong các giá trị: {EFFECTS}."),
        ({"effect": "no_award"}, "reason", REASON),
        ({"effect": "no_award", "reason": " "}, "reason", REASON),
        ({"effect": "no_award", "reason": ["x"]}, "reason", REASON),
        ({"effect": "no_award", "reason": "x" * 301}, "reason", REASON),
        (
            {"effect": "no_award", "reason": "x", "decision_number": 5},
            "decision_number",
            "Tham số “decision_number” phải là chữ, không quá 160 ký tự.",
        ),
        ({"effect": "max_grade", "reason": "x"}, "grade", "Tham số “grade” phải là chữ, không quá 160 ký tự."),
        ({"effect": "max_grade", "reason": "x", "grade": "z"}, "grade", "Không có mức xếp loại “z”."),
        ({"effect": "minus_grades", "reason": "x"}, "steps", "Tham số “steps” phải là một số không âm."),
        ({"effect": "minus_grades", "reason": "x", "steps": 0}, "steps", "Số bậc bị hạ phải từ 1 đến 4."),
        ({"effect": "minus_grades", "reason": "x", "steps": 5}, "steps", "Số bậc bị hạ phải từ 1 đến 4."),
    ],
)
def test_wrong_vetoes_are_named(data, field, message):
    with pytest.raises(RuleError) as problem:
        read_veto(data, FIVE)
    assert (problem.value.field, problem.value.message) == (field, message)


AREAS = {"I": AreaTotal(Decimal(10), Decimal(20), 0), "III": AreaTotal(Decimal("12.49"), Decimal(25), 0)}
CRITERIA = {"3.1": (Decimal("7.2"), Decimal(8)), "3.2": (Decimal(0), Decimal(0))}


def met(*conditions, submitted=True):
    return vetoes_met(conditions, FIVE, areas=AREAS, criteria=CRITERIA, submitted=submitted)


def condition(when, **more):
    return {"when": when, "effect": "minus_grades", "steps": 1} | more


@pytest.mark.parametrize(
    ("given_condition", "reason"),
    [
        (
            condition("area_below", code="III", percent=50),
            "lĩnh vực III đạt 12,49/25,00 điểm = 49,96 %, dưới 50 %",
        ),
        (condition("area_below", code="I", percent=50), None),
        (condition("area_below", code="I", percent="50.5"), "lĩnh vực I đạt 10,00/20,00 điểm = 50,00 %, dưới 50,5 %"),
        (condition("area_below", code="IX", percent=50), None),
        (condition("criterion_below", code="3.1", percent=95), "tiêu chí 3.1 đạt 7,20/8,00 điểm = 90,00 %, dưới 95 %"),
        (condition("criterion_below", code="3.1", percent=90), None),
        (condition("criterion_below", code="3.2", percent=95), None),
        (condition("criterion_below", code="3.9", percent=95), None),
        (condition("not_submitted"), None),
        (condition("manual", reason="x"), None),
    ],
)
def test_conditions_a_set_applies_by_itself(given_condition, reason):
    assert met(given_condition) == ([] if reason is None else [Veto("minus_grades", reason, steps=1)])


def test_a_unit_that_did_not_submit():
    given_condition = {"when": "not_submitted", "effect": "max_grade", "grade": "tb"}
    assert met(given_condition, submitted=False) == [
        Veto("max_grade", "đơn vị không nộp phiếu tự chấm điểm", grade="tb")
    ]
    assert met(given_condition, condition("area_below", code="III", percent=60)) == [
        Veto("minus_grades", "lĩnh vực III đạt 12,49/25,00 điểm = 49,96 %, dưới 60 %", steps=1)
    ]


def test_wrong_conditions_are_named():
    for wrong, field in (
        (condition("sometimes"), "when"),
        (condition("area_below", percent=50), "code"),
        (condition("area_below", code="I", percent=101), "percent"),
    ):
        with pytest.raises(RuleError) as problem:
            met(wrong)
        assert problem.value.field == field


HEADS = {
    "by": "index",
    "bands": [
        {"code": "htxs", "name": "Hoàn thành xuất sắc nhiệm vụ", "lower": "85"},
        {"code": "htt", "name": "Hoàn thành tốt nhiệm vụ", "lower": "0"},
    ],
}
LEVELS = {
    "by": "grade",
    "levels": [{"grade": band["code"], "code": f"h{place}", "name": f"Mức {place}"} for place, band in enumerate(FIVE)],
}


def test_the_head_has_a_mapping_of_its_own():
    found, text = head_grade(Decimal("86.995"), GRADES["tot"], HEADS, FIVE)
    assert (found.code, text) == (
        "htxs",
        "Chỉ số của đơn vị 87,00 % nên người đứng đầu xếp loại Hoàn thành xuất sắc nhiệm vụ.",
    )
    assert head_grade(Decimal("84.995"), GRADES["tot"], HEADS, FIVE)[0].code == "htxs"
    found, text = head_grade(Decimal("84.995"), GRADES["tot"], HEADS, FIVE, decimals=3)
    assert (found.code, text) == (
        "htt",
        "Chỉ số của đơn vị 84,995 % nên người đứng đầu xếp loại Hoàn thành tốt nhiệm vụ.",
    )
    found, text = head_grade(Decimal(95), GRADES["kha"], LEVELS, FIVE)
    assert (found, text) == (
        Grade("h2", "Mức 2", Decimal(0)),
        "Đơn vị xếp loại Khá nên người đứng đầu xếp loại Mức 2.",
    )
    by_default = {"bands": HEADS["bands"]}
    assert head_grade(Decimal(85), GRADES["tot"], by_default, FIVE)[0].code == "htxs"


@pytest.mark.parametrize(
    ("mapping", "field", "message"),
    [
        ({"by": "x"}, "by", "Tham số “by” chỉ nhận một trong các giá trị: “index”, “grade”."),
        ({"by": "index"}, "bands", "Bộ tiêu chí chưa có mức xếp loại nào."),
        ({"by": "grade"}, "levels", "Tham số “levels” phải là một danh sách."),
        ({"by": "grade", "levels": []}, "levels", "Danh sách “levels” phải có ít nhất 1 mục."),
        (
            {"by": "grade", "levels": LEVELS["levels"][:4]},
            "levels",
            "Chưa nêu mức của người đứng đầu khi đơn vị xếp loại “yeu”.",
        ),
        (
            {"by": "grade", "levels": [LEVELS["levels"][0]] * 2},
            "levels",
            "Mức xếp loại “xs” của đơn vị được nêu hai lần.",
        ),
        (
            {"by": "grade", "levels": [{"grade": "z", "code": "a", "name": "A"}]},
            "levels",
            "Không có mức xếp loại “z” của đơn vị.",
        ),
        (
            {"by": "grade", "levels": [{"code": "a", "name": "A"}]},
            "grade",
            "Tham số “grade” phải là chữ, không quá 160 ký tự.",
        ),
        (
            {"by": "grade", "levels": [{"grade": "xs", "name": "A"}]},
            "code",
            "Tham số “code” phải là chữ, không quá 160 ký tự.",
        ),
        (
            {"by": "grade", "levels": [{"grade": "xs", "code": "A"}]},
            "name",
            "Tham số “name” phải là chữ, không quá 160 ký tự.",
        ),
    ],
)
def test_wrong_mappings_are_named(mapping, field, message):
    for check in (
        lambda: validate_head_mapping(mapping, FIVE),
        lambda: head_grade(Decimal(1), GRADES["xs"], mapping, FIVE),
    ):
        with pytest.raises(RuleError) as problem:
            check()
        assert (problem.value.field, problem.value.message) == (field, message)


def test_right_mappings_pass():
    validate_head_mapping(HEADS, FIVE)
    validate_head_mapping(LEVELS, FIVE)


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_higher_index_never_has_a_lower_grade(one, other):
    low, high = sorted((one, other))
    for data in (FIVE, TAY_NINH):
        codes = [band["code"] for band in data]
        assert codes.index(grade(high, data).code) <= codes.index(grade(low, data).code)
