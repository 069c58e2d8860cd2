"""The progress page of a background job."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from units import queries, services
from units.enums import JobState
from units.rules import SignedInRequest


@never_cache
@require_safe
def job_detail(request: SignedInRequest, job_id: uuid.UUID) -> HttpResponse:
    """Tiến trình: re-read every two seconds by htmx (the block alone), by a refresh without JavaScript."""
    job = queries.get_job_for(request.user, job_id)
    context = {
        "job": job,
        "age": age_words(job.created_at),
        "waiting": job.state in (JobState.QUEUED, JobState.RUNNING),
        "may_retry": job.state == JobState.FAILED,
        "worker_silent": queries.worker_is_silent(job),
    }
    part = "#progress" if request.headers.get("HX-Request") else ""
    return render(request, f"units/job_detail.html{part}", context)


@require_POST
def job_retry(request: SignedInRequest, job_id: uuid.UUID) -> HttpResponse:
    """Chạy lại một việc đã bị lỗi."""
    job = queries.get_job_for(request.user, job_id)
    services.retry_job(job=job, by=request.user)
    return redirect("units:job-detail", job.pk)


def age_words(moment: datetime) -> str:
    """Say how long ago a moment was, in its largest whole unit: "12 phút trước" (Django's own words are English)."""
    minutes = int((timezone.now() - moment).total_seconds()) // 60
    if minutes < 1:
        return "vừa xong"
    if minutes < 60:
        return f"{minutes} phút trước"
    hours = minutes // 60
    return f"{hours} giờ trước" if hours < 24 else f"{hours // 24} ngày trước"
