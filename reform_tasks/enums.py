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


class AdjustmentState(TextChoices):
    """Trạng thái quyết định điều chỉnh kế hoạch."""

    DRAFT = "draft", "Đang soạn"
    APPLIED = "applied", "Đã thực hiện"


class Shift(TextChoices):
    """Hạn rơi vào ngày nghỉ thì tính thế nào (Bộ luật Dân sự 2015, điều 148 khoản 5, where the rule says so)."""

    NONE = "", "Giữ nguyên ngày"
    NEXT = "next", "Chuyển sang ngày làm việc tiếp theo"
    PREVIOUS = "previous", "Chuyển về ngày làm việc liền trước"


class ReportState(TextChoices):
    """Trạng thái báo cáo tiến độ."""

    DRAFT = "draft", "Đang soạn"
    HANDED = "handed", "Chờ thủ trưởng gửi"
    SUBMITTED = "submitted", "Chờ thẩm định"
    RETURNED = "returned", "Bị trả lại"
    PARTLY = "partly", "Chấp nhận một phần"
    ACCEPTED = "accepted", "Đã chấp nhận"


class Outcome(TextChoices):
    """Kết quả báo cáo."""

    DONE = "done", "Đã hoàn thành"
    PARTIAL = "partial", "Đang thực hiện"
    NOT_ARISEN = "not_arisen", "Không phát sinh trong kỳ"


class ReadingState(TextChoices):
    """Việc đọc một tệp PDF."""

    QUEUED = "queued", "Chờ đọc"
    RUNNING = "running", "Đang đọc"
    DONE = "done", "Đã đọc"
    FAILED = "failed", "Không đọc được"


class DutyStatus(TextChoices):
    """Tình trạng một kỳ thực hiện, worked out from its due day and its report; the values are used in addresses."""

    RETURNED = "tra-lai", "Bị trả lại"
    OVERDUE = "qua-han", "Quá hạn"
    SOON = "sap-den-han", "Sắp đến hạn"
    OPEN = "trong-ky", "Trong kỳ này"
    LATER = "ky-sau", "Kỳ sau"
    ON_INSTRUCTION = "theo-chi-dao", "Theo chỉ đạo"
    PAUSED = "tam-dung", "Tạm dừng do vướng mắc"
    WAITING = "cho-tham-dinh", "Chờ thẩm định"
    DONE = "da-xong", "Đã xong"


class Verdict(TextChoices):
    """Kết quả của một kỳ đã đến hạn, as scoring counts it (decision 0010); the values are used in addresses."""

    ON_TIME = "dung-han", "Hoàn thành đúng hạn"
    LATE = "sau-han", "Hoàn thành sau hạn"
    MISSING = "chua-xong", "Chưa hoàn thành"


class LateReason(TextChoices):
    """Vì sao một kỳ quá hạn; the values are used in addresses."""

    NOT_STARTED = "chua-bat-dau", "Chưa bắt đầu"
    DRAFTING = "dang-soan", "Đang soạn, chưa gửi"
    RETURNED = "bi-tra-lai", "Bị trả lại"
    PARTLY = "mot-phan", "Mới xong một phần"
    ASKED = "cho-gia-han", "Chờ quyết định gia hạn"
    HINDERED = "cho-vuong-mac", "Chờ xác nhận vướng mắc"


SOON_DAYS = 7

EDITABLE_REPORT_STATES = frozenset({ReportState.DRAFT, ReportState.HANDED, ReportState.RETURNED, ReportState.PARTLY})
# An accepted report closes its occurrence only with one of these; "Đang thực hiện" leaves it open (decision 0010).
FINAL_OUTCOMES = frozenset({Outcome.DONE, Outcome.NOT_ARISEN})

_HEAD = frozenset({RoleKind.UNIT_HEAD})
_STAFF = frozenset({RoleKind.UNIT_STAFF})
_REVIEWER = frozenset({RoleKind.REVIEWER})

