"""A criteria set as a workbook: there and back unchanged, and every damage refused with its cell."""

import json
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from emulation.rule_fields import RULE_NAMES
from emulation.sample_set import SAMPLE_SET
from emulation.set_spec import KnownPlaces, draft_problems
from emulation.set_workbook import read_set, read_set_file, unfinished_words, write_set
from emulation.sheets import CellProblem, WorkbookRefused
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import clean
from tests.emulation.small_sets import deep, leaf

UNFINISHED = deep(
    areas=(
        replace(deep().areas[0], criteria=(replace(leaf("1.1", 59), rule_kind="", rule_params={}),)),
        deep().areas[1],
    )
)


@pytest.mark.parametrize("spec", [SAMPLE_SET, deep(), UNFINISHED], ids=["sample", "deep", "unfinished"])
def test_a_set_goes_through_a_workbook_unchanged(spec):
    again = read_set(BytesIO(write_set(spec)))

    assert again == replace(spec, decision_number="")


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), min_size=1, max_size=40
)


@given(
    name=names.map(clean).filter(bool),
    guidance=st.sampled_from(["", "=1+1", "+2", "@x", "'", "a\nb", "−0,5"]),
    split=st.integers(1, 59),
    cap=st.decimals(0, 9, places=2, allow_nan=False),
)
def test_any_text_and_number_survives_the_workbook(name, guidance, split, cap):
    rows = (replace(leaf("1.1", split), name=name, guidance=guidance), leaf("1.2", 60 - split))
    spec = deep(
        areas=(replace(deep().areas[0], criteria=rows), deep().areas[1]),
        bonuses=(leaf("C1", 2),) if cap else (),
        bonus_max=cap,
    )

    assert read_set(BytesIO(write_set(spec))) == spec


def changed(*changes, spec=None):
    book = load_workbook(BytesIO(write_set(spec or deep())))
    for change in changes:
        change(book)
    stream = BytesIO()
    book.save(stream)
    return BytesIO(stream.getvalue())


def cell(sheet, address, value):
    def change(book):
        book[sheet][address] = value

    return change


def refused(*changes, **given):
    with pytest.raises(WorkbookRefused) as refusal:
        read_set(changed(*changes), **given)
    return refusal.value.problems


def far_away(book):
    book["Tiêu chí"]["D5000"] = "Dòng bị bỏ quên"


