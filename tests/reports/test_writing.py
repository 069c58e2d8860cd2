"""Pure parts: blocks, symbols, phrases, the plan's text, hints."""

from datetime import date

import pytest

from reports.demo import SOURCE, read_source
from reports.documents.annexes import label, roman
from reports.documents.blocks import parse, recipients_of, text_of
from reports.documents.phrases import count_text, period_name, share, two_places
from reports.models import Document
from reports.rules import symbols
from reports.rules.lint import lint
from units.models import Unit

ISSUER = Unit(name="Ủy ban nhân dân xã Ninh Giang", symbol="UBND", place="Ninh Giang")


def test_blocks_of_a_document():
    text = """Kính gửi: Ủy ban nhân dân thành phố Hải Phòng.

Căn cứ Luật Tổ chức chính quyền địa phương;
tiếp theo của căn cứ thứ nhất;

Căn cứ Kế hoạch số 14/KH-UBND.

Ủy ban nhân dân xã báo cáo như sau:
I. KẾT QUẢ
1. Công tác chỉ đạo
Đoạn một.
- ý một;
- ý hai.

Căn cứ này không ở đầu văn bản./."""
    assert [(block["type"], block["text"]) for block in parse(text)] == [
        ("addressee", "Kính gửi: Ủy ban nhân dân thành phố Hải Phòng."),
        ("basis", "Căn cứ Luật Tổ chức chính quyền địa phương; tiếp theo của căn cứ thứ nhất;"),
        ("basis", "Căn cứ Kế hoạch số 14/KH-UBND."),
        ("lead", "Ủy ban nhân dân xã báo cáo như sau:"),
        ("heading", "I. KẾT QUẢ"),
        ("paragraph", "1. Công tác chỉ đạo Đoạn một."),
        ("item", "- ý một;"),
        ("item", "- ý hai."),
        ("paragraph", "Căn cứ này không ở đầu văn bản./."),
    ]


def test_numbered_lines_with_and_without_a_full_stop():
    kinds = [
        block["type"] for block in parse("I. A\n\n1. Công tác chỉ đạo, điều hành\n\n1. Giao Phòng Kinh tế thực hiện.")
    ]
    assert kinds == ["heading", "subheading", "paragraph"]


def test_parsing_what_was_written_gives_the_same_blocks():
    blocks = parse(read_source(SOURCE.read_text(encoding="utf-8"))[1])
    assert parse(text_of(blocks)) == blocks
    assert [block["type"] for block in blocks[:4]] == ["basis", "lead", "heading", "paragraph"]


@pytest.mark.parametrize("text", ["", " \n\n ", "\r\n"])
def test_nothing_gives_no_blocks(text):
    assert parse(text) == []


def test_recipients_lose_their_dash():
    assert recipients_of("- TT Đảng ủy;\n-Lãnh đạo;\n\n Lưu: VT.\n-") == ["TT Đảng ủy;", "Lãnh đạo;", "Lưu: VT."]


def test_number_symbol_and_letterhead():
    assert symbols.number_and_symbol("plan", ISSUER, 5) == "05/KH-UBND"
    assert symbols.number_and_symbol("report", ISSUER, 131) == "131/BC-UBND"
    assert symbols.number_and_symbol("report", ISSUER, None) == f"{symbols.BLANK}/BC-UBND"
    assert symbols.letterhead(ISSUER) == ["ỦY BAN NHÂN DÂN", "XÃ NINH GIANG"]
    assert symbols.full_name(Unit(name="UBND xã Ninh Giang")) == "Ủy ban nhân dân xã Ninh Giang"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_zero_before_small_days_and_the_months_one_and_two(day, text):
    assert symbols.long_date(day, year=2026) == text


