"""The appendix read from Excel: the real one, other layouts, and every problem named by its cell."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from reform_tasks.deadlines import describe, rule_from_json
from reform_tasks.workbook import Appendix, AreaRow, Problem, Severity, WorkbookError, read_appendix

APPENDIX = Path(__file__).parents[1] / "data" / "phu-luc-ke-hoach-14-2026.xlsx"
ISSUED = date(2026, 1, 14)
HEADING = (
    "TT",
    "Nhiệm vụ",
    "Sản phẩm, kết quả",
    "Cơ quan, đơn vị chủ trì",
    "Cơ quan, đơn vị phối hợp",
    "Thời gian thực hiện",
)
AREA = ("I", "CÔNG TÁC CHỈ ĐẠO")
TASK = (1, "Ban hành kế hoạch", "Kế hoạch", "Phòng Kinh tế", "Công an xã", "Quý I/2026")

type Rows = Sequence[Sequence[object]]


def workbook(rows: Rows, **sheets: Rows) -> openpyxl.Workbook:
    """Return a workbook with the rows in its first sheet, and more sheets by name."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(list(row))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the workbook's bytes."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(rows: Rows, **sheets: Rows) -> Appendix:
    """Return what is read from rows of the plan of 2026."""
    return read_appendix(saved(workbook(rows, **sheets)), year=2026, issued_on=ISSUED)


def found(appendix: Appendix) -> list[tuple[str, str, str]]:
    """Return the problems as (cell, severity, message)."""
    return [(problem.cell, problem.severity.value, problem.message) for problem in appendix.problems]


def test_the_real_appendix_has_seven_areas_and_48_tasks_and_no_problem() -> None:
    appendix = read_appendix(APPENDIX, year=2026, issued_on=ISSUED)
    assert appendix.problems == ()
    assert appendix.sheet == "Phụ lục"
    assert appendix.titles == (
        "PHỤ LỤC",
        "NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2026",
        "(Kèm theo Kế hoạch số 14/KH-UBND ngày 14/01/2026 của Ủy ban nhân dân xã) - DỮ LIỆU MẪU",
    )
    assert [(area.numeral, area.cell) for area in appendix.areas] == [
        ("I", "A6"),
        ("II", "A20"),
        ("III", "A26"),
        ("IV", "A37"),
        ("V", "A42"),
        ("VI", "A48"),
        ("VII", "A54"),
    ]
    assert [task.number for task in appendix.tasks] == [str(number) for number in range(1, 49)]
    assert [sum(task.area == area.numeral for task in appendix.tasks) for area in appendix.areas] == [
        13,
        5,
        10,
        4,
        5,
        5,
        6,
    ]
    assert [task.number for task in appendix.tasks if task.deadline_rule is None] == []


def test_a_task_keeps_the_words_of_the_plan_and_their_cells() -> None:
    task = read_appendix(APPENDIX, year=2026, issued_on=ISSUED).tasks[21]
    assert (task.number, task.area, task.row) == ("22", "III", 30)
    assert task.title == "Tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn từ 98% trở lên"
    assert task.product == "Số liệu hệ thống"
    assert task.lead_text == "Trung tâm Phục vụ hành chính công"
    assert task.coordinating_text == "Phòng Kinh tế; Phòng Văn hóa - Xã hội; Văn phòng HĐND và UBND"
    assert task.deadline_text == "Hằng tháng"
    assert task.cells == {
        "number": "A30",
        "title": "B30",
        "product": "C30",
        "lead": "D30",
        "coordinating": "E30",
        "deadline": "F30",
    }
    assert task.deadline_rule is not None
    assert describe(rule_from_json(task.deadline_rule)) == "Mỗi tháng, hạn ngày cuối tháng"


def test_an_appendix_goes_to_json_and_back() -> None:
    appendix = read([HEADING, AREA, TASK, TASK])
    assert len(appendix.problems) == 1
    assert Appendix.from_json(json.loads(json.dumps(appendix.to_json()))) == appendix
    whole = read_appendix(APPENDIX, year=2026)
    assert Appendix.from_json(json.loads(json.dumps(whole.to_json()))) == whole


