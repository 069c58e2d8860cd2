"""Founding a commune: the issuer, its blocks and units."""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction

from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import fold
from units.enums import UnitKind
from units.models import Block, Unit, UnitAlias, User
from units.standard import BlockPlan, UnitPlan

from .audit import record_audit


@transaction.atomic
def found_commune(*, by: User | None, name: str, short_name: str, code: str, symbol: str, place: str) -> Unit:
    """Create the issuer (UBND xã) at the root of the tree; `symbol` and `place` are printed on its papers (NĐ 30/2020).

    Raises DomainError when an issuer with this code exists.
    """
    try:
        with transaction.atomic():
            issuer = Unit.objects.create(
                name=name,
                short_name=short_name,
                code=code,
                symbol=symbol,
                place=place,
                kind=UnitKind.COMMITTEE,
                is_issuer=True,
            )
    except IntegrityError:
        raise DomainError(f"Đã có đơn vị mang mã {code}.") from None
    record_audit(
        actor=by,
        action="found_commune",
        summary=f"Lập {name} trên hệ thống",
        target=issuer,
        issuer=issuer,
        after={"name": name, "code": code, "symbol": symbol, "place": place},
    )
    return issuer


@transaction.atomic
def found_units(
    *, by: User | None, issuer: Unit, blocks: Sequence[BlockPlan], units: Iterable[UnitPlan]
) -> dict[str, Unit]:
    """Create blocks and the units below an issuer with their aliases; return the units by code, in the order given.

    Raises DomainError when one of the codes is already in use below this issuer.
    """
    if Block.objects.filter(issuer=issuer).exists() or Unit.objects.filter(parent=issuer).exists():
        raise DomainError(f"{issuer.name} đã có đơn vị trực thuộc.")
    made_blocks = Block.objects.bulk_create(
        [Block(issuer=issuer, code=b.code, name=b.name, position=n) for n, b in enumerate(blocks, start=1)]
    )
    block_of = {block.code: block for block in made_blocks}
    plans = list(units)
    made = Unit.objects.bulk_create(
        [
            Unit(
                parent=issuer,
                block=block_of[plan.block],
                code=plan.code,
                name=plan.name,
                short_name=plan.short_name,
                kind=plan.kind,
                traits=list(plan.traits),
                head_title=plan.head_title,
                symbol=plan.code,
                place=issuer.place,
                position=n,
            )
            for n, plan in enumerate(plans, start=1)
        ]
    )
    UnitAlias.objects.bulk_create(_aliases(issuer, plans, made))
    record_audit(
        actor=by,
        action="found_units",
        summary=f"Lập {len(made)} cơ quan, đơn vị thuộc {issuer.name}",
        target=issuer,
        issuer=issuer,
        after={"units": [unit.code for unit in made]},
    )
    return {unit.code: unit for unit in made}


def _aliases(issuer: Unit, plans: list[UnitPlan], made: list[Unit]) -> list[UnitAlias]:
    """Return each unit's other names once per folded form; the first unit to claim a form keeps it."""
    seen: set[str] = set()
    rows = []
    for plan, unit in zip(plans, made, strict=True):
        for text in (plan.name, plan.short_name, *plan.aliases):
            if (folded := fold(text)) not in seen:
                seen.add(folded)
                rows.append(UnitAlias(issuer=issuer, unit=unit, text=text, folded=folded))
    return rows
