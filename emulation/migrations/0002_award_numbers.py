"""Dated numbers of award money (emulation.md 1, 11.1): base salary, and the multipliers of giấy khen."""

from datetime import date
from decimal import Decimal

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SALARIES = (
    (date(2024, 7, 1), 2_340_000, "Nghị định 73/2024/NĐ-CP"),
    (date(2026, 7, 1), 2_530_000, "Nghị định 161/2026/NĐ-CP"),
)
# The unit's factor 2 is inferred from other award forms; the decree's own text for giấy khen was not at hand.
MULTIPLIERS = (
    ("person", date(2025, 7, 1), Decimal("0.300"), "Nghị định 152/2025/NĐ-CP", True),
    ("unit", date(2025, 7, 1), Decimal("0.600"), "Nghị định 152/2025/NĐ-CP (gấp 2 lần mức cá nhân)", False),
)


def add_numbers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the rows that are not there yet."""
    salary, multiplier = apps.get_model("emulation", "BaseSalary"), apps.get_model("emulation", "AwardMultiplier")
    for start, amount, basis in SALARIES:
        salary.objects.get_or_create(effective_from=start, defaults={"amount": amount, "legal_basis": basis})
    for kind, start, number, basis, confirmed in MULTIPLIERS:
        multiplier.objects.get_or_create(
            object_kind=kind,
            effective_from=start,
            defaults={"multiplier": number, "legal_basis": basis, "confirmed": confirmed},
        )


def remove_numbers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take out exactly the rows this migration adds."""
    salary, multiplier = apps.get_model("emulation", "BaseSalary"), apps.get_model("emulation", "AwardMultiplier")
    salary.objects.filter(effective_from__in=[start for start, *_ in SALARIES]).delete()
    for kind, start, *_ in MULTIPLIERS:
        multiplier.objects.filter(object_kind=kind, effective_from=start).delete()


class Migration(migrations.Migration):
    """Data only, reversible."""

    dependencies = (("emulation", "0001_initial"),)

    operations = (migrations.RunPython(add_numbers, remove_numbers),)
