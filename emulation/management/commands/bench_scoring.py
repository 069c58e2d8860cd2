"""Measures scoring on a made-up commune, and takes it back: docs/benchmarks.md holds the numbers."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from emulation.enums import RoundKind
from emulation.forms.rows import PHASE
from emulation.locks import APPRAISAL
from emulation.models import CriteriaSet, Round, Scorecard, ScorecardRow
from emulation.services import (
    RowEntry,
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    create_round,
    open_round,
    publish_ranking,
    rank_round,
    save_self_rows,
    submit_scorecard,
)
from emulation.services.criteria import load_set
from emulation.set_spec import AreaSpec, RowSpec, SetSpec
from emulation.views import analysis, appraisal, history, rankings, rounds, rows, scorecards
from emulation.views.set_editing import tree
from ninhgiang.calendar import today
from ninhgiang.measuring import Page, measure
from units.enums import RoleKind
from units.measured_commune import measured_commune, measured_person
from units.models import Unit, User

AREAS = 6
BANDS = ({"code": "tot", "name": "Tốt", "lower": "80"}, {"code": "kha", "name": "Khá", "lower": "0"})


class Command(BaseCommand):
    """bin/manage bench_scoring: 30 units x 60 criteria x 4 rounds, three of them published, one open."""

    help = "Đo chấm điểm với 30 đơn vị × 60 tiêu chí × 4 đợt rồi hoàn tác; chỉ chạy ở chế độ dùng thử."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sizes; criteria are spread over six areas."""
        parser.add_argument("--units", type=int, default=30)
        parser.add_argument("--criteria", type=int, default=60)
        parser.add_argument("--rounds", type=int, default=4)

    def handle(self, *args: Any, **options: int) -> None:
        """Build, measure, roll back."""
        if not settings.DEMO:
            raise CommandError("Lệnh đo giữ khóa ghi của cơ sở dữ liệu; chỉ chạy ở chế độ dùng thử.")
        with transaction.atomic():
            people = _commune(options["units"])
            criteria_set = _set(people["reviewer"].unit, options["criteria"])
            published = [_published(people, criteria_set, number) for number in range(1, options["rounds"])]
            current = _opened(people, criteria_set, options["rounds"])
            self.stdout.write(f"{options['units']} units, {options['criteria']} criteria, {options['rounds']} rounds")
            for user, page in _pages(people, criteria_set, published[-1], current):
                _, second = (measure(page, partial(User.objects.get, pk=user.pk)) for _ in range(2))
                cost = f"{second.queries:3} queries {second.seconds * 1000:6.0f} ms {second.size / 1024:5.0f} KB"
                self.stdout.write(f"  {page.name:40} {cost}")
            self.stdout.write(f"  {_saves(people, current)}")
            transaction.set_rollback(True)


def _commune(unit_count: int) -> dict[str, User]:
    """Return who acts: the reviewer, the leader, and the head of each unit by its code."""
    issuer, units = measured_commune(unit_count)
    people = {unit.code: measured_person(unit, RoleKind.UNIT_HEAD) for unit in units}
    people |= {kind.value: measured_person(issuer, kind) for kind in (RoleKind.REVIEWER, RoleKind.LEADER)}
    return people


def _set(issuer: Unit, count: int) -> CriteriaSet:
    each = Decimal(100) / count
    points = [each.quantize(Decimal("0.01")) for _ in range(count)]
    points[-1] += 100 - sum(points)
    areas = []
    for place in range(AREAS):
        part = list(enumerate(points, start=1))[place::AREAS]
        areas.append(
            AreaSpec(
                code=f"A{place + 1}",
                name=f"Lĩnh vực {place + 1}",
                max_points=sum((most for _, most in part), start=Decimal(0)),
                criteria=tuple(_criterion(number, most) for number, most in part),
            )
        )
    spec = SetSpec(code="bench", name="Bộ đo thử", year=today().year, areas=tuple(areas), bands=BANDS)
    return load_set(issuer=issuer, spec=spec)


def _criterion(number: int, most: Decimal) -> RowSpec:
    name = f"Tiêu chí số {number} về giải quyết thủ tục hành chính, công khai và số hóa hồ sơ"
    return RowSpec(code=f"{number}", name=name, max_points=most, rule_kind="proportional", evidence_required=True)


def _opened(people: dict[str, User], criteria_set: CriteriaSet, number: int) -> Round:
    """Open a round and let every unit answer every criterion."""
    year = today().year
    round_ = create_round(
        actor=people["reviewer"],
        criteria_set=criteria_set,
        name=f"Đợt đo thử {number}",
        kind=RoundKind.QUARTERLY,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        self_score_until=today() + timedelta(days=5),
        appraise_until=today() + timedelta(days=9),
    )
    open_round(actor=people["reviewer"], round_id=round_.pk)
    for card in Scorecard.objects.filter(round=round_).select_related("unit"):
        entries = [
            RowEntry(
                row.pk, row.version, {"numerator": 50 + (row.pk * 7 + number) % 50, "denominator": 100}, "Có hồ sơ"
            )
            for row in card.rows.all()
        ]
        save_self_rows(actor=people[card.unit.code], scorecard_id=card.pk, entries=entries)
    return round_


