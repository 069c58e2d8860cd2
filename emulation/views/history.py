"""Screens of results over the years: ours beside those imported, the import with its preview, one publication."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emulation.forms.history import PastResultsForm, RemoveForm
from emulation.models import PastRound
from emulation.past_results import Recomputed, recompute
from emulation.queries.history import (
    get_past_round_for,
    history_lines,
    publications_of,
    results_of,
    visible_past_rounds,
)
from emulation.ranking import band_sentence
from emulation.results_data import table_data, table_from, template_file
from emulation.results_table import ResultTable, read_results
from emulation.scoring import decimals_of
from emulation.services import history as services
from emulation.sheets import CellProblem, WorkbookRefused
from emulation.views.shown import grade_tone
from ninhgiang.cells import CONTENT_TYPE
from ninhgiang.errors import DomainError, Stale
from ninhgiang.refusals import show_refusal
from units.models import Unit
from units.rules import SignedInRequest, holds, issuer_of, issuer_where, require, units_where

SALT = "emulation.results-import"
PREVIEW_SECONDS = 24 * 3600
DONE = {
    "created": "Đã nhập kết quả.",
    "replaced": "Đã thay kết quả cũ bằng tệp mới.",
    "unchanged": "Kết quả này đã có y như vậy; không có gì thay đổi.",
}


@require_safe
def result_history(request: SignedInRequest) -> HttpResponse:
    """Kết quả các năm: đợt của xã và kết quả nhập từ nơi khác, theo từng đơn vị."""
    issuer = issuer_of(request.user)
    if issuer is None:
        raise Http404
    publications = publications_of(request.user)
    context = {
        "publications": publications,
        "lines": history_lines(issuer, publications),
        "past_rounds": visible_past_rounds(request.user),
        "may_import": bool(units_where(request.user, *services.IMPORTERS)),
    }
    return render(request, "emulation/result_history.html", context)


@require_safe
def past_round(request: SignedInRequest, code: str) -> HttpResponse:
    """Một kết quả nhập từ nơi khác: số đã công bố, số tính lại, chỗ khác nhau."""
    found = get_past_round_for(request.user, code)
    results = results_of(found)
    context = {
        "past": found,
        "results": [(one, grade_tone(one.grade_code, found.bands)) for one in results],
        "differing": [one for one in results if one.differences],
        "published_decimals": _places(found.index_decimals, (one.published_index for one in results)),
        "band_rule": band_sentence(found.bands),
        "has_blocks": any(one.block_name for one in results),
        "may_remove": holds(request.user, frozenset(services.IMPORTERS), found.issuer),
    }
    return render(request, "emulation/past_round.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def results_import(request: SignedInRequest) -> HttpResponse:
    """Nhập kết quả từ nơi khác: xem trước cách tính lại và chỗ khác, rồi mới ghi."""
    issuer = issuer_where(request.user, services.IMPORTERS, doing=services.DOING)
    if request.method != "POST":
        return render(request, "emulation/results_import.html", {"form": PastResultsForm(user=request.user)})
    confirming = "table" in request.POST
    form = PastResultsForm(request.POST, request.FILES, user=request.user, confirming=confirming)
    problems: list[Any] = []
    if form.is_valid():
        try:
            if confirming:
                return _store(request, issuer, form)
            file = form.cleaned_data["file"]
            return _preview_page(request, issuer, form, read_results(file, file.name))
        except WorkbookRefused as refused:
            problems = refused.problems
        except DomainError as error:
            show_refusal(form, error, beside="bands_of" if confirming else "file")
    if confirming:  # what was typed stays, the file has to be sent again
        problems = [CellProblem("Bản xem trước", str(error)) for errors in form.errors.values() for error in errors]
        form = PastResultsForm(user=request.user, initial=form.cleaned_data)
    return render(request, "emulation/results_import.html", {"form": form, "problems": problems}, status=422)


def _store(request: SignedInRequest, issuer: Unit, form: PastResultsForm) -> HttpResponse:
    try:
        signed = signing.loads(request.POST["table"], salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise DomainError("Bản xem trước đã quá một ngày hoặc bị sửa. Hãy gửi lại tệp.") from None
    table, heading = table_from(signed), _heading(form)
    try:
        made = services.import_results(
            actor=request.user, issuer=issuer, heading=heading, table=table, seen=signed["seen"]
        )
    except Stale as stale:
        return _preview_page(request, issuer, form, table, stale)
    messages.success(request, DONE[made.what])
    return redirect("emulation:past-round", made.past_round.code)


def _heading(form: PastResultsForm) -> services.PastHeading:
    given = {name: value for name, value in form.cleaned_data.items() if name != "file"}
    return services.PastHeading(**given)


def _preview_page(
    request: SignedInRequest, issuer: Unit, form: PastResultsForm, table: ResultTable, stale: Stale | None = None
) -> HttpResponse:
    heading = _heading(form)
    way = services.way_of(heading)
    lines = recompute(table.lines, way)
    units = services.matched_units(issuer, [line.unit_name for line in table.lines])
    stored = PastRound.objects.filter(issuer=issuer, code=heading.code).select_related("imported_by").first()
    context = {
        "form": form,
        "heading": heading,
        "table": table,
        "lines": _shown(lines, units, way.bands),
        "decimals": way.index_decimals,
        "published_decimals": _places(way.index_decimals, (line.index for line in table.lines)),
        "differing": sum(bool(one.differences) for one in lines),
        "unmatched": [one.line.unit_name for one, unit in zip(lines, units, strict=True) if unit is None],
        "replaces": stored,
        "stale": stale,
        "band_rule": band_sentence(way.bands),
        "has_blocks": any(one.line.block_name for one in lines),
        "signed": signing.dumps(table_data(table) | {"seen": services.mark_of(stored)}, salt=SALT, compress=True),
    }
    return render(request, "emulation/results_preview.html", context, status=409 if stale else 200)


def _places(decimals: int, published: Iterable[Decimal | None]) -> int:
    """Return how many places a column of published indices shows: none of theirs is rounded away."""
    return max([decimals, *(decimals_of(one.normalize()) for one in published if one is not None)])


def _shown(
    lines: list[Recomputed], units: list[int | None], bands: list[dict[str, Any]]
) -> list[tuple[Recomputed, str, bool]]:
    return [(one, grade_tone(one.grade_code, bands), unit is not None) for one, unit in zip(lines, units, strict=True)]


@require_safe
def results_template(request: SignedInRequest) -> HttpResponse:
    """Tệp mẫu để nhập kết quả."""
    issuer_where(request.user, services.IMPORTERS, doing=services.DOING)
    answer = HttpResponse(template_file(), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="mau-ket-qua.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def past_round_remove(request: SignedInRequest, code: str) -> HttpResponse:
    """Bỏ một kết quả đã nhập, có lý do."""
    found = get_past_round_for(request.user, code)
    require(request.user, services.IMPORTERS, found.issuer, doing="bỏ kết quả đã nhập")
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_past_round(actor=request.user, past_round=found, reason=form.cleaned_data["reason"])
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Đã bỏ kết quả đã nhập.")
            return redirect("emulation:result-history")
    status = 422 if request.method == "POST" else 200
    return render(request, "emulation/past_round_remove.html", {"form": form, "past": found}, status=status)
