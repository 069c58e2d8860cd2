"""Golden tests of the PDF: text, fonts, places on the page (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from datetime import date
from pathlib import Path

import pytest

from reports.documents.blocks import parse
from reports.enums import DocumentState
from reports.pdf import render_pdf
from reports.pdf.fonts import vietnamese_letters

from .pdf_tools import flat, fonts_of, pages_of, phrase, stored, text_of, words_of

SOURCE = Path(__file__).parents[2] / "reports" / "data" / "ke-hoach-gan-thi-dua-2026.txt"


@pytest.fixture
def plan_pdf(plan_document, tmp_path):
    """The draft plan as a PDF file."""
    return stored(render_pdf(plan_document), tmp_path)


@pytest.fixture
def report_pdf(report, tmp_path):
    """The draft report, with its three annexes, as a PDF file."""
    return stored(render_pdf(report), tmp_path)


def test_all_vietnamese_letters_survive(plan_document, tmp_path):
    letters = vietnamese_letters()
    assert len(letters) == 134
    plan_document.body = parse(" ".join(letters) + "./.")
    text = text_of(stored(render_pdf(plan_document), tmp_path))
    assert "".join(flat(text).split("KẾ HOẠCH")[1].split("năm 2026")[1].split("./.")[0].split()) == letters


def test_decomposed_text_is_composed(plan_document, tmp_path):
    plan_document.body = parse("Nguye\u0302\u0303n Thi\u0323 Hoa\u0300./.")
    assert "Nguyễn Thị Hoà./." in flat(text_of(stored(render_pdf(plan_document), tmp_path)))


def test_only_tinos_is_embedded(report_pdf):
    assert fonts_of(report_pdf) == {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-Bold-Italic"}


def test_the_plan_carries_the_authors_text_word_for_word(plan_pdf):
    pages = text_of(plan_pdf).split("\f")
    second = pages[1].removeprefix("2\n")
    text = flat(f"{pages[0]} {second}")
    source = SOURCE.read_text(encoding="utf-8")
    body = flat(source[source.index("Căn cứ Kế hoạch số 14") : source.index("Nơi nhận:")])
    assert body in text
    assert "Số: /KH-UBND Ninh Giang, ngày tháng 01 năm 2026" in flat(text_of(plan_pdf, "-layout"))


def test_the_same_content_gives_the_same_bytes(report):
    assert render_pdf(report) == render_pdf(report)


def test_header_columns(plan_pdf):
    words = words_of(plan_pdf)
    agency = phrase(words, "ỦY BAN NHÂN DÂN", page=1)
    nation = phrase(words, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", page=1)
    motto = phrase(words, "Độc lập - Tự do - Hạnh phúc", page=1)
    number = phrase(words, "Số:", page=1)[0]
    place = phrase(words, "Ninh Giang, ngày", page=1)
    assert agency[0].top == pytest.approx(nation[0].top, abs=0.5)
    assert number.top == pytest.approx(place[0].top, abs=1)
    assert agency[-1].right < 97 < nation[0].left
    assert number.right < 97 < place[0].left
    middle = (nation[0].left + nation[-1].right) / 2
    assert (motto[0].left + motto[-1].right) / 2 == pytest.approx(middle, abs=0.5)
    assert nation[-1].right <= 195.5


def test_margins_and_first_line_indent(plan_pdf):
    words = words_of(plan_pdf)
    assert min(word.left for word in words) == pytest.approx(30, abs=0.5)
    assert max(word.right for word in words) <= 195.5
    first = phrase(words, "Ủy ban nhân dân xã ban hành", page=1)[0]
    assert first.left == pytest.approx(30 + 12.7, abs=0.3)


def test_page_number_is_at_the_top_centre_and_hidden_on_page_one(plan_pdf):
    words = words_of(plan_pdf)
    assert [word.text for word in words if word.page == 1 and word.top < 19] == []
    above = [word for word in words if word.page == 2 and word.top < 19]
    assert [word.text for word in above] == ["2"]
    assert (above[0].left + above[0].right) / 2 == pytest.approx((30 + 195) / 2, abs=0.5)


def test_recipients_left_signature_right_on_one_page_with_the_end_of_the_text(plan_pdf):
    words = words_of(plan_pdf)
    label = phrase(words, "Nơi nhận:")
    archive = phrase(words, "- Lưu: VT, VHXH.")
    lines = [phrase(words, text) for text in ("TM. ỦY BAN NHÂN DÂN", "KT.CHỦ TỊCH", "PHÓ CHỦ TỊCH")]
    name = phrase(words, "Nguyễn Đình Khoa")
    end = phrase(words, "triển khai thực hiện./.")
    assert {word.page for word in (label[0], archive[0], name[0], end[0], *(line[0] for line in lines))} == {2}
    assert label[0].left == pytest.approx(30, abs=0.5)
    assert archive[0].left == pytest.approx(30, abs=0.5)
    assert all(line[0].left > 110 for line in lines)
    assert name[0].left > 110
    assert label[0].top == pytest.approx(lines[0][0].top, abs=1)
    assert [line[0].top for line in lines] == sorted(line[0].top for line in lines)
    assert 25 < name[0].top - lines[-1][0].bottom < 40
    assert label[0].top > end[0].bottom


def test_sizes_of_recipients_are_twelve_and_eleven(plan_pdf):
    words = words_of(plan_pdf)
    label, item = phrase(words, "Nơi nhận:")[0], phrase(words, "- Lưu: VT, VHXH.")[1]
    body = phrase(words, "Ủy ban nhân dân xã ban hành")[0]
    height = (body.bottom - body.top) / 14
    assert (label.bottom - label.top) / height == pytest.approx(12, abs=0.2)
    assert (item.bottom - item.top) / height == pytest.approx(11, abs=0.2)


def test_each_annex_has_its_own_pages_and_orientation(report, tmp_path):
    columns = report.annexes[0]["columns"]
    report.annexes[0]["rows"] = [["1", f"Đơn vị {n}", "1,00", "1,00", "1,00", "Tốt"] for n in range(80)]
    path = stored(render_pdf(report), tmp_path)
    words, sizes = words_of(path), pages_of(path)
    first = phrase(words, "PHỤ LỤC I BẢNG XẾP HẠNG")[0].page
    second = phrase(words, "PHỤ LỤC II ĐIỂM CẢI CÁCH")[0].page
    assert second - first >= 2
    numbers = {page: [w.text for w in words if w.page == page and w.top < 19] for page in range(1, len(sizes) + 1)}
    assert numbers[first] == []
    assert numbers[first + 1] == ["2"]
    assert numbers[second] == []
    assert [round(side) for side in sizes[first - 1]] == [210, 297]
    assert [round(side) for side in sizes[second - 1]] == [297, 210]
    for page in range(first, second):
        assert phrase(words, columns[1]["title"], page=page)  # the table's head is repeated


def test_annex_names_the_document_it_belongs_to(report, tmp_path):
    report.number, report.issued_on, report.state = 5, date(2027, 1, 5), DocumentState.ISSUED
    text = flat(text_of(stored(render_pdf(report), tmp_path)))
    assert text.count("(Kèm theo Báo cáo số 05/BC-UBND ngày 05/01/2027 của Ủy ban nhân dân xã Ninh Giang)") == 3
    assert "Số: 05/BC-UBND" in text
    assert "Ninh Giang, ngày 05 tháng 01 năm 2027" in text


def test_watermark_stays_until_the_signature_and_out_of_the_text(plan_document):
    draft = render_pdf(plan_document)
    plan_document.state, plan_document.content_sha256 = DocumentState.SIGNED, "0" * 64
    assert len(draft) > len(render_pdf(plan_document)) + 500


def test_draft_text_has_no_watermark_letters(plan_pdf):
    assert "DỰ" not in text_of(plan_pdf)


def test_text_that_looks_like_markup_is_text(plan_document, tmp_path):
    plan_document.body = parse('<img src="file:///etc/passwd"> <b>a</b> & <script>b</script>./.')
    text = flat(text_of(stored(render_pdf(plan_document), tmp_path)))
    assert '<img src="file:///etc/passwd"> <b>a</b> & <script>b</script>./.' in text
