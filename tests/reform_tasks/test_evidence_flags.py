"""What is said beside a file: late signatures, other years, pages there are not, the same bytes elsewhere."""

from datetime import date

import pytest

from reform_tasks.evidence_flags import Flag, Frame, flags_of
from reform_tasks.models import Evidence, EvidenceReading

DUE = Frame(due_on=date(2026, 3, 15), start=date(2026, 1, 1))
HALF = Frame(start=date(2026, 1, 1), end=date(2026, 6, 30))


def file_with(document_on=None, **reading):
    evidence = Evidence(original_name="a.pdf", content_type="application/pdf", document_on=document_on)
    evidence.reading = EvidenceReading(**{"state": "done", "page_count": 5, "has_text": True} | reading)
    return evidence


def one(signer="Người Ký", intact=True, changed_after=False):
    return {"signer": signer, "intact": intact, "changed_after": changed_after}


@pytest.mark.parametrize(
    ("evidence", "frame", "said"),
    [
        (file_with(), DUE, []),
        (file_with(signed_on=date(2026, 3, 15), issued_on=date(2026, 3, 15)), DUE, []),
        (
            file_with(signed_on=date(2026, 3, 16), issued_on=date(2026, 3, 16)),
            DUE,
            [("Ký ngày 16/03/2026, sau hạn 15/03/2026.", "bad")],
        ),
        (
            file_with(signed_on=date(2026, 3, 16), issued_on=date(2026, 3, 15)),
            DUE,
            [
                ("Ký ngày 16/03/2026, sau hạn 15/03/2026.", "bad"),
                ("Đề ngày 15/03/2026 nhưng ký số ngày 16/03/2026.", "warn"),
            ],
        ),
        (
            file_with(issued_on=date(2026, 3, 16)),
            DUE,
            [("Văn bản đề ngày 16/03/2026, sau hạn 15/03/2026.", "bad")],
        ),
        (file_with(document_on=date(2026, 3, 16)), DUE, [("Văn bản đề ngày 16/03/2026, sau hạn 15/03/2026.", "bad")]),
        (
            file_with(document_on=date(2026, 3, 14), issued_on=date(2026, 3, 15)),
            DUE,
            [("Đơn vị ghi ngày văn bản 14/03/2026, trong tệp đề ngày 15/03/2026.", "warn")],
        ),
        (
            file_with(issued_on=date(2025, 12, 5)),
            DUE,
            [("Văn bản đề ngày 05/12/2025, trước kỳ từ 01/01/2026 (văn bản của năm 2025).", "warn")],
        ),
        (
            file_with(issued_on=date(2026, 7, 1)),
            HALF,
            [("Văn bản đề ngày 01/07/2026, sau kỳ đến 30/06/2026.", "warn")],
        ),
        (
            file_with(has_text=False),
            DUE,
            [("Bản quét, không có lớp chữ: không đọc được số và ngày.", "neutral")],
        ),
        (
            file_with(signatures=[one(intact=False), one("B", changed_after=True), one("C")]),
            DUE,
            [
                ("Chữ ký số của Người Ký không còn nguyên vẹn.", "bad"),
                ("Tệp bị sửa sau chữ ký số của B.", "bad"),
            ],
        ),
        (file_with(state="failed", note="Tệp PDF có mật khẩu."), DUE, [("Tệp PDF có mật khẩu.", "neutral")]),
        (file_with(state="queued"), DUE, [("Đang chờ đọc trang, ngày và chữ ký số.", "neutral")]),
    ],
)
def test_remarks(evidence, frame, said):
    assert flags_of(evidence, frame) == [Flag(*flag) for flag in said]


def test_pages_there_are_not_and_twins():
    assert flags_of(file_with(), DUE, pages="3-7", twin="Công an xã") == [
        Flag("Dẫn trang 7 nhưng tệp chỉ có 5 trang.", "bad"),
        Flag("Tệp này cũng có trong kho của Công an xã.", "warn"),
    ]


def test_an_image_is_held_against_the_day_that_was_typed():
    image = Evidence(original_name="a.png", content_type="image/png", document_on=date(2026, 3, 16))

    assert flags_of(image, DUE) == [Flag("Văn bản đề ngày 16/03/2026, sau hạn 15/03/2026.", "bad")]
