"""Writing rows of a scorecard: self-scores and appraisal. Each row is one conditional UPDATE on its version."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F

from emulation import scoring
from emulation.enums import ScorecardState, ValueSource
from emulation.locks import APPRAISAL, REAPPRAISAL, SELF, open_rows, row_open
from emulation.models import Scorecard, ScorecardRow
from emulation.queries.criteria import area_codes, criteria_of
from emulation.queries.scorecards import points_text, value_text
from emulation.rules import appraises_own_unit, appraises_row, waits_for_named
from emulation.scoring import ValueProblem
from ninhgiang.errors import DomainError, Stale
from units.models import User
from units.services import record_audit

from .appraisal import take_self_scores
from .computed import self_score_of
from .gate import open_for_appraisal, open_for_unit, require_seen
from .handed_in import BEING_CHANGED, after_unlocks, keep

CONFLICT = "Người khác vừa sửa dòng này. Hãy so sánh hai bản rồi chọn bản cần giữ."
COMPUTED = "Dòng này do hệ thống tính từ nhiệm vụ, không nhập tay."
NOT_APPLICABLE = "Tiêu chí này không áp dụng cho đơn vị."
NEEDS_REASON = "Điểm thẩm định khác điểm tự chấm nên phải ghi lý do."
ROW_LOCKED = "Tiêu chí này không nằm trong phần đang được mở, không sửa được."
NOT_YOURS = "Tiêu chí này do đơn vị khác thẩm định."
NEEDS_SECOND_REASON = "Điểm thẩm định lần 2 khác lần 1 nên phải ghi lý do."
ZEROED = (
    "Đơn vị không nộp phiếu nên tiêu chí này tính 0 điểm theo quy định của bộ tiêu chí. "
    "Muốn chấm lại, đề nghị lãnh đạo UBND xã mở khóa để đơn vị nộp."
)
NOT_SELF_SCORED = "Đơn vị không tự chấm tiêu chí này; hãy nhập số liệu thẩm định."


@dataclass(frozen=True, slots=True)
class RowEntry:
    """What somebody typed for one row. `value` None clears it; `note` is the self note or the appraiser's reason.

    With `agree` an appraiser takes the column before as it is, whatever its points came from; `value` is not looked at.
    """

    row_id: int
    version: int
    value: Mapping[str, Any] | None
    note: str = ""
    agree: bool = False


@dataclass(slots=True)
class Saved:
    """What became of each row: `changed` were written, `errors` tell why others were not (ValueProblem, Stale …)."""

    changed: list[ScorecardRow] = field(default_factory=list)
    errors: dict[int, DomainError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Column:
    """Names of the row's fields in one column: self, appraised (lần 1) or final (lần 2)."""

    value: str
    points: str
    explanation: str
    note: str
    note_label: str
    action: str
    verb: str
    phase: str


_SELF = _Column(
    "self_value", "self_points", "self_explanation", "self_note", "Ghi chú", "save_self_rows", "Tự chấm", SELF
)
_APPRAISED = _Column(
    "appraised_value",
    "appraised_points",
    "appraised_explanation",
    "appraisal_reason",
    "Lý do",
    "save_appraisal_rows",
    "Thẩm định",
    APPRAISAL,
)
_FINAL = _Column(
    "final_value",
    "final_points",
    "final_explanation",
    "final_reason",
    "Lý do",
    "save_final_rows",
    "Thẩm định lần 2",
    REAPPRAISAL,
)


@transaction.atomic
def save_self_rows(*, actor: User, scorecard_id: int, entries: Sequence[RowEntry]) -> Saved:
    """Save the valid ones of several self-scored rows; unchanged rows are left alone.

    Raises Refused when the person may not or the scorecard is closed; problems of single rows are in the answer.
    """
    card = open_for_unit(actor, scorecard_id, SELF)
    return _save(actor, card, entries, _SELF, _self_changes)


def save_self_row(*, actor: User, scorecard_id: int, entry: RowEntry) -> ScorecardRow:
    """Save one self-scored row and return it; raises ValueProblem, Stale (with both values) or Refused."""
    saved = save_self_rows(actor=actor, scorecard_id=scorecard_id, entries=[entry])
    return _only(saved, entry)


@after_unlocks
@transaction.atomic
def save_appraisal_rows(*, actor: User, scorecard_id: int, entries: Sequence[RowEntry]) -> Saved:
    """Save the valid ones of several appraised rows; points that differ from the self-score need a reason."""
    card = open_for_appraisal(actor, scorecard_id, APPRAISAL, part=True)
    return _save(actor, card, entries, _APPRAISED, _appraisal_changes)


def save_appraisal_row(*, actor: User, scorecard_id: int, entry: RowEntry) -> ScorecardRow:
    """Save one appraised row and return it; raises ValueProblem, Stale (with both values) or Refused."""
    saved = save_appraisal_rows(actor=actor, scorecard_id=scorecard_id, entries=[entry])
    return _only(saved, entry)


