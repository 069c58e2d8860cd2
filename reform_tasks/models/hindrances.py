"""Claims that something outside the unit's power holds a duty up."""

from django.db import models
from django.db.models import F, Q

from reform_tasks.enums import HindranceState


class HindranceClaim(models.Model):
    """Vướng mắc khách quan: stops the clock from `from_on` once accepted, until ended; moved by HINDRANCE_MOVES."""

    occurrence = models.ForeignKey("reform_tasks.Occurrence", on_delete=models.PROTECT, related_name="hindrances")
    state = models.CharField(max_length=12, choices=HindranceState, default=HindranceState.PENDING)
    description = models.TextField()
    from_on = models.DateField(help_text="First day the clock stands still.")
    help_number = models.CharField(max_length=100, help_text="Số, ký hiệu văn bản đề nghị hỗ trợ.")
    help_on = models.DateField()
    help_to = models.CharField(max_length=300, help_text="Nơi nhận văn bản đề nghị hỗ trợ.")
    help_file = models.ForeignKey("reform_tasks.Evidence", on_delete=models.PROTECT, related_name="hindrances")
    claimed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_reason = models.TextField(blank=True)
    ended_on = models.DateField(null=True, help_text="First day the clock runs again.")
    ended_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    end_note = models.TextField(blank=True)
    due_before = models.DateField(null=True, help_text="The due day before the stopped days were added.")
    due_after = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-claimed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("occurrence",), condition=Q(state__in=["pending", "accepted"]), name="hindrance_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_on__gte=F("from_on")), name="hindrance_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(review_reason=""), name="hindrance_refused_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.occurrence} – {self.get_state_display()}"
