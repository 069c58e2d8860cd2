"""What a result must hold, what it may not, and what the reviewer is shown (decision 0020). Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ninhgiang.fields import QuantityField
from reform_tasks.results import document_text, flags, missing, problems, quantity_text
from reform_tasks.services import Draft

TODAY = date(2026, 4, 10)
DOCUMENT = {"document_number": "12/QĐ-UBND", "document_on": date(2026, 4, 5)}
QUANTITY = {"quantity_done": Decimal(48), "quantity_total": Decimal(50)}


@dataclass
class Task:
    """What a task asks for."""

    result_kind: str = "either"
    target_percent: Decimal | None = None


@pytest.mark.parametrize(
    ("kind", "content", "fields"),
    [
        ("either", {}, ["result"]),
        ("either", {"result": "Đã xong"}, []),
        ("either", DOCUMENT, []),
        ("either", QUANTITY, []),
        ("either", {"document_title": "Về …"}, ["document_number", "document_on"]),
        ("either", {"result": "Xong", "quantity_done": Decimal(1)}, ["quantity_total"]),
        ("document", {"result": "Đã xong"}, ["document_number", "document_on"]),
        ("document", {"document_number": "12/QĐ-UBND"}, ["document_on"]),
        ("document", DOCUMENT, []),
        ("quantity", DOCUMENT, ["quantity_done", "quantity_total"]),
        ("quantity", QUANTITY, []),
        ("both", QUANTITY, ["document_number", "document_on"]),
        ("both", DOCUMENT | QUANTITY, []),
    ],
)
def test_a_finished_report_holds_what_the_task_asks_for(kind, content, fields):
    assert list(missing(Draft("done", **content), Task(kind))) == fields


@pytest.mark.parametrize("kind", ["either", "document", "quantity", "both"])
def test_work_in_progress_may_come_in_words_and_nothing_arisen_without_any(kind):
    assert missing(Draft("partial", "Đang lấy ý kiến"), Task(kind)) == {}
    assert list(missing(Draft("partial"), Task(kind))) == ["result"]
    assert missing(Draft("not_arisen"), Task(kind)) == {}
    assert list(missing(Draft(""), Task(kind))) == ["outcome"]


@pytest.mark.parametrize(
    ("content", "target", "fields"),
    [
        ({"quantity_total": Decimal(0)}, None, ["quantity_total"]),
        ({"quantity_done": Decimal(51), "quantity_total": Decimal(50)}, None, ["quantity_done"]),
        ({"quantity_done": Decimal(51), "quantity_total": Decimal(50)}, 100, ["quantity_done"]),
        ({"quantity_done": Decimal(51), "quantity_total": Decimal(50)}, 105, []),
        ({"quantity_done": Decimal(50), "quantity_total": Decimal(50)}, None, []),
        ({"document_on": date(2026, 4, 11)}, None, ["document_on"]),
        ({"document_on": TODAY}, None, []),
    ],
)
def test_what_cannot_be_is_named_at_its_field(content, target, fields):
    task = Task(target_percent=None if target is None else Decimal(target))

    assert list(problems(Draft(**content), task, today=TODAY)) == fields


def test_the_reviewer_is_told_of_a_late_date_and_of_a_target_not_reached():
    content = Draft("done", **{**DOCUMENT, **QUANTITY})

    assert flags(
        content, Task(target_percent=Decimal(98)), due_on=date(2026, 3, 31), submitted_on=date(2026, 4, 2)
    ) == [
        "Văn bản ký ngày 05/04/2026, sau hạn 31/03/2026 5 ngày.",
        "Văn bản ký ngày 05/04/2026, sau ngày gửi báo cáo 02/04/2026.",
        "Đạt 96 %, dưới chỉ tiêu 98 %.",
    ]
    assert flags(content, Task(target_percent=Decimal(96)), due_on=TODAY, submitted_on=TODAY) == []


def test_results_are_written_out():
    content = Draft(
        document_title="Về kiểm tra",
        document_signer="Nguyễn Văn A",
        quantity_done=Decimal("1.50"),
        quantity_total=Decimal("3.00"),
        quantity_unit="tỷ đồng",
        **DOCUMENT,
    )

    assert document_text(content) == "12/QĐ-UBND ngày 05/04/2026, “Về kiểm tra”, người ký: Nguyễn Văn A"
    assert quantity_text(content) == "1,5/3 tỷ đồng = 50 %"
    assert (document_text(Draft()), quantity_text(Draft())) == ("", "")


@pytest.mark.parametrize(("text", "value"), [("", None), (" 1250 ", "1250"), ("8,5", "8.5"), ("8.25", "8.25")])
def test_quantities_are_read_with_comma_or_point(text, value):
    assert QuantityField(required=False).clean(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["-1", "1.250", "1 250", "8,5,5", "1e3", "x", "12345678901", "٣"])
def test_a_quantity_with_two_meanings_is_refused(text):
    with pytest.raises(ValidationError):
        QuantityField(required=False).clean(text)
