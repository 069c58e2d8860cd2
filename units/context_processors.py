"""What the frame of every page shows: the menu, unread notices, the commune, the person's roles."""

from typing import Any

from django.http import HttpRequest

from .enums import UNIT_ROLES, RoleKind
from .models import Notification, Role
from .navigation import menu
from .rules import held_roles, issuer_of


def people(request: HttpRequest) -> dict[str, Any]:
    """Return nav_groups, unread_notices, issuer and role_text; two queries however many roles a person holds."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav_groups": [], "unread_notices": 0, "issuer": None, "role_text": ""}
    roles = held_roles(user)
    kinds = set() if user.must_change_password else {role.kind for role in roles}
    return {
        "nav_groups": [] if user.must_change_password else menu(kinds, request.path),
        "unread_notices": Notification.objects.filter(user=user, read_at=None, instant=True).count(),
        "issuer": issuer_of(user),
        "role_text": role_words(roles),
    }


def role_words(roles: list[Role]) -> str:
    """Name the roles for the frame, without repeating a kind held at several units: "Thủ trưởng đơn vị"."""
    kinds = {role.kind for role in roles}
    return ", ".join(_short(kind) for kind in RoleKind if kind in kinds)


def _short(kind: RoleKind) -> str:
    """Drop the office in brackets or before them: the frame names the unit beside the role."""
    label = str(kind.label)
    if kind in UNIT_ROLES or "(" not in label:
        return label
    office, _, task = label.partition(" (")
    return office if kind == RoleKind.OBSERVER else task.rstrip(")").capitalize()
