"""Writes of criteria sets: created whole from an import or the sample, replaced, copied, issued, taken back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from emulation.enums import NodeKind, SetState
from emulation.models import CriteriaSet, Criterion
from emulation.queries.criteria import known_places
from emulation.set_differences import differences_of
from emulation.set_spec import AreaSpec, RowSpec, SetRefused, SetSpec, place_problems, problems_in
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Stale
from units.enums import RoleKind
from units.models import Unit, User
from units.rules import require
from units.services import record_audit


@transaction.atomic
def create_criteria_set(*, actor: User | None, issuer: Unit, spec: SetSpec, state: str = SetState.DRAFT) -> CriteriaSet:
    """Create a set with all its rows, or raise SetRefused with everything wrong with it and where.

    A draft may be unfinished, any other may not: see set_spec.problems_in. Blocks and units must exist. Raises Refused
    for others than the reviewer, DomainError for a code in use.
    """
    require_editor(actor, issuer)
    _refuse_problems(issuer, spec, unfinished=state == SetState.DRAFT)
    if CriteriaSet.objects.filter(issuer=issuer, code=spec.code).exists():
        raise DomainError(f"Đã có bộ tiêu chí mang mã “{spec.code}”.", field="code")
    created = CriteriaSet(issuer=issuer, code=spec.code, state=state)
    write_heading(created, spec)
    created.save(force_insert=True)
    count = write_rows(created, spec)
    record_audit(
        actor=actor,
        action="create_criteria_set",
        summary=f"Tạo bộ tiêu chí “{created.name}” gồm {count} tiêu chí.",
        target=created,
        issuer=issuer,
        after={"code": created.code, "state": str(state), "rows": count},
    )
    return created


def load_set(*, issuer: Unit, spec: SetSpec, actor: User | None = None) -> CriteriaSet:
    """Return the issuer's set with the spec's code, creating it as issued when there is none; an existing set stays."""
    existing = CriteriaSet.objects.filter(issuer=issuer, code=spec.code).first()
    if existing is not None:
        return existing
    return create_criteria_set(actor=actor, issuer=issuer, spec=spec, state=SetState.ISSUED)


def _refuse_problems(issuer: Unit, spec: SetSpec, *, unfinished: bool) -> None:
    problems = problems_in(spec, unfinished=unfinished)
    if problems := [*problems, *place_problems(spec, known_places(issuer))]:
        raise SetRefused("Bộ tiêu chí chưa hợp lệ.", problems)


_HEADING = (
    "name",
    "is_sample",
    "year",
    "decision_number",
    "bonus_max",
    "penalty_max",
    "rank_style",
    "index_decimals",
    "late_policy",
    "late_points",
    "late_points_max",
    "appeal_working_days",
    "legal_basis",
)
_ROW = ("code", "name", "max_points", "requires_trait", "legal_basis", "guidance")
_LEAF = ("rule_kind", "source", "evidence_required", "explanation_required", "added")


def write_heading(criteria_set: CriteriaSet, spec: SetSpec) -> None:
    """Set everything of a set but its rows from a spec, in memory."""
    for name in _HEADING:
        setattr(criteria_set, name, getattr(spec, name))
    criteria_set.bands = [dict(band) for band in spec.bands]
    criteria_set.tie_order = list(spec.tie_order)
    criteria_set.head_mapping = dict(spec.head_mapping)
    criteria_set.veto_conditions = [dict(one) for one in spec.veto_conditions]


def write_rows(criteria_set: CriteriaSet, spec: SetSpec) -> int:
    """Write all nodes in printed order, parents before children; returns how many are scored.

    Blocks, units and appraisers are those of the issuer (set_spec.place_problems).
    """
    blocks = {block.code: block for block in criteria_set.issuer.blocks.all()}
    units = {unit.code: unit for unit in criteria_set.issuer.children.all()}
    by_code: dict[str, Criterion] = {}
    for position, placed in enumerate(spec.nodes(), start=1):
        row = placed.row
        node = Criterion(criteria_set=criteria_set, kind=placed.kind, position=position)
        node.parent = by_code.get(placed.parent)
        for name in (*_ROW, *(_LEAF if isinstance(row, RowSpec) else ())):
            setattr(node, name, getattr(row, name))
        if isinstance(row, RowSpec):
            node.rule_params = dict(row.rule_params)
            node.appraiser = units[row.appraiser] if row.appraiser else None
        node.save(force_insert=True)
        if row.blocks:
            node.blocks.set([blocks[code] for code in row.blocks])
        if row.units:
            node.units.set([units[code] for code in row.units])
        by_code[row.code] = node
    return sum(1 for _ in spec.rows())


def spec_of(criteria_set: CriteriaSet) -> SetSpec:
    """Return a stored set as a spec: what export writes, a copy starts from, and a difference compares."""
    nodes = list(
        Criterion.objects.filter(criteria_set=criteria_set)
        .select_related("appraiser")
        .prefetch_related("blocks", "units")
        .order_by("position")
    )
    below: dict[int | None, list[Criterion]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    top = below.get(None, [])
    return SetSpec(
        code=criteria_set.code,
        areas=tuple(_area_spec(node, below) for node in top if node.kind == NodeKind.AREA),
        bonuses=tuple(_row_spec(node, below) for node in top if node.kind == NodeKind.BONUS),
        penalties=tuple(_row_spec(node, below) for node in top if node.kind == NodeKind.PENALTY),
        bands=tuple(criteria_set.bands),
        tie_order=tuple(criteria_set.tie_order),
        head_mapping=criteria_set.head_mapping,
        veto_conditions=tuple(criteria_set.veto_conditions),
        **{name: getattr(criteria_set, name) for name in _HEADING},
    )


def _places_of(node: Criterion) -> dict[str, Any]:
    return {
        "blocks": tuple(sorted(block.code for block in node.blocks.all())),
        "units": tuple(sorted(unit.code for unit in node.units.all())),
    }


def _area_spec(node: Criterion, below: Mapping[int | None, list[Criterion]]) -> AreaSpec:
    return AreaSpec(
        criteria=tuple(_row_spec(child, below) for child in below.get(node.pk, ())),
        **{name: getattr(node, name) for name in _ROW},
        **_places_of(node),
    )


def _row_spec(node: Criterion, below: Mapping[int | None, list[Criterion]]) -> RowSpec:
    return RowSpec(
        rule_params=node.rule_params,
        appraiser=node.appraiser.code if node.appraiser else "",
        children=tuple(_row_spec(child, below) for child in below.get(node.pk, ())),
        **{name: getattr(node, name) for name in (*_ROW, *_LEAF)},
        **_places_of(node),
    )


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

    `unfinished` takes a set whose maxima do not add up yet (set_spec.draft_problems), as the editor makes one.
    Raises Refused (reviewer only), DomainError for a set that is issued or used, or a spec with problems, Stale.
    """
    locked = CriteriaSet.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=criteria_set.pk)
    require_editor(actor, locked.issuer)
    if locked.state != SetState.DRAFT:
        raise DomainError("Chỉ sửa được bộ tiêu chí dự thảo. Hãy chép thành bộ mới để sửa.", field="code")
    if version is not None and locked.version != version:
        raise Stale("Người khác vừa sửa bộ tiêu chí này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    _refuse_problems(locked.issuer, spec, unfinished=unfinished)
    before = spec_of(locked)
    if before == spec:
        return False
    locked.criteria.filter(parent=None).delete()
    write_heading(locked, spec)
    locked.version += 1
    locked.save()
    write_rows(locked, spec)
    record_audit(
        actor=actor,
        action="replace_criteria_set",
        summary=f"Thay nội dung bộ tiêu chí dự thảo “{locked.name}”: {len(differences_of(before, spec))} thay đổi",
        target=locked,
        issuer=locked.issuer,
        after={"changes": [change.sentence for change in differences_of(before, spec)][:100]},
    )
    return True


@transaction.atomic
def copy_set(*, actor: User, criteria_set: CriteriaSet, code: str, name: str, year: int) -> CriteriaSet:
    """Copy a set as a draft for another year; the copy remembers where it comes from, and is no sample any more.

    Raises Refused (reviewer only) or DomainError for a code or name that cannot be.
    """
    require_editor(actor, criteria_set.issuer)
    if not name.strip():
        raise DomainError("Hãy nhập tên bộ tiêu chí.", field="name")
    spec = replace(spec_of(criteria_set), code=code, name=name, year=year, is_sample=False, decision_number="")
    created = create_criteria_set(actor=actor, issuer=criteria_set.issuer, spec=spec)
    created.copied_from = criteria_set
    created.save(update_fields=("copied_from",))
    return created


@transaction.atomic
def issue_set(
    *, actor: User, criteria_set: CriteriaSet, decision_number: str, decision_on: date, version: int | None = None
) -> CriteriaSet:
    """Issue a draft by the number and day of the decision; from then on rounds can use it.

    Raises Refused (reviewer or leader only), DomainError (with the field) or Stale.
    """
    require(actor, (RoleKind.REVIEWER, RoleKind.LEADER), criteria_set.issuer, doing="ban hành bộ tiêu chí")
    if not decision_number:
        raise DomainError("Hãy nhập số quyết định.", field="decision_number")
    if decision_on > today():
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decision_on")
    if problems := problems_in(spec_of(criteria_set)):
        raise SetRefused("Chưa ban hành được.", problems)
    _move(criteria_set, SetState.DRAFT, SetState.ISSUED, version, decision_number, decision_on)
    record_audit(
        actor=actor,
        action="issue_set",
        summary=f"Ban hành bộ tiêu chí “{criteria_set.name}” theo Quyết định số {decision_number}",
        target=criteria_set,
        issuer=criteria_set.issuer,
        before={"state": SetState.DRAFT},
        after={"state": SetState.ISSUED, "decision_on": decision_on.isoformat()},
    )
    return criteria_set


@transaction.atomic
def withdraw_set(*, actor: User, criteria_set: CriteriaSet, reason: str, version: int | None = None) -> CriteriaSet:
    """Make an issued set a draft again while no round names it; needs a reason."""
    require(actor, (RoleKind.REVIEWER, RoleKind.LEADER), criteria_set.issuer, doing="thu hồi bộ tiêu chí")
    if not reason:
        raise DomainError("Hãy ghi lý do.", field="reason")
    if criteria_set.rounds.exists():
        raise DomainError("Đã có đợt chấm điểm dùng bộ tiêu chí này. Hãy chép thành bộ mới để sửa.")
    _move(criteria_set, SetState.ISSUED, SetState.DRAFT, version, "", None)
    record_audit(
        actor=actor,
        action="withdraw_set",
        summary=f"Đưa bộ tiêu chí “{criteria_set.name}” về dự thảo",
        target=criteria_set,
        issuer=criteria_set.issuer,
        before={"state": SetState.ISSUED},
        after={"state": SetState.DRAFT},
        reason=reason,
    )
    return criteria_set


def _move(
    criteria_set: CriteriaSet, start: SetState, to: SetState, version: int | None, number: str, on: date | None
) -> None:
    seen = criteria_set.version if version is None else version
    moved = CriteriaSet.objects.filter(pk=criteria_set.pk, state=start, version=seen).update(
        state=to, version=F("version") + 1, decision_number=number, decision_on=on
    )
    if moved != 1:
        raise Stale("Bộ tiêu chí vừa được người khác thay đổi. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    criteria_set.refresh_from_db()


def require_editor(actor: User | None, issuer: Unit) -> None:
    """Raise Refused for others than the reviewer; None is the command line."""
    if actor is not None:
        require(actor, RoleKind.REVIEWER, issuer, doing="sửa bộ tiêu chí")
