"""Closed lists of emulation, and the transition tables of a round, a scorecard and an award list."""

from django.db.models import TextChoices

from ninhgiang.states import Move, Table
from units.enums import RoleKind


class SetState(TextChoices):
    """Trạng thái bộ tiêu chí."""

    DRAFT = "draft", "Dự thảo"
    ISSUED = "issued", "Đã ban hành"
    FROZEN = "frozen", "Đã sử dụng (khóa)"


class NodeKind(TextChoices):
    """Loại dòng trong bộ tiêu chí."""

    AREA = "area", "Lĩnh vực"
    CRITERION = "criterion", "Tiêu chí"
    BONUS = "bonus", "Điểm cộng"
    PENALTY = "penalty", "Điểm trừ"


class ValueSource(TextChoices):
    """Nguồn giá trị của một tiêu chí."""

    PERSON = "person", "Đơn vị tự khai"
    TASKS = "tasks", "Tính từ nhiệm vụ"


class RoundState(TextChoices):
    """Trạng thái đợt chấm điểm."""

    DRAFT = "draft", "Chuẩn bị"
    SELF_SCORING = "self_scoring", "Đơn vị tự chấm"
    APPRAISAL = "appraisal", "Thẩm định"
    RANKED = "ranked", "Đã xếp hạng, chờ công bố"
    PUBLISHED = "published", "Đã công bố"


class ScorecardState(TextChoices):
    """Trạng thái phiếu chấm điểm."""

    OPEN = "open", "Đang tự chấm"
    SUBMITTED = "submitted", "Đã nộp, chờ thẩm định"
    APPRAISED = "appraised", "Đã thẩm định"


class AwardState(TextChoices):
    """Trạng thái danh sách đề nghị khen thưởng."""

    DRAFT = "draft", "Dự kiến"
    PROPOSED = "proposed", "Đã trình"


class AwardObject(TextChoices):
    """Đối tượng khen thưởng."""

    UNIT = "unit", "Tập thể"
    PERSON = "person", "Cá nhân"


ROUND_MOVES: Table = {
    (RoundState.DRAFT, "open"): Move(
        RoundState.SELF_SCORING, frozenset({RoleKind.REVIEWER}), "Mở đợt cho đơn vị tự chấm"
    ),
    (RoundState.SELF_SCORING, "close_self"): Move(
        RoundState.APPRAISAL, frozenset({RoleKind.REVIEWER}), "Đóng tự chấm, bắt đầu thẩm định"
    ),
    (RoundState.APPRAISAL, "rank"): Move(RoundState.RANKED, frozenset({RoleKind.REVIEWER}), "Xếp hạng, trình công bố"),
    (RoundState.RANKED, "reopen_appraisal"): Move(
        RoundState.APPRAISAL, frozenset({RoleKind.REVIEWER, RoleKind.LEADER}), "Trả lại để thẩm định lại"
    ),
    (RoundState.RANKED, "publish"): Move(RoundState.PUBLISHED, frozenset({RoleKind.LEADER}), "Công bố kết quả"),
}

SCORECARD_MOVES: Table = {
    (ScorecardState.OPEN, "submit"): Move(ScorecardState.SUBMITTED, frozenset({RoleKind.UNIT_HEAD}), "Nộp phiếu"),
    (ScorecardState.SUBMITTED, "withdraw"): Move(ScorecardState.OPEN, frozenset({RoleKind.UNIT_HEAD}), "Rút lại"),
    (ScorecardState.SUBMITTED, "appraise"): Move(
        ScorecardState.APPRAISED, frozenset({RoleKind.REVIEWER}), "Hoàn thành thẩm định"
    ),
    (ScorecardState.APPRAISED, "reopen"): Move(
        ScorecardState.SUBMITTED, frozenset({RoleKind.REVIEWER}), "Thẩm định lại"
    ),
}

AWARD_MOVES: Table = {
    (AwardState.DRAFT, "propose"): Move(AwardState.PROPOSED, frozenset({RoleKind.REVIEWER}), "Trình danh sách"),
}
