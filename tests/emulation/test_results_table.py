"""Reading results published elsewhere from workbook and CSV: as they are shown, and nothing read wrong in silence."""

import json
import unicodedata
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest

from emulation.results_data import table_data, table_from, template_file
from emulation.results_table import read_results
from emulation.sheets import WorkbookRefused
from tests.emulation.result_files import CSV, book_file, csv_file


def problems_of(file):
    with pytest.raises(WorkbookRefused) as refusal:
        read_results(file)
    return {one.place: one.message for one in refusal.value.problems}


OLD = bytes.fromhex("D0CF11E0A1B11AE1")


def zipped(*parts):
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", *parts):
            archive.writestr(name, b"<a/>")
    return stream.getvalue()


def units(file):
    return [line.unit_name for line in read_results(file).lines]


@pytest.mark.parametrize(
    "file",
    [
        csv_file(),
        csv_file(encoding="utf-8-sig"),
        csv_file(encoding="utf-16"),
        csv_file(CSV.replace(";", "\t")),
        csv_file("Kết quả chấm điểm, năm 2025, theo Quyết định 15, ngày 20/01, toàn xã, ghi chú, đơn vị\n" + CSV),
        csv_file(unicodedata.normalize("NFD", CSV)),
        csv_file(CSV.replace("\n", "\r\n") + ";;;;;;;;\r\n" * 3000),
    ],
)
def test_csv_as_excel_saves_it(file):
    table = read_results(file, "2025.csv")
    assert [one.unit_name for one in table.lines][:2] == ["Phòng Kinh tế", "P. Văn hóa - Xã hội"]
    assert table.lines[0].total == Decimal("68.32")
    assert (table.lines[2].index, table.lines[2].index_decimals) == (Decimal("80.00"), 2)
    assert (table.unused, table.notes, table.source_name, len(table.sha256)) == ([], [], "2025.csv", 64)


def test_a_comma_file_with_quoted_numbers_is_read_and_one_without_refused():
    quoted = 'Đơn vị,Tổng điểm,Hạng\nA,"80,5",1\n'
    assert read_results(csv_file(quoted)).lines[0].total == Decimal("80.5")
    found = problems_of(csv_file("Đơn vị,Tổng điểm,Hạng\nA,80,5,1\n"))
    assert list(found) == ["dòng 2, cột 4"]
    assert found["dòng 2, cột 4"].startswith("dòng này có 4 ô, dòng tiêu đề có 3 ô. Số có dấu phẩy phải đặt trong ")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Đơn vị,Tổng điểm,Hạng,Ghi chú\nA,81,33,1,\n", "dòng 2, cột 5"),
        ("Đơn vị,Tổng điểm,Hạng\nA,80,1,\n", "dòng 2, cột 4"),
        ("Đơn vị,Tổng điểm,Hạng\nA,80,1\nB,79\n", "dòng 3, cột 3"),
        ("Đơn vị,Điểm các lĩnh vực,,Hạng\n,I,II,\nA,40,5,41,1\n", "dòng 3, cột 5"),
    ],
)
def test_a_line_between_commas_has_as_many_cells_as_the_heading(text, place):
    assert list(problems_of(csv_file(text))) == [place]


def test_empty_cells_at_the_end_matter_only_between_commas():
    assert units(csv_file("Đơn vị;Tổng điểm;Hạng\nA;80;1;\nB;79\n")) == ["A", "B"]
    assert units(csv_file("Đơn vị,Tổng điểm,Hạng,\nA,80,1,\nB,79,,\n")) == ["A", "B"]
    assert units(csv_file("Kết quả\nĐơn vị,Điểm các lĩnh vực,\n,I,II\nA,40,41\n")) == ["A"]
    found = problems_of(csv_file("Đơn vị;Tổng điểm\nA;80;1\n"))
    assert found["dòng 2, cột 3"].startswith("dòng này nhiều ô hơn dòng tiêu đề.")


def test_between_commas_a_rank_no_line_can_have_is_refused():
    shifted = "Đơn vị,Tổng điểm,Hạng,Xếp loại\nA,81,2,1\nB,80,33,2\n"
    found = problems_of(csv_file(shifted))
    assert list(found) == ["dòng 3, cột 3"]
    assert found["dòng 3, cột 3"].startswith("hạng 33 lớn hơn số dòng (2): có thể là phần lẻ của số đứng trước. ")
    assert [line.rank for line in read_results(csv_file(shifted.replace(",", ";"))).lines] == [2, 33]