def _published(people: dict[str, User], criteria_set: CriteriaSet, number: int) -> Round:
    round_ = _opened(people, criteria_set, number)
    cards = list(Scorecard.objects.filter(round=round_).select_related("unit"))
    for card in cards:
        submit_scorecard(actor=people[card.unit.code], scorecard_id=card.pk)
    close_self_scoring(actor=people["reviewer"], round_id=round_.pk, reason="Đã đủ phiếu")
    for card in cards:
        accept_unchanged(actor=people["reviewer"], scorecard_id=card.pk)
        complete_appraisal(actor=people["reviewer"], scorecard_id=card.pk)
    rank_round(actor=people["reviewer"], round_id=round_.pk)
    publish_ranking(
        actor=people["leader"], round_id=round_.pk, decision_number=f"{number}/QĐ-UBND", decision_on=today()
    )
    round_.refresh_from_db()
    return round_


def _pages(
    people: dict[str, User], criteria_set: CriteriaSet, published: Round, current: Round
) -> Iterator[tuple[User, Page]]:
    mine = Scorecard.objects.get(round=current, unit__code="D01")
    done = Scorecard.objects.get(round=published, unit__code="D01")
    head, reviewer = people["D01"], people["reviewer"]
    yield head, Page("unit: scorecard", scorecards.scorecard_detail, arguments={"scorecard_id": mine.pk})
    yield head, Page("unit: one area", rows.scorecard_area, arguments={"scorecard_id": mine.pk, "code": "A1"})
    yield (
        head,
        Page("unit: every criterion explained", scorecards.scorecard_explain, arguments={"scorecard_id": mine.pk}),
    )
    yield head, Page("unit: published, explained", scorecards.scorecard_explain, arguments={"scorecard_id": done.pk})
    yield reviewer, Page("reviewer: round, all units", rounds.round_detail, arguments={"round_id": current.pk})
    yield reviewer, Page("reviewer: ranking", rankings.ranking, arguments={"round_id": published.pk})
    yield reviewer, Page("reviewer: analysis", analysis.round_analysis, arguments={"round_id": published.pk})
    yield (
        reviewer,
        Page("reviewer: analysis in Excel", analysis.round_analysis, "tep=excel", arguments={"round_id": published.pk}),
    )
    yield (
        reviewer,
        Page("reviewer: rehearsal", analysis.set_rehearsal, arguments={"code": criteria_set.code}),
    )
    yield reviewer, Page("results of the years", history.result_history)
    for card in Scorecard.objects.filter(round=current).select_related("unit"):
        submit_scorecard(actor=people[card.unit.code], scorecard_id=card.pk)
    close_self_scoring(actor=reviewer, round_id=current.pk, reason="Đã đủ phiếu")
    yield (
        reviewer,
        Page("reviewer: one area to appraise", rows.scorecard_area, arguments={"scorecard_id": mine.pk, "code": "A1"}),
    )
    yield reviewer, Page("reviewer: queue by doubt", appraisal.appraisal_queue, arguments={"round_id": current.pk})
    draft = CriteriaSet.objects.get(pk=criteria_set.pk)
    CriteriaSet.objects.filter(pk=draft.pk).update(state="draft")
    yield reviewer, Page("reviewer: editor of the set", tree.set_edit, arguments={"code": draft.code})


def _saves(people: dict[str, User], current: Round) -> str:
    """Return how long saving one row takes, over every row of one scorecard, as the appraiser."""
    card = Scorecard.objects.get(round=current, unit__code="D02")
    times, counts = [], []
    for row in ScorecardRow.objects.filter(scorecard=card):
        prefix = f"r{row.pk}"
        posted = {f"{prefix}-version": str(row.version), f"{prefix}-was": "", f"{prefix}-numerator": "40"}
        posted |= {f"{prefix}-denominator": "100", f"{prefix}-note": "Theo số liệu hệ thống", PHASE: APPRAISAL}
        page = Page("save", rows.row_save, posted=posted, arguments={"scorecard_id": card.pk, "row_id": row.pk})
        found = measure(page, partial(User.objects.get, pk=people["reviewer"].pk))
        times.append(found.seconds * 1000)
        counts.append(found.queries)
    return (
        f"{'save one row, median and p95':40} {max(counts):3} queries {median(times):6.0f} ms"
        f" {quantiles(times, n=20)[-1]:5.0f} ms"
    )
