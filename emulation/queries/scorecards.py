"""Reads of scorecards: who sees which, and a scorecard laid out by area with its totals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation.enums import EvidencePhase, NodeKind, ValueSource
from emulation.models import Criterion, Round, RowEvidence, Scorecard, ScorecardRow
from emulation.rule_words import value_words
from emulation.rules import own_units, sees_all, sees_appraisal, sees_second_appraisal, waits_for_named
from emulation.scoring import AreaTotal, Mark, Node, TotalRow, Totals, TreeTotals, counts_in, tree_totals
from emulation.set_spec import EXTRA_CODE
from ninhgiang.points import show
from reform_tasks.evidence_flags import Frame
from reform_tasks.queries.evidence import mark_uses, with_twins
from units.models import User
from units.queries import visible_issuer_ids
from units.rules import ids_with_past, issuer_of

from .criteria import area_codes, criteria_of, group_heads, tree_of


def points_text(points: Decimal | None, empty: str = "–") -> str:
    """Return points with a comma, or a dash for "not yet scored", which is not 0."""
    return empty if points is None else show(points)


def value_text(row: ScorecardRow, value: Mapping[str, Any] | None) -> str:
    """Return a value of a row in words; see `rule_words.value_words`."""
    return value_words(row.criterion.rule_kind, row.criterion.rule_params, row.max_points, value)


@dataclass(frozen=True, slots=True)
class GroupHead:
    """The heading of a group of criteria, and what they add up to in each column; None where nothing applies."""

    code: str
    name: str
    max_points: Decimal
    sums: dict[str, AreaTotal | None]

    def text(self, column: str) -> str:
        """The sum in one column: "3,5/5 điểm", "không áp dụng"."""
        found = self.sums[column]
        return f"{show(found.points)}/{show(found.applicable_max)} điểm" if found else "không áp dụng"


@dataclass(slots=True)
class AreaSheet:
    """One area of a scorecard: its rows and what they add up to. `applies` is false when no row applies."""

    code: str
    name: str
    max_points: Decimal
    rows: list[ScorecardRow] = field(default_factory=list)

    @property
    def live(self) -> list[ScorecardRow]:
        """The rows that apply to the unit."""
        return [row for row in self.rows if row.applicable]

    @property
    def applies(self) -> bool:
        """Whether anything in the area applies to the unit."""
        return bool(self.live)

    @property
    def is_extra(self) -> bool:
        """Whether this is the bonus and penalty part."""
        return self.code == EXTRA_CODE

    @property
    def required(self) -> list[ScorecardRow]:
        """The rows the unit must answer before it submits: all that apply but bonus and penalty."""
        return [row for row in self.live if row.criterion.kind == NodeKind.CRITERION]

    @property
    def filled(self) -> int:
        """How many of the required rows the unit has answered (0 is an answer)."""
        return sum(row.self_points is not None for row in self.required)

    @property
    def checked(self) -> int:
        """How many applicable rows are appraised."""
        return sum(row.appraised_points is not None for row in self.live)


@dataclass(slots=True)
class Sheet:
    """A scorecard laid out: areas in order, totals of each column (unanswered rows count 0 and are `missing`).

    What the set takes off for handing in late is off both appraisers' columns; `result_totals` take appraisal 2 where
    there was one. `groups` holds by column ("self", "appraised", "result") what each row of the set adds up to, by its
    code, at any depth; what does not apply is absent. `heads` are the groups that begin with a criterion, by its id.
    `frozen`: rows and totals are those of a stored result, whatever was decided since (queries.shown).
    """

    scorecard: Scorecard
    areas: list[AreaSheet]
    codes: dict[int, str]
    self_totals: Totals
    appraised_totals: Totals
    result_totals: Totals
    groups: dict[str, dict[str, AreaTotal]]
    heads: dict[int, list[GroupHead]]
    frozen: bool = False

    @property
    def stated_totals(self) -> Totals | None:
        """The totals that count, as stored: the index is theirs. None while the scorecard is not appraised."""
        if self.frozen:
            return self.result_totals
        if self.scorecard.index is None:
            return None
        return self.appraised_totals if self.scorecard.final_total is None else self.result_totals

    @property
    def rows(self) -> list[ScorecardRow]:
        """All rows, in order."""
        return [row for area in self.areas for row in area.rows]

    @property
    def live(self) -> list[ScorecardRow]:
        """The rows that apply to the unit."""
        return [row for row in self.rows if row.applicable]

    def area(self, code: str) -> AreaSheet:
        """Return one area by its code; Http404 when the set has no such area."""
        for area in self.areas:
            if area.code == code:
                return area
        raise Http404


def visible_scorecards(user: User) -> QuerySet[Scorecard]:
    """Return the scorecards a person may open: all of the issuer for those who see all, else their own units'."""
    cards = (
        Scorecard.objects.filter(round__issuer__in=visible_issuer_ids(user))
        .select_related("round__criteria_set", "round__issuer", "unit", "block", "submitted_by", "appraised_by")
        .prefetch_related("unlocks__row__criterion")
    )
    issuer = issuer_of(user)
    if issuer is not None and sees_all(user, issuer):
        return cards
    return cards.filter(unit__in=ids_with_past(own_units(user)))


