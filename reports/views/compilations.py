"""Tổng hợp kết quả: choose a round, start, follow, open what was made."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from emulation.enums import RoundState
from emulation.models import Round
from reports import queries, services
from reports.documents.compiled import index_decimals, total_counts
from reports.documents.phrases import share
from reports.rules.access import COMPILERS, DRAFT_READERS
from units.models import Unit
from units.rules import SignedInRequest, holds, issuer_where

from .files import file_answer


def _issuer(request: SignedInRequest) -> Unit:
    return issuer_where(request.user, DRAFT_READERS, doing="xem tổng hợp kết quả")


@require_safe
def compile_home(request: SignedInRequest) -> HttpResponse:
    """Các đợt đã công bố, việc đang chạy và các bản đã tổng hợp."""
    issuer = _issuer(request)
    waiting = Round.objects.filter(issuer=issuer, practice=False).exclude(
        state__in=(RoundState.PUBLISHED, RoundState.DRAFT)
    )
    compilations = list(queries.compilations_of(issuer)[:50])
    context = {
        "rounds": list(queries.published_rounds(issuer)),
        "waiting_rounds": list(waiting),
        "jobs": queries.open_jobs(issuer),
        "compilations": compilations,
        "may_start": holds(request.user, COMPILERS, issuer),
    }
    return render(request, "reports/compile_home.html", context)


@require_POST
def compile_start(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Bắt đầu tổng hợp; the worker's progress page follows."""
    round_ = queries.get_round_for(request.user, round_id)
    job = services.start_compilation(actor=request.user, round=round_)
    messages.info(request, "Đã giao việc tổng hợp cho máy chạy nền.")
    return redirect("units:job-detail", job.pk)


@require_safe
def compilation_detail(request: SignedInRequest, compilation_id: int) -> HttpResponse:
    """Một bản tổng hợp: figures, the draft report, the Excel file."""
    compilation = queries.get_compilation_for(request.user, compilation_id)
    whole = total_counts(compilation.data["unit_tasks"])
    context = {
        "compilation": compilation,
        "replaced_by": queries.replaced_by(compilation),
        "data": compilation.data,
        "decimals": index_decimals(compilation.data),
        "whole": whole,
        "done_share": share(whole["done"], whole["due"]),
        "on_time_share": share(whole["on_time"], whole["due"]),
        "documents": compilation.documents.select_related("issuer"),
        "exports": compilation.exports.all(),
    }
    return render(request, "reports/compilation_detail.html", context)


@require_safe
def export_file(request: SignedInRequest, export_id: uuid.UUID) -> HttpResponse:
    """Tải tệp Excel."""
    export = queries.get_export_for(request.user, export_id)
    with export.file.open("rb") as stored:
        return file_answer(stored.read(), name=export.file_name, content_type=export.content_type)
