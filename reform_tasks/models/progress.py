"""What a unit reports on an occurrence."""

from django.db import models
from django.db.models import Q

from reform_tasks.enums import Outcome, ReportState


class ProgressReport(models.Model):
    """Báo cáo tiến độ: created on the first save, moved by REPORT_MOVES; its history is in AuditEntry."""

    occurrence = models.OneToOneField("reform_tasks.Occurrence", on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=12, choices=ReportState, default=ReportState.DRAFT)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    result = models.TextField(blank=True, help_text="Kết quả: số, ký hiệu văn bản hoặc số liệu.")
    note = models.TextField(blank=True)
    evidence = models.ManyToManyField("reform_tasks.Evidence", related_name="reports", blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    review_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False), name="report_submitted_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(review_reason=""), name="report_returned_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.occurrence} – {self.get_state_display()}"
