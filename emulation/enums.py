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


class RankStyle(TextChoices):
    """Cách đếm hạng khi có đơn vị bằng nhau. Values are those of emulation.ranking.STYLES."""

    COMPETITION = "competition", "Hạng sau tính cả số đơn vị đồng hạng (1, 1, 3)"
    DENSE = "dense", "Hạng sau liền kề (1, 1, 2)"


class LatePolicy(TextChoices):
    """Xử lý phiếu không nộp đúng hạn (scoring.md 3.4); the set states which."""

    AS_IS = "as_is", "Chốt theo dữ liệu đang có; tiêu chí bỏ trống tính 0 điểm"
    ZERO = "zero", "Đơn vị không nộp phiếu: các tiêu chí đơn vị tự khai tính 0 điểm"


class RoundKind(TextChoices):
    """Loại đợt chấm điểm."""

    MONTHLY = "monthly", "Hằng tháng"
    QUARTERLY = "quarterly", "Hằng quý"
    HALF_YEAR = "half_year", "6 tháng"
    YEARLY = "yearly", "Cả năm"
    THEMATIC = "thematic", "Chuyên đề"


class RoundState(TextChoices):
    """Trạng thái đợt chấm điểm (scoring.md 3.2). EXPLANATION and REAPPRAISAL are passed only when rows were flagged."""

    DRAFT = "draft", "Chuẩn bị"
    SELF_SCORING = "self_scoring", "Đơn vị tự chấm"
    APPRAISAL = "appraisal", "Thẩm định"
    EXPLANATION = "explanation", "Đơn vị giải trình"
    REAPPRAISAL = "reappraisal", "Thẩm định lần 2"
    RANKED = "ranked", "Đã xếp hạng, chờ công bố"
    PUBLISHED = "published", "Đã công bố"


class ScorecardState(TextChoices):
    """Trạng thái phiếu chấm điểm."""

    OPEN = "open", "Đang tự chấm"
    SUBMITTED = "submitted", "Đã nộp, chờ thẩm định"
    APPRAISED = "appraised", "Đã thẩm định"
    EXPLAINING = "explaining", "Chờ đơn vị giải trình"
    EXPLAINED = "explained", "Đã giải trình, chờ thẩm định lần 2"
    FINAL = "final", "Đã thẩm định lần 2"


class AwardState(TextChoices):
    """Trạng thái danh sách đề nghị khen thưởng."""

    DRAFT = "draft", "Dự kiến"
    PROPOSED = "proposed", "Đã trình"


class AwardObject(TextChoices):
    """Đối tượng khen thưởng."""

    UNIT = "unit", "Tập thể"
    PERSON = "person", "Cá nhân"


class LockPhase(TextChoices):
    """Giai đoạn được mở khóa cho một đơn vị."""

    SELF = "self", "Tự chấm"
    EXPLANATION = "explanation", "Giải trình"


class AppealSource(TextChoices):
    """Nguồn của một kiến nghị; đính chính là của chính bên chấm điểm."""

    UNIT = "unit", "Đơn vị gửi"
    PHONE = "phone", "Ghi nhận qua điện thoại"
    PAPER = "paper", "Ghi nhận theo văn bản"
    CORRECTION = "correction", "Đính chính"


class EvidencePhase(TextChoices):
    """Bước gắn minh chứng vào một dòng phiếu. Values are the phases of emulation.locks."""

    SELF = "self", "Tự chấm"
    APPRAISAL = "appraisal", "Thẩm định lần 1"
    EXPLANATION = "explanation", "Giải trình"
    REAPPRAISAL = "reappraisal", "Thẩm định lần 2"


class AppealState(TextChoices):
    """Trạng thái kiến nghị về kết quả."""

    FILED = "filed", "Đã gửi, chờ giải quyết"
    ACCEPTED = "accepted", "Được chấp nhận"
    REJECTED = "rejected", "Không được chấp nhận"
    WITHDRAWN = "withdrawn", "Đã rút lại"


class VetoEffect(TextChoices):
    """Hệ quả của trường hợp khống chế. Values are those of emulation.ranking.vetoes.EFFECTS."""

    MAX_GRADE = "max_grade", "Xếp loại không quá"
    MINUS_GRADES = "minus_grades", "Hạ bậc xếp loại"
    OUT_OF_RANKING = "out_of_ranking", "Không xếp hạng"
    NO_AWARD = "no_award", "Không xét khen thưởng"


_REVIEWER = frozenset({RoleKind.REVIEWER})
_HEAD = frozenset({RoleKind.UNIT_HEAD})
_LEADER = frozenset({RoleKind.LEADER})

