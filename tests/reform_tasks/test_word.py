"""Appendices in Word: tables with merged cells, automatic numbers, tracked changes, several tables."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reform_tasks.workbook import RowKind, WorkbookError, check, drafts_of, place, read_appendix
from reform_tasks.workbook.safety import TOO_LARGE_INSIDE
from tests.reform_tasks.docs import C, docx, table

HEADING = ("TT", "Nhiệm vụ", "Sản phẩm, kết quả", "Chủ trì", "Phối hợp", "Thời gian thực hiện")
AREA = (C("I"), C("CÔNG TÁC CHỈ ĐẠO", span=5))
TASK = ("1", "Ban hành kế hoạch", "Kế hoạch", "Phòng Kinh tế", "Công an xã", "Quý I/2026")


def found(appendix):
    """Return the problems as (address, severity, message)."""
    problems = [*appendix.problems, *check(drafts_of(appendix, {}))]
    return [(place(appendix.sheet, one.cell), one.severity.value, one.message) for one in problems]


def texts(appendix):
    """Return the texts of the tasks."""
    return [task.texts for task in appendix.tasks]


def test_a_table_of_word_is_read_with_the_lines_around_it():
    appendix = read_appendix(
        docx(
            "PHỤ LỤC",
            "NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2026",
            table(HEADING, AREA, TASK),
            "Ghi chú: báo cáo gửi trước ngày 25.",
        )
    )
    assert (found(appendix), appendix.sheet) == ([], "Bảng 1")
    assert [text for _, text in appendix.titles] == ["PHỤ LỤC", "NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2026"]
    assert appendix.notes == ("Ghi chú: báo cáo gửi trước ngày 25.",)
    assert (appendix.areas[0].texts, appendix.tasks[0].cells["lead"]) == (
        {"number": "I", "title": "CÔNG TÁC CHỈ ĐẠO"},
        "dòng 3, cột 4",
    )
    assert texts(appendix) == [
        {
            "number": "1",
            "title": "Ban hành kế hoạch",
            "product": "Kế hoạch",
            "lead": "Phòng Kinh tế",
            "coordinating": "Công an xã",
            "deadline": "Quý I/2026",
        }
    ]


def test_two_heading_rows_and_merged_cells_of_the_body():
    appendix = read_appendix(
        docx(
            table(
                (
                    C("TT", merge="restart"),
                    C("Nhiệm vụ", merge="restart"),
                    C("Cơ quan thực hiện", span=2),
                    C("Thời gian", merge="restart"),
                ),
                (C(merge="continue"), C(merge="continue"), "Chủ trì", "Phối hợp", C(merge="continue")),
                (C("I. CHỈ ĐẠO", span=5),),
                ("1", "Ban hành", C("Phòng Kinh tế", merge="restart"), "", "Quý I"),
                ("2", "Rà soát", C(merge="continue"), "Công an xã", "Quý II"),
                (C("3", merge="restart"), C("Sơ kết", merge="restart"), "Công an xã", "", "Quý III"),
                (C(merge="continue"), C(merge="continue"), "Phòng Kinh tế", "", ""),
            )
        )
    )
    assert [(one["lead"], one.get("coordinating", ""), one["deadline"]) for one in texts(appendix)] == [
        ("Phòng Kinh tế", "", "Quý I"),
        ("Phòng Kinh tế", "Công an xã", "Quý II"),
        ("Công an xã", "", "Quý III"),
    ]
    assert found(appendix) == [
        ("Bảng 1, dòng 7, cột 2", "decide", "Dòng 7 nối tiếp nhiệm vụ ở trên (ô gộp); đã nối nội dung.")
    ]
    last = [draft for draft in drafts_of(appendix, {}) if draft.kind == RowKind.TASK][-1]
    assert last.texts["lead"] == "Công an xã\nPhòng Kinh tế"


def test_numbers_that_word_writes_itself_are_counted_and_told():
    appendix = read_appendix(
        docx(
            table(
                HEADING,
                (C("", numbered="2"), "CHỈ ĐẠO", "", "", "", ""),
                (C("", numbered="1"), *TASK[1:]),
                (C("", numbered="1.1"), *TASK[1:]),
                (C("", numbered="1"), "Rà soát", "", C("Phòng Kinh tế\nCông an xã", numbered="3"), "", "Quý I"),
            )
        )
    )
    assert appendix.areas[0].texts["number"] == "I"
    assert [one["number"] for one in texts(appendix)] == ["1", "1.1", "2"]
    assert texts(appendix)[2]["lead"] == "Phòng Kinh tế\nCông an xã"
    assert found(appendix) == [
        ("Bảng 1, dòng 3, cột 1", "info", "Số do Word tự đánh; hiểu là “1.”."),
        ("Bảng 1, dòng 4, cột 1", "info", "Số do Word tự đánh; hiểu là “1.1”."),
        ("Bảng 1, dòng 5, cột 1", "info", "Số do Word tự đánh; hiểu là “2.”."),
    ]


def test_what_tracked_changes_took_away_is_not_read():
    raw = (
        "<w:del><w:r><w:delText>Quý I</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>Quý III</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>Quý</w:t><w:tab/><w:t>II</w:t></w:r></w:ins><w:hyperlink><w:r><w:t>/2026</w:t></w:r></w:hyperlink>"
    )
    appendix = read_appendix(docx(table(HEADING, AREA, (*TASK[:5], C(raw=raw)))))
    assert texts(appendix)[0]["deadline"] == "Quý II/2026"


def test_a_table_within_a_cell_belongs_to_the_cell():
    raw = "</w:p>" + table(("Một", "Hai")) + "<w:p>"
    appendix = read_appendix(docx(table(HEADING, AREA, (TASK[0], C(raw=raw), *TASK[2:]))))
    assert (len(appendix.tables), texts(appendix)[0]["title"]) == (1, "Một Hai")


def test_several_tables_are_named_and_one_can_be_asked_for():
    data = docx(table(("Nơi nhận", "Ký")), table(HEADING, AREA, TASK), "Giữa", table(HEADING, AREA, ("9", *TASK[1:])))
    first, third = read_appendix(data), read_appendix(data, table="bảng 3")
    assert [choice.name for choice in first.tables] == ["Bảng 2", "Bảng 3"]
    assert found(first) == [
        ("Bảng 2", "decide", "Tệp có nhiều bảng nhiệm vụ (còn “Bảng 3”); đang đọc “Bảng 2”."),
    ]
    assert (third.sheet, found(third), texts(third)[0]["number"]) == ("Bảng 3", [], "9")


def test_problems_of_a_word_table_have_their_row_and_column():
    appendix = read_appendix(docx(table(HEADING, AREA, TASK, ("1", "Rà soát", "", "", "", "30/2"))))
    assert found(appendix) == [
        ("Bảng 1, dòng 4, cột 4", "error", "Ô dòng 4, cột 4 (cột “Cơ quan, đơn vị chủ trì”) để trống."),
        ("Bảng 1, dòng 4, cột 1", "error", "Số thứ tự 1 đã có ở ô dòng 3, cột 1."),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (docx("Không có bảng nào."), "Không tìm thấy bảng nhiệm vụ nào trong tệp."),
        (
            docx(table(HEADING, AREA, TASK), head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            "Tệp chứa khai báo lạ (DOCTYPE) mà Excel, Word không tạo ra nên không được đọc.",
        ),
        (docx(table(HEADING), media=b"<a>" + b" " * (21 << 20) + b"</a>"), TOO_LARGE_INSIDE),
        (docx(table(HEADING, AREA, *[TASK] * 2000)), "“Bảng 1” có hơn 2000 dòng. Hãy kiểm tra lại tệp."),
    ],
    ids=["no table", "entity", "bomb", "long"],
)
def test_bad_word_files_are_refused_with_a_sentence(data, message):
    with pytest.raises(WorkbookError) as refused:
        read_appendix(data)
    assert refused.value.message.startswith(message)


def test_a_hundred_thousand_empty_rows_in_word_cost_little_memory():
    whole = table(HEADING, AREA, TASK).replace("</w:tbl>", "<w:tr><w:tc><w:p/></w:tc></w:tr>" * 100_000 + "</w:tbl>")
    data = docx(whole)
    began = time.process_time()
    appendix = read_appendix(data)
    seconds = time.process_time() - began
    assert (len(appendix.tasks), seconds < 5) == (1, True)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2000), st.integers(0, 300))
def test_no_damage_breaks_the_reader_of_word(noise, at, cut):
    data = docx("Phụ lục", table(HEADING, AREA, TASK))
    try:
        appendix = read_appendix(data[:at] + noise + data[at + cut :])
    except WorkbookError:
        return
    assert len(appendix.tasks) <= 1
