"""First list of units and heads proposed for giấy khen, and the dated numbers its money rests on."""

from django.db import models

from emulation.enums import AwardObject, AwardState


class BaseSalary(models.Model):
    """Lương cơ sở, đồng a month, by the day it takes effect (Nghị định 73/2024, Nghị định 161/2026; emulation.md 1)."""

    effective_from = models.DateField(unique=True)
    amount = models.PositiveIntegerField()
    legal_basis = models.CharField(max_length=200)

    class Meta:
        ordering = ("effective_from",)

    def __str__(self) -> str:
        return f"{self.amount} từ {self.effective_from:%d/%m/%Y}"


class AwardMultiplier(models.Model):
    """Hệ số tiền thưởng of giấy khen by object and day (Nghị định 152/2025; emulation.md 11.1)."""

    object_kind = models.CharField(max_length=10, choices=AwardObject)
    effective_from = models.DateField()
    multiplier = models.DecimalField(max_digits=6, decimal_places=3)
    legal_basis = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False, help_text="Read in the text, not inferred.")

    class Meta:
        ordering = ("object_kind", "effective_from")
        constraints = (models.UniqueConstraint(fields=("object_kind", "effective_from"), name="award_multiplier_once"),)

    def __str__(self) -> str:
        return f"{self.get_object_kind_display()}: {self.multiplier}"


class AwardProposal(models.Model):
    """Danh sách đề nghị tặng giấy khen drawn from one published ranking by a stated rule."""

    ranking = models.OneToOneField("emulation.Ranking", on_delete=models.PROTECT, related_name="award_proposal")
    decision_on = models.DateField(help_text="Expected day of the decision; decides the base salary.")
    max_rank = models.PositiveSmallIntegerField(default=1, help_text="Place in the block, at most.")
    min_grade_code = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Đề nghị khen thưởng – {self.ranking.round}"


class AwardCandidate(models.Model):
    """Một đối tượng được xét; `checks` lists each condition with value, threshold and whether it holds."""

    proposal = models.ForeignKey(AwardProposal, on_delete=models.CASCADE, related_name="candidates")
    entry = models.ForeignKey("emulation.RankingEntry", on_delete=models.PROTECT, related_name="+")
    object_kind = models.CharField(max_length=10, choices=AwardObject)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    eligible = models.BooleanField()
    checks = models.JSONField(default=list)
    multiplier = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    base_salary = models.PositiveIntegerField(null=True)
    amount = models.PositiveIntegerField(null=True, help_text="Đồng, rounded up to 10 000.")
    included = models.BooleanField(default=True)
    exclusion_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("entry__block__position", "entry__rank", "entry__unit__position", "-object_kind")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "entry", "object_kind"), name="award_candidate_once"),
        )

    def __str__(self) -> str:
        return self.name
