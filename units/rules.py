"""Who holds which role. Every app's rules start from these predicates; nothing else reads Role rows."""

from collections.abc import Collection

from django.http import HttpRequest

from ninhgiang.errors import Refused

from .enums import RoleKind
from .models import Role, Unit, User


class SignedInRequest(HttpRequest):
    """A request of a signed-in person, for type checking only."""

    user: User  # type: ignore[assignment]


def held_roles(user: User) -> list[Role]:
    """Return the person's roles with their units, read once per request (kept on the user object)."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_held_roles"):
        roles = Role.objects.filter(user=user).select_related("unit", "unit__parent", "unit__block")
        user._held_roles = list(roles)  # type: ignore[attr-defined]
    return user._held_roles  # type: ignore[attr-defined,no-any-return]


def kinds_at(user: User, unit: Unit) -> set[str]:
    """Return the role kinds the person holds at exactly this unit."""
    return {role.kind for role in held_roles(user) if role.unit_id == unit.pk}


def holds(user: User, kinds: str | Collection[str], unit: Unit) -> bool:
    """Tell whether the person holds one of `kinds` at this unit (commune roles are held at the issuer)."""
    wanted = {kinds} if isinstance(kinds, str) else set(kinds)
    return bool(wanted & kinds_at(user, unit))


def units_where(user: User, *kinds: str) -> list[Unit]:
    """Return the units at which the person holds one of `kinds`, in the order of the unit list."""
    units = {role.unit_id: role.unit for role in held_roles(user) if role.kind in kinds}
    return sorted(units.values(), key=lambda unit: unit.position)


def issuer_of(user: User) -> Unit | None:
    """Return the issuer the person works under: the unit of a role when it is an issuer, else its parent."""
    for role in held_roles(user):
        if role.unit.is_issuer:
            return role.unit
        if role.unit.parent is not None and role.unit.parent.is_issuer:
            return role.unit.parent
    return None


def require(user: User, kinds: str | Collection[str], unit: Unit, *, doing: str) -> None:
    """Raise Refused unless the person holds one of `kinds` at `unit`; `doing` completes "Chỉ … mới được"."""
    if holds(user, kinds, unit):
        return
    names = [RoleKind(kinds).label] if isinstance(kinds, str) else [RoleKind(kind).label for kind in sorted(kinds)]
    raise Refused(f"Chỉ {' hoặc '.join(names)} mới được {doing}.")
