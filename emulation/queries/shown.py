"""A scorecard as one reader may see it: live, without an appraisal that is still being made, or as it was frozen.

Screens lay scorecards out with `sheet_for`; services, which write, read the rows themselves (`sheet_of`).
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from emulation.appeal_rules import moved_on
from emulation.enums import RoundState
from emulation.models import (
    CriteriaSet,
    Criterion,
    PublishedVersion,
    Ranking,
    RowEvidence,
    Scorecard,
    ScorecardRow,
    Veto,
)
from emulation.rules import sees_appraisal, sees_second_appraisal
from emulation.scoring import AreaTotal, Totals, counts_in
from emulation.snapshots import veto_data
from reform_tasks.models import Evidence
from reform_tasks.queries.evidence import mark_uses
from units.models import AuditEntry, User
from units.queries import history_of

from .criteria import criteria_of
from .scorecards import Sheet, frame_of_round, hide_files, mark_row_files, rows_of, sheet_of

_HIDDEN_FIRST: dict[str, Any] = {
    "appraised_value": None,
    "appraised_points": None,
    "appraised_explanation": "",
    "appraisal_reason": "",
    "appraised_by_id": None,
    "pre_accepted": False,
    "flagged": False,
    "question": "",
}
_HIDDEN_SECOND: dict[str, Any] = {
    "final_value": None,
    "final_points": None,
    "final_explanation": "",
    "final_reason": "",
    "final_by_id": None,
}

_FIRST_ACTS = (
    "save_appraisal_rows",
    "save_second_check",
    "accept_unchanged",
    "recount_scorecard",
    "flag_row",
    "set_appraisal_evidence",
    "complete_appraisal",
)
_SECOND_ACTS = (
    "save_final_rows",
    "keep_first_appraisal",
    "set_second_evidence",
    "recount_flagged",
    "complete_second_appraisal",
)


def is_frozen(card: Scorecard) -> bool:
    """Tell whether the scorecard's result stands: it was ranked, so its snapshot is what counts."""
    return bool(card.snapshot) and card.round.state in (RoundState.RANKED, RoundState.PUBLISHED)


def sheet_for(user: User, card: Scorecard, rows: list[ScorecardRow] | None = None) -> Sheet:
    """Lay a scorecard out as this person may see it; once ranked, as it was frozen. Pass rows already read."""
    rows = rows_of(card) if rows is None else rows
    if is_frozen(card):
        return frozen_sheet(card, card.snapshot, rows)
    return sheet_of(card, seen_by(user, card, rows))


def seen_by(user: User, card: Scorecard, rows: list[ScorecardRow]) -> list[ScorecardRow]:
    """Blank, on the rows in memory, the columns this person may not see yet; returns the rows."""
    hidden = {} if sees_appraisal(user, card) else _HIDDEN_FIRST
    hidden = hidden if sees_second_appraisal(user, card) else hidden | _HIDDEN_SECOND
    for row in rows:
        for name, nothing in hidden.items():
            setattr(row, name, nothing)
    hide_files(user, card, rows)
    return rows


def version_sheet(card: Scorecard, version: PublishedVersion, rows: list[ScorecardRow]) -> Sheet:
    """Lay a scorecard out as a published version holds it; Http404 when it holds none."""
    held = (one for one in version.snapshot["scorecards"] if one["scorecard_id"] == card.pk)
    snapshot = next(held, None)
    if snapshot is None:
        raise Http404
    return frozen_sheet(card, snapshot, rows)


def frozen_sheet(card: Scorecard, snapshot: Mapping[str, Any], rows: Iterable[ScorecardRow]) -> Sheet:
    """Lay a scorecard out by a snapshot alone: its values, points, explanations, rules and totals.

    The rows lend only their ids, files and places in the set; they are copied, not changed. One query more where the
    round has come under an amended set since.
    """
    stored = {row["row_id"]: row for row in snapshot["rows"]}
    held = _under_its_set(card, snapshot)
    criteria = criteria_of(held.round.criteria_set)
    amended = held.round is not card.round
    places = {node.code: node for node in criteria} if amended else {}
    frozen = [
        _frozen_row(row, stored[row.pk], places.get(stored[row.pk]["code"], row.criterion))
        for row in rows
        if row.pk in stored
    ]
    sheet = sheet_of(held, frozen, criteria)
    skipped = snapshot["round"].get("skipped_areas", ())
    sheet.result_totals, sheet.frozen = totals_from(snapshot["totals"], skipped), True
    return sheet


def _under_its_set(card: Scorecard, snapshot: Mapping[str, Any]) -> Scorecard:
    """Return a copy of the scorecard under the criteria set and the lateness it was frozen with."""
    held, code = copy(card), snapshot["criteria_set"]["code"]
    held.late_penalty = Decimal(snapshot.get("late_penalty") or 0)
    if code != card.round.criteria_set.code:
        held.round = copy(card.round)
        held.round.criteria_set = CriteriaSet.objects.get(issuer=card.round.issuer_id, code=code)
    return held


def totals_from(data: Mapping[str, Any], skipped: Iterable[str] = ()) -> Totals:
    """Return the totals a snapshot states (of a scorecard, or of its line in a ranking)."""
    return Totals(
        areas={
            code: AreaTotal(Decimal(one["points"]), Decimal(one["applicable_max"]), 0)
            for code, one in data["areas"].items()
        },
        bonus=Decimal(data["bonus"]),
        penalty=Decimal(data["penalty"]),
        total=Decimal(data["total"]),
        applicable_max=Decimal(data["applicable_max"]),
        index=Decimal(data["index"]),
        missing=0,
        lifted=Decimal(data.get("lifted", "0.00")),
        skipped=tuple(sorted(skipped)),
        late=Decimal(data.get("late", "0.00")),
    )


