"""Who may do what with plans, progress reports and evidence. Reads only roles; never queries."""

from collections.abc import Collection

from django.db.models import Q

from ninhgiang import calendar
from ninhgiang.errors import DomainError, Refused
from units.enums import UNIT_ROLES, RoleKind
from units.models import Unit, User
from units.rules import held_roles, holds, kinds_at, require

from .enums import FINAL_OUTCOMES, ReportState
from .models import Assignment, Evidence, HindranceClaim, Occurrence, ProgressReport, Task

# Who sees the progress of every unit. The others see plans, and their own unit's progress only.
PROGRESS_READERS = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER})


def unit_ids_of(user: User) -> set[int]:
    """Return the ids of the units the person works for (as head or officer), and of those these units took over."""
    ids = set()
    for role in held_roles(user):
        if role.kind in UNIT_ROLES:
            ids |= {role.unit_id, *role.unit.inherited_ids}
    return ids


def acts_for(user: User, kinds: str | Collection[str], unit: Unit) -> bool:
    """Tell whether the person holds one of `kinds` at the unit, or at one that took it over after it was dissolved."""
    if holds(user, kinds, unit):
        return True
    wanted = {kinds} if isinstance(kinds, str) else set(kinds)
    heirs = (role for role in held_roles(user) if unit.pk in role.unit.inherited_ids)
    return not unit.active and any(role.kind in wanted for role in heirs)


def issuer_ids_read_by(user: User) -> set[int]:
    """Return the ids of the issuers whose units' progress the person may read as a whole."""
    return {role.unit_id for role in held_roles(user) if role.kind in PROGRESS_READERS}


def issuer_ids_around(user: User) -> set[int]:
    """Return the ids of the issuers the person works under in any role; plans of these are readable."""
    ids = set()
    for role in held_roles(user):
        if role.unit.is_issuer:
            ids.add(role.unit_id)
        if role.unit.parent is not None and role.unit.parent.is_issuer:
            ids.add(role.unit.parent.pk)
    return ids


def occurrences_of(user: User) -> Q:
    """Return the filter of the occurrences the person may see: own unit's, or all as a progress reader."""
    return Q(assignment__unit__in=unit_ids_of(user)) | Q(assignment__task__plan__issuer__in=issuer_ids_read_by(user))


def may_see_all_progress(user: User, issuer: Unit) -> bool:
    """Tell whether the person sees every unit's progress under this issuer."""
    return holds(user, PROGRESS_READERS, issuer)


def may_manage_plans(user: User, issuer: Unit) -> bool:
    """Tell whether the person imports plans and names units or due days (Phòng VHXH)."""
    return holds(user, RoleKind.REVIEWER, issuer)


def require_plan_manager(user: User, issuer: Unit, *, doing: str) -> None:
    """Raise Refused unless the person is the reviewer of the issuer."""
    require(user, RoleKind.REVIEWER, issuer, doing=doing)


def may_draft(user: User, occurrence: Occurrence) -> bool:
    """Tell whether the person writes the report of this occurrence: head and officers of the unit itself."""
    return acts_for(user, UNIT_ROLES, occurrence.assignment.unit)


def require_drafter(user: User, occurrence: Occurrence) -> None:
    """Raise Refused unless the person may write the occurrence's report."""
    unit = occurrence.assignment.unit
    if not may_draft(user, occurrence):
        raise Refused(f"Chỉ người của {unit.name} mới được soạn báo cáo này. Hãy liên hệ thủ trưởng đơn vị đó.")


def require_head(user: User, occurrence: Occurrence, *, doing: str) -> None:
    """Raise Refused unless the person heads the occurrence's unit; an officer is told whom to ask."""
    unit = occurrence.assignment.unit
    if not acts_for(user, RoleKind.UNIT_HEAD, unit):
        raise Refused(f"Chỉ thủ trưởng {unit.name} mới được {doing}. Hãy lưu nháp và báo thủ trưởng đơn vị.")


def require_officer(user: User, occurrence: Occurrence) -> None:
    """Raise Refused unless the person is an officer of the occurrence's unit, who hands reports to the head."""
    unit = occurrence.assignment.unit
    if not acts_for(user, RoleKind.UNIT_STAFF, unit):
        raise Refused(f"Chỉ công chức, viên chức của {unit.name} trình báo cáo; thủ trưởng gửi thẳng báo cáo.")


def heads_any_unit(user: User) -> bool:
    """Tell whether the person heads a unit, and so names officers for its tasks."""
    return any(role.kind == RoleKind.UNIT_HEAD for role in held_roles(user))


def require_head_of_any(user: User) -> None:
    """Raise Refused unless the person heads a unit."""
    if not heads_any_unit(user):
        raise Refused("Chỉ thủ trưởng đơn vị mới được giao việc cho người của đơn vị.")


def require_assigner(user: User, assignment: Assignment) -> None:
    """Raise Refused unless the person heads the unit of this assignment."""
    require(user, RoleKind.UNIT_HEAD, assignment.unit, doing=f"giao việc trong {assignment.unit.name}")


