"""The appendix read from Excel: the real one, other layouts, and every problem named by its cell."""

import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from reform_tasks.workbook import (
    Appendix,
    Layout,
    Problem,
    RowKind,
    Severity,
    WorkbookError,
    check,
    drafts_of,
    read_appendix,
    restarts_by_area,
)
from reform_tasks.workbook.excel import Reach, read_sheets
from reform_tasks.workbook.safety import TOO_LARGE_INSIDE

APPENDIX = Path(__file__).parents[1] / "data" / "phu-luc-ke-hoach-14-2026.xlsx"
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
    return read_appendix(saved(workbook(rows, **sheets)))


def found(appendix: Appendix) -> list[tuple[str, str, str]]:
    """Return the problems of the table and of its rows as (cell, severity, message)."""
    problems = [*appendix.problems, *check(drafts_of(appendix, {}))]
    return [(problem.cell, problem.severity.value, problem.message) for problem in problems]


def lines(appendix: Appendix) -> list[tuple[str, str]]:
    """Return the rows as (kind, words under the task's column)."""
    return [(row.kind.value, row.texts.get("title", "")) for row in appendix.rows]


def numbers(appendix: Appendix) -> list[str]:
    """Return the numbers of the tasks."""
    return [task.texts["number"] for task in appendix.tasks]


def test_the_real_appendix_has_seven_areas_and_48_tasks_and_no_problem() -> None:
    appendix = read_appendix(APPENDIX)
    drafts = drafts_of(appendix, {})
    assert (found(appendix), appendix.sheet, appendix.notes) == ([], "Phụ lục", ())
    assert [address for address, _ in appendix.titles] == ["A1", "A2", "A3"]
    assert appendix.titles[1][1] == "NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2026"
    assert [(area.texts["number"], area.cells["number"]) for area in appendix.areas] == [
        ("I", "A6"),
        ("II", "A20"),
        ("III", "A26"),
        ("IV", "A37"),
        ("V", "A42"),
        ("VI", "A48"),
        ("VII", "A54"),
    ]
    assert numbers(appendix) == [str(number) for number in range(1, 49)]
    in_areas = [draft.area for draft in drafts if draft.kind == RowKind.TASK]
    assert [in_areas.count(area.texts["number"]) for area in appendix.areas] == [13, 5, 10, 4, 5, 5, 6]


def test_a_task_keeps_the_words_of_the_plan_and_their_cells() -> None:
    task = read_appendix(APPENDIX).tasks[21]
    assert (task.number, task.texts) == (
        30,
        {
            "number": "22",
            "title": "Tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn từ 98% trở lên",
            "product": "Số liệu hệ thống",
            "lead": "Trung tâm Phục vụ hành chính công",
            "coordinating": "Phòng Kinh tế; Phòng Văn hóa - Xã hội; Văn phòng HĐND và UBND",
            "deadline": "Hằng tháng",
        },
    )
    names = ("number", "title", "product", "lead", "coordinating", "deadline")
    assert task.cells == {name: f"{letter}30" for name, letter in zip(names, "ABCDEF", strict=True)}


def test_an_appendix_goes_to_json_and_back() -> None:
    whole = read_appendix(APPENDIX)
    assert Appendix.from_json(json.loads(json.dumps(whole.to_json()))) == whole
    formula = read([HEADING, AREA, (*TASK[:3], "=A1", *TASK[4:])])
    assert formula.tasks[0].marks != ()
    assert Appendix.from_json(json.loads(json.dumps(formula.to_json()))) == formula


def test_path_bytes_and_open_file_read_the_same() -> None:
    with APPENDIX.open("rb") as opened:
        from_file = read_appendix(opened)
    assert from_file == read_appendix(APPENDIX.read_bytes()) == read_appendix(str(APPENDIX))


