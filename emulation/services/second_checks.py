"""The blind second check of rows drawn at random: the draw at the end of self-scoring, and one person's check."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.utils import timezone

from emulation import scoring
from emulation.enums import NodeKind, RoundState, ValueSource
from emulation.models import Criterion, Round, Scorecard, ScorecardRow, SecondCheck
from emulation.queries.criteria import area_codes
from emulation.rules import appraises
from emulation.scoring import ValueProblem
from emulation.second_check import Drawable, draw
from ninhgiang.errors import DomainError, Refused
from units.models import User
from units.services import record_audit

from .gate import locked_scorecard
from .handed_in import BEING_CHANGED, after_unlocks

OPEN_IN = frozenset({RoundState.APPRAISAL, RoundState.EXPLANATION, RoundState.REAPPRAISAL, RoundState.RANKED})
CLOSED = "Đợt không ở bước thẩm định nên không nhập được kết quả thẩm định lần hai."
FIRST_IS_YOURS = "Bạn đã thẩm định lần một dòng này; lần hai phải do người khác làm."
NOT_YET = "Dòng này chưa được thẩm định lần một."
DONE = "Dòng này đã có người thẩm định lần hai; kết quả đã lưu không sửa được nữa vì điểm lần một đã hiện ra."


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


@after_unlocks
@transaction.atomic
def save_second_check(*, actor: User, check_id: int, value: Mapping[str, Any] | None, note: str = "") -> SecondCheck:
    """Keep one person's own appraisal of a drawn row, once, beside the first points as they are now.

    The row's points do not change by it. It cannot be written over: from now on the checker may read the first points.
    Raises Refused (not a reviewer, appraised the row first, round closed, done already), DomainError while the unit is
    changing the row under an unlock, ValueProblem for a value the rule does not take.
    """
    card = locked_scorecard(Scorecard.objects.values_list("pk", flat=True).get(rows__second_check=check_id))
    check = SecondCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    row = check.row = ScorecardRow.objects.select_related("criterion").get(pk=check.row_id)
    row.scorecard = card
    require_check(actor, check)
    if not value:
        raise ValueProblem("Chưa nhập số liệu thẩm định.")
    scored = scoring.score(row.criterion.rule_kind, row.criterion.rule_params, value, row.max_points)
    check.value, check.points, check.note = dict(value), scored.points, note
    check.checked_by, check.checked_at = actor, timezone.now()
    check.first_points, check.first_by, check.self_value = row.appraised_points, row.appraised_by, row.self_value
    check.save()
    record_audit(
        actor=actor,
        action="save_second_check",
        summary=f"Thẩm định độc lập lần hai tiêu chí {row.criterion.code}",
        target=row.scorecard,
        issuer=row.scorecard.round.issuer,
        unit=row.scorecard.unit,
        before={"points": None},
        after={"points": str(scored.points), "first": str(row.appraised_points), "note": note},
    )
    return check


def require_check(actor: User, check: SecondCheck) -> None:
    """Raise Refused or DomainError unless the person may check this row now; every verb on it asks here."""
    require_shown(actor, check)
    if check.row.scorecard.round.state not in OPEN_IN:
        raise Refused(CLOSED)
    if check.points is not None:
        raise Refused(DONE)
    if check.row.being_changed:
        raise DomainError(BEING_CHANGED)


def require_shown(actor: User, check: SecondCheck) -> None:
    """Raise Refused or DomainError unless the person may know which row was drawn: not before it is appraised."""
    row = check.row
    if not appraises(actor, row.scorecard):
        raise Refused("Chỉ Phòng Văn hóa - Xã hội thẩm định lần hai.")
    if row.appraised_points is None and check.points is None:
        raise DomainError(NOT_YET)
    if row.appraised_by_id == actor.pk and check.points is None:
        raise Refused(FIRST_IS_YOURS)
