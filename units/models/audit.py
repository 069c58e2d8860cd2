"""The append-only record of who decided what and why."""

from django.db import models


class AuditEntry(models.Model):
    """Nhật ký. Written by services in the same transaction; database triggers refuse UPDATE and DELETE."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", null=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", null=True)
    actor = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    actor_name = models.CharField(max_length=120, help_text="As shown then; a job writes 'Hệ thống'.")
    action = models.CharField(max_length=60, help_text="The service's name, e.g. accept_report.")
    summary = models.CharField(max_length=300, help_text="One Vietnamese sentence for the history list.")
    object_type = models.CharField(max_length=60, help_text="Model label, e.g. reform_tasks.occurrence.")
    object_id = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("object_type", "object_id", "at"), name="audit_by_object"),)

    def __str__(self) -> str:
        return self.summary
