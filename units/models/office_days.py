"""Days on which an office works or rests against the calendar."""

from django.db import models

from units.enums import OfficeDayKind


class OfficeDay(models.Model):
    """Ngày nghỉ, nghỉ bù hoặc làm bù the issuer was told about and the public holidays do not know."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="office_days")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=OfficeDayKind)
    reason = models.CharField(max_length=200, help_text="Nghỉ bù Quốc khánh; Công văn số …")

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("issuer", "day"), name="office_day_once"),)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} – {self.get_kind_display()}"