def test_path_bytes_and_open_file_read_the_same() -> None:
    with APPENDIX.open("rb") as opened:
        from_file = read_appendix(opened, year=2026)
    assert from_file == read_appendix(APPENDIX.read_bytes(), year=2026) == read_appendix(str(APPENDIX), year=2026)


def test_columns_may_stand_in_any_order_with_others_between() -> None:
    appendix = read(
        [
            ("STT", "Thời hạn hoàn thành", "Ghi chú", "Đơn vị phối hợp", "Đơn vị chủ trì", "Nội dung công việc"),
            ("I", None, None, None, None, "CHỈ ĐẠO"),
            (1, "Quý I/2026", "gấp", "Công an xã", "Phòng Kinh tế", "Ban hành kế hoạch"),
        ]
    )
    (task,) = appendix.tasks
    assert appendix.problems == ()
    assert (task.title, task.product, task.lead_text, task.coordinating_text, task.deadline_text) == (
        "Ban hành kế hoạch",
        "",
        "Phòng Kinh tế",
        "Công an xã",
        "Quý I/2026",
    )
    assert task.cells == {"number": "A3", "title": "F3", "lead": "E3", "coordinating": "D3", "deadline": "B3"}


def test_a_heading_may_take_two_rows() -> None:
    appendix = read(
        [
            ("TT", "Nhiệm vụ", "Sản phẩm", "Cơ quan thực hiện", None, "Thời gian"),
            (None, None, None, "Chủ trì", "Phối hợp", None),
            AREA,
            TASK,
        ]
    )
    assert appendix.problems == ()
    assert (appendix.tasks[0].lead_text, appendix.tasks[0].coordinating_text) == ("Phòng Kinh tế", "Công an xã")


def test_a_row_of_column_numbers_and_a_repeated_heading_are_passed_over() -> None:
    rows = [HEADING, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), AREA, TASK, HEADING, (2, *TASK[1:])]
    appendix = read(rows)
    assert (appendix.problems, [task.number for task in appendix.tasks]) == ((), ["1", "2"])


def test_texts_are_tidied_into_one_unicode_form() -> None:
    decomposed = unicodedata.normalize("NFD", "Phòng Kinh tế")
    appendix = read(
        [HEADING, AREA, (1.0, " Ban  hành\u00a0kế\nhoạch ", None, f"{decomposed};\nCông an xã ", None, "Quý I")]
    )
    (task,) = appendix.tasks
    assert (task.number, task.title, task.lead_text) == ("1", "Ban hành kế hoạch", "Phòng Kinh tế;\nCông an xã")


def test_a_cell_merged_over_several_tasks_counts_for_each() -> None:
    book = workbook([HEADING, AREA, TASK, (2, "Rà soát", "Báo cáo"), (3, "Sơ kết", "Báo cáo")])
    assert book.active is not None
    for column in "DF":
        book.active.merge_cells(f"{column}3:{column}5")
    appendix = read_appendix(saved(book), year=2026)
    assert appendix.problems == ()
    assert [(task.lead_text, task.deadline_text) for task in appendix.tasks] == [("Phòng Kinh tế", "Quý I/2026")] * 3


