"""Vietnamese words for what the audit log stores in English: kinds of objects and names of fields.

The log keeps model labels as plain text, so naming those of the apps above is no import of them.
tests/units/test_audit.py checks that every model of the program that services write about has its word here.
"""

from typing import Any

OBJECT_WORDS = {
    "units.user": "Tài khoản",
    "units.unit": "Đơn vị",
    "units.officeday": "Ngày nghỉ, làm bù",
    "units.reorganisation": "Sắp xếp đơn vị",
    "units.job": "Công việc chạy nền",
    "units.mail": "Thư điện tử",
    "reform_tasks.plan": "Kế hoạch",
    "reform_tasks.planimport": "Lần nhập kế hoạch",
    "reform_tasks.planadjustment": "Quyết định điều chỉnh",
    "reform_tasks.task": "Nhiệm vụ",
    "reform_tasks.assignment": "Phân công",
    "reform_tasks.occurrence": "Kỳ thực hiện",
    "reform_tasks.progressreport": "Báo cáo tiến độ",
    "reform_tasks.evidence": "Minh chứng",
    "reform_tasks.reminder": "Đôn đốc",
    "reform_tasks.remindersettings": "Ngày nhắc hạn",
    "reform_tasks.calendarfeed": "Lịch của tôi",
    "emulation.criteriaset": "Bộ tiêu chí",
    "emulation.round": "Đợt chấm điểm",
    "emulation.scorecard": "Phiếu chấm điểm",
    "emulation.scorecardrow": "Điểm một tiêu chí",
    "emulation.ranking": "Bảng xếp hạng",
    "emulation.awardproposal": "Đề nghị khen thưởng",
    "reports.compilation": "Bản tổng hợp",
    "reports.export": "Tệp kết xuất",
    "reports.document": "Văn bản",
    "reports.signoff": "Bước ký duyệt",
}

FIELD_WORDS = {
    "area": "lĩnh vực",
    "coordinating": "phối hợp",
    "day": "ngày",
    "deadline_rule": "thời hạn hiểu là",
    "deadline_text": "thời gian thực hiện",
    "decided_on": "ngày quyết định",
    "decision_on": "ngày quyết định",
    "effective_on": "ngày hiệu lực",
    "event_on": "ngày phát sinh",
    "kind": "loại",
    "leads": "chủ trì",
    "officer": "người theo dõi",
    "product": "sản phẩm",
    "result_kind": "dạng kết quả",
    "target_percent": "chỉ tiêu (%)",
    "active": "đang dùng",
    "asked_until": "đề nghị đến",
    "called_at": "gọi lúc",
    "caller": "người gọi",
    "changes": "thay đổi",
    "code": "mã",
    "document": "văn bản",
    "document_number": "số, ký hiệu văn bản",
    "document_on": "ngày văn bản",
    "document_signer": "người ký",
    "document_title": "trích yếu",
    "days_before": "nhắc trước (ngày)",
    "due_on": "hạn",
    "email": "thư điện tử",
    "error": "lỗi",
    "explanation": "cách tính",
    "files": "tệp",
    "from_on": "từ ngày",
    "full_name": "họ và tên",
    "help": "văn bản đề nghị hỗ trợ",
    "is_active": "đang mở",
    "job_title": "chức vụ",
    "name": "tên",
    "note": "ghi chú",
    "number": "số",
    "outcome": "tình hình",
    "paused_on": "tạm dừng từ",
    "pages": "trang",
    "people": "tài khoản",
    "place": "địa danh",
    "points": "điểm",
    "progress": "tiến độ",
    "quantity": "số liệu",
    "quantity_done": "tử số",
    "quantity_total": "mẫu số",
    "quantity_unit": "đơn vị tính",
    "rank": "hạng",
    "reason": "lý do",
    "removed": "các dòng đã bỏ",
    "result": "kết quả",
    "role": "vai trò",
    "rows": "số tiêu chí",
    "state": "trạng thái",
    "symbol": "ký hiệu",
    "title": "tên",
    "total": "tổng",
    "unit": "đơn vị",
    "units": "đơn vị",
    "username": "tên đăng nhập",
    "value": "giá trị",
    "version": "bản",
}


def object_word(label: str) -> str:
    """Return the Vietnamese word for a model label; the label itself when there is none."""
    return OBJECT_WORDS.get(label, label)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (field, before, after) for each value an entry recorded, ready to print; "" stands for none.

    Sorted by field: PostgreSQL does not keep the order in which a JSON object was written.
    """
    names = sorted({*before, *after})
    return [(FIELD_WORDS.get(name, name), show(before.get(name)), show(after.get(name))) for name in names]


def show(value: Any) -> str:
    """Write one stored value the way people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        parts = [show(part) for part in value]
        return ("; " if any("," in part for part in parts) else ", ").join(parts)
    if isinstance(value, dict):
        return "; ".join(f"{FIELD_WORDS.get(name, name)}: {show(part)}" for name, part in sorted(value.items()))
    return str(value)