def nested(book):
    sheet = book["Tiêu chí"]
    for place in range(400):
        above = f"n{place - 1}" if place else "I"
        sheet.append([f"n{place}", above, "Tiêu chí", "Sâu", "1", *[""] * 12])


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda book: book.remove(book["Xếp loại"]), "Xếp loại", "không có trang này"),
        (lambda book: book.create_sheet("Khong che").append(["{}"]), "Khong che", "không phải trang của bộ tiêu chí"),
        (lambda book: book["Tiêu chí"].delete_cols(5), "Tiêu chí!1", "thiếu cột “Điểm tối đa”"),
        (lambda book: book["Bộ tiêu chí"].delete_rows(4), "Bộ tiêu chí", "thiếu mục “Năm”"),
        (cell("Tiêu chí", "E3", "=SUM(A1:A2)"), "Tiêu chí!E3", "ô chứa công thức"),
        (cell("Tiêu chí", "E3", "sáu mươi"), "Tiêu chí!E3", "không phải số"),
        (cell("Tiêu chí", "E3", "6e1"), "Tiêu chí!E3", "không phải số"),
        (cell("Tiêu chí", "E3", "6_0"), "Tiêu chí!E3", "không phải số"),
        (cell("Tiêu chí", "E3", "٦٠"), "Tiêu chí!E3", "không phải số"),
        (cell("Tiêu chí", "E3", "-60"), "Tiêu chí!E3", "không phải số"),
        (cell("Tiêu chí", "E3", "60,005"), "Tiêu chí!E3", "tối đa 2 chữ số thập phân"),
        (cell("Tiêu chí", "E3", True), "Tiêu chí!E3", "TRUE"),
        (cell("Tiêu chí", "C3", "Chương"), "Tiêu chí!C3", "không phải một trong"),
        (cell("Tiêu chí", "F3", "Tung xúc xắc"), "Tiêu chí!F3", "không phải một trong"),
        (cell("Tiêu chí", "F2", "Có hoặc không"), "Tiêu chí!F2", "lĩnh vực là tổng các tiêu chí"),
        (cell("Tiêu chí", "L2", "KT"), "Tiêu chí!L2", "lĩnh vực là tổng các tiêu chí"),
        (cell("Tiêu chí", "B3", "IX"), "Tiêu chí!B3", "không đứng trước"),
        (cell("Tiêu chí", "A3", "I"), "Tiêu chí!A3", "bị trùng"),
        (cell("Tiêu chí", "A3", None), "Tiêu chí!A3", "chưa có mã"),
        (cell("Tiêu chí", "A3", 1.1), "Tiêu chí!A3", "có thể đã mất số 0 ở cuối"),
        (cell("Tiêu chí", "A3", date(2026, 2, 1)), "Tiêu chí!A3", "Excel đã đổi ô này thành ngày"),
        (cell("Tiêu chí", "A3", time(1, 10)), "Tiêu chí!A3", "Excel đã đổi ô này thành ngày"),
        (cell("Tiêu chí", "A3", "I/1"), "Tiêu chí!A3", "không chứa các dấu"),
        (cell("Tiêu chí", "D3", "#REF!"), "Tiêu chí!D3", "giá trị lỗi #REF!"),
        (cell("Tiêu chí", "D3", "n" * 501), "Tiêu chí!D3", "không quá 500 ký tự"),
        (cell("Tiêu chí", "P3", "c" * 301), "Tiêu chí!P3", "dài quá 300 ký tự"),
        (cell("Tiêu chí", "G3", "{hỏng"), "Tiêu chí!G3", "không đọc được"),
        (cell("Tiêu chí", "G3", "[1]"), "Tiêu chí!G3", "không đọc được"),
        (cell("Tiêu chí", "G3", '{"step": NaN}'), "Tiêu chí!G3", "không đọc được"),
        (cell("Tiêu chí", "G3", '{"step": 7}'), "Tiêu chí!G3", "không chia hết"),
        (cell("Tiêu chí", "G3", '{"step": 1, "step": 2}'), "Tiêu chí!G3", "mục “step” ghi hai lần"),
        (
            cell("Xếp loại", "A2", '{"code": "k", "name": "K", "lower": "50", "code": "l"}'),
            "Xếp loại!A2",
            "“code” ghi hai",
        ),
        (cell("Khống chế", "A2", '{"when": {"a": 1, "a": 1}}'), "Khống chế!A2", "mục “a” ghi hai lần"),
        (cell("Tiêu chí", "G3", '{"fact": ["x"]}'), "Tiêu chí!G3", "số liệu nhiệm vụ"),
        (cell("Tiêu chí", "M3", "chắc là có"), "Tiêu chí!M3", "ghi “có” hoặc “không”"),
        (cell("Tiêu chí", "J3", "XX; KHOI"), "Tiêu chí!J3", "không có khối “XX”"),
        (cell("Tiêu chí", "J3", "XX; KHOI"), "Tiêu chí!J3", "không có khối “KHOI”"),
        (cell("Tiêu chí", "K3", "YY"), "Tiêu chí!K3", "không có đơn vị “YY”"),
        (cell("Tiêu chí", "L3", "ZZ"), "Tiêu chí!L3", "không có đơn vị “ZZ”"),
        (cell("Tiêu chí", "R1", "Tên"), "Tiêu chí!R1", "cột “Tên” có hai lần"),
        (cell("Tiêu chí", "R1", "Trọng số"), "Tiêu chí!R1", "không có cột “Trọng số”"),
        (cell("Tiêu chí", "AZ3", "2"), "Tiêu chí!AZ3", "nằm ngoài các cột"),
        (cell("Bộ tiêu chí", "C2", "x"), "Bộ tiêu chí!C2", "nằm ngoài các cột"),
        (cell("Xếp loại", "B2", "x"), "Xếp loại!B2", "nằm ngoài các cột"),
        (far_away, "Tiêu chí!5000", "cách quá xa bảng"),
        (nested, "Tiêu chí!B16", "sâu quá 5 cấp"),
        (cell("Bộ tiêu chí", "B2", "Bộ 2027"), "Bộ tiêu chí!B2", "chữ không dấu"),
        (cell("Bộ tiêu chí", "B2", None), "Bộ tiêu chí!B2", "chữ không dấu"),
        (cell("Bộ tiêu chí", "B4", "hai nghìn"), "Bộ tiêu chí!B4", "không phải số nguyên"),
        (cell("Bộ tiêu chí", "B4", "9999"), "Bộ tiêu chí!B4", "Năm phải từ"),
        (cell("Bộ tiêu chí", "A4", "Tháng"), "Bộ tiêu chí!A4", "không có mục “Tháng”"),
        (cell("Bộ tiêu chí", "B9", "IX"), "Bộ tiêu chí!B9", "lĩnh vực “IX” không có"),
        (cell("Bộ tiêu chí", "B14", "999999"), "Bộ tiêu chí!B14", "Điểm trừ nộp chậm nhiều nhất phải từ 0"),
        (cell("Xếp loại", "A3", '{"code": "k", "name": "K", "lower": "5"}'), "Xếp loại!A3", "phủ kín"),
        (cell("Xếp loại", "A2", '{"code": "k", "name": "K", "lower": "101"}'), "Xếp loại!A2", "không được quá 100"),
        (cell("Xếp loại", "A2", '{"code": "k", "name": "\\u0000", "lower": "50"}'), "Xếp loại!A2", "ký tự hỏng"),
        (cell("Người đứng đầu", "A2", '{"by": "x"}'), "Người đứng đầu!A2", "by"),
        (cell("Khống chế", "A2", '{"when": "area_below", "code": ["I"]}'), "Khống chế!A2", "Chưa nêu hệ quả"),
        (cell("Khống chế", "A4", '{"when": "x", "effect": "no_award"}'), "Khống chế!A4", "không có điều kiện"),
        (cell("Khống chế", "A2", "[" * 15000), "Khống chế!A2", "không đọc được"),
        (cell("Khống chế", "A2", '{"a":' * 9 + "1" + "}" * 9), "Khống chế!A2", "không đọc được"),
    ],
)
def test_a_workbook_changed_halfway_is_refused_with_its_place(change, place, words):
    known = KnownPlaces(blocks=frozenset(), units=frozenset({"KT"}))
    assert [one for one in refused(change, known=known) if one.place == place and words in one.message]