@transaction.atomic
def save_final_rows(*, actor: User, scorecard_id: int, entries: Sequence[RowEntry]) -> Saved:
    """Save the valid ones of several rows of appraisal 2; only flagged rows are open, a change needs a reason."""
    card = open_for_appraisal(actor, scorecard_id, REAPPRAISAL, part=True)
    return _save(actor, card, entries, _FINAL, _final_changes)


def save_final_row(*, actor: User, scorecard_id: int, entry: RowEntry) -> ScorecardRow:
    """Save one row of appraisal 2 and return it; raises ValueProblem, Stale (with both values) or Refused."""
    saved = save_final_rows(actor=actor, scorecard_id=scorecard_id, entries=[entry])
    return _only(saved, entry)


def _only(saved: Saved, entry: RowEntry) -> ScorecardRow:
    if entry.row_id in saved.errors:
        raise saved.errors[entry.row_id]
    if saved.changed:
        return saved.changed[0]
    return ScorecardRow.objects.select_related("criterion").get(pk=entry.row_id)


type _Changes = Callable[[ScorecardRow, RowEntry], dict[str, Any]]


def _save(actor: User, card: Scorecard, entries: Sequence[RowEntry], column: _Column, changes_of: _Changes) -> Saved:
    found = card.rows.select_related("criterion").filter(pk__in=[entry.row_id for entry in entries])
    if column is _SELF and card.state != ScorecardState.OPEN:
        found = found.prefetch_related("evidence_uses")
    rows = {row.pk: row for row in found}
    saved = Saved()
    before: dict[str, Any] = {}
    opened = open_rows(card, column.phase)
    by = {} if column is _SELF else {"appraised_by" if column is _APPRAISED else "final_by": actor}
    for entry in entries:
        row = rows.get(entry.row_id)
        if row is None:
            saved.errors[entry.row_id] = DomainError("Dòng này không thuộc phiếu. Hãy tải lại trang.")
            continue
        old = _shown(row, column)
        row.scorecard = card
        try:
            if not row_open(row, opened):
                raise DomainError(ROW_LOCKED)
            if column is not _SELF and not appraises_row(actor, row):
                raise DomainError(NOT_YOURS)
            if column is _APPRAISED and row.being_changed:
                raise DomainError(BEING_CHANGED)
            kept = keep(card, row) if column is _SELF else {}
            changed = _save_row(row, entry, column, changes_of, extra=kept | by)
        except DomainError as error:
            saved.errors[entry.row_id] = error
            continue
        if changed:
            saved.changed.append(row)
            before[row.criterion.code] = old
    if saved.changed:
        _audit_rows(actor, card, column, before, saved.changed)
    return saved


def _save_row(
    row: ScorecardRow, entry: RowEntry, column: _Column, changes_of: _Changes, *, extra: Mapping[str, Any]
) -> bool:
    """Write one row when it differs; returns whether it did. Raises ValueProblem or Stale."""
    if not row.applicable:
        raise DomainError(NOT_APPLICABLE)
    if row.criterion.source == ValueSource.TASKS and column is not _FINAL:  # what was explained is weighed by a person
        raise DomainError(COMPUTED)
    changes = changes_of(row, entry)
    if all(getattr(row, name) == new for name, new in changes.items()):
        return False
    changes |= extra
    where = ScorecardRow.objects.filter(pk=row.pk, version=entry.version)
    if where.update(version=F("version") + 1, **changes) != 1:
        raise _conflict(row, entry, column)
    for name, new in changes.items():
        setattr(row, name, new)
    row.version = entry.version + 1
    return True


def _self_changes(row: ScorecardRow, entry: RowEntry) -> dict[str, Any]:
    if entry.value is None:
        return {
            "self_value": None,
            "self_points": None,
            "self_explanation": "",
            "self_note": entry.note,
            "self_zeroed": False,
        }
    scored = scoring.score(row.criterion.rule_kind, row.criterion.rule_params, entry.value, row.max_points)
    return {
        "self_value": dict(entry.value),
        "self_points": scored.points,
        "self_explanation": scored.explanation,
        "self_note": entry.note,
        "self_zeroed": False,
    }


def _appraisal_changes(row: ScorecardRow, entry: RowEntry) -> dict[str, Any]:
    if entry.agree and row.self_points is not None:
        return self_score_of(row) | {"appraisal_reason": entry.note}
    if entry.value is None:
        raise ValueProblem(NOT_SELF_SCORED if row.self_value is None else "Chưa nhập số liệu thẩm định.")
    scored = scoring.score(row.criterion.rule_kind, row.criterion.rule_params, entry.value, row.max_points)
    if row.self_zeroed and scored.points > 0:
        raise ValueProblem(ZEROED)
    if scored.points != row.self_points and not entry.note:
        raise ValueProblem(NEEDS_REASON, field="note")
    return {
        "appraised_value": dict(entry.value),
        "appraised_points": scored.points,
        "appraised_explanation": scored.explanation,
        "appraisal_reason": entry.note,
    }


