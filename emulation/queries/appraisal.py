"""The appraisers' queue: which rows wait for whom, how doubtful each is, and the round before beside it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation import scoring
from emulation.doubt import Doubt, RowFacts, doubt
from emulation.enums import RoundState, ScorecardState, ValueSource
from emulation.models import Criterion, Round, Scorecard, ScorecardRow
from emulation.rules import own_units, sees_all, waits_for_named
from emulation.scoring import RuleError, ValueProblem
from reform_tasks.evidence_flags import Frame
from reform_tasks.queries.evidence import mark_uses
from units.enums import RoleKind
from units.models import Unit, User
from units.queries import visible_issuer_ids
from units.rules import holds

from .criteria import area_codes, criteria_of
from .scorecards import get_row_for, row_files


@dataclass(frozen=True, slots=True)
class PreviousMark:
    """The points that counted for the same unit and criterion code in the published round before."""

    points: Decimal
    max_points: Decimal
    round_name: str


type Marks = dict[tuple[int, str], PreviousMark]


@dataclass(slots=True)
class Queued:
    """One row of the queue. `proposed`: it was marked when self-scoring closed, and nothing doubtful came since.

    `others`: another unit than the reader's is named to appraise it; the reader takes it in no act on many rows.
    """

    row: ScorecardRow
    doubt: Doubt
    previous: PreviousMark | None
    area: str
    others: bool = False

    @property
    def proposed(self) -> bool:
        """Whether it is proposed for acceptance unchanged."""
        return self.row.pre_accepted and not self.doubt.score


def previous_round(round_: Round) -> Round | None:
    """Return the last published round that ended before this one, of the same kind if there is one. One query."""
    same_kind = Case(When(kind=round_.kind, then=Value(0)), default=Value(1), output_field=IntegerField())
    before = Round.objects.filter(
        issuer=round_.issuer_id, state=RoundState.PUBLISHED, practice=False, period_end__lt=round_.period_end
    )
    return before.order_by(same_kind, "-period_end", "-pk").first()


def previous_marks(round_: Round, unit_ids: Collection[int]) -> Marks:
    """Return the marks of the round before, as published, by (unit id, criterion code); two queries at most."""
    before = previous_round(round_)
    if before is None:
        return {}
    cards = Scorecard.objects.filter(round=before, unit__in=unit_ids).values_list("unit", "snapshot")
    return {
        (unit, row["code"]): PreviousMark(Decimal(row["points"]), Decimal(row["max_points"]), before.name)
        for unit, snapshot in cards
        for row in snapshot["rows"]
        if row["applicable"] and row["points"] is not None
    }


def waiting_rows() -> QuerySet[ScorecardRow]:
    """Return the rows people answer that wait for an appraiser in the phase their round is in, in every round."""
    waiting = Q()
    for state, found in WAITING_IN.items():
        waiting |= Q(scorecard__round__state=state, **found)
    return _answered().filter(waiting)


def _answered() -> QuerySet[ScorecardRow]:
    return ScorecardRow.objects.filter(applicable=True, criterion__source=ValueSource.PERSON)


# What the unit changes under an unlock waits for the unit.
_WAITING = {
    "scorecard__state": ScorecardState.SUBMITTED,
    "appraised_points__isnull": True,
    "handed_in__isnull": True,
}
_WAITING_AGAIN = {"scorecard__state": ScorecardState.EXPLAINED, "flagged": True, "final_points__isnull": True}
WAITING_IN: dict[RoundState, dict[str, Any]] = {
    RoundState.APPRAISAL: _WAITING,
    RoundState.REAPPRAISAL: _WAITING_AGAIN,
}


def rows_in_reach(user: User, round_: Round) -> QuerySet[ScorecardRow]:
    """Return the rows of a round this person may appraise, done or not, in official order of units and criteria.

    All that people answer for the reviewer; for people of units those of criteria that name them, of other units.
    """
    rows = _answered().filter(scorecard__round=round_)
    rows = rows.select_related("criterion__appraiser", "scorecard__unit", "scorecard__round__issuer")
    rows = rows.defer("scorecard__snapshot")
    rows = rows.order_by("scorecard__unit__position", "scorecard_id", "criterion__position")
    if holds(user, RoleKind.REVIEWER, round_.issuer):
        return rows
    units = own_units(user)
    return named_rows(rows, units) if units else rows.none()


def named_rows(rows: QuerySet[ScorecardRow], units: Collection[Unit]) -> QuerySet[ScorecardRow]:
    """Return those of `rows` whose criterion names one of `units` as its appraiser, on other units' scorecards.

    None before the units' own scoring is closed: until then nothing is handed in for good.
    """
    rows = rows.filter(criterion__appraiser__in=units).exclude(scorecard__unit__in=units)
    return rows.exclude(scorecard__round__state__in=(RoundState.DRAFT, RoundState.SELF_SCORING))


def rows_for(user: User, round_: Round) -> QuerySet[ScorecardRow]:
    """Return the rows in the person's reach that wait to be appraised, the first or second time as the round stands.

    None while the round is elsewhere.
    """
    waiting = WAITING_IN.get(RoundState(round_.state))
    rows = rows_in_reach(user, round_)
    return rows.none() if waiting is None else rows.filter(**waiting)


def appraises_in(user: User, round_: Round) -> bool:
    """Tell whether the person appraises rows of this round: the reviewer, or people of a unit some criterion names."""
    if holds(user, RoleKind.REVIEWER, round_.issuer):
        return True
    units = own_units(user)
    named = Criterion.objects.filter(criteria_set=round_.criteria_set_id, appraiser__in=units)
    return bool(units) and named.exists()


def queue_of(user: User, round_: Round) -> list[Queued]:
    """Return the person's queue, most doubtful first, equal ones in official order. Six queries at most."""
    found = queued(user, round_, list(rows_for(user, round_).prefetch_related(row_files())))
    return sorted(found, key=lambda one: -one.doubt.score)