@pytest.mark.parametrize(
    ("area", "read_as"),
    [
        (("I", "Công tác chỉ đạo"), AreaRow("I", "Công tác chỉ đạo", "A2")),
        (("I.", "Công tác chỉ đạo"), AreaRow("I", "Công tác chỉ đạo", "A2")),
        (("I. CÔNG TÁC CHỈ ĐẠO",), AreaRow("I", "CÔNG TÁC CHỈ ĐẠO", "A2")),
        ((None, "I. CÔNG TÁC CHỈ ĐẠO"), AreaRow("I", "CÔNG TÁC CHỈ ĐẠO", "B2")),
        (("A", "Công tác chỉ đạo"), AreaRow("A", "Công tác chỉ đạo", "A2")),
        ((1, "CÔNG TÁC CHỈ ĐẠO"), AreaRow("1", "CÔNG TÁC CHỈ ĐẠO", "A2")),
        ((1, "Công tác chỉ đạo"), AreaRow("1", "Công tác chỉ đạo", "A2")),
    ],
)
def test_areas_are_known_by_their_number_and_empty_cells(area: tuple[object, ...], read_as: AreaRow) -> None:
    appendix = read([HEADING, area, ("1.1", *TASK[1:])])
    assert (appendix.problems, appendix.areas, appendix.tasks[0].area) == ((), (read_as,), read_as.numeral)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime(2026, 6, 30), "dd/mm/yyyy", "30/06/2026"),  # noqa: DTZ001 - Excel knows no time zone
        (datetime(2026, 6, 1), "mmm\\-yy", "06/2026"),  # noqa: DTZ001
        (datetime(2026, 6, 1), "mm/yyyy", "06/2026"),  # noqa: DTZ001
    ],
)
def test_dates_that_excel_made_of_what_was_typed(value: datetime, number_format: str, text: str) -> None:
    book = workbook([HEADING, AREA, (*TASK[:5], value)])
    assert book.active is not None
    book.active["F3"].number_format = number_format
    appendix = read_appendix(saved(book), year=2026)
    assert (appendix.problems, appendix.tasks[0].deadline_text) == ((), text)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([AREA, (None, *TASK[1:])], [("A3", "error", "Ô A3 (cột “TT”) để trống.")]),
        ([AREA, (1, None, *TASK[2:])], [("B3", "error", "Ô B3 (cột “Nhiệm vụ”) để trống.")]),
        (
            [AREA, (1, "Ban hành", "Kế hoạch", None, None, None)],
            [
                ("D3", "error", "Ô D3 (cột “Cơ quan, đơn vị chủ trì”) để trống."),
                ("F3", "error", "Ô F3 (cột “Thời gian thực hiện”) để trống."),
            ],
        ),
        ([AREA, TASK, TASK], [("A4", "error", "Số thứ tự 1 đã có ở ô A3.")]),
        ([AREA, ("I", *TASK[1:])], [("A3", "error", "“I” không phải số thứ tự của một nhiệm vụ.")]),
        ([TASK], [("A2", "error", "Nhiệm vụ ở dòng 2 đứng trước mọi lĩnh vực (I, II, …).")]),
        ([AREA, TASK, AREA, (2, *TASK[1:])], [("A4", "error", "Lĩnh vực I xuất hiện hai lần.")]),
        ([AREA, (1, "a" * 1001, *TASK[2:])], [("B3", "error", "Cột “Nhiệm vụ” dài quá 1000 ký tự.")]),
        ([AREA, (1, "Rà soát", None, "b" * 501, None, "Quý I")], [
            ("D3", "error", "Cột “Cơ quan, đơn vị chủ trì” dài quá 500 ký tự.")
        ]),
        ([AREA, (*TASK[:5], "Sớm nhất")], [("F3", "decide", "Chưa hiểu thời hạn “Sớm nhất”.")]),
        ([AREA, (*TASK[:5], "31/02/2026")], [("F3", "decide", "Không có ngày 31/02/2026 trong lịch.")]),
        ([AREA, (*TASK[:5], "10/01/2026")], [
            ("F3", "decide", "Hạn 10/01/2026 sớm hơn ngày ban hành kế hoạch 14/01/2026.")
        ]),
        ([AREA, TASK, (), ("Nơi nhận:",)], [
            ("A5", "decide", "Dòng 5 (“Nơi nhận:”) không phải lĩnh vực hay nhiệm vụ; bỏ qua.")
        ]),
        ([AREA, (*TASK[:3], "#REF!", *TASK[4:])], [("D3", "error", "Ô D3 báo lỗi của Excel (#REF!).")]),
        ([AREA, (*TASK[:3], "=A1&A2", *TASK[4:])], [
            ("D3", "error", "Ô D3 là công thức chưa có giá trị. Hãy dán lại dạng giá trị.")
        ]),
    ],
)  # fmt: skip
def test_problems_are_named_by_cell(rows: Rows, problems: list[tuple[str, str, str]]) -> None:
    assert found(read([HEADING, *rows])) == problems