def get_scorecard_for(user: User, scorecard_id: int) -> Scorecard:
    """Return one scorecard with round, set, issuer, unit and block; Http404 for strangers."""
    return get_object_or_404(visible_scorecards(user), pk=scorecard_id)


def get_row_for(user: User, scorecard_id: int, row_id: int) -> ScorecardRow:
    """Return one row (with criterion, evidence, and its scorecard read along); Http404 for strangers.

    All its columns: what is shown of them goes through queries.shown.
    """
    scorecard = get_scorecard_for(user, scorecard_id)
    rows = ScorecardRow.objects.select_related("criterion").prefetch_related(row_files())
    row = get_object_or_404(rows, pk=row_id, scorecard=scorecard)
    row.scorecard = scorecard
    return row


def row_files() -> "Prefetch[str, Any, Any]":
    """Return the prefetch of a row's files with their pages, readings and the other units that hold them."""
    return Prefetch("evidence_uses", with_twins(RowEvidence.objects.all()))


def frame_of_round(round_: Round) -> Frame:
    """Return what files of a round's rows are held against: its period."""
    return Frame(start=round_.period_start, end=round_.period_end)


def hide_files(user: User, card: Scorecard, rows: Iterable[ScorecardRow]) -> None:
    """Set `hidden` of the appraisers' files this reader may not see yet: as their points, see rules.sees_appraisal."""
    seen = {EvidencePhase.APPRAISAL: sees_appraisal(user, card)}
    seen[EvidencePhase.REAPPRAISAL] = sees_second_appraisal(user, card)
    for row in rows:
        for use in row.evidence_uses.all():
            use.hidden = not seen.get(EvidencePhase(use.phase), True)


def mark_row_files(user: User, card: Scorecard, rows: Iterable[ScorecardRow]) -> None:
    """Set what is to be noticed about the files of rows read with `row_files`, for this reader."""
    rows = list(rows)
    hide_files(user, card, rows)
    uses = [use for row in rows for use in row.evidence_uses.all()]
    mark_uses(uses, frame_of_round(card.round), tell_twins=sees_all(user, card.round.issuer))


def rows_of(scorecard: Scorecard) -> list[ScorecardRow]:
    """Return the scorecard's rows in order, with criterion and evidence, in two queries."""
    rows = scorecard.rows.select_related("criterion__appraiser").prefetch_related(row_files())
    rows = rows.order_by("criterion__position")
    return list(rows)


def sheet_of(
    scorecard: Scorecard, rows: list[ScorecardRow] | None = None, criteria: list[Criterion] | None = None
) -> Sheet:
    """Lay a scorecard out by area; pass rows and criteria already read to save queries (else three queries)."""
    criteria = criteria_of(scorecard.round.criteria_set) if criteria is None else criteria
    rows = rows_of(scorecard) if rows is None else rows
    codes = area_codes(criteria)
    areas = [AreaSheet(tree.code, tree.name, tree.max_points) for tree in tree_of(criteria)]
    by_code = {area.code: area for area in areas}
    for row in rows:
        by_code[codes[row.criterion_id]].rows.append(row)
    late = {"self": Decimal(0), "appraised": scorecard.late_penalty, "result": scorecard.late_penalty}
    totals = {
        column: totals_of(rows, criteria, scorecard.round, column=column, late=points)
        for column, points in late.items()
    }
    groups = {column: found.nodes for column, found in totals.items()}
    return Sheet(
        scorecard=scorecard,
        areas=areas,
        codes=codes,
        self_totals=totals["self"].whole,
        appraised_totals=totals["appraised"].whole,
        result_totals=totals["result"].whole,
        groups=groups,
        heads={pk: [_head(node, groups) for node in heads] for pk, heads in group_heads(criteria).items()},
    )


def _head(node: Criterion, groups: dict[str, dict[str, AreaTotal]]) -> GroupHead:
    return GroupHead(
        node.code, node.name, node.max_points, {column: sums.get(node.code) for column, sums in groups.items()}
    )


