"""In-app notices and the morning's digest."""

from django.db import models

from units.enums import NoticeKind


class Digest(models.Model):
    """Bản tin buổi sáng của một người: what waited on that morning, as it was then.

    One row per person and day, also when there was nothing to tell (no sections then, and no notice): the row is
    what keeps a second digest from going out.
    """

    user = models.ForeignKey("units.User", on_delete=models.CASCADE, related_name="digests")
    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    title = models.CharField(max_length=200, blank=True)
    sections = models.JSONField(default=list, help_text="units.digests.Section as data.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-day", "-pk")
        constraints = (models.UniqueConstraint(fields=("user", "day"), name="digest_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.title}"


class Notification(models.Model):
    """Thông báo cho một người. Only an `instant` one counts at the bell; the others are gathered by a digest."""

    user = models.ForeignKey("units.User", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NoticeKind, default=NoticeKind.INFO)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    instant = models.BooleanField(default=True)
    digest = models.ForeignKey(Digest, on_delete=models.SET_NULL, null=True, related_name="told")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("user", "read_at"), name="notice_unread"),)

    def __str__(self) -> str:
        return self.text
