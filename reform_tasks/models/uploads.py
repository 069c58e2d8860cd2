"""Files on their way: pieces received so far."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class EvidenceUpload(models.Model):
    """Tệp đang tải lên từng phần. The bytes lie at `path`; only the first `received` of them count.

    One open row per person, unit and file (name, size, SHA-256): that is how an upload is found again on another day.
    A finished row stays for a day, so that finishing twice gives the same file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    evidence = models.ForeignKey("reform_tasks.Evidence", on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ("-touched_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "unit", "sha256", "size", "name"),
                condition=Q(evidence__isnull=True),
                name="upload_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_within_size"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the received bytes lie."""
        return Path(settings.MEDIA_ROOT) / "uploads" / self.id.hex

    @property
    def percent(self) -> int:
        """How much has arrived, whole percent."""
        return self.received * 100 // self.size if self.size else 0
