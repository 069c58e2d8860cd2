"""Which criteria rest on files of a unit."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from emulation.enums import AppealState, EvidencePhase, RoundState, ScorecardState
from emulation.models import RowEvidence, Scorecard, ScorecardRow
from emulation.rules import own_units, sees_appraisal, sees_second_appraisal
from reform_tasks.evidence_places import Place
from reform_tasks.models import Evidence
from units.models import User
from units.rules import ids_with_past


def places_on_scorecards(
    evidence_ids: Collection[UUID], *, hold: bool = False, frozen: bool = False
) -> dict[UUID, list[Place]]:
    """Return the criteria that rest on files (see reform_tasks.evidence_places); `hold` locks their scorecards.

    With `frozen` files are also looked for in the snapshots of their unit's scorecards.
    """
    found: dict[UUID, list[Place]] = defaultdict(list)
    if hold:
        rows = ScorecardRow.objects.filter(evidence_uses__evidence__in=evidence_ids)
        list(Scorecard.objects.select_for_update().filter(pk__in=rows.values("scorecard")))
    uses = RowEvidence.objects.filter(evidence__in=evidence_ids).select_related(
        "row__criterion", "row__scorecard__round"
    )
    for use in uses.order_by("row__scorecard__round__period_start", "row__criterion__position", "pk"):
        found[use.evidence_id].append(_place(use))
    for pk in evidence_ids if frozen else ():
        found[pk] += _kept_places(pk, {place.url for place in found[pk]})
        found[pk] += _frozen_places(pk, {place.url for place in found[pk]})
    return dict(found)


def reads_on_scorecards(user: User, evidence: Evidence) -> bool:
    """Tell whether scorecards give the person a file that is not their unit's: to appraise with, or to be told why."""
    return appraises_with(user, evidence) or shown_to_unit(user, evidence)


def shown_to_unit(user: User, evidence: Evidence) -> bool:
    """Tell whether an appraiser attached a file to a row of a scorecard of the person's unit, and it may see that."""
    units = ids_with_past(own_units(user))
    if not units:
        return False
    uses = RowEvidence.objects.filter(evidence=evidence, row__scorecard__unit__in=units)
    sees = {EvidencePhase.APPRAISAL: sees_appraisal, EvidencePhase.REAPPRAISAL: sees_second_appraisal}
    found = uses.filter(phase__in=sees).select_related("row__scorecard__round__issuer")
    return any(sees[EvidencePhase(use.phase)](user, use.row.scorecard) for use in found)


def appraises_with(user: User, evidence: Evidence) -> bool:
    """Tell whether a file belongs to a row the person appraises as the unit its criterion names. One query.

    While the round is appraised, and while an appeal about the row waits for the unit's opinion.
    """
    units = own_units(user)
    if not units:
        return False
    uses = RowEvidence.objects.filter(
        evidence=evidence, row__criterion__appraiser__in=units, row__scorecard__round__issuer=evidence.unit.parent_id
    ).exclude(row__scorecard__unit__in=units)
    appraised = Q(row__scorecard__round__state__in=(RoundState.APPRAISAL, RoundState.REAPPRAISAL))
    return uses.filter(appraised | Q(row__appeals__state=AppealState.FILED)).exists()


def _place(use: RowEvidence) -> Place:
    row, card = use.row, use.row.scorecard
    official = card.state != ScorecardState.OPEN
    return Place(
        kind="Tiêu chí",
        title=f"{row.criterion.code}. {row.criterion.name}",
        url=reverse("emulation:row-explain", args=[card.pk, row.pk]),
        detail=f"{card.round.name} · {card.get_state_display()}",
        pages=use.pages,
        official=f"phiếu chấm điểm “{card.get_state_display()}”" if official else "",
    )


def _kept_places(pk: UUID, known: set[str]) -> list[Place]:
    """Return the rows from which the file was taken under an unlock: they go back to it unless handed in again."""
    rows = ScorecardRow.objects.filter(handed_in__isnull=False).select_related("criterion", "scorecard__round")
    places = []
    for row in rows:
        url = reverse("emulation:row-explain", args=[row.scorecard_id, row.pk])
        if url not in known and str(pk) in (row.handed_in or {})["files"]:
            card = row.scorecard
            places.append(
                Place(
                    kind="Tiêu chí",
                    title=f"{row.criterion.code}. {row.criterion.name}",
                    url=url,
                    detail=f"{card.round.name} · {card.get_state_display()}",
                    official=f"phiếu chấm điểm “{card.get_state_display()}”",
                )
            )
    return places


def _frozen_places(pk: UUID, known: set[str]) -> list[Place]:
    """Return the rows of frozen scorecards that name the file though it is no longer linked to them."""
    unit = Evidence.objects.filter(pk=pk).values("unit")
    places = []
    for card in Scorecard.objects.filter(unit__in=unit).exclude(sha256="").select_related("round"):
        for row in card.snapshot.get("rows", ()):
            url = reverse("emulation:row-explain", args=[card.pk, row["row_id"]])
            if url not in known and any(one["id"] == str(pk) for one in row["evidence"]):
                places.append(
                    Place(
                        kind="Tiêu chí",
                        title=f"{row['code']}. {row['name']}",
                        url=url,
                        detail=card.round.name,
                        official="phiếu chấm điểm đã thẩm định",
                    )
                )
    return places
