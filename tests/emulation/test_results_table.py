"""Reading results published elsewhere from workbook and CSV: as they are shown, and nothing read wrong in silence."""

import json
import unicodedata
from decimal import Decimal
from io import BytesIO

import pytest

from emulation.results_data import table_data, table_from, template_file
from emulation.results_table import read_results
from emulation.sheets import WorkbookRefused
from tests.emulation.result_files import CSV, book_file, csv_file


def problems_of(file):
    with pytest.raises(WorkbookRefused) as refusal:
        read_results(file)
    return {one.place: one.message for one in refusal.value.problems}


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
    assert "nhiều ô hơn dòng tiêu đề" in found["dòng 2, cột 4"]
    assert units(csv_file("Đơn vị,Tổng điểm,Hạng\nA,80,1,\n")) == ["A"]


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
        ((("Đơn vị", "Tổng điểm", "Điểm tối đa"), ("A", 850, "0,5")), "Sheet!C2", "quá nhỏ so với điểm 850"),
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


def test_the_largest_index_that_can_be_kept():
    assert read_results(csv_file("Đơn vị;Tổng điểm;Điểm tối đa\nA;499,99;0,5\n")).lines[0].total == Decimal("499.99")
    assert problems_of(csv_file("Đơn vị;Tổng điểm;Điểm tối đa\nA;500;0,5\n")) == {
        "dòng 2, cột 3": "điểm tối đa 0,5 quá nhỏ so với điểm 500."
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
        (b"PK\x03\x04rubbish", "hỏng"),
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
    noted = read_results(book_file(*TWO_ROWS))
    assert table_from(json.loads(json.dumps(table_data(noted)))) == noted
