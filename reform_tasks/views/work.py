"""My work and the review queue."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninhgiang import calendar
from ninhgiang.errors import Refused
from reform_tasks.enums import DutyStatus
from reform_tasks.models import ProgressReport, ReportEvidence
from reform_tasks.queries import (
    coordinated_by,
    latest_plan,
    review_queue,
)
from reform_tasks.queries.evidence import frame_of, mark_uses
from reform_tasks.queries.my_day import my_duties, sections_of, standing_of
from reform_tasks.results import document_text, flags, quantity_text
from reform_tasks.rules import PROGRESS_READERS, may_manage_plans, may_see_all_progress
from units.enums import UNIT_ROLES
from units.queries import units_of
from units.rules import SignedInRequest, issuer_where, units_where

from .filters import without
from .tones import status_tone

PER_PAGE = 20
MINE, WHOLE = "toi", "don-vi"


@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    """Show what is to be done by day: the duties named to the person, or all of the unit (`cua`)."""
    units = units_where(request.user, *UNIT_ROLES)
    if not units:
        raise Refused(
            "Trang này dành cho thủ trưởng và công chức của các đơn vị. Hãy dùng trang Theo dõi hoặc Kế hoạch."
        )
    today = calendar.today()
    wanted = {key: request.GET.get(key, "").strip()[:100] for key in ("loai", "linh_vuc", "q", "cua")}
    found = my_duties(units, today, text=wanted["q"])
    mine = [duty for duty in found if duty.occurrence.assignment.officer_id == request.user.pk]
    # Who has nothing named to them, heads mostly, starts with the whole unit; so does a link from the home page.
    whole = wanted["cua"] == WHOLE or (wanted["cua"] != MINE and (not mine or bool(wanted["loai"])))
    shown = found if whole else mine
    areas = {duty.occurrence.assignment.task.area.numeral: duty.occurrence.assignment.task.area for duty in shown}
    shown = [duty for duty in shown if wanted["linh_vuc"] in ("", duty.occurrence.assignment.task.area.numeral)]
    counts = Counter(standing_of(duty) for duty in shown)
    sections = sections_of(shown, today, only=wanted["loai"])
    context = {
        "units": units,
        "today": today,
        "whole": whole,
        "mine_count": len(mine),
        "whole_count": len(found),
        "sections": [(section, status_tone(section.key)) for section in sections],
        "counts": [(status, counts[status], status_tone(status)) for status in DutyStatus if counts[status]],
        "wanted": wanted,
        "kept": without(request.GET, "cua"),
        "chips": without(request.GET, "loai"),
        "areas": sorted(areas.values(), key=lambda area: area.position),
        "coordinated": coordinated_by(units) if whole else [],
        "filtered": any(wanted[key] for key in ("loai", "linh_vuc", "q")),
    }
    return render(request, "reform_tasks/my_work.html", context)


@require_safe
def review_list(request: SignedInRequest) -> HttpResponse:
    """Show the submitted reports, oldest first, to accept here or to open."""
    issuer = issuer_where(request.user, PROGRESS_READERS, doing="xem báo cáo chờ thẩm định")
    unit, area = request.GET.get("don_vi", ""), request.GET.get("linh_vuc", "")
    reports = review_queue(request.user)
    total = reports.count()
    if unit:
        reports = reports.filter(occurrence__assignment__unit__code=unit)
    if area:
        reports = reports.filter(occurrence__assignment__task__area__numeral=area)
    page = list(reports.filter(_after_key(request.GET.get("sau", "")))[: PER_PAGE + 1])
    address = request.GET.copy()
    address["sau"] = str(page[PER_PAGE - 1].pk) if len(page) > PER_PAGE else ""
    plan = latest_plan(issuer)
    tell_twins = may_see_all_progress(request.user, issuer)
    context = {
        "reports": [_queued(report, tell_twins=tell_twins) for report in page[:PER_PAGE]],
        "total": total,
        "next_url": f"?{address.urlencode()}" if len(page) > PER_PAGE else "",
        "first_url": "?" if request.GET.get("sau") else "",
        "wanted": {"don_vi": unit, "linh_vuc": area},
        "units": units_of(issuer),
        "areas": plan.areas.all() if plan else [],
        "may_review": may_manage_plans(request.user, issuer),
    }
    return render(request, "reform_tasks/review_queue.html", context)


@dataclass(frozen=True, slots=True)
class QueuedReport:
    """A waiting report with all the reviewer needs to decide: what was reported, the files, what to look at."""

    report: ProgressReport
    document: str
    quantity: str
    uses: list[ReportEvidence]
    flags: list[str]


def _queued(report: ProgressReport, *, tell_twins: bool) -> QueuedReport:
    occurrence = report.occurrence
    uses = list(report.evidence_uses.all())
    mark_uses(uses, frame_of(occurrence), tell_twins=tell_twins)
    sent_on = calendar.local_date(report.submitted_at) if report.submitted_at else None
    return QueuedReport(
        report=report,
        document=document_text(report),
        quantity=quantity_text(report),
        uses=uses,
        flags=flags(report, occurrence.assignment.task, due_on=occurrence.due_on, submitted_on=sent_on),
    )


def _after_key(text: str) -> Q:
    """Return the keyset filter "after this report"; anything that is no report's id starts at the beginning."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return Q()
    last = ProgressReport.objects.filter(pk=int(text), submitted_at__isnull=False).first()
    if last is None:
        return Q()
    return Q(submitted_at__gt=last.submitted_at) | Q(submitted_at=last.submitted_at, pk__gt=last.pk)
