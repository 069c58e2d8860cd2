"""The ranking of a round, made once and frozen at publication."""

from django.db import models


class Ranking(models.Model):
    """Bảng xếp hạng of a round. `snapshot` is written when ranked; publication adds the decision."""

    round = models.OneToOneField("emulation.Round", on_delete=models.PROTECT, related_name="ranking")
    snapshot = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    ranked_at = models.DateTimeField()
    ranked_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    decision_number = models.CharField(max_length=40, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)

    def __str__(self) -> str:
        return f"Xếp hạng – {self.round}"


class RankingEntry(models.Model):
    """Một dòng xếp hạng. Equal points share a rank; the next rank counts the sharers (1, 1, 3)."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="entries")
    scorecard = models.ForeignKey("emulation.Scorecard", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="ranking_entries")
    block = models.ForeignKey("units.Block", on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=7, decimal_places=2)
    applicable_max = models.DecimalField(max_digits=7, decimal_places=2)
    index = models.DecimalField(max_digits=7, decimal_places=2)
    rank = models.PositiveSmallIntegerField()
    shared = models.BooleanField(default=False)
    grade_code = models.CharField(max_length=30)
    grade_name = models.CharField(max_length=60)
    explanation = models.CharField(max_length=500)

    class Meta:
        ordering = ("block__position", "rank", "unit__position")
        constraints = (models.UniqueConstraint(fields=("ranking", "unit"), name="ranking_entry_once"),)

    def __str__(self) -> str:
        return f"{self.rank}. {self.unit}"
