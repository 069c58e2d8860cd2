"""What the worker reads in a PDF, and that no PDF whatever stops it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from reform_tasks.models import Evidence, EvidenceReading
from reform_tasks.pdf.child import read_pdf
from reform_tasks.pdf.words import document_date, document_number
from reform_tasks.services import add_evidence
from reform_tasks.services.readings import NOTES, found_in, perform_reading, redeliver_readings, store_reading
from reform_tasks.tasks import read_evidence
from tests.reform_tasks.books import PNG, upload
from tests.reform_tasks.pdfs import blank, changed, paper, signed

LATE = "2026-03-16T09:00:00+07:00"


@pytest.fixture
def file_of(tmp_path):
    def of(content):
        path = tmp_path / "x.pdf"
        path.write_bytes(content)
        return path

    return of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Số: 12/QĐ-UBND", "12/QĐ-UBND"),
        ("Số:  12 / QĐ - UBND", "12/QĐ-UBND"),
        ("Số: 145/BC-VHXH Ninh Giang, ngày 16 tháng 3 năm 2026", "145/BC-VHXH"),
        ("Số: 07/2026/NQ-HĐND", "07/2026/NQ-HĐND"),
        ("Số:      /QĐ-UBND", ""),
        ("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020\nSố: 9/TTr-UBND", "9/TTr-UBND"),
        ("Không có gì", ""),
    ],
)
def test_the_number_of_a_paper(text, number):
    assert document_number(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ninh Giang, ngày 16 tháng 3 năm 2026", date(2026, 3, 16)),
        ("Ninh Giang,  ngày 05  tháng 03 năm 2026", date(2026, 3, 5)),
        ("Ninh Giang, ngày     tháng 3 năm 2026\nCăn cứ Luật A, ngày 19 tháng 6 năm 2015", None),
        ("Căn cứ Luật số 77/2015/QH13, ngày 19 tháng 6 năm 2015;", None),
        ("Ninh Giang, ngày 31 tháng 2 năm 2026", None),
        ("", None),
    ],
)
def test_the_date_of_a_paper_stands_beside_its_place(text, day):
    assert document_date(text) == day


def test_text_pages_and_signature_are_read(file_of):
    found = read_pdf(file_of(signed(paper(), LATE)))

    assert (found["pages"], found["scan"], found["note"]) == (1, False, "")
    assert (document_number(found["text"]), document_date(found["text"])) == ("12/QĐ-UBND", date(2026, 3, 16))
    assert found["signatures"] == [
        {
            "signer": "Người Ký Thử",
            "organisation": "UBND xã Thử",
            "at": "2026-03-16T02:00:00+00:00",
            "intact": True,
            "changed_after": False,
        }
    ]


def test_a_changed_byte_breaks_the_signature(file_of):
    content = bytearray(signed(paper(), LATE))
    content[content.index(b"%PDF-1.") + 7] ^= 1

    assert [one["intact"] for one in read_pdf(file_of(bytes(content)))["signatures"]] == [False]


def test_what_is_added_after_signing_is_told(file_of):
    found = read_pdf(file_of(changed(signed(blank(), LATE))))

    assert [(one["intact"], one["changed_after"]) for one in found["signatures"]] == [(True, True)]


@pytest.mark.parametrize(
    ("content", "note", "pages"),
    [
        (blank(3), "", 3),
        (blank(password="bí mật"), "encrypted", None),
        (b"%PDF-1.7\n" + b"\xff" * 5000, "broken", None),
        (b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "broken", None),
        (b"%PDF-1.4\n/ByteRange [0 1 2 3]" + blank()[8:], "signatures", 1),
    ],
    ids=["scan", "encrypted", "noise", "empty", "false signature"],
)
def test_odd_files_are_described(file_of, content, note, pages):
    found = read_pdf(file_of(content))

    assert (found["note"], found["pages"]) == (note, pages)
    assert (found["scan"], found["signatures"]) == (True if pages else None, [])


def test_the_child_process_answers_and_a_hopeless_file_does_not_stop_us(file_of, tmp_path):
    assert found_in(file_of(blank(2)))["pages"] == 2
    assert found_in(tmp_path / "none.pdf") == {"note": "lost"}


@pytest.fixture
def kept(commune):
    """Return a function that puts bytes into the library of KT."""

    def of(content, name="QĐ.pdf"):
        return add_evidence(actor=commune.people["cv.kt"], unit=commune.units["KT"], upload=upload(content, name))

    return of


def test_a_pdf_is_queued_and_read_once(kept):
    evidence = kept(signed(paper(), LATE))
    assert evidence.reading.state == "queued"

    read_evidence(str(evidence.pk))
    read_evidence(str(evidence.pk))

    reading = EvidenceReading.objects.get(evidence=evidence)
    assert (reading.state, reading.attempts, reading.page_count, reading.signed_on) == ("done", 1, 1, date(2026, 3, 16))
    evidence = Evidence.objects.get(pk=evidence.pk)
    assert (evidence.document_number, evidence.document_on) == ("12/QĐ-UBND", date(2026, 3, 16))
    assert evidence.search_text == "qd pdf 12 qd ubnd"


def test_images_are_not_read(kept):
    assert not EvidenceReading.objects.filter(evidence=kept(PNG, "ảnh.png")).exists()


def test_what_the_unit_typed_stays(kept):
    evidence = kept(paper())
    Evidence.objects.filter(pk=evidence.pk).update(document_number="13/QĐ-UBND", document_on=date(2026, 3, 14))

    perform_reading(evidence_id=str(evidence.pk))

    evidence = Evidence.objects.select_related("reading").get(pk=evidence.pk)
    assert (evidence.document_number, evidence.document_on) == ("13/QĐ-UBND", date(2026, 3, 14))
    assert (evidence.reading.number, evidence.reading.issued_on) == ("12/QĐ-UBND", date(2026, 3, 16))


def test_an_unreadable_pdf_says_why(kept):
    evidence = kept(blank(password="x"))

    perform_reading(evidence_id=str(evidence.pk))

    reading = EvidenceReading.objects.get(evidence=evidence)
    assert (reading.state, reading.note) == ("failed", NOTES["encrypted"])


def test_an_answer_that_comes_too_late_is_dropped(kept):
    reading = kept(blank()).reading
    EvidenceReading.objects.filter(pk=reading.pk).update(state="running", attempts=2)
    reading.attempts = 1

    assert store_reading(reading=reading, found={"pages": 9, "text": "", "scan": True}) is False
    assert EvidenceReading.objects.get(pk=reading.pk).page_count is None


def test_lost_readings_are_sent_again_and_hopeless_ones_given_up(kept):
    now = timezone.now()
    for number, (state, attempts) in enumerate([("queued", 0), ("running", 1), ("running", 3), ("done", 1)]):
        reading = kept(blank(number + 1), f"{number}.pdf").reading
        EvidenceReading.objects.filter(pk=reading.pk).update(
            state=state, attempts=attempts, queued_at=now, started_at=now if attempts else None
        )
    with time_machine.travel(now + timedelta(minutes=1)):
        assert redeliver_readings() == 0
    with time_machine.travel(now + timedelta(minutes=4)):
        assert redeliver_readings() == 2

    states = EvidenceReading.objects.order_by("evidence__original_name").values_list("state", flat=True)
    assert list(states) == ["queued", "queued", "failed", "done"]
