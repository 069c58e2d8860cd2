"""Criteria sets as data, frozen once a round has used them."""

from django.db import models
from django.db.models import Q

from emulation.enums import LatePolicy, NodeKind, RankStyle, SetState, ValueSource
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
    # [{"code": "xuat_sac", "name": "Xuất sắc", "lower": "90", "closed": true}, ...] highest first; see ranking.bands.
    bands = models.JSONField(default=list)
    # Codes of areas compared in order when totals are equal; empty means equal totals share a rank.
    tie_order = models.JSONField(default=list, blank=True)
    rank_style = models.CharField(max_length=12, choices=RankStyle, default=RankStyle.COMPETITION)
    # {"by": "index", "bands": [...]} or {"by": "grade", "levels": [...]}: see ranking.heads; empty: no grade of heads.
    head_mapping = models.JSONField(default=dict, blank=True)
    # [{"when", "effect", "reason", ...}]: see ranking.vetoes; "manual" ones are the list people choose from.
    veto_conditions = models.JSONField(default=list, blank=True)
    index_decimals = models.PositiveSmallIntegerField(default=2, help_text="Số lẻ của chỉ số khi công bố: 2 đến 4.")
    late_policy = models.CharField(max_length=10, choices=LatePolicy, default=LatePolicy.AS_IS)
    late_points = models.DecimalField(
        max_digits=7, decimal_places=2, default=0, help_text="Trừ vào tổng cho mỗi ngày làm việc nộp chậm."
    )
    late_points_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    appeal_working_days = models.PositiveSmallIntegerField(default=5, help_text="Kể từ ngày công bố.")
    legal_basis = models.TextField(blank=True)
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="copies", null=True, blank=True)
    bonus_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    penalty_max = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-year", "code")
        constraints = (models.UniqueConstraint(fields=("issuer", "code"), name="criteria_set_once"),)

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """Lĩnh vực, tiêu chí, tiêu chí thành phần, điểm cộng hoặc điểm trừ: one row of the set, at most 5 deep.

    A node with children has no rule and is the sum of them; a leaf has one. Empty `blocks` and `units`: every unit.
    """

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=10, choices=NodeKind)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=500)
    max_points = models.DecimalField(max_digits=7, decimal_places=2)
    rule_kind = models.CharField(max_length=20, blank=True, help_text="emulation.scoring kind; empty for an area.")
    rule_params = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10, choices=ValueSource, default=ValueSource.PERSON)
    requires_trait = models.CharField(max_length=20, choices=UnitTrait, blank=True)
    evidence_required = models.BooleanField(default=False)
    explanation_required = models.BooleanField(default=False, help_text="Đơn vị phải ghi rõ cách tính.")
    added = models.BooleanField(default=False, help_text="Tiêu chí bổ sung ngoài khung (scoring.md R21).")
    appraiser = models.ForeignKey(
        "units.Unit",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Đơn vị thẩm định; để trống: Phòng VHXH.",
    )
    blocks = models.ManyToManyField("units.Block", related_name="+", blank=True)
    units = models.ManyToManyField("units.Unit", related_name="+", blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
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
