"""The Excel summary: cells, types, frozen panes, names of sheets, and no formula whatever a name says."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from reports.xlsx import HEADER_ROW, build_workbook, sheet_name

FIRST = HEADER_ROW + 1


@pytest.fixture
def book(worked_plan, compilation):
    """The stored file, read back."""
    with compilation.exports.get().file.open("rb") as stored:
        return load_workbook(BytesIO(stored.read()))


def test_sheets(book):
    assert book.sheetnames == [
        "Tổng hợp",
        "Khối phòng, đơn vị hành chính",
        "Khối đơn vị sự nghiệp, trường h",
        "Khối lực lượng vũ trang",
        "Giải thích",
        "Nhiệm vụ",
        "Nhiệm vụ chậm",
    ]


def test_head_of_the_summary(book):
    sheet = book["Tổng hợp"]
    assert sheet["A1"].value == "ỦY BAN NHÂN DÂN XÃ NINH GIANG"
    assert sheet["A2"].value == "TỔNG HỢP KẾT QUẢ CẢI CÁCH HÀNH CHÍNH NĂM 2026"
    assert sheet["C4"].value == datetime(2026, 12, 28)  # noqa: DTZ001 - a cell holds a day
    assert sheet["C4"].number_format == "dd/mm/yyyy"
    heads = [cell.value for cell in sheet[HEADER_ROW]]
    assert heads[:3] == ["STT", "Cơ quan, đơn vị", "Khối"]
    assert heads[3] == "I. Công tác chỉ đạo, điều hành cải cách hành chính (tối đa 20)"
    assert heads[-7:] == [
        "Điểm cộng",
        "Điểm trừ",
        "Tổng điểm",
        "Điểm tối đa áp dụng",
        "Chỉ số (%)",
        "Xếp hạng",
        "Xếp loại",
    ]
    assert sheet.freeze_panes == f"C{FIRST}"
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_numbers_are_numbers_and_texts_are_texts(book, compilation):
    sheet = book["Tổng hợp"]
    entries = [entry for block in compilation.data["blocks"] for entry in block["entries"]]
    for row, entry in enumerate(entries, start=FIRST):
        cells = list(sheet[row])
        assert cells[1].value == entry["unit"]
        for cell, area in zip(cells[3:10], compilation.data["areas"], strict=True):
            points = entry["areas"][area["code"]]
            if points is None:
                assert (cell.value, cell.data_type) == ("Không đánh giá", "s")
            else:
                assert (Decimal(str(cell.value)), cell.data_type) == (Decimal(points), "n")
                assert cell.number_format == "0.00"
        index, rank, grade = cells[14:17]
        assert (Decimal(str(index.value)), index.data_type) == (Decimal(entry["index"]), "n")
        assert (rank.value, grade.value) == (entry["rank"], entry["grade"])
    assert sheet.cell(FIRST + len(entries), 2).value is None


def test_units_without_procedures_are_not_assessed_there(book):
    sheet = book["Khối đơn vị sự nghiệp, trường h"]
    row = next(row for row in sheet.iter_rows(min_row=FIRST, values_only=True) if row[1] == "Trạm Y tế xã")
    assert row[4] == "Không đánh giá"


def test_font_is_times_new_roman_twelve(book):
    for sheet in book:
        assert {(cell.font.name, cell.font.size) for cell in sheet[FIRST] if cell.value is not None} == {
            ("Times New Roman", 12)
        }


def test_duties_by_unit_and_by_area(book, compilation):
    rows = list(book["Nhiệm vụ"].iter_rows(min_row=FIRST, values_only=True))
    units, areas = compilation.data["unit_tasks"], compilation.data["area_tasks"]
    assert rows[0][1] == "Theo cơ quan, đơn vị"
    assert rows[1][1:] == tuple(units[0].values())
    assert rows[1 + len(units)][1] == "Theo lĩnh vực"
    assert rows[-1][1:] == tuple(areas[-1].values())
    assert len(rows) == 2 + len(units) + len(areas)


def test_late_duties_have_real_days(book):
    rows = list(book["Nhiệm vụ chậm"].iter_rows(min_row=FIRST, values_only=True))
    missing = [row for row in rows if row[1] == "Trung tâm Dịch vụ sự nghiệp công"]
    assert len(rows) == 173
    assert len(missing) == 35
    assert {row[6] for row in missing} == {"Chưa có kết quả"}
    assert all(isinstance(row[5], datetime) for row in rows)


def test_no_text_becomes_a_formula(compilation):
    data = compilation.data
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\x07=1", "=cmd|' /C calc'!A0"]
    for entry, name in zip(data["blocks"][1]["entries"], evil, strict=False):
        entry["unit"] = entry["grade"] = name
    data["blocks"][1]["name"] = "=1+1"
    book = load_workbook(BytesIO(build_workbook(data, made_on=date(2026, 12, 28))))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    values = [cell.value for cell in book["Tổng hợp"]["B"]]
    assert "=1+1" in values
    assert "=1" in values


@pytest.mark.parametrize(
    ("name", "taken", "result"),
    [
        ("Khối 1", [], "Khối 1"),
        ("a/b:c*d?[e]\\", [], "a b c d  e"),
        ("K" * 40, [], "K" * 31),
        ("K" * 40, ["k" * 31], "K" * 27 + " (2)"),
        ("", [], "Khối"),
        ("'", ["Khối", "Khối (2)"], "Khối (3)"),
    ],
)
def test_sheet_names(name, taken, result):
    assert sheet_name(name, taken) == result