@pytest.mark.parametrize(
    ("text", "place", "written"),
    [
        ("Đơn vị;Tổng điểm;Điểm tối đa\nA;950,5;1.000\n", "dòng 2, cột 3", "1000 hoặc 1,000"),
        ("Đơn vị;Tổng điểm;Điểm tối đa\nA;950.5;1000\nB;1,000;1000\n", "dòng 3, cột 2", "1000 hoặc 1,000"),
        ("Đơn vị;Lĩnh vực I;Lĩnh vực II;Điểm tối đa\nA;9,5;12.345;90\n", "dòng 2, cột 3", "12345 hoặc 12,345"),
        ("Đơn vị;Tổng điểm;Chỉ số\nA;81,5;81.333 %\n", "dòng 2, cột 3", "81333 hoặc 81,333"),
    ],
)
def test_a_mark_that_may_be_of_thousands_is_not_guessed(text, place, written):
    with pytest.raises(WorkbookRefused) as refusal:
        read_results(csv_file(text))
    assert [one.message for one in refusal.value.problems if one.place == place and written in one.message]


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị;Tổng điểm;Chỉ số\nA;81.5;81.333\n",
        "Đơn vị;Tổng điểm;Chỉ số\nA;81,5;81,333\n",
        "Đơn vị;Tổng điểm;Chỉ số\nA;0.125;0,13\nB;80;80\n",
        "Đơn vị;Tổng điểm;Chỉ số\nA;81,5;81.33\n",
        "Đơn vị;Tổng điểm;Hạng;Ghi chú\nA;81.333;1;Chậm 1,5 ngày\n",
    ],
)
def test_one_mark_or_no_three_places_are_read_as_they_stand(text):
    assert units(csv_file(text))[0] == "A"


def test_numbers_excel_holds_have_one_mark_whatever_is_typed_beside_them():
    table = read_results(book_file(("Đơn vị", "Tổng điểm", "Chỉ số"), ("A", 81.333, "81,33")))
    assert table.lines[0].total == Decimal("81.333")


def test_a_workbook_is_read_as_it_is_shown():
    table = read_results(
        book_file(
            ("Đơn vị", "Lĩnh vực I. Chỉ đạo", "Lĩnh vực II", "Điểm cộng", "Chỉ số", "Hạng", "Người lập"),
            ("A", 38.5, 40, 1, 0.795, 1, "x"),
            ("B", 30, 30.25, None, 0.6025, 2, None),
            formats={"E2": "0.00%", "E3": "0.0%"},
        )
    )
    first, second = table.lines
    assert (first.areas, first.bonus) == ({"I": Decimal("38.5"), "II": Decimal(40)}, Decimal(1))
    assert (first.index, first.index_decimals, first.points) == (Decimal("79.50"), 2, Decimal("79.5"))
    assert (second.index, second.index_decimals) == (Decimal("60.3"), 1)
    assert table.area_names == {"I": "Chỉ đạo", "II": "Lĩnh vực II"}
    assert table.unused == ["Người lập"]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (81.345, "0.00", "81.35"),
        (81.345, "0", "81"),
        (81.345, "#,##0.0", "81.3"),
        (81.5, '_(* #,##0.00_);_(* "-"??_);_(@_)', "81.50"),
        (81.5, "0.0#", "81.5"),
        (81.33000000000001, "General", "81.33"),
        (80, "General", "80"),
        (0, "General", "0"),
        (1234.5, "General", "1234.5"),
    ],
)
def test_a_number_has_the_places_of_its_format(value, form, text):
    table = read_results(book_file(("Đơn vị", "Tổng điểm", "Điểm tối đa"), ("A", value, 9000), formats={"B2": form}))
    assert str(table.lines[0].total) == text


