"""The made-up commune the bench commands measure on; the caller takes it back."""

from units.enums import RoleKind, UnitKind
from units.models import Block, Role, Unit, User


def measured_commune(unit_count: int) -> tuple[Unit, list[Unit]]:
    """Store an issuer "BENCH" with one block of divisions D00, D01, …; returns the issuer and its units."""
    issuer = Unit.objects.create(
        code="BENCH", name="UBND xã đo thử", short_name="Xã đo thử", kind=UnitKind.COMMITTEE, is_issuer=True
    )
    block = Block.objects.create(issuer=issuer, code="khoi", name="Khối đo thử")
    units = Unit.objects.bulk_create(
        Unit(
            parent=issuer,
            block=block,
            code=f"D{number:02}",
            name=f"Đơn vị đo thử số {number}",
            short_name=f"Đơn vị {number}",
            kind=UnitKind.DIVISION,
            position=number,
        )
        for number in range(unit_count)
    )
    return issuer, units


def measured_person(unit: Unit, kind: RoleKind) -> User:
    """Store a person who holds one role at a unit."""
    person = User.objects.create(username=f"bench.{unit.code}.{kind}", full_name="Người đo thử", unit=unit)
    Role.objects.create(user=person, unit=unit, kind=kind)
    return person
