"""Files that prove a result, where they are used, and what was read in them."""

import uuid

from django.db import models

from reform_tasks.enums import ReadingState
from reform_tasks.page_ranges import first_page


def evidence_path(evidence: "Evidence", _name: str) -> str:
    """Return the stored path: a random name, the original one is kept in the row only."""
    return f"evidence/{evidence.id.hex[:2]}/{evidence.id.hex}"


class Evidence(models.Model):
    """Tài liệu kiểm chứng of one unit; the same bytes are stored once per unit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="evidence")
    uploaded_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=255)
    document_number = models.CharField(max_length=100, blank=True, help_text="Số, ký hiệu: typed, else as read.")
    document_on = models.DateField(null=True, blank=True, help_text="Ngày văn bản: typed, else as read.")
    search_text = models.TextField(blank=True, help_text="Name and number folded; written by services only.")
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=evidence_path)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-uploaded_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("unit", "sha256"), name="evidence_once_per_unit"),)
        indexes = (models.Index(fields=("sha256",), name="evidence_by_content"),)

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_pdf(self) -> bool:
        """Whether the file has pages that can be named."""
        return self.content_type == "application/pdf"

    @property
    def is_image(self) -> bool:
        """Whether the browser shows the file as a picture."""
        return self.content_type.startswith("image/")


class EvidenceReading(models.Model):
    """Kết quả đọc tệp PDF: pages, number and date on the paper, digital signatures. The row is the job's outbox.

    `signatures` is a list of {"signer", "organisation", "at" (ISO moment or ""), "intact", "changed_after"}.
    """

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="reading")
    state = models.CharField(max_length=10, choices=ReadingState, default=ReadingState.QUEUED)
    page_count = models.PositiveIntegerField(null=True)
    has_text = models.BooleanField(null=True, help_text="False: a scan without a text layer.")
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True)
    signatures = models.JSONField(default=list)
    signed_on = models.DateField(null=True, help_text="Day of the first digital signature, in Vietnam.")
    note = models.CharField(max_length=300, blank=True, help_text="Why something could not be read.")
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.evidence} – {self.get_state_display()}"


class EvidenceUse(models.Model):
    """Một lần dùng minh chứng: which pages of a file prove this place ("3-5, 9"; "" the whole file)."""

    pages = models.CharField(max_length=100, blank=True)

    # Filled by queries that know the deadline and the reader; never stored. `hidden`: not this reader's to see yet.
    flags: list[object]
    hidden = False

    class Meta:
        abstract = True

    @property
    def first_page(self) -> int | None:
        """The page at which the file is opened."""
        return first_page(self.pages)


class ReportEvidence(EvidenceUse):
    """Minh chứng của một báo cáo tiến độ. Table and columns are those of the plain link it replaced."""

    report = models.ForeignKey(
        "reform_tasks.ProgressReport",
        on_delete=models.CASCADE,
        related_name="evidence_uses",
        db_column="progressreport_id",
    )
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="report_uses")

    class Meta:
        db_table = "reform_tasks_progressreport_evidence"
        unique_together = (("report", "evidence"),)
        ordering = ("evidence__uploaded_at", "evidence_id")

    def __str__(self) -> str:
        return f"{self.evidence} – {self.report}"
