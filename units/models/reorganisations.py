"""Units merged, split and renamed by a decision; their past stays under the old unit and the old name."""

from django.db import models
from django.db.models import Q

from units.enums import ReorganisationKind, ReorganisationState


class Reorganisation(models.Model):
    """Quyết định sáp nhập, chia tách hoặc đổi tên; `choices` holds what was chosen until it is carried out.

    `choices` = {"old": [unit id], "targets": [{"unit": id} or {"code", "name", "short_name", "head_title"}],
    "people": {user id: target index}, "duties": {key of units.succession: target index}}; a renamed unit is the one
    old unit, its new names the one target.
    """

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="reorganisations")
    kind = models.CharField(max_length=10, choices=ReorganisationKind)
    number = models.CharField(max_length=40, help_text="Số, ký hiệu quyết định: 120/QĐ-UBND")
    decided_on = models.DateField()
    effective_on = models.DateField(help_text="First day of the new units or names.")
    reason = models.TextField(blank=True)
    choices = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ReorganisationState, default=ReorganisationState.DRAFT)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    applied_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-effective_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "number"), condition=~Q(state="cancelled"), name="reorganisation_once"
            ),
            models.CheckConstraint(
                condition=Q(effective_on__gte=models.F("decided_on")), name="reorganisation_after_decision"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} theo {self.number}"


class Succession(models.Model):
    """Kế thừa: one unit's people, papers or duties went on to another on the day of a reorganisation."""

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="successions")
    old = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="successions_out")
    new = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="successions_in")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("reorganisation", "old", "new"), name="succession_once"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="succession_to_another"),
        )

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class FormerName(models.Model):
    """Tên cũ của đơn vị: the name it bore up to and with the day `until`."""

    unit = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="former_names")
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    until = models.DateField()

    class Meta:
        ordering = ("until",)
        constraints = (models.UniqueConstraint(fields=("unit", "until"), name="former_name_once_per_day"),)

    def __str__(self) -> str:
        return f"{self.name} (đến {self.until:%d/%m/%Y})"
