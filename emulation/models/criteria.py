"""Criteria sets as data, frozen once a round has used them."""

from django.db import models
from django.db.models import Q

from emulation.enums import NodeKind, SetState, ValueSource
from units.enums import UnitTrait


class CriteriaSet(models.Model):
    """Bộ tiêu chí chấm điểm of one year, with its bands (xếp loại) and its rule for ties."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="criteria_sets")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField()
    is_sample = models.BooleanField(default=False, help_text="Bộ mẫu, shown as such on every screen and paper.")
    decision_number = models.CharField(max_length=40, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=SetState, default=SetState.DRAFT)
    # [{"code": "xuat_sac", "name": "Xuất sắc", "lower": "90"}, ...] highest first; lower end closed, last lower "0".
    bands = models.JSONField(default=list)
    # Codes of areas compared in order when totals are equal; empty means equal totals share a rank.
    tie_order = models.JSONField(default=list, blank=True)
    bonus_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    penalty_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-year", "code")
        constraints = (models.UniqueConstraint(fields=("issuer", "code"), name="criteria_set_once"),)

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """Lĩnh vực, tiêu chí, điểm cộng hoặc điểm trừ: one row of the set."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=10, choices=NodeKind)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=500)
    max_points = models.DecimalField(max_digits=7, decimal_places=2)
    rule_kind = models.CharField(max_length=20, blank=True, help_text="emulation.scoring kind; empty for an area.")
    rule_params = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10, choices=ValueSource, default=ValueSource.PERSON)
    requires_trait = models.CharField(max_length=20, choices=UnitTrait, blank=True)
    evidence_required = models.BooleanField(default=False)
    guidance = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("criteria_set", "code"), name="criterion_once"),
            models.CheckConstraint(condition=Q(max_points__gte=0), name="criterion_max_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"
