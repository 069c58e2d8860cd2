"""Takes a round of the sample set through its year with the services, for tests."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.enums import NodeKind, ValueSource
from emulation.models import CriteriaSet, Round, Scorecard, ScorecardRow
from emulation.services import (
    RowEntry,
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    create_round,
    open_round,
    rank_round,
    save_self_rows,
    submit_scorecard,
)
from ninhgiang.calendar import today
from reform_tasks.models import Plan
from tests.stored import begin_with


def new_round(commune: Any, **changes: Any) -> Round:
    """Create a round of this year with the sample set, unless told otherwise."""
    on = today()
    given = {
        "name": f"Đợt {on.year}",
        "period_start": date(on.year, 1, 1),
        "period_end": date(on.year, 12, 31),
        "self_score_until": on + timedelta(days=10),
        "appraise_until": on + timedelta(days=20),
    }
    given["criteria_set"] = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    return create_round(actor=commune.people["vhxh"], **(given | changes))


# Enough to have every block, a unit with and one without procedures, and a tie; fourteen take twice as long.
SOME_UNITS = ("KT", "HCC", "MN1", "MN2", "TH1", "CA")


def opened(commune: Any, codes: tuple[str, ...] = SOME_UNITS, **changes: Any) -> Round:
    """Create and open a round for some units (the others are set inactive first)."""
    commune.issuer.children.exclude(code__in=codes).update(active=False)
    return open_round(actor=commune.people["vhxh"], round_id=new_round(commune, **changes).pk)


def card_of(round_: Round, commune: Any, code: str) -> Scorecard:
    """Return the scorecard of one unit."""
    return Scorecard.objects.get(round=round_, unit=commune.units[code])


def row_of(card: Scorecard, code: str) -> ScorecardRow:
    """Return one row by the code of its criterion."""
    return ScorecardRow.objects.select_related("criterion").get(scorecard=card, criterion__code=code)


def best_value(row: ScorecardRow) -> dict[str, Any]:
    """Return an answer that earns the maximum."""
    value: dict[str, Any] = {}
    criterion = row.criterion
    for one in scoring.input_fields(criterion.rule_kind, criterion.rule_params, row.max_points):
        if one.kind == "choice":
            value[one.name] = _best_option(row, one.options)
        elif one.kind == "flag":
            continue
        elif criterion.rule_kind == "deduct":
            value[one.name] = 0
        elif criterion.rule_kind == "count_capped":
            value[one.name] = 1000
        elif one.maximum is not None:
            value[one.name] = str(one.maximum)
        else:
            value[one.name] = 10
    return value


def _best_option(row: ScorecardRow, options: tuple[tuple[str, str], ...]) -> str:
    criterion = row.criterion

    def points(code: str) -> Decimal:
        return scoring.score(criterion.rule_kind, criterion.rule_params, {"option": code}, row.max_points).points

    return max((code for code, _ in options), key=points)


def fill(card: Scorecard, actor: Any, worst: Callable[[ScorecardRow], bool] = lambda row: False) -> None:
    """Answer every required row that people answer; `worst` picks rows to answer so that they earn nothing."""
    entries = []
    for row in card.rows.select_related("criterion"):
        if not row.applicable or row.criterion.source == ValueSource.TASKS:
            continue
        if row.criterion.kind != NodeKind.CRITERION:
            continue
        value = best_value(row)
        if worst(row):
            value = worst_value(row)
        note = "Tài liệu lưu tại đơn vị."
        entries.append(RowEntry(row.pk, row.version, value, note))
    saved = save_self_rows(actor=actor, scorecard_id=card.pk, entries=entries)
    assert saved.errors == {}


def worst_value(row: ScorecardRow) -> dict[str, Any]:
    """Return an answer that earns 0 points (0 is an answer)."""
    kind = row.criterion.rule_kind
    if kind in ("yes_no", "choice"):
        fields = scoring.input_fields(kind, row.criterion.rule_params, row.max_points)
        return {"option": fields[0].options[-1][0]}
    value = dict.fromkeys(best_value(row), 0)
    if kind == "deduct":
        return dict.fromkeys(value, 1000)
    if "denominator" in value:
        value["denominator"] = 10
    return value


def submitted_all(commune: Any, round_: Round, **worst: Callable[[ScorecardRow], bool]) -> None:
    """Fill and submit every scorecard; `worst` names units (by code) that lose some rows."""
    for card in Scorecard.objects.filter(round=round_).select_related("unit"):
        head = commune.people[f"tt.{card.unit.code.lower()}"]
        fill(card, head, worst.get(card.unit.code, lambda row: False))
        submit_scorecard(actor=head, scorecard_id=card.pk)


def appraised_all(commune: Any, round_: Round) -> None:
    """Close self-scoring and appraise every scorecard as self-scored."""
    reviewer = commune.people["vhxh"]
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đóng sớm để thử")
    for card in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=card.pk)
        complete_appraisal(actor=reviewer, scorecard_id=card.pk)


def ranked(commune: Any, codes: tuple[str, ...] = SOME_UNITS, **worst: Callable[[ScorecardRow], bool]) -> Round:
    """Take a round to its ranking."""

    def rank_it() -> None:
        round_ = opened(commune, codes)
        submitted_all(commune, round_, **worst)
        appraised_all(commune, round_)
        rank_round(actor=commune.people["vhxh"], round_id=round_.pk)

    known = set(Round.objects.values_list("pk", flat=True))
    if worst or known:
        rank_it()
    else:
        begin_with(f"ranked {codes} on {today()}, {Plan.objects.count()} plans", rank_it)
    return Round.objects.exclude(pk__in=known).get()