def test_a_formula_with_a_saved_value_is_read_and_reported() -> None:
    data = saved(workbook([HEADING, AREA, (*TASK[:3], "=UPPER(B1)", *TASK[4:])]))
    appendix = read_appendix(_with_saved_value(data, "Phòng Kinh tế"), year=2026)
    assert appendix.tasks[0].lead_text == "Phòng Kinh tế"
    assert found(appendix) == [("D3", "decide", "Ô D3 là công thức; đã đọc giá trị đang hiện “Phòng Kinh tế”.")]
    assert appendix.errors == ()


def _with_saved_value(data: bytes, value: str) -> bytes:
    """Return the workbook with `value` saved beside its one formula, as Excel does."""
    from zipfile import ZipFile

    stream = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                before = part
                part = part.replace(b'<c r="D3">', b'<c r="D3" t="str">')
                part = part.replace(b"</f><v />", b"</f><v>" + value.encode() + b"</v>")
                part = part.replace(b"</f><v></v>", b"</f><v>" + value.encode() + b"</v>")
                assert part != before
            new.writestr(name, part)
    return stream.getvalue()


def test_text_that_looks_like_a_formula_in_quotes_stays_text() -> None:
    book = workbook([HEADING, AREA, TASK])
    assert book.active is not None
    book.active["B3"].value = "=HYPERLINK(1)"
    book.active["B3"].data_type = "s"
    appendix = read_appendix(saved(book), year=2026)
    assert (appendix.problems, appendix.tasks[0].title) == ((), "=HYPERLINK(1)")


def test_a_title_of_another_year_is_asked_about() -> None:
    appendix = read([("NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2025",), HEADING, AREA, TASK])
    assert found(appendix) == [("A1", "decide", "Tiêu đề ghi năm 2025, khác năm 2026 của kế hoạch.")]


def test_the_first_visible_sheet_with_a_table_is_read() -> None:
    book = workbook([("Ghi chú",)], BangChinh=[HEADING, AREA, TASK], BangHai=[HEADING, AREA, TASK])
    hidden = book.create_sheet("An", 0)
    hidden.append(HEADING)
    hidden.sheet_state = "hidden"
    appendix = read_appendix(saved(book), year=2026)
    assert appendix.sheet == "BangChinh"
    assert appendix.problems == (
        Problem(
            "BangChinh",
            "A1",
            "Trang “BangHai” cũng có bảng nhiệm vụ; chỉ trang “BangChinh” được đọc.",
            Severity.DECIDE,
        ),
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [("Tên", "Tuổi")],
            f"Không tìm thấy dòng tiêu đề của bảng. Bảng cần có các cột {', '.join(f'“{name}”' for name in HEADING)}.",
        ),
        ([HEADING[:5], AREA, TASK], "Bảng ở trang “Sheet” thiếu cột “Thời gian thực hiện”."),
        (
            [(*HEADING, "Đơn vị chủ trì"), AREA, TASK],
            "Ô D1 và G1 cùng là cột “Cơ quan, đơn vị chủ trì”. Hãy đổi tên một cột.",
        ),
        ([HEADING], "Bảng ở trang “Sheet” không có nhiệm vụ nào dưới dòng tiêu đề."),
        ([HEADING, AREA, *([TASK] * 2000)], "Bảng có hơn 2000 dòng. Hãy kiểm tra lại tệp."),
    ],
)
def test_a_sheet_that_is_no_appendix_is_refused(rows: Rows, message: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        read(rows)
    assert refused.value.message == message