def test_one_mistake_is_told_once_and_all_are_told():
    bands = cell("Xếp loại", "A3", '{"code": "khong", "name": "Không đạt", "lower": "5"}')
    assert [one.place for one in refused(bands)] == ["Xếp loại!A3"]
    assert [one.place for one in refused(bands, cell("Tiêu chí", "E3", "0"), cell("Bộ tiêu chí", "B4", "1"))] == [
        "Bộ tiêu chí!B4",
        "Tiêu chí!E3",
        "Xếp loại!A3",
    ]


def test_a_draft_may_be_unfinished_and_says_where():
    read = read_set_file(BytesIO(write_set(UNFINISHED)))
    assert (read.spec, draft_problems(read.spec)) == (UNFINISHED, [])
    assert read.unfinished == [
        CellProblem("Tiêu chí!E2", "Dòng I có điểm tối đa 60 nhưng các dòng con cộng lại là 59."),
        CellProblem("Tiêu chí!F3", "Tiêu chí 1.1: Chưa có cách chấm."),
    ]
    with pytest.raises(WorkbookRefused) as whole:
        read_set(BytesIO(write_set(UNFINISHED)), unfinished=False)
    assert whole.value.problems == read.unfinished
    assert read_set(BytesIO(write_set(deep())), unfinished=False) == deep()
    no_rows = read_set_file(changed(lambda book: book["Tiêu chí"].delete_rows(3))).unfinished
    assert [(one.place, one.message) for one in no_rows] == [
        ("Tiêu chí!A2", "Lĩnh vực I chưa có tiêu chí nào."),
    ]
    assert unfinished_words(read.unfinished, most=1) == (
        "Dự thảo còn 2 chỗ phải sửa trước khi ban hành. "
        "Tiêu chí!E2: Dòng I có điểm tối đa 60 nhưng các dòng con cộng lại là 59. Và 1 chỗ khác."
    )


