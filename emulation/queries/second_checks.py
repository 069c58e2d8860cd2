"""Reads of the blind second check: the rows drawn, who may check which, the agreement figure."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation.models import Round, SecondCheck
from emulation.queries.scorecards import row_files
from emulation.rules import sees_all
from emulation.second_check import Agreement, Pair, agreement
from units.enums import RoleKind
from units.models import User
from units.queries import visible_issuer_ids
from units.rules import holds


@dataclass(frozen=True, slots=True)
class CheckList:
    """The drawn rows of a round: those the person can check now, done ones, and how many wait for something else.

    A done row without a pair is left out of the figure: the unit changed what it had declared since. `changing` are
    those the unit is changing under an unlock.
    """

    drawn: int
    mine: list[SecondCheck]
    done: list[tuple[SecondCheck, Pair | None]]
    waiting: int
    by_first: int
    changing: int
    figure: Agreement | None


def checks_of(round_: Round) -> list[SecondCheck]:
    """Return the drawn rows in official order of units and criteria. One query."""
    found = SecondCheck.objects.filter(row__scorecard__round=round_)
    return list(found.select_related("row__criterion", "row__scorecard__unit", "first_by", "checked_by"))


def check_list(user: User, round_: Round) -> CheckList:
    """Return the drawn rows sorted by what the person can do; a row nobody appraised yet is not named to anybody.

    Only the reviewer checks; office and leader read the figure. Http404 for everybody else.
    """
    if not sees_all(user, round_.issuer):
        raise Http404
    checks = checks_of(round_)
    done = [(one, pair_of(one)) for one in checks if one.points is not None]
    known = [one for one in checks if one.points is None and one.row.appraised_points is not None]
    ready = [one for one in known if not one.row.being_changed]
    mine = [one for one in ready if one.row.appraised_by_id != user.pk]
    return CheckList(
        drawn=len(checks),
        mine=mine if holds(user, RoleKind.REVIEWER, round_.issuer) else [],
        done=done,
        waiting=len(checks) - len(done) - len(known),
        by_first=len(ready) - len(mine),
        changing=len(known) - len(ready),
        figure=agreement([pair for _, pair in done if pair is not None]),
    )


def pair_of(check: SecondCheck) -> Pair | None:
    """Return both appraisers' points when the second was saved; None when no longer about what the unit declares."""
    if check.points is None or check.first_points is None or check.self_value != check.row.self_value:
        return None
    return Pair(check.first_points, check.points, check.row.max_points)


def get_check_for(user: User, check_id: int) -> SecondCheck:
    """Return one drawn row with its files; Http404 for people who do not see all of the round."""
    checks = SecondCheck.objects.filter(row__scorecard__round__issuer__in=visible_issuer_ids(user))
    checks = checks.select_related("row__criterion", "row__scorecard__unit", "row__scorecard__round__issuer")
    found = get_object_or_404(checks, pk=check_id)
    if not sees_all(user, found.row.scorecard.round.issuer):
        raise Http404
    found.row.evidence_uses_shown = list(  # type: ignore[attr-defined]
        type(found.row).objects.filter(pk=found.row_id).prefetch_related(row_files()).get().own_files
    )
    return found