def test_unknown_day_leaves_room():
    blank = symbols.BLANK
    assert symbols.long_date(None, year=2026, month=1) == f"ngày {blank} tháng 01 năm 2026"
    assert symbols.long_date(None, year=2026) == f"ngày {blank} tháng {blank} năm 2026"


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "năm 2026"),
        (date(2025, 12, 15), date(2026, 12, 14), "năm 2026"),
        (date(2026, 1, 1), date(2026, 6, 30), "6 tháng đầu năm 2026"),
        (date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026"),
        (date(2026, 7, 1), date(2026, 12, 31), "6 tháng cuối năm 2026"),
        (date(2026, 10, 1), date(2026, 12, 31), "quý IV năm 2026"),
        (date(2026, 1, 1), date(2026, 9, 30), "9 tháng đầu năm 2026"),
        (date(2026, 5, 1), date(2026, 5, 31), "tháng 5 năm 2026"),
        (date(2026, 2, 3), date(2026, 4, 5), "từ ngày 03/02/2026 đến ngày 05/04/2026"),
    ],
)
def test_period_names(start, end, name):
    assert period_name(start, end) == name


def test_numbers_in_words_of_a_report():
    assert [count_text(number) for number in (0, 7, 10, 1250)] == ["0", "07", "10", "1.250"]
    assert [share(1, 3), share(5, 5), share(0, 0)] == ["33,33%", "100%", "0%"]
    assert [two_places("8.5"), two_places("100")] == ["8,50", "100,00"]


def test_annex_labels():
    assert label(1, 1) == "PHỤ LỤC"
    assert [label(position, 9) for position in (1, 4, 9)] == ["PHỤ LỤC I", "PHỤ LỤC IV", "PHỤ LỤC IX"]
    assert roman(38) == "XXXVIII"


def test_hints_on_the_authors_plan(plan_document):
    assert [(finding.code, finding.where) for finding in lint(plan_document)] == [
        ("slip", "Mục III, đoạn 1"),
        ("capital", "Mục III, đoạn 2"),
        ("repeated", "Mục III, đoạn 4"),
        ("capital", "Mục III, đoạn 4"),
        ("abbreviation", "Chữ ký"),
    ]


def test_the_written_report_has_no_hints(report):
    assert lint(report) == []


def document(**changes):
    """A document without faults, changed as asked."""
    fields = {
        "kind": "report",
        "title": "Kết quả",
        "body": parse("Căn cứ A;\n\nCăn cứ B.\n\nBáo cáo như sau./."),
        "recipients": ["Lãnh đạo UBND xã;", "Lưu: VT, VHXH."],
        "authority_lines": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"],
        "signer_name": "Nguyễn Đình Khoa",
    }
    return Document(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"body": parse("Báo cáo như sau.")}, ["ending"]),
        ({"body": parse("Căn cứ A.\n\nCăn cứ B;\n\nNhư sau./.")}, ["basis", "basis"]),
        ({"recipients": []}, ["recipients"]),
        ({"recipients": ["Lãnh đạo", "Lưu: VT"]}, ["recipients", "recipients", "recipients"]),
        ({"authority_lines": ["TM.ỦY BAN NHÂN DÂN"]}, ["abbreviation"]),
        ({"authority_lines": ["Tm. Ủy ban"]}, ["authority"]),
        ({"signer_name": " "}, ["authority"]),
        ({"title": "Sử lý hồ sơ"}, ["slip"]),
        ({"body": parse("Số liệu … chưa có./.")}, ["placeholder"]),
        ({"body": parse("Kết quả hoà nhập, luôn luôn đúng hạn, quý III./.")}, ["tone"]),
        ({"body": parse("Theo phụ lục I kèm theo./.")}, ["annex"]),
        ({"annexes": [{"title": "A"}]}, ["annex"]),
        ({"body": parse("Giao văn phòng HĐND và UBND, ủy ban nhân dân xã./.")}, ["capital", "capital"]),
    ],
)
def test_each_hint(changes, codes):
    assert [finding.code for finding in lint(document(**changes))] == codes
