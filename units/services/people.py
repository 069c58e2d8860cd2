"""Accounts: made, changed and given roles by the administrator; nobody registers by himself."""

import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from ninhgiang.errors import DomainError, Stale
from units.enums import UNIT_ROLES, RoleKind
from units.models import Role, Unit, User
from units.rules import issuer_of

from .audit import record_audit

# Letters and digits that nobody mixes up when reading them aloud (no 0/o, 1/l/i).
_CLEAR_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"

_PERSON_LABELS = {"full_name": "Họ và tên", "job_title": "Chức vụ", "email": "Thư điện tử", "unit": "Đơn vị"}


def temporary_password() -> str:
    """Return a random password to be read out once: three groups of four clear signs (59 bits)."""
    return "-".join("".join(secrets.choice(_CLEAR_SIGNS) for _ in range(4)) for _ in range(3))


def _check_role_place(kind: str, issuer: Unit, unit: Unit | None) -> None:
    if kind in UNIT_ROLES and (unit is None or unit.parent_id != issuer.pk):
        raise DomainError("Vai trò này cần chọn một đơn vị trực thuộc.", field="unit")


@transaction.atomic
def create_person(
    *,
    by: User | None,
    issuer: Unit,
    username: str,
    full_name: str,
    unit: Unit,
    job_title: str = "",
    email: str = "",
    role_kind: str = "",
) -> tuple[User, str]:
    """Open an account with a temporary password that must be changed at the first sign-in.

    `role_kind` is the first role, held at `unit` for unit roles and at the issuer for all others; "" gives none.
    Returns the account and the password, which is stored nowhere else. Raises DomainError (field "username")
    when the name is taken, whatever its case.
    """
    _check_role_place(role_kind, issuer, unit)
    password = temporary_password()
    person = User(
        username=username.lower(),
        full_name=full_name,
        job_title=job_title,
        unit=unit,
        email=email,
        password=make_password(password),
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise DomainError("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.", field="username") from None
    if role_kind:
        Role.objects.create(user=person, unit=unit if role_kind in UNIT_ROLES else issuer, kind=role_kind)
    record_audit(
        actor=by,
        action="create_person",
        summary=f"Tạo tài khoản {person.username} ({person.full_name})",
        target=person,
        issuer=issuer,
        unit=unit,
        after={"username": person.username, "full_name": full_name, "unit": unit.name, "role": role_kind},
    )
    return person, password


@transaction.atomic
def change_person(
    *, by: User, issuer: Unit, person: User, version: int, full_name: str, unit: Unit, job_title: str, email: str
) -> User:
    """Correct the name, job title, unit or address of a person.

    `version` is the one the form was filled from; Stale (409) shows both values when somebody was faster.
    """
    wanted: dict[str, Any] = {"full_name": full_name, "unit": unit, "job_title": job_title, "email": email}
    before = User.objects.select_related("unit").get(pk=person.pk)
    moved = User.objects.filter(pk=person.pk, version=version).update(version=F("version") + 1, **wanted)
    if not moved:
        raise Stale(
            "Người khác vừa sửa tài khoản này. Hãy xem bản mới nhất rồi sửa lại.",
            theirs={label: str(getattr(before, name)) for name, label in _PERSON_LABELS.items()},
            mine={label: str(wanted[name]) for name, label in _PERSON_LABELS.items()},
        )
    changed = [name for name in wanted if getattr(before, name) != wanted[name]]
    record_audit(
        actor=by,
        action="change_person",
        summary=f"Sửa thông tin tài khoản {before.username}",
        target=before,
        issuer=issuer,
        before={name: str(getattr(before, name)) for name in changed},
        after={name: str(wanted[name]) for name in changed},
    )
    return User.objects.get(pk=person.pk)


@transaction.atomic
def reset_password(*, by: User, issuer: Unit, person: User) -> str:
    """Give a person a new temporary password, to be changed at the next sign-in; open sessions end. Returns it."""
    password = temporary_password()
    User.objects.filter(pk=person.pk).update(password=make_password(password), must_change_password=True)
    record_audit(
        actor=by,
        action="reset_password",
        summary=f"Đặt lại mật khẩu của {person.username}",
        target=person,
        issuer=issuer,
    )
    return password


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Store the person's own new password (already validated) and lift the duty to change it."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record_audit(
        actor=user,
        action="change_own_password",
        summary="Đổi mật khẩu",
        target=user,
        issuer=issuer_of(user),
        unit=user.unit,
    )


@transaction.atomic
def set_person_active(*, by: User, issuer: Unit, person: User, active: bool) -> None:
    """Lock or reopen an account; a locked person's sessions end at the next click.

    Raises DomainError when administrators would lock themselves out.
    """
    if not active and person.pk == by.pk:
        raise DomainError("Bạn không thể tự khóa tài khoản của mình.")
    if not User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        return
    record_audit(
        actor=by,
        action="set_person_active",
        summary=f"{'Mở lại' if active else 'Khóa'} tài khoản {person.username}",
        target=person,
        issuer=issuer,
        before={"is_active": not active},
        after={"is_active": active},
    )


@transaction.atomic
def add_role(*, by: User | None, issuer: Unit, person: User, kind: str, unit: Unit | None = None) -> Role:
    """Give a person a role: unit roles at `unit`, all others at the issuer. A role already held stays one.

    Raises DomainError (field "unit") when a unit role comes without a unit below this issuer.
    """
    _check_role_place(kind, issuer, unit)
    place = unit if kind in UNIT_ROLES else issuer
    role, created = Role.objects.get_or_create(user=person, unit=place, kind=kind)
    if created:
        record_audit(
            actor=by,
            action="add_role",
            summary=f"Giao vai trò {RoleKind(kind).label} tại {role.unit.short_name} cho {person.username}",
            target=person,
            issuer=issuer,
            unit=role.unit,
            after={"role": kind, "unit": role.unit.name},
        )
    return role


@transaction.atomic
def remove_role(*, by: User, issuer: Unit, role: Role) -> None:
    """Take a role away. Raises DomainError when administrators would give up their own administration."""
    if role.kind == RoleKind.ADMINISTRATOR and role.user_id == by.pk:
        raise DomainError("Bạn không thể tự bỏ vai trò Quản trị của mình. Hãy nhờ người quản trị khác.")
    record_audit(
        actor=by,
        action="remove_role",
        summary=f"Bỏ vai trò {role.get_kind_display()} tại {role.unit.short_name} của {role.user.username}",
        target=role.user,
        issuer=issuer,
        unit=role.unit,
        before={"role": role.kind, "unit": role.unit.name},
    )
    role.delete()


@transaction.atomic
def record_sign_in(*, user: User) -> None:
    """Note in the audit log that a person signed in; failed tries are counted by django-axes."""
    record_audit(
        actor=user,
        action="sign_in",
        summary="Đăng nhập",
        target=user,
        issuer=issuer_of(user),
        unit=user.unit,
    )