REPORT_MOVES: Table = {
    (ReportState.DRAFT, "hand"): Move(ReportState.HANDED, _STAFF, "Trình thủ trưởng"),
    (ReportState.RETURNED, "hand"): Move(ReportState.HANDED, _STAFF, "Trình thủ trưởng"),
    (ReportState.PARTLY, "hand"): Move(ReportState.HANDED, _STAFF, "Trình thủ trưởng"),
    (ReportState.HANDED, "hand_back"): Move(ReportState.DRAFT, _HEAD | _STAFF, "Chuyển về soạn tiếp"),
    (ReportState.DRAFT, "submit"): Move(ReportState.SUBMITTED, _HEAD, "Gửi báo cáo"),
    (ReportState.HANDED, "submit"): Move(ReportState.SUBMITTED, _HEAD, "Gửi báo cáo"),
    (ReportState.RETURNED, "submit"): Move(ReportState.SUBMITTED, _HEAD, "Gửi lại"),
    (ReportState.PARTLY, "submit"): Move(ReportState.SUBMITTED, _HEAD, "Gửi phần còn lại"),
    (ReportState.SUBMITTED, "withdraw"): Move(ReportState.DRAFT, _HEAD, "Rút lại"),
    (ReportState.SUBMITTED, "accept"): Move(ReportState.ACCEPTED, _REVIEWER, "Chấp nhận"),
    (ReportState.SUBMITTED, "accept_part"): Move(ReportState.PARTLY, _REVIEWER, "Chấp nhận một phần"),
    (ReportState.SUBMITTED, "return"): Move(ReportState.RETURNED, _REVIEWER, "Trả lại"),
    # Only after an accepted "Đang thực hiện": the unit goes on until the task is done.
    (ReportState.ACCEPTED, "continue"): Move(ReportState.DRAFT, _HEAD | _STAFF, "Báo cáo tiếp"),
}


class ExtensionState(TextChoices):
    """Trạng thái đề nghị gia hạn."""

    PENDING = "pending", "Chờ lãnh đạo quyết định"
    GRANTED = "granted", "Được gia hạn"
    REFUSED = "refused", "Không được gia hạn"
    WITHDRAWN = "withdrawn", "Đơn vị đã rút"


_LEADER = frozenset({RoleKind.LEADER})

EXTENSION_MOVES: Table = {
    (ExtensionState.PENDING, "grant"): Move(ExtensionState.GRANTED, _LEADER, "Đồng ý gia hạn"),
    (ExtensionState.PENDING, "refuse"): Move(ExtensionState.REFUSED, _LEADER, "Không đồng ý"),
    (ExtensionState.PENDING, "withdraw"): Move(ExtensionState.WITHDRAWN, _HEAD, "Rút đề nghị"),
}


class HindranceState(TextChoices):
    """Trạng thái đề nghị xác nhận vướng mắc khách quan."""

    PENDING = "pending", "Chờ thẩm định"
    ACCEPTED = "accepted", "Được xác nhận, đang tạm dừng thời hạn"
    REFUSED = "refused", "Không được xác nhận"
    ENDED = "ended", "Đã hết vướng mắc"
    WITHDRAWN = "withdrawn", "Đơn vị đã rút"


OPEN_HINDRANCES = frozenset({HindranceState.PENDING, HindranceState.ACCEPTED})

HINDRANCE_MOVES: Table = {
    (HindranceState.PENDING, "accept"): Move(HindranceState.ACCEPTED, _REVIEWER, "Xác nhận, tạm dừng thời hạn"),
    (HindranceState.PENDING, "refuse"): Move(HindranceState.REFUSED, _REVIEWER, "Không xác nhận"),
    (HindranceState.PENDING, "withdraw"): Move(HindranceState.WITHDRAWN, _HEAD, "Rút đề nghị"),
    (HindranceState.ACCEPTED, "end"): Move(HindranceState.ENDED, _HEAD | _REVIEWER, "Ghi nhận hết vướng mắc"),
}


class PhoneState(TextChoices):
    """Trạng thái nội dung Văn phòng ghi qua điện thoại."""

    PENDING = "pending", "Chờ đơn vị xác nhận"
    CONFIRMED = "confirmed", "Thủ trưởng đã xác nhận"
    CORRECTED = "corrected", "Đơn vị sửa lại"
    WITHDRAWN = "withdrawn", "Văn phòng đã rút"


PHONE_MOVES: Table = {
    (PhoneState.PENDING, "confirm"): Move(PhoneState.CONFIRMED, _HEAD, "Xác nhận đúng và gửi"),
    (PhoneState.PENDING, "correct"): Move(PhoneState.CORRECTED, _HEAD, "Sửa lại trước khi gửi"),
    (PhoneState.PENDING, "withdraw"): Move(PhoneState.WITHDRAWN, frozenset({RoleKind.OFFICE}), "Rút lại"),
}