def test_columns_may_stand_in_any_order_with_others_between() -> None:
    appendix = read(
        [
            ("STT", "Thời hạn hoàn thành", "Ghi chú", "Đơn vị phối hợp", "Đơn vị chủ trì", "Nội dung công việc"),
            ("I", None, None, None, None, "CHỈ ĐẠO"),
            (1, "Quý I/2026", "gấp", "Công an xã", "Phòng Kinh tế", "Ban hành kế hoạch"),
        ]
    )
    (task,) = appendix.tasks
    assert found(appendix) == []
    assert task.texts == {
        "number": "1",
        "title": "Ban hành kế hoạch",
        "lead": "Phòng Kinh tế",
        "coordinating": "Công an xã",
        "deadline": "Quý I/2026",
    }
    assert task.cells == {"number": "A3", "title": "F3", "lead": "E3", "coordinating": "D3", "deadline": "B3"}
    assert [(column.letter, column.heading, column.sample, column.holds) for column in appendix.columns] == [
        ("Cột A", "STT", "I", "number"),
        ("Cột B", "Thời hạn hoàn thành", "Quý I/2026", "deadline"),
        ("Cột C", "Ghi chú", "gấp", ""),
        ("Cột D", "Đơn vị phối hợp", "Công an xã", "coordinating"),
        ("Cột E", "Đơn vị chủ trì", "Phòng Kinh tế", "lead"),
        ("Cột F", "Nội dung công việc", "CHỈ ĐẠO", "title"),
    ]


def test_a_heading_may_take_two_rows_with_merged_cells() -> None:
    book = workbook(
        [
            ("TT", "Nhiệm vụ", "Sản phẩm", "Cơ quan thực hiện", None, "Thời gian thực hiện", None),
            (None, None, None, "Chủ trì", "Phối hợp", "Bắt đầu", "Thời hạn hoàn thành"),
            AREA,
            (*TASK[:5], "Tháng 01/2026", "Quý I/2026"),
        ]
    )
    assert book.active is not None
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"):
        book.active.merge_cells(merged)
    appendix = read_appendix(saved(book))
    assert found(appendix) == []
    texts = appendix.tasks[0].texts
    assert (texts["lead"], texts["coordinating"], texts["deadline"]) == ("Phòng Kinh tế", "Công an xã", "Quý I/2026")


def test_a_row_of_column_numbers_and_a_repeated_heading_are_passed_over() -> None:
    rows = [HEADING, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), AREA, TASK, HEADING, (2, *TASK[1:])]
    appendix = read(rows)
    assert (found(appendix), numbers(appendix)) == ([], ["1", "2"])


def test_texts_are_tidied_into_one_unicode_form() -> None:
    decomposed = unicodedata.normalize("NFD", "Phòng Kinh tế")
    appendix = read(
        [HEADING, AREA, (1.0, " Ban  hành\u00a0kế\nhoạch ", None, f"{decomposed};\nCông an xã ", None, "Quý I")]
    )
    (task,) = appendix.tasks
    assert (task.texts["number"], task.texts["title"], task.texts["lead"]) == (
        "1",
        "Ban hành kế hoạch",
        "Phòng Kinh tế;\nCông an xã",
    )


def test_a_cell_merged_over_several_tasks_counts_for_each() -> None:
    book = workbook([HEADING, AREA, TASK, (2, "Rà soát", "Báo cáo"), (3, "Sơ kết", "Báo cáo")])
    assert book.active is not None
    for column in "DF":
        book.active.merge_cells(f"{column}3:{column}5")
    appendix = read_appendix(saved(book))
    assert found(appendix) == []
    assert [(task.texts["lead"], task.texts["deadline"]) for task in appendix.tasks] == [
        ("Phòng Kinh tế", "Quý I/2026")
    ] * 3


def test_a_row_under_a_merged_task_is_joined_to_it_and_told() -> None:
    book = workbook([HEADING, AREA, TASK, (None, None, "Báo cáo", "Công an xã", None, "30/6/2026"), (2, *TASK[1:])])
    assert book.active is not None
    for merged in ("A3:A4", "B3:B4"):
        book.active.merge_cells(merged)
    appendix = read_appendix(saved(book))
    first = next(draft for draft in drafts_of(appendix, {}) if draft.kind == RowKind.TASK)
    assert found(appendix) == [("B4", "decide", "Dòng 4 nối tiếp nhiệm vụ ở trên (ô gộp); đã nối nội dung.")]
    assert (first.texts["product"], first.texts["lead"], first.texts["deadline"], first.joined) == (
        "Kế hoạch; Báo cáo",
        "Phòng Kinh tế\nCông an xã",
        "Quý I/2026\n30/6/2026",
        [4],
    )


def test_chaos_of_merged_cells_is_read_without_breaking() -> None:
    book = workbook([HEADING, AREA, TASK, (2, *TASK[1:])])
    assert book.active is not None
    for merged in ("A1:XFD1", "C3:E4", "A2:F2", "B3:B20000", "Z1:Z1048576"):
        book.active.merged_cells.add(merged)
    appendix = read_appendix(saved(book))
    assert numbers(appendix) == ["1", "2"]