def total_row(row: ScorecardRow, area: str, column: str) -> TotalRow:
    """Return what one column of a row brings to the totals; see `totals_of` for the columns and what leaves them."""
    value, points = getattr(row, f"{column}_value"), getattr(row, f"{column}_points")
    if column == "self" and row.self_zeroed:  # what was typed counts for nothing, "không phát sinh" included
        value = None
    applicable = row.applicable and counts_in(row.criterion.rule_params, value)
    return TotalRow(area, row.criterion.kind, row.max_points, applicable, points)


def totals_of(
    rows: Iterable[ScorecardRow],
    criteria: Iterable[Criterion],
    round_: Round,
    *,
    column: str,
    late: Decimal = Decimal(0),
) -> TreeTotals:
    """Return the totals of one column ("self", "appraised" or "result"), of the whole and of every row of the set.

    `rows` carry their criterion, the round its set, whose rows in order are `criteria`. A column whose value says
    "không phát sinh" may leave the denominator (`no_case` "not_applicable"); so do the areas the round skips for
    everyone.
    """
    rules, scored = round_.criteria_set, {row.criterion_id: row for row in rows}
    parts = {pk: total_row(row, "", column) for pk, row in scored.items()}
    codes = {node.pk: node.code for node in criteria}
    nodes, marks = [], {}
    for node in criteria:
        part, parent = parts.get(node.pk), codes.get(node.parent_id or 0, "")
        if part is None:
            nodes.append(Node(node.code, parent, node.max_points, _kind(node.kind)))
            marks[node.code] = Mark(applicable=False, points=None)
        else:
            nodes.append(Node(node.code, parent, part.max_points, _kind(part.kind)))
            marks[node.code] = Mark(part.applicable, part.points)
    return tree_totals(
        nodes,
        marks,
        bonus_max=rules.bonus_max,
        penalty_max=rules.penalty_max,
        decimals=rules.index_decimals,
        skipped=round_.skipped_areas,
        late=late,
    )


def _kind(kind: str) -> str:
    return NodeKind.CRITERION if kind == NodeKind.AREA else kind


def missing_rows(sheet: Sheet) -> list[tuple[ScorecardRow, str]]:
    """Return what keeps a scorecard from being submitted: (row, Vietnamese reason), in order; 0 counts as answered.

    Bonus and penalty rows may stay empty (they count 0). A row that asks for evidence and claims points needs a file
    or, failing that, a note that explains (scoring.md 3.2, 3.3).
    """
    found = []
    for row in sheet.live:
        if row.self_value is None:  # closing gives points where there is no answer
            if row.criterion.kind == NodeKind.CRITERION:
                found.append((row, "chưa chấm"))
        elif row.self_points and row.criterion.evidence_required and not row.self_note and not row.own_files:
            found.append((row, "cần ít nhất một minh chứng, hoặc ghi chú giải thích vì sao chưa có"))
        elif row.criterion.explanation_required and not row.self_note and row.criterion.source == ValueSource.PERSON:
            found.append((row, "cần ghi chú giải trình cách tính"))
    return found


def difference_of(row: ScorecardRow) -> Decimal | None:
    """Return the points that count less the self-scored ones; None while one of them is missing."""
    if row.result_points is None or row.self_points is None:
        return None
    return row.result_points - row.self_points


def difference_text(points: Decimal | None) -> str:
    """Return a difference with its sign ("−0,5", "+1"); "" for none and for 0."""
    if not points:
        return ""
    return f"{'+' if points > 0 else '−'}{show(abs(points))}"


def changed_rows(sheet: Sheet) -> list[tuple[ScorecardRow, str]]:
    """Return the rows whose points are not the self-scored ones, each with the difference, in order."""
    found = [(row, difference_text(difference_of(row))) for row in sheet.live]
    return [(row, text) for row, text in found if text]


def total_difference(sheet: Sheet) -> str:
    """Return what appraisal changed so far over all appraised rows, with its sign; "" for nothing."""
    return difference_text(sum((difference_of(row) or Decimal(0) for row in sheet.live), Decimal(0)))


def unappraised_rows(sheet: Sheet) -> list[ScorecardRow]:
    """Return the applicable rows without an appraised score."""
    return [row for row in sheet.live if row.appraised_points is None]


def waiting_for_named(user: User, card: Scorecard, rows: Iterable[ScorecardRow]) -> dict[str, list[ScorecardRow]]:
    """Return those of a scorecard's rows that another unit than the person's appraises, by its name."""
    found: dict[str, list[ScorecardRow]] = {}
    for row in rows:
        row.scorecard = card
        if row.criterion.appraiser and waits_for_named(user, row):
            found.setdefault(row.criterion.appraiser.short_name, []).append(row)
    return found


def flagged_rows(sheet: Sheet) -> list[ScorecardRow]:
    """Return the rows the unit was asked to explain."""
    return [row for row in sheet.live if row.flagged]
