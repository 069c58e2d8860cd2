"""The blind second check of rows drawn at random: the draw at the end of self-scoring, and one person's check."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from emulation import scoring
from emulation.enums import NodeKind, RoundState, ValueSource
from emulation.models import Criterion, Round, ScorecardRow, SecondCheck
from emulation.queries.criteria import area_codes
from emulation.rules import appraises
from emulation.scoring import ValueProblem
from emulation.second_check import Drawable, draw
from ninhgiang.errors import DomainError, Refused, Stale
from units.models import User
from units.services import record_audit

OPEN_IN = frozenset({RoundState.APPRAISAL, RoundState.EXPLANATION, RoundState.REAPPRAISAL, RoundState.RANKED})
CLOSED = "Đợt không ở bước thẩm định nên không nhập được kết quả thẩm định lần hai."
FIRST_IS_YOURS = "Bạn đã thẩm định lần một dòng này; lần hai phải do người khác làm."
NOT_YET = "Dòng này chưa được thẩm định lần một."


def draw_second_checks(round_: Round, nodes: list[Criterion]) -> int:
    """Draw the rows of a round that are appraised a second time; returns how many. Part of closing self-scoring.

    Only rows people answer are drawn, in every area in proportion (emulation.second_check). The seed is kept in the
    log, so that the draw can be made again.
    """
    if not round_.sample_percent:
        return 0
    codes = area_codes(nodes)
    rows = ScorecardRow.objects.filter(
        scorecard__round=round_,
        applicable=True,
        criterion__kind=NodeKind.CRITERION,
        criterion__source=ValueSource.PERSON,
    )
    drawable = [Drawable(pk, codes[criterion]) for pk, criterion in rows.values_list("pk", "criterion_id")]
    seed = token_hex(8)
    keys = draw(drawable, round_.sample_percent, seed)
    SecondCheck.objects.bulk_create([SecondCheck(row_id=key) for key in keys], batch_size=500)
    record_audit(
        actor=None,
        action="draw_second_checks",
        summary=f"Rút ngẫu nhiên {len(keys)}/{len(drawable)} dòng của “{round_.name}” để thẩm định độc lập lần hai",
        target=round_,
        issuer=round_.issuer,
        after={"percent": round_.sample_percent, "rows": len(drawable), "drawn": len(keys), "seed": seed},
    )
    return len(keys)


@transaction.atomic
def save_second_check(*, actor: User, check_id: int, value: Mapping[str, Any] | None, note: str = "") -> SecondCheck:
    """Keep one person's own appraisal of a drawn row; the row's points do not change by it.

    The same person may correct it while the round is appraised. Raises Refused (not a reviewer, appraised the row
    first, round closed), ValueProblem for a value the rule does not take, Stale when a colleague was faster.
    """
    check = SecondCheck.objects.select_related(
        "row__criterion", "row__scorecard__round__issuer", "row__scorecard__unit"
    ).get(pk=check_id)
    require_check(actor, check)
    row = check.row
    if not value:
        raise ValueProblem("Chưa nhập số liệu thẩm định.")
    scored = scoring.score(row.criterion.rule_kind, row.criterion.rule_params, value, row.max_points)
    free = SecondCheck.objects.filter(Q(checked_by=None) | Q(checked_by=actor), pk=check.pk)
    before = {"points": None if check.points is None else str(check.points), "note": check.note}
    changed = {"value": dict(value), "points": scored.points, "note": note}
    if free.update(checked_by=actor, checked_at=timezone.now(), **changed) != 1:
        raise Stale("Người khác vừa thẩm định lần hai dòng này.")
    check.refresh_from_db()
    record_audit(
        actor=actor,
        action="save_second_check",
        summary=f"Thẩm định độc lập lần hai tiêu chí {row.criterion.code}",
        target=row.scorecard,
        issuer=row.scorecard.round.issuer,
        unit=row.scorecard.unit,
        before=before,
        after={"points": str(scored.points), "note": note},
    )
    return check


def require_check(actor: User, check: SecondCheck) -> None:
    """Raise Refused or DomainError unless the person may check this row now."""
    row = check.row
    if not appraises(actor, row.scorecard):
        raise Refused("Chỉ Phòng Văn hóa - Xã hội thẩm định lần hai.")
    if row.scorecard.round.state not in OPEN_IN:
        raise Refused(CLOSED)
    if row.appraised_points is None:
        raise DomainError(NOT_YET)
    if row.appraised_by_id == actor.pk:
        raise Refused(FIRST_IS_YOURS)
    if check.checked_by_id not in (None, actor.pk):
        raise Refused("Người khác đã thẩm định lần hai dòng này.")
