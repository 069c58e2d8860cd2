"""Results published elsewhere: other years, the city's own index. Shown as history beside our rounds."""

from decimal import Decimal

from django.db import models


class PastRound(models.Model):
    """Kết quả nhập từ nơi khác: one publication, with the bands it is recomputed by."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="past_rounds")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField()
    publisher = models.CharField(max_length=200, blank=True)
    decision_number = models.CharField(max_length=40, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    # How index, rank and grade are recomputed: bands, rank style and decimals, as in a criteria set.
    bands = models.JSONField(default=list)
    rank_style = models.CharField(max_length=12, default="competition")
    index_decimals = models.PositiveSmallIntegerField(default=2)
    rank_scope = models.CharField(max_length=8, default="block", help_text="Ranks count in each block or over all.")
    area_names = models.JSONField(default=dict, blank=True, help_text="{code: name} of the columns with area scores.")
    source_name = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now=True)
    imported_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("-year", "code")
        constraints = (models.UniqueConstraint(fields=("issuer", "code"), name="past_round_once"),)

    def __str__(self) -> str:
        return self.name


class PastResult(models.Model):
    """One unit's published line, what we recompute from it, and the differences in Vietnamese."""

    past_round = models.ForeignKey(PastRound, on_delete=models.CASCADE, related_name="results")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="past_results", null=True)
    unit_name = models.CharField(max_length=300, help_text="As published; the unit may not be ours.")
    block_name = models.CharField(max_length=200, blank=True)
    area_points = models.JSONField(default=dict, blank=True)
    total = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    applicable_max = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    bonus = models.DecimalField(max_digits=9, decimal_places=4, default=0)
    penalty = models.DecimalField(max_digits=9, decimal_places=4, default=0)
    published_index = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    published_rank = models.PositiveSmallIntegerField(null=True)
    published_grade = models.CharField(max_length=60, blank=True)
    index = models.DecimalField(max_digits=9, decimal_places=4)
    rank = models.PositiveSmallIntegerField()
    shared = models.BooleanField(default=False)
    grade_code = models.CharField(max_length=30, blank=True)
    grade_name = models.CharField(max_length=60, blank=True)
    differences = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("past_round", "position")
        constraints = (
            models.UniqueConstraint(fields=("past_round", "block_name", "unit_name"), name="past_result_once"),
        )

    def __str__(self) -> str:
        return f"{self.unit_name} – {self.past_round}"

    @property
    def named_areas(self) -> list[tuple[str, Decimal]]:
        """(name of the area's column, points) in the file's order."""
        names = self.past_round.area_names
        return [(names.get(code, code), Decimal(points)) for code, points in self.area_points.items()]
