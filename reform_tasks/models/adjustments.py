"""Changes of the plan in mid-year by a numbered decision."""

from django.db import models

from reform_tasks.enums import TaskChangeKind


class PlanAdjustment(models.Model):
    """Quyết định điều chỉnh kế hoạch: what it adds, changes and withdraws from its effective day on."""

    plan = models.ForeignKey("reform_tasks.Plan", on_delete=models.PROTECT, related_name="adjustments")
    number = models.CharField(max_length=40, help_text="Số, ký hiệu: 87/QĐ-UBND")
    decided_on = models.DateField()
    effective_on = models.DateField(help_text="Only what is due on this day or later changes.")
    reason = models.TextField()
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("effective_on", "pk")
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="plan_adjustment_once"),)

    def __str__(self) -> str:
        return f"{self.number} ngày {self.decided_on:%d/%m/%Y}"


class TaskChange(models.Model):
    """Một nhiệm vụ được thêm, sửa hoặc rút bởi quyết định điều chỉnh; `before` and `after` hold the changed fields."""

    adjustment = models.ForeignKey(PlanAdjustment, on_delete=models.PROTECT, related_name="changes")
    task = models.ForeignKey("reform_tasks.Task", on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=TaskChangeKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ("adjustment__effective_on", "task__position", "pk")
        constraints = (models.UniqueConstraint(fields=("adjustment", "task"), name="task_change_once"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.task}"