def queued(user: User, round_: Round, rows: Sequence[ScorecardRow]) -> list[Queued]:
    """Return rows of one round (read with `row_files`) with their doubt and the mark before, in the order given."""
    marks = previous_marks(round_, {row.scorecard.unit_id for row in rows}) if rows else {}
    codes = area_codes(criteria_of(round_.criteria_set)) if rows else {}
    tell_twins = sees_all(user, round_.issuer)
    return [
        Queued(row, one, marks.get(_key(row)), codes[row.criterion_id], waits_for_named(user, row))
        for row, one in weighed(rows, round_, marks, tell_twins=tell_twins)
    ]


def weighed(
    rows: Iterable[ScorecardRow], round_: Round, marks: Marks, *, tell_twins: bool
) -> list[tuple[ScorecardRow, Doubt]]:
    """Return each row (read with criterion, scorecard and files) with its doubt; sets the files' remarks. No query."""
    rows = list(rows)
    frame = Frame(start=round_.period_start, end=round_.period_end)
    mark_uses([use for row in rows for use in row.evidence_uses.all()], frame, tell_twins=tell_twins)
    return [(row, doubt(facts_of(row, row.scorecard, marks.get(_key(row))))) for row in rows]


def _key(row: ScorecardRow) -> tuple[int, str]:
    return row.scorecard.unit_id, row.criterion.code


def facts_of(row: ScorecardRow, card: Scorecard, previous: PreviousMark | None) -> RowFacts:
    """Return what `doubt` asks of a row whose files carry their remarks (mark_uses)."""
    criterion = row.criterion
    uses = row.own_files
    flags = [flag for use in uses for flag in use.flags]
    return RowFacts(
        rule_kind=criterion.rule_kind,
        kind=criterion.kind,
        points=row.self_points or Decimal(0),
        max_points=row.max_points,
        answered=row.self_value is not None,
        consistent=_consistent(row),
        marked_none=bool((row.self_value or {}).get("no_case")),
        note=row.self_note,
        evidence_required=criterion.evidence_required,
        explanation_required=criterion.explanation_required,
        files=len(uses),
        broken=_texts(flags, "bad"),
        odd=_texts(flags, "warn"),
        previous=previous.points if previous else None,
        previous_max=previous.max_points if previous else None,
        late=card.submitted_at is None or card.submitted_late,
    )


def _texts(flags: Iterable[object], tone: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flag.text for flag in flags if flag.tone == tone))  # type: ignore[attr-defined]


def _consistent(row: ScorecardRow) -> bool:
    """Tell whether scoring the unit's value again gives its points; what closing set to 0 by rule is no mistake."""
    if row.self_value is None or row.self_zeroed:
        return True
    criterion = row.criterion
    try:
        scored = scoring.score(criterion.rule_kind, criterion.rule_params, row.self_value, row.max_points)
    except (ValueProblem, RuleError):
        return False
    return scored.points == row.self_points


def get_row_to_write(user: User, scorecard_id: int, row_id: int) -> ScorecardRow:
    """Return one row the person may see, or appraises as the named unit's; Http404 for strangers."""
    try:
        return get_row_for(user, scorecard_id, row_id)
    except Http404:
        rows = ScorecardRow.objects.filter(scorecard__round__issuer__in=visible_issuer_ids(user))
        rows = named_rows(rows, own_units(user)).select_related(
            "criterion", "scorecard__round__criteria_set", "scorecard__round__issuer", "scorecard__unit"
        )
        return get_object_or_404(rows.prefetch_related(row_files()), pk=row_id, scorecard=scorecard_id)
