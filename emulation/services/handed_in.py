"""What a unit handed in, kept while it changes rows under an unlock (scoring.md 3.2).

Nothing typed under an unlock counts before the head handed it in. The first change of a row keeps what stood there and
leaves its appraisal alone; handing in lets the change count and takes the appraisal away; an unlock that ends without
puts back what was kept. The clock does that. Since nothing may depend on the clock, so does every act of appraisal
before it begins, in a transaction of its own: a refusal of the act must not undo it.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from emulation import scoring
from emulation.enums import EvidencePhase, ScorecardState, ValueSource
from emulation.late import NOT_DECLARED
from emulation.locks import SELF, open_rows, row_open
from emulation.models import RowEvidence, Scorecard, ScorecardRow
from emulation.queries.scorecards import sheet_of, value_text
from reform_tasks.models import Evidence
from units.queries import officers_of
from units.services import notify, record_audit

from .gate import locked_scorecard

BEING_CHANGED = (
    "Đơn vị đang sửa tiêu chí này trong phần được mở khóa; thẩm định được khi đơn vị nộp lại hoặc hết giờ mở khóa."
)
NOT_APPRAISED: dict[str, Any] = {
    "appraised_value": None,
    "appraised_points": None,
    "appraised_explanation": "",
    "appraised_by": None,
    "pre_accepted": False,
}
_OWN = ("self_value", "self_points", "self_explanation", "self_note", "self_zeroed")
HAND_IN_FIELDS = (*_OWN, "handed_in", *NOT_APPRAISED, "version")


def _own_fields(row: ScorecardRow) -> tuple[str, ...]:
    """Return what of the unit's column people of the unit write: of a row counted from tasks only the note."""
    return ("self_note",) if row.criterion.source == ValueSource.TASKS else _OWN


def as_handed_in(row: ScorecardRow) -> dict[str, Any]:
    """Return what the unit wrote in a row and its files, as `handed_in` keeps them.

    The row is read with `criterion` and `evidence_uses`. What was counted from tasks is not kept: a count made again
    meanwhile stays.
    """
    own = {name: getattr(row, name) for name in _own_fields(row)}
    if own.get("self_points") is not None:
        own["self_points"] = f"{row.self_points:.2f}"
    uses = [use for use in row.evidence_uses.all() if use.phase == EvidencePhase.SELF]
    return own | {"files": {str(use.evidence_id): use.pages for use in uses}}


def keep(card: Scorecard, row: ScorecardRow) -> dict[str, Any]:
    """Return what a change by the unit writes besides: what was handed in, at the first change after handing in."""
    if card.state == ScorecardState.OPEN or row.being_changed:
        return {}
    return {"handed_in": as_handed_in(row)}


def hand_in_row(row: ScorecardRow) -> bool:
    """Let what stands in a row count as handed in, in memory; a change takes its appraisal away. Returns whether.

    Points set to 0 because nothing was handed in follow from the value again.
    """
    was = row.handed_in or as_handed_in(row)
    row.handed_in = None
    if row.self_value is None:
        row.self_points, row.self_explanation = Decimal(0), NOT_DECLARED
    elif row.self_zeroed:
        criterion = row.criterion
        scored = scoring.score(criterion.rule_kind, criterion.rule_params, row.self_value, row.max_points)
        row.self_points, row.self_explanation = scored.points, scored.explanation
    row.self_zeroed = False
    now = as_handed_in(row)
    if now == {name: was[name] for name in now}:
        return False
    for name, value in NOT_APPRAISED.items():
        setattr(row, name, value)
    row.version += 1
    return True


def after_unlocks[**P, R](service: Callable[P, R]) -> Callable[P, R]:
    """Make a service begin with what was handed in (see the module); one of `_PICKED_BY` is among its keywords."""

    @wraps(service)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        take_back_all(**next({where: kwargs[name]} for name, where in _PICKED_BY.items() if name in kwargs))
        return service(*args, **kwargs)

    return called