@pytest.mark.parametrize("text", ["1e3", "1_0", "٥", "1e-9", "1.000,5", "1 000", "+5", "0x1", "NaN", "1e300"])
def test_a_number_is_written_in_one_way(text):
    assert list(problems_of(csv_file(f"Đơn vị;Tổng điểm\nA;{text}\n"))) == ["dòng 2, cột 2"]
    assert list(problems_of(book_file(("Đơn vị", "Tổng điểm"), ("A", text)))) == ["Sheet!B2"]


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ((("Tên", "Điểm"), ("A", 1)), "Sheet!A1", "không thấy dòng tiêu đề"),
        ((("Đơn vị", "Hạng"), ("A", 1)), "Sheet!A1", "ít nhất một cột"),
        ((("Đơn vị", "Tổng điểm", "Tổng"), ("A", 1, 1)), "Sheet!C1", "cột này và cột “Tổng điểm” là một"),
        ((("Đơn vị", "Lĩnh vực I", "Lĩnh vực I. Khác"), ("A", 1, 1)), "Sheet!C1", "cột “Lĩnh vực I” là một"),
        ((("Đơn vị", "Tổng điểm"),), "Sheet!A2", "không có dòng kết quả"),
        ((("Đơn vị", "Tổng điểm"), (None, 5)), "Sheet!A2", "thiếu tên đơn vị"),
        ((("Đơn vị", "Tổng điểm"), ("A" * 301, 5)), "Sheet!A2", "dài quá 300"),
        ((("Đơn vị", "Tổng điểm", "Khối"), ("A", 5, "K" * 201)), "Sheet!C2", "dài quá 200"),
        ((("Đơn vị", "Tổng điểm", "Xếp loại"), ("A", 5, "T" * 61)), "Sheet!C2", "dài quá 60"),
        ((("Đơn vị", "Tổng điểm"), ("A", "tám")), "Sheet!B2", "không phải số"),
        ((("Đơn vị", "Tổng điểm"), ("A", -1)), "Sheet!B2", "không phải số"),
        ((("Đơn vị", "Tổng điểm"), ("A", 10000)), "Sheet!B2", "không phải số"),
        ((("Đơn vị", "Tổng điểm"), ("A", "1,23456")), "Sheet!B2", "quá 4 chữ số"),
        ((("Đơn vị", "Tổng điểm"), ("A", "=1+1")), "Sheet!B2", "công thức"),
        ((("Đơn vị", "Tổng điểm"), ("A", None)), "Sheet!A2", "không có điểm"),
        ((("Đơn vị", "Tổng điểm", "Hạng"), ("A", 5, "nhất")), "Sheet!C2", "không phải thứ hạng"),
        ((("Đơn vị", "Tổng điểm", "Điểm tối đa"), ("A", 5, 0)), "Sheet!C2", "lớn hơn 0"),
        ((("Đơn vị", "Tổng điểm", "Điểm tối đa"), ("A", 850, "0,5")), "Sheet!C2", "850 lớn hơn 2 lần điểm tối đa 0,5"),
        ((("Đơn vị", "Tổng điểm"), ("A", "200,01")), "Sheet!B2", "không ghi điểm tối đa thì tính trên 100"),
        ((("Đơn vị", "Lĩnh vực I", "Điểm cộng"), ("A", 90, 120)), "Sheet!A2", "210 lớn hơn 2 lần điểm tối đa 100"),
        ((("Đơn vị", "Lĩnh vực I"), ("A", 101)), "Sheet!A2", "lớn hơn điểm tối đa 100"),
        ((("Đơn vị", "Tổng điểm"), ("Phòng A", 5), ("phòng  a", 6)), "Sheet!A3", "đã có ở dòng 2"),
        ((("Đơn vị", "Khối", "Chỉ số"), ("A", "X", 80), ("B", None, 70)), "Sheet!B3", "thiếu khối"),
        ((("Đơn vị", "Tổng điểm", "Chỉ số"), ("A", 81.33, 0.8133), ("B", 70, 0.7)), "Sheet!C1", "theo phần trăm"),
        ((("Đơn vị", "Chỉ số"), ("A", 0.8133), ("B", 0.7)), "Sheet!B1", "theo phần trăm"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(rows, place, words):
    found = problems_of(book_file(*rows))
    assert words in found[place]


def test_points_are_at_most_twice_the_maximum():
    assert read_results(csv_file("Đơn vị;Tổng điểm;Điểm tối đa\nA;168;84\n")).lines[0].total == Decimal(168)
    assert problems_of(csv_file("Đơn vị;Tổng điểm;Điểm tối đa\nA;168,01;84\n")) == {
        "dòng 2, cột 3": "điểm 168,01 lớn hơn 2 lần điểm tối đa 84; hãy xem lại cách ghi số."
    }


def test_merged_blocks_count_for_every_row_and_a_dash_is_no_block():
    rows = (("Khối", "Đơn vị", "Tổng điểm"), ("Phòng", "A", 5), (None, "B", 6), (None, "C", 7), ("-", "D", 8))
    merged = read_results(book_file(*rows, change=lambda book: book.active.merge_cells("A2:A4")))
    assert [line.block_name for line in merged.lines] == ["Phòng", "Phòng", "Phòng", ""]
    assert sorted(problems_of(book_file(*rows))) == ["Sheet!A3", "Sheet!A4"]


TWO_ROWS = (
    ("BẢNG KẾT QUẢ NĂM 2025",),
    (),
    ("TT", "Tên cơ quan, đơn vị", "Điểm các lĩnh vực", None, "Tổng số điểm", "Kết quả", None),
    (None, None, "I. Chỉ đạo", "Lĩnh vực II", None, "Chỉ số CCHC (%)", "Vị thứ"),
    ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
    (1, "Phòng Kinh tế", 40, 41.5, 81.5, 81.5, 1),
    (2, "Trạm Y tế", 30, 40, 70, 70, 2),
    (None, "Trung bình", 35, 40.75, 75.75, 75.75, None),
    ("Tổng cộng", None, 70, 81.5, 151.5, None, None),
)


def merge_headings(book):
    for cells in ("A3:A4", "B3:B4", "E3:E4", "C3:D3", "F3:G3"):
        book.active.merge_cells(cells)


@pytest.mark.parametrize("change", [merge_headings, None])
def test_two_heading_rows_and_lines_of_sums(change):
    table = read_results(book_file(*TWO_ROWS, change=change))
    assert [(line.unit_name, line.rank, line.index) for line in table.lines] == [
        ("Phòng Kinh tế", 1, Decimal("81.5")),
        ("Trạm Y tế", 2, Decimal(70)),
    ]
    assert table.lines[0].areas == {"I": Decimal(40), "II": Decimal("41.5")}
    assert (table.area_names, table.unused) == ({"I": "Chỉ đạo", "II": "Lĩnh vực II"}, [])
    assert table.notes == [
        "Không đọc dòng 8 (Trung bình): là dòng tổng hợp.",
        "Không đọc dòng 9 (Tổng cộng): là dòng tổng hợp.",
    ]


def areas_of(*titles, **more):
    """The areas of a table with these columns beside the unit's."""
    table = read_results(csv_file(";".join(("Đơn vị", *titles)) + "\nA" + ";10" * len(titles) + "\n"), **more)
    assert list(table.area_names) == list(table.lines[0].areas)
    return table.area_names


@pytest.mark.parametrize(
    ("title", "code", "name"),
    [
        ("Lĩnh vực I", "I", "Lĩnh vực I"),
        ("Lĩnh vực II. Thể chế", "II", "Thể chế"),
        ("LĨNH VỰC IV - Thể chế", "IV", "Thể chế"),
        ("Lĩnh vực I Thể chế", "I", "Thể chế"),
        ("Lĩnh vực 2: Thể chế", "2", "Thể chế"),
        ("Lĩnh vực 2.1 Thể chế", "2.1", "Thể chế"),
        ("Lĩnh vực 2.1. Thể chế", "2.1", "Thể chế"),
        ("Lĩnh vực 3) Thể chế", "3", "Thể chế"),
        ("Lĩnh vực B. Thể chế", "B", "Thể chế"),
        ("Lĩnh vực B", "B", "Lĩnh vực B"),
        ("Lĩnh vực cải cách thể chế", "1", "Lĩnh vực cải cách thể chế"),
        ("Lĩnh vực Y tế", "1", "Lĩnh vực Y tế"),
        ("Lĩnh vực Văn hóa", "1", "Lĩnh vực Văn hóa"),
        ("Lĩnh vực Internet", "1", "Lĩnh vực Internet"),
        ("Lĩnh vực 766", "766", "Lĩnh vực 766"),
    ],
)
def test_only_a_numeral_is_the_code_of_an_area(title, code, name):
    assert areas_of(title) == {code: name}


def test_areas_without_numerals_are_numbered_in_order_and_keep_their_titles():
    institutions, procedures = "Lĩnh vực cải cách thể chế", "Lĩnh vực cải cách thủ tục hành chính"
    assert areas_of(institutions, procedures) == {"1": institutions, "2": procedures}
    assert areas_of("Lĩnh vực 2: Thể chế", "Lĩnh vực 2.1 Văn bản") == {"2": "Thể chế", "2.1": "Văn bản"}
    mixed = areas_of(institutions, "Lĩnh vực 2. Bộ máy", procedures, "Lĩnh vực 1. Chỉ đạo")
    assert mixed == {"3": institutions, "2": "Bộ máy", "4": procedures, "1": "Chỉ đạo"}
    found = problems_of(csv_file(f"Đơn vị;{institutions};{institutions.upper()}\nA;1;1\n"))
    assert found == {"dòng 1, cột 3": f"cột này và cột “{institutions}” là một; hãy bỏ một cột."}


NAMED = (
    ("TT", "Đơn vị", "Điểm các lĩnh vực", None, None, "Điểm cộng", "Tổng điểm"),
    (None, None, "Cải cách thể chế", "Y tế", "Cộng", None, None),
    (1, "Phòng Kinh tế", 40, 41.5, 81.5, 1, 82.5),
    (2, "Trạm Y tế", 30, 40, 70, None, 70),
)


def merge_named(book):
    for cells in ("A1:A2", "B1:B2", "C1:E1", "F1:F2", "G1:G2"):
        book.active.merge_cells(cells)


@pytest.mark.parametrize("change", [merge_named, None])
def test_areas_named_in_words_stand_below_their_common_title(change):
    table = read_results(book_file(*NAMED, change=change))
    assert [(line.unit_name, dict(line.areas)) for line in table.lines] == [
        ("Phòng Kinh tế", {"1": Decimal(40), "2": Decimal("41.5")}),
        ("Trạm Y tế", {"1": Decimal(30), "2": Decimal(40)}),
    ]
    assert table.area_names == {"1": "Lĩnh vực Cải cách thể chế", "2": "Lĩnh vực Y tế"}
    assert (table.lines[0].bonus, table.lines[0].total) == (Decimal(1), Decimal("82.5"))
    assert table.unused == ["Điểm các lĩnh vực: Cộng"]


def test_a_column_beyond_the_areas_is_known_by_its_own_title():
    rows = (("Đơn vị", "Các lĩnh vực"), (None, "I", "Thể chế", "Tổng điểm", "Hạng"), ("A", 40, 41, 81, 1))
    line = read_results(book_file(*rows)).lines[0]
    assert (dict(line.areas), line.total, line.rank) == ({"I": Decimal(40), "2": Decimal(41)}, Decimal(81), 1)


def test_a_line_without_a_unit_is_no_second_heading():
    first = ("Đơn vị", "Điểm các lĩnh vực", "Ghi chú")
    for line in ((None, 40, "Chưa rõ"), (None, "–", "Chưa rõ"), (None, "(1)", None), (None, "chưa chấm", "5")):
        assert "Sheet!A2" in problems_of(book_file(first, line))


def test_a_commune_called_like_a_sum_is_kept_by_its_rank():
    assert units(csv_file("Xã, phường;Điểm;Hạng\nTrung Bình;80;1\nTrung bình;75;\n")) == ["Trung Bình"]


@pytest.mark.parametrize("title", ["Điểm", "Tổng số điểm", "Tổng cộng"])
def test_titles_of_real_tables(title):
    table = read_results(csv_file(f"Tên cơ quan, đơn vị;{title};Chỉ số CCHC\nA;80;80\n"))
    assert (table.lines[0].total, table.lines[0].index) == (Decimal(80), Decimal(80))


def test_a_vague_title_counts_only_without_a_better_one():
    table = read_results(csv_file("Xã, phường;Đơn vị;Cụm;Khối;Điểm;Tổng điểm\nX;A;1;K;7;80\n"))
    line = table.lines[0]
    assert (line.unit_name, line.block_name, line.total) == ("A", "K", Decimal(80))
    assert table.unused == ["Xã, phường", "Cụm", "Điểm"]


def test_the_first_visible_sheet_with_a_heading_is_read():
    def sheets(book):
        book.create_sheet("Nháp", 0).append(["Đơn vị", "Tổng điểm"])
        book["Nháp"].append(["Không đọc", 1])
        book["Nháp"].sheet_state = "hidden"
        book.create_sheet("Bìa", 1).append(["Báo cáo năm 2025"])
        book.create_sheet("Khối trường").append(["Đơn vị", "Tổng điểm"])

    table = read_results(book_file(("Đơn vị", "Tổng điểm"), ("A", 5), change=sheets))
    assert [line.unit_name for line in table.lines] == ["A"]
    assert table.notes == ["Tệp có nhiều bảng kết quả (còn trang “Khối trường”); chỉ đọc trang “Sheet”."]


def test_a_formula_matters_only_where_it_is_read():
    table = read_results(book_file(("STT", "Đơn vị", "Tổng điểm"), ("=ROW()-1", "A", 5), ("=ROW()-1", "B", 6)))
    assert [line.unit_name for line in table.lines] == ["A", "B"]


def test_blank_rows_are_not_counted_and_a_row_far_below_is_not_passed_over():
    def styled(book):
        for number in range(3, 3000):
            book.active.cell(number, 1).number_format = "0.00"

    rows = (("Đơn vị", "Tổng điểm"), ("A", 5))
    assert units(book_file(*rows, change=styled)) == ["A"]
    far = book_file(*rows, change=lambda book: book.active.__setitem__("A900", "B"))
    assert list(problems_of(far)) == ["Sheet!900"]
    many = csv_file("Đơn vị;Tổng điểm\n" + "".join(f"Đơn vị {place};5\n" for place in range(2100)))
    assert problems_of(many) == {"Tệp": "có hơn 2000 dòng."}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "trống"),
        (b"\x00\x01\x02", "không phải Excel"),
        ("Đơn vị;Tổng điểm\nPhòng Kinh tế;5".encode("cp1258", "replace"), "CSV UTF-8"),
        ('Đơn vị;Tổng điểm\n"A;5'.encode(), "dấu nháy không khép hoặc một ô quá dài."),
        (f"Đơn vị;Tổng điểm\n{'A' * 200_000};5".encode(), "dấu nháy không khép hoặc một ô quá dài."),
        (b"PK\x03\x04rubbish", "Tệp này đã hỏng hoặc không phải Excel, Word. Hãy gửi tệp Excel dạng .xlsx hoặc CSV mã"),
        (
            "Đơn vị;Tổng điểm\nA;5".encode("utf-16-le"),
            "không nhận ra được. Hãy gửi tệp Excel dạng .xlsx hoặc CSV mã UTF",
        ),
        (zipped("word/document.xml"), "Tệp này là văn bản Word. Hãy gửi tệp Excel dạng .xlsx hoặc CSV mã UTF-8."),
        (OLD + "WordDocument".encode("utf-16-le"), "dạng .doc cũ của Word. Hãy gửi tệp Excel dạng .xlsx hoặc CSV"),
        (OLD + "Workbook".encode("utf-16-le"), "dạng .xls cũ của Excel. Hãy lưu lại dạng .xlsx rồi gửi lại."),
        (zipped("xl/workbook.xml", "xl/vbaProject.bin"), "có macro (.xlsm, .docm). Hãy gửi tệp Excel dạng .xlsx hoặc"),
        ("Không có gì".encode(), "không thấy dòng tiêu đề"),
    ],
)
def test_a_file_of_another_kind_is_refused(data, words):
    assert words in " ".join(problems_of(BytesIO(data)).values())


def test_a_csv_problem_names_line_and_column():
    assert problems_of(csv_file("Đơn vị;Tổng điểm\nA;x\n")) == {"dòng 2, cột 2": "“x” không phải số từ 0 đến 9999."}


def test_the_file_to_start_from_and_the_signed_preview_read_back():
    table = read_results(BytesIO(template_file()), "mau.xlsx")
    assert table.lines[0].areas == {"I": Decimal("38.5"), "II": Decimal(42)}
    assert table_from(json.loads(json.dumps(table_data(table)))) == table
    older = table_data(table)
    assert [line.pop("row") for line in older["lines"]] == [2]
    assert table_from(older).lines == [replace(table.lines[0], row=0)]
    noted = read_results(book_file(*TWO_ROWS))
    assert table_from(json.loads(json.dumps(table_data(noted)))) == noted
