"""Scoring rounds."""

from django.db import models
from django.db.models import F, Q

from emulation.enums import RoundState


class Round(models.Model):
    """Đợt chấm điểm over one period with one criteria set."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="rounds")
    criteria_set = models.ForeignKey("emulation.CriteriaSet", on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=200)
    period_start = models.DateField()
    period_end = models.DateField()
    self_score_until = models.DateField(help_text="Hết ngày này (giờ Việt Nam).")
    appraise_until = models.DateField()
    state = models.CharField(max_length=14, choices=RoundState, default=RoundState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-period_end", "-id")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "name"), name="round_once"),
            models.CheckConstraint(condition=Q(period_start__lte=F("period_end")), name="round_period_order"),
            models.CheckConstraint(condition=Q(self_score_until__lte=F("appraise_until")), name="round_dates_order"),
        )

    def __str__(self) -> str:
        return self.name