ROUND_MOVES: Table = {
    (RoundState.DRAFT, "open"): Move(RoundState.SELF_SCORING, _REVIEWER, "Mở đợt cho đơn vị tự chấm"),
    (RoundState.SELF_SCORING, "close_self"): Move(RoundState.APPRAISAL, _REVIEWER, "Đóng tự chấm, bắt đầu thẩm định"),
    (RoundState.APPRAISAL, "ask_explanation"): Move(RoundState.EXPLANATION, _REVIEWER, "Gửi yêu cầu giải trình"),
    (RoundState.EXPLANATION, "close_explanation"): Move(
        RoundState.REAPPRAISAL, _REVIEWER, "Đóng giải trình, thẩm định lần 2"
    ),
    (RoundState.APPRAISAL, "rank"): Move(RoundState.RANKED, _REVIEWER, "Xếp hạng, trình công bố"),
    (RoundState.REAPPRAISAL, "rank"): Move(RoundState.RANKED, _REVIEWER, "Xếp hạng, trình công bố"),
    # Back to the appraisal the ranking came from: the second one where units have explained (services.rankings).
    (RoundState.RANKED, "reopen_appraisal"): Move(
        RoundState.APPRAISAL, _REVIEWER | _LEADER, "Trả lại để thẩm định lại"
    ),
    (RoundState.RANKED, "reopen_reappraisal"): Move(
        RoundState.REAPPRAISAL, _REVIEWER | _LEADER, "Trả lại để thẩm định lại"
    ),
    (RoundState.RANKED, "publish"): Move(RoundState.PUBLISHED, _LEADER, "Công bố kết quả"),
}

SCORECARD_MOVES: Table = {
    (ScorecardState.OPEN, "submit"): Move(ScorecardState.SUBMITTED, _HEAD, "Nộp phiếu"),
    (ScorecardState.SUBMITTED, "withdraw"): Move(ScorecardState.OPEN, _HEAD, "Rút lại"),
    (ScorecardState.SUBMITTED, "resubmit"): Move(ScorecardState.SUBMITTED, _HEAD, "Nộp lại phần được mở khóa"),
    (ScorecardState.SUBMITTED, "appraise"): Move(ScorecardState.APPRAISED, _REVIEWER, "Hoàn thành thẩm định"),
    (ScorecardState.APPRAISED, "reopen"): Move(ScorecardState.SUBMITTED, _REVIEWER, "Thẩm định lại"),
    (ScorecardState.APPRAISED, "ask"): Move(ScorecardState.EXPLAINING, _REVIEWER, "Yêu cầu giải trình"),
    (ScorecardState.EXPLAINING, "explain"): Move(ScorecardState.EXPLAINED, _HEAD, "Gửi giải trình"),
    (ScorecardState.EXPLAINED, "withdraw_explanation"): Move(ScorecardState.EXPLAINING, _HEAD, "Rút giải trình để sửa"),
    (ScorecardState.EXPLAINED, "reappraise"): Move(ScorecardState.FINAL, _REVIEWER, "Hoàn thành thẩm định lần 2"),
    (ScorecardState.FINAL, "reopen_final"): Move(ScorecardState.EXPLAINED, _REVIEWER, "Thẩm định lại lần 2"),
}

_ANSWERS = _REVIEWER | _LEADER
_RECORDS = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE})

APPEAL_MOVES: Table = {
    (AppealState.FILED, "withdraw"): Move(AppealState.WITHDRAWN, _HEAD, "Rút kiến nghị"),
    (AppealState.FILED, "accept"): Move(AppealState.ACCEPTED, _ANSWERS, "Chấp nhận"),
    (AppealState.FILED, "reject"): Move(AppealState.REJECTED, _ANSWERS, "Không chấp nhận"),
    # A slip of the hand is mended: nothing of it is published yet (services.appeals).
    (AppealState.WITHDRAWN, "reopen"): Move(AppealState.FILED, _ANSWERS, "Mở lại kiến nghị"),
    (AppealState.ACCEPTED, "reopen"): Move(AppealState.FILED, _ANSWERS, "Mở lại kiến nghị"),
    (AppealState.REJECTED, "reopen"): Move(AppealState.FILED, _ANSWERS, "Mở lại kiến nghị"),
}
CORRECTION_MOVES: Table = {
    (AppealState.FILED, "withdraw"): Move(AppealState.WITHDRAWN, _RECORDS, "Rút đề nghị đính chính"),
    (AppealState.FILED, "accept"): Move(AppealState.ACCEPTED, _LEADER, "Đồng ý đính chính"),
    (AppealState.FILED, "reject"): Move(AppealState.REJECTED, _LEADER, "Không đồng ý"),
    (AppealState.WITHDRAWN, "reopen"): Move(AppealState.FILED, _ANSWERS, "Mở lại đề nghị"),
    (AppealState.ACCEPTED, "reopen"): Move(AppealState.FILED, _LEADER, "Mở lại đề nghị"),
    (AppealState.REJECTED, "reopen"): Move(AppealState.FILED, _LEADER, "Mở lại đề nghị"),
}

AWARD_MOVES: Table = {
    (AwardState.DRAFT, "propose"): Move(AwardState.PROPOSED, _REVIEWER, "Trình danh sách"),
}
