"""Scoring rounds, and what is unlocked in them for one unit."""

from django.db import models
from django.db.models import F, Q

from emulation.enums import LockPhase, RoundKind, RoundState


class Round(models.Model):
    """Đợt chấm điểm over one period with one criteria set."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="rounds")
    criteria_set = models.ForeignKey("emulation.CriteriaSet", on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=RoundKind, default=RoundKind.QUARTERLY)
    practice = models.BooleanField(default=False, help_text="Chấm thử: không tính vào kết quả nào.")
    period_start = models.DateField()
    period_end = models.DateField()
    self_score_from = models.DateField(null=True, help_text="Từ đầu ngày này; trống: ngay khi mở đợt.")
    self_score_until = models.DateField(help_text="Hết ngày này (giờ Việt Nam).")
    appraise_until = models.DateField(help_text="Hạn thẩm định lần 1.")
    explain_until = models.DateField(null=True, help_text="Hạn giải trình.")
    reappraise_until = models.DateField(null=True, help_text="Hạn thẩm định lần 2.")
    appeal_from = models.DateField(null=True, help_text="Ghi khi công bố: từ đầu ngày này; trống: ngay khi công bố.")
    appeal_until = models.DateField(null=True, help_text="Ghi khi công bố: hết ngày làm việc cuối để kiến nghị.")
    skipped_areas = models.JSONField(default=list, blank=True, help_text="Mã lĩnh vực không tính cho mọi đơn vị (R15).")
    sample_percent = models.PositiveSmallIntegerField(default=0, help_text="Tỷ lệ dòng thẩm định độc lập lần hai.")
    state = models.CharField(max_length=14, choices=RoundState, default=RoundState.DRAFT)
    archived_at = models.DateTimeField(
        null=True, help_text="Lưu trữ: không còn trong danh sách đang làm, vẫn đọc được."
    )
    archived_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-period_end", "-id")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "name"), name="round_once"),
            models.CheckConstraint(condition=Q(period_start__lte=F("period_end")), name="round_period_order"),
            models.CheckConstraint(condition=Q(self_score_until__lte=F("appraise_until")), name="round_dates_order"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        """The state in words; a practice round ends with its ranking."""
        return "Đã xếp hạng thử" if self.practice and self.state == RoundState.RANKED else str(self.get_state_display())


class Unlock(models.Model):
    """Mở khóa for one scorecard, or one row of it, until a moment, by the leader, with a reason (scoring.md 3.2)."""

    scorecard = models.ForeignKey("emulation.Scorecard", on_delete=models.CASCADE, related_name="unlocks")
    row = models.ForeignKey(
        "emulation.ScorecardRow", on_delete=models.CASCADE, related_name="unlocks", null=True, blank=True
    )
    phase = models.CharField(max_length=12, choices=LockPhase)
    until = models.DateTimeField()
    reason = models.TextField()
    granted_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, help_text="Ended before its time, or by handing in.")

    class Meta:
        ordering = ("-granted_at", "-id")

    def __str__(self) -> str:
        return f"{self.scorecard} – {self.get_phase_display()}"
