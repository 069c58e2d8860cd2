"""A unit's scorecard and its rows."""

from django.db import models
from django.db.models import F, Q

from emulation.enums import ScorecardState
from reform_tasks.models import EvidenceUse


class Scorecard(models.Model):
    """Phiếu chấm điểm of one unit in one round. Totals are written by services.scorecards and services.rounds only."""

    round = models.ForeignKey("emulation.Round", on_delete=models.PROTECT, related_name="scorecards")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="scorecards")
    block = models.ForeignKey("units.Block", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ScorecardState, default=ScorecardState.OPEN)
    self_total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    appraised_total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    applicable_max = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    index = models.DecimalField(max_digits=7, decimal_places=2, null=True, help_text="Chỉ số, % of applicable_max.")
    snapshot = models.JSONField(default=dict, help_text="Inputs, rules, points, explanations as appraised.")
    sha256 = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    appraised_at = models.DateTimeField(null=True)
    appraised_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("unit__position",)
        constraints = (models.UniqueConstraint(fields=("round", "unit"), name="scorecard_once"),)

    def __str__(self) -> str:
        return f"{self.unit} – {self.round}"


class ScorecardRow(models.Model):
    """Một tiêu chí trên phiếu. Points null = chưa chấm; `applicable` false = không đánh giá; 0 is a score.

    Points lie between 0 and the maximum, or below 0 where the rule says so ("below_zero").
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="rows")
    criterion = models.ForeignKey("emulation.Criterion", on_delete=models.PROTECT, related_name="+")
    max_points = models.DecimalField(max_digits=7, decimal_places=2)
    applicable = models.BooleanField(default=True)
    self_value = models.JSONField(null=True, help_text="Input of the rule, see emulation.scoring.")
    self_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    self_explanation = models.CharField(max_length=500, blank=True)
    self_note = models.TextField(blank=True)
    appraised_value = models.JSONField(null=True)
    appraised_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    appraised_explanation = models.CharField(max_length=500, blank=True)
    appraisal_reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="For rows computed from tasks: the counted occurrences.")
    evidence = models.ManyToManyField(
        "reform_tasks.Evidence", through="emulation.RowEvidence", related_name="scorecard_rows", blank=True
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("criterion__position",)
        constraints = (
            models.UniqueConstraint(fields=("scorecard", "criterion"), name="row_once"),
            models.CheckConstraint(
                condition=Q(self_points__isnull=True)
                | Q(self_points__gte=-F("max_points"), self_points__lte=F("max_points")),
                name="row_self_points_in_range",
            ),
            models.CheckConstraint(
                condition=Q(appraised_points__isnull=True)
                | Q(appraised_points__gte=-F("max_points"), appraised_points__lte=F("max_points")),
                name="row_appraised_points_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion.code} – {self.scorecard}"


class RowEvidence(EvidenceUse):
    """Minh chứng của một dòng phiếu. Table and columns are those of the plain link it replaced."""

    row = models.ForeignKey(
        ScorecardRow, on_delete=models.CASCADE, related_name="evidence_uses", db_column="scorecardrow_id"
    )
    evidence = models.ForeignKey("reform_tasks.Evidence", on_delete=models.CASCADE, related_name="row_uses")

    class Meta:
        db_table = "emulation_scorecardrow_evidence"
        unique_together = (("row", "evidence"),)
        ordering = ("evidence__uploaded_at", "evidence_id")

    def __str__(self) -> str:
        return f"{self.evidence} – {self.row}"