def named_files(row: ScorecardRow) -> list[tuple[str, str]]:
    """Return (name, pages) of the files a row rests on: as frozen with it, else those attached now."""
    frozen = getattr(row, "frozen_files", None)
    if frozen is not None:
        return [(one["name"], one["pages"]) for one in frozen]
    return [(use.evidence.original_name, use.pages) for use in row.evidence_uses.all() if not use.hidden]


def files_of(user: User, card: Scorecard, row: ScorecardRow) -> tuple[list[RowEvidence], list[str]]:
    """Return the files a row rests on with what is to be noticed about them, and the names of frozen ones now gone.

    One query for a frozen row, whose files are those its snapshot names; none for a live one read with its files.
    """
    if not hasattr(row, "frozen_files"):
        mark_row_files(user, card, [row])
        return list(row.evidence_uses.all()), []
    held = {one["id"]: one for one in row.frozen_files}
    known = {str(one.pk): one for one in Evidence.objects.select_related("reading").filter(pk__in=held)}
    uses = [RowEvidence(row=row, evidence=known[pk], pages=one["pages"]) for pk, one in held.items() if pk in known]
    mark_uses(uses, frame_of_round(card.round), tell_twins=False)
    return uses, [one["name"] for pk, one in held.items() if pk not in known]


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _frozen_row(row: ScorecardRow, data: Mapping[str, Any], criterion: Criterion) -> ScorecardRow:
    """Return a copy of a row, at the place of `criterion`, that says what the snapshot says.

    Format 1 knew one appraisal only.
    """
    frozen = copy(row)
    frozen.criterion = copy(criterion)
    for name in ("name", "kind", "source", "rule_kind", "rule_params"):
        setattr(frozen.criterion, name, data[name])
    frozen.max_points = Decimal(data["max_points"])
    # A row answered "không phát sinh" leaves the denominator too, but it does apply to the unit.
    frozen.applicable = data["applicable"] or not counts_in(data["rule_params"], data["value"])
    for name in ("self_value", "self_explanation", "self_note", "facts"):
        setattr(frozen, name, data[name])
    frozen.self_points = _points(data["self_points"])
    for name in ("flagged", "question", "answer"):
        setattr(frozen, name, data.get(name, False if name == "flagged" else ""))
    frozen.appraised_value = data.get("appraised_value", data["value"])
    frozen.appraised_points = _points(data.get("appraised_points", data["points"]))
    frozen.appraised_explanation = data.get("appraised_explanation", data["explanation"])
    frozen.appraisal_reason = data.get("appraisal_reason", data["reason"])
    again = _appraised_again(data)
    frozen.final_value = data["value"] if again else None
    frozen.final_points = _points(data["points"]) if again else None
    frozen.final_explanation = data["explanation"] if again else ""
    frozen.final_reason = data["reason"] if again else ""
    frozen.frozen_files = data["evidence"]  # type: ignore[attr-defined]
    return frozen


def _appraised_again(data: Mapping[str, Any]) -> bool:
    """Tell whether a stored row was appraised a second time: it was asked about, or an appeal changed it."""
    if "appraised_points" not in data:
        return False
    changed = any(data[name] != data[f"appraised_{name}"] for name in ("value", "points", "explanation"))
    return bool(data["flagged"]) or changed or data["reason"] != data["appraisal_reason"]


def card_history(user: User, card: Scorecard) -> QuerySet[AuditEntry]:
    """Return the scorecard's history, newest first, without the appraisers' acts this person may not see yet."""
    hidden = () if sees_appraisal(user, card) else _FIRST_ACTS
    hidden = hidden if sees_second_appraisal(user, card) else (*hidden, *_SECOND_ACTS)
    return history_of("emulation.scorecard", card.pk).exclude(action__in=hidden)


@dataclass(frozen=True, slots=True)
class Pending:
    """One row decided since the result in force was frozen; it counts from the next published version on."""

    row: ScorecardRow
    before: Decimal | None
    after: Decimal | None
    reason: str


def pending_rows(card: Scorecard, rows: Iterable[ScorecardRow]) -> list[Pending]:
    """Return what was decided about live rows since their scorecard was frozen; nothing for one that is not."""
    if not is_frozen(card):
        return []
    stated = {row["row_id"]: _points(row["points"]) for row in card.snapshot["rows"]}
    return [Pending(row, stated[row.pk], row.result_points, row.final_reason) for row in moved_on(card, rows)]


def pending_vetoes(card: Scorecard, vetoes: Iterable[Veto]) -> set[int]:
    """Return the ids of the vetoes set or lifted since the result in force was frozen; they count in the next version.

    One query where the scorecard is frozen and has vetoes, else none.
    """
    vetoes = list(vetoes)
    if not vetoes or not is_frozen(card):
        return set()
    ranking = Ranking.objects.filter(round=card.round_id).first()
    blocks = ranking.snapshot["blocks"] if ranking else ()
    entries = [entry for block in blocks for entry in block["entries"] if entry["scorecard_id"] == card.pk]
    counted = [one for entry in entries for one in entry.get("set_vetoes", ())]
    return {veto.pk for veto in vetoes if (veto.lifted_at is None) != (veto_data(veto) in counted)}
