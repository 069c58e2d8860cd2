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
    # A list of blocks {"type", "text"}: see reports.documents.blocks
    body = models.JSONField(default=list)
    # A list of tables with title, columns, rows and notes: see reports.documents.annexes
    annexes = models.JSONField(default=list, blank=True)
    recipients = models.JSONField(default=list)
    drafter = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    authority_lines = models.JSONField(default=list, help_text='["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", ...]')
    signer_name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    # A draft may know its month before its day ("ngày    tháng 01 năm 2026"); issued_on decides once it is there.
    month = models.PositiveSmallIntegerField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__gte=1, month__lte=12), name="document_month_in_year"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1), name="document_number_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (~Q(pdf="") & ~Q(pdf_sha256="")), name="document_issued_has_pdf"
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
