"""The ranking of a round, its published versions, and the nightly proof of each."""

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
    index = models.DecimalField(max_digits=9, decimal_places=4)
    rank = models.PositiveSmallIntegerField(null=True, help_text="In the block; null: out of the ranking.")
    overall_rank = models.PositiveSmallIntegerField(null=True)
    shared = models.BooleanField(default=False)
    grade_code = models.CharField(max_length=30)
    grade_name = models.CharField(max_length=60)
    original_grade_code = models.CharField(max_length=30, blank=True, help_text="Before vetoes.")
    original_grade_name = models.CharField(max_length=60, blank=True)
    award_allowed = models.BooleanField(default=True)
    veto_explanation = models.TextField(blank=True)
    head_grade_code = models.CharField(max_length=30, blank=True)
    head_grade_name = models.CharField(max_length=60, blank=True)
    head_explanation = models.CharField(max_length=500, blank=True)
    explanation = models.TextField()

    class Meta:
        ordering = ("block__position", "rank", "unit__position")
        constraints = (models.UniqueConstraint(fields=("ranking", "unit"), name="ranking_entry_once"),)

    def __str__(self) -> str:
        return f"{self.rank}. {self.unit}"


class PublishedVersion(models.Model):
    """Bản công bố: the whole result as it was published, never changed; a later change is the next number."""

    round = models.ForeignKey("emulation.Round", on_delete=models.PROTECT, related_name="published_versions")
    number = models.PositiveSmallIntegerField()
    # {"ranking": {...}, "scorecards": [...]}: everything the result is recomputed from.
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    decision_number = models.CharField(max_length=40)
    decision_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, help_text="Why a further version was needed.")
    changes = models.JSONField(default=list, blank=True, help_text="Differences from the version before.")

    class Meta:
        ordering = ("round", "number")
        constraints = (models.UniqueConstraint(fields=("round", "number"), name="published_version_once"),)

    def __str__(self) -> str:
        return f"{self.round} – bản {self.number}"


class SnapshotCheck(models.Model):
    """One nightly recomputation of one published version: `differences` empty means it is proved."""

    version = models.ForeignKey(PublishedVersion, on_delete=models.CASCADE, related_name="checks")
    checked_at = models.DateTimeField()
    ok = models.BooleanField()
    differences = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-checked_at", "-id")

    def __str__(self) -> str:
        return f"{self.version} – {'khớp' if self.ok else 'lệch'}"
