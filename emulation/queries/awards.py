"""Reads of award lists: who sees which, and one list laid out for the council."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation.enums import AWARD_MOVES, AwardObject, AwardState
from emulation.models import AwardCandidate, AwardMultiplier, AwardProposal, BaseSalary, Ranking
from emulation.rules import sees_ranking
from ninhgiang.states import Move, moves_from
from units.enums import RoleKind
from units.models import User
from units.queries import visible_issuer_ids
from units.rules import holds, kinds_at, units_where

# Who works with the list before a decision; heads and observers read the decision, not the draft of it.
AWARD_VIEWERS = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER, RoleKind.COUNCIL})


@dataclass(frozen=True, slots=True)
class DatedNumbers:
    """The numbers in force on a day: lương cơ sở and, by object, the multiplier (None when there is none yet)."""

    salary: BaseSalary | None
    multipliers: dict[str, AwardMultiplier]


@dataclass(frozen=True, slots=True)
class AwardSheet:
    """One list laid out: those listed, those taken off by hand, those who do not meet the rule; sums in đồng."""

    listed: list[AwardCandidate]
    excluded: list[AwardCandidate]
    ineligible: list[AwardCandidate]
    total: int
    unit_total: int
    person_total: int

    @property
    def listed_units(self) -> int:
        """How many units are listed."""
        return sum(one.object_kind == AwardObject.UNIT for one in self.listed)

    @property
    def listed_people(self) -> int:
        """How many people are listed."""
        return len(self.listed) - self.listed_units


def visible_proposals(user: User) -> QuerySet[AwardProposal]:
    """Return the award lists of the issuers where the person is reviewer, office, leader or council member."""
    return (
        AwardProposal.objects.filter(ranking__round__issuer__in=units_where(user, *AWARD_VIEWERS))
        .select_related("ranking__round__issuer", "ranking__round__criteria_set", "created_by")
        .order_by("-ranking__published_at", "-id")
    )


def get_proposal_for(user: User, proposal_id: int) -> AwardProposal:
    """Return one award list with its round, issuer and criteria set; Http404 for people who may not see it."""
    return get_object_or_404(visible_proposals(user), pk=proposal_id)


def get_candidate_for(user: User, proposal_id: int, candidate_id: int) -> AwardCandidate:
    """Return one candidate of a list the person may see, with proposal, entry, unit and block; else Http404."""
    proposal = get_proposal_for(user, proposal_id)
    candidates = AwardCandidate.objects.select_related("entry__unit", "entry__block")
    candidate = get_object_or_404(candidates, pk=candidate_id, proposal=proposal)
    candidate.proposal = proposal
    return candidate


def get_ranking_for_award(user: User, round_id: int) -> Ranking:
    """Return the ranking of a round that the person may see; Http404 when there is none or it is not theirs to see."""
    rankings = Ranking.objects.select_related("round__issuer", "round__criteria_set")
    ranking = get_object_or_404(rankings, round_id=round_id, round__issuer__in=visible_issuer_ids(user))
    if not sees_ranking(user, ranking.round):
        raise Http404
    return ranking


def proposal_of(user: User, ranking: Ranking) -> AwardProposal | None:
    """Return the award list drawn from a ranking if there is one and the person may see it (for the ranking page)."""
    return visible_proposals(user).filter(ranking=ranking).first()


def may_create(user: User, ranking: Ranking) -> bool:
    """Tell whether to offer "Lập danh sách khen thưởng": a reviewer, published, no list yet (one query)."""
    if ranking.published_at is None or not holds(user, RoleKind.REVIEWER, ranking.round.issuer):
        return False
    return not AwardProposal.objects.filter(ranking=ranking).exists()


def award_moves(user: User, proposal: AwardProposal) -> dict[str, Move]:
    """Return the steps of the list this person may take now."""
    return moves_from(AWARD_MOVES, proposal.state, kinds_at(user, proposal.ranking.round.issuer))


def may_edit(user: User, proposal: AwardProposal) -> bool:
    """Tell whether the person may take candidates off or throw the list away: a reviewer, while it is a draft."""
    return proposal.state == AwardState.DRAFT and holds(user, RoleKind.REVIEWER, proposal.ranking.round.issuer)


def sheet_of(proposal: AwardProposal) -> AwardSheet:
    """Lay a list out in the order of blocks, ranks and units; one query."""
    rows = list(proposal.candidates.select_related("entry__unit", "entry__block"))
    listed = [row for row in rows if row.eligible and row.included]
    sums = {
        kind: sum(row.amount or 0 for row in listed if row.object_kind == kind)
        for kind in (AwardObject.UNIT, AwardObject.PERSON)
    }
    return AwardSheet(
        listed=listed,
        excluded=[row for row in rows if row.eligible and not row.included],
        ineligible=[row for row in rows if not row.eligible],
        total=sum(sums.values()),
        unit_total=sums[AwardObject.UNIT],
        person_total=sums[AwardObject.PERSON],
    )


def numbers_on(day: date) -> DatedNumbers:
    """Return the base salary and multipliers in force on a day (emulation.md 11.2); two queries."""
    salary = BaseSalary.objects.filter(effective_from__lte=day).order_by("-effective_from").first()
    started = AwardMultiplier.objects.filter(effective_from__lte=day).order_by("effective_from")
    return DatedNumbers(salary, {row.object_kind: row for row in started})
