"""Reads of what units have asked for: extensions and hindrances of open duties."""

from django.db.models import Q, QuerySet

from reform_tasks.enums import OPEN_HINDRANCES, ExtensionState
from reform_tasks.models import ExtensionRequest, HindranceClaim
from units.models import Unit

from .duties import FINAL_REPORT

_SHOWN = ("occurrence__assignment__unit", "occurrence__assignment__task")
_OPEN = Q(occurrence__withdrawn_at__isnull=True, occurrence__assignment__task__plan__closed_at__isnull=True) & ~(
    Q(occurrence__report__isnull=False) & FINAL_REPORT
)


def pending_extensions(issuer: Unit) -> QuerySet[ExtensionRequest]:
    """Return the requests that wait for the leader, oldest first, with unit and task."""
    found = ExtensionRequest.objects.filter(
        _OPEN, state=ExtensionState.PENDING, occurrence__assignment__task__plan__issuer=issuer
    )
    return found.select_related(*_SHOWN, "asked_by").order_by("asked_at", "pk")


def open_hindrances(issuer: Unit) -> QuerySet[HindranceClaim]:
    """Return the claims that wait for the reviewer or stop a clock, oldest first, with unit and task."""
    found = HindranceClaim.objects.filter(
        _OPEN, state__in=OPEN_HINDRANCES, occurrence__assignment__task__plan__issuer=issuer
    )
    return found.select_related(*_SHOWN, "claimed_by", "help_file").order_by("claimed_at", "pk")
