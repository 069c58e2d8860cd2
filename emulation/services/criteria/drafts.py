"""Drafts of criteria sets: created whole or empty, copied for another year, replaced, thrown away."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from emulation.enums import SetState
from emulation.models import CriteriaSet
from emulation.queries.criteria import known_places, place_names
from emulation.sample_set import SAMPLE_SET
from emulation.set_differences import differences_of
from emulation.set_editing import find_row, has_rule
from emulation.set_spec import Problem, SetRefused, SetSpec, place_problems, problems_in
from emulation.set_words import row_record
from ninhgiang.errors import DomainError, Stale
from units.enums import RoleKind
from units.models import Unit, User
from units.rules import require
from units.services import record_audit

from .stored import spec_of, write_heading, write_rows

NOT_A_DRAFT = "Chỉ sửa được bộ tiêu chí dự thảo. Hãy chép thành bộ mới để sửa."
CHANGES_KEPT = 100


def require_editor(actor: User | None, issuer: Unit) -> None:
    """Raise Refused for others than the reviewer; None is the command line."""
    if actor is not None:
        require(actor, RoleKind.REVIEWER, issuer, doing="sửa bộ tiêu chí")


@transaction.atomic
def create_criteria_set(
    *,
    actor: User | None,
    issuer: Unit,
    spec: SetSpec,
    state: str = SetState.DRAFT,
    copied_from: CriteriaSet | None = None,
) -> CriteriaSet:
    """Create a set with all its rows, or raise SetRefused with everything wrong with it and where.

    A draft may be unfinished, any other may not: see set_spec.problems_in. Blocks and units must exist. A copy brings
    what its source holds, unchecked. Raises Refused for others than the reviewer, DomainError for a code in use.
    """
    require_editor(actor, issuer)
    if copied_from is None:
        _refuse(_problems(issuer, spec, unfinished=state == SetState.DRAFT))
    if CriteriaSet.objects.filter(issuer=issuer, code=spec.code).exists():
        raise DomainError(f"Đã có bộ tiêu chí mang mã “{spec.code}”.", field="code")
    created = CriteriaSet(issuer=issuer, code=spec.code, state=state, copied_from=copied_from)
    write_heading(created, spec)
    created.save(force_insert=True)
    count = write_rows(created, spec)
    record_audit(
        actor=actor,
        action="create_criteria_set",
        summary=f"Tạo bộ tiêu chí “{created.name}” gồm {count} tiêu chí.",
        target=created,
        issuer=issuer,
        after={"code": created.code, "state": str(SetState(state).label), "rows": count},
    )
    return created


def _problems(issuer: Unit, spec: SetSpec, *, unfinished: bool) -> list[Problem]:
    return [*problems_in(spec, unfinished=unfinished), *place_problems(spec, known_places(issuer))]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise SetRefused("Bộ tiêu chí chưa hợp lệ.", problems)


def load_set(*, issuer: Unit, spec: SetSpec, actor: User | None = None) -> CriteriaSet:
    """Return the issuer's set with the spec's code, creating it as issued when there is none; an existing set stays."""
    existing = CriteriaSet.objects.filter(issuer=issuer, code=spec.code).first()
    if existing is not None:
        return existing
    return create_criteria_set(actor=actor, issuer=issuer, spec=spec, state=SetState.ISSUED)


def start_set(*, actor: User, issuer: Unit, code: str, name: str, year: int, sample: bool = False) -> CriteriaSet:
    """Start a draft: without any row, or (`sample`) with those of the sample set; grades are the sample's in both.

    Raises Refused (reviewer only) or DomainError for a code or name that cannot be.
    """
    _require_name(name)
    spec = replace(SAMPLE_SET, code=code, name=name, year=year, is_sample=False)
    if not sample:
        none = Decimal(0)
        spec = replace(spec, areas=(), bonuses=(), penalties=(), tie_order=(), bonus_max=none, penalty_max=none)
    return create_criteria_set(actor=actor, issuer=issuer, spec=spec)


def _require_name(name: str) -> None:
    if not name.strip():
        raise DomainError("Hãy nhập tên bộ tiêu chí.", field="name")


def copy_set(*, actor: User, criteria_set: CriteriaSet, code: str, name: str, year: int) -> CriteriaSet:
    """Copy a set as a draft for another year; the copy remembers where it comes from, and is no sample any more.

    Raises Refused (reviewer only) or DomainError for a code or name that cannot be.
    """
    require_editor(actor, criteria_set.issuer)
    _require_name(name)
    spec = replace(spec_of(criteria_set), code=code, name=name, year=year, is_sample=False, decision_number="")
    return create_criteria_set(actor=actor, issuer=criteria_set.issuer, spec=spec, copied_from=criteria_set)


@transaction.atomic
def replace_draft(
    *,
    actor: User | None,
    criteria_set: CriteriaSet,
    spec: SetSpec,
    version: int | None = None,
    unfinished: bool = False,
) -> bool:
    """Write a spec over a draft, all or nothing; returns whether anything changed.

    `unfinished` takes what may be left to do in a draft (set_spec.problems_in), as the editor leaves it; what was
    wrong before and still is does not stand in the way of mending something else. The log keeps every change, and the
    whole of each row that was taken out or lost its rule.
    Raises Refused (reviewer only), DomainError for a set that is issued or used, SetRefused, Stale.
    """
    locked = CriteriaSet.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=criteria_set.pk)
    require_editor(actor, locked.issuer)
    if locked.state != SetState.DRAFT:
        raise DomainError(NOT_A_DRAFT, field="code")
    if version is not None and locked.version != version:
        raise Stale("Người khác vừa sửa bộ tiêu chí này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    before = spec_of(locked)
    known = {one.message for one in _problems(locked.issuer, before, unfinished=True)} if unfinished else set()
    problems = _problems(locked.issuer, spec, unfinished=unfinished)
    _refuse([one for one in problems if one.message not in known])
    if before == spec:
        return False
    locked.criteria.filter(parent=None).delete()
    write_heading(locked, spec)
    locked.version += 1
    locked.save()
    write_rows(locked, spec)
    names = place_names(locked.issuer)
    changes = [change.sentence for change in differences_of(before, spec, names)]
    record_audit(
        actor=actor,
        action="replace_criteria_set",
        summary=f"Thay nội dung bộ tiêu chí dự thảo “{locked.name}”: {len(changes)} thay đổi",
        target=locked,
        issuer=locked.issuer,
        before={"removed": lost} if (lost := _lost(before, spec, names)) else {},
        after={"changes": changes[:CHANGES_KEPT]},
    )
    return True


def _lost(before: SetSpec, after: SetSpec, names: Mapping[str, str]) -> list[str]:
    """Return the whole of each row that is gone, or stands there without the rule it had."""
    found = []
    for placed in before.nodes():
        now = find_row(after, placed.row.code)
        if now is None or (has_rule(placed.row) and not has_rule(now.row)):
            found.append(row_record(placed, names))
    return found


@transaction.atomic
def delete_draft(*, actor: User, criteria_set: CriteriaSet, reason: str, version: int | None = None) -> None:
    """Delete a draft no round and no copy hangs on, with a reason; the log keeps every row of it.

    Raises Refused (reviewer only), DomainError (an issued or used set, no reason), Stale.
    """
    locked = CriteriaSet.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=criteria_set.pk)
    require_editor(actor, locked.issuer)
    if why := undeletable_because(locked):
        raise DomainError(why)
    if not reason.strip():
        raise DomainError("Hãy ghi lý do.", field="reason")
    if version is not None and locked.version != version:
        raise Stale("Người khác vừa sửa bộ tiêu chí này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    names = place_names(locked.issuer)
    record_audit(
        actor=actor,
        action="delete_criteria_set",
        summary=f"Xóa bộ tiêu chí dự thảo “{locked.name}” (mã {locked.code})",
        target=locked,
        issuer=locked.issuer,
        before={"removed": [row_record(placed, names) for placed in spec_of(locked).nodes()]},
        reason=reason,
    )
    locked.delete()


def undeletable_because(criteria_set: CriteriaSet) -> str:
    """Return why a set cannot be deleted, "" when it can."""
    if criteria_set.state != SetState.DRAFT:
        return "Chỉ xóa được bộ tiêu chí dự thảo."
    if criteria_set.rounds.exists():
        return "Đã có đợt chấm điểm dùng bộ tiêu chí này nên không xóa được."
    if copy := criteria_set.copies.order_by("code").first():
        return f"Bộ tiêu chí {copy.code} được chép từ bộ này nên không xóa được: phần so sánh khác biệt cần bộ này."
    return ""
