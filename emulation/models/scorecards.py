"""A unit's scorecard and its rows."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from emulation.enums import EvidencePhase, ScorecardState, VetoEffect
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
    final_total = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, help_text="After appraisal 2 and appeals; null: appraised_total."
    )
    late_penalty = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    index = models.DecimalField(max_digits=9, decimal_places=4, null=True, help_text="Chỉ số, % of applicable_max.")
    snapshot = models.JSONField(default=dict, help_text="Inputs, rules, points, explanations as appraised.")
    sha256 = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    submitted_late = models.BooleanField(default=False)
    first_opened_at = models.DateTimeField(null=True, help_text="When somebody of the unit first opened it.")
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    appraised_at = models.DateTimeField(null=True)
    appraised_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("unit__position",)
        constraints = (models.UniqueConstraint(fields=("round", "unit"), name="scorecard_once"),)

    def __str__(self) -> str:
        return f"{self.unit} – {self.round}"

    @property
    def result_total(self) -> Decimal | None:
        """The total that counts: after appraisal 2 where there was one, else after appraisal 1."""
        return self.appraised_total if self.final_total is None else self.final_total


class ScorecardRow(models.Model):
    """Một tiêu chí trên phiếu, in three columns: self, appraised (lần 1), final (lần 2, only where asked again).

    Points null = chưa chấm; `applicable` false = không đánh giá; 0 is a score.
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
    self_zeroed = models.BooleanField(
        default=False, help_text="0 because the unit handed nothing in (LatePolicy.ZERO); the value it typed stays."
    )
    handed_in = models.JSONField(
        null=True,
        help_text="What the unit handed in, kept while it changes the row under an unlock; see services.handed_in.",
    )
    appraised_value = models.JSONField(null=True)
    appraised_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    appraised_explanation = models.CharField(max_length=500, blank=True)
    appraisal_reason = models.TextField(blank=True)
    appraised_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    pre_accepted = models.BooleanField(default=False, help_text="Computed by rule and fully evidenced: proposed.")
    flagged = models.BooleanField(default=False, help_text="Yêu cầu giải trình.")
    question = models.TextField(blank=True, help_text="What the appraiser asks of a flagged row.")
    answer_draft = models.TextField(blank=True, help_text="The unit's explanation as typed; not sent yet.")
    answer = models.TextField(blank=True, help_text="The unit's explanation as its head sent it; only this counts.")
    final_value = models.JSONField(null=True)
    final_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    final_explanation = models.CharField(max_length=500, blank=True)
    final_reason = models.TextField(blank=True)
    final_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
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
            models.CheckConstraint(
                condition=Q(final_points__isnull=True)
                | Q(final_points__gte=-F("max_points"), final_points__lte=F("max_points")),
                name="row_final_points_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion.code} – {self.scorecard}"

    @property
    def own_files(self) -> list["RowEvidence"]:
        """The files of the unit, handed in or added when it explained; read with `evidence_uses`."""
        return [use for use in self.evidence_uses.all() if use.phase in UNIT_FILES]

    @property
    def being_changed(self) -> bool:
        """Whether the unit changed the row under an unlock and has not handed it in again; nothing of it counts yet."""
        return self.handed_in is not None

    @property
    def result_value(self) -> Any:
        """The value that counts: of appraisal 2 where there was one, else of appraisal 1."""
        return self.appraised_value if self.final_points is None else self.final_value

    @property
    def result_points(self) -> Decimal | None:
        """The points that count; None while nobody appraised the row."""
        return self.appraised_points if self.final_points is None else self.final_points

    @property
    def result_explanation(self) -> str:
        """How the points that count came about."""
        return self.appraised_explanation if self.final_points is None else self.final_explanation


UNIT_FILES = (EvidencePhase.SELF, EvidencePhase.EXPLANATION)
_PHASE_NOTES = {
    EvidencePhase.APPRAISAL: "bên thẩm định đưa ra",
    EvidencePhase.EXPLANATION: "bổ sung khi giải trình",
    EvidencePhase.REAPPRAISAL: "bên thẩm định đưa ra ở lần 2",
}


class RowEvidence(EvidenceUse):
    """Minh chứng của một dòng phiếu, in the step (column) in which it was attached.

    Table and columns are those of the plain link it replaced.
    """

    row = models.ForeignKey(
        ScorecardRow, on_delete=models.CASCADE, related_name="evidence_uses", db_column="scorecardrow_id"
    )
    evidence = models.ForeignKey("reform_tasks.Evidence", on_delete=models.CASCADE, related_name="row_uses")
    phase = models.CharField(max_length=12, choices=EvidencePhase, default=EvidencePhase.SELF)

    class Meta:
        db_table = "emulation_scorecardrow_evidence"
        unique_together = (("row", "evidence"),)
        ordering = ("evidence__uploaded_at", "evidence_id")

    def __str__(self) -> str:
        return f"{self.evidence} – {self.row}"

    @property
    def phase_note(self) -> str:
        """Who attached it when, in words; "" for what the unit handed in."""
        return _PHASE_NOTES.get(EvidencePhase(self.phase), "")


class SecondCheck(models.Model):
    """Thẩm định độc lập lần hai of one row drawn at random; the checker does not see the first appraiser's points.

    Saved once, together with what it is compared with: the first points and their appraiser at that moment, and the
    unit's value both looked at. Nothing that happens to the row afterwards moves the agreement figure.
    """

    row = models.OneToOneField(ScorecardRow, on_delete=models.CASCADE, related_name="second_check")
    drawn_at = models.DateTimeField(auto_now_add=True)
    value = models.JSONField(null=True)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    note = models.TextField(blank=True)
    checked_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField(null=True)
    first_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    first_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    self_value = models.JSONField(null=True, help_text="What the unit had declared when the two were compared.")

    class Meta:
        ordering = ("row__scorecard__unit__position", "row__criterion__position")
        constraints = (
            models.CheckConstraint(
                condition=Q(first_by=None) | Q(checked_by=None) | ~Q(first_by=F("checked_by")),
                name="second_check_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.row} – lần hai"


class Veto(models.Model):
    """Trường hợp khống chế set by a person on one unit of one round, with its reason and decision (scoring.md 4.4)."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="vetoes")
    effect = models.CharField(max_length=16, choices=VetoEffect)
    grade = models.CharField(max_length=30, blank=True, help_text="Code of the highest grade left (max_grade).")
    steps = models.PositiveSmallIntegerField(default=0, help_text="Grades down (minus_grades).")
    reason = models.CharField(max_length=300)
    decision_number = models.CharField(max_length=40)
    decision_on = models.DateField()
    set_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("set_at", "id")

    def __str__(self) -> str:
        return f"{self.get_effect_display()} – {self.scorecard}"