@pytest.mark.parametrize(("rows", "gap", "far"), [(2, 0, 0), (2, 250, 253), (30_000, 250, 0), (1, 25_000, 25_002)])
def test_what_stands_far_below_a_table_is_known(rows: int, gap: int, far: int) -> None:
    book = workbook([("a" * 90, number) for number in range(rows)])
    assert book.active is not None
    if gap:
        book.active.cell(rows + gap + 1, 2, "=1+1")
    book.active.cell(rows + gap + 900, 1).number_format = "0.00"
    table = read_sheets(saved(book), reach=Reach(filled_rows=1000), computed=False)[0]
    assert (table.far_row, table.cut, len(table.rows)) == (far, rows > 1000, min(rows, 1001))


def test_a_cell_tells_what_excel_holds_and_covered_cells_repeat_it() -> None:
    day = datetime(2026, 2, 1)  # noqa: DTZ001 - a cell has no zone
    book = workbook([("K", 1.5, True), (None, "x", day), ("=1+1", None, None)])
    assert book.active is not None
    book.active.merge_cells("A1:A2")
    book.active["B1"].number_format = "0.00"
    first, second, third = read_sheets(saved(book), computed=False)[0].rows
    assert [(one.text, one.value, one.number_format) for one in first.cells] == [
        ("K", "K", "General"),
        ("1.5", 1.5, "0.00"),
        ("TRUE", True, "General"),
    ]
    assert (second.cells[0].text, second.cells[0].value, second.cells[0].covered) == ("K", "K", True)
    assert second.cells[2].value == day
    assert [(one.text, one.is_formula) for one in third.cells] == [("", True)]


def test_merges_over_more_rows_than_any_table_has_are_refused() -> None:
    book = workbook([HEADING, AREA, TASK])
    assert book.active is not None
    for column in ("A", "B", "C", "D", "E", "F"):
        book.active.merged_cells.add(f"{column}4:{column}1048576")
    with pytest.raises(WorkbookError) as refused:
        read_appendix(saved(book))
    assert refused.value.message == TOO_LARGE_INSIDE


@pytest.mark.parametrize(
    ("area", "read_as"),
    [
        (("I", "Công tác chỉ đạo"), ("I", "Công tác chỉ đạo")),
        (("I.", "Công tác chỉ đạo"), ("I", "Công tác chỉ đạo")),
        (("I. CÔNG TÁC CHỈ ĐẠO",), ("I", "CÔNG TÁC CHỈ ĐẠO")),
        ((None, "I. CÔNG TÁC CHỈ ĐẠO"), ("I", "CÔNG TÁC CHỈ ĐẠO")),
        (("A", "Công tác chỉ đạo"), ("A", "Công tác chỉ đạo")),
        ((1, "CÔNG TÁC CHỈ ĐẠO"), ("1", "CÔNG TÁC CHỈ ĐẠO")),
        ((1, "Công tác chỉ đạo"), ("1", "Công tác chỉ đạo")),
    ],
)
def test_areas_are_known_by_their_number_and_empty_cells(area: tuple[object, ...], read_as: tuple[str, str]) -> None:
    appendix = read([HEADING, area, ("1.1", *TASK[1:])])
    (row,) = appendix.areas
    assert (found(appendix), (row.texts["number"], row.texts["title"])) == ([], read_as)


