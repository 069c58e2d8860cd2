"""Measures the board and the lists on a made-up commune, and takes it back: docs/benchmarks.md holds the numbers."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.measuring import Page, measure
from reform_tasks.enums import AssignmentPart, DeadlineKind, Outcome, ReportState
from reform_tasks.models import Area, Assignment, Occurrence, Plan, ProgressReport, Task
from reform_tasks.search import search_text
from reform_tasks.views import board, duties, lateness, unit_page
from units.enums import RoleKind
from units.measured_commune import measured_commune, measured_person
from units.models import Unit, User

BATCH = 2000
YEAR = calendar.today().year
_STATES = (ReportState.ACCEPTED, ReportState.ACCEPTED, ReportState.SUBMITTED, ReportState.DRAFT, ReportState.RETURNED)


class Command(BaseCommand):
    """bin/manage bench_board: 30 units x 7 areas x 500 tasks, then twice the tasks."""

    help = "Đo bảng theo dõi với 30 đơn vị × 7 lĩnh vực × 500 nhiệm vụ rồi hoàn tác; chỉ chạy ở chế độ dùng thử."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sizes; each task is led by every unit and due each quarter, the worst case."""
        parser.add_argument("--units", type=int, default=30)
        parser.add_argument("--areas", type=int, default=7)
        parser.add_argument("--tasks", type=int, default=500)

    def handle(self, *args: Any, **options: int) -> None:
        """Build, measure, double, measure, roll back."""
        if not settings.DEMO:
            raise CommandError("Lệnh đo giữ khóa ghi của cơ sở dữ liệu; chỉ chạy ở chế độ dùng thử.")
        with transaction.atomic():
            reviewer, plan, units = _commune(options["units"], options["areas"])
            for times in (1, 2):
                _add_tasks(plan, units, options["tasks"], start=(times - 1) * options["tasks"])
                count = Occurrence.objects.filter(assignment__task__plan=plan).count()
                self.stdout.write(f"\n{times * options['tasks']} tasks, {len(units)} units, {count} occurrences")
                for page in _pages(plan, units[0]):
                    _, second = (measure(page, partial(User.objects.get, pk=reviewer.pk)) for _ in range(2))
                    self.stdout.write(f"  {page.name:44} {second.queries:3} queries  {second.seconds * 1000:7.0f} ms")
            transaction.set_rollback(True)


def _commune(unit_count: int, area_count: int) -> tuple[User, Plan, list[Unit]]:
    issuer, units = measured_commune(unit_count)
    reviewer = measured_person(issuer, RoleKind.REVIEWER)
    plan = Plan.objects.create(
        issuer=issuer,
        number="1/KH-UBND",
        issued_on=date(YEAR, 1, 2),
        year=YEAR,
        title="Đo thử",
        source_name="bench",
        source_sha256="0" * 64,
        imported_at=timezone.now(),
    )
    Area.objects.bulk_create(
        Area(plan=plan, numeral=str(number + 1), name=f"Lĩnh vực {number + 1}", position=number)
        for number in range(area_count)
    )
    return reviewer, plan, units


def _add_tasks(plan: Plan, units: list[Unit], count: int, *, start: int) -> None:
    areas = list(plan.areas.all())
    tasks = Task.objects.bulk_create(
        Task(
            plan=plan,
            area=areas[number % len(areas)],
            number=str(number + 1),
            title=f"Ban hành kế hoạch số {number + 1} về giải quyết thủ tục hành chính và công khai ngân sách",
            lead_text="Các đơn vị",
            deadline_text="Hằng quý",
            deadline_kind=DeadlineKind.RECURRING,
            position=number,
            search_text=search_text(
                str(number + 1),
                f"Ban hành kế hoạch số {number + 1} về giải quyết thủ tục hành chính và công khai ngân sách",
                "",
            ),
        )
        for number in range(start, start + count)
    )
    assignments = Assignment.objects.bulk_create(
        (Assignment(task=task, unit=unit, part=AssignmentPart.LEAD) for task in tasks for unit in units),
        batch_size=BATCH,
    )
    found = Occurrence.objects.bulk_create(
        (
            Occurrence(
                assignment=assignment,
                label=calendar.quarter_name(YEAR, quarter),
                due_on=calendar.quarter_end(YEAR, quarter),
                planned_on=calendar.quarter_end(YEAR, quarter),
                position=quarter,
            )
            for assignment in assignments
            for quarter in (1, 2, 3, 4)
        ),
        batch_size=BATCH,
    )
    ProgressReport.objects.bulk_create(_reports(found), batch_size=BATCH)


def _reports(found: list[Occurrence]) -> Iterator[ProgressReport]:
    """Yield reports in every state for most duties due by now, some of them late."""
    today = calendar.today()
    for place, occurrence in enumerate(found):
        due_on = occurrence.due_on or today
        if due_on > today or place % 7 == 0:
            continue
        state = _STATES[place % len(_STATES)]
        sent: datetime = calendar.end_of_day(due_on) + timedelta(days=place % 4 - 2)
        yield ProgressReport(
            occurrence=occurrence,
            state=state,
            outcome=Outcome.DONE,
            result="Đã thực hiện",
            submitted_at=None if state == ReportState.DRAFT else sent,
            review_reason="Thiếu số liệu" if state == ReportState.RETURNED else "",
        )


def _pages(plan: Plan, unit: Unit) -> Iterator[Page]:
    found: tuple[tuple[str, Any, str, dict[str, Any]], ...] = (
        ("board, whole year", board.progress, "", {}),
        ("board, one quarter", board.progress, "ky=quy-2", {}),
        ("board, as of a past day", board.progress, f"ngay=01/04/{YEAR}", {}),
        ("list, everything, first page", duties.duty_list, "", {}),
        ("list, overdue of one unit", duties.duty_list, f"don_vi={unit.code}&tinh_trang=qua-han", {}),
        ("list, words without diacritics", duties.duty_list, "q=thu+tuc+hanh+chinh", {}),
        ("leader: late work and heads", lateness.lateness, "", {}),
        ("page of a unit", unit_page.unit_page, "", {"pk": unit.pk}),
    )
    for name, view, query, arguments in found:
        yield Page(name, view, f"ke_hoach={plan.pk}&{query}", arguments=arguments)
