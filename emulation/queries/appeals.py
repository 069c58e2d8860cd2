"""Reads of appeals and vetoes: who sees which, and what a scorecard's page says about appeals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.shortcuts import get_object_or_404

from emulation.appeal_rules import (
    CORRECTORS,
    DECIDERS,
    RECORDERS,
    appeal_days_text,
    appeals_early,
    appeals_over,
    moved_on,
)
from emulation.enums import AppealState, RoundState
from emulation.late import late_days
from emulation.models import Appeal, Scorecard, ScorecardRow, Veto
from emulation.rules import own_units
from ninhgiang.calendar import today
from units.enums import RoleKind
from units.models import User
from units.queries import special_days_of
from units.rules import holds

from .scorecards import get_scorecard_for, mark_row_files, row_files, visible_scorecards


def visible_appeals(user: User) -> QuerySet[Appeal]:
    """Return the appeals a person may open: waiting ones first, oldest first, then the others, newest first. One query.

    Those about scorecards the person may open, and about criteria of other units that the person's unit appraises.
    """
    units = own_units(user)
    mine = Q(scorecard__in=visible_scorecards(user).values("pk"))
    named = Q(row__criterion__appraiser__in=units) & ~Q(scorecard__unit__in=units)
    found = Appeal.objects.filter(mine | named if units else mine)
    related = (
        "scorecard__unit",
        "scorecard__round__criteria_set",
        "scorecard__round__issuer",
        "row__criterion__appraiser",
    )
    found = found.select_related(*related, "filed_by", "decided_by", "confirmed_by")
    waiting = Q(state=AppealState.FILED)
    return found.order_by(
        Case(When(waiting, then=0), default=1),
        Case(When(waiting, then="filed_at")).asc(nulls_last=True),
        F("decided_at").desc(nulls_last=True),
        "-filed_at",
        "-pk",
    )


def get_appeal_for(user: User, appeal_id: int) -> Appeal:
    """Return one appeal with its scorecard, round, issuer and row; Http404 for strangers."""
    return get_object_or_404(visible_appeals(user), pk=appeal_id)


@dataclass(frozen=True, slots=True)
class AppealedRow:
    """The row an appeal is about: as it stands, as published, and whether what stands waits for a new version."""

    row: ScorecardRow
    published: dict[str, Any]
    waits: bool


def appealed_row(user: User, appeal: Appeal) -> AppealedRow | None:
    """Return the row of an appeal the person may open, with its files; None for one about the whole result."""
    if appeal.row_id is None:
        return None
    row = ScorecardRow.objects.select_related("criterion").prefetch_related(row_files()).get(pk=appeal.row_id)
    row.scorecard = appeal.scorecard
    mark_row_files(user, appeal.scorecard, [row])
    stated = {one["row_id"]: one for one in appeal.scorecard.snapshot.get("rows", ())}
    return AppealedRow(row, stated.get(row.pk, {}), bool(moved_on(appeal.scorecard, [row])))


@dataclass(frozen=True, slots=True)
class AppealPanel:
    """What the page of a published scorecard says about appeals.

    `days` in words; `early`, `over`: before the first day, after the last; `days_left` counts working days, 0 on the
    last one.
    """

    days: str
    until: date
    early: bool
    over: bool
    days_left: int
    appeals: list[Appeal]
    may_file: bool
    may_record: bool
    may_correct: bool


def appeal_panel(user: User, card: Scorecard) -> AppealPanel | None:
    """Return what to say about appeals on a scorecard; None before publication. Two queries."""
    round_ = card.round
    if round_.state != RoundState.PUBLISHED or round_.appeal_until is None:
        return None
    early, over = appeals_early(round_), appeals_over(round_)
    return AppealPanel(
        days=appeal_days_text(round_),
        until=round_.appeal_until,
        early=early,
        over=over,
        days_left=late_days(today(), round_.appeal_until, special_days_of(round_.issuer_id)),
        appeals=list(card.appeals.select_related("row__criterion")),
        may_file=not (early or over) and holds(user, RoleKind.UNIT_HEAD, card.unit),
        may_record=not early and holds(user, DECIDERS if over else RECORDERS, round_.issuer),
        may_correct=holds(user, CORRECTORS, round_.issuer),
    )


def get_veto_for(user: User, scorecard_id: int, veto_id: int) -> Veto:
    """Return one veto of a scorecard the person may open; Http404 for strangers."""
    return get_object_or_404(Veto, pk=veto_id, scorecard=get_scorecard_for(user, scorecard_id))


def vetoes_shown(card: Scorecard) -> list[Veto]:
    """Return every veto set on a scorecard, lifted ones too, each with the name of its highest grade. One query."""
    names = {band["code"]: band["name"] for band in card.round.criteria_set.bands}
    vetoes = list(card.vetoes.select_related("set_by"))
    for veto in vetoes:
        veto.grade_name = names.get(veto.grade, veto.grade)  # type: ignore[attr-defined]
    return vetoes
