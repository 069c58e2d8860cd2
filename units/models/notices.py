"""In-app notices."""

from django.db import models

from units.enums import NoticeKind


class Notification(models.Model):
    """Thông báo cho một người."""

    user = models.ForeignKey("units.User", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NoticeKind, default=NoticeKind.INFO)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("user", "read_at"), name="notice_unread"),)

    def __str__(self) -> str:
        return self.text
