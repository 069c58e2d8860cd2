"""Job kinds of reports; registered in ReportsConfig.ready."""

from django.urls import reverse

from reports.services import compile_round
from units.jobs import Progress
from units.models import Job


def compile_results(job: Job, progress: Progress) -> str:
    """Compile the round named in job.params["round_id"]; return the address of the result. Safe to run twice."""
    compilation = compile_round(job=job, step=progress.step)
    return reverse("reports:compilation-detail", args=[compilation.pk])
