"""What a result must hold and what it may not: the task's kind of result, possible numbers and days.

Decision 0020. Pure Python: the form shows all of it at its fields, the services refuse the first, the reviewer reads
the flags.
"""

from datetime import date
from decimal import Decimal
from typing import Protocol

from ninhgiang import points
from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import clean
from reform_tasks.enums import Outcome, ResultKind

HUNDRED = Decimal(100)


class Content(Protocol):
    """A result as typed or stored."""

    @property
    def outcome(self) -> str:
        """Value of Outcome or ""."""

    @property
    def result(self) -> str:
        """Words."""

    @property
    def document_number(self) -> str:
        """Số, ký hiệu."""

    @property
    def document_on(self) -> date | None:
        """Day of signing."""

    @property
    def document_title(self) -> str:
        """Trích yếu."""

    @property
    def document_signer(self) -> str:
        """Người ký."""

    @property
    def quantity_done(self) -> Decimal | None:
        """Tử số."""

    @property
    def quantity_total(self) -> Decimal | None:
        """Mẫu số."""

    @property
    def quantity_unit(self) -> str:
        """Đơn vị tính."""


class Wanted(Protocol):
    """What a task asks for."""

    result_kind: str
    target_percent: Decimal | None


def problems(content: Content, task: Wanted, *, today: date) -> dict[str, str]:
    """Return {field: message} of what cannot be, in a draft as little as in a sent report."""
    found = {}
    done, total = content.quantity_done, content.quantity_total
    if total is not None and total == 0:
        found["quantity_total"] = "Mẫu số phải lớn hơn 0; nếu kỳ này không có gì để tính, hãy chọn “Không phát sinh”."
    elif done is not None and total is not None and done > total and not may_exceed(task):
        found["quantity_done"] = f"Tử số {points.show(done)} lớn hơn mẫu số {points.show(total)}; hãy kiểm tra lại."
    if content.document_on is not None and content.document_on > today:
        found["document_on"] = (
            f"Ngày văn bản {day_text(content.document_on)} sau hôm nay ({day_text(today)}); hãy ghi ngày đã ký."
        )
    return found


def may_exceed(task: Wanted) -> bool:
    """Tell whether the numerator may be above the denominator: only when the target itself is above 100 %."""
    return task.target_percent is not None and task.target_percent > HUNDRED


def missing(content: Content, task: Wanted) -> dict[str, str]:
    """Return {field: message} of what a report needs before it is sent.

    "Đã hoàn thành" needs what the task asks for (Task.result_kind); "Đang thực hiện" any words, document or number;
    "Không phát sinh" nothing.
    """
    if content.outcome not in Outcome.values:
        return {"outcome": "Hãy chọn tình hình thực hiện trước khi gửi."}
    if content.outcome == Outcome.NOT_ARISEN:
        return {}
    asked = ResultKind(task.result_kind) if content.outcome == Outcome.DONE else ResultKind.EITHER
    found: dict[str, str] = {}
    if asked in (ResultKind.DOCUMENT, ResultKind.BOTH) or _has_document(content):
        found |= _document_gaps(content)
    if asked in (ResultKind.QUANTITY, ResultKind.BOTH) or _has_quantity(content):
        found |= _quantity_gaps(content)
    if asked == ResultKind.EITHER and not (clean(content.result) or _has_document(content) or _has_quantity(content)):
        found["result"] = "Hãy ghi kết quả (số, ký hiệu văn bản hoặc số liệu) trước khi gửi."
    return found


def require_possible(content: Content, task: Wanted, *, today: date) -> None:
    """Raise DomainError at the first field holding what cannot be."""
    _raise_first(problems(content, task, today=today))


def require_complete(content: Content, task: Wanted) -> None:
    """Raise DomainError at the first thing a sent report must have."""
    _raise_first(missing(content, task))


def flags(
    content: Content, task: Wanted, *, due_on: date | None, submitted_on: date | None, as_told: bool = False
) -> list[str]:
    """Return what the reviewer should look at: days that do not fit, a target not reached. Nothing is refused."""
    found = []
    signed = content.document_on
    if signed and due_on and signed > due_on:
        days = (signed - due_on).days
        found.append(f"Văn bản ký ngày {day_text(signed)}, sau hạn {day_text(due_on)} {days} ngày.")
    if signed and submitted_on and signed > submitted_on:
        when = "ngày gọi điện" if as_told else "ngày gửi báo cáo"
        found.append(f"Văn bản ký ngày {day_text(signed)}, sau {when} {day_text(submitted_on)}.")
    reached = percent_of(content)
    if reached is not None and task.target_percent is not None and reached < task.target_percent:
        found.append(f"Đạt {points.show(reached)} %, dưới chỉ tiêu {points.show(task.target_percent)} %.")
    return found


def percent_of(content: Content) -> Decimal | None:
    """Return the quantity in percent, None while a number is missing or the denominator is 0."""
    if content.quantity_done is None or not content.quantity_total:
        return None
    return points.percent(content.quantity_done, content.quantity_total)


def quantity_text(content: Content) -> str:
    """Return the quantity as shown: "48/50 hồ sơ = 96 %"; "" without one."""
    if content.quantity_done is None and content.quantity_total is None:
        return ""
    parts = ["…" if value is None else points.show(value) for value in (content.quantity_done, content.quantity_total)]
    reached = percent_of(content)
    share = f" = {points.show(reached)} %" if reached is not None else ""
    return f"{clean('/'.join(parts) + ' ' + content.quantity_unit)}{share}"


def document_text(content: Content) -> str:
    """Return the document as one line: "12/QĐ-UBND ngày 05/04/2026 về …, người ký: …"; "" without one."""
    day = f"ngày {day_text(content.document_on)}" if content.document_on else ""
    head = clean(f"{content.document_number} {day}")
    title = f"“{content.document_title}”" if content.document_title else ""
    signer = f"người ký: {content.document_signer}" if content.document_signer else ""
    return ", ".join(part for part in (head, title, signer) if part)


def _has_document(content: Content) -> bool:
    return bool(content.document_number or content.document_on or content.document_title or content.document_signer)


def _has_quantity(content: Content) -> bool:
    return content.quantity_done is not None or content.quantity_total is not None


def _document_gaps(content: Content) -> dict[str, str]:
    found = {}
    if not clean(content.document_number):
        found["document_number"] = "Hãy ghi số, ký hiệu của văn bản, ví dụ 12/QĐ-UBND."
    if content.document_on is None:
        found["document_on"] = "Hãy ghi ngày ký văn bản; ngày này dùng để xét kịp thời."
    return found


def _quantity_gaps(content: Content) -> dict[str, str]:
    found = {}
    if content.quantity_done is None:
        found["quantity_done"] = "Hãy ghi số đã thực hiện (tử số)."
    if content.quantity_total is None:
        found["quantity_total"] = "Hãy ghi tổng số phải thực hiện (mẫu số)."
    return found


def _raise_first(found: dict[str, str]) -> None:
    for field, message in found.items():
        raise DomainError(message, field=field)