@pytest.mark.parametrize(
    ("value", "number_format", "text", "remarks"),
    [
        (datetime(2026, 6, 30), "dd/mm/yyyy", "30/06/2026", []),  # noqa: DTZ001 - Excel knows no time zone
        (datetime(2026, 6, 1), "mmm\\-yy", "06/2026", []),  # noqa: DTZ001
        (datetime(2026, 6, 1), "mm/yyyy", "06/2026", []),  # noqa: DTZ001
        (datetime(2026, 6, 5), "mm-dd-yy", "05/06/2026", []),  # noqa: DTZ001
        (datetime(2026, 6, 30), "m/d/yyyy", "30/06/2026", []),  # noqa: DTZ001
        (
            datetime(2026, 6, 5),  # noqa: DTZ001
            "m/d/yyyy",
            "05/06/2026",
            [("F3", "info", "Ô là ngày hiển thị tháng trước ngày sau; hiểu là 05/06/2026.")],
        ),
    ],
)
def test_dates_that_excel_made_of_what_was_typed(
    value: datetime, number_format: str, text: str, remarks: list[tuple[str, str, str]]
) -> None:
    book = workbook([HEADING, AREA, (*TASK[:5], value)])
    assert book.active is not None
    book.active["F3"].number_format = number_format
    appendix = read_appendix(saved(book))
    assert (found(appendix), appendix.tasks[0].texts["deadline"]) == (remarks, text)


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
        ([TASK], [("A2", "error", "Nhiệm vụ ở dòng 2 đứng trước mọi lĩnh vực.")]),
        ([AREA, TASK, AREA, (2, *TASK[1:])], [("A4", "error", "Lĩnh vực I xuất hiện hai lần.")]),
        ([AREA, (1, "a" * 1001, *TASK[2:])], [("B3", "error", "Cột “Nhiệm vụ” dài quá 1000 ký tự.")]),
        ([AREA, (1, "Rà soát", None, "b" * 501, None, "Quý I")], [
            ("D3", "error", "Cột “Cơ quan, đơn vị chủ trì” dài quá 500 ký tự.")
        ]),
        ([AREA, TASK, ("Các việc sau làm khi có hướng dẫn",), (2, *TASK[1:])], [
            (
                "A4",
                "decide",
                "Dòng 4 (“Các việc sau làm khi có hướng dẫn”) không phải lĩnh vực hay nhiệm vụ; sẽ giữ làm ghi chú.",
            )
        ]),
        ([AREA, (*TASK[:3], "#REF!", *TASK[4:])], [("D3", "error", "Ô D3 báo lỗi của Excel (#REF!).")]),
        ([AREA, (*TASK[:3], "=A1&A2", *TASK[4:])], [
            ("D3", "error", "Ô D3 là công thức chưa có giá trị. Hãy nhập giá trị.")
        ]),
    ],
)  # fmt: skip
def test_problems_are_named_by_cell(rows: Rows, problems: list[tuple[str, str, str]]) -> None:
    assert found(read([HEADING, *rows])) == problems


def test_notes_under_the_table_are_kept_as_notes_and_ask_for_nothing() -> None:
    signature = (None, None, None, "TM. ỦY BAN NHÂN DÂN")
    appendix = read([HEADING, AREA, TASK, (), ("Ghi chú: đơn vị gửi báo cáo", "trước ngày 25"), signature])
    assert found(appendix) == []
    assert lines(appendix)[2:] == [
        ("note", "Ghi chú: đơn vị gửi báo cáo; trước ngày 25"),
        ("note", "TM. ỦY BAN NHÂN DÂN"),
    ]


def test_a_formula_with_a_saved_value_is_read_and_reported() -> None:
    data = saved(workbook([HEADING, AREA, (*TASK[:3], "=UPPER(B1)", *TASK[4:])]))
    appendix = read_appendix(_with_saved_value(data, "Phòng Kinh tế"))
    assert appendix.tasks[0].texts["lead"] == "Phòng Kinh tế"
    assert found(appendix) == [("D3", "decide", "Ô D3 là công thức; đã đọc giá trị đang hiện “Phòng Kinh tế”.")]


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
    appendix = read_appendix(saved(book))
    assert (found(appendix), appendix.tasks[0].texts["title"]) == ([], "=HYPERLINK(1)")


def test_the_first_visible_sheet_with_a_table_is_read_and_the_others_are_named() -> None:
    book = workbook([("Ghi chú",)], BangChinh=[HEADING, AREA, TASK], BangHai=[HEADING, AREA, (7, *TASK[1:])])
    hidden = book.create_sheet("An", 0)
    hidden.append(HEADING)
    hidden.sheet_state = "hidden"
    appendix = read_appendix(saved(book))
    assert [(table.name, table.complete) for table in appendix.tables] == [("BangChinh", True), ("BangHai", True)]
    assert (appendix.sheet, appendix.problems) == (
        "BangChinh",
        (
            Problem(
                "BangChinh",
                "",
                "Tệp có nhiều bảng nhiệm vụ (còn “BangHai”); đang đọc “BangChinh”.",
                Severity.DECIDE,
            ),
        ),
    )
    named = read_appendix(saved(book), table="banghai")
    assert (named.sheet, named.problems, numbers(named)) == ("BangHai", (), ["7"])


