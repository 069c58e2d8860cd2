"""Changes of the plan in mid-year by a numbered decision."""

from django.db import models

from reform_tasks.enums import AdjustmentState, TaskChangeKind


class PlanAdjustment(models.Model):
    """Quyết định điều chỉnh kế hoạch: what it adds, changes and withdraws from its effective day on.

    A draft changes nothing; once applied it and its changes stay as they are.
    """

    plan = models.ForeignKey("reform_tasks.Plan", on_delete=models.PROTECT, related_name="adjustments")
    number = models.CharField(max_length=40, help_text="Số, ký hiệu: 87/QĐ-UBND")
    decided_on = models.DateField()
    effective_on = models.DateField(help_text="Only what is due on this day or later changes.")
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=AdjustmentState, default=AdjustmentState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("effective_on", "pk")
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="plan_adjustment_once"),)

    def __str__(self) -> str:
        return f"{self.number} ngày {self.decided_on:%d/%m/%Y}"


class TaskChange(models.Model):
    """Một nhiệm vụ được thêm, sửa hoặc rút bởi quyết định điều chỉnh; `before` and `after` hold the changed fields.

    In a draft `task` is null for what will be added, `before` is empty and `task_version` is that of the task the
    person saw; `after` has the keys of services.adjustments.TaskWords.
    """

    adjustment = models.ForeignKey(PlanAdjustment, on_delete=models.CASCADE, related_name="changes")
    task = models.ForeignKey("reform_tasks.Task", on_delete=models.PROTECT, related_name="changes", null=True)
    task_version = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=TaskChangeKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ("adjustment__effective_on", "task__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("adjustment", "task"), name="task_change_once"),
            models.CheckConstraint(
                condition=models.Q(kind=TaskChangeKind.ADD) | models.Q(task__isnull=False), name="task_change_has_task"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.task or self.after.get('title', '')}"
