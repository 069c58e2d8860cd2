"""Official documents and the steps of their approval."""

import uuid

from django.db import models
from django.db.models import Q

from reports.enums import DocumentKind, DocumentState, SignStep


def pdf_path(document: "Document", _name: str) -> str:
    """Return where an issued PDF is stored: a random name outside the web root."""
    return f"documents/{document.id.hex}/{uuid.uuid4().hex}.pdf"


class Document(models.Model):
    """Văn bản. Editable as a draft only; at signing `content_sha256` freezes body, annexes, recipients and signer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=DocumentKind)
    title = models.CharField(max_length=500, help_text="Trích yếu")
    # [{"type": "basis"|"lead"|"heading"|"paragraph"|"item", "text": "..."}], see reports.documents.blocks
    body = models.JSONField(default=list)
    # [{"title": ..., "columns": [...], "rows": [[...]], "notes": [...]}]
    annexes = models.JSONField(default=list, blank=True)
    recipients = models.JSONField(default=list)
    drafter = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    authority_lines = models.JSONField(default=list, help_text='["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", ...]')
    signer_name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(null=True)
    issued_on = models.DateField(null=True)
    state = models.CharField(max_length=16, choices=DocumentState, default=DocumentState.DRAFT)
    compilation = models.ForeignKey(
        "reports.Compilation", on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    content_sha256 = models.CharField(max_length=64, blank=True)
    pdf = models.FileField(upload_to=pdf_path, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "kind", "year", "number"),
                condition=Q(number__isnull=False),
                name="document_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(number__isnull=False, issued_on__isnull=False),
                name="document_issued_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("signed", "issued")) | ~Q(content_sha256=""), name="document_signed_has_hash"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class SignOff(models.Model):
    """Một bước ký duyệt: who, when, on which bytes of content."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="sign_offs")
    step = models.CharField(max_length=16, choices=SignStep)
    actor = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_step_display()} – {self.actor}"
