"""A round taken to publication through the real services, and the compilation made of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from emulation import services as emulation
from emulation.enums import NodeKind
from emulation.models import CriteriaSet, Round, ScorecardRow
from reform_tasks.models import Occurrence, Plan, ProgressReport
from reform_tasks.services import confirm_import, preview_import
from tests.conftest import PLAN_WORKBOOK
from tests.stored import begin_with
from units.models import Job

NOON = datetime(2026, 12, 28, 5, 0, tzinfo=UTC)  # 12:00 in Ninh Giang
# Share of the maximum given to each unit on every applicable criterion: a shared first place, and a spread of grades.
SHARES = {"VP": "1", "KT": "1", "VHXH": "0.85", "HCC": "0.7", "DVSNC": "0.95", "CA": "0.9", "QS": "0.6"}


@pytest.fixture
def clock():
    """28/12/2026, noon in Vietnam; tests move it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def what_stands():
    """Name the work a round would count: none, the plan, or the plan with its reports."""
    return f"{Plan.objects.count()} plans, {ProgressReport.objects.count()} reports"


@pytest.fixture
def worked_plan(commune, clock):
    """The real plan with reports on its duties due by 28/12: of each three one late, but all of DVSNC missing."""

    def worked() -> None:
        with PLAN_WORKBOOK.open("rb") as file:
            preview = preview_import(
                actor=None,
                issuer=commune.issuer,
                file=file,
                file_name=PLAN_WORKBOOK.name,
                number="14/KH-UBND",
                issued_on=date(2026, 1, 14),
            )
        confirm_import(actor=None, plan_import=preview)
        due = Occurrence.objects.filter(assignment__part="lead", due_on__lte=date(2026, 12, 28)).order_by("pk")
        for position, occurrence in enumerate(due.exclude(assignment__unit__code="DVSNC")):
            assert occurrence.due_on is not None
            day = occurrence.due_on + timedelta(days=1 if position % 3 == 2 else 0)
            ProgressReport.objects.create(
                occurrence=occurrence,
                state="accepted",
                outcome="done",
                result="Đã hoàn thành",
                submitted_at=datetime(day.year, day.month, day.day, 5, 0, tzinfo=UTC),
            )

    begin_with("worked plan", worked)
    return Plan.objects.select_related("issuer").get()


@pytest.fixture
def opened(commune, clock):
    """The year's round, open for self-scoring."""
    reviewer = commune.people["vhxh"]

    def open_it() -> None:
        round_ = emulation.create_round(
            actor=reviewer,
            criteria_set=CriteriaSet.objects.get(issuer=commune.issuer),
            name="Chấm điểm cải cách hành chính năm 2026",
            period_start=date(2026, 1, 1),
            period_end=date(2026, 12, 31),
            self_score_until=date(2026, 12, 28),
            appraise_until=date(2026, 12, 30),
        )
        emulation.open_round(actor=reviewer, round_id=round_.pk)

    begin_with(f"opened {what_stands()}", open_it)
    return Round.objects.select_related("issuer", "criteria_set").get()


@pytest.fixture
def published(commune, opened):
    """The round with its ranking published; points are shares of the maximum, written straight into the rows."""
    people = commune.people

    def publish_it() -> None:
        emulation.close_self_scoring(
            actor=people["vhxh"], round_id=opened.pk, reason="Đơn vị thống nhất chấm tập trung."
        )
        for row in ScorecardRow.objects.filter(scorecard__round=opened, applicable=True).select_related("criterion"):
            if row.criterion.kind in (NodeKind.BONUS, NodeKind.PENALTY):
                points = Decimal(0)
            else:
                share = Decimal(SHARES.get(row.scorecard.unit.code, "0.8"))
                points = (row.max_points * share).quantize(Decimal("0.01"))
            row.self_value, row.appraised_value = None, None
            row.self_points = row.appraised_points = points
            row.appraised_explanation = "Dữ liệu thử"
            row.save()
        for card in opened.scorecards.all():
            emulation.complete_appraisal(actor=people["vhxh"], scorecard_id=card.pk)
        emulation.rank_round(actor=people["vhxh"], round_id=opened.pk)
        emulation.publish_ranking(
            actor=people["pct"], round_id=opened.pk, decision_number="45/QĐ-UBND", decision_on=date(2026, 12, 28)
        )

    begin_with(f"published {what_stands()}", publish_it)
    opened.refresh_from_db()
    return opened


@pytest.fixture
def compilation(commune, published):
    """What the worker makes of the published round."""
    from reports.services import compile_round

    return compile_round(job=job_for(commune, published), step=lambda done, total, message: None)


@pytest.fixture
def report(compilation):
    """The draft report."""
    return compilation.documents.select_related("issuer").get()


@pytest.fixture
def plan_document(commune):
    """The commune's plan tied to emulation, as the demo loads it."""
    from reports.models import Document

    return Document.objects.select_related("issuer").get(kind="plan")


def job_for(commune, round_):
    """A compile job of Văn phòng, not handed to a worker."""
    return Job.objects.create(
        issuer=commune.issuer,
        kind="compile_results",
        title=f"Tổng hợp kết quả – {round_.name}",
        params={"round_id": round_.pk},
        params_hash=str(round_.pk),
        requested_by=commune.people["vanphong"],
    )