# By what a service is told which scorecards it is about, and how their rows are found by it.
_PICKED_BY = {
    "scorecard_id": "scorecard",
    "round_id": "scorecard__round",
    "check_id": "scorecard__rows__second_check",
}


def take_back_all(**where: Any) -> list[ScorecardRow]:
    """Do `take_back` for each scorecard with changed rows among those picked; one query when there is none."""
    changed = ScorecardRow.objects.filter(handed_in__isnull=False, **where)
    cards = sorted(set(changed.order_by().values_list("scorecard", flat=True)))
    return [row for card in cards for row in take_back(scorecard_id=card)]


@transaction.atomic
def take_back(*, scorecard_id: int) -> list[ScorecardRow]:
    """Put the rows changed under an unlock that is over back to what was handed in, and tell the unit; returns them.

    What was typed stays readable in the scorecard's history. Nothing happens while the unlock holds.
    """
    card = locked_scorecard(scorecard_id)
    opened = open_rows(card, SELF)
    found = card.rows.filter(handed_in__isnull=False).select_related("criterion")
    found = found.prefetch_related("evidence_uses__evidence").order_by("criterion__position")
    rows = [row for row in found if not row_open(row, opened)]
    if not rows:
        return []
    typed = {row.criterion.code: as_handed_in(row) for row in rows}
    words = "; ".join(_typed_words(row) for row in rows)
    kept = {row.criterion.code: row.handed_in for row in rows}
    for row in rows:
        _put_back(row)
    ScorecardRow.objects.bulk_update(rows, (*_OWN, "handed_in", "version"))
    Scorecard.objects.filter(pk=card.pk).update(self_total=sheet_of(card).self_totals.total)
    summary = f"Hết giờ mở khóa mà chưa nộp lại: tiêu chí {', '.join(typed)} trở về bản đã nộp"
    record_audit(
        actor=None,
        action="take_back",
        summary=summary,
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before=typed,
        after=kept,
        reason=f"Nội dung đã nhập mà chưa nộp: {words}.",
    )
    notify(
        people=officers_of(card.unit),
        text=f"{summary} (“{card.round.name}”). Nội dung đã nhập còn trong lịch sử phiếu.",
        url=reverse("emulation:scorecard-detail", args=[card.pk]),
    )
    return rows


def _typed_words(row: ScorecardRow) -> str:
    """Return what the unit typed and chose in a row: "2.1: Số đúng hạn: 3 (ghi chú: …; tệp: a.pdf)"."""
    names = [use.evidence.original_name for use in row.evidence_uses.all() if use.phase == EvidencePhase.SELF]
    more = [f"ghi chú: {row.self_note}"] if row.self_note else []
    more += [f"tệp: {', '.join(names)}"] if names else []
    typed = [value_text(row, row.self_value)] if "self_value" in _own_fields(row) else []
    return f"{row.criterion.code}: {' '.join([*typed, *([f'({"; ".join(more)})'] if more else [])])}"


def _put_back(row: ScorecardRow) -> None:
    kept = row.handed_in or {}
    for name in _own_fields(row):
        value = kept[name]
        setattr(row, name, Decimal(value) if name == "self_points" and value is not None else value)
    _put_files_back(row, kept["files"])
    row.handed_in = None
    row.version += 1


def _put_files_back(row: ScorecardRow, pages: dict[str, str]) -> None:
    """Make the row's own files those of {evidence id: pages}; a file in use here cannot be deleted meanwhile."""
    uses = row.evidence_uses.filter(phase=EvidencePhase.SELF)
    uses.exclude(evidence__in=[UUID(one) for one in pages]).delete()
    known = Evidence.objects.filter(pk__in=list(pages))
    RowEvidence.objects.bulk_create(
        [RowEvidence(row=row, evidence=one, pages=pages[str(one.pk)]) for one in known],
        update_conflicts=True,
        unique_fields=["row", "evidence"],
        update_fields=["pages", "phase"],
    )
