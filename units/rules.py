"""Who holds which role. Every app's rules start from these predicates; nothing else reads Role rows."""

from collections.abc import Collection, Iterable

from django.http import HttpRequest

from ninhgiang.errors import Refused

from .enums import RoleKind
from .models import Job, Role, Unit, User


class SignedInRequest(HttpRequest):
    """A request of a signed-in person, for type checking only."""

    user: User  # type: ignore[assignment]


def held_roles(user: User) -> list[Role]:
    """Return the person's roles with their units, read once per request (kept on the user object)."""
    if not user.is_authenticated or not user.is_active:
        return []
    kept: dict[str, list[Role]] = vars(user)
    if "held_roles" not in kept:
        roles = Role.objects.filter(user=user).select_related("unit", "unit__parent", "unit__block")
        kept["held_roles"] = list(roles)
    return kept["held_roles"]


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


def ids_with_past(units: Iterable[Unit]) -> set[int]:
    """Return the ids of units and of those they took over, whose past they still answer for."""
    return {pk for unit in units for pk in (unit.pk, *unit.inherited_ids)}


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


JOB_FOLLOWERS = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER, RoleKind.ADMINISTRATOR})
AUDIT_READERS = frozenset({RoleKind.ADMINISTRATOR, RoleKind.LEADER, RoleKind.OFFICE})
# The administrator sees no unpublished score by default, so not the history of scoring either.
SCORE_READERS = frozenset({RoleKind.LEADER, RoleKind.OFFICE})


def may_follow_job(user: User, job: Job) -> bool:
    """Tell whether the person asked for the job or holds a role of the issuer that answers for such work."""
    return job.requested_by_id == user.pk or holds(user, JOB_FOLLOWERS, job.issuer)


def issuer_where(user: User, kinds: Collection[str], *, doing: str) -> Unit:
    """Return the issuer at which the person holds one of `kinds`.

    Raises Refused (403) with who can help otherwise; `doing` completes "Chỉ … mới được".
    """
    issuer = issuer_of(user)
    if issuer is None:
        raise Refused("Tài khoản của bạn chưa được giao vai trò nào. Hãy liên hệ người quản trị của xã.")
    require(user, kinds, issuer, doing=doing)
    return issuer
