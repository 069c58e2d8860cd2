"""Closed lists of the units app; labels are what people read on the screen."""

from django.db.models import TextChoices

from ninhgiang.states import Move, Table


class UnitKind(TextChoices):
    """Loại đơn vị."""

    COMMITTEE = "committee", "Ủy ban nhân dân"
    DIVISION = "division", "Phòng, đơn vị hành chính"
    PUBLIC_SERVICE = "public_service", "Đơn vị sự nghiệp"
    SCHOOL = "school", "Trường học"
    HEALTH = "health", "Trạm y tế"
    ARMED_FORCES = "armed_forces", "Lực lượng vũ trang"


class UnitTrait(TextChoices):
    """Đặc điểm đơn vị: decides which criteria apply (scoring.md 2.7 R13)."""

    PROCEDURES = "procedures", "Có giải quyết thủ tục hành chính"
    INVESTMENT = "investment", "Có vốn đầu tư công"


class RoleKind(TextChoices):
    """Vai trò. Unit roles are held at the unit; all others at the issuer (UBND xã)."""

    UNIT_HEAD = "unit_head", "Thủ trưởng đơn vị"
    UNIT_STAFF = "unit_staff", "Công chức, viên chức đơn vị"
    REVIEWER = "reviewer", "Phòng Văn hóa - Xã hội (thẩm định)"
    OFFICE = "office", "Văn phòng HĐND và UBND (tổng hợp)"
    LEADER = "leader", "Lãnh đạo UBND"
    COUNCIL = "council", "Hội đồng Thi đua - Khen thưởng"
    PUBLICIST = "publicist", "Trung tâm Dịch vụ sự nghiệp công (tuyên truyền)"
    OBSERVER = "observer", "Theo dõi (Đảng ủy, HĐND)"
    ADMINISTRATOR = "administrator", "Quản trị"


UNIT_ROLES = frozenset({RoleKind.UNIT_HEAD, RoleKind.UNIT_STAFF})


class OfficeDayKind(TextChoices):
    """Ngày nghỉ hay làm việc khác lịch chung."""

    OFF = "off", "Nghỉ"
    WORK = "work", "Làm bù"


class ReorganisationKind(TextChoices):
    """Hình thức tổ chức lại."""

    MERGE = "merge", "Sáp nhập"
    SPLIT = "split", "Chia tách"
    RENAME = "rename", "Đổi tên"


class ReorganisationState(TextChoices):
    """Trạng thái của quyết định tổ chức lại. PLANNED: confirmed, waits for its effective day."""

    DRAFT = "draft", "Đang soạn"
    PLANNED = "planned", "Chờ ngày hiệu lực"
    APPLIED = "applied", "Đã thực hiện"
    CANCELLED = "cancelled", "Đã hủy"


_ADMINISTRATOR = frozenset({RoleKind.ADMINISTRATOR})

REORGANISATION_MOVES: Table = {
    (ReorganisationState.DRAFT, "confirm"): Move(ReorganisationState.PLANNED, _ADMINISTRATOR, "Xác nhận"),
    (ReorganisationState.DRAFT, "cancel"): Move(ReorganisationState.CANCELLED, _ADMINISTRATOR, "Bỏ bản soạn"),
    (ReorganisationState.PLANNED, "cancel"): Move(ReorganisationState.CANCELLED, _ADMINISTRATOR, "Hủy"),
    (ReorganisationState.PLANNED, "apply"): Move(ReorganisationState.APPLIED, _ADMINISTRATOR, "Thực hiện"),
}


class JobState(TextChoices):
    """Trạng thái công việc chạy nền."""

    QUEUED = "queued", "Đang chờ"
    RUNNING = "running", "Đang chạy"
    DONE = "done", "Đã xong"
    FAILED = "failed", "Bị lỗi"


class NoticeKind(TextChoices):
    """Loại thông báo."""

    RETURNED = "returned", "Bị trả lại"
    TODO = "todo", "Việc cần làm"
    INFO = "info", "Thông tin"
    REMINDER = "reminder", "Đôn đốc"
    DIGEST = "digest", "Bản tin"


# These interrupt (a figure at the bell); every other notice waits, readable, for the next morning's digest.
INSTANT_NOTICES = frozenset({NoticeKind.RETURNED, NoticeKind.REMINDER, NoticeKind.DIGEST})


class DigestGroup(TextChoices):
    """Nhóm trong bản tin buổi sáng, in the order of the digest."""

    RETURNED = "returned", "Bị trả lại, cần làm lại"
    OVERDUE = "overdue", "Đã quá hạn"
    SOON = "soon", "Đến hạn, sắp đến hạn"
    WAITING = "waiting", "Chờ bạn xử lý"
    WEEKLY = "weekly", "Quá hạn của các đơn vị"
    NEWS = "news", "Tin mới"


class MailKind(TextChoices):
    """Loại thư điện tử."""

    DIGEST = "digest", "Bản tin buổi sáng"
    RETURNED = "returned", "Báo trả lại"
    REMINDER = "reminder", "Đôn đốc"
    TEST = "test", "Thư thử"


class MailState(TextChoices):
    """Trạng thái thư điện tử. UNSURE: the worker was lost, or the line broke, while the server was taking it."""

    QUEUED = "queued", "Chờ gửi"
    SENDING = "sending", "Đang gửi"
    SENT = "sent", "Đã gửi"
    FAILED = "failed", "Không gửi được"
    UNSURE = "unsure", "Không rõ đã gửi"
    CANCELLED = "cancelled", "Bỏ, không gửi nữa"