def rows_apart(book):
    book["Tiêu chí"].insert_rows(3)
    book["Tiêu chí"].insert_cols(1)


def decomposed(book):
    for sheet in book.worksheets:
        sheet.title = unicodedata.normalize("NFD", sheet.title)
        for row in sheet.iter_rows():
            for one in row:
                one.value = unicodedata.normalize("NFD", str(one.value or "")) or None


def hidden(book):
    book["Khống chế"].sheet_state = "hidden"


def numbers(book):
    book["Tiêu chí"]["E2"], book["Tiêu chí"]["E3"] = 60, 60.0
    book["Bộ tiêu chí"]["B4"] = 2027


def as_older_versions_wrote(book):
    codes = {name: code for code, name in RULE_NAMES.items()}
    for row in book["Tiêu chí"].iter_rows(min_row=2):
        row[5].value = codes.get(row[5].value, row[5].value)
        for one in row:
            one.number_format = "General"


def code_as_shown(book):
    book["Tiêu chí"]["A3"] = 1.1
    book["Tiêu chí"]["A3"].number_format = "0.0"


@pytest.mark.parametrize("change", [rows_apart, decomposed, hidden, numbers, as_older_versions_wrote, code_as_shown])
def test_what_people_and_programs_do_to_a_file_changes_nothing(change):
    assert read_set(changed(change)) == deep()


def test_numbers_in_rules_are_read_as_they_are_written():
    spec = read_set(changed(cell("Tiêu chí", "G3", '{"step": 0.50}')))
    assert next(iter(spec.rows())).rule_params == {"step": "0.50"}


def test_the_rule_is_written_with_its_vietnamese_name_and_every_cell_as_text():
    book = load_workbook(BytesIO(write_set(deep())))
    assert book["Tiêu chí"]["F3"].value == RULE_NAMES["free"]
    formats = {one.number_format for sheet in book.worksheets for row in sheet.iter_rows(min_row=2) for one in row}
    assert formats == {"@"}


def test_a_text_no_cell_can_hold_is_not_cut_in_silence():
    first = deep().areas[0]
    long = replace(first, criteria=(replace(first.criteria[0], guidance="h" * 32_768),))
    with pytest.raises(DomainError, match=r"dòng “1\.1”, cột Hướng dẫn"):
        write_set(deep(areas=(long, deep().areas[1])))


def test_blank_rows_by_the_thousand_are_neither_read_nor_counted():
    def styled(book):
        for number in range(100, 3000):
            book["Tiêu chí"].cell(number, 1).number_format = "@"

    assert read_set(changed(styled)) == deep()

    def many(book):
        for number in range(1100):
            book["Tiêu chí"].append([f"x{number}", "I", "Tiêu chí", "Tên", "1"])

    assert [(one.place, one.message) for one in refused(many)] == [("Tiêu chí", "có hơn 1000 dòng.")]


def test_what_is_no_workbook_is_refused():
    for content in (b"", b"PK\x03\x04xx", b"%PDF-1.7", b"a;b", write_set(deep())[:500]):
        with pytest.raises(WorkbookRefused):
            read_set(BytesIO(content))
    for content in (b"PK\x03\x04xx", b"a;b"):
        with pytest.raises(WorkbookRefused, match=r" Hãy gửi tệp Excel dạng \.xlsx\.$"):
            read_set(BytesIO(content))
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, b" " * (70 << 20) if "sheet" in name else b"<a/>")
    with pytest.raises(WorkbookRefused, match="quá lớn"):
        read_set(BytesIO(bomb.getvalue()))


def test_json_on_the_sheets_is_plain_and_sorted():
    book = load_workbook(BytesIO(write_set(deep())))
    assert json.loads(book["Khống chế"]["A2"].value) == dict(deep().veto_conditions[0])
    assert Decimal(book["Tiêu chí"]["E2"].value) == 60
