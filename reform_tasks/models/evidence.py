"""Files that prove a result."""

import uuid

from django.db import models


def evidence_path(evidence: "Evidence", _name: str) -> str:
    """Return the stored path: a random name, the original one is kept in the row only."""
    return f"evidence/{evidence.id.hex[:2]}/{evidence.id.hex}"


class Evidence(models.Model):
    """Tài liệu kiểm chứng of one unit; the same bytes are stored once per unit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="evidence")
    uploaded_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=evidence_path)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = (models.UniqueConstraint(fields=("unit", "sha256"), name="evidence_once_per_unit"),)

    def __str__(self) -> str:
        return self.original_name