def require_duty_reader(user: User) -> None:
    """Raise Refused for people who follow no unit's duties: their own or all."""
    if not unit_ids_of(user) and not issuer_ids_read_by(user):
        raise Refused(
            "Danh sách này dành cho người của các đơn vị, Phòng Văn hóa - Xã hội, Văn phòng và lãnh đạo. "
            "Bạn xem được các nhiệm vụ ở trang Kế hoạch."
        )


def may_see_unit(user: User, unit: Unit) -> bool:
    """Tell whether the person opens the page of a unit: its own people, and the progress readers of the issuer."""
    return unit.pk in unit_ids_of(user) or (unit.parent is not None and may_see_all_progress(user, unit.parent))


DONE_REASON = "Kỳ này đã xong và được chấp nhận, không báo cáo tiếp được."


def closed_reason(occurrence: Occurrence, report: ProgressReport | None) -> str:
    """Return why nothing more is reported on a duty, "" while it is open (its plan must be loaded)."""
    if occurrence.withdrawn_at is not None:
        day = calendar.day_text(calendar.local_date(occurrence.withdrawn_at))
        return f"Kỳ này đã được rút khỏi kế hoạch ngày {day}."
    plan = occurrence.assignment.task.plan
    if plan.closed_at is not None:
        day = calendar.day_text(calendar.local_date(plan.closed_at))
        return f"Kế hoạch năm {plan.year} đã khóa sổ ngày {day}; Phòng Văn hóa - Xã hội có thể mở lại."
    if report is not None and report.state == ReportState.ACCEPTED and report.outcome in FINAL_OUTCOMES:
        return DONE_REASON
    return ""


def require_open(occurrence: Occurrence) -> None:
    """Raise DomainError when the duty was withdrawn or its plan closed."""
    if reason := closed_reason(occurrence, None):
        raise DomainError(reason)


def require_reviewer(user: User, occurrence: Occurrence) -> None:
    """Raise Refused unless the person may check this report; nobody checks what they submitted themselves."""
    require_plan_manager(user, occurrence.assignment.task.plan.issuer, doing="thẩm định báo cáo tiến độ")
    report = getattr(occurrence, "report", None)
    if report is not None and report.submitted_by_id == user.pk:
        raise Refused("Người đã gửi báo cáo không được tự thẩm định. Hãy nhờ người khác của Phòng Văn hóa - Xã hội.")


DAY_KEEPERS = frozenset({RoleKind.OFFICE, RoleKind.ADMINISTRATOR})


def require_day_keeper(user: User, issuer: Unit) -> None:
    """Raise Refused unless the person keeps the office's days off: Văn phòng or the administrator."""
    require(user, DAY_KEEPERS, issuer, doing="ghi ngày nghỉ, ngày làm bù")


def require_leader(user: User, occurrence: Occurrence, *, doing: str) -> None:
    """Raise Refused unless the person leads the commune."""
    require(user, RoleKind.LEADER, occurrence.assignment.task.plan.issuer, doing=doing)


def require_office(user: User, occurrence: Occurrence, *, doing: str) -> None:
    """Raise Refused unless the person is of Văn phòng HĐND và UBND."""
    require(user, RoleKind.OFFICE, occurrence.assignment.task.plan.issuer, doing=doing)


def require_claim_reviewer(user: User, occurrence: Occurrence, claim: HindranceClaim) -> None:
    """Raise Refused unless the person may check this hindrance; nobody checks their own claim."""
    require_plan_manager(user, occurrence.assignment.task.plan.issuer, doing="thẩm định vướng mắc")
    if claim.claimed_by_id == user.pk:
        raise Refused("Người đã báo vướng mắc không được tự thẩm định. Hãy nhờ người khác của Phòng Văn hóa - Xã hội.")


def may_end_hindrance(user: User, occurrence: Occurrence) -> bool:
    """Tell whether the person may let the clock run again: the unit's head, or Phòng VHXH."""
    issuer = occurrence.assignment.task.plan.issuer
    return acts_for(user, RoleKind.UNIT_HEAD, occurrence.assignment.unit) or holds(user, RoleKind.REVIEWER, issuer)


def may_see_evidence(user: User, evidence: Evidence) -> bool:
    """Tell whether the person may open a file: its unit's people, and the progress readers of the issuer."""
    unit = evidence.unit
    return unit.pk in unit_ids_of(user) or (unit.parent is not None and may_see_all_progress(user, unit.parent))


def report_roles(user: User, occurrence: Occurrence) -> set[str]:
    """Return the role kinds that count for REPORT_MOVES: those at the unit and those at the issuer."""
    unit = occurrence.assignment.unit
    here = {kind for kind in UNIT_ROLES if acts_for(user, kind, unit)}
    return here | kinds_at(user, unit) | kinds_at(user, occurrence.assignment.task.plan.issuer)


def require_open_lead(task: Task) -> None:
    """Raise Refused when the plan itself names the task's lead units."""
    if task.withdrawn_by_id is not None:
        raise Refused("Nhiệm vụ này đã được rút khỏi kế hoạch bằng quyết định điều chỉnh.")
    if not task.lead_open:
        raise Refused("Nhiệm vụ này đã có đơn vị chủ trì theo kế hoạch; thay đổi bằng quyết định điều chỉnh kế hoạch.")