def _final_changes(row: ScorecardRow, entry: RowEntry) -> dict[str, Any]:
    if entry.agree and row.appraised_points is not None:
        return {
            "final_value": row.appraised_value,
            "final_points": row.appraised_points,
            "final_explanation": row.appraised_explanation,
            "final_reason": entry.note,
        }
    if entry.value is None:
        raise ValueProblem("Chưa nhập số liệu thẩm định lần 2.")
    scored = scoring.score(row.criterion.rule_kind, row.criterion.rule_params, entry.value, row.max_points)
    if scored.points != row.appraised_points and not entry.note:
        raise ValueProblem(NEEDS_SECOND_REASON, field="note")
    return {
        "final_value": dict(entry.value),
        "final_points": scored.points,
        "final_explanation": scored.explanation,
        "final_reason": entry.note,
    }


def _conflict(row: ScorecardRow, entry: RowEntry, column: _Column) -> Stale:
    row.refresh_from_db()
    theirs = {
        "Số liệu": value_text(row, getattr(row, column.value)),
        "Điểm": points_text(getattr(row, column.points)),
        column.note_label: getattr(row, column.note),
    }
    mine = {"Số liệu": value_text(row, entry.value), column.note_label: entry.note}
    return Stale(CONFLICT, theirs=theirs, mine=mine)


def _shown(row: ScorecardRow, column: _Column) -> dict[str, Any]:
    points = getattr(row, column.points)
    return {
        "value": getattr(row, column.value),
        "points": None if points is None else str(points),
        "note": getattr(row, column.note),
    }


def _audit_rows(
    actor: User, card: Scorecard, column: _Column, before: dict[str, Any], changed: Iterable[ScorecardRow]
) -> None:
    rows = list(changed)
    codes = ", ".join(row.criterion.code for row in rows)
    record_audit(
        actor=actor,
        action=column.action,
        summary=f"{column.verb} tiêu chí {codes}{_own_unit_mark(actor, card, column)}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        before=before,
        after={row.criterion.code: _shown(row, column) for row in rows},
    )


def _own_unit_mark(actor: User, card: Scorecard, column: _Column) -> str:
    return " (tự thẩm định)" if column is not _SELF and appraises_own_unit(actor, card) else ""


@after_unlocks
@transaction.atomic
def accept_unchanged(
    *, actor: User, scorecard_id: int, area_code: str = "", seen: Mapping[int, int] | None = None
) -> int:
    """Accept the self-score of every row not yet appraised, of one area or the whole scorecard; returns how many.

    Rows somebody has appraised already are left alone, and so are those another unit appraises (`waits_for_named`):
    they wait for it. A row the unit did not answer is accepted as 0. Raises Refused, or Stale naming the rows that are
    not as the person saw them ({row id: version}).
    """
    card = open_for_appraisal(actor, scorecard_id, APPRAISAL)
    codes = area_codes(criteria_of(card.round.criteria_set))
    waiting = card.rows.select_related("criterion").filter(
        applicable=True, appraised_points__isnull=True, handed_in__isnull=True
    )
    rows = [row for row in waiting if not area_code or codes[row.criterion_id] == area_code]
    for row in rows:
        row.scorecard = card
    rows = [row for row in rows if not waits_for_named(actor, row)]
    require_seen(rows, seen, doing="chấp nhận dòng nào")
    if not rows:
        return 0
    take_self_scores(actor, rows)
    mark = _own_unit_mark(actor, card, _APPRAISED)
    record_audit(
        actor=actor,
        action="accept_unchanged",
        summary=f"Chấp nhận điểm tự chấm của {len(rows)} tiêu chí{mark}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        after={row.criterion.code: {"points": str(row.self_points)} for row in rows},
    )
    return len(rows)


@transaction.atomic
def keep_first_appraisal(*, actor: User, scorecard_id: int) -> int:
    """Keep appraisal 1 for every flagged row without a second one; returns how many.

    Rows another unit appraises wait for it (`waits_for_named`).
    """
    card = open_for_appraisal(actor, scorecard_id, REAPPRAISAL)
    rows = list(card.rows.select_related("criterion").filter(flagged=True, final_points__isnull=True))
    for row in rows:
        row.scorecard = card
    rows = [row for row in rows if not waits_for_named(actor, row)]
    if not rows:
        return 0
    ScorecardRow.objects.filter(pk__in=[row.pk for row in rows], final_points__isnull=True).update(
        final_value=F("appraised_value"),
        final_points=F("appraised_points"),
        final_explanation=F("appraised_explanation"),
        final_by=actor,
        version=F("version") + 1,
    )
    record_audit(
        actor=actor,
        action="keep_first_appraisal",
        summary=f"Giữ nguyên điểm lần 1 của {len(rows)} tiêu chí{_own_unit_mark(actor, card, _FINAL)}",
        target=card,
        issuer=card.round.issuer,
        unit=card.unit,
        after={row.criterion.code: {"points": str(row.appraised_points)} for row in rows},
    )
    return len(rows)
