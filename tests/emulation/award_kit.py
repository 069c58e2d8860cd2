"""What the tests of award lists share: a published ranking, and drawing up a list from it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from emulation.enums import RoundState, ScorecardState
from emulation.models import (
    CriteriaSet,
    Ranking,
    RankingEntry,
    Round,
    Scorecard,
)
from emulation.queries.awards import sheet_of
from emulation.services.awards import (
    create_award_proposal,
)

GRADES = {"xuat_sac": "Xuất sắc", "tot": "Tốt", "kha": "Khá"}
PUBLISHED = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
DECIDED = date(2027, 1, 20)


def make_ranking(commune, *entries, published_at=PUBLISHED, name="Đợt năm 2026"):
    """A round with its ranking; entries are (unit code, rank, grade code, index[, shared])."""
    round_ = Round.objects.create(
        issuer=commune.issuer,
        criteria_set=CriteriaSet.objects.get(code="mau-2026"),
        name=name,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        self_score_until=date(2027, 1, 5),
        appraise_until=date(2027, 1, 10),
        state=RoundState.PUBLISHED if published_at else RoundState.RANKED,
    )
    ranking = Ranking.objects.create(
        round=round_,
        sha256="0" * 64,
        ranked_at=PUBLISHED,
        ranked_by=commune.people["vhxh"],
        published_at=published_at,
        decision_number="15/QĐ-UBND" if published_at else "",
    )
    for code, rank, grade, index, *shared in entries:
        unit = commune.units[code]
        card = Scorecard.objects.create(
            round=round_, unit=unit, block=unit.block, state=ScorecardState.APPRAISED, index=Decimal(index)
        )
        RankingEntry.objects.create(
            ranking=ranking,
            scorecard=card,
            unit=unit,
            block=unit.block,
            total=Decimal(index),
            applicable_max=100,
            index=Decimal(index),
            rank=rank,
            shared=bool(shared),
            grade_code=grade,
            grade_name=GRADES[grade],
            explanation="",
        )
    return ranking


def first_ranking(commune):
    """Four units in two blocks: one clearly first, one second, one third, one first with a weak grade."""
    return make_ranking(
        commune,
        ("VP", 1, "xuat_sac", "91.25"),
        ("KT", 2, "tot", "85.42"),
        ("VHXH", 3, "kha", "70"),
        ("MN1", 1, "kha", "79.5"),
    )


def draw_up(commune, ranking, **changes):
    rule: dict[str, Any] = {"decision_on": DECIDED, "max_rank": 1, "min_grade_code": "tot"} | changes
    return create_award_proposal(actor=commune.people["vhxh"], ranking=ranking, **rule)


def listed(proposal):
    return [(one.name, one.object_kind, one.amount) for one in sheet_of(proposal).listed]


def head_of(commune, code):
    return commune.people[f"tt.{code.lower()}"].full_name
