"""Compiled results and files made from them."""

import uuid

from django.db import models


def export_path(export: "Export", _name: str) -> str:
    """Return where an export is stored: a random name outside the web root."""
    return f"exports/{export.id.hex}"


class Compilation(models.Model):
    """Tổng hợp kết quả of one round, as computed by the worker at one moment; never changed afterwards."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey("emulation.Round", on_delete=models.PROTECT, related_name="compilations")
    job = models.OneToOneField("units.Job", on_delete=models.PROTECT, related_name="compilation")
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Tổng hợp – {self.round}"


class Export(models.Model):
    """Tệp kết xuất (Excel) of a compilation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    compilation = models.ForeignKey(Compilation, on_delete=models.PROTECT, related_name="exports")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    file = models.FileField(upload_to=export_path)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.file_name
