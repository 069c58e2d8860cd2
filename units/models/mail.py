"""Letters that wait to be sent, as rows written together with what they tell."""

from django.db import models
from django.utils import timezone

from units.enums import MailKind, MailState


class Mail(models.Model):
    """Thư điện tử đi. The row is the outbox: the worker claims it, sends it and writes the outcome."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("units.User", on_delete=models.PROTECT, related_name="mail")
    kind = models.CharField(max_length=10, choices=MailKind)
    address = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=200, unique=True, help_text="The same at every attempt (RFC 5322 3.6.4).")
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, help_text="Vietnamese, for the administrator.")
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("state", "next_try_at"), name="mail_due"),)

    def __str__(self) -> str:
        return f"{self.subject} → {self.address}"
