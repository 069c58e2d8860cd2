"""Writes of criteria sets: create one whole, from an import or the sample."""

from django.db import transaction

from emulation.enums import NodeKind, SetState
from emulation.models import CriteriaSet, Criterion
from emulation.set_spec import AreaSpec, RowSpec, SetSpec, problems_of
from ninhgiang.errors import DomainError
from units.models import Unit, User
from units.services import record_audit


@transaction.atomic
def create_criteria_set(*, actor: User | None, issuer: Unit, spec: SetSpec, state: str = SetState.DRAFT) -> CriteriaSet:
    """Create a set with all its rows, or raise DomainError listing everything wrong with it (Vietnamese).

    Checked: maxima of criteria add up to their area, areas to 100, no code twice, every rule valid, bands cover 0-100.
    """
    problems = problems_of(spec)
    if problems:
        raise DomainError("Bộ tiêu chí chưa hợp lệ. " + " ".join(problems))
    if CriteriaSet.objects.filter(issuer=issuer, code=spec.code).exists():
        raise DomainError(f"Đã có bộ tiêu chí mang mã “{spec.code}”.", field="code")
    created = CriteriaSet.objects.create(
        issuer=issuer,
        code=spec.code,
        name=spec.name,
        year=spec.year,
        is_sample=spec.is_sample,
        decision_number=spec.decision_number,
        state=state,
        bands=[dict(band) for band in spec.bands],
        tie_order=list(spec.tie_order),
        bonus_max=spec.bonus_max,
        penalty_max=spec.penalty_max,
    )
    count = _create_rows(created, spec)
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


def _create_rows(created: CriteriaSet, spec: SetSpec) -> int:
    """Write all nodes in printed order, areas first in the database because criteria point to them."""
    nodes: list[Criterion] = []
    for area in spec.areas:
        head = _area_node(created, area)
        nodes += [head, *(_row_node(created, row, NodeKind.CRITERION, head) for row in area.criteria)]
    nodes += [_row_node(created, row, NodeKind.BONUS) for row in spec.bonuses]
    nodes += [_row_node(created, row, NodeKind.PENALTY) for row in spec.penalties]
    for position, node in enumerate(nodes, start=1):
        node.position = position
    scored = [node for node in nodes if node.kind != NodeKind.AREA]
    Criterion.objects.bulk_create([node for node in nodes if node.kind == NodeKind.AREA])
    Criterion.objects.bulk_create(scored)
    return len(scored)


def _area_node(created: CriteriaSet, area: AreaSpec) -> Criterion:
    return Criterion(
        criteria_set=created,
        kind=NodeKind.AREA,
        code=area.code,
        name=area.name,
        max_points=area.max_points,
        requires_trait=area.requires_trait,
        guidance=area.guidance,
    )


def _row_node(created: CriteriaSet, row: RowSpec, kind: NodeKind, parent: Criterion | None = None) -> Criterion:
    return Criterion(
        criteria_set=created,
        parent=parent,
        kind=kind,
        code=row.code,
        name=row.name,
        max_points=row.max_points,
        rule_kind=row.rule_kind,
        rule_params=dict(row.rule_params),
        source=row.source,
        requires_trait=row.requires_trait,
        evidence_required=row.evidence_required,
        guidance=row.guidance,
    )
