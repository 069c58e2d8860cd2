"""Shared reads of units and people."""

from django.db.models import QuerySet

from .models import Unit, User
from .rules import issuer_of


def units_of(issuer: Unit) -> QuerySet[Unit]:
    """Return the active units below an issuer, in official order."""
    return Unit.objects.filter(parent=issuer, active=True).select_related("block").order_by("position", "name")


def people_with(kind: str, unit: Unit) -> QuerySet[User]:
    """Return the active people holding a role kind at a unit (commune roles: at the issuer)."""
    return User.objects.filter(roles__kind=kind, roles__unit=unit, is_active=True).order_by("full_name")


def visible_issuer_ids(user: User) -> list[int]:
    """Return the ids of the issuers whose records the person may see; empty for somebody without a role."""
    issuer = issuer_of(user)
    return [issuer.pk] if issuer else []
