"""What a reader of a file should notice: late or broken signatures, other years, the same file elsewhere. Pure."""

from dataclasses import dataclass
from datetime import date

from ninhgiang.calendar import day_text
from reform_tasks.enums import ReadingState
from reform_tasks.models import Evidence, EvidenceReading
from reform_tasks.page_ranges import last_page


@dataclass(frozen=True, slots=True)
class Flag:
    """One remark; tone is that of the badges ("bad" and "warn" need a look, "neutral" informs)."""

    text: str
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a file is held against: the deadline (end of day), and the period its date should lie in."""

    due_on: date | None = None
    start: date | None = None
    end: date | None = None


def reading_of(evidence: Evidence) -> EvidenceReading | None:
    """Return what was read in a file, None for kinds that are not read."""
    return getattr(evidence, "reading", None) if evidence.is_pdf else None


def flags_of(evidence: Evidence, frame: Frame, *, pages: str = "", twin: str = "") -> list[Flag]:
    """Return the remarks on one use of a file (loaded with its reading); `twin` names another unit with these bytes."""
    reading = reading_of(evidence)
    flags = []
    if reading is not None:
        flags += _reading_flags(reading, pages)
        flags += _signing_flags(reading, frame)
    flags += _date_flags(evidence, reading, frame)
    if twin:
        flags.append(Flag(f"Tệp này cũng có trong kho của {twin}."))
    return flags


def _reading_flags(reading: EvidenceReading, pages: str) -> list[Flag]:
    if reading.state == ReadingState.FAILED:
        return [Flag(reading.note or "Không đọc được tệp PDF này.", "neutral")]
    if reading.state != ReadingState.DONE:
        return [Flag("Đang chờ đọc trang, ngày và chữ ký số.", "neutral")]
    found = []
    if reading.page_count is not None and last_page(pages) > reading.page_count:
        found.append(Flag(f"Dẫn trang {last_page(pages)} nhưng tệp chỉ có {reading.page_count} trang.", "bad"))
    if reading.has_text is False:
        found.append(Flag("Bản quét, không có lớp chữ: không đọc được số và ngày.", "neutral"))
    if reading.note:
        found.append(Flag(reading.note, "neutral"))
    return found


def _signing_flags(reading: EvidenceReading, frame: Frame) -> list[Flag]:
    found = []
    for one in reading.signatures:
        who = one.get("signer") or "không rõ tên"
        if not one.get("intact"):
            found.append(Flag(f"Chữ ký số của {who} không còn nguyên vẹn.", "bad"))
        elif one.get("changed_after"):
            found.append(Flag(f"Tệp bị sửa sau chữ ký số của {who}.", "bad"))
    if reading.signed_on and frame.due_on and reading.signed_on > frame.due_on:
        found.append(Flag(f"Ký ngày {day_text(reading.signed_on)}, sau hạn {day_text(frame.due_on)}.", "bad"))
    return found


def _date_flags(evidence: Evidence, reading: EvidenceReading | None, frame: Frame) -> list[Flag]:
    """Compare the day on the paper with the day typed, the deadline, the signature and the period."""
    found = []
    read = reading.issued_on if reading else None
    signed = reading.signed_on if reading else None
    day = read or evidence.document_on
    if read and evidence.document_on and read != evidence.document_on:
        typed = day_text(evidence.document_on)
        found.append(Flag(f"Đơn vị ghi ngày văn bản {typed}, trong tệp đề ngày {day_text(read)}."))
    if day is None:
        return found
    if signed and signed > day:
        found.append(Flag(f"Đề ngày {day_text(day)} nhưng ký số ngày {day_text(signed)}."))
    if frame.due_on and day > frame.due_on and not (signed and signed > frame.due_on):
        found.append(Flag(f"Văn bản đề ngày {day_text(day)}, sau hạn {day_text(frame.due_on)}.", "bad"))
    if frame.start and day < frame.start:
        year = f" (văn bản của năm {day.year})" if day.year < frame.start.year else ""
        found.append(Flag(f"Văn bản đề ngày {day_text(day)}, trước kỳ từ {day_text(frame.start)}{year}."))
    if frame.end and day > frame.end:
        found.append(Flag(f"Văn bản đề ngày {day_text(day)}, sau kỳ đến {day_text(frame.end)}."))
    return found
