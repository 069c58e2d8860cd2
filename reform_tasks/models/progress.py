"""What a unit reports on an occurrence, what was accepted in part, and what it said by telephone."""

from django.db import models
from django.db.models import Q

from ninhgiang import points
from reform_tasks.enums import Outcome, PhoneState, ReportState


class ResultContent(models.Model):
    """Nội dung kết quả: words, a document, a quantity, or all of them, as the task asks (Task.result_kind)."""

    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    result = models.TextField(blank=True, help_text="Kết quả bằng lời.")
    note = models.TextField(blank=True)
    document_number = models.CharField(max_length=100, blank=True, help_text="Số, ký hiệu: 12/QĐ-UBND")
    document_on = models.DateField(null=True, blank=True, help_text="Day of signing; decides whether it came in time.")
    document_title = models.CharField(max_length=500, blank=True, help_text="Trích yếu")
    document_signer = models.CharField(max_length=200, blank=True, help_text="Người ký")
    quantity_done = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, help_text="Tử số")
    quantity_total = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, help_text="Mẫu số")
    quantity_unit = models.CharField(max_length=60, blank=True, help_text="Đơn vị tính: hồ sơ")

    class Meta:
        abstract = True


# What a copy of a result carries from one row to another.
RESULT_FIELDS = (
    "outcome",
    "result",
    "note",
    "document_number",
    "document_on",
    "document_title",
    "document_signer",
    "quantity_done",
    "quantity_total",
    "quantity_unit",
)

_QUANTITY = (Q(quantity_done__isnull=True) | Q(quantity_done__gte=0)) & (
    Q(quantity_total__isnull=True) | Q(quantity_total__gt=0)
)


class ProgressReport(ResultContent):
    """Báo cáo tiến độ: created on the first save, moved by REPORT_MOVES; its history is in AuditEntry."""

    occurrence = models.OneToOneField("reform_tasks.Occurrence", on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=12, choices=ReportState, default=ReportState.DRAFT)
    evidence = models.ManyToManyField(
        "reform_tasks.Evidence", through="reform_tasks.ReportEvidence", related_name="reports", blank=True
    )
    handed_at = models.DateTimeField(null=True, help_text="Last time an officer handed it to the head.")
    handed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    submitted_at = models.DateTimeField(null=True, help_text="What counts: the sending, or the call it confirmed.")
    submitted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    review_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "handed"]) | Q(submitted_at__isnull=False),
                name="report_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "partly"]) | ~Q(review_reason=""), name="report_returned_has_reason"
            ),
            models.CheckConstraint(condition=_QUANTITY, name="report_quantity_is_possible"),
        )

    def __str__(self) -> str:
        return f"{self.occurrence} – {self.get_state_display()}"


class AcceptedPart(models.Model):
    """Phần đã được chấp nhận: what the reviewer took of one sending, and what is still missing (decision 0020)."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="parts")
    submitted_at = models.DateTimeField(help_text="The sending it belongs to.")
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="Of the reported total.")
    quantity_total = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    quantity_unit = models.CharField(max_length=60, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    missing = models.TextField(help_text="Còn thiếu gì.")
    reason = models.TextField()

    class Meta:
        ordering = ("accepted_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lt=100), name="part_is_a_part"),
            models.CheckConstraint(condition=~Q(missing="") & ~Q(reason=""), name="part_is_explained"),
        )

    def __str__(self) -> str:
        return f"{self.report} – {points.show(self.percent)} %"


class PhoneEntry(ResultContent):
    """Nội dung đơn vị báo qua điện thoại, typed by Văn phòng; no report until the unit's head confirms it."""

    occurrence = models.ForeignKey("reform_tasks.Occurrence", on_delete=models.PROTECT, related_name="phone_entries")
    state = models.CharField(max_length=12, choices=PhoneState, default=PhoneState.PENDING)
    caller = models.CharField(max_length=120, help_text="Người của đơn vị đã gọi.")
    called_at = models.DateTimeField()
    typed_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField()
    decided_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-typed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("occurrence",), condition=Q(state="pending"), name="phone_entry_one_pending"
            ),
            models.CheckConstraint(condition=_QUANTITY, name="phone_entry_quantity_is_possible"),
        )

    def __str__(self) -> str:
        return f"{self.occurrence} – {self.caller}"
