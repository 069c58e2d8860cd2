"""Closed lists of reform_tasks, and the transition table of a progress report."""

from django.db.models import TextChoices

from ninhgiang.states import Move, Table
from units.enums import RoleKind


class DeadlineKind(TextChoices):
    """Kiểu thời hạn (scoring.md 1.4)."""

    FIXED = "fixed", "Ngày cố định"
    RECURRING = "recurring", "Định kỳ"
    CONTINUOUS = "continuous", "Thường xuyên"
    ON_INSTRUCTION = "on_instruction", "Theo chỉ đạo, khi phát sinh"
    UNKNOWN = "unknown", "Chưa hiểu, cần người quyết định"


class AssignmentPart(TextChoices):
    """Vai trò trong nhiệm vụ."""

    LEAD = "lead", "Chủ trì"
    COORDINATE = "coordinate", "Phối hợp"


class ResultKind(TextChoices):
    """Dạng kết quả của nhiệm vụ (scoring.md 1.4: a document, a number, or both)."""

    EITHER = "either", "Không quy định"
    DOCUMENT = "document", "Văn bản"
    QUANTITY = "quantity", "Số liệu"
    BOTH = "both", "Văn bản và số liệu"


class TaskChangeKind(TextChoices):
    """Nội dung điều chỉnh một nhiệm vụ."""

    ADD = "add", "Bổ sung"
    CHANGE = "change", "Sửa đổi"
    WITHDRAW = "withdraw", "Rút khỏi kế hoạch"


class ReportState(TextChoices):
    """Trạng thái báo cáo tiến độ."""

    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Chờ thẩm định"
    RETURNED = "returned", "Bị trả lại"
    ACCEPTED = "accepted", "Đã chấp nhận"


class Outcome(TextChoices):
    """Kết quả báo cáo."""

    DONE = "done", "Đã hoàn thành"
    PARTIAL = "partial", "Đang thực hiện"
    NOT_ARISEN = "not_arisen", "Không phát sinh trong kỳ"


class DutyStatus(TextChoices):
    """Tình trạng một kỳ thực hiện, worked out from its due day and its report; the values are used in addresses."""

    RETURNED = "tra-lai", "Bị trả lại"
    OVERDUE = "qua-han", "Quá hạn"
    SOON = "sap-den-han", "Sắp đến hạn"
    OPEN = "trong-ky", "Trong kỳ này"
    LATER = "ky-sau", "Kỳ sau"
    ON_INSTRUCTION = "theo-chi-dao", "Theo chỉ đạo"
    WAITING = "cho-tham-dinh", "Chờ thẩm định"
    DONE = "da-xong", "Đã xong"


SOON_DAYS = 7

EDITABLE_REPORT_STATES = frozenset({ReportState.DRAFT, ReportState.RETURNED})
# An accepted report closes its occurrence only with one of these; "Đang thực hiện" leaves it open (decision 0010).
FINAL_OUTCOMES = frozenset({Outcome.DONE, Outcome.NOT_ARISEN})

REPORT_MOVES: Table = {
    (ReportState.DRAFT, "submit"): Move(ReportState.SUBMITTED, frozenset({RoleKind.UNIT_HEAD}), "Gửi báo cáo"),
    (ReportState.RETURNED, "submit"): Move(ReportState.SUBMITTED, frozenset({RoleKind.UNIT_HEAD}), "Gửi lại"),
    (ReportState.SUBMITTED, "withdraw"): Move(ReportState.DRAFT, frozenset({RoleKind.UNIT_HEAD}), "Rút lại"),
    (ReportState.SUBMITTED, "accept"): Move(ReportState.ACCEPTED, frozenset({RoleKind.REVIEWER}), "Chấp nhận"),
    (ReportState.SUBMITTED, "return"): Move(ReportState.RETURNED, frozenset({RoleKind.REVIEWER}), "Trả lại"),
    # Only after an accepted "Đang thực hiện": the unit goes on until the task is done.
    (ReportState.ACCEPTED, "continue"): Move(
        ReportState.DRAFT, frozenset({RoleKind.UNIT_HEAD, RoleKind.UNIT_STAFF}), "Báo cáo tiếp"
    ),
}
