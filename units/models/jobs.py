"""Work that runs in the Celery worker, as rows people can follow."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.enums import JobState


class Job(models.Model):
    """Công việc chạy nền. The row is the outbox: beat re-delivers what the broker lost; claimed once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    params_hash = models.CharField(max_length=64)
    requested_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=500, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    task_id = models.CharField(
        max_length=50, blank=True, help_text="Broker message that claimed it; the same one again means the worker died."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(default=timezone.now, help_text="Last handed to the broker.")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "kind", "params_hash"),
                condition=Q(state__in=("queued", "running")),
                name="job_not_twice_at_once",
            ),
        )

    def __str__(self) -> str:
        return self.title


class WorkerHeartbeat(models.Model):
    """Nhịp của máy chạy nền: one row (id=1), touched each minute by the worker; old means the worker is down."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M:%S}"
