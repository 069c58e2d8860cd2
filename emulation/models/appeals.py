"""Appeals about published results, corrections of them, and what was said about each."""

from django.db import models
from django.db.models import Q

from emulation.enums import AppealSource, AppealState


class Appeal(models.Model):
    """Kiến nghị, phúc tra of a unit about one row, or its whole result, after publication (scoring.md 3.4).

    Also đính chính: the office's own proposal to correct a published score, decided by the leader.
    """

    scorecard = models.ForeignKey("emulation.Scorecard", on_delete=models.PROTECT, related_name="appeals")
    row = models.ForeignKey(
        "emulation.ScorecardRow", on_delete=models.PROTECT, related_name="appeals", null=True, blank=True
    )
    source = models.CharField(max_length=10, choices=AppealSource, default=AppealSource.UNIT)
    text = models.TextField()
    wanted_points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    wanted_value = models.JSONField(null=True, blank=True, help_text="The value a correction proposes.")
    late_reason = models.TextField(blank=True, help_text="Why it was taken though the last day was over.")
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.FILED)
    filed_at = models.DateTimeField(auto_now_add=True)
    filed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, help_text="When the head confirmed what was recorded by phone.")
    confirmed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    answer = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    replaced = models.JSONField(null=True, help_text="The row's second appraisal before this was accepted.")
    reopened_at = models.DateTimeField(null=True, help_text="The days for the answer count from here.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("filed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("row",),
                condition=Q(state=AppealState.FILED, row__isnull=False) & ~Q(source=AppealSource.CORRECTION),
                name="appeal_waiting_once_row",
            ),
            models.UniqueConstraint(
                fields=("row",),
                condition=Q(state=AppealState.FILED, source=AppealSource.CORRECTION),
                name="appeal_correction_waiting_once",
            ),
            models.UniqueConstraint(
                fields=("scorecard",),
                condition=Q(state=AppealState.FILED, row__isnull=True),
                name="appeal_waiting_once_whole",
            ),
            models.CheckConstraint(
                condition=~Q(source=AppealSource.CORRECTION) | Q(row__isnull=False),
                name="appeal_correction_of_a_row",
            ),
        )

    def __str__(self) -> str:
        return f"Kiến nghị – {self.scorecard}"


class AppealNote(models.Model):
    """Ý kiến about an appeal: of the unit, of whoever appraised the criterion, of the office. Never changed."""

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("written_at", "id")

    def __str__(self) -> str:
        return f"{self.written_by} – {self.appeal}"