def test_a_person_says_what_the_columns_are() -> None:
    rows = [("A", "B", "C", "D"), ("Việc", "Ai", "Bao giờ", "Số"), ("CHỈ ĐẠO", None, None, "I")]
    data = saved(workbook([*rows, ("Ban hành", "Phòng Kinh tế", "Quý I", 1)]))
    guessed = read_appendix(data)
    columns = {"title": 0, "lead": 1, "deadline": 2, "number": 3}
    chosen = read_appendix(data, layout=Layout("Sheet", 3, columns))
    assert [(problem.cell, problem.severity.value, problem.message) for problem in guessed.problems] == [
        (
            "",
            "error",
            (
                "Chưa biết cột nào là “Nhiệm vụ”, “Cơ quan, đơn vị chủ trì”, “Thời gian thực hiện”. "
                "Hãy chọn ở phần Cột của bảng."
            ),
        )
    ]
    assert (found(chosen), chosen.tasks[0].texts["title"], chosen.areas[0].texts["number"]) == ([], "Ban hành", "I")


def test_a_table_without_numbers_is_numbered_in_order() -> None:
    rows = [HEADING[1:], ("I. CHỈ ĐẠO",), TASK[1:], TASK[1:]]
    data = saved(workbook(rows))
    appendix = read_appendix(data)
    drafts = [draft for draft in drafts_of(appendix, {}) if draft.kind == RowKind.TASK]
    assert (found(appendix), [draft.texts["number"] for draft in drafts]) == ([], ["1", "2"])


def test_numbers_that_start_again_in_each_area_can_be_told_apart_by_area() -> None:
    appendix = read([HEADING, AREA, TASK, (2, *TASK[1:]), ("II", "THỂ CHẾ"), TASK])
    plain, by_area = drafts_of(appendix, {}), drafts_of(appendix, {"by_area": True})
    assert [finding.message for finding in check(plain)] == ["Số thứ tự 1 đã có ở ô A3."]
    assert (restarts_by_area(plain), list(check(by_area))) == (True, [])
    tasks = [draft.texts["number"] for draft in by_area if draft.kind == RowKind.TASK]
    assert tasks == ["I.1", "I.2", "II.1"]
    assert not restarts_by_area(drafts_of(read([HEADING, AREA, TASK, TASK]), {}))


def test_corrections_stand_over_the_file() -> None:
    appendix = read([HEADING, TASK, ("Xen giữa",), (1, *TASK[1:]), (3, *TASK[1:])])
    corrections = {
        "areas": [{"numeral": "I", "name": "CHỈ ĐẠO", "before": 2}],
        "rows": {
            "3": {"kind": "skip"},
            "4": {"texts": {"number": "2", "title": "Việc khác"}},
            "5": {"kind": "note"},
        },
    }
    drafts = drafts_of(appendix, corrections)
    assert list(check(drafts)) == []
    assert [(draft.kind.value, draft.texts["number"], draft.texts["title"], draft.area) for draft in drafts] == [
        ("area", "I", "CHỈ ĐẠO", ""),
        ("task", "1", "Ban hành kế hoạch", "I"),
        ("skip", "", "Xen giữa", ""),
        ("task", "2", "Việc khác", "I"),
        ("note", "3", "Ban hành kế hoạch", ""),
    ]


def test_two_columns_of_one_kind_are_asked_about() -> None:
    appendix = read([(*HEADING, "Đơn vị chủ trì"), AREA, TASK])
    assert found(appendix) == [("G1", "decide", "Cả ô D1 và ô G1 đều là cột “Cơ quan, đơn vị chủ trì”; đang đọc ô D1.")]


def test_a_missing_column_and_an_empty_table_are_told_on_the_page() -> None:
    assert [found(read(rows))[0][1:] for rows in ([HEADING[:5], AREA, TASK], [HEADING, AREA])] == [
        ("error", "Chưa biết cột nào là “Thời gian thực hiện”. Hãy chọn ở phần Cột của bảng."),
        ("error", "Không thấy nhiệm vụ nào dưới dòng tiêu đề."),
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [("Tên", "Tuổi")],
            (
                "Không tìm thấy bảng nhiệm vụ nào trong tệp. Bảng cần có các cột "
                f"{', '.join(f'“{name}”' for name in HEADING)}."
            ),
        ),
        ([HEADING, AREA, *([TASK] * 2000)], "“Sheet” có hơn 2000 dòng. Hãy kiểm tra lại tệp."),
    ],
)
def test_a_sheet_that_is_no_appendix_is_refused(rows: Rows, message: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        read(rows)
    assert refused.value.message == message


def test_an_unknown_sheet_name_lists_those_there_are() -> None:
    with pytest.raises(WorkbookError) as refused:
        read_appendix(saved(workbook([HEADING, AREA, TASK])), table="Phụ lục 9")
    assert refused.value.message == ("Tệp không có trang hay bảng tên “Phụ lục 9”; các trang, bảng đọc được: “Sheet”.")
