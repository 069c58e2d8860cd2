"""Requests for a later due day."""

from django.db import models
from django.db.models import F, Q

from reform_tasks.enums import ExtensionState


class ExtensionRequest(models.Model):
    """Đề nghị gia hạn của đơn vị, decided by the leader; moved by EXTENSION_MOVES."""

    occurrence = models.ForeignKey("reform_tasks.Occurrence", on_delete=models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=12, choices=ExtensionState, default=ExtensionState.PENDING)
    due_before = models.DateField(help_text="The due day when the unit asked.")
    asked_until = models.DateField()
    reason = models.TextField()
    late_reason = models.TextField(blank=True, help_text="Why it was asked only after the due day.")
    asked_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted_until = models.DateField(null=True)
    decided_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("occurrence",), condition=Q(state="pending"), name="extension_one_pending"),
            models.CheckConstraint(condition=Q(asked_until__gt=F("due_before")), name="extension_asks_for_later"),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(granted_until__isnull=False), name="extension_granted_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_note=""), name="extension_refused_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.occurrence} – {self.get_state_display()}"
