"""The yearly plan: areas, tasks, who does them and when each is due."""

import uuid

from django.db import models
from django.db.models import Q

from reform_tasks.enums import AssignmentPart, DeadlineKind, ResultKind


class Plan(models.Model):
    """Kế hoạch CCHC của một năm, imported from its appendix."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="plans")
    number = models.CharField(max_length=40, help_text="Số, ký hiệu: 14/KH-UBND")
    issued_on = models.DateField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    source_name = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64)
    imported_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    imported_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Khóa sổ: nothing is reported afterwards.")
    notes = models.JSONField(default=list, blank=True, help_text="Ghi chú dưới bảng của phụ lục, line by line.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-year", "-issued_on")
        constraints = (models.UniqueConstraint(fields=("issuer", "number", "year"), name="plan_once"),)

    def __str__(self) -> str:
        return f"{self.number} ngày {self.issued_on:%d/%m/%Y}"


class Area(models.Model):
    """Lĩnh vực, the Roman-numbered rows of the appendix."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="areas")
    numeral = models.CharField(max_length=8)
    name = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("plan", "numeral"), name="area_once"),)

    def __str__(self) -> str:
        return f"{self.numeral}. {self.name}"


class Task(models.Model):
    """Nhiệm vụ: one numbered row, with the plan's own words kept beside what was understood."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="tasks")
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=1000)
    product = models.CharField(max_length=500, blank=True)
    lead_text = models.CharField(max_length=500)
    coordinating_text = models.CharField(max_length=500, blank=True)
    deadline_text = models.CharField(max_length=300)
    deadline_kind = models.CharField(max_length=20, choices=DeadlineKind)
    deadline_rule = models.JSONField(default=dict, help_text="reform_tasks.deadlines.rule_to_json")
    lead_open = models.BooleanField(default=False, help_text="Lead named later, e.g. 'Đơn vị được kiểm tra'.")
    result_kind = models.CharField(max_length=10, choices=ResultKind, default=ResultKind.EITHER)
    target_percent = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="Chỉ tiêu, % of numerator over denominator."
    )
    position = models.PositiveSmallIntegerField()
    search_text = models.TextField(blank=True, default="", editable=False, help_text="reform_tasks.search")
    added_by = models.ForeignKey(
        "reform_tasks.PlanAdjustment", on_delete=models.PROTECT, null=True, blank=True, related_name="added_tasks"
    )
    withdrawn_by = models.ForeignKey(
        "reform_tasks.PlanAdjustment", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_tasks"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="task_once"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments with the filter every list of today needs."""

    def current(self) -> "AssignmentQuerySet":
        """Return those that have not ended."""
        return self.filter(ended_on__isnull=True)


class Assignment(models.Model):
    """Phân công: one unit's part in one task. Ended, never deleted, once anything was reported under it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=12, choices=AssignmentPart)
    officer = models.ForeignKey(
        "units.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        help_text="Công chức được thủ trưởng giao theo dõi.",
    )
    share = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Stated share of the credit in %; null: not stated.",
    )
    ended_on = models.DateField(null=True, blank=True, help_text="Last day the part counted; null: it still does.")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("task", "unit"), condition=Q(ended_on__isnull=True), name="assignment_once"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=100), name="assignment_share_is_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} – {self.get_part_display()} – {self.task}"


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    """Occurrences with the one filter every count and list needs."""

    def live(self) -> "OccurrenceQuerySet":
        """Return those that still count: not withdrawn by an adjustment of the plan or of the units."""
        return self.filter(withdrawn_at__isnull=True)


class Occurrence(models.Model):
    """Kỳ thực hiện: one dated duty of a lead unit. `due_on` is null when it waits for an instruction.

    `due_on` is the day that counts: `planned_on` (the day the rule gave) moved by working days, granted extensions
    and accepted hindrances. A withdrawn occurrence stays for its history and counts nowhere.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="occurrences")
    label = models.CharField(max_length=60)
    due_on = models.DateField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    extended_to = models.DateField(null=True, blank=True, help_text="Last granted extension; services.extensions only.")
    paused_on = models.DateField(
        null=True, blank=True, help_text="The clock stands still since this day; services.hindrances only."
    )

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("assignment", "label"), condition=Q(withdrawn_at__isnull=True), name="occurrence_once"
            ),
        )
        indexes = (models.Index(fields=("due_on",), name="occurrence_due"),)

    def __str__(self) -> str:
        return f"{self.assignment.task.number} – {self.label}"


def source_path(plan_import: "PlanImport", _name: str) -> str:
    """Return the stored path of an uploaded appendix: a random name, the original one is kept in the row only."""
    return f"imports/{plan_import.id.hex[:2]}/{plan_import.id.hex}"


class PlanImport(models.Model):
    """Bản xem trước của một lần nhập phụ lục: what was read, what a person corrected, until confirmed.

    `source` is kept so that another sheet or other columns can be read. `decisions` holds {"tables": {name:
    corrections (workbook.correcting)}, "layouts": {name: Layout}, "names": {fold(name): what a person said of it}}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="+")
    uploaded_by = models.ForeignKey("units.User", on_delete=models.CASCADE, related_name="+", null=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.FileField(upload_to=source_path, null=True)
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    parsed = models.JSONField()
    decisions = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("issuer", "sha256"), name="plan_import_file"),)

    def __str__(self) -> str:
        return f"{self.file_name} – {self.number}"
