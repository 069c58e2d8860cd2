"""The list behind every number, its export, and what is done to many of its rows at once."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from ninhgiang import calendar
from ninhgiang.cells import CONTENT_TYPE
from ninhgiang.errors import DomainError
from reform_tasks import services
from reform_tasks.enums import DutyStatus, LateReason, Verdict
from reform_tasks.models import Occurrence, Plan
from reform_tasks.queries import (
    COUNTED,
    NO_OFFICER,
    REST,
    SORT_LABELS,
    DutyFilter,
    duty_of,
    labels_of,
    listed,
    loaded,
    officers_of,
    reasons_of,
    report_of,
    status_counts,
    visible_occurrences,
    visible_to,
)
from reform_tasks.rules import (
    heads_any_unit,
    may_manage_plans,
    may_see_all_progress,
    require_duty_reader,
    require_head_of_any,
)
from reform_tasks.workbook.listing import ListedRow, build_list
from units.enums import UNIT_ROLES, RoleKind
from units.models import Block, Unit, User
from units.queries import units_of
from units.rules import SignedInRequest, issuer_where, units_where

from .board import PERIODS
from .filters import AskedDay, asked_day, chosen_plan, duty_filter, without
from .tones import status_tone

PER_PAGE = 50
MAX_EXPORT = 5000
MAX_PICKED = 200
_STATUSES = [*((status.value, status.label) for status in DutyStatus), (REST, "Còn lại, chưa đến hạn")]
_VERDICTS = [(COUNTED, "Mọi kỳ đã đến hạn"), *((verdict.value, verdict.label) for verdict in Verdict)]


def _asked(request: SignedInRequest) -> tuple[list[Plan], DutyFilter, AskedDay]:
    """Return the plans to choose from, the whole filter, and the day as it was typed."""
    require_duty_reader(request.user)
    plans = list(visible_to(request.user).select_related("issuer"))
    asked = asked_day(request.GET)
    return plans, duty_filter(request.GET, chosen_plan(request.GET, plans), asked.day), asked


@require_safe
def duty_list(request: SignedInRequest) -> HttpResponse:
    """Show the occurrences the address asks for, fifty on a page, with the count of each status."""
    plans, wanted, asked = _asked(request)
    everything = listed(request.user, wanted)
    paginator = Paginator(loaded(everything, wanted.sort), PER_PAGE)
    page = paginator.get_page(request.GET.get("trang"))
    context = {
        "plans": plans,
        "wanted": wanted,
        "asked": asked,
        "is_today": asked.day == calendar.today(),
        "total": paginator.count,
        "page": page,
        "rows": _rows(list(page), wanted),
        "counts": _chips(request, wanted),
        "query": without(request.GET, "trang"),
        "pages": without(request.GET, "trang"),
        "unsorted": without(request.GET, "trang", "xep"),
        "more_filters": any((asked.typed, wanted.block, wanted.verdict, wanted.reason, wanted.officer, wanted.sort)),
        "filtered": bool(without(request.GET, "trang", "xep", "ke_hoach")),
        **_choices(request.user, wanted),
        **_bulk(request.user, wanted.plan),
    }
    return render(request, "reform_tasks/duty_list.html", context)


def _rows(occurrences: list[Occurrence], wanted: DutyFilter) -> list[dict[str, Any]]:
    """Return the rows as the table shows them, standing as on the day of reckoning. One query."""
    why = reasons_of(occurrences)
    return [_row(occurrence, wanted, why.get(occurrence.pk)) for occurrence in occurrences]


def _row(occurrence: Occurrence, wanted: DutyFilter, why: LateReason | None) -> dict[str, Any]:
    status = DutyStatus(occurrence.status)  # type: ignore[attr-defined]  # annotated by `listed`
    report = report_of(occurrence)
    return {
        "occurrence": occurrence,
        "task": occurrence.assignment.task,
        "duty": duty_of(occurrence, wanted.day),
        "status": status,
        "tone": status_tone(status),
        "reason": why.label if why else "",
        "version": report.version if report else 0,
    }


def _chips(request: SignedInRequest, wanted: DutyFilter) -> list[dict[str, Any]]:
    """Return each status that occurs under the other parts of the filter, with its count and address."""
    others = replace(wanted, status="", reason="")
    rest = without(request.GET, "trang", "tinh_trang", "ly_do")
    counts = status_counts(listed(request.user, others))
    chips = [
        {
            "label": status.label,
            "count": count,
            "query": f"{rest}&tinh_trang={status.value}".lstrip("&"),
            "active": wanted.status == status.value,
        }
        for status, count in counts.items()
        if count
    ]
    whole = {"label": "Tất cả", "count": sum(counts.values()), "query": rest, "active": not wanted.status}
    return [whole, *chips]


def _choices(user: User, wanted: DutyFilter) -> dict[str, Any]:
    """Return what the filter boxes offer; people of one unit choose no unit."""
    plan = wanted.plan
    sees_all = plan is not None and may_see_all_progress(user, plan.issuer)
    units = list(units_of(plan.issuer)) if plan is not None and sees_all else units_where(user, *UNIT_ROLES)
    blocks: dict[int, Block] = {unit.block.pk: unit.block for unit in units if unit.block}
    return {
        "units": units if len(units) > 1 else [],
        "blocks": sorted(blocks.values(), key=lambda block: block.position) if sees_all else [],
        "areas": plan.areas.all() if plan else [],
        "officers": officers_of(units),
        "no_officer": NO_OFFICER,
        "statuses": _STATUSES,
        "verdicts": _VERDICTS,
        "reasons": LateReason.choices,
        "periods": PERIODS,
        "sorts": SORT_LABELS.items(),
    }


def _bulk(user: User, plan: Plan | None) -> dict[str, Any]:
    """Return which steps the reader may take on many rows, and the people a head may name."""
    if plan is None:
        return {}
    own = units_where(user, *UNIT_ROLES)
    return {
        "may_accept": may_manage_plans(user, plan.issuer),
        "may_remind": may_manage_plans(user, plan.issuer),
        "people": people_of_units(own) if heads_any_unit(user) else [],
    }


def people_of_units(units: list[Unit]) -> QuerySet[User]:
    """Return the active heads and officers of units, whom a head may name for a task."""
    people = User.objects.filter(roles__unit__in=units, roles__kind__in=UNIT_ROLES, is_active=True)
    return people.distinct().order_by("full_name")


@require_safe
def duty_export(request: SignedInRequest) -> HttpResponse:
    """Give the current list as an Excel file."""
    _, wanted, _ = _asked(request)
    everything = listed(request.user, wanted)
    count = everything.count()
    if count > MAX_EXPORT:
        raise DomainError(
            f"Danh sách có {count} dòng; mỗi tệp Excel xuất được tối đa {MAX_EXPORT} dòng. Hãy lọc bớt rồi xuất lại."
        )
    if wanted.plan is None:
        raise DomainError("Chưa có kế hoạch nào để xuất danh sách.")
    found = list(loaded(everything, wanted.sort))
    why = reasons_of(found)
    data = build_list(
        (_listed_row(occurrence, why.get(occurrence.pk)) for occurrence in found),
        issuer=wanted.plan.issuer.name,
        title=f"Danh sách nhiệm vụ, Kế hoạch số {wanted.plan.number} năm {wanted.plan.year}",
        filters=filter_words(wanted, count),
    )
    name = f"nhiem-vu-{wanted.plan.year}-{calendar.today():%Y%m%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(data, content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition})


def filter_words(wanted: DutyFilter, count: int) -> str:
    """Say what the list holds: "12 kỳ; tình trạng: Quá hạn; tính đến 24/11/2026"."""
    labels = labels_of(wanted)
    parts = {
        "đơn vị": wanted.unit,
        "khối": wanted.block,
        "lĩnh vực": wanted.area,
        "tình trạng": labels["status"],
        "kết quả": labels["verdict"],
        "lý do": labels["reason"],
        "kỳ": dict(PERIODS).get(wanted.period, "") if wanted.period else "",
        "tìm": wanted.text,
    }
    said = [f"{name}: {value}" for name, value in parts.items() if value]
    return "; ".join([f"{count} kỳ thực hiện", *said, f"tính đến {calendar.day_text(wanted.day)}"])


def _listed_row(occurrence: Occurrence, why: LateReason | None) -> ListedRow:
    """Return one row of the Excel file."""
    assignment, report = occurrence.assignment, report_of(occurrence)
    status = DutyStatus(occurrence.status)  # type: ignore[attr-defined]
    sent_at = report.submitted_at if report else None
    return ListedRow(
        number=assignment.task.number,
        title=assignment.task.title,
        area=assignment.task.area.numeral,
        unit=assignment.unit.name,
        officer=assignment.officer.full_name if assignment.officer else "",
        label=occurrence.label,
        due_on=occurrence.due_on,
        status=status.label,
        reason=why.label if why else "",
        sent_on=calendar.local_date(sent_at) if sent_at else None,
        result=report.result if report else "",
    )


@require_POST
def duties_accept(request: SignedInRequest) -> HttpResponse:
    """Accept the ticked reports; the page names those that could not be."""
    issuer_where(request.user, {RoleKind.REVIEWER}, doing="chấp nhận báo cáo tiến độ")
    picked = _picked(request)
    versions = {occurrence.pk: _version(request.POST, occurrence.pk) for occurrence in picked}
    result = services.accept_reports(
        actor=request.user, picks=[(occurrence, versions[occurrence.pk]) for occurrence in picked]
    )
    return _after(request, result, "Đã chấp nhận {} báo cáo.", "chấp nhận")


@require_POST
def duties_assign(request: SignedInRequest) -> HttpResponse:
    """Name one person of the unit for the tasks behind the ticked rows."""
    require_head_of_any(request.user)
    picked = _picked(request)
    officer = people_of_units(units_where(request.user, *UNIT_ROLES)).filter(pk=_number(request.POST, "nguoi")).first()
    if officer is None:
        raise DomainError("Hãy chọn người của đơn vị để giao.")
    result = services.assign_officers(actor=request.user, occurrences=picked, officer=officer)
    return _after(request, result, f"Đã giao {{}} kỳ cho {officer.full_name}.", "giao")


def _picked(request: SignedInRequest) -> list[Occurrence]:
    """Return the ticked occurrences the person may see, in the order of the list."""
    texts = request.POST.getlist("ky")[:MAX_PICKED]
    ids = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= 18]
    found = visible_occurrences(request.user).select_related("assignment__officer").in_bulk(ids)
    if not found:
        raise DomainError("Chưa chọn dòng nào. Hãy đánh dấu các dòng cần làm rồi bấm lại.")
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def _number(data: QueryDict, name: str) -> int:
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _version(data: QueryDict, pk: int) -> int:
    """Return the version of the report the person saw in this row; 0 matches no stored report."""
    return _number(data, f"phien_ban_{pk}")


def _after(request: SignedInRequest, result: services.BulkResult, done: str, verb: str) -> HttpResponse:
    """Go back when all went well, else show which rows did not and why."""
    back = _back(request)
    if result.done:
        messages.success(request, done.format(len(result.done)))
    if not result.failed:
        return redirect(back)
    context = {"result": result, "verb": verb, "back": back}
    return render(request, "reform_tasks/bulk_result.html", context, status=200 if result.done else 422)


def _back(request: SignedInRequest) -> str:
    """Return the list the person came from: the queue, or this list with its filter (only the query is taken over)."""
    if request.POST.get("next") == "queue":
        return reverse("reform_tasks:review-queue")
    query = QueryDict(request.POST.get("quay_lai", "")[:2000]).urlencode()
    return reverse("reform_tasks:duty-list") + (f"?{query}" if query else "")
