"""Reminders: when the digest names a duty, what Phòng VHXH sent by hand, and the calendar people subscribe to."""

from django.db import models

DEFAULT_DAYS_BEFORE = (7, 3, 1)


def default_days_before() -> list[int]:
    """Return the days before a due day on which the digest names it, unless the issuer chose others."""
    return list(DEFAULT_DAYS_BEFORE)


class ReminderSettings(models.Model):
    """Cài đặt nhắc hạn của một xã; no row means the defaults."""

    issuer = models.OneToOneField("units.Unit", on_delete=models.CASCADE, related_name="reminder_settings")
    days_before = models.JSONField(default=default_days_before, help_text="Whole days, largest first; 0 is always on.")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.issuer}: {self.days_before}"


class Reminder(models.Model):
    """Lần đôn đốc: one text Phòng VHXH sent about one or more occurrences."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Đôn đốc ngày {self.created_at:%d/%m/%Y}"


class ReminderItem(models.Model):
    """Một kỳ trong một lần đôn đốc, with who was told about it."""

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="items")
    occurrence = models.ForeignKey("reform_tasks.Occurrence", on_delete=models.PROTECT, related_name="reminder_items")
    people = models.ManyToManyField("units.User", related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("reminder", "occurrence"), name="reminder_item_once"),)

    def __str__(self) -> str:
        return f"{self.reminder}: {self.occurrence}"


class CalendarFeed(models.Model):
    """Lịch đăng ký của một người. The address is a secret: only its hash is kept, a new one ends the old one."""

    user = models.OneToOneField("units.User", on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Lịch của {self.user}"
